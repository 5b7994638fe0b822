from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..words import day_text
from .collection_agreement import LINE_STATES

#: What both sides sign.
TERMS = {"agreement_id", "date", "amount", "interest", "is_down_payment"}
#: What only the books write.
KEPT = {"amount_paid", "date_paid", "state"}


class CollectionAgreementLine(models.Model):
    """One payment that was agreed: an amount by a date."""

    _name = "collection.agreement.line"
    _description = "Line of a Payment Agreement"
    _order = "date, id"

    agreement_id = fields.Many2one(
        "collection.agreement", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    case_id = fields.Many2one(related="agreement_id.case_id")
    partner_id = fields.Many2one(related="agreement_id.partner_id", store=True, string="Debtor")
    user_id = fields.Many2one(related="agreement_id.user_id")
    kind = fields.Selection(related="agreement_id.kind")
    agreement_state = fields.Selection(
        related="agreement_id.state", string="State of the Agreement", store=True
    )
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    date = fields.Date(required=True, index=True)
    amount = fields.Monetary(required=True)
    interest = fields.Monetary(help="The part of the amount that is interest of the plan.")
    principal = fields.Monetary(string="Debt", compute="_compute_principal")
    is_down_payment = fields.Boolean(string="Down Payment")
    amount_paid = fields.Monetary(readonly=True, copy=False)
    date_paid = fields.Date(
        readonly=True, copy=False, help="The day the line was fully paid, late or not."
    )
    state = fields.Selection(
        LINE_STATES, required=True, default="pending", readonly=True, copy=False
    )

    _check_amount = models.Constraint(
        "CHECK(amount > 0)", "Every line of an agreement needs an amount above zero."
    )
    _check_interest = models.Constraint(
        "CHECK(COALESCE(interest, 0) >= 0 AND COALESCE(interest, 0) < amount)",
        "Interest is a part of the amount of a line and cannot be negative.",
    )

    # === Compute methods === #
    @api.depends("date", "amount", "agreement_id.partner_id")
    def _compute_display_name(self):
        for line in self:
            amount = line.currency_id.format(line.amount) if line.currency_id else ""
            debtor = line.agreement_id.partner_id.name or ""
            parts = (debtor, amount, day_text(self.env, line.date))
            line.display_name = ", ".join(filter(None, parts))

    @api.depends("amount", "interest")
    def _compute_principal(self):
        for line in self:
            line.principal = line.amount - line.interest

    # === Constraints === #
    @api.constrains("date", "agreement_id")
    def _check_date(self):
        for line in self:
            if line.date < line.agreement_id.date:
                raise ValidationError(
                    self.env._("A payment cannot be due before the day of the agreement.")
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        values = [(name, value) for vals in vals_list for name, value in vals.items()]
        self._refuse_kept({name for name, value in values if value and value != "pending"})
        agreements = self.env["collection.agreement"].browse(
            {vals["agreement_id"] for vals in vals_list if vals.get("agreement_id")}
        )
        agreements._check_not_frozen()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_kept(set(vals))
        if not TERMS.isdisjoint(vals):
            self.agreement_id._check_not_frozen()
            self.agreement_id._terms_changed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.agreement_id._check_not_frozen()

    def _refuse_kept(self, names):
        if not self.env.su and names & KEPT:
            raise UserError(
                self.env._("What was paid is read from the books and cannot be entered by hand.")
            )

    # === Actions === #
    def action_open_agreement(self):
        self.ensure_one()
        return self.agreement_id.get_formview_action()

    # === Business methods === #
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
