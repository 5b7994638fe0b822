"""Portfolio: who looks after which case, absences, and everyone's load."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ON, days
from .desk import DeskCase


@tagged("post_install", "-at_install")
class TestAssignment(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["collection.assignment.rule"].search([]).active = False
        cls.ann = cls.make_user("collector", login="ann")
        cls.bob = cls.make_user("collector", login="bob")

    def rule(self, users, **values):
        return self.env["collection.assignment.rule"].create(
            {
                "name": "Rule",
                "company_id": self.company.id,
                "currency_id": self.usd.id,
                "user_ids": [(6, 0, users.ids)],
                **values,
            }
        )

    def unassigned(self, name="Debtor", amount=100.0, **values):
        case = self.make_case(name, amount, **values)
        case.user_id = False
        return case

    def test_by_amount(self):
        self.rule(self.ann, min_amount=1000, sequence=1)
        self.rule(self.bob, sequence=2)
        large, small = self.unassigned("Large", 5000), self.unassigned("Small", 50)
        (large | small)._assign_by_rules()
        self.assertEqual((large.user_id, small.user_id), (self.ann, self.bob))

    def test_an_amount_above_the_rule_falls_through(self):
        self.rule(self.ann, max_amount=1000)
        case = self.unassigned(amount=1000)
        case._assign_by_rules()
        self.assertFalse(case.user_id, "Below means below")

    def test_by_country_and_language(self):
        self.rule(self.ann, country_ids=[(6, 0, self.env.ref("base.be").ids)], sequence=1)
        self.rule(self.bob, sequence=2)
        here = self.unassigned("Here", country_id=self.env.ref("base.be").id)
        there = self.unassigned("There", country_id=self.env.ref("base.fr").id)
        (here | there)._assign_by_rules()
        self.assertEqual((here.user_id, there.user_id), (self.ann, self.bob))

    def test_by_first_letter(self):
        self.rule(self.ann, name_from="A", name_to="K", sequence=1)
        self.rule(self.bob, name_from="L", name_to="Z", sequence=2)
        names = {"alpha": self.ann, "Kilo": self.ann, "Lima": self.bob, "zulu": self.bob}
        cases = {name: self.unassigned(name) for name in names}
        for case in cases.values():
            case._assign_by_rules()
        self.assertEqual({name: case.user_id for name, case in cases.items()}, names)

    def test_the_least_busy_gets_the_next(self):
        self.rule(self.ann | self.bob, keep_last=False)
        cases = self.env["collection.case"].union(*(self.unassigned(f"D{n}") for n in range(4)))
        cases._assign_by_rules()
        self.assertEqual(sorted(cases.user_id.mapped("login")), ["ann", "bob"])
        self.assertEqual(len(cases.filtered(lambda case: case.user_id == self.ann)), 2)

    def test_a_returning_debtor_keeps_the_collector(self):
        self.rule(self.ann | self.bob)
        case = self.make_case("Back", user=self.bob)
        self.pay(case.move_line_ids.move_id)
        self.engine._close_cases(self.company, ON)
        self.assertEqual(case.state, "closed")
        self.make_invoice(case.partner_id, 10, ON - days(3))
        again = self.engine._open_cases(self.company, ON)
        again._assign_by_rules()
        self.assertEqual(again.user_id, self.bob)

    def test_who_has_a_collector_keeps_it(self):
        self.rule(self.ann)
        case = self.make_case(user=self.bob)
        self.assertFalse(case._assign_by_rules())
        self.assertEqual(case.user_id, self.bob)

    def test_nobody_of_another_company(self):
        other = self.make_company("Other")
        stranger = self.make_user("collector", company=other, login="stranger")
        self.rule(stranger)
        case = self.unassigned()
        case._assign_by_rules()
        self.assertFalse(case.user_id)

    def test_letters_in_the_wrong_order_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "first letter"):
            self.rule(self.ann, name_from="Z", name_to="A")

    # === In bulk, by hand === #
    def test_supervisor_assigns_in_bulk(self):
        cases = self.unassigned("One") | self.unassigned("Two")
        wizard = self.env["collection.assign.wizard"].with_user(self.supervisor)
        wizard.create({"case_ids": [(6, 0, cases.ids)], "user_id": self.ann.id}).action_apply()
        self.assertEqual(cases.user_id, self.ann)

    def test_collector_does_not_assign_to_others(self):
        case = self.unassigned()
        wizard = self.env["collection.assign.wizard"]
        with self.assertRaises(UserError):
            wizard.with_user(self.ann).create(
                {"case_ids": [(6, 0, case.ids)], "user_id": self.bob.id}
            ).action_apply()


@tagged("post_install", "-at_install")
class TestAbsence(DeskCase):
    def away(self, user, substitute, start=0, length=5):
        absence = self.env["collection.absence"].create(
            {
                "user_id": user.id,
                "substitute_id": substitute.id,
                "date_from": ON + days(start),
                "date_to": ON + days(start + length),
            }
        )
        self.env.invalidate_all()
        return absence

    def test_a_substitute_sees_the_cases(self):
        ann = self.make_user("collector", login="ann")
        case = self.make_case(user=ann)
        Case = self.env["collection.case"].with_user(self.collector)
        self.assertNotIn(case, Case.search([]))
        self.away(ann, self.collector)
        self.assertIn(case, Case.search([("is_mine", "=", True)]))

    def test_not_before_and_not_after(self):
        ann = self.make_user("collector", login="ann")
        self.away(ann, self.collector, start=1)
        Absence = self.env["collection.absence"]
        self.assertFalse(Absence._get_substitutes(ON))
        self.assertEqual(Absence._get_substitutes(ON + days(1)), {ann: self.collector})
        self.assertEqual(Absence._get_substitutes(ON + days(6)), {ann: self.collector})
        self.assertFalse(Absence._get_substitutes(ON + days(7)))

    def test_a_substitute_who_is_away_is_followed_on(self):
        ann, bob = (self.make_user("collector", login=name) for name in ("ann", "bob"))
        self.away(ann, bob)
        self.away(bob, self.collector)
        found = self.env["collection.absence"]._get_substitutes(ON)
        self.assertEqual(found, {ann: self.collector, bob: self.collector})

    def test_two_who_stand_in_for_each_other_end_somewhere(self):
        ann, bob = (self.make_user("collector", login=name) for name in ("ann", "bob"))
        self.away(ann, bob)
        self.away(bob, ann)
        self.assertEqual(set(self.env["collection.absence"]._get_substitutes(ON)), {ann, bob})

    def test_only_the_own_absence(self):
        with self.assertRaises(AccessError):
            self.env["collection.absence"].with_user(self.collector).create(
                {
                    "user_id": self.supervisor.id,
                    "substitute_id": self.collector.id,
                    "date_from": ON,
                    "date_to": ON,
                }
            )


@tagged("post_install", "-at_install")
class TestLoad(DeskCase):
    def load(self, user=None):
        self.env.flush_all()
        self.env["collection.portfolio"].invalidate_model()
        return (
            self.env["collection.portfolio"]
            .with_user(self.supervisor)
            .search(
                [
                    ("company_id", "=", self.company.id),
                    ("user_id", "=", (user or self.collector).id),
                ]
            )
        )

    def test_figures_of_a_collector(self):
        first, second = self.make_case("First", 100), self.make_case("Second", 900)
        self.env["collection.case"]._refresh(companies=self.company)
        self.log(first, "right_party_promise", promise_date=ON)
        self.log(second, "right_party_paid")
        row = self.load()
        self.assertEqual(len(row), 1)
        self.assertRecordValues(
            row,
            [
                {
                    "case_count": 2,
                    "amount_overdue": 1000,
                    "to_do_count": 0,
                    "promise_count": 1,
                    "hold_count": 1,
                    "contact_count": 2,
                    "reached_count": 2,
                    "away": False,
                }
            ],
        )

    def test_calls_due(self):
        case = self.make_case()
        case.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_call", date_deadline=ON, user_id=self.collector.id
        )
        self.assertEqual(self.load().call_count, 1)

    def test_cases_without_a_collector_have_a_row(self):
        self.make_case().user_id = False
        rows = (
            self.env["collection.portfolio"]
            .with_user(self.supervisor)
            .search([("company_id", "=", self.company.id)])
        )
        self.assertIn(False, rows.mapped(lambda row: row.user_id.id))

    def test_collectors_do_not_see_it(self):
        with self.assertRaises(AccessError):
            self.env["collection.portfolio"].with_user(self.collector).search([])

    def test_not_of_another_company(self):
        other = self.make_company("Other")
        self.make_case()
        stranger = self.make_user("supervisor", company=other, login="stranger")
        portfolio = self.env["collection.portfolio"].with_user(stranger)
        found = portfolio.with_context(allowed_company_ids=other.ids).search([])
        self.assertNotIn(self.company, found.sudo().company_id)
