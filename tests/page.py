"""What the tests of the customer page share: a debtor with a link, a stranger, and the forms as a
browser without scripts sends them."""

import re

from odoo.tests import HttpCase

from .common import ON, days
from .plans import PlansCase

#: Nothing with these words may ever be on the page of another debtor.
FOREIGN = ("Zebulon", "ZEBU", "zebulon", "7777", "Quagga")


class PageCase(PlansCase, HttpCase):
    """Ann Arbor owes 1000.00 in three invoices; Zebulon Quagga owes to the same company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.make_case(
            "Zebulon Quagga",
            amount=7777.77,
            late=15,
            street="Zebulon Street 9",
            email="zebulon@x.example",
        )
        cls.foreign_items = cls.foreign.move_line_ids
        cls.foreign_items.move_id.ref = "ZEBU-1"
        cls.base = cls.link(cls.case)
        cls.env.flush_all()

    @classmethod
    def link(cls, case, on=ON):
        """The path of a link as a message of a day carries it."""
        cls.env.flush_all()
        return "/c/" + case._get_page_url(on).rpartition("/c/")[2]

    # === As a browser === #
    def get(self, path="", **params):
        return self.url_open(self.base + path, params=params or None)

    def token(self):
        """The token against forged forms, as every form of the session has it."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/question").text)
        return found[1]

    def send(self, what, files=None, **typed):
        """Fill in a form and send it; the answer, and what it leads to."""
        typed["csrf_token"] = self.token()
        answer = self.url_open(f"{self.base}/{what}", data=typed, files=files)
        self.env.invalidate_all()
        return answer

    def assertDone(self, answer, what):
        self.assertEqual(answer.status_code, 200, answer.text[:300])
        self.assertIn(f"done={what}", answer.url)
        self.assertIn('class="alert alert-success', answer.text)

    def assertRefused(self, answer, sentence, *kept):
        """The form again, with the reason, and with what was typed."""
        self.assertEqual(answer.status_code, 422)
        self.assertIn(sentence, answer.text)
        for text in kept:
            self.assertIn(text, answer.text)

    def assertNothingForeign(self, text):
        for word in FOREIGN:
            self.assertNotIn(word, text)

    def told(self):
        """What the contact log says the debtor has done on the page."""
        return self.contacts(self.debtor, from_page=True)

    def days(self, count):
        return (ON + days(count)).isoformat()
