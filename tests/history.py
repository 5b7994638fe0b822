"""Sales and payments that a test makes up, kept beside the books, so that figures can be reckoned
from them by the simplest means."""

import random
from dataclasses import dataclass, field
from datetime import date

from .common import ON, CollectionsCase, days

LIMITS = (30, 60, 90, 120)


@dataclass
class Sale:
    debtor: object
    day: date
    due: date
    amount: int
    paid: list = field(default_factory=list)

    def open(self, on):
        """What is owed of it on a day."""
        if self.day > on:
            return 0
        return self.amount - sum(amount for day, amount in self.paid if day <= on)

    def bucket(self, on):
        late = (on - self.due).days
        return 0 if late <= 0 else 1 + sum(late > limit for limit in LIMITS)

    def settled(self):
        total = sum(amount for _day, amount in self.paid)
        return max(day for day, _amount in self.paid) if total == self.amount else None


class HistoryCase(CollectionsCase):
    """Books with a past of five months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, collection_on=ON))
        cls.company = cls.company.with_env(cls.env)
        cls.company.collection_ageing_limits = ", ".join(map(str, LIMITS))
        cls.reader = cls.make_user("reader")
        cls.collector = cls.make_user("collector")
        cls.supervisor = cls.make_user("supervisor")
        cls.sales = []

    @classmethod
    def sell(cls, debtor, amount, day, due, *payments):
        """An invoice and what was paid on it: pairs of day and amount."""
        invoice = cls.make_invoice(debtor, amount, due, invoice_date=day)
        sale = Sale(debtor, day, due, amount, list(payments))
        for paid_on, part in payments:
            cls.pay(invoice, part, paid_on)
        cls.sales.append(sale)
        return invoice

    @classmethod
    def make_history(cls, seed=11, count=14):
        """Invoices at random days, paid in full, in parts, late, or not at all."""
        chance = random.Random(seed)
        debtors = [cls.make_debtor(f"Debtor {letter}") for letter in "ABCD"]
        for number in range(count):
            day = ON - days(chance.randint(3, 150))
            due = day + days(chance.choice((0, 14, 30)))
            amount = chance.randint(10, 90) * 10
            payments, rest = [], amount
            for _payment in range(chance.choice((0, 1, 1, 2))):
                paid_on = day + days(chance.randint(1, 90))
                part = chance.choice((rest, amount // 2))
                if paid_on <= ON and 0 < part <= rest:
                    payments.append((paid_on, part))
                    rest -= part
            cls.sell(debtors[number % 4], amount, day, due, *payments)
        cls.env.flush_all()
        return debtors

    # === The same figures, the simple way === #
    def owed(self, on, bucket=None):
        return sum(s.open(on) for s in self.sales if bucket is None or s.bucket(on) == bucket)

    def sold(self, first, last):
        return sum(s.amount for s in self.sales if first <= s.day <= last)

    def received(self, first, last):
        return sum(part for s in self.sales for day, part in s.paid if first <= day <= last)

    # === What the addon says === #
    def figures(self, first, last, user=None, **filters):
        asked = {"period": "custom", "date_from": str(first), "date_to": str(last), **filters}
        self.env.flush_all()
        Figures = self.env["collection.figures"].with_user(user or self.reader)
        found = Figures.get_figures(asked)
        return {figure["code"]: figure for figure in found["figures"]}

    def dashboard(self, user=None, **filters):
        self.env.flush_all()
        Dashboard = self.env["collection.dashboard"].with_user(user or self.supervisor)
        return Dashboard.get_data({"period": "last_90", **filters})

    def listed(self, part, user=None, **filters):
        """The records that a click on a part opens, as its reader gets them."""
        asked = {"period": "last_90", **filters}
        Figures = self.env["collection.figures"].with_user(user or self.reader)
        action = Figures.get_records(asked, part)
        Model = self.env[action["res_model"]].with_user(user or self.reader)
        Model.invalidate_model()
        return Model.with_context(**action["context"]).search(action["domain"])
