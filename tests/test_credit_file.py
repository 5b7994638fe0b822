"""Credit files: papers, own grade from the books, review; and classes of debts."""

import base64

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ON, days
from .credit import CreditCase

PDF = base64.b64encode(b"%PDF-1.4 report")


class FileCase(CreditCase):
    def file(self, debtor=None, user=None):
        partner = (debtor or self.debtor).with_user(user or self.collector)
        action = partner.action_open_collection_credit_file()
        File = self.env["collection.credit.file"].with_user(user or self.collector)
        return File.browse(action["res_id"])

    def parts(self, file):
        """Points of each part of the grade."""
        return {part["code"]: part["points"] for part in file.grade_parts}


class TestFile(FileCase):
    def test_made_at_the_first_look_and_found_at_the_next(self):
        file = self.file()
        self.assertEqual((file.partner_id, file.company_id), (self.debtor, self.company))
        self.assertEqual(file.review_date.year, ON.year + 1)
        self.assertEqual(self.file(user=self.supervisor), file)
        branch = self.make_debtor("Branch", parent_id=self.debtor.id, is_company=False)
        self.assertEqual(self.file(branch), file)

    def test_what_is_at_own_risk(self):
        self.make_invoice(self.debtor, 900, ON + days(5))
        file = self.file()
        insurer = self.make_debtor("Insurer")
        file.write(
            {
                "insurance_ids": [
                    (0, 0, {"insurer_id": insurer.id, "policy_number": "P1", "amount": 500,
                            "date_to": ON}),
                    (0, 0, {"insurer_id": insurer.id, "policy_number": "P0", "amount": 9000,
                            "date_to": ON - days(1)}),
                ],
                "security_ids": [(0, 0, {"kind": "deposit", "amount": 150})],
            }
        )  # fmt: skip
        self.assertEqual((file.amount_insured, file.amount_secured), (500, 150))
        self.assertEqual(file.amount_uncovered, 250)

    def test_reports_carry_a_file_and_no_future(self):
        file = self.file()
        report = {"bureau": "Creditsafe", "score": "72", "scale": "0-100", "document": PDF,
                  "document_name": "report.pdf"}  # fmt: skip
        file.report_ids = [(0, 0, report)]
        self.assertEqual(file.last_report_id.document, PDF)
        with self.assertRaisesRegex(ValidationError, "dated in the future"):
            file.report_ids = [(0, 0, {**report, "date": ON + days(1)})]

    def test_the_papers_of_a_private_person_are_hidden_from_readers(self):
        person = self.make_limited("Jane", 100, is_company=False)
        self.assertTrue(person._is_consumer())
        private, business = self.file(person), self.file()
        for file in (private, business):
            file.report_ids = [(0, 0, {"bureau": "B", "document": PDF})]
        File = self.env["collection.credit.file"].with_user(self.reader)
        self.assertEqual(File.search([]), business)
        Report = self.env["collection.credit.report"].with_user(self.reader)
        self.assertEqual(Report.search([]).file_id, business)
        with self.assertRaises(AccessError):
            private.with_user(self.reader).read(["grade"])
        attachment = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", "collection.credit.report"), ("res_field", "=", "document"),
             ("res_id", "=", private.report_ids.id)]
        )  # fmt: skip
        self.assertTrue(attachment)
        with self.assertRaises(AccessError):
            attachment.with_user(self.reader).read(["datas"])

    def test_readers_change_nothing_and_outsiders_see_nothing(self):
        file = self.file()
        for values in ({"note": "x"}, {"report_ids": [(0, 0, {"bureau": "B"})]}):
            with self.assertRaises(AccessError):
                file.with_user(self.reader).write(values)
        with self.assertRaises(AccessError):
            file.with_user(self.seller).read(["grade"])
        with self.assertRaisesRegex(UserError, "no credit file"):
            self.file(self.make_debtor("New"), user=self.reader)

    def test_collectors_see_files_of_their_own_debtors(self):
        self.make_invoice(self.debtor, 100, ON - days(9))
        file = self.file()
        file.report_ids = [(0, 0, {"bureau": "B"})]
        self.follow_up()
        for owner, seen in ((self.collector, 1), (self.supervisor, 0)):
            self.case_of(self.debtor).user_id = owner
            self.env.flush_all()
            for records in (file, file.report_ids):
                found = records.with_user(self.collector).search([("id", "in", records.ids)])
                self.assertEqual(len(found), seen, (records, owner))
        self.assertTrue(file.with_user(self.supervisor).search([("id", "=", file.id)]))


