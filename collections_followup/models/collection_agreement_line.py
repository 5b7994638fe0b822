from odoo import api, fields, models

from .collection_agreement import LINE_STATES


class CollectionAgreementLine(models.Model):
    """One payment that was agreed: an amount by a date."""

    _name = "collection.agreement.line"
    _description = "Line of a Payment Agreement"
    _order = "date, id"

    agreement_id = fields.Many2one(
        "collection.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
    amount_paid = fields.Monetary(readonly=True)
    date_paid = fields.Date(readonly=True, help="The day the line was fully paid, late or not.")
    state = fields.Selection(LINE_STATES, required=True, default="pending", readonly=True)

    _check_amount = models.Constraint(
        "CHECK(amount > 0)", "Every line of an agreement needs an amount above zero."
    )

    @api.depends("date", "amount")
    def _compute_display_name(self):
        for line in self:
            amount = line.currency_id.format(line.amount) if line.currency_id else ""
            line.display_name = f"{line.date or ''} {amount}".strip()

    def _set_status(self, found):
        """Write what the books say about this line, if it is news.

        :param found: odoo.addons.collections_followup.tools.plan_tracking.LineStatus
        """
        self.ensure_one()
        values = {
            "amount_paid": float(found.paid),
            "date_paid": found.settled_on or False,
            "state": str(found.state),
        }
        news = {name: value for name, value in values.items() if self[name] != value}
        if news:
            # sudo: readonly for people; the books are the source.
            self.sudo().write(news)
