"""Numbers of debtors: checked when entered, and debtors found who are perhaps the same."""

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ON, days
from .desk import DeskCase


class TestIdentity(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hire("reader")
        cls.belgium = cls.env.ref("base.be")
        cls.case = cls.make_case("Acme", country_id=cls.belgium.id)
        cls.debtor = cls.case.partner_id

    def enter(self, number, kind="company", partner=None, user=None, **values):
        return (
            self.env["collection.identifier"]
            .with_user(user or self.collector)
            .create(
                {
                    "partner_id": (partner or self.debtor).id,
                    "kind": kind,
                    "number": number,
                    **values,
                }
            )
        )

    def same(self, case=None):
        (case or self.case).invalidate_recordset()
        return (case or self.case).with_user(self.collector).same_ids

    def test_checked_and_kept_in_one_way_of_writing(self):
        entered = self.enter("0428.759.497")
        self.assertEqual((entered.number, entered.is_checked), ("0428759497", True))
        self.assertEqual((entered.country_id, entered.user_id), (self.belgium, self.collector))
        entered.write({"kind": "lei", "number": "213800 KUD8LAJWSQ9D15"})
        self.assertEqual(entered.number, "213800KUD8LAJWSQ9D15")

    def test_wrong_check_digits_are_refused_with_a_sentence(self):
        with self.assertRaisesRegex(ValidationError, "Company number, Belgium"):
            self.enter("0428.759.498")
        entered = self.enter("0428.759.497")
        with self.assertRaisesRegex(ValidationError, "Look at it again"):
            entered.number = "0428.759.498"

    def test_a_country_without_a_known_rule(self):
        entered = self.enter("CR-4711/88", country_id=self.env.ref("base.sa").id)
        self.assertEqual((entered.number, entered.is_checked), ("CR471188", False))

    def test_found_by_numbers_however_they_are_written(self):
        vat = self.make_debtor("Acme BV", country_id=self.belgium.id, vat="BE0428759497")
        registry = self.make_debtor("ACME", company_registry="0428 759 497")
        self.make_debtor("Other", country_id=self.belgium.id, vat="BE0403170701")
        self.assertFalse(self.same())
        self.enter("0428.759.497")
        self.assertEqual(self.same(), vat + registry)

    def test_found_by_bank_account(self):
        other = self.make_case("Acme Shop")
        for partner, number in (
            (self.debtor, "BE71 0961 2345 6769"),
            (other.partner_id, "BE71096123456769"),
        ):
            self.env["res.partner.bank"].create({"partner_id": partner.id, "acc_number": number})
        self.assertEqual(self.same(), other.partner_id)
        self.assertEqual(self.same(other), self.debtor)

    def test_contact_persons_and_archived_contacts_are_not_others(self):
        self.enter("0428.759.497")
        self.make_debtor("Ann", parent_id=self.debtor.id, is_company=False)
        old = self.make_debtor("Old", company_registry="0428759497")
        old.active = False
        self.assertFalse(self.same())

    def test_nobody_of_them_owes(self):
        for name in ("One", "Two"):
            self.make_debtor(name, company_registry="0403170701")
        rows = self.env["collection.duplicate"].with_user(self.collector).search([])
        self.assertFalse(rows.filtered(lambda row: row.partner_id.name in ("One", "Two")))

    def test_merged_by_odoo(self):
        other = self.make_debtor("Acme BV", company_registry="0428759497")
        self.make_invoice(other, 70, ON - days(9))
        self.enter("0428.759.497")
        self.enter("0428.759.497", partner=other)
        rows = self.env["collection.duplicate"].with_user(self.collector)
        row = rows.search([("partner_id", "=", other.id)])
        with self.assertRaisesRegex(UserError, "may not merge"):
            row.action_merge()
        action = row.sudo().action_merge()
        self.assertEqual(set(action["context"]["active_ids"]), {self.debtor.id, other.id})
        wizard = self.env["base.partner.merge.automatic.wizard"].with_context(**action["context"])
        wizard.create({"dst_partner_id": self.debtor.id}).action_merge()
        self.assertFalse(other.exists())
        self.assertEqual(self.debtor.collection_identifier_ids.mapped("number"), ["0428759497"])
        self.assertFalse(self.same())

    def test_many_cases_cost_no_more_queries_than_one(self):
        cases = self.case
        for index in range(3):
            self.make_debtor(f"Twin {index}", company_registry=f"55500{index}")
            cases += self.make_case(f"Debtor {index}", company_registry=f"55500{index}")
        cases = cases.with_user(self.collector)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("partner_id.name")
            before = self.env.cr.sql_log_count
            some.mapped("same_ids.name")
            return self.env.cr.sql_log_count - before

        count(cases[:2])
        self.assertEqual(count(cases[1:2]), count(cases[1:]))

    def test_readers_do_not_see_them(self):
        self.enter("0428.759.497")
        for model in ("collection.identifier", "collection.duplicate"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.reader).search([])
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.reader).read(["collection_identifier_ids"])

    def test_the_other_companys_debtors_are_hidden(self):
        self.debtor.company_id = self.company
        entered = self.enter("0428.759.497")
        stranger = self.make_user("collector", self.make_company("Southwind Traders"))
        Identifier = self.env["collection.identifier"].with_user(stranger)
        Identifier = Identifier.with_context(allowed_company_ids=None)
        self.assertFalse(Identifier.search([("id", "=", entered.id)]))
