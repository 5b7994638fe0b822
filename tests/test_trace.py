"""Searching for a debtor: sources and what may be said to them, leads, and what follows."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ON, days
from .desk import DeskCase

QUESTION = "My name is Ann Lee. I would like to confirm how to reach Mr. Ray."


class TraceCase(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hire("reader")
        cls.company.country_id = cls.env.ref("base.be")
        cls.case = cls.make_case(
            "Bob Ray", is_company=False, country_id=cls.env.ref("base.be").id, lang="en_US"
        )
        cls.debtor = cls.case.partner_id

    def begin(self, case=None, user=None, **values):
        case = (case or self.case).with_user(user or self.collector)
        trace = self.env["collection.trace"].browse(case.action_trace()["res_id"])
        if values:
            trace.write(values)
        self.env.flush_all()
        return trace.with_user(user or self.collector)

    def source(self, code):
        return self.env["collection.trace.source"].search([("code", "=", code)])

    def ask(self, trace, code="register", **values):
        lead = (
            self.env["collection.trace.lead"]
            .with_user(trace.env.user)
            .create({"trace_id": trace.id, "source_id": self.source(code).id, **values})
        )
        self.env.flush_all()
        return lead

    def neighbor(self, trace, person="Ann Lee", **values):
        return self.ask(
            trace, "neighbor", person=person, channel="call", question=QUESTION, **values
        )


class TestSearch(TraceCase):
    def test_no_letters_while_the_address_is_wrong_other_channels_go_on(self):
        other = self.make_case("Carl", is_company=False)
        letters = self.make_policy(("Letter", 1, "letter"))
        trace = self.begin(reason="returned")
        self.assertTrue(trace.stops_letters)
        for case in self.case + other:
            case.partner_id.with_company(self.company).collection_policy_id = letters
        self.follow_up()
        self.assertReason(self.debtor, "address_wrong")
        self.assertContacts(other.partner_id, ("Letter", "letter", "planned"))
        self.assertEqual(self.case._get_contact_verdict("letter").code, "address_wrong")
        self.assertNotEqual(self.case._get_contact_verdict("email").code, "address_wrong")
        trace.action_cancel()
        self.follow_up(ON + days(1))
        planned = self.contacts(self.debtor, state="planned")
        self.assertEqual(planned.mapped("channel"), ["letter"])

    def test_letters_stay_stopped_until_a_new_address_is_accepted(self):
        trace = self.begin(reason="returned")
        trace.result = "Nobody knows"
        trace.action_not_found()
        self.env.flush_all()
        self.assertEqual(self.case._get_contact_verdict("letter").code, "address_wrong")
        titles = [warning["title"] for warning in self.case._get_warnings()]
        self.assertIn("No letters are sent", titles)
        self.debtor.street = "High Street 5"
        self.env.flush_all()
        self.assertEqual(self.case._get_contact_verdict("letter").level, "ok")
        titles = [warning["title"] for warning in self.case._get_warnings()]
        self.assertNotIn("No letters are sent", titles)

    def test_who_gives_up_lets_letters_go(self):
        trace = self.begin(reason="returned")
        trace.result = "Nobody knows"
        trace.action_not_found()
        self.begin(reason="returned").action_cancel()
        self.env.flush_all()
        self.assertEqual(self.case._get_contact_verdict("letter").level, "ok")

    def test_a_wrong_number_leaves_letters_alone(self):
        self.assertFalse(self.begin(reason="wrong_number").stops_letters)
        self.assertEqual(self.case._get_contact_verdict("letter").level, "ok")

    def test_one_search_at_a_time(self):
        trace = self.begin()
        self.assertEqual(self.begin(), trace)
        with self.assertRaisesRegex(UserError, "searched for already, by collector"):
            self.env["collection.trace"].with_user(self.supervisor).create(
                {"case_id": self.case.id, "reason": "moved"}
            )

    def test_a_returned_letter_begins_one(self):
        self.policy.active = False
        self.make_policy(("Letter", 1, "letter"))
        self.follow_up()
        letter = self.contacts(self.debtor)
        letter.sudo().state = "sent"
        letter.with_user(self.collector).action_mark_failed()
        trace = self.case.with_user(self.collector).trace_id
        self.assertEqual((trace.reason, trace.user_id), ("returned", self.collector))

    def test_the_company_may_not_want_that(self):
        self.company.collection_trace_returned = False
        self.make_policy(("Letter", 1, "letter"))
        self.follow_up()
        letter = self.contacts(self.debtor)
        letter.sudo().state = "sent"
        letter.with_user(self.collector).action_mark_failed()
        self.assertFalse(self.case.with_user(self.collector).trace_id)

    def test_not_found_says_what_was_tried(self):
        trace = self.begin()
        with self.assertRaisesRegex(UserError, "what was tried"):
            trace.action_not_found()
        trace.result = "Register, post and two neighbors"
        trace.action_not_found()
        self.assertEqual((trace.state, trace.date_end), ("not_found", ON))
        with self.assertRaisesRegex(UserError, "has ended"):
            self.ask(trace)
        with self.assertRaisesRegex(UserError, "has ended"):
            trace.action_cancel()

    def test_the_state_is_not_written_by_hand(self):
        trace = self.begin()
        with self.assertRaisesRegex(UserError, "buttons"):
            trace.state = "found"
        with self.assertRaises(AccessError):
            trace.unlink()

    def test_readers_see_nothing_of_it(self):
        trace = self.begin()
        self.ask(trace)
        for model in ("collection.trace", "collection.trace.lead", "collection.trace.source"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.reader).search([])
        with self.assertRaises(AccessError):
            self.case.with_user(self.reader).read(["trace_ids"])

    def test_the_cases_of_colleagues_are_theirs(self):
        colleague = self.make_user("collector", login="colleague")
        trace = self.begin()
        lead = self.ask(trace)
        for record in (trace, lead):
            found = record.with_user(colleague).search([("id", "=", record.id)])
            self.assertFalse(found)
            self.assertTrue(record.with_user(self.supervisor).search([("id", "=", record.id)]))
        with self.assertRaises(AccessError):
            self.env["collection.trace.lead"].with_user(colleague).create(
                {"trace_id": trace.id, "source_id": self.source("post").id}
            )

    def test_costs_add_up(self):
        trace = self.begin()
        self.source("bureau").cost = 12.5
        self.ask(trace, "bureau")
        lead = self.ask(trace, "register", cost=7)
        self.assertEqual(lead.confidence, 90, "the source's, whatever it cost")
        self.assertEqual((trace.cost, trace.lead_count), (19.5, 2))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.ask(trace, "register", cost=-1)


class TestThirdParties(TraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate_shipped_rules()
        cls.company.collection_party = "third"
        cls.american = cls.make_case(
            "Joe Doe",
            is_company=False,
            country_id=cls.env.ref("base.us").id,
            state_id=cls.env.ref("base.state_us_6").id,
            phone="+1 303 555 0100",
        )

    def test_once_only_under_regulation_f(self):
        self.source("neighbor").ask_once = False
        trace = self.begin(self.american)
        first = self.neighbor(trace)
        self.assertEqual((first.state, first.block_code), ("asked", False))
        again = self.neighbor(trace, "LEE Ann")
        self.assertEqual((again.state, again.block_code), ("refused", "third_party_again"))
        self.assertIn("1006", again.block_text)
        self.assertEqual(self.neighbor(trace, "Carl Poe").state, "asked")
        because = self.neighbor(trace, again_reason="Her answer was incomplete")
        self.assertEqual(because.state, "asked")

    def test_once_only_by_the_rule_of_the_house(self):
        trace = self.begin()
        self.neighbor(trace)
        again = self.neighbor(trace)
        self.assertEqual((again.state, again.block_code), ("refused", "third_party_again"))
        self.assertTrue(again.block_text)

    def test_a_country_that_forbids_it(self):
        italian = self.make_case(
            "Ugo", is_company=False, country_id=self.env.ref("base.it").id, phone="+39 06 5551 1000"
        )
        rule = self.env["collection.contact.rule"].with_context(active_test=False)
        rule = rule.search([("code", "=", "IE-CCA-OTHERS")])
        rule.write({"active": True, "country_id": self.env.ref("base.it").id})
        lead = self.neighbor(self.begin(italian))
        self.assertEqual((lead.state, lead.block_code), ("refused", "third_party"))

    def test_nobody_is_asked_about_a_client_of_a_lawyer_or_a_breathing_space(self):
        trace = self.begin()
        for code in ("attorney", "cease", "breathing_space"):
            hold = self.env["collection.hold"].create(
                {
                    "case_id": self.case.id,
                    "reason_id": self.env.ref(f"collections_followup.hold_reason_{code}").id,
                }
            )
            lead = self.neighbor(trace, f"Neighbor {code}")
            self.assertEqual((lead.state, lead.block_code), ("refused", f"hold_{code}"))
            hold.action_end()
        self.assertEqual(self.neighbor(trace, "Neighbor last").state, "asked")

    def test_the_debt_is_never_mentioned(self):
        trace = self.begin()
        number = self.case.move_line_ids.move_id.name
        for words in ("He owes us money", "It is about an invoice", f"Ask him for {number}"):
            with self.assertRaisesRegex(ValidationError, "Nobody but the debtor"):
                self.ask(trace, "family", person="Mum", question=words)
        self.assertEqual(self.ask(trace, "bureau", question="Overdue: address?").state, "asked")

    def test_whoever_is_asked_is_named(self):
        with self.assertRaisesRegex(ValidationError, "who was asked"):
            self.ask(self.begin(), "neighbor")

    def test_the_dialog_says_so_before(self):
        trace = self.begin()
        self.neighbor(trace)
        action = trace.action_ask()
        model = self.env["collection.trace.lead"].with_user(self.collector)
        view = self.env.ref("collections_followup.collection_trace_lead_view_form_ask")
        form = Form(model.with_context(**action["context"]), view)
        form.source_id = self.source("neighbor")
        self.assertIn("own name", form.may_say)
        form.person = "Ann Lee"
        self.assertIn("asked already", form.verdict_text)
        form.person = "Somebody Else"
        self.assertFalse(form.verdict_text)
        self.assertEqual(form.save().state, "asked")


class TestLeads(TraceCase):
    def found(self, trace, code="register", **values):
        values = {"street": "High Street 5", "zip": "9000", "city": "Ghent", **values}
        return self.ask(trace, code, **values)

    def test_a_verified_lead_updates_the_contact_and_the_case_goes_on(self):
        self.case.sudo().next_review_date = ON + days(30)
        trace = self.begin(reason="moved")
        lead = self.found(trace)
        self.assertEqual((lead.state, lead.obtained_on), ("new", ON))
        self.assertEqual(self.debtor.street, "Main Street 1", "Nothing changes before")
        lead.action_verify()
        self.assertEqual((self.debtor.street, self.debtor.city), ("High Street 5", "Ghent"))
        change = self.debtor.collection_change_ids
        self.assertEqual((change.source, change.state), ("trace", "accepted"))
        self.assertIn("register", change.note)
        self.assertEqual((trace.state, trace.confidence, trace.date_end), ("found", 90, ON))
        self.assertEqual(self.case.next_review_date, ON)
        self.assertEqual(self.case._get_contact_verdict("letter").level, "ok")

    def test_a_new_address_replaces_the_old_one_as_a_whole(self):
        self.debtor.street2 = "Back yard"
        self.found(self.begin()).action_verify()
        self.assertFalse(self.debtor.street2)
        self.assertEqual(self.debtor.country_id, self.env.ref("base.be"))

    def test_a_number_alone_leaves_the_address(self):
        lead = self.ask(self.begin(), "telephone", phone="+32 2 555 77 77")
        lead.trace_id.reason = "moved"
        lead.action_verify()
        self.assertEqual((self.debtor.phone, self.debtor.zip), ("+32 2 555 77 77", "12345"))
        self.env.flush_all()
        self.assertEqual(self.case._get_contact_verdict("letter").code, "address_wrong")

    def test_the_address_we_have_was_right(self):
        trace = self.begin(reason="returned")
        same = {name: self.debtor[name] for name in ("street", "zip", "city")}
        self.found(trace, **same).action_verify()
        self.env.flush_all()
        self.assertFalse(self.debtor.collection_change_ids)
        self.assertEqual(self.case._get_contact_verdict("letter").level, "ok")

    def test_what_was_verified_by_mistake_is_taken_back(self):
        old = self.debtor.street
        lead = self.found(self.begin(reason="moved"))
        lead.action_verify()
        lead.action_wrong()
        self.env.flush_all()
        self.assertEqual(self.debtor.street, old)
        self.assertFalse(lead.street, "data of somebody else are not kept")
        again = self.case.with_user(self.collector).trace_id
        self.assertTrue(again.stops_letters)
        self.assertEqual(self.case._get_contact_verdict("letter").code, "address_wrong")

    def test_the_policy_may_leave_it_to_the_supervisor(self):
        self.policy.change_approval = "supervisor"
        self.found(self.begin(reason="moved")).action_verify()
        self.assertEqual(self.debtor.street, "Main Street 1")
        self.assertEqual(self.debtor.collection_change_ids.state, "proposed")
        self.env.flush_all()
        self.assertEqual(self.case._get_contact_verdict("letter").code, "address_wrong")
        self.debtor.collection_change_ids.with_user(self.supervisor).action_accept()
        self.env.flush_all()
        self.assertEqual(self.case._get_contact_verdict("letter").level, "ok")

    def test_an_answer_comes_later(self):
        lead = self.ask(self.begin(), "post")
        self.assertEqual((lead.state, lead.notice_due), ("asked", False))
        with self.assertRaisesRegex(UserError, "does not fit"):
            lead.action_verify()
        lead.write({"street": "High Street 5", "city": "Ghent"})
        self.assertEqual((lead.state, lead.obtained_on), ("new", ON))

    def test_an_employer_alone_is_no_address(self):
        lead = self.ask(self.begin(), "internet", employer="Works Ltd")
        with self.assertRaisesRegex(UserError, "Enter the address"):
            lead.action_verify()

    def test_a_wrong_lead_is_forgotten_but_not_that_it_was_asked(self):
        lead = self.found(self.begin(), "internet")
        lead.action_wrong()
        self.assertEqual((lead.state, lead.found, lead.notice_due), ("wrong", "", False))
        self.assertFalse(self.case.activity_ids)
        with self.assertRaisesRegex(UserError, "stays as it was"):
            lead.street = "Elsewhere 1"

    def test_knew_nothing(self):
        lead = self.ask(self.begin(), "post")
        lead.action_none()
        self.assertEqual(lead.state, "none")
        with self.assertRaisesRegex(UserError, "does not fit"):
            lead.action_none()

    def test_sources_that_agree_are_surer(self):
        trace = self.begin()
        self.found(trace, "internet")
        self.assertEqual(trace.confidence, 30)
        self.found(trace, "post", street="HIGH STREET 5")
        self.assertEqual(trace.confidence, 79)
        self.found(trace, "bureau", street="Low Street 1")
        self.assertEqual(trace.confidence, 79)

    def test_what_cannot_be_right_is_refused(self):
        trace = self.begin()
        for values in ({"email": "bob at home"}, {"phone": "ask Ann"}):
            with self.assertRaises(ValidationError):
                self.ask(trace, **values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.ask(trace, confidence=120)

    def test_what_was_asked_is_not_rewritten(self):
        lead = self.ask(self.begin(), "post")
        for values in ({"person": "Ann"}, {"state": "verified"}, {"notice_date": ON}):
            with self.assertRaisesRegex(UserError, "stays as it was"):
                lead.write(values)
        cheat = self.ask(lead.trace_id, "post", notice_date=ON, obtained_on=ON, state="verified")
        self.assertEqual(
            (cheat.state, cheat.notice_date, cheat.obtained_on), ("asked", False, False)
        )

    def test_the_person_is_told_within_a_month(self):
        notice = self.env.ref("collections_followup.activity_type_gdpr_notice")
        lead = self.found(self.begin())
        self.assertEqual(lead.notice_due, ON.replace(month=4))
        activity = self.case.activity_ids.filtered(lambda a: a.activity_type_id == notice)
        self.assertEqual(activity.date_deadline, lead.notice_due - days(7))
        self.assertEqual(activity.user_id, self.collector)
        lead.action_verify()
        self.assertTrue(activity.exists(), "Found is not told")
        warnings = self.case.with_user(self.collector)._get_warnings()
        texts = " ".join(warning["text"] for warning in warnings)
        self.assertIn("High Street 5, 9000 Ghent: found by Public register", texts)
        self.assertNotIn("High Street 5", str(self.case.with_user(self.reader)._get_warnings()))
        lead.action_notice_given()
        self.assertEqual(lead.notice_date, ON)
        self.assertFalse(activity.exists())
        with self.assertRaisesRegex(UserError, "done already"):
            lead.action_notice_given()

    def test_no_notice_where_the_law_does_not_apply(self):
        business = self.make_case("Works Ltd", is_company=True)
        self.assertFalse(self.found(self.begin(business)).notice_due)
        self.company.country_id = self.env.ref("base.us")
        american = self.make_case("Joe", is_company=False, country_id=self.env.ref("base.us").id)
        self.assertFalse(self.found(self.begin(american)).notice_due)
