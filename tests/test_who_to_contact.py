"""Who is contacted, where and when: contact persons, numbers, time zones, holidays, wishes."""

from datetime import UTC, date, datetime
from unittest.mock import patch
from zoneinfo import ZoneInfo

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.collections_followup.models import res_partner_holidays
from odoo.addons.collections_followup.tools.contact import Proposal

from .common import ON, CollectionsCase, days

NY, LA = "America/New_York", "America/Los_Angeles"


class TestWhoToContact(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["collection.contact.rule"].with_context(active_test=False)
        cls.rules.search([("code", "=", "HOUSE-WISHES")]).active = True
        cls.us = cls.env.ref("base.us")
        cls.california = cls.env.ref("base.state_us_5")
        cls.debtor = cls.make_debtor("Hooli", phone="+1 212 555 0123")
        cls.make_invoice(cls.debtor, 100, ON - days(3))

    def person(self, kind, **values):
        return self.make_debtor(
            f"{kind} person", parent_id=self.debtor.id, type=kind, is_company=False, **values
        )

    def resolve(self, channel, debtor=None):
        debtor = debtor or self.debtor
        return self.env["collection.channel"]._for(channel)._resolve(debtor)[debtor.id]

    def zones(self, **values):
        debtor = self.make_debtor("Zone", **values)
        return self.env["res.partner"]._collection_time_zones(debtor)[debtor.id]

    # === Contact persons === #
    def test_collections_then_invoice_then_company(self):
        self.assertEqual(self.resolve("email").partner, self.debtor.id)
        invoice = self.person("invoice")
        self.assertEqual(self.resolve("email").partner, invoice.id)
        collections = self.person("collections")
        self.assertEqual(self.resolve("email").partner, collections.id)
        collections.email = False
        self.assertEqual(self.resolve("email").partner, invoice.id)
        collections.email = "back@debtor.example"
        collections.active = False
        self.assertEqual(self.resolve("email").partner, invoice.id)

    def test_other_types_are_not_contacted(self):
        self.debtor.email = False
        for kind in ("contact", "delivery", "other"):
            self.person(kind)
        self.assertEqual(self.resolve("email").code, "no_email")

    # === Numbers === #
    def test_numbers_are_checked(self):
        for channel in ("call", "sms"):
            self.debtor.phone = "12"
            self.assertEqual(self.resolve(channel).code, "invalid_phone", channel)
            self.debtor.phone = False
            self.assertEqual(self.resolve(channel).code, "no_phone", channel)
            self.debtor.phone = "(212) 555-0123"
            self.debtor.country_id = self.us
            self.assertEqual(self.resolve(channel).address, "+12125550123", channel)

    def test_invalid_number_is_a_refusal_with_a_code(self):
        self.debtor.phone = "not a number"
        self.make_policy(("Call", 1, "call"))
        self.follow_up()
        self.assertContacts(self.debtor, ("Call", "call", "invalid_phone"))

    # === Time zones === #
    def test_number_and_address_conflict(self):
        zones = self.zones(country_id=self.us.id, state_id=self.california.id, phone="+12125550123")
        self.assertEqual(set(zones), {NY, LA})

    def test_number_narrows_a_country_down(self):
        self.assertEqual(self.zones(country_id=self.us.id, phone="+12125550123"), [NY])

    def test_country_with_many_zones(self):
        self.assertGreater(len(self.zones(country_id=self.us.id)), 10)

    def test_zone_of_whoever_made_the_contact_says_nothing(self):
        self.env.user.tz = NY
        self.assertGreater(len(self.zones(country_id=self.us.id, tz=NY)), 10)
        self.assertEqual(
            self.zones(country_id=self.us.id, tz="America/Chicago"), ["America/Chicago"]
        )

    def test_no_country(self):
        self.assertEqual(self.zones(phone="+13105550123"), [LA])
        self.company.partner_id.tz = "Europe/Berlin"
        self.assertEqual(self.zones(tz=False), ["Europe/Berlin"])
        self.assertEqual(self.zones(tz="Asia/Tokyo"), ["Asia/Tokyo"])

    def test_other_country_than_the_number(self):
        zones = self.zones(country_id=self.env.ref("base.de").id, phone="+390612345678")
        self.assertIn("Europe/Berlin", zones)
        self.assertIn("Europe/Rome", zones)

    def test_where_the_contact_person_is(self):
        self.make_policy(("Call", 1, "call"))
        self.follow_up()
        case = self.case_of(self.debtor)
        person = self.person("collections", phone="+13105550123")
        facts = case._get_person_facts(ON, {case.id: {person.id}})[case.id]
        self.assertEqual(facts.time_zones, (ZoneInfo(LA),))

    def test_both_places_must_be_awake(self):
        """Regulation F's example: a number in one zone, an address in another."""
        self.make_policy(("Call", 1, "call"))
        self.follow_up()
        self.debtor.write(
            {
                "country_id": self.us.id,
                "state_id": self.california.id,
                "collection_debtor_type": "consumer",
            }
        )
        rule = self.rules.search([("code", "=", "US-REGF-HOURS")])
        rule.write({"active": True, "party": "any"})
        self.assertIsNone(self.judge(datetime(2026, 3, 16, 12, tzinfo=ZoneInfo(LA))))
        self.assertEqual(self.judge(datetime(2026, 3, 16, 8, tzinfo=ZoneInfo(NY))), "hours")
        self.assertEqual(self.judge(datetime(2026, 3, 16, 20, tzinfo=ZoneInfo(LA))), "hours")

    def judge(self, at, channel="call", **values):
        case = self.case_of(self.debtor)
        proposal = Proposal(
            key=1,
            case=case.id,
            debtor=self.debtor.id,
            company=self.company.id,
            channel=channel,
            on=at.date(),
            at=at,
            partner=self.debtor.id,
            address="+12125550123",
            **values,
        )
        refusal = self.env["collection.compliance"]._check([proposal]).get(1)
        return refusal and refusal.code

    # === Times === #
    def test_inconvenient_time(self):
        self.make_policy(("Call", 1, "call"))
        self.follow_up()
        self.debtor.write(
            {
                "country_id": self.us.id,
                "collection_time_ids": [
                    (
                        0,
                        0,
                        {
                            "kind": "avoid",
                            "hour_from": 12,
                            "hour_to": 14,
                            "channel": "call",
                            "sat": False,
                            "sun": False,
                            "date_to": ON + days(7),
                        },
                    ),
                ],
            }
        )
        noon = datetime(2026, 3, 16, 12, 30, tzinfo=ZoneInfo(NY))
        self.assertEqual(self.judge(noon), "inconvenient_time")
        self.assertIsNone(self.judge(noon, channel="sms"))
        self.assertIsNone(self.judge(noon.replace(hour=15)))
        self.assertIsNone(self.judge(noon.replace(day=21)), "a Saturday")
        self.assertIsNone(self.judge(noon.replace(day=24)), "after it has ended")

    def test_times_are_checked(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            self.env["collection.contact.time"].create(
                {"partner_id": self.debtor.id, "hour_from": 14, "hour_to": 12}
            )

    def test_consents(self):
        self.make_policy(("Call", 1, "call"))
        self.follow_up()
        case = self.case_of(self.debtor)
        Consent = self.env["collection.consent"]
        Consent.create({"partner_id": self.debtor.id, "kind": "electronic", "date": ON})
        Consent.create({"partner_id": self.debtor.id, "date": ON, "date_to": ON + days(3)})
        facts = case._get_person_facts(ON)[case.id]
        self.assertTrue(facts.electronic_consent)
        self.assertEqual(facts.consents[0].received_at, datetime(2026, 3, 16, tzinfo=UTC))
        self.assertEqual(case._get_person_facts(ON + days(4))[case.id].consents, ())
        Consent.search([("kind", "=", "electronic")])._revoke("Changed its mind")
        self.assertFalse(case._get_person_facts(ON)[case.id].electronic_consent)

    # === Debtor type and holidays === #
    def test_debtor_type(self):
        person = self.make_debtor("Jane", is_company=False)
        self.assertTrue(person._is_consumer())
        person.collection_debtor_type = "business"
        self.assertFalse(person._is_consumer())
        self.debtor.collection_debtor_type = "consumer"
        self.assertTrue(self.debtor._is_consumer())

    def test_holidays(self):
        Partner = self.env["res.partner"]
        us = Partner._collection_holidays("US", "CA", ON)
        self.assertIn(date(2026, 7, 4), us)
        self.assertIn(date(2027, 1, 1), us)
        self.assertEqual(Partner._collection_holidays("", "", ON), frozenset())
        self.assertEqual(Partner._collection_holidays("XX", "?", ON), frozenset())
        if res_partner_holidays.holidays:
            self.assertIn(date(2026, 3, 17), Partner._collection_holidays("IE", "D", ON))

    def test_holidays_without_the_package(self):
        res_partner_holidays._holidays.cache_clear()
        self.addCleanup(res_partner_holidays._holidays.cache_clear)
        with patch.object(res_partner_holidays, "holidays", None):
            Partner = self.env["res.partner"]
            self.assertIn(date(2026, 7, 4), Partner._collection_holidays("US", "CA", ON))
            self.assertEqual(Partner._collection_holidays("IE", "D", ON), frozenset())

    # === Roles === #
    def test_roles(self):
        reader = self.make_user("reader", login="who_reader")
        collector = self.make_user("collector", login="who_collector")
        values = {"partner_id": self.debtor.id, "kind": "prefer", "hour_from": 9, "hour_to": 11}
        Time = self.env["collection.contact.time"]
        with self.assertRaises(AccessError):
            Time.with_user(reader).create(values)
        span = Time.with_user(collector).create(values)
        self.assertEqual(span.with_user(reader).display_name, "09:00–11:00")
        with self.assertRaises(AccessError):
            span.with_user(reader).unlink()
        span.unlink()
        self.env["collection.consent"].with_user(collector).create({"partner_id": self.debtor.id})
        with self.assertRaises(AccessError):
            self.env["collection.consent"].with_user(reader).create({"partner_id": self.debtor.id})

    # === What people are shown === #
    def test_hints(self):
        self.make_policy(("Call", 1, "call"))
        self.follow_up()
        collector = self.make_user("collector", login="who_hints")
        self.debtor.write({"country_id": self.us.id, "collection_preferred_channel": "call"})
        self.env["collection.opt.out"]._note(self.debtor, "email")
        self.env["collection.contact.time"].create(
            {"partner_id": self.debtor.id, "hour_from": 12, "hour_to": 14}
        )
        hints = "\n".join(self.case_of(self.debtor).with_user(collector)._get_contact_hints())
        for text in (
            "Phone Call: Hooli, +12125550123",
            "E-mail: The debtor does not want to be contacted in this way.",
            "Prefers: Phone Call",
            "Inconvenient: 12:00–14:00",
            "Does not want: E-mail",
            "Time there:",
        ):
            self.assertIn(text, hints)
