"""Aged receivables: as of any day, in any grouping, and never a cent beside the ledger."""

import random
import re
import subprocess
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from odoo.addons.collections_followup.tools import ageing as tool

from .common import ON, CollectionsCase, days

GROUPS = (
    "partner_id",
    "move_line_id",
    "salesperson_id",
    "user_id",
    "stage_id",
    "country_id",
    "currency_id",
    "company_id",
    "bucket",
)


class AgeingCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_clock()
        cls.company = cls.company.with_env(cls.env)
        cls.reader = cls.make_user("reader")
        cls.collector = cls.make_user("collector")

    def ageing(self, on=ON, user=None, **context):
        Ageing = self.env["collection.ageing"].with_user(user or self.reader)
        self.env.flush_all()
        return Ageing.with_context(**context)._as_of(on)

    def open_items(self, on=ON):
        """{journal item id: (open, open in currency)}, exactly."""
        query = self.ageing(on)._search([])
        rows = self.env.execute_query(
            query.select("id", "residual::text", "residual_currency::text")
        )
        return {key: (Decimal(open_), Decimal(currency)) for key, open_, currency in rows}

    def ledger(self, on=ON):
        """Balance of the receivable accounts on a day, asked of the journal items."""
        lines = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", on),
                ("company_id", "=", self.company.id),
            ]
        )
        return sum((Decimal(str(line.balance)) for line in lines), Decimal(0))

    def by(self, group, on=ON, user=None):
        rows = self.ageing(on, user)._read_group([], [group], ["residual:sum"])
        return {key: amount for key, amount in rows if amount}


@tagged("post_install", "-at_install")
class TestAgeing(AgeingCase):
    def test_buckets(self):
        debtor = self.make_debtor()
        for number, late in enumerate((-10, 0, 1, 30, 31, 90, 120, 121)):
            self.make_invoice(debtor, 10**number, ON - days(late))
        self.assertEqual(
            self.by("bucket"),
            {"0": 11, "1": 1100, "2": 10_000, "3": 100_000, "4": 1_000_000, "5": 10_000_000},
        )

    def test_the_company_decides_on_the_buckets(self):
        self.company.collection_ageing_limits = "10; 20"
        self.make_invoice(self.make_debtor(), 5, ON - days(21))
        labels = dict(self.ageing()._get_bucket_selection())
        self.assertEqual(
            list(labels.values()), ["Not due", "1–10 days", "11–20 days", "Over 20 days"]
        )
        self.assertEqual(self.by("bucket"), {"3": 5})
        shown = self.ageing().get_views([(False, "list")])
        self.assertIn("amount_3", shown["models"]["collection.ageing"]["fields"])
        self.assertNotIn("amount_4", shown["models"]["collection.ageing"]["fields"])
        self.assertNotIn("amount_4", shown["views"]["list"]["arch"])
        self.assertIn("Over 20 days", shown["views"]["list"]["arch"])

    def test_limits_that_make_no_sense_are_refused(self):
        for text in ("", "30, 20", "thirty", "30, 30", "-5", "1,2,3,4,5,6,7,8,9", "99999", "²"):
            with self.assertRaisesRegex(ValidationError, "Write up to 8 numbers"):
                self.company.collection_ageing_limits = text

    def test_a_payment_counts_from_its_day(self):
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 100, ON - days(50))
        self.pay(invoice, 40, ON - days(20))
        self.pay(invoice, 60, ON - days(5))
        self.assertEqual(self.by("partner_id", ON - days(21)), {debtor: 100})
        self.assertEqual(self.by("bucket", ON - days(21)), {"1": 100}, "It was 29 days late then")
        self.assertEqual(self.by("partner_id", ON - days(20)), {debtor: 60})
        self.assertEqual(self.by("partner_id", ON - days(6)), {debtor: 60})
        self.assertEqual(self.by("partner_id", ON - days(5)), {})

    def test_a_match_with_a_draft_does_not_count(self):
        """Odoo keeps the match when the invoice is reset: the payment looks used up, but isn't."""
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 100, ON - days(50))
        self.pay(invoice, 100, ON - days(20))
        invoice.button_draft()
        self.assertEqual(self.by("partner_id"), {debtor: -100}, "As the ledger has it")
        self.assertEqual(self.by("partner_id", ON - days(21)), {})

    def test_an_invoice_counts_from_its_day(self):
        debtor = self.make_debtor()
        self.make_invoice(debtor, 100, ON + days(30), invoice_date=ON - days(1))
        self.assertEqual(self.by("partner_id", ON - days(2)), {})
        self.assertEqual(self.by("partner_id", ON - days(1)), {debtor: 100})

    def test_each_dimension_knows_its_own(self):
        belgium = self.env.ref("base.be")
        seller = self.env.ref("base.user_admin")
        self.make_policy(("Reminder", 5, "call"))
        debtor = self.make_debtor("Acme", country_id=belgium.id)
        invoice = self.make_invoice(debtor, 100, ON - days(20), invoice_user_id=seller.id)
        self.follow_up()
        case = self.case_of(debtor)
        case.user_id = self.collector
        line = self.receivable(invoice)
        stage = self.env["collection.item"].search([("move_line_id", "=", line.id)]).stage_id
        expected = {
            "partner_id": debtor,
            "move_line_id": line,
            "salesperson_id": seller,
            "user_id": self.collector,
            "stage_id": stage,
            "country_id": belgium,
            "currency_id": self.usd,
            "company_id": self.company,
            "bucket": "1",
        }
        self.assertTrue(stage)
        for group, key in expected.items():
            self.assertEqual(self.by(group), {key: 100}, group)

    def test_a_branch_is_counted_with_its_company(self):
        debtor = self.make_debtor("Acme")
        branch = self.env["res.partner"].create(
            {"name": "Acme South", "parent_id": debtor.id, "type": "invoice"}
        )
        self.make_invoice(debtor, 1, ON)
        self.make_invoice(branch, 2, ON)
        self.assertEqual(self.by("partner_id"), {debtor: 3})

    def test_the_views_ask_as_of_the_day(self):
        """Pivot and list, as the web client asks for them."""
        debtor = self.make_debtor()
        self.pay(self.make_invoice(debtor, 100, ON - days(50)), on=ON - days(5))
        past = str(ON - days(10))
        Ageing = self.ageing(user=self.reader).with_context(collection_ageing_on=past)
        sets = Ageing.formatted_read_grouping_sets([], [[], ["bucket"]], ["residual:sum"])
        self.assertEqual([row["residual:sum"] for rows in sets for row in rows], [100, 100])
        answer = Ageing.web_search_read([], {"residual": {}, "days_overdue": {}, "amount_2": {}})
        self.assertEqual(answer["length"], 1)
        self.assertEqual(answer["records"][0]["days_overdue"], 40)
        self.assertEqual(answer["records"][0]["amount_2"], 100)

    def test_the_number_of_queries_does_not_depend_on_the_debtors(self):
        for number in range(4):
            self.make_invoice(self.make_debtor(f"D{number}"), 10, ON - days(number))
        Ageing = self.ageing()
        Ageing._read_group([], ["bucket"], ["residual:sum"])
        with self.assertQueryCount(3):
            Ageing._read_group([], ["bucket"], ["residual:sum"])


