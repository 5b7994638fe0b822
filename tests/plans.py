"""What the tests of plans share: a debtor who owes three invoices, and the dialog."""

from base64 import b64encode
from io import BytesIO

from PIL import Image

from odoo import Command
from odoo.tests import Form

from .common import ON, days
from .desk import DeskCase


def drawing():
    """A signature as the page or the dialog sends it."""
    picture = BytesIO()
    Image.new("RGB", (120, 40), "white").save(picture, "PNG")
    return b64encode(picture.getvalue()).decode()


class PlansCase(DeskCase):
    """A debtor who owes 1000.00 in three invoices, and a company whose plans need no paper."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collection_agreement_signed = False
        cls.company.country_id = cls.env.ref("base.de")
        cls.case = cls.make_case("Ann Arbor", amount=500, late=40)
        cls.debtor = cls.case.partner_id
        cls.make_invoice(cls.debtor, 300, ON - days(30))
        cls.make_invoice(cls.debtor, 200, ON - days(20))
        cls.engine._run(ON, cls.company)
        cls.env.flush_all()
        cls.items = cls.case.move_line_ids.sorted("date_maturity")

    def plan_form(self, user=None, case=None, **values):
        """The dialog as a collector fills it in while talking."""
        case = (case or self.case).with_user(user or self.collector)
        action = case.action_plan()
        form = Form(
            self.env[action["res_model"]].with_user(case.env.user).with_context(**action["context"])
        )
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def make_plan(self, user=None, case=None, **values):
        """A draft made by the dialog."""
        values.setdefault("business_day", "keep")
        return self.plan_form(user, case, **values).save()._create_agreement()

    def start_plan(self, **values):
        """A plan that holds."""
        plan = self.make_plan(**values)
        plan.action_activate()
        return plan

    def schedule(self, agreement):
        return [(line.date, line.amount) for line in agreement.line_ids]

    def receive(self, text, amount, on=ON, **values):
        """A line of the bank statement."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        line = self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "date": on, "payment_ref": text, "amount": amount, **values}
        )
        self.env.cr.flush()
        return line

    def check_books(self, on):
        """What the nightly run reads from the books."""
        self.env["collection.agreement"]._follow_up(on, self.company)
        self.env.flush_all()

    def own_lines(self, *rows):
        return [Command.create({"date": day, "amount": amount}) for day, amount in rows]
