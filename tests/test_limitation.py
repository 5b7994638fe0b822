"""Until when debts can be enforced: rules of countries, what renews them, who is told."""

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ON, days
from .money import MoneyCase


class TestLimitation(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["collection.limitation.rule"].search([]).active = False
        cls.rule = cls.env["collection.limitation.rule"].create(
            {
                "name": "Three years",
                "months": 36,
                "legal_source": "Test Code 1",
                "effect_promise": "renew",
                "mode": "no_suit",
            }
        )
        cls.day = days(1)

    def ends(self, line):
        return self.case._get_limitations(line, ON)[line][0].ends

    def open(self, late, **values):
        self.case, (self.item,) = self.open_case((300, late))
        return self.item

    def step(self, kind, user=None, **values):
        return (
            self.env["collection.legal.step"]
            .with_user(user or self.collector)
            .create({"case_id": self.case.id, "kind": kind, **values})
        )

    def test_counted_from_the_due_date(self):
        item = self.open(100)
        self.assertEqual(self.ends(item).isoformat(), "2028-12-06")

    def test_the_debtors_or_the_creditors_law(self):
        """Among traders the seller's, for consumers the law where they live."""
        germany = self.rule.copy({"country_id": self.env.ref("base.de").id, "from_year_end": True})
        france = self.rule.copy({"country_id": self.env.ref("base.fr").id, "months": 60})
        self.company.country_id = france.country_id
        item = self.open(100)
        self.debtor.country_id = germany.country_id
        self.assertEqual(self.ends(item).isoformat(), "2030-12-06")
        self.debtor.is_company = False
        self.assertEqual(self.ends(item).isoformat(), "2028-12-31")
        germany.debtor_type = "business"
        self.assertEqual(self.ends(item).isoformat(), "2030-12-06", "the nearest that fits")

    def test_a_states_rule_goes_before_its_countrys(self):
        usa = self.env.ref("base.us")
        state, other = self.env.ref("base.state_us_33"), self.env.ref("base.state_us_27")
        self.rule.copy({"country_id": usa.id, "months": 48})
        self.rule.copy({"country_id": usa.id, "state_id": state.id, "months": 72})
        item = self.open(100)
        self.company.write({"country_id": usa.id, "state_id": state.id})
        self.assertEqual(self.ends(item).isoformat(), "2031-12-06")
        self.company.state_id = other
        self.assertEqual(self.ends(item).isoformat(), "2029-12-06")
        with self.assertRaisesRegex(ValidationError, "no state of"):
            self.rule.copy({"country_id": self.env.ref("base.de").id, "state_id": state.id})

    def test_every_rule_shipped_names_its_law(self):
        shipped = self.env["collection.limitation.rule"].with_context(active_test=False)
        shipped = shipped.search([("id", "!=", self.rule.id)])
        self.assertGreater(len(shipped), 14)
        for rule in shipped:
            self.assertRegex(rule.legal_source, r"\d", rule.name)
            self.assertTrue(rule.note, rule.name)
            self.assertFalse(rule.checked_on, "nobody has checked it for this company")

    def test_a_rule_is_marked_as_checked_until_it_is_changed(self):
        self.open(100)
        manager = self.manager
        rule = self.rule.with_user(manager)
        self.assertFalse(self.case.limitation_rows[0]["checked"])
        rule.action_checked()
        self.assertEqual((rule.checked_on, rule.checked_by_id), (ON, manager))
        self.case.invalidate_recordset(["limitation_rows"])
        self.assertTrue(self.case.limitation_rows[0]["checked"])
        rule.note = "Asked Ms Moriarty"
        self.assertTrue(rule.checked_on)
        rule.months = 48
        self.assertFalse(rule.checked_on)
        with self.assertRaises(AccessError):
            self.rule.with_user(self.collector).action_checked()

    def test_payments_agreements_and_steps_renew_it(self):
        item = self.open(100)
        self.pay(item.move_id, 10, on=ON - days(50))
        self.assertEqual(self.ends(item).isoformat(), "2029-01-25")
        self.step("acknowledgement", date=ON - days(20))
        self.assertEqual(self.ends(item).isoformat(), "2029-02-24")
        self.step("demand", date=ON - days(2))
        self.assertEqual(self.ends(item).isoformat(), "2029-02-24", "a demand does nothing here")

    def test_a_credit_note_is_no_payment(self):
        item = self.open(100)
        note = self.receivable(self.make_credit_note(self.debtor, 40))
        (item + note).reconcile()
        self.assertEqual(self.ends(item).isoformat(), "2028-12-06")

    def test_a_step_about_other_items_does_nothing_here(self):
        item = self.open(100)
        other = self.receivable(self.make_invoice(self.debtor, 5, ON - days(10)))
        self.step("acknowledgement", move_line_ids=[(6, 0, other.ids)])
        self.assertEqual(self.ends(item).isoformat(), "2028-12-06")

    def test_nobody_sues_for_a_debt_that_is_barred(self):
        self.open(1100)
        with self.assertRaisesRegex(UserError, r"Test Code 1\) forbids to sue"):
            self.step("suit")
        self.rule.mode = "warn"
        self.assertTrue(self.step("suit"))

    def test_a_lawyer_does_not_get_it(self):
        self.open(1100)
        handover = self.env["collection.handover"].create(
            {"case_id": self.case.id, "kind": "lawyer", "partner_id": self.debtor.id}
        )
        self.assertEqual(handover._get_refusal()[0], "time_barred")

    def test_where_the_law_says_so_nobody_speaks_of_it(self):
        item = self.open(1100)
        self.rule.mode = "block"
        found = self.engine._get_exclusions(self.case, item.ids, ON)
        self.assertEqual(found, {item.id: "time_barred"})
        self.follow_up(ON + days(1))
        self.assertReason(self.debtor, "time_barred")

    def test_the_case_shows_it_and_the_collector_is_told_once(self):
        item = self.open(1050)
        self.follow_up(ON + days(1))
        self.follow_up(ON + days(2))
        self.reload()
        self.assertEqual(self.case.limitation_date, self.ends(item))
        told = self.case.activity_ids.filtered(lambda a: "short time" in a.summary)
        self.assertEqual((len(told), told.user_id), (1, self.collector))
        self.assertIn("short time", str(self.case._get_warnings()))
        row = self.case.limitation_rows[0]
        self.assertEqual((row["document"], row["barred"]), (item.move_id.name, False))
        self.step("acknowledgement")
        self.follow_up(ON + days(3))
        self.reload()
        self.assertFalse(self.case.limitation_date)

    def test_deadlines_are_told_once_a_week_before(self):
        self.open(100)
        step = self.step("suit", deadline=ON + days(10), court="Local Court")
        self.follow_up(ON + days(2))
        self.assertFalse(step.activity_ids)
        self.follow_up(ON + days(3))
        self.follow_up(ON + days(4))
        self.reload()
        self.assertEqual(step.activity_ids.mapped("date_deadline"), [ON + days(10)])
        step.action_done()
        self.assertFalse(step.activity_ids)
        with self.assertRaisesRegex(UserError, "history"):
            step.with_user(self.supervisor).unlink()

    def test_readers_look_and_collectors_do_not_change_the_law(self):
        self.open(100)
        step = self.step("demand")
        reader = self.make_user("reader")
        self.assertTrue(step.with_user(reader).name)
        with self.assertRaises(AccessError):
            step.with_user(reader).result = "x"
        with self.assertRaises(AccessError):
            self.rule.with_user(self.collector).months = 1

    def test_many_debts_take_as_many_queries_as_one(self):
        def queries(count):
            lines = self.env["account.move.line"]
            for number in range(count):
                debtor = self.make_debtor(f"Old {count} {number}")
                lines |= self.receivable(self.make_invoice(debtor, 10, ON - days(1050)))
            self.reload()
            before = self.env.cr.sql_log_count
            self.env["collection.case"]._get_limitations(lines, ON)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1), queries(5))
