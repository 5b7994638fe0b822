from datetime import timedelta

from odoo import api, models
from odoo.fields import Command

from .collection_demo import MODULE

#: An Irish account that is right by its check digits and belongs to nobody.
ACCOUNT = "IE29 AIBK 9311 5212 3456 78"


class CollectionDemo(models.AbstractModel):
    """Money and objections of the last days: what waits for a decision today."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        self.env.flush_all()
        demo = self.with_context(collection_on=on, allowed_company_ids=companies[0].ids)
        company = companies[0].with_env(demo.env)
        company.collection_returned_fee = 8.5
        company.collection_extension_max_days = 14
        demo = demo.with_company(company)
        demo._show_bank_line(company, on)
        demo._bounce_payment(on)
        demo._ask_for_refund()
        demo._ask_for_extensions(on)
        demo._record_disputes(on)
        demo._charge_interest(company, on)
        self.env.cr.flush()
        return result

    @api.model
    def _case_of(self, name, user="supervisor"):
        """The case of a debtor as a person sees it."""
        case = self.env["collection.case"].search(
            [
                ("partner_id", "=", self._debtor(name).id),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "closed"),
            ],
            limit=1,
        )
        return case.with_user(self.env.ref(f"{MODULE}.demo_user_{user}"))

    @api.model
    def _show_bank_line(self, company, on):
        """A line of the bank statement that nobody has matched yet."""
        debtor = self._debtor("tarrant")
        debts = self._case_of("tarrant")._get_debts()
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": on - timedelta(days=1),
                "payment_ref": f"TARRANT {debts[:1].move_id.name}",
                "partner_id": debtor.id,
                "amount": debts[:1].amount_residual,
            }
        )

    @api.model
    def _bounce_payment(self, on):
        """A direct debit that the bank took back."""
        case = self._case_of("aoife")
        payment = self.env["account.payment"].search(
            [("partner_id", "=", self._debtor("aoife").id)], limit=1
        )
        if case and payment.state in ("in_process", "paid"):
            wizard = self.env["collection.bounce.wizard"].with_user(case.env.user)
            wizard.create(
                {
                    "case_id": case.id,
                    "payment_id": payment.id,
                    "date": on - timedelta(days=1),
                    "reason": "funds",
                    "note": "Direct debit returned by the bank: AM04",
                }
            ).action_apply()

    @api.model
    def _ask_for_refund(self):
        """Paid before the delivery, which became smaller."""
        case = self._case_of("tullow", "collector")
        bank = self.env["res.partner.bank"].create(
            {"partner_id": self._debtor("tullow").id, "acc_number": ACCOUNT}
        )
        self.env["collection.refund"].with_user(case.env.user).create(
            {
                "case_id": case.id,
                "currency_id": case.currency_id.id,
                "amount": 300.0,
                "partner_bank_id": bank.id,
                "reason": "Paid in advance; the order has become smaller",
            }
        )

    @api.model
    def _ask_for_extensions(self, on):
        """One that the collector may grant, one that waits for the supervisor."""
        for name, days, reason in (
            ("oldmill", 10, "Waits for the money of a customer of its own"),
            ("rathclare", 45, "Shop closed for two months after a flood"),
        ):
            case = self._case_of(name, "collector")
            lines = case._get_debts()[-1:]
            due = max(lines.mapped("date_maturity"), default=on)
            self.env["collection.extension"].with_user(case.env.user)._request(
                case, lines, max(due, on) + timedelta(days=days), reason
            )

    @api.model
    def _record_disputes(self, on):
        """A part of an invoice that is disputed, and a question nobody has answered in time."""
        reason = self.env.ref(f"{MODULE}.dispute_reason_quality")
        clerk = self.env.ref(f"{MODULE}.demo_user_warehouse")
        for name, kind, share, late, text in (
            ("granard", "dispute", 0.4, -9, "Two of five desks arrived scratched. Photos came."),
            ("seavale", "document", 0.0, 3, "Asks for the delivery note with the signature."),
        ):
            case = self._case_of(name, "collector")
            line = case._get_debts()[:1]
            self.env["collection.dispute"].with_user(case.env.user).create(
                {
                    "case_id": case.id,
                    "kind": kind,
                    "currency_id": line.currency_id.id or case.currency_id.id,
                    "move_line_ids": [Command.set(line.ids)],
                    "amount_disputed": round(line.amount_residual_currency * share, 2),
                    "reason_id": reason.id if share else False,
                    "description": text,
                    "date": on - timedelta(days=12),
                    "deadline": on - timedelta(days=late),
                    "user_id": clerk.id,
                }
            )
        self.env["collection.dispute"]._escalate(on, self.env.company)

    @api.model
    def _charge_interest(self, company, on):
        """Late interest and fixed compensation by the law of each debtor's country."""
        company.collection_policy_id.interest_law = "debtor"
        self.env["collection.charge"]._accrue(on, company)
