"""What the addon adds to the work of people who collect nothing: next to nothing."""

import re
from unittest.mock import patch

from odoo import Command
from odoo.fields import Field
from odoo.tests import new_test_user

from .common import ON, CollectionsCase, days

#: A table of ours, not a column.
OURS = re.compile(r'(FROM|JOIN|UPDATE|INTO)\s+"?collection_')

#: Documents are marked on a column of theirs, which must be read with the document.
MARKS = {"collection_has_charges", "collection_settles_dispute"}


class TestLight(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 5, "email"))
        cls.debtor = cls.make_debtor("Acme")
        cls.stranger = cls.make_debtor("Stranger")
        cls.make_invoice(cls.debtor, 10, ON - days(20))
        cls.engine._run(ON, companies=cls.company)

    def _watch(self, step):
        """Statements that read or write tables of ours during a step and its commit."""
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        statements = []
        cursor = type(self.env.cr)
        execute = cursor.execute

        def record(cr, query, params=None, log_exceptions=True):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, params, log_exceptions)

        with patch.object(cursor, "execute", record):
            step()
            self.env.cr.flush()
        return [text for text in statements if OURS.search(text) or "d.commercial" in text]

    def _post(self, partner):
        move = self.make_invoice(partner, 10, ON - days(20), post=False)
        return self._watch(move.action_post)

    def _pay(self, partner):
        move = self.make_invoice(partner, 10, ON - days(20))
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return self._watch(lambda: wizard.create({}).action_create_payments())

    def _reconcile(self, partner):
        invoice = self.make_invoice(partner, 10, ON - days(20))
        credit = self.make_invoice(partner, 10, ON - days(20), move_type="out_refund")
        lines = (invoice | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        return self._watch(lambda: lines.browse(lines.ids).reconcile())

    def test_work_for_somebody_without_a_case_asks_once_whether_there_is_one(self):
        for step in (self._post, self._pay, self._reconcile):
            with self.subTest(step=step.__name__):
                self.assertEqual(len(step(self.stranger)), 1)

    def test_work_for_a_debtor_reads_the_case_and_the_items_and_writes_what_changed(self):
        for step, count in ((self._post, 3), (self._pay, 3), (self._reconcile, 3)):
            with self.subTest(step=step.__name__):
                self.assertEqual(len(step(self.debtor)), count)

    def test_writing_a_line_describes_no_field_of_it(self):
        """Odoo describes all fields when none of those written is tracked; that costs milliseconds."""
        invoice = self.make_invoice(self.stranger, 10, ON)
        line = invoice.line_ids[:1].with_context(tracking_disable=False)
        described = []
        describe = Field.get_description

        def watch(field, *args, **kwargs):
            described.append(field.name)
            return describe(field, *args, **kwargs)

        with patch.object(Field, "get_description", watch):
            line.write({"sequence": 7})
        self.assertEqual(described, [])
        self.assertIn("sequence", line.fields_get([]), "asked by anybody else, nothing is left out")

    def test_what_odoo_tracks_on_lines_is_tracked(self):
        move = self.make_invoice(self.stranger, 10, ON)
        move.button_draft()
        before = move.message_ids
        line = move.invoice_line_ids.with_context(tracking_disable=False)
        line.write({"account_id": line.account_id.copy().id})
        self.env.flush_all()
        self.env.cr.flush()
        self.assertTrue((move.message_ids - before).tracking_value_ids)

    def test_what_only_our_people_see_is_not_copied_by_others(self):
        """Odoo reads every field that it copies, as whoever duplicates the record."""
        for model in self.env.values():
            if model._abstract or model._name.startswith("collection."):
                continue
            for field in model._fields.values():
                if field.groups and "collections_followup" in field.groups:
                    with self.subTest(field=str(field)):
                        self.assertFalse(field.copy)

    def test_who_has_no_right_of_ours_duplicates_a_contact(self):
        bookkeeper = new_test_user(
            self.env,
            "copying_bookkeeper",
            groups="account.group_account_invoice,base.group_partner_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.debtor.collection_instruction = "Call the assistant"
        copy = self.debtor.with_user(bookkeeper).copy()
        self.assertEqual(copy.name, "Acme (copy)")
        self.assertFalse(copy.sudo().collection_instruction)

    def test_columns_of_ours_are_not_read_with_the_records_of_others(self):
        for name in ("res.company", "res.partner", "res.users", "account.move", "account.payment"):
            for field in self.env[name]._fields.values():
                if field.name.startswith("collection_") and field.column_type and field.store:
                    expected = True if field.name in MARKS else "collections"
                    with self.subTest(field=str(field)):
                        self.assertEqual(field.prefetch, expected)
