"""Debts of others: mandate, placed debts, contacts on behalf of the client, remittance."""

import base64
from datetime import date
from io import BytesIO

import xlsxwriter
from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.collections_followup.tools.contact import Proposal

from .common import ON, CollectionsCase, days

HEAD = "Debtor;Debtor number;Document;Due;Amount;Country;Street;ZIP;City\n"
#: A debtor whom letters reach.
ACME = "Acme;K7;R1;2026-01-10;100;IE;Quay 1;T12;Cork"


class MandateCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_clock()
        cls.make_policy(("Call", 1, "call"))
        cls.client = cls.env["res.partner"].create({"name": "Client Ltd", "street": "Quay 3"})
        cls.ledger = cls.make_company("Ledger of Client Ltd")
        cls.make_policy(("Letter", 1, "letter"), company=cls.ledger)
        cls.trust = cls.env["account.journal"].search(
            [("company_id", "=", cls.ledger.id), ("type", "=", "bank")], limit=1
        )
        cls.hire("collector", "supervisor", "manager")
        both = cls.company + cls.ledger
        for user in (cls.collector, cls.supervisor, cls.manager):
            user.company_ids = [Command.set(both.ids)]
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=both.ids))
        cls.mandate = cls.make_mandate()
        cls.mandate.with_user(cls.manager).action_activate()

    @classmethod
    def make_mandate(cls, **values):
        cls.env.flush_all()
        return (
            cls.env["collection.mandate"]
            .with_user(cls.manager)
            .create(
                {
                    "client_id": cls.client.id,
                    "company_id": cls.company.id,
                    "ledger_company_id": cls.ledger.id,
                    "reference": "C-1",
                    "date_from": ON - days(100),
                    "trust_journal_id": cls.trust.id,
                    "tier_ids": [
                        Command.create({"above": 0, "percent": 20}),
                        Command.create({"above": 1000, "percent": 10}),
                    ],
                    **values,
                }
            )
        )

    def wizard(self, *rows, head=HEAD, content=None, user=None):
        content = content or (head + "\n".join(rows)).encode()
        Wizard = self.env["collection.placement.wizard"].with_user(user or self.supervisor)
        return Wizard.create(
            {
                "mandate_id": self.mandate.id,
                "content": base64.b64encode(content),
                "date": ON - days(20),
            }
        )

    def place(self, *rows, **values):
        placements = self.wizard(*rows, **values)._place()
        self.env.flush_all()
        self.env.cr.flush()
        return placements

    def collect(self, placement, amount, on=ON):
        """The debtor pays into the trust account."""
        item = self.receivable(placement.move_id)
        register = self.env["account.payment.register"].with_company(self.ledger)
        wizard = register.with_context(
            active_model="account.move.line", active_ids=item.ids, force_payment_move=True
        ).create({"payment_date": on, "amount": amount, "journal_id": self.trust.id})
        payments = wizard._create_payments()
        self.env.flush_all()
        self.env.cr.flush()
        return payments

    def statement(self, **values):
        self.env.flush_all()
        Remittance = self.env["collection.remittance"].with_user(self.supervisor)
        return Remittance.create({"mandate_id": self.mandate.id, "date_to": ON, **values})


class TestMandate(MandateCase):
    def test_activated(self):
        """The company is the client's ledger, and rules for collectors bind there."""
        self.assertEqual(self.mandate.state, "active")
        self.assertEqual(self.ledger.collection_party, "third")
        self.assertEqual(self.ledger.collection_mandate_id, self.mandate)
        self.assertEqual(self.company.collection_party, "first")

    def test_a_ledger_serves_one_client(self):
        with self.assertRaises(ValidationError):
            self.make_mandate(ledger_company_id=self.company.id)
        with self.assertRaises(ValidationError):
            self.make_mandate(company_id=self.ledger.id, ledger_company_id=self.company.id)
        other = self.env["res.partner"].create({"name": "Other"})
        self.mandate.with_user(self.manager).action_end()
        second = self.make_mandate(client_id=other.id)
        with self.assertRaisesRegex(UserError, "holds the money of Client Ltd"):
            second.action_activate()

    def test_what_must_be_agreed_first(self):
        self.mandate.with_user(self.manager).action_end()
        bare = self.make_mandate(tier_ids=False)
        with self.assertRaisesRegex(UserError, "commission first"):
            bare.action_activate()
        with self.assertRaisesRegex(ValidationError, "begins at zero"):
            bare.tier_ids = [Command.create({"above": 50, "percent": 10})]
            self.env.flush_all()

    def test_only_managers(self):
        with self.assertRaises(AccessError):
            self.mandate.with_user(self.supervisor).action_end()
        with self.assertRaises(AccessError):
            self.mandate.with_user(self.collector).read(["name"])
        with self.assertRaisesRegex(UserError, "buttons"):
            self.mandate.with_user(self.manager).write({"state": "ended"})
        with self.assertRaisesRegex(UserError, "stay"):
            self.mandate.with_user(self.manager).client_id = self.env.company.partner_id

    def test_ended(self):
        """Cases are given back, planned contacts let go, and the night's run stays away."""
        placement = self.place(ACME)
        self.follow_up(company=self.ledger)
        case = self.case_of(placement.partner_id, self.ledger)
        self.assertTrue(self.contacts(placement.partner_id, state="planned"))
        self.mandate.with_user(self.manager).action_end()
        self.assertEqual((case.state, case.date_closed), ("closed", ON))
        self.assertFalse(self.contacts(placement.partner_id, state="planned"))
        self.follow_up(on=ON + days(1), company=self.ledger)
        self.assertFalse(self.case_of(placement.partner_id, self.ledger))
        with self.assertRaisesRegex(UserError, "has ended"):
            self.place("Acme;K7;R2;2026-01-10;100;IE")


