"""Figures by mail: on a schedule, as PDF and workbook, and in Odoo's digest."""

from datetime import date
from io import BytesIO

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ON, days
from .history import HistoryCase


@tagged("post_install", "-at_install")
class TestScheduledReport(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sell(cls.make_debtor("=Acme"), 640, date(2026, 2, 1), date(2026, 2, 20))
        cls.supervisor.lang = cls.reader.lang = "en_US"

    def make(self, user=None, **values):
        return (
            self.env["collection.report.schedule"]
            .with_user(user or self.supervisor)
            .create(
                {
                    "name": "Figures of the month",
                    "company_id": self.company.id,
                    "user_ids": [Command.set(self.reader.ids)],
                    "form": "xlsx",
                    **values,
                }
            )
        )

    def sent(self, schedule, on=ON):
        return schedule._send(on).sudo()

    def test_a_workbook_to_chosen_people(self):
        schedule = self.make(user_ids=[Command.set((self.reader + self.supervisor).ids)])
        mail = self.sent(schedule)
        self.assertEqual(len(mail), 1, "One for all who speak a language")
        self.assertIn(self.reader.email, mail.email_to)
        self.assertIn(self.supervisor.email, mail.email_to)
        self.assertIn("Feb 1, 2026 – Feb 28, 2026", mail.subject)
        self.assertIn("Days sales outstanding", mail.body_html)
        book = openpyxl.load_workbook(BytesIO(mail.attachment_ids.raw))
        rows = {row[0]: row for row in book["Figures"].iter_rows(values_only=True)}
        self.assertEqual(rows["Days sales outstanding (DSO)"][1], 28)
        self.assertEqual(rows["Days sales outstanding (DSO)"][4], 640)

    def test_pdf_and_aged_receivables(self):
        self.env["collection.account.month"]._take(date(2026, 2, 28), self.company)
        mail = self.sent(self.make(form="both", with_ageing=True))
        names = sorted(mail.attachment_ids.mapped("name"))
        self.assertEqual(len(names), 4)
        self.assertEqual([name.rpartition(".")[2] for name in names].count("pdf"), 2)
        for file in mail.attachment_ids:
            start = b"%PDF" if file.name.endswith("pdf") else b"PK"
            self.assertTrue(file.raw.startswith(start), file.name)

    def test_no_figure_is_on_two_pages_of_paper(self):
        Sheet = self.env["collection.figures.sheet"].with_user(self.supervisor)
        figures = Sheet._get_figures({"period": "last_month"})["figures"]
        pages = Sheet._split_pages(figures)
        self.assertGreater(len(pages), 1)
        self.assertEqual([figure for page in pages for figure in page], figures)
        for page in pages:
            self.assertLessEqual(sum(map(Sheet._get_height, page)), 225)

    def test_people_who_read_another_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.supervisor.lang = "fr_FR"
        mails = self.sent(self.make(user_ids=[Command.set((self.reader + self.supervisor).ids)]))
        self.assertEqual(len(mails), 2)

    def test_months_are_named_as_their_reader_names_them(self):
        self.env["collection.account.month"]._take(date(2026, 2, 28), self.company)
        self.env["res.lang"]._activate_lang("fr_FR")
        schedule = self.make(user_ids=[Command.set((self.reader + self.supervisor).ids)])
        for lang, month in (("en_US", "Feb 2026"), ("fr_FR", "févr. 2026")):
            self.supervisor.lang = self.reader.lang = lang
            book = openpyxl.load_workbook(BytesIO(self.sent(schedule).attachment_ids.raw))
            self.assertIn(month, [row[0].value for row in book.worksheets[1].rows])

    def test_figures_of_one_collector(self):
        mail = self.sent(self.make(collector_id=self.collector.id))
        book = openpyxl.load_workbook(BytesIO(mail.attachment_ids.raw))
        self.assertIn(self.collector.name, book["Figures"]["A2"].value)
        rows = {row[0]: row for row in book["Figures"].iter_rows(values_only=True)}
        self.assertEqual(rows["Days sales outstanding (DSO)"][1], "–", "Nobody's debtor")

    def test_when_it_is_sent(self):
        schedule = self.make(frequency="monthly", day=2)
        self.assertEqual(schedule.next_date, date(2026, 4, 2))
        schedule.next_date = ON
        schedule._run_on(ON)
        self.assertEqual((schedule.last_date, schedule.next_date), (ON, date(2026, 4, 2)))

    def test_one_that_cannot_be_sent_says_why_and_does_not_stop_the_others(self):
        self.reader.partner_id.email = False
        schedule = self.make()
        schedule._run_on(ON)
        self.assertIn("e-mail address", schedule.error_text)
        self.assertFalse(schedule.last_date)
        self.assertEqual(schedule.next_date, date(2026, 4, 2))
        self.reader.partner_id.email = "reader@creditor.example"
        schedule._run_on(ON)
        self.assertFalse(schedule.error_text)

    def test_the_scheduled_job_leaves_out_those_that_are_off(self):
        on, off = self.make(name="On"), self.make(name="Off", active=False)
        (on + off).write({"next_date": ON - days(1)})
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron = self.env.ref("collections_followup.ir_cron_report_schedule")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(on.last_date)
        self.assertFalse(off.last_date)
        self.assertEqual(self.env["mail.mail"].search_count([("subject", "ilike", "On, ")]), 1)

    def test_input_that_makes_no_sense_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "from 1 to 7"):
            self.make(frequency="weekly", day=8)
        with self.assertRaisesRegex(ValidationError, "at least one person"):
            self.make(user_ids=[Command.clear()])
        stranger = self.make_user("reader", self.make_company("Southwind"), "south")
        with self.assertRaisesRegex(ValidationError, "does not work in"):
            self.make(user_ids=[Command.set(stranger.ids)])

    def test_roles(self):
        schedule = self.make()
        for user in (self.reader, self.collector):
            with self.assertRaises(AccessError):
                self.make(user)
            with self.assertRaises(AccessError):
                schedule.with_user(user).action_send_now()
        self.assertEqual(self.make(self.make_user("manager")).name, "Figures of the month")
        other = self.make_user("supervisor", self.make_company("Southwind"), "south")
        Schedule = self.env["collection.report.schedule"].with_user(other)
        there = Schedule.with_context(allowed_company_ids=other.company_ids.ids)
        self.assertFalse(there.search([("company_id", "=", self.company.id)]))

    def test_a_file_of_the_screen_is_its_reader_s_alone(self):
        Sheet = self.env["collection.figures.sheet"]
        action = Sheet.with_user(self.reader).get_file({"period": "last_month"}, "xlsx")
        file = self.env["ir.attachment"].browse(int(action["url"].split("/")[-1].split("?")[0]))
        self.assertTrue(file.with_user(self.reader).raw.startswith(b"PK"))
        file.invalidate_recordset()
        with self.assertRaises(AccessError):
            file.with_user(self.supervisor).read(["raw"])
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - interval '2 days' WHERE id = %s",
            (file.id,),
        )
        file.invalidate_recordset()
        Sheet._gc_files()
        self.assertFalse(file.exists())

    def test_the_digest(self):
        digest = self.env["digest.digest"].create(
            {
                "name": "Digest",
                "company_id": self.company.id,
                "kpi_collection_overdue": True,
                "kpi_collection_received": True,
                "kpi_collection_dso": True,
            }
        )
        seen = digest.with_user(self.supervisor).with_context(
            start_datetime=ON - days(1), end_datetime=ON
        )
        self.assertEqual(seen.kpi_collection_overdue_value, 640)
        self.assertEqual(seen.kpi_collection_received_value, 0)
        self.assertEqual(seen.kpi_collection_dso_value, 90)
        with self.assertRaises(AccessError):
            digest.with_user(self.collector).read(["kpi_collection_dso_value"])
        digest.invalidate_recordset()
        kpis = digest.with_user(self.supervisor)._compute_kpis(self.company, self.supervisor)
        self.assertEqual(
            {kpi["kpi_name"] for kpi in kpis} & {"kpi_collection_dso", "kpi_collection_overdue"},
            {"kpi_collection_dso", "kpi_collection_overdue"},
        )
