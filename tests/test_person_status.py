"""Deceased, insolvent, under age, under guardianship: who may be contacted, and what is watched."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import ON, days
from .desk import DeskCase


class PersonCase(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hire("reader")
        cls.case = cls.make_case("Bob Ray", is_company=False)
        cls.debtor = cls.case.partner_id

    def record(self, kind, case=None, user=None, **values):
        """As a collector does in the dialog of the case."""
        user = user or self.collector
        action = (case or self.case).with_user(user).action_person_status()
        model = self.env[action["res_model"]].with_user(user)
        form = Form(model.with_context(**action["context"]))
        form.kind = kind
        for name, value in values.items():
            setattr(form, name, value)
        form.save().action_apply()
        self.env.flush_all()
        return (
            (case or self.case)
            .with_user(user)
            .current_status_ids.filtered(lambda status: status.kind == kind)
        )


class TestDeceased(PersonCase):
    def test_contacts_stop_and_interest_too(self):
        status = self.record("deceased", date_event=ON - days(10), told_by="The daughter")
        self.assertEqual(self.case.state, "on_hold")
        hold = status.hold_id
        self.assertEqual((hold.reason_id.code, hold.date_from), ("deceased", ON - days(10)))
        self.assertTrue(hold.stops_interest)
        verdict = self.case._get_contact_verdict("call")
        self.assertEqual((verdict.level, verdict.code), ("block", "hold_deceased"))
        self.assertIn("The daughter", self.case.message_ids[0].body)
        self.assertIn("Deceased", self.case.with_user(self.collector).status_text)

    def test_who_administers_the_estate_may_be_contacted(self):
        status = self.record("deceased", speaker_name="Ann Lee", speaker_phone="+32 2 555 77 77")
        executor = status.representative_id
        self.assertEqual((executor.type, executor.parent_id), ("executor", self.debtor))
        self.assertEqual(self.case._get_contact_verdict("call", role="representative").level, "ok")
        form = self.dialog(self.case)
        self.assertEqual(form.partner_id, executor)
        self.assertEqual(form.verdict_level, "ok")
        form.partner_id = self.debtor
        self.assertEqual(form.verdict_level, "block")

    def test_no_script_speaks_to_the_dead(self):
        self.env["collection.script"].search([]).unlink()
        self.env["collection.script"].create({"name": "Call", "body": "<p>Hello</p>"})
        self.assertIn("Hello", self.case.script_html)
        self.record("deceased")
        self.case.invalidate_recordset(["script_html"])
        self.assertFalse(self.case.script_html)

    def test_the_family_is_not_asked_about_it(self):
        self.record("deceased")
        verdict = self.case._get_contact_verdict(
            "call", role="third_party", purpose="location_information"
        )
        self.assertEqual(verdict.level, "block")

    def test_a_new_case_of_the_same_person_contacts_nobody(self):
        self.record("deceased")
        self.case.current_hold_ids.action_end()
        self.case.sudo().write({"state": "closed"})
        self.make_policy(("Reminder", 1, "email"))
        self.make_invoice(self.debtor, 50, ON - days(9))
        self.follow_up()
        self.assertReason(self.debtor, "person_deceased")
        self.assertEqual(self.case_of(self.debtor)._get_contact_verdict("call").level, "block")

    def test_logged_on_the_phone_in_one_dialog(self):
        log = self.log(
            self.case,
            "deceased",
            person_date=ON - days(3),
            speaker_name="Ann Lee",
            speaker_phone="+32 2 555 77 77",
            note="Her father died",
        )
        status = self.case.with_user(self.collector).current_status_ids
        self.assertEqual((status.kind, status.date_event), ("deceased", ON - days(3)))
        self.assertIn("Her father died", status.told_by)
        self.assertEqual(status.representative_id.name, "Ann Lee")
        self.assertEqual(self.case.state, "on_hold")
        self.assertFalse(log.right_party)

    def test_a_letter_to_the_estate_needs_a_name(self):
        with self.assertRaisesRegex(UserError, "name of the person"):
            self.record("deceased", speaker_phone="+32 2 555 77 77")

    def test_it_was_a_mistake(self):
        status = self.record("deceased")
        with self.assertRaisesRegex(UserError, "why it has ended"):
            status.action_end()
        status.end_reason = "Another person of the same name"
        status.action_end()
        self.assertEqual((status.state, status.date_end), ("ended", ON))
        self.assertEqual(self.case.state, "open")
        self.assertEqual(self.case._get_contact_verdict("call").level, "ok")
        with self.assertRaisesRegex(UserError, "record it anew"):
            status.court = "Ghent"

    def test_recorded_once(self):
        self.record("deceased")
        with self.assertRaisesRegex(UserError, "recorded on the case already"):
            self.record("deceased")

    def test_days_that_cannot_be_right(self):
        with self.assertRaisesRegex(UserError, "cannot lie ahead"):
            self.record("deceased", date_event=ON + days(1))

    def test_a_known_contact_takes_care(self):
        daughter = self.make_debtor("Ann Lee", parent_id=self.debtor.id, is_company=False)
        status = self.record("deceased", speaker_id=daughter)
        self.assertEqual((status.representative_id, daughter.type), (daughter, "executor"))


class TestInsolvency(PersonCase):
    def reminders(self, status):
        return {a.activity_type_id.name: a.date_deadline for a in status.activity_ids}

    def test_the_day_to_register_the_claim_is_watched(self):
        status = self.record(
            "insolvency",
            proceeding="bankruptcy",
            court="Ghent",
            file_number="26/117",
            claim_deadline=ON + days(30),
            hearing_date=ON + days(60),
        )
        self.assertEqual(status.claim_amount, 100)
        self.assertEqual(status.claim_state, "due")
        self.assertEqual(
            self.reminders(status),
            {"Register the claim": ON + days(23), "Hearing": ON + days(60)},
        )
        self.assertIn("not registered", self.case.with_user(self.collector).status_text)
        status.action_registered()
        self.assertEqual((status.claim_registered_on, status.claim_state), (ON, "registered"))
        self.assertEqual(self.reminders(status), {"Hearing": ON + days(60)})
        status.write({"claim_result": "partly", "claim_admitted": 80})
        self.assertEqual(self.case.state, "on_hold")

    def test_a_new_deadline_moves_the_activity(self):
        status = self.record("insolvency", claim_deadline=ON + days(30))
        status.claim_deadline = ON + days(10)
        self.assertEqual(self.reminders(status), {"Register the claim": ON + days(3)})

    def test_without_a_deadline_somebody_finds_it_out_today(self):
        self.assertEqual(self.reminders(self.record("insolvency")), {"Register the claim": ON})

    def test_too_late_is_said(self):
        status = self.record("insolvency", claim_deadline=ON - days(1))
        self.assertEqual(status.claim_state, "late")

    def test_registered_in_the_future(self):
        status = self.record("insolvency")
        with self.assertRaisesRegex(UserError, "in the future"):
            status.claim_registered_on = ON + days(1)

    def test_the_administrator_may_be_written_to(self):
        status = self.record(
            "insolvency", speaker_name="Dr. Stone", speaker_email="a@stone.example"
        )
        self.assertEqual(status.representative_id.type, "administrator")
        self.assertEqual(self.case._get_lawyer(), status.representative_id)
        self.case.with_user(self.collector).message_post(
            body="Our claim", partner_ids=status.representative_id.ids, message_type="comment"
        )
        with self.assertRaisesRegex(UserError, "must not be sent"):
            self.case.with_user(self.collector).message_post(
                body="Pay", partner_ids=self.debtor.ids, message_type="comment"
            )

    def test_logged_on_the_phone(self):
        self.log(self.case, "insolvent")
        self.assertEqual(self.case.with_user(self.collector).current_status_ids.kind, "insolvency")


class TestGuardians(PersonCase):
    def test_the_guardian_gets_the_messages_and_nobody_else(self):
        self.make_policy(("Reminder", 1, "email"))
        self.make_debtor("Accountant", parent_id=self.debtor.id, type="collections")
        status = self.record(
            "ward", speaker_name="Ann Lee", speaker_email="ann@lee.example", court="Ghent"
        )
        self.assertEqual(self.case.state, "open")
        self.follow_up()
        log = self.contacts(self.debtor)
        self.assertEqual((log.partner_id, log.state), (status.representative_id, "planned"))
        self.assertEqual(self.case._get_contact_verdict("call").code, "person_ward")
        self.assertEqual(self.case._get_contact_verdict("call", role="representative").level, "ok")

    def test_without_a_guardian_nobody_is_contacted(self):
        self.make_policy(("Reminder", 1, "email"))
        self.record("minor", date_of_age=ON + days(400))
        self.follow_up()
        self.assertReason(self.debtor, "person_minor")

    def test_what_they_can_do_on_their_page(self):
        mine = {"pay", "promise", "plan", "accept"}
        self.assertLessEqual(mine, self.case._get_page_offers())
        status = self.record("minor", date_of_age=ON + days(100))
        self.assertEqual(self.case._get_page_offers() & mine, {"pay"})
        self.make_debtor("Ann Ray", parent_id=self.debtor.id, type="guardian", is_company=False)
        self.env.flush_all()
        self.assertLessEqual(mine, self.case._get_page_offers(), "the guardian gets the link")
        status.sudo().date_of_age = ON
        self.env.invalidate_all()
        self.assertFalse(self.case.with_user(self.collector).current_status_ids)

    def test_the_insolvent_neither_pay_nor_agree_on_the_page(self):
        self.record("insolvency")
        offers = self.case._get_page_offers()
        self.assertFalse(offers & {"pay", "promise", "plan", "accept"})
        self.assertIn("question", offers)
        self.assertTrue(self.case._for_page("en_US")._get_page_values()["ask_first"])

    def test_of_age(self):
        self.make_policy(("Reminder", 1, "email"))
        self.record("minor", date_of_age=ON)
        self.follow_up()
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))
        self.assertEqual(self.case._get_contact_verdict("call").level, "ok")

    def test_logged_on_the_phone(self):
        self.log(self.case, "ward", speaker_name="Ann Lee", speaker_phone="+32 2 555 77 77")
        self.assertEqual(self.case._get_speaker().name, "Ann Lee")


class TestMoved(PersonCase):
    def test_moved_away_begins_a_search(self):
        self.log(self.case, "moved")
        trace = self.case.with_user(self.collector).trace_id
        self.assertEqual((trace.reason, trace.stops_letters), ("moved", True))


class TestWho(PersonCase):
    def test_readers_see_nothing_and_colleagues_their_own(self):
        status = self.record("deceased")
        with self.assertRaises(AccessError):
            status.with_user(self.reader).read(["kind"])
        with self.assertRaises(AccessError):
            self.case.with_user(self.reader).read(["status_text"])
        colleague = self.make_user("collector", login="colleague")
        self.assertFalse(status.with_user(colleague).search([("id", "=", status.id)]))
        self.assertTrue(status.with_user(self.supervisor).search([("id", "=", status.id)]))
        with self.assertRaises(AccessError):
            status.unlink()
        with self.assertRaisesRegex(UserError, "record it anew"):
            status.kind = "minor"

    def test_many_debtors_are_asked_in_one_query(self):
        cases = [self.make_case(f"Debtor {i}", is_company=False) for i in range(4)]
        for case in cases[:3]:
            self.record("minor", case)
        debtors = self.env["res.partner"].union(*(case.partner_id for case in cases))
        compliance = self.env["collection.compliance"]
        compliance._get_statuses(debtors[:1].ids)
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = compliance._get_statuses(debtors.ids)
        self.assertEqual({kind for kind, _people in found.values()}, {"minor"})
        self.assertEqual(len(found), 3)
