"""Changes of address and name: asked for, accepted or refused, and kept with what stood there."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import ON, CollectionsCase, days
from .desk import DeskCase


class AddressCase(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hire("reader")
        cls.case = cls.make_case("Acme", country_id=cls.env.ref("base.be").id)
        cls.debtor = cls.case.partner_id
        cls.Change = cls.env["collection.address.change"]

    def propose(self, partner=None, source="page", **values):
        change = self.Change._propose(partner or self.debtor, values, source)
        self.env.flush_all()
        return change

    def history(self, partner=None):
        partner = partner or self.debtor
        return self.Change.search([("partner_id", "=", partner.id)], order="id")


class TestRequest(AddressCase):
    def test_nothing_changes_before_somebody_accepts_it(self):
        change = self.propose(street="High Street 5", city="Ghent")
        self.assertEqual((self.debtor.street, self.debtor.city), ("Main Street 1", "Springfield"))
        self.assertEqual(
            (change.state, change.kind, change.source), ("proposed", "address", "page")
        )
        self.assertEqual(
            change.summary, "Street: Main Street 1 → High Street 5\nCity: Springfield → Ghent"
        )
        change.with_user(self.collector).action_accept()
        self.assertEqual((self.debtor.street, self.debtor.city), ("High Street 5", "Ghent"))
        self.assertEqual((change.state, change.decided_by_id), ("accepted", self.collector))
        self.assertEqual(self.history(), change, "accepting is no change of its own")
        self.assertIn("High Street 5", self.case.message_ids[0].body)

    def test_countries_and_states_are_named(self):
        france = self.env.ref("base.fr")
        change = self.propose(country_id=france.id)
        self.assertEqual(change.summary, "Country: Belgium → France")
        change.with_user(self.collector).action_accept()
        self.assertEqual(self.debtor.country_id, france)

    def test_a_refusal_needs_a_reason_and_leaves_the_contact_alone(self):
        change = self.propose(phone="+32 2 555 99 99").with_user(self.collector)
        with self.assertRaisesRegex(UserError, "Write down why"):
            change.action_refuse()
        change.refused_reason = "Somebody else's number"
        change.action_refuse()
        self.assertEqual(change.state, "refused")
        self.assertEqual(self.debtor.phone, "+32 2 555 12 12")
        with self.assertRaisesRegex(UserError, "decided already"):
            change.action_accept()

    def test_what_is_the_same_is_no_request(self):
        self.assertFalse(self.propose(street="  Main Street 1 ", zip="12345"))
        change = self.propose(street="Main Street 1", zip="9000")
        self.assertEqual(change.new_values, {"zip": "9000"})

    def test_asking_twice_gives_one_request_and_one_activity(self):
        first = self.propose(street="High Street 5")
        self.assertEqual(self.propose(street="High Street 5"), first)
        self.propose(phone="+32 2 555 44 44")
        activity = self.env.ref("collections_followup.activity_type_address")
        found = self.case.activity_ids.filtered(lambda a: a.activity_type_id == activity)
        self.assertEqual(len(found), 1)
        self.assertEqual(found.user_id, self.collector)
        self.case.with_user(self.collector).action_accept_changes()
        self.assertFalse(self.case.activity_ids & found.exists())
        self.assertEqual(self.debtor.phone, "+32 2 555 44 44")

    def test_what_was_replaced_is_what_stood_there_when_it_was_accepted(self):
        change = self.propose(street="High Street 5")
        self.debtor.street = "Side Street 2"
        change.with_user(self.collector).action_accept()
        self.assertEqual(change.old_values, {"street": "Side Street 2"})

    def test_a_new_contact_person_is_written_to_from_now_on(self):
        change = self.propose(
            contact_name="Ann Lee",
            contact_phone="+32 2 555 77 77",
            contact_email="ann@acme.example",
        )
        self.assertEqual(change.kind, "contact")
        change.with_user(self.collector).action_accept()
        person = self.debtor.child_ids
        self.assertEqual((person.name, person.type), ("Ann Lee", "collections"))
        self.assertEqual(self.case._get_contact_person("call"), person)

    def test_values_that_cannot_be_right_are_refused_with_a_sentence(self):
        other = self.env.ref("base.state_us_5")
        for values, words in (
            ({"email": "ann at acme"}, "not an e-mail address"),
            ({"phone": "ask Bob"}, "not a phone number"),
            ({"name": "  "}, "needs a name"),
            ({"contact_phone": "+32 2 555 77 77"}, "name of the contact person"),
            ({"street": "x" * 300}, "too long"),
            ({"country_id": 999999}, "from the list"),
            ({"country_id": self.env.ref("base.be").id, "state_id": other.id}, "is not in"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.propose(**values)
        with self.assertRaises(ValueError):
            self.propose(credit_limit=1000)
        self.assertFalse(self.history())

    def test_names_are_accepted_by_supervisors(self):
        change = self.propose(name="Acme Holding")
        self.assertTrue(change.needs_supervisor)
        with self.assertRaisesRegex(UserError, "A supervisor accepts"):
            change.with_user(self.collector).action_accept()
        change.with_user(self.supervisor).action_accept()
        self.assertEqual(self.debtor.name, "Acme Holding")

    def test_the_policy_says_who_accepts(self):
        self.policy.change_approval = "supervisor"
        with self.assertRaisesRegex(UserError, "A supervisor accepts"):
            self.propose(city="Ghent").with_user(self.collector).action_accept()
        self.policy.change_approval = "collector"
        self.propose(name="Acme Holding").with_user(self.collector).action_accept()
        self.assertEqual(self.debtor.name, "Acme Holding")

    def test_readers_look_and_change_nothing(self):
        change = self.propose(city="Ghent").with_user(self.reader)
        self.assertTrue(change.summary)
        with self.assertRaises(AccessError):
            change.action_accept()
        with self.assertRaises(AccessError):
            change.refused_reason = "No"

    def test_history_stays_as_it_was(self):
        change = self.propose(city="Ghent").with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "history"):
            change.new_values = {"city": "Bruges"}
        change.action_accept()
        with self.assertRaisesRegex(UserError, "history"):
            change.note = "Later"
        with self.assertRaises(AccessError):
            change.unlink()
        with self.assertRaises(AccessError):
            self.Change.with_user(self.supervisor).create({"partner_id": self.debtor.id})

    def test_another_company_does_not_see_the_debtors_of_this_one(self):
        self.debtor.company_id = self.company
        change = self.propose(city="Ghent")
        stranger = self.make_user("collector", self.make_company("Southwind Traders"))
        Change = self.Change.with_user(stranger).with_context(allowed_company_ids=None)
        self.assertFalse(Change.search([("id", "=", change.id)]))
        self.assertTrue(self.Change.with_user(self.collector).search([("id", "=", change.id)]))


class TestHistory(AddressCase):
    def test_what_is_edited_on_the_contact_is_kept(self):
        self.debtor.write({"street": "High Street 5", "zip": "12345", "comment": "Moved"})
        change = self.history()
        self.assertEqual(change.new_values, {"street": "High Street 5"})
        self.assertEqual(change.old_values, {"street": "Main Street 1"})
        self.assertEqual((change.state, change.source), ("accepted", "person"))
        self.assertEqual(change.user_id, self.env.user)

    def test_nothing_is_kept_of_people_who_never_were_debtors(self):
        stranger = self.make_debtor("Stranger")
        stranger.street = "High Street 5"
        self.assertFalse(self.history(stranger))

    def test_a_closed_case_is_enough(self):
        self.case.sudo().state = "closed"
        self.env.flush_all()
        self.debtor.phone = False
        self.assertEqual(self.history().summary, "Phone: +32 2 555 12 12 → –")

    def test_addresses_copied_to_contact_persons_are_no_changes_of_theirs(self):
        person = self.make_debtor("Ann", parent_id=self.debtor.id, is_company=False)
        self.debtor.street = "High Street 5"
        self.assertEqual(person.street, "High Street 5")
        self.assertFalse(self.history(person))
        person.phone = "+32 2 555 77 77"
        self.assertEqual(self.history(person).debtor_id, self.debtor)

    def test_the_same_value_again_is_no_change(self):
        self.debtor.write({"street": "Main Street 1"})
        self.assertFalse(self.history())

    def test_many_contacts_cost_no_more_questions_than_one(self):
        def count(number):
            cases = [self.make_case(f"Debtor {number} {i}") for i in range(number)]
            debtors = self.env["res.partner"].union(*(case.partner_id for case in cases))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            debtors._keep_collection_changes(
                {debtor.id: {"city": "Elsewhere"} for debtor in debtors}, ["city"]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(6))

    def test_other_fields_ask_nothing(self):
        self.env.flush_all()
        stranger = self.make_debtor("Stranger")
        self.env.flush_all()
        with self.assertQueryCount(0):
            stranger.write({"color": 0})


class TestDialog(AddressCase):
    def dialog(self, user=None, case=None):
        action = (case or self.case).with_user(user or self.collector).action_change_address()
        model = self.env[action["res_model"]].with_user(user or self.collector)
        return Form(model.with_context(**action["context"]))

    def test_told_on_the_phone_and_written_at_once(self):
        form = self.dialog()
        self.assertEqual(form.street, "Main Street 1")
        form.street = "High Street 5"
        form.note = "Moved in March"
        form.save().action_apply()
        change = self.history()
        self.assertEqual(self.debtor.street, "High Street 5")
        self.assertEqual((change.source, change.note), ("debtor", "Moved in March"))
        self.assertEqual(change.user_id, self.collector)

    def test_not_confirmed_waits(self):
        form = self.dialog()
        form.street = "High Street 5"
        form.accept = False
        form.save().action_apply()
        self.assertEqual(self.debtor.street, "Main Street 1")
        self.assertIn("High Street 5", self.case.with_user(self.collector).waiting_change_text)

    def test_a_name_waits_for_the_supervisor(self):
        form = self.dialog()
        form.name = "Acme Holding"
        form.save().action_apply()
        self.assertEqual(self.history().state, "proposed")
        self.assertEqual(self.debtor.name, "Acme")

    def test_nothing_entered(self):
        with self.assertRaisesRegex(UserError, "Nothing was changed"):
            self.dialog().save().action_apply()

    def test_of_a_contact_person(self):
        person = self.make_debtor("Ann", parent_id=self.debtor.id, is_company=False, phone=False)
        form = self.dialog()
        form.contact_id = person
        form.phone = "+32 2 555 77 77"
        form.save().action_apply()
        self.assertEqual(person.phone, "+32 2 555 77 77")
        self.assertEqual(self.history(person).kind, "phone")


class TestNoCase(CollectionsCase):
    def test_somebody_without_a_case_may_ask_too(self):
        partner = self.make_debtor("Early")
        self.make_invoice(partner, 10, ON + days(3))
        change = self.env["collection.address.change"]._propose(partner, {"city": "Ghent"}, "page")
        change.with_user(self.make_user("collector")).action_accept()
        self.assertEqual(partner.city, "Ghent")
