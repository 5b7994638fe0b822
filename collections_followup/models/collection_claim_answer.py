from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..words import day_text
from .collection_claim import PENDING

#: The last day for a claim or an appeal is told so many days before.
WARN_DAYS = 10
#: Days that are watched, and where is kept that they were told of.
TOLD = {
    "date_next": "told_for",
    "appeal_deadline": "appeal_told_for",
    "submit_by": "submit_told_for",
}


class CollectionClaim(models.Model):
    """What the insurer answers: pays, pays a part, or denies; an appeal; the rest goes back to the
    debtor."""

    _inherit = "collection.claim"

    date_answered = fields.Date(readonly=True, copy=False)
    denial_reason = fields.Text(copy=False)
    appeal_days = fields.Integer(default=30, help="Days in which a denial can be appealed.")
    appeal_deadline = fields.Date(
        string="Appeal By", copy=False, tracking=True, help="Later, where the insurer agreed to it."
    )
    appeal_told_for = fields.Date(readonly=True, copy=False)
    date_appealed = fields.Date(readonly=True, copy=False)
    submit_by = fields.Date(
        copy=False,
        tracking=True,
        help="The last day on which the insurer takes the claim.",
    )
    submit_told_for = fields.Date(readonly=True, copy=False)
    payment_ids = fields.Many2many(
        "account.payment",
        "collection_claim_payment_rel",
        "claim_id",
        "payment_id",
        string="Payments",
        readonly=True,
        copy=False,
        check_company=True,
    )
    amount_paid = fields.Monetary(string="Paid", compute="_compute_paid")
    amount_rest = fields.Monetary(
        string="Rest", compute="_compute_paid", help="Of what was claimed."
    )
    result = fields.Selection(
        [("paid", "Paid"), ("partly", "Partly Paid"), ("denied", "Denied"), ("dropped", "Dropped")],
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("payment_ids.amount", "amount")
    def _compute_paid(self):
        for claim in self:
            # sudo: the payments of a claim that may be read.
            live = claim.sudo().payment_ids.filtered(lambda pay: pay.state != "canceled")
            claim.amount_paid = sum(live.mapped("amount"))
            claim.amount_rest = max(0.0, claim.amount - claim.amount_paid)

    # === Actions === #
    def action_paid(self):
        """Ask how much has come."""
        return self._open_answer("paid", self.env._("The Insurer Has Paid"))

    def action_denied(self):
        """Ask why, and until when it can be appealed."""
        return self._open_answer("denied", self.env._("The Insurer Denies"))

    def action_close(self):
        """The rest is the debtor's again."""
        self._check_role("collector")
        for claim in self.filtered(lambda claim: claim.state in PENDING):
            claim._close()

    def action_appeal_sent(self):
        """The appeal has gone out."""
        self._check_role("collector")
        today = self.env["collection.case"]._today()
        for claim in self.filtered(lambda claim: claim.state == "denied"):
            claim._check_appeal()
            if claim.appeal_deadline and claim.appeal_deadline < today:
                raise UserError(
                    self.env._(
                        "The appeal had to be there by %(day)s. Ask the insurer for a longer time "
                        "and enter it, or close the claim.",
                        day=day_text(self.env, claim.appeal_deadline),
                    )
                )
            claim.sudo().write(  # sudo: readonly for people
                {
                    "state": "appealed",
                    "date_appealed": today,
                    "date_next": fields.Date.add(today, days=30),
                }
            )
            claim._end_reminders()
            claim._tell_case(
                self.env._("The denial of %(insurer)s is appealed.", insurer=claim.insurer_id.name)
            )

    def _open_answer(self, answer, name):
        self.ensure_one()
        self._check_role("supervisor" if answer == "paid" else "collector")
        return self.env["collection.case"]._open_dialog(
            "collection.claim.answer",
            name,
            {"default_claim_id": self.id, "default_answer": answer},
        )

    # === Business methods === #
    def _pay(self, amount):
        """Book what the insurer paid: it settles the oldest of the items."""
        self.ensure_one()
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("Enter how much the insurer paid."))
        memo = " ".join(filter(None, (self.insurer_id.name, self.number)))
        payment = self.move_line_ids._collection_pay(amount, self.currency_id, memo)
        today = self.env["collection.case"]._today()
        # sudo: readonly for people; the right has been checked.
        self.sudo().write(
            {
                "payment_ids": [fields.Command.link(payment.id)],
                "date_answered": self.date_answered or today,
            }
        )
        self._tell_case(
            self.env._(
                "%(insurer)s paid %(amount)s",
                insurer=self.insurer_id.name,
                amount=format_amount(self.env, amount, self.currency_id),
            )
        )
        if self.currency_id.is_zero(self.amount_rest):
            self._close()

    def _deny(self, reason, days, date=None):
        """The insurer does not pay; after an appeal was denied, a further one can be written.

        :param date: of the insurer's letter, from which the days to appeal count
        """
        date = date or self.env["collection.case"]._today()
        again = {}
        if self.date_appealed:
            self._message_log(body=Markup("<b>%s</b>%s") % (self.appeal_subject, self.appeal_text))
            again = dict.fromkeys(("date_appealed", "appeal_subject", "appeal_text"), False)
        self.sudo().write(  # sudo: readonly for people; the right has been checked
            {
                **again,
                "state": "denied",
                "date_answered": date,
                "denial_reason": reason,
                "appeal_days": days,
                "appeal_deadline": fields.Date.add(date, days=days) if days else False,
            }
        )
        self._tell_case(
            self.env._(
                "%(insurer)s does not pay: %(reason)s",
                insurer=self.insurer_id.name,
                reason=reason,
            )
        )

    def _close(self):
        """What the insurer does not pay is asked from the debtor again."""
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_rest):
            result = "paid"
        elif self.amount_paid:
            result = "partly"
        else:
            result = "denied" if self.date_answered else "dropped"
        # sudo: readonly for people; the right has been checked.
        self.sudo().write({"state": "closed", "result": result, "date_next": False})
        self._end_reminders()
        if result != "paid":
            self._tell_case(
                self.env._(
                    "The claim on %(insurer)s is closed; %(rest)s is the debtor's again.",
                    insurer=self.insurer_id.name,
                    rest=format_amount(self.env, self.amount_rest, self.currency_id),
                )
            )

    # === Watching === #
    @api.model
    def _watch(self, on, company):
        """Ask again on the day, and tell of appeals that run out; once each, in sets.

        :return: the claims somebody was told of
        """
        # sudo: claims of all collectors are watched.
        pending = self.sudo().search([("company_id", "=", company.id), ("state", "in", PENDING)])
        soon = fields.Date.add(on, days=WARN_DAYS)
        due = {
            "date_next": pending._filter_untold("date_next", on).filtered(
                lambda claim: claim.state != "denied"
            ),
            "appeal_deadline": pending._filter_untold("appeal_deadline", soon).filtered(
                lambda claim: claim.state == "denied"
            ),
            "submit_by": pending._filter_untold("submit_by", soon).filtered(
                lambda claim: claim.state == "draft"
            ),
        }
        fallback = self.env["collection.charge"]._get_approver(company) if pending else None
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": claim,
                    "summary": claim._get_reminder(name),
                    "date": claim[name],
                    "user": claim.user_id or fallback,
                }
                for name, claims in due.items()
                for claim in claims
            ]
        )
        for name, claims in due.items():
            for claim in claims:
                claim[TOLD[name]] = claim[name]
        return self.browse().union(*due.values())

    def _filter_untold(self, name, until):
        """Claims whose day ``name`` is not later than ``until`` and was not told of."""
        return self.filtered(
            lambda claim: claim[name] and claim[name] <= until and claim[TOLD[name]] != claim[name]
        )

    def _get_reminder(self, name):
        """What a person is asked to do on the day ``name``."""
        return {
            "date_next": self.env._("Ask how the claim stands: %(claim)s", claim=self.name),
            "appeal_deadline": self.env._("Appeal, or close the claim: %(claim)s", claim=self.name),
            "submit_by": self.env._("Submit the claim in time: %(claim)s", claim=self.name),
        }[name]
