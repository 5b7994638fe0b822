from odoo import fields, models


class CollectionCaseRecordItems(models.AbstractModel):
    """A record about some items of a case; each model says in which table they are kept."""

    _name = "collection.case.record.items"
    _description = "Record about Items of a Case"
    _inherit = ["collection.case.record"]

    move_line_ids = fields.Many2many("account.move.line", string="Items", check_company=True)
