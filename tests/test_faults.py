"""What goes wrong at night: connections cut, mail server slow or refusing, PDF engine missing, disk
full, midnight, two people at once. Each is made to happen and counted: nothing lost, nothing double.

A killed process is in ``test_kill``, a failing debtor in ``test_engine_errors``; lock dates are tried
with each entry that is posted; a text in use cannot be deleted (``test_channel_email``).
"""

import random
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import sql_db
from odoo.tests import BaseCase, tagged

from .books import fill_books
from .scratch import MailServer, Nursery, environment, scratch_database

DEBTORS = 40
CUTS = 15
RUN = "env['collection.engine']._cron_run()"
NEXT_DAY = """
from odoo import fields
env['collection.engine']._run(fields.Date.add(fields.Date.today(), days=1))
"""
QUEUE = "env['mail.mail'].with_context(lang=None).process_email_queue()"
RELEASE = """
env = env(user=env['res.users'].search([('login', '=', 'fault_supervisor')]).id)
run = env['collection.run'].search([('company_id', '=', {company}), ('state', '!=', 'done')])
if run:
    run.action_release()
env.cr.commit()
env(user=1)['collection.engine']._cron_release()
"""
PRINT = """
from odoo.exceptions import UserError
try:
    env['collection.run'].search([('company_id', '=', {company})]).action_print_letters()
except (UserError, OSError) as error:
    cr.rollback()
    env['ir.config_parameter'].set_param('fault', type(error).__name__ + ' ' + str(error))
"""
#: No file larger than this can be written, by Odoo and by the PDF engine: as on a full disk.
FULL = """
import resource
from odoo.addons.base.models.ir_actions_report import _wkhtml
_wkhtml()
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
"""
#: The folder of attachments cannot be written to.
NO_FILESTORE = """
import shutil
from odoo.tools import config
folder = config.filestore(cr.dbname)
shutil.rmtree(folder, ignore_errors=True)
open(folder, "w").close()
"""
DISK_MENDED = """
import os
from odoo.tools import config
os.unlink(config.filestore(cr.dbname))
"""
#: In a process of its own: where tests share out databases, their filestore is another's.
READ = """
pdf = env['ir.attachment'].search([('res_model', '=', 'collection.run')])
env['ir.config_parameter'].set_param('read', str(pdf.raw[:4]))
"""
WITHOUT_ENGINE = "import os; os.environ['PATH'] = '/nowhere'"
LATE_EVENING = """
import datetime, freezegun
from odoo.addons.collections_followup.models import collection_engine_claim
collection_engine_claim.DELIVERY_CHUNK = 10
with freezegun.freeze_time(datetime.datetime.fromisoformat('{moment}')) as clock:
    engine = type(env['collection.engine'])
    deliver = engine._deliver_chunk
    def over_midnight(self, on, company=None):
        count = deliver(self, on, company)
        clock.tick(datetime.timedelta(seconds=3600))
        return count
    engine._deliver_chunk = over_midnight
    try:
        env['collection.engine'].with_context(tz='Europe/Berlin')._cron_run()
    finally:
        engine._deliver_chunk = deliver
"""


@contextmanager
def books(suffix, count=DEBTORS, mode="automatic", chunk=7):
    """A database with debtors in arrears, and its company."""
    with scratch_database(suffix) as database:
        with environment(database) as env:
            company = fill_books(env, count, mode=mode)
            env["ir.config_parameter"].set_param("collections_followup.chunk_size", chunk)
            env["ir.mail_server"].search([]).active = False
            env["mail.mail"].search([]).unlink()
            company_id = company.id
        yield database, company_id


def use_mail_server(database, port):
    with environment(database) as env:
        env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
        )


def work(database, *commands):
    with Nursery(database) as nursery:
        nursery.finish(nursery.start(*commands))