class TestPlacement(MandateCase):
    def test_placed_through_the_books(self):
        placement = self.place("Acme;K7;R1;2026-01-10;1,234.50;IE")
        self.assertEqual(
            sorted(
                (line.account_id.account_type, line.balance, line.partner_id)
                for line in placement.move_id.line_ids
            ),
            [
                ("asset_receivable", 1234.5, placement.partner_id),
                ("liability_payable", -1234.5, self.client),
            ],
        )
        self.assertEqual(placement.move_id.company_id, self.ledger)
        self.assertEqual(self.receivable(placement.move_id).date_maturity, date(2026, 1, 10))
        self.assertEqual(placement.partner_id.company_id, self.ledger)
        self.assertEqual(placement.partner_id.country_id.code, "IE")

    def test_read_again_nothing_is_booked_twice(self):
        self.place("Acme;K7;R1;2026-01-10;100;")
        wizard = self.wizard("Acme;K7;R1;2026-01-10;100;")
        self.assertEqual((wizard.new_count, wizard.known_count), (0, 1))
        with self.assertRaisesRegex(UserError, "placed already"):
            wizard._place()
        more = self.place("Acme;K7;R1;2026-01-10;100;", "Acme;k7;R2;2026-02-10;50;")
        self.assertEqual(more.document, "R2")
        self.assertEqual(len(self.env["collection.placement"].search([]).partner_id), 1)

    def test_one_bad_row_and_nothing_is_placed(self):
        wizard = self.wizard(
            "Acme;K7;R1;2026-01-10;100;",
            "Bad;K8;R2;01/02/2026;1.234;",
            "Far;K9;R3;2026-01-10;5;XX",
        )
        for words in ("Row 3: “01/02/2026” is no day", "Row 3: “1.234” is no amount", "Row 4"):
            self.assertIn(words, wizard.error_text)
        with self.assertRaisesRegex(UserError, "Nothing was placed"):
            wizard._place()
        self.assertFalse(self.env["collection.placement"].search([]))

    def test_other_currency_and_territory(self):
        head = HEAD.replace("Country", "Currency")
        self.assertIn("GBP", self.wizard("A;K;R1;2026-01-10;5;GBP", head=head).error_text)
        self.mandate.country_ids = self.env.ref("base.ie")
        self.assertIn("does not reach", self.wizard("A;K;R1;2026-01-10;5;FR").error_text)
        self.assertFalse(self.wizard("A;K;R1;2026-01-10;5;IE").error_text)

    def test_workbook(self):
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Debtor", "Document", "Due", "Amount"])
        sheet.write_row(1, 0, ["=Acme", 4711])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 2, date(2026, 1, 10), day)
        sheet.write_string(1, 0, "Acme")
        sheet.write_number(1, 3, 99.95)
        book.close()
        placement = self.place(content=stream.getvalue())
        self.assertEqual((placement.document, placement.amount), ("4711", 99.95))

    def test_not_a_file(self):
        for content in (b"PK\x03\x04 not a workbook", b"\x00\x01", b"Debtor;Document\n"):
            self.assertTrue(self.wizard(content=content).error_text)
        empty = self.env["collection.placement.wizard"].create({"mandate_id": self.mandate.id})
        with self.assertRaisesRegex(UserError, "Choose the client's file"):
            empty._place()

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.wizard("A;K;R1;2026-01-10;5;", user=self.collector)


