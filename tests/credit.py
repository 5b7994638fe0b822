"""What the tests of credit control share: debtors with a limit, and people of each role."""

from odoo.tests import new_test_user

from .common import ON, ROLES, CollectionsCase


class CreditCase(CollectionsCase):
    """A creditor who checks limits, four roles, and a salesperson with no right to the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, collection_on=ON))
        cls.policy = cls.make_policy(("Reminder", 1, "email"))
        cls.users = {role: cls.make_user(role) for role in ROLES}
        cls.reader, cls.collector, cls.supervisor, cls.manager = cls.users.values()
        cls.seller = new_test_user(
            cls.env, "seller", groups="base.group_user", company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )  # fmt: skip
        cls.company.account_use_credit_limit = True
        cls.debtor = cls.make_limited("Acme", 1000, user_id=cls.seller.id)
        cls.env.flush_all()

    @classmethod
    def make_limited(cls, name, limit, **values):
        debtor = cls.make_debtor(name, **values)
        debtor.with_company(cls.company).credit_limit = limit
        return debtor

    def exposure(self, debtor=None, user=None):
        """The row of a debtor as somebody sees it in the list."""
        self.env.flush_all()
        Exposure = self.env["collection.exposure"].with_user(user or self.supervisor)
        Exposure.invalidate_model()
        return Exposure.search([("partner_id", "=", (debtor or self.debtor).id)])

    def ask_limit(self, amount=1500, until=ON, user=None, **values):
        """Ask for a temporary limit as a person does, in the dialog of the debtor."""
        Limit = self.env["collection.credit.limit"].with_user(user or self.collector)
        return Limit.create(
            {
                "partner_id": self.debtor.id,
                "company_id": self.company.id,
                "amount": amount,
                "date_to": until,
                "reason": "Christmas orders",
                **values,
            }
        )

    def hold(self, debtor=None, user=None, **values):
        Hold = self.env["collection.credit.hold"].with_user(user or self.collector)
        return Hold.create(
            {
                "partner_id": (debtor or self.debtor).id,
                "company_id": self.company.id,
                "reason": "overdue",
                **values,
            }
        )

    def night(self, on=ON):
        """The job of credit control, for this company."""
        files = self.env["collection.credit.file"].with_context(collection_on=on)
        files._update_credit(on, self.company.with_context(collection_on=on))
        self.env.flush_all()

    def told(self, user=None):
        """What sales has been told: the activities on contacts, oldest first."""
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("user_id", "=", (user or self.seller).id)],
            order="id",
        )
        return activities.mapped("summary")