class TestWhoSeesWhat(AgeingCase):
    def test_collectors_see_their_own_and_unassigned(self):
        self.make_policy(("Reminder", 5, "call"))
        mine, other, free = (self.make_debtor(name) for name in ("Mine", "Other", "Free"))
        for debtor in (mine, other, free):
            self.make_invoice(debtor, 10, ON - days(9))
        self.follow_up()
        self.case_of(mine).user_id = self.collector
        self.case_of(other).user_id = self.make_user("supervisor")
        self.assertEqual(set(self.by("partner_id", user=self.collector)), {mine, free})
        self.assertEqual(set(self.by("partner_id", user=self.reader)), {mine, other, free})

    def test_the_other_company_is_hidden(self):
        other = self.make_company("Southwind")
        self.make_invoice(self.make_debtor(), 10, ON, company=other)
        self.assertEqual(self.by("company_id"), {})
        reader = self.make_user("reader", company=other, login="south")
        ageing = self.env["collection.ageing"].with_user(reader)
        rows = ageing.with_context(allowed_company_ids=other.ids)._as_of(ON)
        self.assertEqual(rows.search([]).mapped("residual"), [10])

    def test_nobody_without_a_role_sees_it(self):
        user = self.env["res.users"].create({"name": "Clerk", "login": "clerk"})
        with self.assertRaises(AccessError):
            self.env["collection.ageing"].with_user(user).search([])


