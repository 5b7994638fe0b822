"""The score: every part lifts a case, all parts add up, and many cases cost few queries."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ON, days
from .desk import DeskCase


@tagged("post_install", "-at_install")
class TestScore(DeskCase):
    def score(self, *cases, on=ON):
        all_cases = self.env["collection.case"].union(*cases)
        self.env["collection.case"]._refresh(companies=self.company)
        self.env.flush_all()
        self.env["collection.case"]._update_scores(on, cases=all_cases)
        return [case.score for case in cases]

    def test_more_money_first(self):
        small, large = self.score(self.make_case("A", 100), self.make_case("B", 9000))
        self.assertLess(small, large)

    def test_older_first(self):
        young, old = self.score(self.make_case("A", late=3), self.make_case("B", late=90))
        self.assertLess(young, old)

    def test_bad_payers_first(self):
        good, bad = self.make_case("A"), self.make_case("B")
        good.partner_id.with_company(self.company).trust = "good"
        bad.partner_id.with_company(self.company).trust = "bad"
        low, high = self.score(good, bad)
        self.assertLess(low, high)

    def test_the_own_grade_counts_instead_of_the_trust_and_is_named(self):
        case = self.make_case()
        case.partner_id.with_company(self.company).trust = "good"
        (trusted,) = self.score(case)
        self.assertEqual(case.score_parts["risk"], 0)
        file = self.env["collection.credit.file"]._of(case.partner_id, self.company)
        self.assertTrue(file.grade)
        file.sudo().grade = "E"
        (graded,) = self.score(case)
        self.assertGreater(graded, trusted)
        self.assertEqual(case.score_parts["risk"], 10)
        self.assertIn("Risk, grade E 10", case.with_user(self.collector).score_text)
        file.sudo().grade = "A"
        self.assertEqual(self.score(case), [trusted])

    def test_an_answer_lowers_it(self):
        case = self.make_case()
        case.sudo().date_opened = ON - days(60)
        (silent,) = self.score(case)
        self.log(case, "informed")
        (answered,) = self.score(case)
        self.assertLess(answered, silent)

    def test_no_answer_does_not_lower_it(self):
        case = self.make_case()
        case.sudo().date_opened = ON - days(60)
        (before,) = self.score(case)
        self.log(case, "no_answer")
        self.assertEqual(self.score(case), [before])

    def test_a_broken_promise_lifts_it(self):
        case = self.make_case()
        (before,) = self.score(case)
        self.env["collection.agreement"]._promise(case, 100, ON)._update_state(
            ("active",), "broken"
        )
        (after,) = self.score(case)
        self.assertGreater(after, before)
        self.assertGreater(case.score_parts["broken_promises"], 0)

    def test_paying_later_and_later_lifts_it(self):
        steady, slower = self.make_case("Steady"), self.make_case("Slower")
        for case, recent in ((steady, 5), (slower, 60)):
            for paid_on, late in ((ON - days(300), 5), (ON - days(60), recent)):
                invoice = self.make_invoice(case.partner_id, 10, paid_on - days(late))
                self.pay(invoice, on=paid_on)
        self.env["collection.case"]._update_trends(ON)
        self.score(steady, slower)
        self.assertEqual(steady.score_parts["trend"], 0)
        self.assertGreater(slower.score_parts["trend"], 0)

    def test_parts_add_up_and_are_named(self):
        case = self.make_case(amount=5000)
        (total,) = self.score(case)
        self.assertAlmostEqual(sum(case.score_parts.values()), total, 2)
        self.assertIn("Amount", case.score_text)

    def test_weights_are_settings(self):
        small, large = self.make_case("A", 100, late=90), self.make_case("B", 9000, late=3)
        self.company.write({"collection_weight_amount": 100, "collection_weight_age": 0})
        low, high = self.score(small, large)
        self.assertLess(low, high)
        self.company.write({"collection_weight_amount": 0, "collection_weight_age": 100})
        high, low = self.score(small, large)
        self.assertLess(low, high)

    def test_weights_must_say_something(self):
        with self.assertRaises(ValidationError):
            self.company.write(
                {name: 0 for name in self.company._fields if name.startswith("collection_weight_")}
            )

    def test_many_cases_cost_as_many_queries_as_few(self):
        cases = self.env["collection.case"].union(*(self.make_case(f"D{n}") for n in range(12)))
        few, many = self.count(cases[:2]), self.count(cases)
        self.assertEqual(few, many)

    def count(self, cases):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["collection.case"]._update_scores(ON, cases=cases)
        return self.env.cr.sql_log_count - before

    def test_what_did_not_change_is_not_written(self):
        case = self.make_case()
        self.score(case)
        self.assertEqual(self.env["collection.case"]._update_scores(ON, cases=case), 0)
