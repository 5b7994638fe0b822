"""Two workers at once, in processes of their own: everything is done once."""

from odoo.tests import BaseCase, tagged

from .books import fill_books
from .scratch import Nursery, environment, scratch_database

DEBTORS = 60
LANE = "env['collection.engine']._cron_run(lane={})"
#: A bookkeeper's requests, tried again by Odoo when another transaction was faster.
EXCLUDE = """
from odoo.service.model import retrying
moves = env['account.move'].search([('move_type', '=', 'out_invoice'), ('state', '=', 'posted')])
for move in moves[:30]:
    retrying(lambda: move.line_ids.write({'no_followup': True}), env)
"""


@tagged("post_install", "-at_install")
class TestWorkersAtOnce(BaseCase):
    def test_lanes_share_the_work_and_do_nothing_twice(self):
        with scratch_database("lanes") as database:
            with environment(database) as env:
                company = fill_books(env, DEBTORS)
                env["ir.config_parameter"].set_param("collections_followup.chunk_size", 5)
            self._run(database, *(LANE.format(lane) for lane in (1, 2, 3)))
            with environment(database) as env:
                self._check(env, company.id)
                # A lane that comes late finds nothing left to do.
                env["collection.engine"]._cron_run(lane=2)
                self._check(env, company.id)

    def test_books_that_change_under_the_run(self):
        """Somebody excludes invoices while the run is at work: nobody fails, and figures agree."""
        with scratch_database("busy") as database:
            with environment(database) as env:
                company = fill_books(env, DEBTORS)
                env["ir.config_parameter"].set_param("collections_followup.chunk_size", 5)
            self._run(database, LANE.format(1), EXCLUDE)
            with environment(database) as env:
                cases = env["collection.case"].search([("company_id", "=", company.id)])
                stored = cases.mapped("amount_overdue")
                self.assertFalse(env["collection.case"]._refresh(companies=cases.company_id))
                self.assertEqual(stored.count(0), 30)
                logs = env["collection.contact.log"].search([("company_id", "=", company.id)])
                self.assertEqual(len(logs), len(logs.case_id))
                self.assertFalse(cases.filtered("error_text"))

    def _run(self, database, *commands):
        with Nursery(database) as nursery:
            nursery.finish(*[nursery.start(command) for command in commands])

    def _check(self, env, company_id):
        logs = env["collection.contact.log"].search([("company_id", "=", company_id)])
        self.assertEqual(len(logs), DEBTORS)
        self.assertEqual(len(logs.case_id), DEBTORS)
        self.assertEqual(set(logs.mapped("state")), {"sent"})
        self.assertEqual(len(logs.message_id), DEBTORS)
        mails = env["mail.mail"].search([("mail_message_id", "in", logs.message_id.ids)])
        self.assertEqual(len(mails), DEBTORS)
        cases = env["collection.case"].search([("company_id", "=", company_id)])
        self.assertEqual(len(cases), DEBTORS)
        runs = env["collection.run"].search([("company_id", "=", company_id)])
        self.assertEqual(runs.mapped("state"), ["done"])
        self.assertEqual(runs.case_count, DEBTORS)