class TestAgainstTheLedger(AgeingCase):
    """Books that lived: every past day must add up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.env["res.currency.rate"].search([("currency_id", "=", cls.eur.id)]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": cls.eur.id,
                    "company_id": cls.company.id,
                    "name": ON - days(200 - 20 * number),
                    "rate": 0.8 + 0.0137 * number,
                }
                for number in range(10)
            ]
        )
        cls.debtors = [cls.make_debtor(f"Debtor {number}") for number in range(3)]
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "Thirds",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 33.33, "nb_days": 10}),
                    Command.create({"value": "percent", "value_amount": 33.33, "nb_days": 40}),
                    Command.create({"value": "percent", "value_amount": 33.34, "nb_days": 70}),
                ],
            }
        )

    def some_day(self, dice):
        return ON - timedelta(days=dice.randrange(0, 180))

    def some_invoice(self, dice):
        day = self.some_day(dice)
        values = {"invoice_date": day, "currency_id": dice.choice((self.usd, self.eur)).id}
        if dice.random() < 0.3:
            values["invoice_payment_term_id"] = self.term.id
        if dice.random() < 0.25:
            values["move_type"] = "out_refund"
        amount = Decimal(dice.randrange(100, 100_000)) / 100
        due = day + timedelta(days=dice.randrange(0, 60))
        return self.make_invoice(dice.choice(self.debtors), float(amount), due, **values)

    def some_payment(self, dice, invoices):
        open_ones = invoices.filtered(lambda m: m.amount_residual and m.state == "posted")
        if not open_ones:
            return
        invoice = open_ones[dice.randrange(len(open_ones))]
        share = dice.choice((1, 1, 0.5, 0.337))
        amount = invoice.currency_id.round(invoice.amount_residual * share)
        if amount:
            day = max(invoice.date, self.some_day(dice))
            self.pay(invoice, amount, day)

    def some_undoing(self, dice, invoices):
        """A match is taken back, or a document is; or credits are matched with debts."""
        kind = dice.choice(("unmatch", "draft", "match"))
        lines = self.receivable(invoices)
        if kind == "unmatch":
            self.receivable(invoices[dice.randrange(len(invoices))]).remove_move_reconcile()
        elif kind == "draft":
            invoices[dice.randrange(len(invoices))].button_draft()
        else:
            debtor = dice.choice(self.debtors)
            lines.filtered(
                lambda line: (
                    line.partner_id == debtor
                    and line.currency_id == self.eur
                    and not line.reconciled
                    and line.parent_state == "posted"
                )
            ).reconcile()
        self.env.cr.flush()

    def live(self, seed):
        dice = random.Random(seed)
        invoices = self.env["account.move"]
        for _number in range(9):
            invoices |= self.some_invoice(dice)
        for _number in range(8):
            self.some_payment(dice, invoices)
        for _number in range(4):
            self.some_undoing(dice, invoices)
        self.some_payment(dice, invoices)
        return dice

    def as_told(self, on):
        """What was open of each item, from its amount and its matches; see ``tools/ageing.py``."""
        lines = self.env["account.move.line"].search(
            [
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", on),
                ("company_id", "=", self.company.id),
            ]
        )
        exact = {}
        for line in lines:
            posted = [
                p
                for p in line.matched_credit_ids | line.matched_debit_ids
                if {p.debit_move_id.parent_state, p.credit_move_id.parent_state} == {"posted"}
            ]
            signs = {True: 1, False: -1}
            matches = [
                (p.max_date, signs[p.debit_move_id == line] * Decimal(str(p.amount)))
                for p in posted
            ]
            open_ = tool.residual(Decimal(str(line.balance)), matches, on)
            if open_:
                exact[line.id] = open_
        return exact

    def test_every_past_day_adds_up(self):
        for seed in (1, 2, 3):
            dice = self.live(seed)
            for on in [ON, ON + days(90), *(self.some_day(dice) for _number in range(5))]:
                found = self.open_items(on)
                total = sum((open_ for open_, _currency in found.values()), Decimal(0))
                self.assertEqual(total, self.ledger(on), f"seed {seed}, {on}")
                told = {key: open_ for key, (open_, _currency) in found.items()}
                self.assertEqual(told, self.as_told(on), f"seed {seed}, {on}")

    def test_all_ways_lead_to_the_same(self):
        dice = self.live(6)
        for on in (self.some_day(dice), ON - days(1)):
            Ageing = self.ageing(on)
            void = Ageing._get_void_matches()
            told = self.as_told(on)
            for way in (Ageing._items_taken_back, Ageing._items_added_up):
                query = SQL("SELECT id, residual::text FROM (%s) o", way(on, void))
                rows = self.env.execute_query(
                    SQL("%s WHERE company_id = %s", query, self.company.id)
                )
                found = {key: Decimal(amount) for key, amount in rows}
                self.assertEqual(found, told, f"{way.__name__}, {on}")

    def test_every_grouping_adds_up(self):
        dice = self.live(4)
        on = self.some_day(dice)
        total = float(self.ledger(on))
        for group in GROUPS:
            rows = self.ageing(on)._read_group([], [group], ["residual:sum"])
            self.assertAlmostEqual(sum(row[1] for row in rows), total, 2, group)
        limits = range(len(self.company._get_ageing_limits()) + 2)
        sums = [f"amount_{number}:sum" for number in limits]
        self.assertAlmostEqual(sum(self.ageing(on)._read_group([], [], sums)[0]), total, 2)

    def test_currencies_are_kept_apart(self):
        debtor = self.debtors[0]
        invoice = self.make_invoice(
            debtor, 100, ON - days(40), invoice_date=ON - days(60), currency_id=self.eur.id
        )
        self.pay(invoice, 25, ON - days(10))
        for on, left in ((ON - days(11), 100), (ON, 75)):
            ((currency, amount),) = self.ageing(on)._read_group(
                [], ["currency_id"], ["residual_currency:sum"]
            )
            self.assertEqual((currency, amount), (self.eur, left))

    def test_the_sheet_checks_itself_against_the_ledger(self):
        dice = self.live(5)
        for on in (ON, self.some_day(dice)):
            sheet = self.env["collection.ageing.sheet"].with_user(self.reader)
            (part,) = sheet._get_figures(on, self.company)
            self.assertEqual(part["difference"], 0)
            self.assertAlmostEqual(part["ledger"], float(self.ledger(on)), 2)


class TestToHandOn(AgeingCase):
    """The dialog: on screen, on paper, as a workbook."""

    def dialog(self, user=None, **values):
        form = Form(self.env["collection.ageing.wizard"].with_user(user or self.reader))
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def content(self, action):
        number = int(action["url"].split("/")[3].split("?")[0])
        return self.env["ir.attachment"].browse(number).raw

    def test_shows_the_day_it_is_of(self):
        action = self.dialog(date=ON - days(16)).action_show()
        self.assertEqual(action["name"], "Aged Receivables, Feb 28, 2026")
        self.assertEqual(action["context"]["collection_ageing_on"], "2026-02-28")

    def test_needs_a_company(self):
        wizard = self.dialog()
        wizard.company_ids = False
        with self.assertRaisesRegex(UserError, "at least one company"):
            wizard.action_show()

    def test_paper(self):
        self.make_invoice(self.make_debtor("Acme & Sons"), 1234.5, ON - days(9))
        pdf = self.content(self.dialog().action_print())
        self.assertTrue(pdf.startswith(b"%PDF"))

    def test_each_page_has_the_heads_and_no_line_is_cut_or_lost(self):
        names = [f"Debtor {number:02}" for number in range(65)]
        for number, name in enumerate(names):
            self.make_entry(self.make_debtor(name), 1000 - number, ON - days(9))
        pdf = self.content(self.dialog().action_print())
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
        ).stdout.decode()
        pages = text.rstrip("\f").split("\f")
        self.assertEqual(len(pages), 3)
        for page in pages:
            self.assertIn("31–60 days", page)
        self.assertEqual(re.findall(r"Debtor \d\d", text), names)
        self.assertIn("Difference", pages[-1])

    def test_paper_sums_up_small_debtors(self):
        for number in range(3):
            self.make_invoice(self.make_debtor(f"D{number}"), 10 + number, ON)
        sheet = self.env["collection.ageing.sheet"]
        (part,) = sheet._get_figures(ON, self.company)
        part["rows"] = part["rows"] * 500
        pages = sheet._format_part(part)["pages"]
        rows = [row for page in pages for row in page]
        self.assertEqual((len(rows), rows[-1]["name"]), (1001, "500 other debtors"))

    def test_workbook_takes_no_formula_from_a_name(self):
        evil = self.make_debtor('=HYPERLINK("http://x.example","pay")')
        self.make_invoice(evil, 10, ON - days(40), ref="=1+1")
        self.make_invoice(self.make_debtor("http://debtor.example"), 5, ON)
        book = openpyxl.load_workbook(BytesIO(self.content(self.dialog().action_export())))
        self.assertEqual(book.sheetnames, ["Debtors", "Items", "Check"])
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertFalse([cell.value for cell in cells if cell.hyperlink])
        self.assertEqual(book["Debtors"]["B2"].value, evil.name)
        self.assertEqual(book["Items"]["D2"].value[:3], "INV")
        self.assertEqual(book["Items"]["J2"].value, "31–60 days")
        check = [cell.value for cell in book["Check"][2]]
        self.assertEqual(check[3:], [15, 15, 0])

    def test_some_debtors_only(self):
        acme, other = self.make_debtor("Acme"), self.make_debtor("Other")
        for debtor in (acme, other):
            self.make_invoice(debtor, 10, ON)
        wizard = self.dialog()
        wizard.partner_ids = acme
        book = openpyxl.load_workbook(BytesIO(self.content(wizard.action_export())))
        self.assertEqual(book["Check"]["F2"].value, 10, "What the other debtors owe")

    def test_an_item_opens_its_document(self):
        invoice = self.make_invoice(self.make_debtor(), 10, ON)
        action = self.ageing().search([]).action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", invoice.id))
