from odoo import api, fields, models


class CollectionCaseWizard(models.AbstractModel):
    """A dialog about one case."""

    _name = "collection.case.wizard"
    _description = "Dialog about a Case"

    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    company_id = fields.Many2one(related="case_id.company_id")


class CollectionItemsWizard(models.AbstractModel):
    """A dialog about some of the open items of a case."""

    _name = "collection.items.wizard"
    _description = "Dialog about Items of a Case"
    _inherit = ["collection.case.wizard"]

    open_line_ids = fields.Many2many("account.move.line", compute="_compute_open_line_ids")
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        compute="_compute_move_line_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', open_line_ids)]",
    )

    @api.depends("case_id")
    def _compute_open_line_ids(self):
        for wizard in self:
            wizard.open_line_ids = wizard.case_id._get_debts()

    @api.depends("case_id")
    def _compute_move_line_ids(self):
        """Where one item is open, that one is meant."""
        for wizard in self:
            debts = wizard.case_id._get_debts()
            wizard.move_line_ids = debts if len(debts) == 1 else False
