from odoo import fields, models


class CollectionCaseRecord(models.AbstractModel):
    """What is kept about one case: a hold, a charge, a write-off… Its debtor and company are those
    of the case."""

    _name = "collection.case.record"
    _description = "Record of a Case"
    _check_company_auto = True

    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(related="case_id.partner_id", string="Debtor")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
