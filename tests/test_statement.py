"""Statements of account: what they say, who may send them, and when they go out."""

from datetime import date

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import ON, days
from .desk import DeskCase
from .ubl import problems


class StatementCase(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_clock()
        cls.case = cls.make_case("Acme", 100)
        cls.debtor = cls.case.partner_id

    def wizard(self, cases=None, user=None, **values):
        cases = cases or self.case
        Wizard = self.env["collection.statement.wizard"].with_user(user or self.collector)
        form = Form(Wizard.with_context(default_case_ids=cases.ids))
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def statements(self, cases=None):
        domain = [("case_id", "in", (cases or self.case).ids), ("statement_kind", "!=", False)]
        return self.env["collection.contact.log"].search(domain, order="id")

    def figures(self, kind="open", start=None, currency=None):
        self.env.flush_all()
        found = self.env["collection.statement"]._load(self.case, kind, ON, start)
        return found[self.case.id][(currency or self.usd).id]


@tagged("post_install", "-at_install")
class TestFigures(StatementCase):
    def test_open_items_with_a_running_balance(self):
        self.make_invoice(self.debtor, 50, ON - days(5))
        self.make_credit_note(self.debtor, 30, ON)
        rows = self.figures()["rows"]
        self.assertEqual([row["amount"] for row in rows], [100, 50, -30])
        self.assertEqual([row["balance"] for row in rows], [100, 150, 120])

    def test_activity_begins_with_the_balance_before(self):
        invoice = self.make_invoice(self.debtor, 50, ON - days(5), invoice_date=ON - days(8))
        self.pay(invoice, 20, ON - days(1))
        found = self.figures("activity", ON - days(10))
        self.assertEqual(found["opening"], 100)
        self.assertEqual([row["amount"] for row in found["rows"]], [50, -20])
        self.assertEqual(found["rows"][-1]["balance"], 130)

    def test_currencies_are_kept_apart(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.make_invoice(self.debtor, 70, ON, currency_id=eur.id)
        self.assertEqual(self.figures()["rows"][-1]["balance"], 100)
        self.assertEqual(self.figures(currency=eur)["rows"][-1]["balance"], 70)

    def test_the_number_of_queries_does_not_depend_on_the_debtors(self):
        cases = self.case | self.make_case("Beta") | self.make_case("Gamma")
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.env["collection.statement"]._load(cases, "activity", ON, ON - days(10))


class TestOnDemand(StatementCase):
    def test_by_email_in_the_language_of_the_debtor(self):
        self.env["res.lang"]._activate_lang("de_DE")
        template = self.env.ref("collections_followup.mail_template_statement")
        template.with_context(lang="de_DE").subject = "Ihr Kontoauszug"
        self.debtor.lang = "de_DE"
        other = self.make_case("Beta")
        self.wizard(self.case | other).action_send()
        subjects = [log.message_id.subject for log in self.statements(self.case | other)]
        self.assertEqual(subjects, ["Ihr Kontoauszug", "Your statement of account"])
        log = self.statements()
        self.assertEqual((log.state, log.channel, log.user_id), ("sent", "email", self.collector))
        body = log.message_id.body
        for text in ("INV/", "100.00", self.case.reference[:4], "91–120"):
            self.assertIn(text, body.replace("100,00", "100.00"))

    def test_the_contact_rules_are_asked(self):
        hold = self.env["collection.hold.reason"].search([("code", "=", "bankruptcy")], limit=1)
        hold = hold or self.env["collection.hold.reason"].search([], limit=1)
        self.env["collection.hold"].create({"case_id": self.case.id, "reason_id": hold.id})
        self.env.flush_all()
        self.wizard().action_send()
        self.assertEqual(self.statements().state, "blocked")
        self.assertTrue(self.statements().block_reason)

    def test_without_an_address_nothing_is_sent(self):
        self.debtor.email = False
        self.wizard().action_send()
        self.assertEqual(self.statements().block_code, "no_email")

    def test_when_all_is_paid_there_is_no_statement_of_open_items(self):
        self.pay(self.case.move_line_ids.move_id)
        self.wizard().action_send()
        self.assertEqual(self.statements().block_code, "paid")

    def test_printed_in_bulk_in_one_file(self):
        cases = self.case | self.make_case("Beta")
        action = self.wizard(cases).action_print()
        logs = self.statements(cases)
        self.assertEqual(set(logs.mapped("state")), {"sent"})
        self.assertTrue(all(logs.mapped("printed_on")))
        number = int(action["url"].split("/")[3].split("?")[0])
        attachment = self.env["ir.attachment"].browse(number)
        self.assertTrue(attachment.raw.startswith(b"%PDF"))

    def test_a_statement_moves_nothing_on_the_ladder(self):
        self.follow_up()
        item = self.env["collection.item"].search([("case_id", "=", self.case.id)])
        before = item.reached_on, item.stage_id
        self.wizard().action_send()
        self.statements()._set_done()
        item.invalidate_recordset()
        self.assertEqual((item.reached_on, item.stage_id), before)

    def test_activity_needs_a_day(self):
        wizard = self.wizard(kind="activity")
        wizard.date_from = False
        with self.assertRaisesRegex(UserError, "day from which"):
            wizard.action_send()

    def test_readers_look_and_send_nothing(self):
        reader = self.make_user("reader")
        wizard = self.wizard(user=reader)
        action = wizard.action_preview()
        self.assertIn("/web/content/", action["url"])
        for send in (wizard.action_send, wizard.action_print):
            with self.assertRaisesRegex(UserError, "Only collectors"):
                send()
        self.assertFalse(self.statements(), "Looking leaves no trace")

    def test_nobody_sends_for_a_case_of_others(self):
        self.case.user_id = self.supervisor
        self.env.flush_all()
        wizard = self.env["collection.statement.wizard"].with_user(self.collector).create({})
        wizard.sudo().case_ids = self.case
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "at least one debtor"):
            wizard.action_send()
        self.assertFalse(self.statements())

    def test_nobody_makes_one_by_adding_a_row(self):
        log = self.env["collection.contact.log"].with_user(self.collector)
        values = {"case_id": self.case.id, "company_id": self.company.id, "channel": "email"}
        row = log.create({**values, "statement_kind": "open", "state": "done"})
        self.assertFalse(row.statement_kind)


class TestWithoutCase(StatementCase):
    """Who is not late has no case, and has a right to know what is open all the same."""

    def setUp(self):
        super().setUp()
        self.early = self.make_debtor("Early")
        self.make_invoice(self.early, 70, ON + days(40))
        self.assertFalse(self.case_of(self.early))

    def ask(self, user, debtors=None):
        return (debtors or self.early).with_user(user).action_collection_statement()

    def test_a_collector_sends_one_from_the_contact(self):
        action = self.ask(self.make_user("collector", login="ann"))
        case = self.env["collection.case"].browse(action["context"]["default_case_ids"])
        self.assertEqual(case, self.case_of(self.early))
        self.assertEqual((case.amount_open, case.amount_overdue), (70, 0))
        self.wizard(case).action_send()
        self.assertEqual(self.contacts(self.early).statement_kind, "open")
        self.assertEqual(self.contacts(self.early).state, "sent")

    def test_the_next_run_neither_chases_nor_forgets_the_debtor(self):
        self.make_policy(("Reminder", 5, "email"))
        self.ask(self.make_user("collector", login="ann"))
        self.follow_up()
        self.assertEqual(self.case_of(self.early).state, "open")
        self.assertFalse(self.contacts(self.early))

    def test_contacts_of_a_debtor_and_several_debtors_are_one_dialog(self):
        person = self.env["res.partner"].create({"name": "P", "parent_id": self.early.id})
        self.case.user_id = False
        action = self.ask(self.make_user("collector", login="ann"), person | self.debtor)
        self.assertEqual(
            set(action["context"]["default_case_ids"]),
            set((self.case | self.case_of(self.early)).ids),
        )

    def test_who_owes_nothing_gets_a_sentence(self):
        nobody = self.make_debtor("Nobody")
        with self.assertRaisesRegex(UserError, "nothing open"):
            self.ask(self.make_user("collector", login="ann"), nobody)
        self.assertFalse(self.case_of(nobody))

    def test_readers_open_no_case(self):
        with self.assertRaisesRegex(UserError, "nothing open"):
            self.ask(self.make_user("reader", login="bob"))
        self.assertFalse(self.case_of(self.early))

    def test_a_schedule_for_all_debtors_is_for_all_debtors(self):
        schedule = self.env["collection.statement.schedule"].create(
            {"name": "All", "company_id": self.company.id, "frequency": "monthly", "day": 16}
        )
        schedule.next_date = ON
        schedule._plan(ON)
        made = self.env["collection.contact.log"].search(
            [("statement_schedule_id", "=", schedule.id)]
        )
        self.assertEqual(made.debtor_id, self.debtor | self.early)

    def test_a_schedule_for_the_late_opens_no_case(self):
        schedule = self.env["collection.statement.schedule"].create(
            {
                "name": "Late",
                "company_id": self.company.id,
                "frequency": "monthly",
                "day": 16,
                "overdue_only": True,
            }
        )
        schedule.next_date = ON
        schedule._plan(ON)
        self.assertFalse(self.case_of(self.early))


class TestSchedule(StatementCase):
    def schedule(self, **values):
        return self.env["collection.statement.schedule"].create(
            {"name": "Monthly", "company_id": self.company.id, "day": 20, **values}
        )

    def test_once_per_debtor_and_day(self):
        schedule = self.schedule()
        self.assertEqual(schedule.next_date, date(2026, 3, 20))
        schedule._plan(date(2026, 3, 20))
        self.assertEqual(self.statements().mapped("state"), ["planned"])
        self.assertEqual(schedule.next_date, date(2026, 4, 20))
        schedule.next_date = date(2026, 3, 20)
        self.assertEqual(schedule._plan(date(2026, 3, 21)), 0, "They have theirs already")
        self.make_released()
        self.assertEqual(self.statements().mapped("state"), ["sent"])

    def test_the_job_takes_what_is_due_and_active(self):
        due = self.schedule(next_date=ON)
        self.schedule(next_date=ON, active=False, name="Archived")
        self.schedule(next_date=ON + days(1), name="Tomorrow")
        self.env["collection.statement.schedule"].flush_model()
        with self.enter_registry_test_mode():
            self.env.ref("collections_followup.ir_cron_statements").method_direct_trigger()
        self.assertEqual(self.statements().statement_schedule_id, due)

    def test_only_the_debtors_it_names(self):
        other = self.policy.copy({"name": "Other"})
        self.case.sudo().policy_id = self.policy
        schedule = self.schedule(policy_ids=[(6, 0, other.ids)])
        self.assertEqual(schedule._plan(ON), 0)
        schedule.policy_ids = self.policy
        self.assertEqual(schedule._plan(ON), 1)

    def test_letters_wait_to_be_printed_together(self):
        schedule = self.schedule(channel="letter")
        schedule._plan(ON)
        self.make_released()
        self.assertEqual(schedule.letter_count, 1)
        self.env.flush_all()
        schedule.with_user(self.supervisor).action_print_letters()
        schedule.invalidate_recordset()
        self.assertEqual(schedule.letter_count, 0)
        with self.assertRaisesRegex(UserError, "have been printed"):
            schedule.with_user(self.supervisor).action_print_letters()

    def test_a_day_that_does_not_exist(self):
        with self.assertRaisesRegex(ValidationError, "from 1 to 7"):
            self.schedule(frequency="weekly")

    def test_supervisors_set_it_up_and_collectors_read_it(self):
        Schedule = self.env["collection.statement.schedule"]
        self.assertTrue(Schedule.with_user(self.supervisor).has_access("create"))
        self.assertFalse(Schedule.with_user(self.collector).has_access("write"))
        self.assertTrue(Schedule.with_user(self.collector).has_access("read"))


class TestReminderXml(StatementCase):
    """UBL 2.1 Reminder, valid against the schema of the standard."""

    def check(self, document):
        self.assertEqual(problems(document), [])
        return etree.fromstring(document)

    def value(self, root, path):
        names = {"a": root.nsmap["cac"], "b": root.nsmap["cbc"]}
        return [node.text for node in root.xpath(path, namespaces=names)]

    def test_beside_a_printed_letter(self):
        self.company.collection_reminder_xml = True
        self.make_credit_note(self.debtor, 30, ON)
        self.env["res.partner.bank"].create(
            {"acc_number": "BE68 5390 0754 7034", "partner_id": self.company.partner_id.id}
        )
        self.wizard().action_print()
        (attachment,) = self.statements().message_id.attachment_ids
        root = self.check(attachment.raw)
        self.assertEqual(
            root.nsmap[None], "urn:oasis:names:specification:ubl:schema:xsd:Reminder-2"
        )
        self.assertEqual(self.value(root, "a:LegalMonetaryTotal/b:PayableAmount"), ["70.00"])
        self.assertEqual(self.value(root, "a:ReminderLine/b:DebitLineAmount"), ["100.00"])
        self.assertEqual(self.value(root, "a:ReminderLine/b:CreditLineAmount"), ["30.00"])
        self.assertEqual(self.value(root, "//b:PaymentID"), [self.case.reference.replace(" ", "")])

    def test_without_the_option_there_is_none(self):
        self.wizard().action_print()
        self.assertFalse(self.statements().message_id.attachment_ids)

    def test_on_demand(self):
        self.wizard().action_print()
        action = self.statements().with_user(self.collector).action_download_xml()
        number = int(action["url"].split("/")[3].split("?")[0])
        self.check(self.env["ir.attachment"].browse(number).raw)

    def document(self):
        self.wizard().action_print()
        return self.env["collection.reminder.xml"]._make(self.statements())

    def test_with_all_that_is_known_of_both(self):
        address = {
            "street": "1 Quay", "street2": "Floor 2", "city": "Cork", "zip": "T12",
            "country_id": self.env.ref("base.ie").id, "phone": "+353 1 555 0100",
            "email": "pay@acme.example", "ref": "C-7",
        }  # fmt: skip
        self.debtor.write({**address, "vat": "IE1234567T"})
        self.company.partner_id.write(address)
        self.company.company_registry = "IE-554"
        bank = self.env["res.bank"].create({"name": "Bank", "bic": "GEBABEBB"})
        self.env["res.partner.bank"].create(
            {"acc_number": "BE68 5390 0754 7034", "partner_id": self.company.partner_id.id,
             "bank_id": bank.id, "acc_holder_name": "Creditor"}
        )  # fmt: skip
        root = self.check(self.document())
        self.assertEqual(self.value(root, "//a:Country/b:IdentificationCode"), ["IE", "IE"])
        self.assertEqual(self.value(root, "//a:FinancialInstitutionBranch/b:ID"), ["GEBABEBB"])

    def test_with_next_to_nothing_known_any_more(self):
        self.wizard().action_print()
        for partner in (self.debtor, self.company.partner_id):
            partner.write(
                dict.fromkeys(
                    ("street", "street2", "city", "zip", "country_id", "state_id", "phone",
                     "email", "vat", "ref"), False,
                )
            )  # fmt: skip
        root = self.check(self.env["collection.reminder.xml"]._make(self.statements()))
        self.assertFalse(self.value(root, "//a:PostalAddress"))

    def test_each_line_refers_to_its_document(self):
        credit = self.make_credit_note(self.debtor, 30, ON)
        entry = self.make_entry(self.debtor, 20, ON - days(1))
        root = self.check(self.document())
        line = "a:ReminderLine/a:BillingReference/a:%s/b:ID"
        self.assertEqual(self.value(root, line % "CreditNoteDocumentReference"), [credit.name])
        self.assertEqual(self.value(root, line % "AdditionalDocumentReference"), [entry.name])
        self.assertEqual(len(self.value(root, line % "InvoiceDocumentReference")), 1)

    def test_the_check_finds_what_is_wrong(self):
        document = self.document()
        for right, wrong in (
            (b"<cbc:IssueDate>", b"<cbc:Issued>"),
            (b' currencyID="', b' currency="'),
            (b"<cbc:PayableAmount", b"<cbc:PayableAmounts"),
            (b"<cbc:LineCountNumeric>", b"<cbc:LineCountNumeric>x"),
        ):
            closing = right.replace(b"<", b"</"), wrong.replace(b"<", b"</").rstrip(b"x")
            broken = document.replace(right, wrong)
            if right.startswith(b"<cbc:I") or right.endswith(b"Amount"):
                broken = broken.replace(closing[0], closing[1])
            self.assertTrue(problems(broken), wrong)