class TestContacts(MandateCase):
    def setUp(self):
        super().setUp()
        self.placement = self.place(ACME)
        self.follow_up(company=self.ledger)
        self.case = self.case_of(self.placement.partner_id, self.ledger)

    def test_rules_for_collectors_bind(self):
        (facts,) = self.case._get_person_facts().values()
        self.assertEqual(facts.party, "third")
        self.assertEqual(self.case.creditor_id, self.client)

    def test_letters_name_the_creditor_and_where_to_pay(self):
        head = self.env["collection.notice"]._get_letterhead(self.ledger, "en_US")
        self.assertEqual(head["name"], self.company.name)
        self.assertIn("on behalf of the creditor, Client Ltd", head["behalf"][0])
        log = self.contacts(self.placement.partner_id)[:1]
        html = self.env["collection.letter"]._make_html(
            log, {log.id: {"subject": "S", "content": "<p>C</p>"}}
        )
        self.assertIn("Client Ltd", html)
        own = self.env["collection.notice"]._get_letterhead(self.company, "en_US")
        self.assertNotIn("behalf", own)

    def test_american_debts_say_that_a_collector_writes(self):
        self.company.country_id = self.env.ref("base.us")
        self.assertIn("attempt to collect a debt", self.mandate._get_disclosure()[1])
        self.company.country_id = self.env.ref("base.ie")
        self.ledger.country_id = self.env.ref("base.ie")
        self.assertEqual(len(self.mandate._get_disclosure()), 1)

    def test_nobody_is_contacted_without_a_mandate(self):
        case = self.case.with_user(self.supervisor)
        self.assertNotEqual(case._get_contact_verdict("call").code, "mandate_ended")
        self.mandate.with_user(self.manager).date_to = ON - days(1)
        verdict = case._get_contact_verdict("call")
        self.assertEqual((verdict.level, verdict.code), ("block", "mandate_ended"))
        self.mandate.with_user(self.manager).write(
            {"date_to": False, "country_ids": [Command.set(self.env.ref("base.fr").ids)]}
        )
        self.assertEqual(case._get_contact_verdict("call").code, "mandate_territory")
        proposal = Proposal(
            key=1,
            case=self.case.id,
            debtor=self.placement.partner_id.id,
            company=self.ledger.id,
            channel="letter",
            on=ON,
        )
        refusals = self.env["collection.compliance"]._check([proposal])
        self.assertEqual(refusals[1].code, "mandate_territory")


