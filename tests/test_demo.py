"""The demonstration: what it has to show is there, and nothing of it leaves the database."""

from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from .demo_rights import DemoRights

MODULE = "collections_followup"


@tagged("post_install", "-at_install")
class TestDemo(DemoRights, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        newest_mail = cls.env["mail.mail"].search([], order="id desc", limit=1).id or 0
        for path in Manifest.for_addon(MODULE)["demo"]:
            convert_file(cls.env, MODULE, path, {}, "init", noupdate=True)
        cls.env.invalidate_all()
        cls.new_mails = cls.env["mail.mail"].search([("id", ">", newest_mail)])
        cls.companies = cls.env["collection.demo"]._get_companies()
        cls.main = cls.companies[0]
        cls.client_ledger = cls.env["collection.mandate"].search([]).ledger_company_id
        in_demo = [("company_id", "in", cls.companies.ids)]
        cls.cases = cls.env["collection.case"].search(in_demo)
        cls.logs = cls.env["collection.contact.log"].search(in_demo)
        cls.runs = cls.env["collection.run"].search(in_demo)
        cls.today = max(cls.runs.mapped("date"))

    def debtor(self, name):
        return self.env.ref(f"{MODULE}.demo_debtor_{name}")

    def case(self, name):
        return self.cases.filtered(
            lambda case: case.partner_id == self.debtor(name) and case.company_id == self.main
        )

    def logs_of(self, name):
        return self.case(name).log_ids

    def planned(self, name):
        return self.logs_of(name).filtered(lambda log: log.state == "planned")

    def items(self, name):
        return self.case(name).move_line_ids

    def test_size(self):
        debtors = self.env["res.partner"].search(
            [
                ("ref", "=like", "D1%"),
                ("id", "in", self.env["account.move"].search([]).partner_id.ids),
            ]
        )
        self.assertGreaterEqual(len(debtors), 40)
        moves = self.env["account.move"].search(
            [("company_id", "in", self.companies.ids), ("state", "=", "posted")]
        )
        self.assertGreaterEqual(len(moves), 150)
        self.assertGreaterEqual(len(self.cases), 35)
        self.assertGreaterEqual(len(debtors.country_id), 8)
        self.assertEqual(set(moves.currency_id.mapped("name")), {"EUR", "USD", "GBP"})
        self.assertLessEqual(max(moves.mapped("date")), self.today)

    def test_todays_runs_wait_for_release(self):
        today = self.runs.filtered(lambda run: run.date == self.today)
        self.assertEqual(today.company_id, self.companies)
        self.assertEqual(set(today.mapped("state")), {"review"})
        self.assertTrue(all(run.planned_count for run in today))
        self.assertEqual(set((self.runs - today).mapped("state")), {"done"})

    def test_nothing_is_left_to_be_sent(self):
        self.assertFalse(self.new_mails.filtered(lambda mail: mail.state == "outgoing"))
        self.assertFalse(
            self.env["sms.sms"].search([("mail_message_id", "in", self.logs.message_id.ids)])
        )

    def test_history_lies_in_the_past(self):
        """Earlier contacts have arrived, on their own days, and cases stand on several stages."""
        earlier = self.logs.filtered(lambda log: log.date < self.today and log.action_id)
        done = earlier.filtered(lambda log: log.state == "done")
        self.assertGreater(len(done), 50)
        self.assertTrue(all(log.date_done.date() == log.date for log in done))
        self.assertTrue(
            all(log.message_id.date.date() == log.date for log in done if log.message_id)
        )
        self.assertLessEqual({"email", "letter", "call"}, set(done.mapped("channel")))
        self.assertTrue(any(log.note for log in done if log.channel == "call"))
        stages = self.cases.filtered(lambda case: case.company_id == self.main).stage_id
        self.assertGreaterEqual(len(stages), 4)

    def test_debtors_who_cannot_be_mailed(self):
        self.assertIn("no_email", self.logs_of("quillane").mapped("block_code"))
        self.assertIn("invalid_email", self.logs_of("brosnahan").mapped("block_code"))
        bounced = self.logs_of("lisdoran").filtered(lambda log: log.block_code == "bounced")
        self.assertTrue(bounced)
        self.assertEqual(set(bounced.mapped("state")), {"failed"})

    def test_debtors_who_are_left_alone(self):
        self.assertFalse(self.planned("cloverhill"))
        self.assertLess(self.case("cloverhill").amount_overdue, 10)
        self.assertEqual(self.case("cloverhill").no_contact_code, "below_minimum")
        self.assertFalse(self.planned("tullow"))
        self.assertEqual(self.case("tullow").amount_overdue, 0)
        disputed = self.items("granard").filtered("no_followup")
        self.assertTrue(disputed)
        self.assertFalse(disputed & self.logs_of("granard").move_line_ids)

    def test_reminder_before_the_due_date(self):
        reminders = self.planned("inish")
        self.assertTrue(reminders)
        self.assertLess(max(reminders.stage_id.mapped("min_days_overdue")), 0)

    def test_kinds_of_items(self):
        self.assertGreaterEqual(len(self.items("dunvale").move_id), 2)
        self.assertGreater(len(self.items("dunvale")), len(self.items("dunvale").move_id))
        self.assertEqual(len(self.items("atlantic").currency_id), 2)
        self.assertIn("entry", self.items("castlemoy").move_id.mapped("move_type"))
        self.assertIn("partial", self.items("fairgreen").move_id.mapped("payment_state"))
        self.assertGreater(self.case("rathclare").amount_credit, 0)
        self.assertGreater(self.case("sattelkamp").amount_credit, 0)

    def test_two_companies(self):
        penhallow = self.cases.filtered(lambda case: case.partner_id == self.debtor("penhallow"))
        self.assertEqual(penhallow.company_id, self.companies)

    def test_people(self):
        for role in ("reader", "collector", "supervisor", "manager"):
            user = self.env["res.users"].search([("login", "=", f"demo_{role}")])
            self.assertTrue(user.has_group(f"{MODULE}.group_{role}"))
            leads = role in ("supervisor", "manager")
            own = self.companies + self.client_ledger if leads else self.companies
            self.assertEqual(user.company_ids, own)
        self.assertEqual(len(self.cases.user_id), 2)
        consumers = self.cases.filtered(lambda case: not case.partner_id.is_company)
        self.assertGreaterEqual(len(consumers), 4)
        self.assertFalse(consumers.user_id)

    def test_bank_accounts_are_valid(self):
        for company in self.companies:
            self.assertTrue(company.partner_id.bank_ids)
            for bank in company.partner_id.bank_ids:
                number = bank.acc_number.replace(" ", "")
                digits = "".join(str(int(c, 36)) for c in number[4:] + number[:4])
                self.assertEqual(int(digits) % 97, 1)

    def test_money_and_objections_wait_for_somebody(self):
        self.assertTrue(self.case("tarrant").has_money_waiting)
        bounce = self.case("aoife").bounce_ids
        self.assertEqual((bounce.move_id.state, bounce.charge_id.amount), ("posted", 8.5))
        self.assertEqual(self.case("tullow").refund_ids.state, "requested")
        self.assertEqual(self.case("oldmill").extension_ids.state, "approved")
        self.assertEqual(self.case("rathclare").extension_ids.state, "requested")
        dispute, late = self.case("granard").dispute_ids, self.case("seavale").dispute_ids
        self.assertLess(dispute.amount_disputed, sum(dispute.move_line_ids.mapped("balance")))
        self.assertEqual(late.escalated_on, self.today)
        warehouse = self.env.ref(f"{MODULE}.demo_user_warehouse")
        seen = self.env["collection.dispute"].with_user(warehouse).search([])
        self.assertEqual(seen, dispute + late)

    def test_late_interest_runs_by_the_law_of_the_debtors_country(self):
        charges = self.cases.charge_ids
        self.assertEqual(set(charges.company_id), set(self.main))
        self.assertLessEqual({"interest", "compensation"}, set(charges.mapped("kind")))
        self.assertGreater(len(charges.regime_id), 2)
        self.assertFalse(charges.filtered("error_text"))

    def test_a_second_time_changes_nothing(self):
        def count():
            models = ("account.move", "collection.case", "collection.contact.log", "collection.run")
            return [self.env[model].search_count([]) for model in models]

        before = count()
        self.assertFalse(self.env["collection.demo"]._generate())
        self.env["collection.engine"]._run(self.today, self.companies)
        self.assertEqual(count(), before)

    def test_debtors_who_moved_died_or_became_insolvent(self):
        traces = self.cases.trace_ids
        self.assertEqual(set(traces.mapped("state")), {"open", "found"})
        self.assertIn("refused", traces.lead_ids.mapped("state"))
        statuses = self.cases.status_ids
        self.assertEqual(set(statuses.mapped("kind")), {"deceased", "insolvency"})
        self.assertTrue(all(statuses.mapped("representative_id")))
        changes = self.env["collection.address.change"].search(
            [("debtor_id", "in", self.cases.partner_id.ids), ("state", "=", "proposed")]
        )
        self.assertGreaterEqual(len(changes), 3)
        self.assertTrue(self.case("granard").same_ids)

    def test_debtors_on_their_pages(self):
        """One has asked for a plan, another has corrected a phone number; both wait for somebody."""
        plan = self.case("fairgreen").agreement_ids.filtered("is_requested")
        self.assertEqual(plan.state, "draft")
        change = self.env["collection.address.change"].search(
            [("partner_id", "=", self.debtor("dunvale").id), ("source", "=", "page")]
        )
        self.assertEqual(change.state, "proposed")
        self.assertTrue(self.logs_of("dunvale").filtered("from_page"))