def _evening_before_change(month):
    """Two seconds before midnight in Berlin, in the next night in which its clocks change."""
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime.now(berlin)
    for year in (now.year, now.year + 1):
        last = datetime(year, month, 31, tzinfo=berlin)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        if sunday > now:
            break
    return (sunday.astimezone(UTC) - timedelta(seconds=2)).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestFaults(BaseCase):
    def _logs(self, env, company_id):
        return env["collection.contact.log"].search([("company_id", "=", company_id)])

    def _everybody_once(self, server):
        expected = {f"debtor{i}@debtor.example": 1 for i in range(DEBTORS)}
        self.assertEqual(dict(server.count()), expected)

    def test_database_restarted_again_and_again(self):
        """All connections to the database are cut, as a restart of the server cuts them."""
        chance = random.Random(20261122)
        with MailServer() as server, books("restart") as (database, company_id):
            use_mail_server(database, server.port)
            with Nursery(database) as nursery:
                for _cut in range(CUTS):
                    worker = nursery.start(RUN, QUEUE)
                    time.sleep(chance.uniform(0.05, 0.9))
                    self._cut_connections(database)
                    nursery.wait_for(worker)
                nursery.finish(nursery.start(RUN, QUEUE))
            self._everybody_once(server)
            with environment(database) as env:
                logs = self._logs(env, company_id)
                self.assertEqual((len(logs), len(logs.case_id)), (DEBTORS, DEBTORS))
                self.assertEqual(set(logs.mapped("state")), {"done"})
                self.assertFalse(env["mail.mail"].search([("state", "=", "exception")]))

    def _cut_connections(self, database):
        with sql_db.db_connect("postgres").cursor() as cr:
            cr.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )

    def test_mail_server_down_then_slow(self):
        """Nothing is known against the addresses: the next run withdraws what no server took, and
        writes anew, with the balances of its own day."""
        with books("down") as (database, company_id):
            with environment(database) as env:
                env["ir.mail_server"].create(
                    {"name": "Down", "smtp_host": "127.0.0.1", "smtp_port": 9}
                )
            work(database, RUN, QUEUE)
            with environment(database) as env:
                logs = self._logs(env, company_id)
                self.assertEqual(len(logs), DEBTORS)
                self.assertEqual(set(logs.mapped("state")), {"failed"})
                self.assertEqual(set(logs.mapped("block_code")), {"not_sent"})
                self.assertFalse(any(env["collection.item"].search([]).mapped("reached_on")))
                env["ir.mail_server"].search([]).unlink()
            with MailServer(delay=0.02) as server:
                use_mail_server(database, server.port)
                work(database, NEXT_DAY, QUEUE, NEXT_DAY, QUEUE)
                self._everybody_once(server)
            with environment(database) as env:
                logs = self._logs(env, company_id)
                self.assertEqual(logs[DEBTORS:].mapped("block_code"), ["no_mail_server"] * DEBTORS)
                self.assertEqual(logs[:DEBTORS].mapped("state"), ["done"] * DEBTORS)
                self.assertFalse(logs.case_id.activity_ids, "nobody need be asked")

    def test_mail_server_refuses_half_of_the_addresses(self):
        def refuses(recipient):
            return int("".join(filter(str.isdigit, recipient))) % 2 == 1

        with MailServer(refuses) as server, books("half") as (database, company_id):
            use_mail_server(database, server.port)
            work(database, RUN, QUEUE, RUN, QUEUE)
            self.assertEqual(len(server.count()), DEBTORS // 2)
            self.assertEqual(set(server.count().values()), {1})
            with environment(database) as env:
                logs = self._logs(env, company_id)
                self.assertEqual(len(logs), DEBTORS)
                states = logs.mapped("state")
                self.assertEqual(states.count("done"), DEBTORS // 2)
                self.assertEqual(states.count("failed"), DEBTORS // 2)
                failed = logs.filtered(lambda log: log.state == "failed")
                self.assertTrue(all(failed.mapped("block_code")))
                # The stage has no other channel: a person is asked, once for each debtor.
                work(database, RUN)
                env.invalidate_all()
                cases = failed.case_id
                self.assertEqual(len(cases.activity_ids), len(cases))

    def test_letters_without_an_engine_and_on_a_full_disk(self):
        with books("paper", count=4) as (database, company_id):
            with environment(database) as env:
                stage = env["res.company"].browse(company_id).collection_policy_id.stage_ids
                stage.action_ids.channel = "letter"
                debtors = env["res.partner"].search([("name", "=like", "Debtor %")])
                debtors.write({"street": "Main Street 1", "city": "Ghent"})
            work(database, RUN)
            for fault, word in (
                (WITHOUT_ENGINE, "wkhtmltopdf is missing"),
                (FULL, "rror"),
                (NO_FILESTORE, "NotADirectoryError"),
            ):
                with self.subTest(fault=word):
                    forget = "env['ir.config_parameter'].set_param('fault', False)"
                    work(database, forget, fault + PRINT.format(company=company_id))
                    with environment(database) as env:
                        fault_text = (
                            env["ir.config_parameter"].search([("key", "=", "fault")]).value
                        )
                        self.assertIn(word, fault_text or "")
                        logs = self._logs(env, company_id)
                        self.assertEqual(logs.mapped("printed_on"), [False] * 4)
                        self.assertFalse(self._pdfs(env))
            work(database, DISK_MENDED, PRINT.format(company=company_id), READ)
            with environment(database) as env:
                self.assertTrue(all(self._logs(env, company_id).mapped("printed_on")))
                read = env["ir.config_parameter"].search([("key", "=", "read")]).value
                self.assertEqual(read, "b'%PDF'")

    def _pdfs(self, env):
        return env["ir.attachment"].search([("res_model", "=", "collection.run")])

    def test_work_that_goes_on_over_midnight(self):
        """In the nights in which the clocks change; an hour passes after each chunk of contacts."""
        for month in (3, 10):
            with self.subTest(month=month), books("midnight") as (database, company_id):
                work(database, LATE_EVENING.format(moment=_evening_before_change(month)))
                with environment(database) as env:
                    logs = self._logs(env, company_id)
                    self.assertEqual((len(logs), len(logs.case_id)), (DEBTORS, DEBTORS))
                    self.assertEqual(set(logs.mapped("state")), {"sent"})
                    run = env["collection.run"].search([("company_id", "=", company_id)])
                    self.assertEqual(len(run), 1)

    def test_two_supervisors_release_the_same_run(self):
        with MailServer() as server, books("twice", mode="review") as (database, company_id):
            use_mail_server(database, server.port)
            with environment(database) as env:
                env["res.users"].create(
                    {
                        "name": "Supervisor",
                        "login": "fault_supervisor",
                        "group_ids": [
                            (4, env.ref("collections_followup.group_supervisor").id),
                        ],
                        "company_ids": [(4, company_id)],
                        "company_id": company_id,
                    }
                )
            work(database, RUN)
            with Nursery(database) as nursery:
                release = RELEASE.format(company=company_id)
                pids = [nursery.start(release), nursery.start(release)]
                for pid in pids:
                    nursery.wait_for(pid)
                nursery.finish(nursery.start("env['collection.engine']._cron_release()", QUEUE))
            self._everybody_once(server)
            with environment(database) as env:
                logs = self._logs(env, company_id)
                self.assertEqual(len(logs), DEBTORS)
                self.assertEqual(set(logs.mapped("state")), {"done"})
