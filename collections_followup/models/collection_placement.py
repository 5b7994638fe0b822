from odoo import api, fields, models


class CollectionPlacement(models.Model):
    """A debt that a client has placed: what it is called in the client's file, and its entry."""

    _name = "collection.placement"
    _description = "Placed Debt"
    _order = "id desc"
    _rec_name = "document"

    mandate_id = fields.Many2one(
        "collection.mandate", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(
        related="mandate_id.ledger_company_id", store=True, index=True, string="Client's Ledger"
    )
    currency_id = fields.Many2one(related="mandate_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, index=True, readonly=True
    )
    debtor_key = fields.Char(string="Client's Number", required=True, readonly=True)
    document = fields.Char(required=True, readonly=True)
    due = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )

    amount_open = fields.Monetary(
        string="Open", compute="_compute_amount_open", compute_sudo=True, help="In the books now."
    )
    status = fields.Selection(
        [("open", "Being Collected"), ("settled", "Settled"), ("returned", "Returned")],
        compute="_compute_amount_open",
        compute_sudo=True,
    )
    date_returned = fields.Date(readonly=True)
    return_reason = fields.Char(readonly=True)
    return_move_id = fields.Many2one(
        "account.move",
        string="Entry of the Return",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    fee_remittance_id = fields.Many2one(
        "collection.remittance",
        string="Fixed Fee On",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    # A debt that was returned may be placed again.
    _unique_debt = models.UniqueIndex(
        "(mandate_id, lower(debtor_key), lower(document), due) WHERE date_returned IS NULL",
        "This debt has been placed already.",
    )

    @api.depends("move_id.line_ids.amount_residual", "date_returned")
    def _compute_amount_open(self):
        for placement in self:
            items = placement.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            placement.amount_open = sum(items.mapped("amount_residual"))
            settled = placement.currency_id.is_zero(placement.amount_open)
            status = "settled" if settled else "open"
            placement.status = "returned" if placement.date_returned else status

    # === Actions === #
    def action_open_case(self):
        """The debtor's case in the client's ledger."""
        self.ensure_one()
        cases = self.env["collection.case"].search(
            [("partner_id", "=", self.partner_id.id), ("company_id", "=", self.company_id.id)],
            order="id desc",
            limit=1,
        )
        return (cases or self.move_id).get_formview_action()
