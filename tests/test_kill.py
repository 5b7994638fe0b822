"""The run and the mail queue are killed at random moments, again and again: afterwards nothing is
missing and nothing is double, as the mail server counts it.

A mail that the server had accepted when the process died before it could note that, is handed over
once more after the restart: no sender can know better. The addon makes that moment short (see
``collection.mail.receipt``), and the mail is the same one with the same Message-ID, by which mail
servers recognise and drop it. So messages are counted by it, and transmissions apart: without
receipts most kills among the mails would cost one too many.
"""

import random
import time

from odoo.tests import BaseCase, tagged

from .books import fill_books
from .scratch import MailServer, Nursery, environment, scratch_database

DEBTORS = 120
KILLS = 20
RUN = "env['collection.engine']._cron_run()"
QUEUE = "env['mail.mail'].with_context(lang=None).process_email_queue()"


@tagged("post_install", "-at_install")
class TestKill(BaseCase):
    def test_nothing_is_lost_and_nothing_is_sent_twice(self):
        seed = random.randrange(2**32)
        with MailServer() as server, scratch_database("kill") as database:
            with environment(database) as env:
                company = fill_books(env, DEBTORS).id
                self._prepare(env, server.port)
            with Nursery(database) as nursery:
                kills = self._kill_again_and_again(nursery, server, random.Random(seed))
                self.assertGreaterEqual(kills, KILLS, "The work was done too soon to be killed")
                self.sent_between_kills = len(server.messages)
                nursery.finish(nursery.start(RUN, QUEUE))
            with environment(database) as env:
                self._check(env, company, server, kills, seed)

    def _prepare(self, env, port):
        env["ir.mail_server"].search([]).active = False
        env["mail.mail"].search([]).unlink()
        env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_encryption": "none"}
        )
        env["ir.config_parameter"].set_param("collections_followup.chunk_size", 7)

    def _kill_again_and_again(self, nursery, server, chance):
        """Start the work and kill it at a random moment, until it was interrupted often enough.

        How long a worker may live at most follows the mails that got through, on fast machines
        and slow ones: kills are spread over everything from the first query to the last mail.
        """
        kills = attempts = 0
        life = 0.3
        while kills < KILLS and attempts < 3 * KILLS:
            attempts += 1
            # Every other time mails that wait go first, so that both halves are met at work.
            worker = nursery.start(*((RUN, QUEUE) if attempts % 2 else (QUEUE, RUN)))
            time.sleep(chance.uniform(0, life))
            kills += nursery.kill(worker)
            ahead = len(server.messages) > DEBTORS * kills / (KILLS + 3)
            life = max(0.2, min(8, life * (0.6 if ahead else 1.3)))
        return kills

    def _check(self, env, company, server, kills, seed):
        expected = {f"debtor{i}@debtor.example": 1 for i in range(DEBTORS)}
        self.assertEqual(dict(server.count()), expected, f"seed {seed}")
        self.assertGreater(self.sent_between_kills, 0, "No mail was sent while we killed")
        again = sum(server.transmissions().values()) - DEBTORS
        self.assertLessEqual(again, kills // 3, f"seed {seed}")
        logs = env["collection.contact.log"].search([("company_id", "=", company)])
        self.assertEqual(len(logs), DEBTORS)
        self.assertEqual(len(logs.case_id), DEBTORS)
        self.assertEqual(set(logs.mapped("state")), {"done"})
        items = env["collection.item"].search([("company_id", "=", company)])
        self.assertEqual(len(items), DEBTORS)
        self.assertTrue(all(items.mapped("reached_on")))
        runs = env["collection.run"].search([("company_id", "=", company)])
        self.assertEqual(runs.mapped("state"), ["done"])
        self.assertFalse(env["mail.mail"].search([("state", "in", ("outgoing", "exception"))]))
