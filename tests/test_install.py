"""Upgrading and uninstalling leave the books as they were, and nothing of ours behind."""

import os
import subprocess
import sys
from contextlib import closing

from odoo import sql_db
from odoo.tests import BaseCase, tagged

from .books import fill_books
from .scratch import Nursery, connection_options, environment, scratch_database

MODULE = "collections_followup"
#: Odoo's tables in which the addon has columns, or on which its users' work leaves traces.
BOOKS = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_full_reconcile",
    "account_payment",
    "account_account",
    "account_journal",
    "res_partner",
    "res_company",
)
UNINSTALL = (
    f"env['ir.module.module'].search([('name', '=', '{MODULE}')]).button_immediate_uninstall()"
)
#: What ``migrations/19.0.1.0.0`` removes.
STALE = (
    "SELECT 1 FROM information_schema.columns "
    "WHERE table_name = 'collection_provision' AND column_name = 'state'"
)
#: A day's work: notices sent, an invoice paid, interest invoiced by Odoo's accounting.
WORK = """
env['collection.engine']._cron_run()
moves = env['account.move'].search([('company_id', '=', {company}), ('state', '=', 'posted')])
wizard = env['account.payment.register'].with_context(
    active_model='account.move', active_ids=moves[:2].ids, allowed_company_ids=[{company}]
).create({{'group_payment': False}})
wizard.action_create_payments()
"""


def fetch(database, query, *params):
    with closing(sql_db.db_connect(database).cursor()) as cr:
        cr.execute(query, params)
        return cr.fetchall()


def fingerprint(database):
    """A number for each column of Odoo's own in the books: {(table, column): checksum}."""
    result = {}
    for table in BOOKS:
        columns = fetch(
            database,
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND table_name = %s AND column_name NOT LIKE 'collection%%' "
            "AND column_name NOT IN ('write_date', 'write_uid')",
            table,
        )
        for (column,) in columns:
            ((value,),) = fetch(
                database,
                f"SELECT md5(string_agg(id || ':' || COALESCE({column}::text, ''), ',' ORDER BY id)) "
                f"FROM {table}",
            )
            result[table, column] = value
    return result


@tagged("post_install", "-at_install")
class TestInstall(BaseCase):
    def test_books_stay_as_they_are_and_nothing_of_ours_is_left(self):
        with scratch_database("install") as database:
            with environment(database) as env:
                company = fill_books(env, 6).id
            with Nursery(database) as nursery:
                nursery.finish(nursery.start(WORK.format(company=company)))
            self._go_back(database)
            before = fingerprint(database)
            self.assertGreater(len(before), 200)
            cases = fetch(database, "SELECT count(*), sum(amount_open) FROM collection_case")
            self._update(database)
            self._compare(before, fingerprint(database))
            self.assertEqual(
                fetch(database, "SELECT count(*), sum(amount_open) FROM collection_case"), cases
            )
            self.assertFalse(fetch(database, STALE), "the migration script has run")
            with Nursery(database) as nursery:
                nursery.finish(nursery.start(UNINSTALL))
            self._compare(before, fingerprint(database))
            self._check_nothing_left(database)

    def _go_back(self, database):
        """Make it a database of a version before the first release."""
        with closing(sql_db.db_connect(database).cursor()) as cr:
            cr.execute("ALTER TABLE collection_provision ADD COLUMN state varchar")
            cr.execute(
                "UPDATE ir_module_module SET latest_version = '19.0.0.9.0' WHERE name = %s",
                [MODULE],
            )
            cr.commit()
        self.assertTrue(fetch(database, STALE))

    def _update(self, database):
        command = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()", "server"]
        command += ["-d", database, "-u", MODULE, "--stop-after-init", "--no-http"]
        path = os.pathsep.join(folder for folder in sys.path if folder)
        done = subprocess.run(
            [*command, *connection_options()], env={**os.environ, "PYTHONPATH": path}, check=False
        )
        self.assertEqual(done.returncode, 0)

    def _compare(self, before, after):
        self.assertEqual([key for key in before if before[key] != after.get(key)], [])

    def _check_nothing_left(self, database):
        for what, query in (
            (
                "tables",
                (
                    "SELECT table_name FROM information_schema.tables "
                    "WHERE table_name LIKE 'collection\\_%'"
                ),
            ),
            (
                "columns",
                (
                    "SELECT table_name, column_name FROM information_schema.columns "
                    "WHERE table_schema = 'public' AND column_name LIKE 'collection\\_%'"
                ),
            ),
            ("indexes", "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'collection%'"),
            ("functions", "SELECT proname FROM pg_proc WHERE proname LIKE 'collection%'"),
            ("identifiers", f"SELECT name FROM ir_model_data WHERE module = '{MODULE}'"),
            ("models", "SELECT model FROM ir_model WHERE model LIKE 'collection.%'"),
            ("fields", "SELECT name FROM ir_model_fields WHERE name LIKE 'collection\\_%'"),
            ("jobs", "SELECT cron_name FROM ir_cron WHERE cron_name LIKE 'Collections:%'"),
            ("messages", "SELECT id FROM mail_message WHERE model LIKE 'collection.%'"),
            ("activities", "SELECT id FROM mail_activity WHERE res_model LIKE 'collection.%'"),
            ("files", "SELECT id FROM ir_attachment WHERE res_model LIKE 'collection.%'"),
            ("views", "SELECT id FROM ir_ui_view WHERE model LIKE 'collection.%'"),
            ("parameters", f"SELECT key FROM ir_config_parameter WHERE key LIKE '{MODULE}%'"),
        ):
            with self.subTest(what=what):
                self.assertEqual(fetch(database, query.replace("%", "%%")), [])