class TestReview(FileCase):
    def test_reminded_once_and_done(self):
        file = self.file()
        file.review_date = ON
        self.night()
        self.night(ON + days(1))
        activity = file.sudo().activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.collector))
        file.action_reviewed()
        self.assertFalse(file.sudo().activity_ids)
        self.assertEqual((file.reviewed_on, file.reviewed_by), (ON, self.collector))
        self.assertEqual((file.review_date.year, file.review_date.month), (ON.year + 1, ON.month))

    def test_not_before_its_day(self):
        file = self.file()
        file.review_date = ON + days(1)
        self.night()
        self.assertFalse(file.sudo().activity_ids)


class TestGrade(FileCase):
    def test_a_new_customer(self):
        file = self.file()
        self.assertEqual((file.grade, file.grade_points), ("C", 35))
        texts = [row["text"] for row in file.grade_table]
        self.assertIn("Nothing has fallen due yet", texts[0])
        self.assertEqual(len(texts), 6)

    def test_by_hand_from_the_books(self):
        """300 paid on the day, 100 paid 40 days late: 10 days on average, a quarter late."""
        on_time = self.make_invoice(self.debtor, 300, ON - days(200))
        late = self.make_invoice(self.debtor, 100, ON - days(100))
        self.pay(on_time, on=ON - days(200))
        self.pay(late, on=ON - days(60))
        file = self.file()
        self.assertEqual(
            self.parts(file),
            # 10 of 60 days; a quarter; 230 days = 8 of 24 months; nothing of the limit is used
            {"days_late": 5, "share_late": 5, "broken": 0, "bounced": 0, "relation": 6.67,
             "used": 0},
        )  # fmt: skip
        self.assertEqual((file.grade, file.grade_points), ("B", 16.67))

    def test_what_is_open_and_late_counts_until_today(self):
        self.make_invoice(self.debtor, 100, ON - days(30))
        self.assertEqual(self.parts(self.file())["days_late"], 15)

    def test_disputes_and_credit_notes_are_left_out(self):
        disputed = self.make_invoice(self.debtor, 100, ON - days(300))
        credited = self.make_invoice(self.debtor, 100, ON - days(300))
        note = self.make_credit_note(self.debtor, 100)
        self.receivable(credited + note).reconcile()
        self.pay(self.make_invoice(self.debtor, 50, ON - days(20)), on=ON - days(20))
        self.follow_up()
        self.env["collection.dispute"].create(
            {
                "case_id": self.case_of(self.debtor).id,
                "kind": "dispute",
                "currency_id": self.usd.id,
                "move_line_ids": [(6, 0, self.receivable(disputed).ids)],
                "amount_disputed": 100,
                "reason_id": self.env.ref("collections_followup.dispute_reason_quality").id,
            }
        )
        parts = self.parts(self.file())
        self.assertEqual((parts["days_late"], parts["share_late"]), (0, 0))

    def test_broken_promises(self):
        self.make_invoice(self.debtor, 100, ON - days(9))
        self.follow_up()
        for _n in range(2):
            agreement = self.env["collection.agreement"].create(
                {
                    "case_id": self.case_of(self.debtor).id,
                    "currency_id": self.usd.id,
                    "date": ON - days(9),
                    "line_ids": [(0, 0, {"date": ON - days(1), "amount": 10})],
                }
            )
            agreement.sudo().state = "broken"
        self.assertEqual(self.parts(self.file())["broken"], 10)

    def test_the_limit_used_up(self):
        self.make_invoice(self.debtor, 1000, ON + days(20))
        file = self.file()
        self.assertEqual(self.parts(file)["used"], 10)

    def test_a_new_grade_is_noted_and_nobody_writes_one(self):
        file = self.file()
        self.make_invoice(self.debtor, 1000, ON - days(90))
        self.night()
        file.invalidate_recordset()
        self.assertEqual(file.grade, "D")
        self.assertIn("Grade C → D", file.sudo().message_ids[0].body)
        for user in (self.collector, self.manager):
            with self.assertRaisesRegex(UserError, "follows from how the debtor pays"):
                file.with_user(user).grade = "A"

    def test_queries_do_not_grow_with_the_files(self):
        counts = []
        for size in (2, 10):
            files = self.env["collection.credit.file"].create(
                [{"partner_id": self.make_limited(f"F{size}-{n}", 100).id} for n in range(size)]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            files._grade(ON)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


class TestClass(FileCase):
    def case(self, late, amount=100):
        self.make_invoice(self.debtor, amount, ON - days(late))
        self.follow_up()
        self.night()
        case = self.case_of(self.debtor)
        case.invalidate_recordset()
        return case.with_user(self.collector)

    def test_by_age(self):
        case = self.case(100)
        self.assertEqual((case.collectability, case.age_class), ("substandard", "4"))
        self.assertEqual(case.collectability_text, "100 days overdue")
        self.assertEqual((case.debt_kind, case.is_secured), ("trade", False))

    def test_secured(self):
        case = self.case(100)
        file = self.file()
        file.security_ids = [(0, 0, {"kind": "guarantee", "amount": 100})]
        self.night()
        case.invalidate_recordset()
        self.assertEqual((case.is_secured, case.collectability), (True, "watch"))
        file.security_ids.date_to = ON - days(1)
        self.night()
        case.invalidate_recordset()
        self.assertEqual((case.is_secured, case.collectability), (False, "substandard"))

    def test_insolvency(self):
        case = self.case(2)
        self.hold(reason="insolvency")
        case.action_refresh()
        case.invalidate_recordset()
        self.assertEqual(case.collectability, "doubtful")
        self.assertEqual(case.collectability_text, "2 days overdue, insolvent")

    def test_somebody_knows_better_and_says_why(self):
        case = self.case(100)
        with self.assertRaisesRegex(ValidationError, "Write down why"):
            case.collectability_manual = "loss"
        case.write({"collectability_manual": "loss", "collectability_reason": "Moved abroad"})
        self.assertEqual((case.collectability, case.collectability_text), ("loss", "Moved abroad"))
        self.night()
        case.invalidate_recordset()
        self.assertEqual(case.collectability, "loss", "The night leaves it alone")
        case.collectability_manual = False
        self.assertEqual(case.collectability, "substandard")
        with self.assertRaises(UserError):
            case.collectability_computed = "performing"
        with self.assertRaises(AccessError):
            case.with_user(self.reader).collectability_manual = "loss"

    def test_grouped(self):
        self.case(100)
        groups = self.env["collection.case"].with_user(self.supervisor)._read_group(
            [("company_id", "=", self.company.id)], ["collectability", "age_class", "debt_kind"]
        )  # fmt: skip
        self.assertEqual(groups, [("substandard", "4", "trade")])

    def test_limits_of_the_company(self):
        self.company.collection_class_limits = "10, 20, 30, 40"
        self.assertEqual(self.case(35).collectability, "doubtful")
        for text in ("10, 20, 30", "x", "30, 20, 10, 5", "1, 2, 3, 4, 5"):
            with self.assertRaisesRegex(ValidationError, "Write four numbers"):
                self.company.collection_class_limits = text

    def test_queries_do_not_grow_with_the_cases(self):
        counts = []
        for size in (1, 6):
            for n in range(size):
                self.make_invoice(self.make_debtor(f"C{size}-{n}"), 10, ON - days(40))
            self.follow_up()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["collection.case"]._classify(ON, self.company)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
