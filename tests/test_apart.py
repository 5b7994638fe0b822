"""Own debts and debts of others are never added together, wherever companies are summed up."""

import ast
import re
from datetime import datetime, time

from odoo.exceptions import UserError
from odoo.fields import Command

from .common import ON, CollectionsCase, days

#: Kept as settings, or about one company at a time.
NOT_SUMMED = {"res.company", "collection.assignment.rule", "collection.policy"}


class TestApart(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_clock()
        cls.make_policy(("Call", 1, "call"))
        cls.sister = cls.make_company("Northwind Sister")
        cls.client = cls.make_company("Ledger of Client Ltd")
        cls.client.collection_party = "third"
        cls.debtor = cls.make_debtor()
        for company, amount in ((cls.company, 100), (cls.sister, 20), (cls.client, 3)):
            cls.make_policy(("Call", 1, "call"), company=company)
            cls.make_invoice(cls.debtor, amount, ON - days(20), company=company)
        cls.all = cls.company + cls.sister + cls.client
        cls.engine._run(ON, companies=cls.all)
        cls.env.cr.flush()
        cls.supervisor = cls.make_user("supervisor")
        cls.supervisor.company_ids = [Command.set(cls.all.ids)]

    def at(self, *companies, model="collection.dashboard"):
        ids = [company.id for company in companies or self.all]
        return (
            self.env[model]
            .with_user(self.supervisor)
            .with_context(allowed_company_ids=ids)
            .with_company(ids[0])
        )

    def overdue(self, *companies, **filters):
        data = self.at(*companies).get_data(filters)
        return {tile["code"]: tile["value"] for tile in data["tiles"]}["overdue"]

    # === The shared piece === #
    def test_which_belong_together(self):
        self.assertEqual(self.all._collection_counted(), self.company + self.sister)
        self.assertEqual(self.client._collection_counted(), self.client)
        self.assertTrue(self.all._collection_is_mixed())
        self.assertFalse((self.company + self.sister)._collection_is_mixed())
        self.assertFalse(self.client._collection_is_mixed())
        with self.assertRaisesRegex(UserError, "Ledger of Client Ltd"):
            self.all._collection_check_apart()

    # === Dashboard and figures === #
    def test_dashboard(self):
        """Own companies by default; the client apart, in its own section and by choice."""
        self.assertEqual(self.overdue(), 120)
        self.assertEqual(self.overdue(company_ids=self.all.ids), 120)
        self.assertEqual(self.overdue(company_ids=self.client.ids), 3)
        self.assertEqual(self.overdue(self.client), 3)
        (other,) = self.at().get_data({})["others"]
        self.assertEqual(
            (other["id"], other["cases"], other["open"], other["overdue"]),
            (self.client.id, 1, 3, 3),
        )
        self.assertFalse(self.at(self.company, self.sister).get_data({})["others"])
        self.assertFalse(self.at(self.client).get_data({})["others"])

    def test_figures(self):
        scope = self.at()._get_scope({})
        self.assertEqual(scope.companies, self.company + self.sister)

    # === Ageing and forecast === #
    def test_ageing(self):
        wizard = self.at(model="collection.ageing.wizard").create({"date": ON})
        self.assertEqual(wizard.company_ids, self.company + self.sister)
        domain = wizard.action_show()["domain"]
        rows = self.env["collection.ageing"].search(domain)
        self.assertEqual(sum(rows.mapped("residual")), 120)
        wizard.company_ids = self.all
        with self.assertRaisesRegex(UserError, "not added together"):
            wizard.action_show()
        wizard.company_ids = self.client
        self.assertEqual(
            sum(
                self.env["collection.ageing"]
                .search(wizard.action_show()["domain"])
                .mapped("residual")
            ),
            3,
        )

    def test_forecast(self):
        forecast = self.at(model="collection.forecast").create({"date": ON})
        self.assertEqual(forecast.company_ids, self.company + self.sister)
        forecast.company_ids = self.all
        with self.assertRaisesRegex(UserError, "not added together"):
            forecast.action_show()

    # === Lists === #
    def action(self, name, *companies):
        actions = self.at(*companies, model="ir.actions.actions")
        return actions._for_xml_id(f"collections_followup.{name}")

    def test_lists_show_own_debts_and_say_so(self):
        for name in ("collection_case_action", "collection_work_list_action_team"):
            action = self.action(name)
            self.assertIn("own debts", action["name"])
            cases = self.at(model="collection.case").search(
                ast.literal_eval(re.sub(r"\buid\b", "0", action["domain"]))
            )
            self.assertLessEqual(cases.company_id, self.company + self.sister)
        self.assertEqual(
            self.at(model="collection.case")
            .search(ast.literal_eval(self.action("collection_case_action")["domain"]))
            .company_id,
            self.company + self.sister,
        )

    def test_nothing_changes_for_who_has_one_kind(self):
        for companies in ((self.company, self.sister), (self.client,)):
            action = self.action("collection_case_action", *companies)
            self.assertNotIn("own debts", action["name"])
            self.assertNotIn("company_id", action["domain"] or "")

    def test_debts_of_others_have_lists_of_their_own(self):
        action = self.action("collection_case_action_others")
        cases = self.at(model="collection.case").search(ast.literal_eval(action["domain"]))
        self.assertEqual(cases.company_id, self.client)

    def test_every_list_with_sums_is_narrowed(self):
        """A list that adds amounts up over companies shows own debts only, a new one as well."""
        actions = self.env["ir.actions.act_window"].search([])
        names = actions.get_external_id()
        ours = actions.filtered(lambda a: names[a.id].startswith("collections_followup."))
        views = self.env["ir.ui.view"].search([("type", "in", ("list", "pivot", "graph"))])
        labels = views.get_external_id()
        adding = {
            view.model
            for view in views
            if labels[view.id].startswith("collections_followup.")
            and re.search(r'\bsum="|type="measure"', view.arch_db)
        }
        checked = 0
        for action in ours.filtered(lambda a: a.res_model in adding - NOT_SUMMED):
            Model = self.env[action.res_model]
            others = "collection_others" in (action.context or "")
            if Model._transient or "company_id" not in Model._fields or others:
                continue
            found = self.action(names[action.id].split(".")[1])
            self.assertIn(str(self.company.id), found["domain"] or "", action.name)
            checked += 1
        self.assertGreater(checked, 20)

    # === By company anyway === #
    def test_digest_and_mailed_reports_are_of_one_company(self):
        for company, overdue in ((self.company, 100), (self.client, 3)):
            digest = self.env["digest.digest"].create(
                {"name": "D", "company_id": company.id, "kpi_collection_overdue": True}
            )
            day = datetime.combine(ON, time())
            digest = digest.with_company(company).with_context(
                start_datetime=day - days(30), end_datetime=day
            )
            self.assertEqual(digest.kpi_collection_overdue_value, overdue)
