"""Data of persons: what is kept, handed over, erased, cleaned; and that Odoo's lookup finds it."""

import io
import json
import zipfile
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError

from odoo.addons.collections_followup.models import collection_privacy_erase
from odoo.addons.privacy_lookup.wizard.privacy_lookup_wizard import PrivacyLookupWizard

from .common import ON, days
from .desk import NOW, DeskCase

#: Tables with a debtor's data that are found through the case, item or file they hang on.
PARTS = {
    "collection.charge",
    "collection.item",
    "collection.agreement.line",
    "collection.mail.receipt",
    "collection.goods.return.line",
    "collection.handover.document",
}


#: Names nobody: lists of work, of clients, of agencies; or is kept by another record.
UNKEPT = {
    "collection.action",
    "collection.remittance",
    "collection.item",
    "collection.handover.document",
    "collection.mail.receipt",
    "collection.mandate",
    "collection.placement",
    "collection.privacy.log",
    "collection.visit.route",
}


class PrivacyCase(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hire("reader", "manager")
        cls.company.country_id = cls.env.ref("base.be")
        cls.case = cls.make_case(
            "Bob Ray", is_company=False, country_id=cls.env.ref("base.be").id, comment="Likes tea"
        )
        cls.debtor = cls.case.partner_id
        cls.privacy = cls.env["collection.privacy"]

    def fill(self, case=None):
        """Something of everything about the debtor."""
        case = case or self.case
        self.log(case, "informed", note="He lost his job")
        trace = self.env["collection.trace"].browse(case.action_trace()["res_id"])
        self.env["collection.trace.lead"].create(
            {
                "trace_id": trace.id,
                "source_id": self.env.ref("collections_followup.trace_source_post").id,
                "street": "High Street 5",
                "city": "Ghent",
            }
        ).action_verify()
        self.env["collection.identifier"].create(
            {"partner_id": case.partner_id.id, "kind": "vat", "number": "BE0428759497"}
        )
        self.env["collection.opt.out"]._note(case.partner_id, "sms", note="Hates texts")
        case.message_post(body="Talked about the job")
        self.make_debtor("Ann Ray", parent_id=case.partner_id.id, is_company=False)
        self.env.flush_all()

    def close(self, on=ON, case=None):
        case = case or self.case
        self.pay(case.move_line_ids.move_id)
        case.sudo().write({"state": "closed", "date_closed": on})
        self.env.flush_all()

    def rows(self, on=ON):
        return {row["name"]: row for row in self.privacy._preview(self.debtor, on)}

    def erase(self, on=ON, user=None, reason="Letter of 3 March"):
        privacy = self.privacy.with_user(user or self.supervisor)
        log = privacy._erase(self.debtor, reason, on)
        self.env.flush_all()
        self.env.invalidate_all()
        return log

    def ask(self, user=None):
        user = user or self.supervisor
        action = self.debtor.with_user(user).action_collection_privacy()
        return self.env[action["res_model"]].with_user(user).with_context(**action["context"])


class FileCase(PrivacyCase):
    """A debtor who was visited, sent to an agency and to court, and had goods fetched."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls.case.move_line_ids
        cls.agency = cls.env["res.partner"].create({"name": "Quick Recovery", "is_company": True})
        cls.case.user_id = cls.collector
        cls.handover = cls.make(
            "collection.handover",
            kind="agency",
            partner_id=cls.agency.id,
            note="He hides behind his brother",
        )
        cls.step = cls.make(
            "collection.legal.step", kind="suit", date=ON, result="Judge Brown was cross"
        )
        cls.visit = cls.make(
            "collection.visit",
            start=NOW + timedelta(days=1),
            user_id=cls.collector.id,
            task="Look for the blue car",
        )
        cls.goods = cls.make(
            "collection.goods.return",
            move_id=cls.item.move_id.id,
            note="The key is under the mat",
        )
        cls.extension = cls.make(
            "collection.extension",
            move_line_ids=[Command.set(cls.item.ids)],
            date_old=cls.item.date_maturity,
            date_new=ON + days(30),
            reason="Waits for his wages",
        )
        for record in (cls.handover, cls.step, cls.goods):
            record.message_post(body="Told the neighbours")
        for record in (cls.handover, cls.visit):
            cls.attach(record)
        cls.env.flush_all()

    @classmethod
    def make(cls, model, **values):
        return cls.env[model].create({"case_id": cls.case.id, **values})

    @classmethod
    def attach(cls, record, name="photo.png"):
        return cls.env["ir.attachment"].create(
            {"name": name, "raw": b"PNG", "res_model": record._name, "res_id": record.id}
        )

    def files(self, record):
        return self.env["ir.attachment"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )


class TestWholeFile(FileCase):
    WORDS = (
        "hides behind his brother",
        "Judge Brown",
        "blue car",
        "under the mat",
        "Waits for his wages",
        "Told the neighbours",
    )

    def test_all_of_it_is_handed_over_with_the_invoices(self):
        file = self.privacy.with_user(self.supervisor)._export(self.debtor)
        archive = zipfile.ZipFile(io.BytesIO(file.raw))
        text = archive.read("data.json").decode()
        for words in self.WORDS:
            self.assertIn(words, text)
        self.assertIn("Quick Recovery", text)
        self.assertNotIn("<p>", text, "to be read by people")
        number = self.item.move_id.name.replace("/", "_")
        invoice = archive.read(f"invoices/{number}.pdf")
        self.assertTrue(invoice.startswith(b"%PDF"))
        photos = [name for name in archive.namelist() if name.endswith("photo.png")]
        self.assertEqual(len(photos), 2)

    def test_on_request_what_the_law_does_not_ask_for_goes(self):
        event = self.visit.calendar_event_id
        self.assertTrue(event)
        self.close()
        self.erase()
        self.assertFalse(self.visit.task)
        self.assertFalse(self.files(self.visit))
        self.assertFalse(event.exists())
        self.assertFalse(self.goods.note)
        self.assertFalse(self.goods.message_ids)
        self.assertTrue(self.goods.exists(), "that goods came back stays with the credit note")
        self.assertIn("brother", self.handover.note, "needed for legal claims")
        self.assertTrue(self.files(self.handover))
        self.assertEqual(self.extension.reason, "Waits for his wages", "kept with the books")

    def test_once_the_time_is_over_the_rest_goes(self):
        self.close()
        self.privacy._clean(ON + days(3 * 366 + 400))
        self.env.invalidate_all()
        self.assertFalse(self.handover.note)
        self.assertFalse(self.step.result)
        self.assertFalse(self.files(self.handover))
        self.assertFalse(self.handover.message_ids)

    def test_signatures_and_photos_are_cleaned_without_any_text(self):
        self.visit.task = False
        self.close()
        self.privacy._clean(ON + days(3 * 366 + 400))
        self.assertFalse(self.files(self.visit))

    def test_the_preview_names_it_all(self):
        self.close()
        rows = self.rows()
        self.assertEqual((rows["Visit"]["count"], rows["Visit"]["goes"]), (1, 1))
        handover = rows[self.env["ir.model"]._get("collection.handover").name]
        self.assertEqual((handover["count"], handover["goes"]), (1, 0))
        self.assertIn("17(3)(e)", handover["why"])


class TestNotices(PrivacyCase):
    """What was written to the debtor proves that the rules were kept."""

    def test_they_stay_as_long_as_the_contact_log_and_go_with_it(self):
        note = self.case.message_post(body="Talked about the job")
        notice = self.case.message_post(body="You owe us 100", attachments=[("a.pdf", b"%PDF")])
        log = self.log(self.case, "informed", note="He lost his job")
        log.sudo().message_id = notice
        self.env["sms.sms"].create(
            {"number": "+3225551212", "body": "You owe us 100", "mail_message_id": notice.id}
        )
        self.close()
        self.erase()
        self.assertFalse(note.exists())
        self.assertTrue(notice.exists(), "evidence")
        self.assertTrue(notice.attachment_ids)
        self.privacy._clean(ON + days(3 * 366 + 400))
        self.env.invalidate_all()
        self.assertFalse(notice.exists())
        self.assertFalse(log.note)
        self.assertFalse(self.env["sms.sms"].search([("number", "=", "+3225551212")]))
        self.assertFalse(
            self.env["ir.attachment"]
            .search([("res_model", "=", "collection.case")])
            .filtered(lambda file: file.res_id == self.case.id)
        )

    def test_an_erased_number_is_nowhere_in_the_history_of_the_contact(self):
        self.debtor.phone = "+32 2 555 99 99"
        self.env.flush_all()
        self.env.cr.flush()
        self.close()
        self.erase()
        self.env.cr.flush()
        values = self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", "res.partner"),
                ("mail_message_id.res_id", "=", self.debtor.id),
            ]
        )
        old = " ".join(str(value.old_value_char or "") for value in values)
        self.assertNotIn("555", old)

    def test_those_that_are_not_over_do_not_stand_in_the_way(self):
        """More recent debtors than the job looks at at once, before one that is due."""
        self.fill()
        self.close(ON - days(4000))
        self.case.trace_ids.lead_ids.sudo().date = ON - days(4000)
        self.case.trace_ids.sudo().date_start = ON - days(4000)
        recent = self.make_case("Carl Poe", is_company=False)
        self.fill(recent)
        recent.trace_ids.lead_ids.sudo().date = ON - days(4000)
        self.close(ON - days(1), recent)
        with patch.object(collection_privacy_erase, "CHUNK", 1):
            self.privacy._clean(ON)
        self.env.invalidate_all()
        self.assertTrue(recent.trace_ids)
        self.assertFalse(self.case.trace_ids.lead_ids)


class TestErasure(PrivacyCase):
    def test_an_open_claim_keeps_everything(self):
        self.fill()
        with self.assertRaisesRegex(UserError, "The claim is open"):
            self.erase()
        self.assertFalse(any(row["goes"] for row in self.rows().values()))
        self.assertTrue(self.debtor.phone)

    def test_a_legal_hold_keeps_everything(self):
        self.fill()
        self.close()
        wizard = self.ask().create({"legal_hold": True, "legal_hold_reason": "Court 26/117"})
        wizard.action_set_hold()
        with self.assertRaisesRegex(UserError, "Court 26/117"):
            self.erase()
        wizard.legal_hold = False
        wizard.action_set_hold()
        self.assertFalse(self.debtor.collection_legal_hold_reason)
        self.erase()

    def test_what_may_go_goes_and_what_the_law_demands_stays(self):
        self.fill()
        self.close()
        invoice = self.env["account.move"].search([("partner_id", "=", self.debtor.id)], limit=1)
        rows = self.rows()
        self.assertEqual(rows["Source Asked in a Search"]["goes"], 1)
        self.assertEqual(rows["Collection Contact"]["goes"], 0)
        self.assertIn("1006.100", rows["Collection Contact"]["why"])
        self.assertIn("2029", rows["Collection Contact"]["why"])
        log = self.erase()
        for model in ("trace", "trace.lead", "address.change", "identifier"):
            name = f"collection.{model}"
            owner = "debtor_id" if model == "address.change" else "partner_id"
            self.assertFalse(self.env[name].search([(owner, "=", self.debtor.id)]), name)
        self.assertFalse(self.case.message_ids)
        self.assertEqual(self.contacts(self.debtor).note, "He lost his job", "evidence stays")
        self.assertTrue(self.debtor.collection_opt_out_ids, "so that nobody contacts him again")
        self.assertEqual((self.debtor.phone, self.debtor.email), (False, False))
        self.assertFalse(self.debtor.comment)
        self.assertEqual((self.debtor.name, self.debtor.street), ("Bob Ray", "High Street 5"))
        person = self.privacy._get_contacts(self.debtor)
        self.assertEqual((person.name, person.active), ("Erased", False))
        self.assertEqual((invoice.state, invoice.partner_id), ("posted", self.debtor))
        self.assertEqual((log.kind, log.user_id), ("erasure", self.supervisor))
        self.assertIn("1006.100", log.text)
        self.assertNotIn("555", log.text)

    def test_once_the_time_is_over_evidence_goes_too(self):
        self.fill()
        self.close()
        self.erase(ON + days(3 * 366 + 2))
        log = self.contacts(self.debtor)
        self.assertEqual((log.note, log.address), (False, False))
        self.assertTrue(log, "that there was a contact stays for the figures")

    def test_a_reason_is_needed(self):
        self.close()
        with self.assertRaisesRegex(UserError, "Write down why"):
            self.erase(reason=" ")

    def test_only_supervisors(self):
        self.close()
        for user in (self.reader, self.collector):
            with self.assertRaises(AccessError):
                self.erase(user=user)
            with self.assertRaises(AccessError):
                self.privacy.with_user(user)._export(self.debtor)
            with self.assertRaises(AccessError):
                self.debtor.with_user(user).action_collection_privacy()
            with self.assertRaises(AccessError):
                self.env["collection.privacy.wizard"].with_user(user).create(
                    {"partner_id": self.debtor.id}
                )
        self.erase(user=self.manager)

    def test_the_dialog_shows_it_first(self):
        self.fill()
        self.close()
        wizard = self.ask().create({"reason": "Letter of 3 March"})
        self.assertFalse(wizard.obstacle)
        self.assertIn("Source Asked in a Search", wizard.preview_html)
        action = wizard.action_erase()
        self.assertEqual(action["res_model"], "collection.privacy.log")

    def test_the_log_stays(self):
        self.close()
        log = self.erase()
        with self.assertRaisesRegex(UserError, "kept as it was written"):
            log.write({"reason": "Other"})
        with self.assertRaisesRegex(UserError, "kept"):
            log.sudo().unlink()


class TestExport(PrivacyCase):
    def unzip(self):
        file = self.privacy.with_user(self.supervisor)._export(self.debtor, "Asked on the phone")
        archive = zipfile.ZipFile(io.BytesIO(file.raw))
        return file, archive

    def test_everything_about_one_person(self):
        self.fill()
        self.env["ir.attachment"].create(
            {
                "name": "../letter 1.pdf",
                "raw": b"%PDF",
                "res_model": "collection.case",
                "res_id": self.case.id,
            }
        )
        _file, archive = self.unzip()
        data = json.loads(archive.read("data.json"))
        self.assertEqual((data["debtor"], data["controller"]), ("Bob Ray", self.company.name))
        text = archive.read("data.json").decode()
        for words in ("He lost his job", "BE0428759497", "Hates texts", "High Street 5", "Ann Ray"):
            self.assertIn(words, text)
        page = archive.read("index.html").decode()
        self.assertIn("<h1>Personal data: Bob Ray</h1>", page)
        self.assertIn("12 months after", page)
        papers = [name for name in archive.namelist() if name.startswith("papers/")]
        self.assertEqual(len(papers), 1)
        self.assertNotIn("/..", papers[0])
        self.assertEqual(archive.read(papers[0]), b"%PDF")
        log = self.env["collection.privacy.log"].search([], limit=1)
        self.assertEqual(
            (log.kind, log.partner_id, log.reason), ("export", self.debtor, "Asked on the phone")
        )

    def test_nothing_of_others(self):
        other = self.make_case("Carl Poe", is_company=False)
        self.fill(other)
        self.assertNotIn("Carl Poe", self.unzip()[1].read("data.json").decode())

    def test_nothing_of_the_other_company(self):
        other = self.make_company("Southwind Traders")
        self.make_policy(("Mahnung", 1, "email"), company=other)
        self.make_invoice(self.debtor, 77, ON - days(9), company=other)
        self.engine._open_cases(other, ON)
        foreign = self.env["collection.case"].search([("company_id", "=", other.id)])
        foreign.message_post(body="Secret of Southwind")
        self.env.flush_all()
        text = self.unzip()[1].read("data.json").decode()
        self.assertNotIn("Southwind", text)
        self.assertNotIn("77.00", text)

    def test_the_file_is_for_who_asked_only_and_does_not_stay(self):
        file, _archive = self.unzip()
        self.assertTrue(file.with_user(self.supervisor).has_access("read"))
        self.assertFalse(file.with_user(self.manager).has_access("read"))
        made = file.create_date.date()
        self.privacy._clean_exports(made + days(6))
        self.assertTrue(file.exists())
        self.privacy._clean_exports(made + days(9))
        self.assertFalse(file.exists())


class TestCleaning(PrivacyCase):
    def test_each_kind_by_its_months(self):
        self.fill()
        self.close()
        self.privacy._clean(ON + days(300))
        self.assertTrue(self.case.trace_ids)
        self.privacy._clean(ON + days(370))
        self.env.invalidate_all()
        self.assertFalse(self.case.trace_ids)
        self.assertEqual(self.contacts(self.debtor).note, "He lost his job")
        self.assertTrue(self.debtor.collection_identifier_ids)
        self.privacy._clean(ON + days(5 * 366))
        self.env.invalidate_all()
        self.assertFalse(self.contacts(self.debtor).note)
        self.assertFalse(self.debtor.collection_identifier_ids)
        self.assertFalse(self.case.message_ids)
        logs = self.env["collection.privacy.log"].search([("kind", "=", "cleaning")])
        self.assertTrue(logs)
        self.assertFalse(self.privacy._clean(ON + days(5 * 366 + 1)), "nothing is done twice")

    def test_months_are_a_setting(self):
        self.fill()
        self.close()
        entry = self.env.ref("collections_followup.processing_trace")
        entry.with_user(self.manager).months = 1
        self.privacy._clean(ON + days(40))
        self.assertFalse(self.case.trace_ids.exists())
        with self.assertRaises(AccessError):
            entry.with_user(self.supervisor).months = 2

    def test_open_claims_and_legal_holds_are_left_alone(self):
        self.fill()
        late = ON + days(4000)
        self.privacy._clean(late)
        self.assertTrue(self.case.trace_ids)
        self.close()
        self.debtor.collection_legal_hold = True
        self.privacy._clean(late)
        self.assertTrue(self.case.trace_ids)
        self.assertTrue(self.case.message_ids)

    def test_numbers_of_the_dead(self):
        wizard = self.env["collection.person.wizard"].with_user(self.collector)
        wizard.create({"case_id": self.case.id, "kind": "deceased"}).action_apply()
        self.close()
        self.privacy._clean(ON + days(400))
        self.assertTrue(self.debtor.phone)
        self.privacy._clean(ON + days(2 * 366 + 2))
        self.assertFalse(self.debtor.phone)
        self.assertTrue(self.debtor.street, "as on the invoices")

    def test_the_job(self):
        self.fill()
        self.close(ON - days(800))
        self.case.trace_ids.lead_ids.sudo().date = ON - days(800)
        self.case.trace_ids.sudo().date_start = ON - days(800)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("collections_followup.ir_cron_privacy").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.case.trace_ids)


class TestRegister(PrivacyCase):
    def test_every_kind_that_is_kept_is_in_the_register(self):
        entries = self.privacy._get_entries()
        for kept in self.privacy._get_kept():
            self.assertIn(kept.code, entries)
            self.assertIn(kept.date, self.env[kept.model]._fields)
            for name in kept.empties:
                self.assertTrue(self.env[kept.model]._fields[name].store, name)
                self.assertFalse(self.env[kept.model]._fields[name].required, name)

    def test_printed(self):
        entries = self.env["collection.processing"].search([])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "collections_followup.processing_report", entries.ids
        )
        self.assertIn(b"Searches for debtors", html)
        self.assertIn(b"<span>12</span> months", html)

    def test_odoos_privacy_lookup_finds_everything_of_ours(self):
        """The very query of Odoo's module, over our models."""
        self.fill()
        hold = self.env["collection.hold"].create(
            {
                "case_id": self.case.id,
                "reason_id": self.env["collection.hold.reason"].search([], limit=1).id,
            }
        )
        self.env.flush_all()
        blacklist = PrivacyLookupWizard._get_query_models_blacklist(None)
        lookup = SimpleNamespace(
            env=self.env,
            name="Bob Ray",
            email="bob.ray@debtor.example",
            _get_query_models_blacklist=lambda: blacklist,
        )
        found = {}
        for model_id, record_id, _active in self.env.execute_query(
            PrivacyLookupWizard._get_query(lookup)
        ):
            name = self.env["ir.model"].browse(model_id).model
            found.setdefault(name, set()).add(record_id)
        self.assertIn(self.debtor.id, found["res.partner"])
        self.assertIn(hold.id, found["collection.hold"])
        for kept in self.privacy._get_kept():
            records = self.privacy._find(kept, self.debtor)
            if kept.model != "mail.message" and "." not in kept.owner:
                self.assertLessEqual(set(records.ids), found.get(kept.model, set()), kept.model)

    def test_nothing_about_a_debtor_is_forgotten(self):
        """Whatever hangs on a case or a contact is in the table of what is kept, or says here why
        it is not."""
        known = {kept.model for kept in self.privacy._get_kept()} | UNKEPT
        for name, model in self.env.items():
            if not name.startswith("collection.") or model._abstract or model._transient:
                continue
            about = {
                field.comodel_name
                for field in model._fields.values()
                if field.type == "many2one" and field.store
            }
            if model._auto and about & {"res.partner", "collection.case"}:
                self.assertIn(name, known)

    def test_every_model_about_a_debtor_can_be_found(self):
        """Whatever belongs to a case has a column with the debtor, or hangs on one that has."""
        missing = []
        for name, model in self.env.items():
            if not name.startswith("collection.") or model._abstract or not model._auto:
                continue
            if model._transient or name in PARTS or "case_id" not in model._fields:
                continue
            if not any(
                field.comodel_name == "res.partner"
                and field.type == "many2one"
                and field.store
                and field.ondelete != "cascade"
                for field in model._fields.values()
            ):
                missing.append(name)
        self.assertFalse(missing)
