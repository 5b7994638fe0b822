from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount

from ..words import day_text

KINDS = [
    ("interest", "Late Interest"),
    ("compensation", "Fixed Compensation"),
    ("late_fee", "Late Fee"),
    ("returned_payment_fee", "Returned Payment Fee"),
    ("other", "Other"),
]
STATES = [("accrued", "Accrued"), ("invoiced", "Invoiced"), ("waived", "Waived")]


class CollectionCharge(models.Model):
    """What a debtor owes for being late, beside the debt itself.

    There is one row of running interest per item. It is brought up to date by :meth:`_accrue`
    until it is invoiced or waived; a further row then takes up what comes after. Charges never
    are part of what interest is computed on.
    """

    _name = "collection.charge"
    _description = "Late Charge"
    _inherit = ["collection.case.record"]
    _order = "date_to desc, id desc"
    _rec_name = "name"

    # === Fields === #
    name = fields.Char(compute="_compute_name")
    # Not a column here: a foreign key more would slow the accrual of all items by a tenth.
    company_id = fields.Many2one(store=False, index=False)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Item",
        ondelete="restrict",
        check_company=True,
        help="The late item. Empty: the charge is about the whole case.",
    )
    source_move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    kind = fields.Selection(KINDS, required=True, default="other")
    state = fields.Selection(STATES, required=True, default="accrued", readonly=True, copy=False)
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary()
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True)
    regime_id = fields.Many2one("collection.interest.regime", ondelete="restrict", readonly=True)
    stage_id = fields.Many2one("collection.stage", ondelete="restrict", readonly=True)
    note = fields.Char()
    error_text = fields.Text(
        string="Why Not Computed",
        readonly=True,
        help="The charge could not be brought up to date; the amount is that of the last day on "
        "which it could.",
    )
    explanation = fields.Json(
        compute="_compute_explanation", help="How interest was computed: periods, bases and rates."
    )
    explanation_text = fields.Text(string="Calculation", compute="_compute_explanation_text")
    frozen_explanation = fields.Json(readonly=True, copy=False)
    move_id = fields.Many2one(
        "account.move",
        string="Debit Note",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        check_company=True,
    )
    waive_requested = fields.Boolean(readonly=True, copy=False)
    waive_reason = fields.Char(readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waived_on = fields.Date(readonly=True, copy=False)

    _running_interest_unique = models.UniqueIndex(
        "(move_line_id) WHERE kind = 'interest' AND state = 'accrued' AND move_id IS NULL",
        "Interest on this item is running already.",
    )
    _compensation_unique = models.UniqueIndex(
        "(move_line_id) WHERE kind = 'compensation'",
        "The fixed compensation of this item has been charged already.",
    )
    _late_fee_unique = models.UniqueIndex(
        "(case_id, stage_id, currency_id, COALESCE(move_line_id, 0)) "
        "WHERE kind = 'late_fee' AND stage_id IS NOT NULL",
        "The late fee of this stage has been charged already.",
    )
    _item_idx = models.Index("(move_line_id) WHERE move_line_id IS NOT NULL")
    _error_idx = models.Index("(case_id) WHERE error_text IS NOT NULL")
    _check_amount = models.Constraint(
        "CHECK(amount >= 0 AND date_to >= date_from)",
        "A charge cannot be negative, and cannot end before it begins.",
    )

    def init(self):
        """Room in each page for the row of the next day: most of the daily writes then touch no
        index."""
        self.env.cr.execute("ALTER TABLE collection_charge SET (fillfactor = 50)")

    # === Compute methods === #
    @api.depends("kind", "move_line_id")
    @api.depends_context("lang")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            # sudo: the number of the document stands on every notice.
            document = charge.sudo().move_line_id.move_id.name
            charge.name = " – ".join(filter(None, (kinds.get(charge.kind), document)))

    @api.depends("amount", "date_to", "frozen_explanation")
    def _compute_explanation(self):
        """Invoiced interest keeps the explanation it was invoiced with; running interest is
        explained from the books."""
        running = self.filtered(
            lambda charge: (
                charge.kind == "interest" and not charge.frozen_explanation and charge.move_line_id
            )
        )
        found = running._explain()
        for charge in self:
            charge.explanation = charge.frozen_explanation or found.get(charge.id) or []

    @api.depends("explanation")
    @api.depends_context("lang")
    def _compute_explanation_text(self):
        for charge in self:
            charge.explanation_text = "\n".join(
                self._format_segment(segment, charge.currency_id)
                for segment in charge.explanation or []
            )

    # === Constraints === #
    @api.constrains("move_line_id", "case_id")
    def _check_item(self):
        for charge in self.filtered("move_line_id"):
            if charge.move_line_id.partner_id.commercial_partner_id != charge.case_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is not owed by %(debtor)s.",
                        item=charge.move_line_id.display_name,
                        debtor=charge.case_id.display_name,
                    )
                )

    # === CRUD === #
    def write(self, vals):
        if not self.env.su and set(vals) - {"note"}:
            raise UserError(
                self.env._(
                    "Charges are kept by the follow-up. Waive the charge, or invoice it, instead "
                    "of changing it."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Charges are history. Waive the charge instead."))

    # === Actions === #
    def action_invoice(self):
        """Ask how to invoice these charges."""
        return self._open_wizard("collection.charge.invoice.wizard", self.env._("Invoice Charges"))

    def action_waive(self):
        """Ask for the reason for giving these charges up."""
        return self._open_wizard("collection.charge.waive.wizard", self.env._("Waive Charges"))

    def action_open_move(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_charge_ids": self.ids},
        }

    # === State === #
    def _update_state(self, allowed, target, values=None):
        """Move charges to ``target``; those in another state than ``allowed`` stay.

        :return: the charges that moved
        """
        moving = self.filtered(lambda charge: charge.state in allowed)
        # sudo: readonly for people; whoever called has checked the right to.
        moving.sudo().write({"state": target, **(values or {})})
        return moving

    def _set_invoiced(self):
        """The debit note of these charges has been posted."""
        for charge in self.filtered(lambda charge: charge.state == "accrued"):
            frozen = charge.explanation if charge.kind == "interest" else False
            charge._update_state(("accrued",), "invoiced", {"frozen_explanation": frozen})

    def _set_accrued(self, *, release):
        """The debit note was taken back, or the waiver.

        :param bool release: the charge no longer belongs to a debit note
        """
        if release:
            self._remove_successors()
        values = {"frozen_explanation": False, **({"move_id": False} if release else {})}
        return self._update_state(("accrued", "invoiced", "waived"), "accrued", values)

    def _remove_successors(self):
        """Rows that took up interest after these give way; the next accrual adds it here."""
        interest = self.filtered(lambda charge: charge.kind == "interest")
        # sudo: running interest belongs to the engine.
        self.sudo().search(
            [
                ("move_line_id", "in", interest.move_line_id.ids),
                ("kind", "=", "interest"),
                ("state", "=", "accrued"),
                ("move_id", "=", False),
                ("id", "not in", self.ids),
            ]
        ).unlink()

    # === Business methods === #
    @api.model
    def _add_fee(self, case, kind, amount, *, on, currency=None, line=None, note=""):  # noqa: PLR0913
        """Charge something beside interest, such as the bank's fee for a returned payment.

        :param str kind: ``returned_payment_fee``, ``late_fee`` or ``other``
        :param currency: default: that of the item, or the company
        :return: the charge
        """
        line = line or self.env["account.move.line"]
        currency = currency or line.currency_id or case.currency_id
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("A charge needs an amount above zero."))
        if kind in ("interest", "compensation"):
            raise UserError(self.env._("Interest and compensation are computed, not entered."))
        return self.create(
            {
                "case_id": case.id,
                "move_line_id": line.id,
                "kind": kind,
                "currency_id": currency.id,
                "amount": amount,
                "date_from": on,
                "date_to": on,
                "note": note,
            }
        )

    def _get_amount_company(self):
        """The sum of these charges in the currency of their company, at the rate of the day."""
        today = self.env["collection.case"]._today()
        return sum(
            charge.currency_id._convert(
                charge.amount, charge.company_id.currency_id, charge.company_id, today
            )
            for charge in self
        )

    @api.model
    def _format_segment(self, segment, currency):
        """One period of the calculation as a line of text."""
        day, money = fields.Date.to_date, format_amount
        return self.env._(
            "%(date_from)s – %(date_to)s: %(days)s days on %(base)s at %(rate)s %%: %(interest)s",
            date_from=day_text(self.env, day(segment["date_from"])),
            date_to=day_text(self.env, day(segment["date_to"])),
            days=segment["days"],
            base=money(self.env, float(segment["base"]), currency),
            rate=f"{float(segment['rate']):g}",
            interest=money(self.env, float(segment["interest"]), currency),
        )
