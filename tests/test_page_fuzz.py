"""Ten thousand requests of strangers, vandals and broken programs: no page fails, and nothing of
another debtor is ever shown, changed or paid.

The requests go through Odoo's whole stack in this process, without a network. How many there are
can be set with the environment variable ``COLLECTIONS_FUZZ``, which number they begin with by
``COLLECTIONS_FUZZ_SEED``.
"""

import io
import json
import os
import random
from collections import Counter
from unittest.mock import patch
from urllib.parse import quote, urlencode

from werkzeug.test import Client

import odoo.http
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.collections_followup.models.collection_page_hit import LIMITS

from .page import FOREIGN
from .test_page_pay import PayCase

COUNT = int(os.environ.get("COLLECTIONS_FUZZ", "10000"))
SEED = int(os.environ.get("COLLECTIONS_FUZZ_SEED", "20260316"))
FORMS = ("promise", "plan", "accept", "dispute", "question", "details", "choices")
FIELDS = (
    *("amount", "currency", "date", "note", "method", "count", "frequency", "agreement", "name"),
    *("items", "reason", "text", "street", "country_id", "phone", "email", "lang", "channel"),
    *("stops", "contact_name", "contact_email", "line", "done", "csrf_token", "db", "token"),
    *("case_id", "what", "provider_id", "x", "items[]", "__proto__", "{{7*7}}"),
)
TEXTS = (
    *("", " ", "0", "1", "-1", "1e9", "NaN", "9" * 30, "9" * 400, "1,5", "1.5", "null", "true"),
    *("\x00", "a\x00b", "\ud800", "\u202egnp", "é", "السعر", "💸" * 50, "x" * 5000, "\r\nX: y"),
    *("<script>alert(1)</script>", "' OR 1=1 --", "../../etc/passwd", "${7*7}", "{{object}}"),
    *("2026-03-20", "2026-02-30", "9999-12-31", "0000-00-00", "en_US", "xx_XX", "monthly"),
    *("email", "sms", "count", "amount", "%s%n", "\\", "http://evil.example", "[]", '{"a":1}'),
)
FILES = (b"", b"%PDF-1.4", b"<html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\x00" * 100)


