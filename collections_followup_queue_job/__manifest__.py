{
    "name": "Collections Follow-up: Job Queue",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "summary": "The nightly follow-up as jobs in the channels of queue_job",
    "author": "collections_followup contributors",
    "license": "LGPL-3",
    "depends": ["collections_followup", "queue_job"],
    "data": [
        "data/queue_job_channel_data.xml",
        "data/queue_job_function_data.xml",
    ],
    # Not by itself: without a running job runner the nightly follow-up would wait for ever.
    "auto_install": False,
    "uninstall_hook": "uninstall_hook",
}
