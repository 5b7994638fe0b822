"""Letters: on paper as they should be, kept as they were, and never lost."""

import base64
import io
import re
import subprocess
import unicodedata
from unittest.mock import patch

from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextContainer

from odoo.exceptions import AccessError, UserError
from odoo.tools import file_open

from odoo.addons.base.models import ir_actions_report

from .common import ON, CollectionsCase, days

DUE = ON - days(10)
#: 25.4 mm are 72 points.
POINTS = 72 / 25.4


class LetterCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = cls.make_user("supervisor", login="letter_supervisor")
        cls.reader = cls.make_user("reader", login="letter_reader")
        cls.text = cls.env.ref("collections_followup.mail_template_demand")
        action = {"channel": "letter", "mail_template_id": cls.text.id}
        cls.make_policy(
            ("Reminder", 1, action), ("Demand", 30, action), escalation="direct", mode="automatic"
        )
        cls.company.write({"street": "Harbour 1", "zip": "02101", "city": "Boston"})

    def letters(self, *names, items=1, due=DUE, **values):
        """Released letters, one a debtor."""
        for name in names:
            debtor = self.make_debtor(name, **values)
            for index in range(items):
                self.make_invoice(debtor, 100 + index, due)
        self.follow_up()
        return self.env["collection.contact.log"].search(
            [("debtor_id.name", "in", names), ("channel", "=", "letter")]
        )

    def boxes(self, pdf):
        """Pages as lists of (mm from the left, mm from the top, text that can be selected)."""
        return [
            [
                (box.x0 / POINTS, (page.height - box.y1) / POINTS, " ".join(box.get_text().split()))
                for box in page
                if isinstance(box, LTTextContainer)
            ]
            for page in extract_pages(io.BytesIO(pdf))
        ]

    def read(self, pdf):
        """The text of each page."""
        return [" ".join(text for _x, _y, text in page) for page in self.boxes(pdf)]

    def printed(self):
        return self.run_of().letter_attachment_id.raw


