"""The work list: what is in it, in which order, and what a page of it costs."""

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ON, days
from .desk import NOW, DeskCase


@tagged("post_install", "-at_install")
class TestWorkList(DeskCase):
    def listed(self, *filters, user=None):
        """Cases behind filters of the search view, as one user sees them."""
        Case = self.env["collection.case"].with_user(user or self.collector)
        arch = Case.get_view(
            self.env.ref("collections_followup.collection_work_list_view_search").id, "search"
        )["arch"]
        nodes = {node.get("name"): node for node in etree.fromstring(arch).iter("filter")}
        domain = []
        for name in filters:
            domain += safe_eval(nodes[name].get("domain"), {"uid": Case.env.uid})
        mine = [("company_id", "=", self.company.id)]
        return Case.search(domain + mine, order="score desc, id")

    # === What is in it === #
    def test_best_first(self):
        small, large = self.make_case("Small", 50), self.make_case("Large", 9000)
        (small | large)._update_scores(ON, cases=small | large)
        self.assertEqual(self.listed("mine", "to_do"), large | small)
        self.assertEqual(self.listed("mine", "to_do")[0], large)

    def test_of_colleagues_only_while_they_are_away(self):
        other = self.make_user("collector", login="away")
        case = self.make_case(user=other)
        self.assertNotIn(case, self.listed("mine"))
        self.env["collection.absence"].create(
            {
                "user_id": other.id,
                "substitute_id": self.collector.id,
                "date_from": ON,
                "date_to": ON + days(5),
            }
        )
        self.env.invalidate_all()
        self.assertIn(case, self.listed("mine", "to_do"))

    def test_a_call_leaves_the_list_until_tomorrow(self):
        case = self.make_case()
        self.assertIn(case, self.listed("to_do"))
        self.log(case, "no_answer")
        self.assertNotIn(case, self.listed("to_do"))
        with freeze_time(NOW + days(1)):
            self.assertIn(case, self.listed("to_do"))

    def test_call_back_at_its_time(self):
        case = self.make_case()
        self.log(case, "call_back", call_back_at=fields.Datetime.add(NOW, hours=2))
        self.assertIn(case, self.listed("today"))
        self.assertIn(case, self.listed("to_do"), "It is for today")
        self.assertNotIn(case, self.listed("call_back_now"))
        with freeze_time(fields.Datetime.add(NOW, hours=3)):
            self.assertIn(case, self.listed("call_back_now"))

    def test_what_is_for_today(self):
        """Activities of anybody and call-backs, until the end of the day; nothing later."""
        quiet, called, late, later = (
            self.make_case(name) for name in ("Quiet", "Called", "Late", "Later")
        )
        self.log(called, "call_back", call_back_at=fields.Datetime.add(NOW, hours=2))
        for case, date in ((late, ON - days(3)), (later, ON + days(1))):
            case.with_user(self.supervisor).activity_schedule(
                "mail.mail_activity_data_todo", date_deadline=date
            )
        self.log(quiet, "call_back", call_back_at=NOW + days(1))
        found = self.listed("today")
        self.assertEqual(found & (quiet | called | late | later), called | late)
        self.assertEqual((quiet | called | late | later).filtered("is_today"), called | late)

    def test_promises_due(self):
        case = self.make_case()
        self.log(case, "right_party_promise", promise_date=ON + days(2))
        self.assertNotIn(case, self.listed("promises_due"))
        with freeze_time(NOW + days(2)):
            self.assertIn(case, self.listed("promises_due"))

    def test_disputes(self):
        case = self.make_case()
        self.assertNotIn(case, self.listed("disputes"))
        self.log(case, "right_party_dispute")
        self.assertIn(case, self.listed("disputes"))

    def test_never_reached(self):
        reached, missed = self.make_case("Reached"), self.make_case("Missed")
        self.log(reached, "informed")
        self.log(missed, "no_answer")
        self.assertEqual(self.listed("never_reached"), missed)

    def test_hours_where_the_debtor_lives(self):
        """At 16:00 in London it is night in Tokyo and morning in New York."""
        here = self.make_case("Here", country_id=self.env.ref("base.uk").id, phone=False)
        there = self.make_case("There", country_id=self.env.ref("base.jp").id, phone=False)
        self.assertTrue(here.in_hours)
        self.assertFalse(there.in_hours)
        self.assertEqual(there.local_time, "01:00")
        listed = self.listed("in_hours")
        self.assertIn(here, listed)
        self.assertNotIn(there, listed)

    # === What a page costs === #
    def columns(self):
        """What the list asks the server for."""
        view = self.env.ref("collections_followup.collection_work_list_view_list")
        arch = self.env["collection.case"].with_user(self.collector).get_view(view.id, "list")
        return {
            name: {"fields": {"display_name": {}}}
            if self.env["collection.case"]._fields[name].type == "many2one"
            else {}
            for name in arch["models"]["collection.case"]
        }

    def count_queries(self, limit):
        Case = self.env["collection.case"].with_user(self.collector)
        domain = [("is_mine", "=", True), ("to_do", "=", True)]
        specification = self.columns()
        self.env.flush_all()
        Case.web_search_read(domain, specification, limit=limit, order="score desc, id")
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = Case.web_search_read(domain, specification, limit=limit, order="score desc, id")
        self.assertEqual(found["length"] >= limit, True)
        return self.env.cr.sql_log_count - before

    def test_a_page_costs_the_same_whatever_its_length(self):
        debtors = self.env["res.partner"].create(
            [{"name": f"Debtor {n}", "phone": f"+32255512{n:02}"} for n in range(80)]
        )
        for debtor in debtors:
            self.make_invoice(debtor, 100, ON - days(20))
        self.engine._open_cases(self.company, ON)
        cases = self.env["collection.case"].search([("partner_id", "in", debtors.ids)])
        cases.user_id = self.collector
        for case in cases[:40]:
            self.log(case, "informed" if case.id % 2 else "left_message")
        cases.next_work_date = False
        short, long = self.count_queries(10), self.count_queries(80)
        self.assertLessEqual(long, short + 2)
        self.assertLess(long, 40)
