"""What the addon adds to the work of people who collect nothing: next to nothing."""

from unittest.mock import patch

from .common import ON, CollectionsCase, days

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

    def _post(self, partner):
        """Statements that mention our tables while an invoice is posted and committed."""
        move = self.make_invoice(partner, 10, ON - days(20), post=False)
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        statements = []
        cursor = type(self.env.cr)
        execute = cursor.execute

        def record(cr, query, params=None, log_exceptions=True):
            statements.append(getattr(query, "code", query))
            return execute(cr, query, params, log_exceptions)

        with patch.object(cursor, "execute", record):
            move.action_post()
            self.env.cr.flush()
        return [text for text in statements if "collection_case" in text or "d.commercial" in text]

    def test_posting_for_somebody_without_a_case_asks_once_whether_there_is_one(self):
        self.assertEqual(len(self._post(self.stranger)), 1)

    def test_posting_for_a_debtor_reads_the_case_and_the_items_and_writes_what_changed(self):
        self.assertEqual(len(self._post(self.debtor)), 3)

    def test_columns_of_ours_are_not_read_with_the_records_of_others(self):
        for name in ("res.company", "res.partner", "res.users", "account.move", "account.payment"):
            for field in self.env[name]._fields.values():
                if field.name.startswith("collection_") and field.column_type and field.store:
                    expected = True if field.name in MARKS else "collections"
                    with self.subTest(field=str(field)):
                        self.assertEqual(field.prefetch, expected)
