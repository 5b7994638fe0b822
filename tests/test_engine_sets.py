"""Work in sets: the number of queries does not grow with the number of debtors, what did not
change is not written, and a dry run writes nothing at all."""

from odoo import Command

from .common import ON, CollectionsCase, days

TABLES = (
    "collection_case",
    "collection_item",
    "collection_contact_log",
    "collection_contact_log_line_rel",
    "collection_run",
    "account_move_line",
    "mail_mail",
    "mail_message",
    "mail_activity",
)


class TestSets(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 5, "email"), ("Notice", 20, "letter"))

    def _make_debtors(self, count):
        debtors = self.env["res.partner"].create(
            [
                {"name": f"D{i}", "email": f"d{i}@debtor.example", "is_company": True}
                for i in range(count)
            ]
        )
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": ON - days(40),
                    "invoice_date_due": ON - days(10),
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": 10, "tax_ids": False})
                    ],
                }
                for debtor in debtors
            ]
        )
        moves.action_post()
        self.env.cr.flush()
        return debtors

    def _count_queries(self, count):
        self._make_debtors(count)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        summary = self.engine._run(ON, companies=self.company)
        self.assertEqual(summary["cases"], count)
        return self.cr.sql_log_count - before

    def _versions(self):
        """Physical versions of the rows: a row that was written, even alike, has another one."""
        rows = {}
        for table in TABLES:
            self.env.cr.execute(f"SELECT ctid::text FROM {table} ORDER BY 1")
            rows[table] = self.env.cr.fetchall()
        return rows

    def test_queries_do_not_grow_with_the_debtors(self):
        self._count_queries(1)  # fills the caches of the registry, makes the run of the day
        few = self._count_queries(5)
        many = self._count_queries(60)
        self.assertLessEqual(many, few)

    def test_second_run_of_the_day_writes_nothing(self):
        self._make_debtors(3)
        self.follow_up()
        before = self._versions()
        summary = self.follow_up()
        self.assertEqual(summary["cases"], 0)
        after = self._versions()
        del before["collection_run"], after["collection_run"]  # counts cases anew
        self.assertEqual(after, before)

    def test_refresh_writes_only_what_differs(self):
        debtors = self._make_debtors(3)
        self.follow_up()
        self.assertFalse(self.env["collection.case"]._refresh(on=ON))
        self.make_invoice(debtors[1], 5, ON - days(1))
        # The figures have followed within the same transaction already.
        self.assertEqual(self.case_of(debtors[1]).amount_open, 15)
        self.assertFalse(self.env["collection.case"]._refresh(on=ON))

    def test_dry_run_writes_nothing_and_says_what_would_happen(self):
        debtors = self._make_debtors(2)
        debtors[1].email = False
        self.env.cr.flush()
        before = self._versions()
        promised = self.follow_up(dry_run=True)
        self.assertEqual(self._versions(), before)
        self.assertEqual(
            sorted((c["debtor"], c["state"], c["code"]) for c in promised["contacts"]),
            [("D0", "planned", None), ("D1", "blocked", "no_email")],
        )
        self.assertEqual(promised["contacts"][0]["amount"], 10)
        done = self.follow_up()
        for counter in ("cases", "errors", "stages", "actions", "blocked"):
            self.assertEqual(promised[counter], done[counter], counter)

    def test_dry_run_of_automatic_mode_queues_no_mail(self):
        self.env["collection.policy"].search([]).mode = "automatic"
        self._make_debtors(2)
        before = self._versions()
        self.follow_up(dry_run=True)
        self.assertEqual(self._versions(), before)

    def test_chunks_change_nothing_but_the_pace(self):
        self.env["ir.config_parameter"].sudo().set_param("collections_followup.chunk_size", 2)
        self._make_debtors(5)
        self.assertEqual(self.follow_up()["actions"], {"Reminder/email": 5})
