"""What the tests of payments, refunds and disputes share: a debtor with a case, and books read
line by line."""

from odoo.tests import Form

from .common import ON, CollectionsCase, days


class MoneyCase(CollectionsCase):
    """A creditor, a debtor with a case, and people of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_interest()
        cls.company.collection_imputation_law = "DE"
        Journal = cls.env["account.journal"]
        cls.bank = Journal.search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.cash = Journal.create(
            {"name": "Cash", "code": "CSHV", "type": "cash", "company_id": cls.company.id}
        )

    # === Words === #
    def open_case(self, *debts, user=None):
        """Invoices of (amount, days overdue), and the case they lead to.

        :return: the case and the invoices' receivable items
        """
        invoices = [
            self.make_invoice(self.debtor, amount, ON - days(late)) for amount, late in debts
        ]
        self.follow_up()
        case = self.case_of(self.debtor)
        case.user_id = user or self.collector
        self.env.flush_all()
        return case, [self.receivable(invoice) for invoice in invoices]

    def dialog(self, action, user=None):
        """The dialog that a button opened, as somebody fills it in."""
        model = self.env[action["res_model"]].with_user(user or self.collector)
        views = action.get("views") or [(False, "form")]
        return Form(model.with_context(**action["context"]), view=views[0][0] or None)

    def payment_dialog(self, case, amount, user=None, **values):
        form = self.dialog(case.with_user(user or self.collector).action_register_payment(), user)
        form.amount = amount
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def register(self, case, amount, user=None, **values):
        """Register a payment from the case as a person does.

        :rtype: account.payment
        """
        wizard = self.payment_dialog(case, amount, user, **values).save()
        action = wizard.action_apply()
        self.env.cr.flush()
        return self.env["account.payment"].browse(action["res_id"])

    def bank_line(self, amount, partner=None, ref="Transfer"):
        """A line of the bank statement that nobody has matched."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": ON,
                "payment_ref": ref,
                "partner_id": (partner or self.debtor).id,
                "amount": amount,
            }
        )
        self.env.flush_all()
        return line

    def entry(self, move):
        """A journal entry line by line: account type, balance, amount in currency."""
        return sorted(
            (line.account_id.account_type, line.balance, line.amount_currency)
            for line in move.line_ids
        )

    def matched(self, item):
        """What an item was matched with: (entry, amount)."""
        return [
            (partial.credit_move_id.move_id, partial.amount) for partial in item.matched_credit_ids
        ]

    def reload(self):
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