class TestRemittance(MandateCase):
    def setUp(self):
        super().setUp()
        self.one = self.place("Acme;K7;R1;2026-01-10;1500;")
        self.two = self.place("Beta;K8;R2;2026-01-10;80;")

    def test_reckoned_invoiced_and_paid(self):
        """1,500 and 40 in: 20 % of 1,000 and 10 % of 540; the rest is the client's."""
        self.collect(self.one, 1500)
        self.collect(self.two, 40)
        statement = self.statement(cost_amount=6, cost_note="Court fee")
        self.assertEqual(
            (statement.collected, statement.commission, statement.net), (1540, 254, 1280)
        )
        self.assertEqual(sum(statement.line_ids.mapped("commission")), 254)
        statement.action_confirm()
        invoice = statement.sudo().invoice_id
        self.assertEqual(
            (invoice.company_id, invoice.partner_id, invoice.amount_total, invoice.state),
            (self.company, self.client, 260, "posted"),
        )
        statement.action_pay()
        payment = statement.sudo().payment_id
        self.assertEqual(
            (payment.company_id, payment.journal_id, payment.partner_id, payment.amount),
            (self.ledger, self.trust, self.client, 1280),
        )
        self.assertEqual(statement.sudo().fee_payment_id.amount, 260)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            statement.cost_amount = 7
        with self.assertRaisesRegex(UserError, "history"):
            statement.unlink()

    def test_nothing_twice_and_what_came_back_is_taken_off(self):
        payment = self.collect(self.two, 80)
        self.statement().action_confirm()
        empty = self.statement()
        self.assertFalse(empty.line_ids)
        with self.assertRaisesRegex(UserError, "Nothing has come in"):
            empty.action_confirm()
        payment.move_id.line_ids.remove_move_reconcile()
        self.collect(self.one, 500)
        self.env.flush_all()
        empty.action_reckon()
        self.assertEqual(sorted(empty.line_ids.mapped("amount")), [-80, 500])
        self.assertEqual((empty.collected, empty.commission), (420, 84))
        self.assertEqual(empty.held, 80)

    def test_more_came_back_than_came_in(self):
        payment = self.collect(self.two, 80)
        self.statement().action_confirm()
        payment.move_id.line_ids.remove_move_reconcile()
        statement = self.statement()
        self.assertEqual(statement.net, -64)
        with self.assertRaisesRegex(UserError, "wait for the next statement"):
            statement.action_confirm()

    def test_taxes_minimum_and_not_withheld(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT", "amount": 10, "company_id": self.company.id, "type_tax_use": "sale"}
        )
        self.mandate.with_user(self.manager).write(
            {"minimum": 30, "tax_ids": [Command.set(tax.ids)], "withheld": False}
        )
        self.collect(self.two, 80)
        statement = self.statement()
        self.assertEqual((statement.commission, statement.tax, statement.net), (30, 3, 80))
        statement.action_confirm()
        self.assertEqual(statement.sudo().invoice_id.amount_total, 33)
        statement.action_pay()
        self.assertFalse(statement.sudo().fee_payment_id)

    def test_costs_need_a_word_and_order(self):
        self.collect(self.two, 80)
        statement = self.statement(cost_amount=5)
        with self.assertRaisesRegex(UserError, "what the costs are for"):
            statement.action_confirm()
        with self.assertRaisesRegex(UserError, "Confirm the statement first"):
            statement.action_pay()

    def test_until_a_day(self):
        self.collect(self.two, 30, on=ON - days(10))
        self.collect(self.one, 70)
        statement = self.statement(date_to=ON - days(5))
        self.assertEqual(statement.collected, 30)
        with Form(statement) as form:
            form.date_to = ON
        self.assertEqual(statement.collected, 100)

    def test_workbook_and_pdf(self):
        self.two.partner_id.name = "=HYPERLINK(1)"
        self.collect(self.two, 80)
        statement = self.statement()
        book = load_workbook(BytesIO(statement._make_xlsx()))
        cells = [cell.value for row in book.worksheets[0] for cell in row]
        self.assertIn(80, cells)
        self.assertIn("=HYPERLINK(1)", cells)
        self.assertEqual(statement._get_totals()[-1][1], 64)
        self.assertIn("/web/content/", statement.action_print()["url"])

    def charge(self, placement, amount):
        """Interest on the debt, invoiced to the debtor in the client's ledger."""
        invoice = self.make_invoice(placement.partner_id, amount, ON, company=self.ledger)
        self.follow_up(company=self.ledger)
        self.env["collection.charge"].create(
            {
                "case_id": self.case_of(placement.partner_id, self.ledger).id,
                "move_line_id": self.receivable(placement.move_id).id,
                "kind": "interest",
                "state": "invoiced",
                "currency_id": invoice.currency_id.id,
                "amount": amount,
                "date_from": ON - days(9),
                "date_to": ON,
                "move_id": invoice.id,
            }
        )
        return invoice

    def test_commission_on_the_principal_only(self):
        """Interest that came in is the client's whole; with “all money” it is not."""
        invoice = self.charge(self.two, 20)
        self.collect(self.two, 80)
        register = self.env["account.payment.register"].with_company(self.ledger)
        register.with_context(
            active_model="account.move", active_ids=invoice.ids, force_payment_move=True
        ).create({"payment_date": ON, "journal_id": self.trust.id})._create_payments()
        statement = self.statement()
        self.assertEqual(
            (statement.collected, statement.principal, statement.commission), (100, 80, 20)
        )
        self.mandate.with_user(self.manager).commission_basis = "principal"
        statement.action_reckon()
        self.assertEqual((statement.commission, statement.net), (16, 84))
        self.assertEqual(
            {line.is_principal: line.commission for line in statement.line_ids},
            {True: 16, False: 0},
        )

    def test_a_fixed_fee_once_for_each_debtor(self):
        self.mandate.with_user(self.manager).write({"fixed_fee": 12, "withheld": False})
        self.collect(self.two, 80)
        statement = self.statement()
        self.assertEqual((statement.fixed_count, statement.fixed_amount), (2, 24))
        statement.action_confirm()
        self.assertEqual(statement.sudo().invoice_id.amount_untaxed, 16 + 24)
        self.place("Acme;K7;R9;2026-01-12;10;", "Gamma;K9;R1;2026-01-12;10;")
        self.collect(self.one, 100)
        following = self.statement()
        self.assertEqual(following.fixed_count, 1, "of the new debtor, not of a new debt")

    def test_a_fixed_fee_for_debtors_who_paid(self):
        self.mandate.with_user(self.manager).write({"fixed_fee": 12, "fixed_on": "collected"})
        self.collect(self.two, 80)
        statement = self.statement()
        self.assertEqual((statement.fixed_amount, statement.net), (12, 80 - 16 - 12))
        totals = dict(statement._get_totals())
        self.assertEqual(totals["Fixed fees, cases: 1"], -12)

    def test_fees_above_what_came_in_wait(self):
        self.mandate.with_user(self.manager).fixed_fee = 60
        self.collect(self.two, 80)
        with self.assertRaisesRegex(UserError, "wait for the next statement"):
            self.statement().action_confirm()

    def test_a_tax_within_the_commission(self):
        """Agreed with tax: it is taken out of the commission, not put on top."""
        tax = self.env["account.tax"].create(
            {
                "name": "VAT included",
                "amount": 25,
                "company_id": self.company.id,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )
        self.mandate.with_user(self.manager).tax_ids = [Command.set(tax.ids)]
        self.collect(self.one, 500)
        statement = self.statement()
        self.assertEqual((statement.commission, statement.tax, statement.net), (100, 0, 400))
        statement.action_confirm()
        invoice = statement.sudo().invoice_id
        self.assertEqual((invoice.amount_total, invoice.amount_untaxed), (100, 80))


class TestReturn(MandateCase):
    """The client takes one case back, or one debt of it."""

    def setUp(self):
        super().setUp()
        rows = (ACME, ACME.replace(";R1;2026-01-10;100;", ";R2;2026-01-11;60;"))
        self.placed = self.place(*rows, "Beta;K8;R3;2026-01-10;80;")
        self.follow_up(company=self.ledger)
        self.debtor = self.placed[0].partner_id
        self.case = self.case_of(self.debtor, self.ledger)

    def give_back(self, lines=None, user=None, **values):
        action = self.case.with_user(user or self.supervisor).action_return()
        Wizard = self.env[action["res_model"]].with_user(user or self.supervisor)
        form = Form(Wizard.with_context(**action["context"]))
        form.reason = "Settled with the client"
        for name, value in values.items():
            setattr(form, name, value)
        wizard = form.save()
        if lines:
            wizard.move_line_ids = lines
        wizard.action_apply()
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()

    def test_one_case(self):
        """The books no longer show it, the case is closed, the other debtor is asked on."""
        self.collect(self.placed[0], 40)
        self.assertTrue(self.contacts(self.debtor, state="planned"))
        self.give_back()
        items = self.receivable(self.placed[:2].move_id)
        self.assertEqual(items.mapped("amount_residual"), [0, 0])
        self.assertEqual((self.case.state, self.case.no_contact_code), ("closed", "mandate_ended"))
        self.assertEqual((self.case.amount_open, self.case.amount_overdue), (0, 0))
        self.assertFalse(self.contacts(self.debtor, state="planned"))
        self.assertEqual(self.placed.mapped("status"), ["returned", "returned", "open"])
        entry = self.placed[0].return_move_id
        owed = entry.line_ids.filtered(lambda line: line.partner_id == self.client)
        self.assertEqual((owed.account_id.account_type, owed.balance), ("liability_payable", 120))
        self.assertEqual(self.statement().collected, 40, "what is returned was not collected")
        self.follow_up(on=ON + days(1), company=self.ledger)
        self.assertFalse(self.case_of(self.debtor, self.ledger))
        self.assertTrue(self.case_of(self.placed[2].partner_id, self.ledger))

    def test_one_debt_of_a_case(self):
        self.give_back(self.receivable(self.placed[1].move_id))
        self.assertEqual(self.case.state, "open")
        self.assertEqual(self.case.amount_open, 100)
        self.assertEqual(self.placed.mapped("status"), ["open", "returned", "open"])

    def test_placed_again(self):
        self.give_back()
        again = self.place("Acme;K7;R1;2026-01-10;100;")
        self.assertEqual((again.partner_id, again.status), (self.debtor, "open"))

    def test_what_is_refused(self):
        with self.assertRaises(AccessError):
            self.give_back(user=self.collector)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.give_back(reason=" ")
        with self.assertRaisesRegex(UserError, "in the future"):
            self.give_back(date=ON + days(1))
        own = self.make_debtor("Own")
        self.make_invoice(own, 10, ON - days(5))
        self.follow_up()
        case = self.case_of(own).with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "no debt of a client"):
            self.env["collection.placement"].with_user(self.supervisor)._return(
                case, case._get_debts(), "x", ON
            )
        self.assertEqual(self.case.amount_open, 160, "nothing was posted")
