{
    "name": "Collections Follow-up: Chat (example)",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "summary": "Worked example of a new channel: messages through a gateway by HTTP",
    "author": "collections_followup contributors",
    "license": "LGPL-3",
    "depends": ["collections_followup"],
    "data": ["data/ir_config_parameter_data.xml"],
}
