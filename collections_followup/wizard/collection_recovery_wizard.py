from odoo import api, fields, models


class CollectionRecoveryWizard(models.TransientModel):
    """Record money that came in for a debt which had been written off."""

    _name = "collection.recovery.wizard"
    _description = "Recovery"

    writeoff_id = fields.Many2one("collection.writeoff", required=True)
    company_id = fields.Many2one(related="writeoff_id.company_id")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, precompute=True)
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    note = fields.Text()

    @api.depends("writeoff_id")
    def _compute_amount(self):
        for wizard in self:
            writeoff = wizard.writeoff_id
            wizard.currency_id = writeoff.currency_id
            wizard.amount = writeoff.amount - writeoff.amount_recovered

    @api.depends("writeoff_id")
    def _compute_journal_id(self):
        Journal = self.env["account.journal"]
        for wizard in self:
            domain = [("type", "=", "bank"), ("company_id", "=", wizard.company_id.id)]
            wizard.journal_id = Journal.search(domain, limit=1)

    def action_apply(self):
        """Post the recovery."""
        self.ensure_one()
        self.env["collection.recovery"]._recover(
            self.writeoff_id, self.amount, self.currency_id, self.journal_id, self.date,
            self.note or "",
        )  # fmt: skip
        return {"type": "ir.actions.act_window_close"}
