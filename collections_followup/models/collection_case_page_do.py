from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Date
from odoo.tools import format_amount

from ..words import day_text
from .collection_refusal import CollectionRefusal

#: Payments of a plan that a debtor asks for.
MAX_PAYMENTS = 120
#: Months within which its first payment lies.
MAX_FIRST_MONTHS = 12


class CollectionCase(models.Model):
    """What debtors do about the debt on their page: by the methods and dialogs of the desk.

    Each method takes values that have been read from a form already, refuses by raising
    ``CollectionRefusal``, and leaves a row in the contact log and an activity.
    """

    _inherit = "collection.case"

    # === Promise === #
    def _page_promise(self, amount, currency, date, note=""):
        """The debtor promises to pay.

        :return: collection.agreement
        """
        self._check_page_open("promise")
        self._page_need(amount, "amount", self.env._("Write the amount that you will pay."))
        self._page_need(date, "date", self.env._("Choose the day by which you will pay."))
        try:
            promise = self.env["collection.agreement"]._promise(
                self,
                float(amount),
                date,
                lines=self._get_page_late(currency),
                note=note,
                currency=currency,
            )
        except CollectionRefusal as refused:
            raise self._page_refusal(refused) from refused
        promise.user_id = self._get_page_colleague()
        text = self.env._(
            "Promises to pay %(amount)s by %(date)s.",
            amount=format_amount(self.env, float(amount), currency),
            date=day_text(self.env, date),
        )
        self._log_page(text, note, outcome="right_party_promise", lines=promise.move_line_ids)
        self.next_work_date = Date.add(date, days=1)
        return promise

    def _get_page_late(self, currency):
        """What is overdue in a currency, and with us: what a promise is about."""
        today = self._today()
        return self._get_page_debts().filtered(
            lambda line: line.currency_id == currency and (line.date_maturity or line.date) < today
        )

    def _page_refusal(self, refused):
        """A refusal of the desk in words for the debtor."""
        words = {
            "amount_missing": self.env._("Write an amount above zero."),
            "date_past": self.env._("Choose today or a later day."),
            "date_too_far": self.env._(
                "That is too far away. Choose an earlier day, or ask for instalments."
            ),
            "amount_too_high": self.env._("That is more than you owe. Write a smaller amount."),
        }
        return CollectionRefusal(words.get(refused.code, str(refused)), refused.code, refused.field)

    # === Plan === #
    def _page_plan(self, currency, values, note=""):
        """The debtor asks for instalments: a draft, which a colleague offers or not.

        :param dict values: method (``count`` or ``amount``), count, amount, frequency, date
        :return: collection.agreement
        """
        self._check_page_open("plan")
        wizard = self.env["collection.plan.wizard"].create(
            {
                "case_id": self.id,
                "currency_id": currency.id,
                "kind": "plan",
                "method": values["method"],
                "count": values["count"] or 1,
                "amount_each": float(values["amount"] or 0),
                "frequency": values["frequency"],
                "date_first": values["date"] or self._today(),
                "note": note,
            }
        )
        self._check_page_plan(wizard, values)
        old = self.agreement_ids.filtered(
            lambda item: item.is_requested and item.state == "draft" and not item.offered_on
        )
        old.action_cancel()
        plan = self._refuse_as("", wizard._create_agreement)
        plan.write({"is_requested": True, "user_id": self._get_page_colleague().id})
        if plan.needs_approval:
            plan.action_request_approval()
        text = self.env._("Asks for a plan: %(plan)s.", plan=self._describe_plan(plan))
        self._log_page(text, note, lines=plan.move_line_ids)
        return plan

    def _check_page_plan(self, wizard, values):
        """Refuse what is no plan before it is reckoned: thousands of payments, say."""
        if values["method"] == "amount":
            self._page_need(
                values["amount"], "amount", self.env._("Write how much you can pay each time.")
            )
            if wizard.amount_asked > wizard.amount_each * MAX_PAYMENTS:
                raise CollectionRefusal(
                    self.env._("That is too little: it would take too many payments."),
                    "payment_too_small",
                    "amount",
                )
        else:
            count = values["count"]
            self._page_need(count, "count", self.env._("Write how many payments you need."))
            if count > MAX_PAYMENTS:
                raise CollectionRefusal(
                    self.env._("That are too many payments."), "too_many_lines", "count"
                )
        date = values["date"]
        self._page_need(date, "date", self.env._("Choose the day of the first payment."))
        if date > Date.add(self._today(), months=MAX_FIRST_MONTHS):
            raise CollectionRefusal(
                self.env._("Choose an earlier day for the first payment."), "date_too_far", "date"
            )
        if date < self._today():
            raise CollectionRefusal(self.env._("Choose today or a later day."), "date_past", "date")
        if not wizard.move_line_ids:
            raise CollectionRefusal(
                self.env._("There is nothing left to agree about in this currency."), "nothing_open"
            )

    def _describe_plan(self, plan):
        return self.env._(
            "%(total)s in %(count)s payments from %(date)s on",
            total=format_amount(self.env, plan.amount_total, plan.currency_id),
            count=len(plan.line_ids),
            date=day_text(self.env, min(plan.line_ids.mapped("date"))),
        )

    def _page_accept(self, agreement_id, name):
        """The debtor accepts an offer."""
        self._check_page_open("accept")
        agreement = self.agreement_ids.filtered(
            lambda item: item.id == agreement_id and item.offered_on and item.kind != "promise"
        )
        if not agreement:
            raise CollectionRefusal(
                self.env._("This offer can no longer be accepted."), "offer_gone"
            )
        self._page_need(name, "name", self.env._("Please write your name."))
        self._refuse_as("", lambda: agreement._accept(name))
        text = self.env._(
            "%(name)s has accepted the plan: %(plan)s.",
            name=name,
            plan=self._describe_plan(agreement),
        )
        self._log_page(text, lines=agreement.move_line_ids)
        return agreement

    # === Dispute === #
    def _page_dispute(self, lines, text, reason, amount=None, files=()):
        """The debtor objects to items of one currency.

        :param lines: open items of this case
        :param amount: what is disputed; ``None``: all of it
        :param files: list of Upload
        :return: collection.dispute
        """
        self._page_need(lines, "items", self.env._("Choose what is wrong."))
        if len(lines.currency_id) > 1:
            raise CollectionRefusal(
                self.env._("Please write about one currency at a time."), "currencies", "items"
            )
        self._page_need(text, "text", self.env._("Write what is wrong."))
        open_sum = sum(lines.mapped("amount_residual_currency"))
        if amount is not None and lines.currency_id.compare_amounts(float(amount), open_sum) > 0:
            raise CollectionRefusal(
                self.env._("That is more than is open on what you chose."),
                "amount_too_high",
                "amount",
            )
        values = {
            "case_id": self.id,
            "kind": "dispute",
            "reason_id": reason.id,
            "move_line_ids": [Command.set(lines.ids)],
            "description": text,
            "evidence_ids": [Command.set(self._keep_page_files(files).ids)],
        }
        if amount is not None:
            values["amount"] = float(amount)
        wizard = self.env["collection.dispute.wizard"].create(values)
        if wizard.user_id == self.env.user:
            wizard.user_id = self._get_page_colleague()
        result = self._refuse_as("amount", wizard.action_apply)
        dispute = self.env["collection.dispute"].browse(result["infos"]["dispute"])
        names = ", ".join(lines.move_id.mapped("name"))
        self._log_page(
            self.env._("Disputes %(items)s.", items=names),
            text,
            outcome="right_party_dispute",
            lines=lines,
        )
        return dispute

    # === Helpers === #
    def _check_page_open(self, what):
        if what not in self._get_page_offers():
            raise CollectionRefusal(
                self.env._("This can no longer be done here. Please ask us."), "not_open"
            )

    def _page_need(self, value, field, sentence):
        if not value:
            raise CollectionRefusal(sentence, "missing", field)

    def _refuse_as(self, field, function):
        """What the desk refuses, refused on the page."""
        try:
            return function()
        except CollectionRefusal:
            raise
        except (UserError, ValidationError) as refused:
            raise CollectionRefusal(str(refused), "refused", field) from refused

    def _get_page_colleague(self):
        """Who looks after what the debtor does."""
        return self.env["collection.engine"]._get_responsible(self)
