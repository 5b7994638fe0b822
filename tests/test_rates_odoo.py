"""Reference rates and interest regimes as records: what ships, what people change, and what the
pure calculation is given."""

from datetime import date
from decimal import Decimal

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from odoo.addons.collections_followup.tools.rates import shipped_series
from odoo.addons.collections_followup.tools.regimes import REGIMES

from .common import CollectionsCase


class TestRatesOdoo(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rate = cls.env["collection.reference.rate"]
        cls.Regime = cls.env["collection.interest.regime"]
        cls.manager = cls.make_user("manager")
        cls.collector = cls.make_user("collector")

    # === What ships === #
    def test_all_shipped_rates_are_records(self):
        built = self.Rate._get_series()
        for code, series in shipped_series().items():
            with self.subTest(series=code):
                found = [(r.date_from, r.rate, r.source, r.verified) for r in built[code].rates]
                shipped = [(r.date_from, r.rate, r.source, r.verified) for r in series.rates]
                self.assertEqual(found, shipped)
                self.assertEqual(built[code].step, series.step)
                self.assertEqual(built[code].known_until, series.known_until)

    def test_all_shipped_regimes_are_records(self):
        for code, regime in REGIMES.items():
            with self.subTest(regime=code):
                built = self.Regime.search([("code", "=", code)])._get_regime()
                for name in regime.__dataclass_fields__:
                    if name not in ("debtor_type", "compensation"):
                        self.assertEqual(getattr(built, name), getattr(regime, name), name)
                if regime.compensation:
                    self.assertEqual(built.compensation.tiers, regime.compensation.tiers)
                    self.assertEqual(
                        built.compensation.limit_currency, regime.compensation.limit_currency
                    )

    def test_what_people_changed_stays(self):
        rate = self.Rate.search([("series", "=", "EU_MRO")], limit=1)
        rate.rate = 9.99
        other = self.Rate.search([("series", "=", "DE_BASE")], limit=1)
        other.active = False
        regime = self.Regime.search([("code", "=", "IT")])
        regime.margin = 9
        count = self.Rate.with_context(active_test=False).search_count([])
        self.Rate._load_shipped()
        self.Regime._load_shipped()
        self.assertEqual(self.Rate.with_context(active_test=False).search_count([]), count)
        self.assertEqual((rate.rate, other.active, regime.margin), (9.99, False, 9))

    # === What people add === #
    def test_a_manager_adds_the_next_half_year(self):
        self.Rate.with_user(self.manager).create(
            {"series": "EU_MRO", "date_from": "2027-01-01", "rate": 2.65, "source": "ECB"}
        )
        series = self.Rate._get_series(["EU_MRO"])["EU_MRO"]
        self.assertEqual(series.lookup(date(2027, 3, 1)).rate, Decimal("2.65"))

    def test_a_rate_of_a_series_of_changes_keeps_its_kind(self):
        rate = self.Rate.create({"series": "PL_CIVIL", "date_from": "2026-12-04", "rate": 9})
        self.assertEqual(rate.step, "change")

    def test_an_archived_rate_does_not_count(self):
        self.Rate.search(
            [("series", "=", "EU_MRO"), ("date_from", "=", "2026-01-01")]
        ).active = False
        series = self.Rate._get_series(["EU_MRO"])["EU_MRO"]
        with self.assertRaisesRegex(ValueError, "EU_MRO.*2026H1"):
            series.lookup(date(2026, 3, 1))

    def test_two_rates_of_one_day_are_refused(self):
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            self.Rate.create({"series": "EU_MRO", "date_from": "2026-01-01", "rate": 3})

    def test_a_rate_that_is_no_percentage_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "percent per annum"):
            self.Rate.create({"series": "X", "date_from": "2026-01-01", "rate": 1000})

    def test_a_series_cannot_hold_in_two_ways(self):
        with self.assertRaisesRegex(ValidationError, "same way"):
            self.Rate.create(
                {"series": "EU_MRO", "date_from": "2027-01-01", "rate": 2, "step": "change"}
            )

    def test_collectors_read_rates_and_change_none(self):
        rate = self.Rate.with_user(self.collector).search([("series", "=", "EU_MRO")], limit=1)
        self.assertTrue(rate.source)
        with self.assertRaises(AccessError):
            rate.rate = 1

    # === Regimes === #
    def test_a_regime_without_rates_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "no reference rates of the series NOWHERE"):
            self.Regime.create({"name": "X", "code": "X", "series": "NOWHERE"})

    def test_tiers_that_leave_a_gap_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "rising limits"):
            self.Regime.create(
                {
                    "name": "X",
                    "code": "X",
                    "basis": "none",
                    "compensation_currency_id": self.usd.id,
                    "compensation_ids": [Command.create({"amount": 40, "limit_amount": 1000})],
                }
            )

    def test_caps_and_an_agreed_rate_reach_the_calculation(self):
        regime = self.Regime.create(
            {
                "name": "Contract",
                "code": "C",
                "basis": "agreed",
                "agreed_rate": 12.5,
                "rate_cap": 7,
                "total_cap": 100,
                "day_count": "30/360",
                "rounding": "segment",
                "grace_days": 5,
                "grace_mode": "shift",
                "payments_to": "interest",
            }
        )._get_regime()
        self.assertEqual(regime.agreed_rate, Decimal("12.5"))
        self.assertEqual((regime.rate_cap, regime.total_cap_ratio), (Decimal(7), Decimal(1)))
        self.assertEqual((regime.day_count, regime.rounding), ("30/360", "segment"))
        self.assertEqual((regime.grace_days, regime.grace_mode), (5, "shift"))
        self.assertEqual((regime.series, regime.payments_to), ("", "interest"))

    def test_the_law_of_a_country(self):
        def law(code, consumer):
            country = self.env["res.country"].search([("code", "=", code)])
            return self.Regime._of_country(country, consumer, self.company).code or None

        self.assertEqual(law("IT", consumer=False), "IT")
        self.assertEqual(law("DE", consumer=False), "DE_B2B")
        self.assertEqual(law("DE", consumer=True), "DE_CONSUMER")
        self.assertEqual(law("PL", consumer=True), "PL_CIVIL")
        self.assertEqual(law("GB", consumer=False), "UK")
        self.assertEqual(law("NL", consumer=False), "EU", "no statute of its own")
        self.assertIsNone(law("NL", consumer=True), "the directive is about traders only")
        self.assertIsNone(law("US", consumer=False))

    def test_another_company_does_not_see_a_regime(self):
        other = self.make_company("Other Creditor")
        self.Regime.create({"name": "T", "code": "T", "basis": "none", "company_id": other.id})
        self.assertFalse(self.Regime.with_user(self.manager).search([("code", "=", "T")]))
