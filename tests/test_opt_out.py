"""Opt-outs: kept, respected on every channel, asked for by a link without login."""

import re
from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.collections_followup.tools.contact import Proposal
from odoo.addons.collections_followup.tools.contact_wording import opt_out_statement_ok

from .common import ON, CollectionsCase, days


class TestOptOut(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.OptOut = cls.env["collection.opt.out"]
        cls.env["collection.contact.rule"].with_context(active_test=False).search(
            [("code", "=", "HOUSE-MEDIUM")]
        ).active = True
        cls.collector = cls.make_user("collector", login="optout_collector")
        cls.reader = cls.make_user("reader", login="optout_reader")
        us = cls.env.ref("base.us")
        cls.debtor = cls.make_debtor("Silent", phone="+1 212 555 0123", country_id=us.id)
        cls.make_invoice(cls.debtor, 100, ON - days(3))

    def chase(self, *channels, mode="review"):
        self.make_policy(("Reminder", 1, *channels), mode=mode)
        self.follow_up()
        return {log.channel: log.block_code or log.state for log in self.contacts(self.debtor)}

    # === The engine === #
    def test_every_channel(self):
        self.OptOut._note(self.debtor, "all")
        result = self.chase("email", "sms", "call", "letter")
        self.assertEqual(
            result, dict.fromkeys(("email", "sms", "call", "letter"), "opt_out_medium")
        )

    def test_one_channel(self):
        self.OptOut._note(self.debtor, "email")
        self.assertEqual(
            self.chase("email", "sms", "call", "letter"),
            {"email": "opt_out_medium", "sms": "planned", "call": "planned", "letter": "planned"},
        )

    def test_number_for_calls_leaves_texts(self):
        self.OptOut._note(self.debtor, "call", "(212) 555-0123")
        self.assertEqual(self.chase("sms", "call"), {"sms": "planned", "call": "opt_out_address"})

    def test_address_closed_others_open(self):
        """The next contact person is written to; an address is closed for any debt."""
        contact = self.make_debtor(
            "Books", parent_id=self.debtor.id, type="collections", is_company=False
        )
        self.OptOut._note(contact, "email", contact.email.upper())
        self.assertEqual(self.chase("email"), {"email": "planned"})
        self.assertEqual(self.contacts(self.debtor).address, self.debtor.email)
        twin = self.make_debtor("Twin", email=contact.email)
        self.make_invoice(twin, 50, ON - days(3))
        self.follow_up(ON + days(1))
        self.assertReason(twin, "opt_out_address")

    def test_contact_person_closed_others_open(self):
        contact = self.make_debtor("Books", parent_id=self.debtor.id, type="collections")
        self.OptOut._note(contact, "email")
        self.assertEqual(self.chase("email"), {"email": "planned"})
        self.assertEqual(self.contacts(self.debtor).partner_id, self.debtor)

    def test_between_planning_and_release(self):
        self.assertEqual(self.chase("email"), {"email": "planned"})
        planned = self.contacts(self.debtor)
        self.OptOut._note(self.debtor, "email", self.debtor.email)
        planned.released = True
        self.make_released()
        self.assertEqual((planned.state, planned.block_code), ("blocked", "opt_out_address"))

    def test_blacklists(self):
        self.env["mail.blacklist"]._add(self.debtor.email)
        self.env["phone.blacklist"]._add([self.debtor.phone_sanitized])
        self.assertEqual(
            self.chase("email", "sms", "call"),
            {"email": "blacklisted_email", "sms": "blacklisted_phone", "call": "blacklisted_phone"},
        )

    def test_people_are_told(self):
        """A contact by hand is judged by the same wishes, with one answer allowed."""
        self.chase("letter")
        case = self.case_of(self.debtor)
        self.OptOut._note(self.debtor, "call", date=ON)
        proposal = Proposal(
            key=1,
            case=case.id,
            debtor=self.debtor.id,
            company=self.company.id,
            channel="call",
            on=ON,
            partner=self.debtor.id,
            address="+12125550123",
            by_hand=True,
        )
        refusals = self.env["collection.compliance"]._check([proposal])
        self.assertEqual(refusals[1].code, "opt_out_medium")

    def test_holds_and_rules_agree(self):
        self.chase("letter")
        case = self.case_of(self.debtor)
        for code in ("cease", "attorney"):
            self.env["collection.hold"].create(
                {
                    "case_id": case.id,
                    "reason_id": self.env.ref(f"collections_followup.hold_reason_{code}").id,
                    "date_from": ON,
                }
            )
        facts = case._get_person_facts(ON)[case.id]
        self.assertEqual(facts.cease[0].received, ON)
        self.assertEqual(facts.attorney.known_from, ON)
        before = case._get_person_facts(ON - days(1))[case.id]
        self.assertEqual((before.cease, before.attorney), ((), None))

    def test_set_based(self):
        """The number of queries does not depend on the number of debtors."""
        self.chase("letter")
        for number in range(12):
            self.make_invoice(self.make_debtor(f"D{number}"), 10, ON - days(3))
        self.follow_up(ON + days(1))
        cases = self.env["collection.case"].search([("company_id", "=", self.company.id)])
        counts = []
        for some in (cases[:2], cases):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._get_person_facts(ON)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        with self.assertQueryCount(4):
            cases._get_wishes(ON)

    # === The rows === #
    def test_noted_once_and_revoked(self):
        first, new = self.OptOut._note(self.debtor, "email", "A@Debtor.Example")
        self.assertTrue(new)
        again, new = self.OptOut._note(self.debtor, "email", "a@debtor.example")
        self.assertEqual((again, new), (first, False))
        mine = first.with_user(self.collector)
        with self.assertRaises(UserError):
            mine.write({"channel": "all"})
        with self.assertRaises(UserError):
            mine.action_revoke()
        mine.revoke_reason = "Wrote that mails are welcome again"
        mine.action_revoke()
        self.assertFalse(first.is_current)
        self.assertEqual(first.revoked_by_id, self.collector)
        with self.assertRaises(UserError):
            mine.revoke_reason = "Another"
        with self.assertRaises(UserError):
            first.unlink()
        self.assertTrue(self.OptOut._note(self.debtor, "email", "a@debtor.example")[1])

    def test_roles(self):
        opt_out, _new = self.OptOut._note(self.debtor, "email")
        seen = self.OptOut.with_user(self.reader).search([("id", "=", opt_out.id)])
        self.assertEqual(seen.channel, "email")
        with self.assertRaises(AccessError):
            seen.write({"revoke_reason": "x"})
        with self.assertRaises(AccessError):
            self.OptOut.with_user(self.reader).create({"partner_id": self.debtor.id})
        made = self.OptOut.with_user(self.collector).create({"partner_id": self.debtor.id})
        self.assertEqual(made.user_id, self.collector)
        with self.assertRaises(AccessError):
            made.unlink()
        stranger = self.env["res.users"].create({"name": "S", "login": "optout_stranger"})
        with self.assertRaises(AccessError):
            opt_out.with_user(stranger).read(["channel"])

    def test_other_company(self):
        elsewhere = self.make_company("Elsewhere")
        theirs = self.make_debtor("Theirs", company_id=elsewhere.id)
        opt_out, _new = self.OptOut._note(theirs, "email")
        self.assertEqual(opt_out.company_id, elsewhere)
        self.assertFalse(self.OptOut.with_user(self.reader).search([("id", "=", opt_out.id)]))

    def test_address_must_fit(self):
        for channel, address in (
            ("email", "+12125550123"),
            ("call", "a@b.example"),
            ("letter", "x@y.z"),
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.OptOut.create(
                    {"partner_id": self.debtor.id, "channel": channel, "address": address}
                )

    def test_tick_boxes(self):
        self.debtor.collection_no_call = True
        self.debtor.invalidate_recordset()
        self.assertTrue(self.debtor.collection_no_call)
        self.assertFalse(self.debtor.collection_no_email)
        opt_out = self.OptOut.search([("partner_id", "=", self.debtor.id)])
        self.assertEqual((opt_out.channel, opt_out.address), ("call", False))
        self.debtor.collection_no_call = False
        self.assertFalse(opt_out.is_current)
        self.assertTrue(opt_out.revoke_reason)

    # === The sentence === #
    def _mail(self, **company):
        self.company.write(company)
        self.chase("email", "sms", mode="automatic")
        logs = self.contacts(self.debtor)
        mail = self.env["mail.mail"].sudo().search([("res_id", "in", logs.case_id.ids)])
        sms = self.env["sms.sms"].sudo().search([("partner_id", "=", self.debtor.id)])
        return mail.body_html or "", sms.body or "", logs

    def test_sentence_only_where_a_law_asks(self):
        mail, sms, _logs = self._mail()
        self.assertNotIn("/collections/stop/", mail + sms)

    def test_sentence_in_every_message(self):
        mail, sms, logs = self._mail(collection_opt_out_notice="always")
        [url] = set(re.findall(r'href="([^"]*/collections/stop/[^"]+)"', mail))
        self.assertTrue(sms.strip().endswith(sms.split("Stop messages: ")[1].strip()))
        self.assertLess(len(sms.rpartition("/stop/")[2]), 40)
        link = self.OptOut._read_stop_token(url.rpartition("/")[2], ON)
        self.assertEqual(
            (link.partner, link.channel, link.address), (self.debtor, "email", self.debtor.email)
        )
        link = self.OptOut._read_stop_token(sms.rpartition("/stop/")[2], ON)
        self.assertEqual((link.channel, link.address), ("sms", "+12125550123"))
        notice = self.env["collection.notice"]
        email_log = logs.filtered(lambda log: log.channel == "email")
        said = notice._get_opt_outs(email_log, "email")[email_log.id]
        self.assertTrue(opt_out_statement_ok(f"{said['sentence']} {said['label']} {said['url']}"))
        # What is filed on the case is the text, without a link that works.
        self.assertNotIn("/collections/stop/", email_log.message_id.body)

    def test_reply_stop_where_texts_can_be_answered(self):
        _mail, sms, _logs = self._mail(
            collection_opt_out_notice="always", collection_sms_receives=True
        )
        self.assertTrue(sms.endswith("Reply STOP to opt out."))
        self.assertTrue(opt_out_statement_ok("Reply STOP to opt out."))

    def test_law_asks(self):
        """A rule of a state about unwanted media makes the sentence appear."""
        self.env["collection.contact.rule"].create(
            {
                "name": "Media",
                "code": "XX-MEDIUM",
                "group": "XX",
                "kind": "medium",
                "legal_source": "Test Act",
                "country_id": self.env.ref("base.us").id,
            }
        )
        mail, sms, _logs = self._mail()
        self.assertIn("/collections/stop/", mail)
        self.assertIn("/collections/stop/", sms)


@tagged("post_install", "-at_install")
class TestStopPage(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Secret Name", "email": "jane@example.com", "phone": "+12125550123"}
        )
        cls.OptOut = cls.env["collection.opt.out"]

    def token(self, channel="email", address="jane@example.com", on=None):
        on = on or fields.Date.context_today(self.OptOut)
        return self.OptOut._get_stop_url(self.partner.id, channel, address, on, "").rpartition("/")[
            2
        ]

    def opt_outs(self):
        return self.OptOut.search([("partner_id", "=", self.partner.id)])

    def press(self, token):
        page = self.url_open(f"/collections/stop/{token}")
        [csrf] = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
        return self.url_open(f"/collections/stop/{token}", data={"csrf_token": csrf})

    def test_looking_changes_nothing(self):
        page = self.url_open(f"/collections/stop/{self.token()}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("j•••@e•••.com", page.text)
        for secret in ("jane", "Secret", "example.com"):
            self.assertNotIn(secret, page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertFalse(self.opt_outs())

    def test_button(self):
        page = self.press(self.token())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Done", page.text)
        opt_out = self.opt_outs()
        self.assertEqual(
            (opt_out.channel, opt_out.address, opt_out.source),
            ("email", "jane@example.com", "link"),
        )
        self.press(self.token())
        self.assertEqual(len(self.opt_outs()), 1)

    def test_number(self):
        page = self.press(self.token("sms", "+12125550123"))
        self.assertIn("123", page.text)
        self.assertNotIn("2125550123", page.text)
        self.assertEqual(self.opt_outs().channel, "sms")

    def test_post_without_csrf_token(self):
        token = self.token()
        self.url_open(f"/collections/stop/{token}")
        page = self.url_open(f"/collections/stop/{token}", data={"x": "1"})
        self.assertEqual(page.status_code, 400)
        self.assertFalse(self.opt_outs())

    def test_bad_links(self):
        good = self.token()
        head, _dot, signature = good.rpartition(".")
        person, _dot, rest = head.partition(".")
        bad = [
            "x",
            "..",
            "a.b.c",
            "%00",
            "é.é.é",
            good[:-1],
            good + "a",
            good.upper(),
            "z" * 5000,
            f"{head}.{signature[::-1]}",
            f"1{person}.{rest}.{signature}",
            f"{person}.s{rest[1:]}.{signature}",
            f"{person}.{rest}1.{signature}",
            f"-{good}",
            f"+{good}",
            "zzzzzzzzzzzz.e1.abc",
            self.token(on=date(2020, 1, 1)),
            self.token(on=date(2200, 1, 1)),
            self.token(address="other@example.com"),
        ]
        for token in bad:
            page = self.url_open(f"/collections/stop/{token}")
            self.assertIn(page.status_code, (400, 404), token)
            self.assertNotIn("jane", page.text)
            posted = self.url_open(f"/collections/stop/{token}", data={"x": "1"})
            self.assertIn(posted.status_code, (400, 404), token)
        self.assertFalse(self.opt_outs())

    def test_all_bad_links_look_alike(self):
        pages = {
            self.url_open(f"/collections/stop/{token}").text
            for token in ("x", self.token()[:-1], self.token(on=date(2020, 1, 1)))
        }
        self.assertEqual(len(pages), 1)

    def test_deleted_contact_and_changed_address(self):
        token = self.token()
        self.partner.email = "new@example.com"
        self.assertEqual(self.url_open(f"/collections/stop/{token}").status_code, 404)
        self.partner.unlink()
        self.assertEqual(self.url_open(f"/collections/stop/{token}").status_code, 404)

    def test_language_of_the_debtor(self):
        self.env["res.lang"]._activate_lang("ar_001")
        self.partner.lang = "ar_001"
        page = self.url_open(f"/collections/stop/{self.token()}")
        self.assertIn('dir="rtl"', page.text)
        self.assertIn('lang="ar', page.text)
