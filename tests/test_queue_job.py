"""The bridge to OCA's job queue: a real server with a real job runner, on a database of its own."""

import os
import socket
import subprocess
import sys
import time

from odoo.tests import BaseCase, tagged

from .books import fill_books
from .scratch import Nursery, connection_options, environment, install, scratch_database

DEBTORS = 40
ODOO = [sys.executable, "-c", "import odoo.cli; odoo.cli.main()"]
BRIDGE = "collections_followup_queue_job"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def surroundings(**more):
    path = os.pathsep.join(folder for folder in sys.path if folder)
    return {**os.environ, "PYTHONPATH": path, **more}


@tagged("post_install", "-at_install")
class TestQueueJob(BaseCase):
    def test_chunks_go_through_the_channels_of_the_queue_and_are_done_once(self):
        with scratch_database("queue") as database:
            self._install(database)
            with environment(database) as env:
                company = fill_books(env, DEBTORS)
                env["ir.config_parameter"].set_param("collections_followup.chunk_size", 5)
            with Nursery(database) as nursery:
                nursery.finish(nursery.start("env['collection.engine']._cron_run()"))
            with environment(database) as env:
                waiting = env["queue.job"].search([("method_name", "=", "_job_decide")])
                self.assertEqual(len(waiting), DEBTORS // 5)
            self._serve_until_done(database)
            self._check(database, company.id)

    def _install(self, database):
        """With the tests that the bridge brings, by Odoo's own runner."""
        done = install(database, BRIDGE, options=["--test-enable", f"--test-tags=/{BRIDGE}"])
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        self.assertRegex(done.stderr, rf"{BRIDGE}: [1-9]\d* tests")

    def _serve_until_done(self, database):
        command = [*ODOO, "server", "-d", database, "--load=base,web,queue_job"]
        command += [f"--http-port={free_port()}", "--http-interface=127.0.0.1"]
        command += ["--max-cron-threads=0", *connection_options()]
        environ = surroundings(ODOO_QUEUE_JOB_CHANNELS="root:4,root.collections:2")
        server = subprocess.Popen(command, env=environ)
        try:
            states = []
            for _second in range(120):
                time.sleep(1)
                with environment(database) as env:
                    jobs = env["queue.job"].search([("model_name", "=", "collection.engine")])
                    states = jobs.mapped("state")
                if set(states) <= {"done", "failed"}:
                    break
            self.assertEqual(set(states), {"done"})
        finally:
            server.kill()
            server.wait()

    def _check(self, database, company_id):
        with environment(database) as env:
            logs = env["collection.contact.log"].search([("company_id", "=", company_id)])
            self.assertEqual(len(logs), DEBTORS)
            self.assertEqual(len(logs.case_id), DEBTORS)
            self.assertEqual(set(logs.mapped("state")), {"sent"})
            run = env["collection.run"].search([("company_id", "=", company_id)])
            self.assertEqual((run.state, run.case_count), ("done", DEBTORS))
            jobs = env["queue.job"].search([("model_name", "=", "collection.engine")])
            self.assertEqual(
                set(jobs.mapped("channel")),
                {"root.collections.decide", "root.collections.make"},
            )
