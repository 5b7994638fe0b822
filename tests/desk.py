"""What the tests of the collector's desk share: a debtor who owes, and the dialog."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import Form

from .common import ON, CollectionsCase, days

#: A Monday afternoon, an hour at which everybody may be called.
NOW = datetime.combine(ON, datetime.min.time()) + timedelta(hours=16)


class DeskCase(CollectionsCase):
    """A collector with a list of debtors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.collector = cls.make_user("collector")
        cls.supervisor = cls.make_user("supervisor")
        cls.policy = cls.make_policy(("Call", 1, "call"))
        cls.env.flush_all()

    @classmethod
    def make_case(cls, name="Debtor", amount=100.0, late=20, user=None, **values):
        """A debtor with one overdue invoice, and the case of the collector."""
        values.setdefault("phone", "+32 2 555 12 12")
        debtor = cls.make_debtor(name, **values)
        cls.make_invoice(debtor, amount, ON - days(late))
        cls.engine._open_cases(cls.company, ON)
        case = cls.env["collection.case"].search([("partner_id", "=", debtor.id)])
        case.user_id = user or cls.collector
        cls.env.flush_all()
        return case

    def outcome(self, code):
        return self.env.ref(f"collections_followup.outcome_{code}")

    def dialog(self, case, user=None, **context):
        """The dialog as somebody fills it in."""
        action = case.with_user(user or self.collector).with_context(**context).action_log_contact()
        model = self.env[action["res_model"]].with_user(user or self.collector)
        return Form(model.with_context(**action["context"]))

    def log(self, case, outcome, user=None, channel="call", **values):
        """Log a contact as a person does, and return the row."""
        form = self.dialog(case, user, default_channel=channel)
        form.outcome_id = self.outcome(outcome)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()._save()