class TestFuzz(PayCase):
    #: Half of them; the other half is in ``test_page_fuzz_again``, for another processor.
    seed, count = SEED, COUNT // 2

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        plan = cls.start_foreign_plan()
        cls.foreign_ids = [
            cls.foreign.id,
            cls.foreign.partner_id.id,
            *cls.foreign_items.ids,
            *cls.foreign_items.move_id.ids,
            *plan.ids,
            *plan.line_ids.ids,
        ]
        cls.own_ids = [
            cls.case.id,
            cls.debtor.id,
            *cls.items.ids,
            *cls.items.move_id.ids,
            cls.usd.id,
            cls.provider.id,
            cls.method.id,
        ]
        user = new_test_user(cls.env, "fuzz_portal", groups="base.group_portal")
        user.partner_id.parent_id = cls.debtor
        cls.env.flush_all()

    @classmethod
    def start_foreign_plan(cls):
        wizard = cls.env["collection.plan.wizard"].create(
            {"case_id": cls.foreign.id, "currency_id": cls.usd.id, "count": 3}
        )
        plan = wizard._create_agreement()
        plan.action_activate()
        return plan

    def setUp(self):
        super().setUp()
        self.random = random.Random(self.seed)
        self.codes = Counter()
        self.enterContext(
            patch.dict(LIMITS, {kind: (10**9, seconds) for kind, (_n, seconds) in LIMITS.items()})
        )
        # This thread calls Odoo itself: every request is of this test.
        self.enterContext(self.allow_requests(all_requests=True))
        self.portal = self.browser("fuzz_portal")
        self.public = self.browser(None)

    def browser(self, login):
        """Somebody with a session of their own, and the token against forged forms in it."""
        self.authenticate(login, login)
        client = Client(odoo.http.root)
        for name, value in self.opener.cookies.items():
            client.set_cookie(name, value, domain="127.0.0.1")
        base = f"/my/debts/{self.case.id}" if login else self.base
        text = client.get(f"{base}/question", base_url="http://127.0.0.1").get_data(as_text=True)
        return client, text.partition('name="csrf_token" value="')[2].partition('"')[0]

    # === What is sent === #
    def number(self):
        pick = self.random.random()
        if pick < 0.3:
            return self.random.choice(self.foreign_ids)
        if pick < 0.7:
            return self.random.choice(self.own_ids)
        return self.random.choice(
            [0, -1, 2**31 - 1, 2**31, 2**63, 10**40, self.random.randint(1, 9999)]
        )

    def value(self):
        return str(self.number()) if self.random.random() < 0.4 else self.random.choice(TEXTS)

    def token(self):
        """The right link, one that was changed, or nonsense."""
        good = self.base.rpartition("/")[2]
        pick = self.random.random()
        if pick < 0.12:
            return good
        if pick < 0.7:
            letters = list(good)
            for _number in range(self.random.randint(1, 3)):
                place = self.random.randrange(len(letters))
                letters[place] = self.random.choice("0123456789abcdefghjkmnpqrstvwxyz-")
            changed = "".join(letters)
            return changed if changed != good else "x"
        if pick < 0.85:
            parts = self.link_of_foreign.split("-")
            mine = good.split("-")
            return (
                "-".join(self.random.choice(pair) for pair in zip(parts[:2], mine[:2], strict=True))
                + "-"
                + mine[2]
            )
        return quote(self.random.choice(TEXTS).replace("\ud800", "") or "-", safe="")

    def path(self, portal):
        base = f"/my/debts/{self.number()}" if portal else f"/c/{self.token()}"
        if portal and self.random.random() < 0.3:
            base = f"/my/debts/{self.case.id}"
        tail = self.random.choice(
            [
                "",
                *(f"/{form}" for form in FORMS),
                "/pay",
                "/pay/transaction",
                f"/document/{self.number()}",
                f"/{quote(self.random.choice(TEXTS).replace(chr(0xD800), ''), safe='')}",
            ]
        )
        # A document of one's own is printed: a second each, and tested elsewhere.
        own = {f"/document/{move.id}" for move in self.items.move_id}
        return base + (tail if tail not in own else "/document/0")

    def pairs(self, token):
        fields = [
            (self.random.choice(FIELDS), self.value())
            for _number in range(self.random.randint(0, 8))
        ]
        if self.random.random() < 0.8:
            fields = [pair for pair in fields if pair[0] != "csrf_token"] + [("csrf_token", token)]
        return [(name, text.encode("utf-8", "surrogatepass")) for name, text in fields]

    def request(self):
        portal = self.random.random() < 0.15
        client, token = self.portal if portal else self.public
        path = self.path(portal)
        query = urlencode(self.pairs(token)[:3]) if self.random.random() < 0.5 else ""
        options = {"base_url": "http://127.0.0.1", "query_string": query}
        if path.endswith("/transaction"):
            return client.post(path, data=self.json(), content_type="application/json", **options)
        if self.random.random() < 0.5:
            method = self.random.choice(["GET", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
            return client.open(path, method=method, **options)
        data = {}
        for name, text in self.pairs(token):
            data.setdefault(name, []).append(text.decode("utf-8", "replace"))
        if self.random.random() < 0.3:
            # Not "csrf_token": a file of this name breaks Odoo itself, before a page is asked.
            name = self.random.choice(("files", "text", "items", "files"))
            content = io.BytesIO(self.random.choice(FILES))
            data[name] = [(content, self.random.choice(("a.pdf", "../x", "\u202e.exe", "")))]
        return client.post(path, data=data, **options)

    def json(self):
        params = {self.random.choice(FIELDS): self.value() for _number in range(3)}
        params.update(
            provider_id=self.random.choice([self.provider.id, self.value(), None, [1], {}]),
            payment_method_id=self.random.choice([self.method.id, self.value(), None, [1]]),
            flow=self.random.choice(["redirect", "direct", "token", self.value(), None, {}]),
            token_id=self.random.choice([None, self.value(), 1]),
        )
        body = self.random.choice(
            [{"jsonrpc": "2.0", "method": "call", "params": params}] * 4 + [{}, {"params": 1}]
        )
        return json.dumps(body)

    # === What comes back === #
    def test_no_page_fails_and_nothing_foreign_is_shown(self):
        self.link_of_foreign = self.link(self.foreign).rpartition("/")[2]
        before = self.state_of_foreign()
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_http", "werkzeug"):
            for number in range(self.count):
                answer = self.request()
                self.codes[answer.status_code] += 1
                text = answer.get_data(as_text=True)
                what = f"request {number} of seed {self.seed}: {answer.request.method} {answer.request.path}"
                self.assertLess(answer.status_code, 500, what)
                for word in FOREIGN:
                    self.assertNotIn(word, text, what)
                if number % 500 == 0:
                    self.env.invalidate_all()
        self.env.invalidate_all()
        self.assertEqual(self.state_of_foreign(), before)
        self.assertGreater(self.codes[200], self.count // 50, "Nothing was let in")
        self.assertGreater(self.codes[404], self.count // 20, "Nothing was refused")
        self.assertTrue(self.told(), "No form was ever filled in well")

    def state_of_foreign(self):
        """All that a stranger could have changed of the other debtor."""
        self.env.flush_all()
        partner = self.foreign.partner_id
        return (
            partner.read(["name", "street", "email", "phone", "lang"]),
            self.foreign_items.mapped("amount_residual"),
            self.foreign.log_ids.ids,
            self.foreign.agreement_ids.mapped("state"),
            self.foreign.dispute_ids.ids,
            self.foreign.message_ids.ids,
            partner.collection_opt_out_ids.ids,
            self.env["collection.address.change"].search([("partner_id", "=", partner.id)]).ids,
            self.env["payment.transaction"].search([("partner_id", "=", partner.id)]).ids,
        )