class TestLetter(LetterCase):
    def test_run_is_printed_in_stage_order_and_marked(self):
        late = self.letters("Late", due=ON - days(40))
        early = self.letters("Early") + self.letters("Another")
        run = self.run_of()
        action = run.with_user(self.supervisor).action_print_letters()
        self.assertEqual(action["type"], "ir.actions.act_url")
        pages = self.read(self.printed())
        self.assertEqual(len(pages), 3)
        for page, name in zip(pages, ("Another", "Early", "Late"), strict=True):
            self.assertIn(f"Dear {name}", page)
        self.assertTrue(all((late + early).mapped("printed_on")))
        self.assertEqual(set((late + early).mapped("state")), {"sent"})
        run.with_user(self.supervisor).action_letters_posted()
        self.assertEqual(set((late + early).mapped("state")), {"done"})

    def test_page_shows_all_a_letter_must_say(self):
        letter = self.letters("Ann & Co", ref="C-77")
        letter.case_id.user_id = self.supervisor
        self.run_of().action_print_letters()
        page = " ".join(self.read(self.printed())[0].split())
        for part in (
            "Northwind Traders",
            "Harbour 1",
            "Ann & Co",
            "Main Street 1",
            "C-77",
            "Formal demand for payment",
            letter.move_line_ids.move_id.name,
            "Total to pay",
            letter.reference[:4],
            "letter_supervisor",
            "Yours sincerely",
        ):
            self.assertIn(part, page)

    def test_address_is_in_the_window(self):
        self.letters("Window")
        self.run_of().action_print_letters()
        left, top = next(
            (x, y) for x, y, text in self.boxes(self.printed())[0] if text.startswith("Window Main")
        )
        # DIN 5008, form B: 20 to 105 mm from the left, 62.7 to 90 mm from the top.
        self.assertTrue(24 <= left <= 27, left)
        self.assertTrue(60 <= top <= 68, top)

    def test_text_is_kept_and_printed_again_as_it_was(self):
        letter = self.letters("Kept")
        self.run_of().action_print_letters()
        first = self.read(self.printed())[0]
        kept = letter.message_id
        self.assertEqual(kept.res_id, letter.case_id.id)
        self.assertIn("100.00", kept.body)
        self.pay(letter.move_line_ids.move_id, 60)
        self.text.body_html = "<p>Another text</p>"
        action = letter.action_print()
        again = self.env["ir.attachment"].browse(int(re.search(r"/(\d+)\?", action["url"])[1]))
        self.assertEqual(self.read(again.raw)[0], first)
        self.assertEqual(letter.message_id, kept)

    def test_second_click_gives_the_same_pdf_and_new_letters_a_new_one(self):
        self.letters("First")
        run = self.run_of()
        first = run.action_print_letters()
        self.assertEqual(run.action_print_letters(), first)
        self.letters("Second")
        self.assertNotEqual(run.action_print_letters(), first)
        self.assertNotIn("Dear First", self.read(self.printed())[0])

    def test_many_items_go_on_pages_of_their_own(self):
        letter = self.letters("Long", items=45)
        self.run_of().action_print_letters()
        pages = self.read(self.printed())
        self.assertEqual(len(pages), 3)
        names = letter.move_line_ids.move_id.mapped("name")
        self.assertFalse([name for name in names if name in pages[0]])
        self.assertEqual(sum(name in pages[1] + pages[2] for name in names), 45)
        self.assertIn("45 open items", pages[0])
        self.assertIn("Document", pages[2])
        self.assertIn("Total to pay", pages[2])

    def test_right_to_left_words_are_whole_and_in_order(self):
        self.env["res.lang"]._activate_lang("ar_001")
        sentence = "نرجو سداد المبلغ، رقم 12، في أقرب وقت."
        self.text.with_context(lang="ar_001").body_html = f"<p>{sentence}</p>"
        self.letters("شركة النور", lang="ar_001")
        self.run_of().action_print_letters()
        text = self.read(self.printed())[0]
        self.assertIn("INV/", text)
        # A PDF holds the shapes of letters, in the order they are drawn: compare words.
        found = unicodedata.normalize("NFKC", text)
        for word in re.findall(r"\w+", sentence):
            self.assertIn(word, found)
        for x, _y, line in self.boxes(self.printed())[0]:
            self.assertTrue(20 <= x <= 190, line)

    def test_what_was_paid_meanwhile_is_not_printed(self):
        paid, owed = self.letters("Paid"), self.letters("Owed")
        self.pay(paid.move_line_ids.move_id)
        self.run_of().action_print_letters()
        self.assertEqual(len(self.read(self.printed())), 1)
        self.assertEqual((paid.state, paid.block_code), ("cancelled", "paid"))
        self.assertTrue(owed.printed_on)

    def test_nothing_left_to_print_is_said(self):
        letter = self.letters("Gone")
        self.pay(letter.move_line_ids.move_id)
        action = self.run_of().action_print_letters()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(letter.printed_on)

    def test_text_broken_after_release_stops_only_its_letters(self):
        broken, good = self.letters("Broken"), self.letters("Good")
        self.text.body_html = (
            "<p t-if=\"1 / len(object.partner_id.name.replace('Broken', ''))\">Please pay</p>"
        )
        self.run_of().action_print_letters()
        self.assertEqual((broken.state, broken.block_code), ("failed", "template_error"))
        self.assertFalse(broken.printed_on)
        self.assertTrue(good.printed_on)
        self.assertTrue(broken.case_id.activity_ids)

    def test_without_an_engine_nothing_changes(self):
        letter = self.letters("Waiting")
        report = type(self.env["ir.actions.report"])
        with (
            patch.object(report, "get_wkhtmltopdf_state", lambda self: "install"),
            self.assertRaisesRegex(UserError, "wkhtmltopdf is missing"),
            self.env.cr.savepoint(),
        ):
            self.run_of().action_print_letters()
        self.assertFalse(letter.printed_on)

    def test_engine_that_fails_can_be_asked_again(self):
        letter = self.letters("Again")
        failing = subprocess.CompletedProcess([], -11, "", "out of memory")
        with (
            patch.object(ir_actions_report, "_run_wkhtmltopdf", lambda args: failing),
            self.assertLogs("odoo.addons", level="WARNING"),
            self.assertRaisesRegex(UserError, "could not be printed"),
            self.env.cr.savepoint(),
        ):
            self.run_of().action_print_letters()
        self.assertFalse(letter.printed_on)
        self.assertFalse(letter.message_id)
        self.run_of().action_print_letters()
        self.assertTrue(letter.printed_on)

    def test_proposals_are_not_printed_and_readers_do_not_print(self):
        self.company.collection_policy_id.mode = "review"
        self.letters("Proposed")
        with self.assertRaisesRegex(UserError, "no released letters"):
            self.run_of().action_print_letters()
        self.release(self.run_of(), self.supervisor)
        with self.assertRaises(AccessError):
            self.run_of().with_user(self.reader).action_print_letters()

    def test_debtor_without_an_address_is_refused(self):
        letter = self.letters("Nowhere", street=False, city=False, zip=False)
        self.assertEqual((letter.state, letter.block_code), ("blocked", "no_address"))

    def test_letter_to_a_person_of_the_debtor(self):
        debtor = self.make_debtor("Big Company")
        self.env["res.partner"].create(
            {
                "name": "Ann Payable",
                "type": "collections",
                "parent_id": debtor.id,
                "street": "Side Street 2",
                "city": "Springfield",
            }
        )
        self.make_invoice(debtor, 10, ON - days(10))
        self.follow_up()
        self.run_of().action_print_letters()
        page = self.read(self.printed())[0]
        self.assertLess(page.index("Big Company"), page.index("Ann Payable"))
        self.assertIn("Side Street 2", page)

    def test_document_needs_no_server(self):
        letter = self.letters("Logo")
        self.company.logo = base64.b64encode(
            file_open("base/static/img/logo_white.png", "rb").read()
        )
        contents = self.env["collection.letter"]._write_letters(letter)
        document = self.env["collection.letter"]._make_html(letter, contents)
        self.assertNotRegex(document, r"""(src|href)=["'](?!data:)""")
        self.assertNotIn("http://", document)
        self.assertIn("url(data:image/", document)
