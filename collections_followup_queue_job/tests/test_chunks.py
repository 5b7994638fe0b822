"""Chunks become jobs; what the jobs do is the engine's own work."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestChunks(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engine = cls.env["collection.engine"]
        cls.company = cls.env.company
        cls.on = fields.Date.context_today(cls.engine)
        cls.env["ir.config_parameter"].set_param("collections_followup.chunk_size", 2)
        # Cases of other data would be counted with ours.
        cls.env["collection.case"].search([]).write({"next_review_date": False})
        policy = cls.env["collection.policy"].search([("stage_ids", "!=", False)], limit=1)
        debtors = cls.env["res.partner"].create([{"name": f"Debtor {n}"} for n in range(5)])
        cls.cases = cls.env["collection.case"].create(
            [
                {
                    "partner_id": debtor.id,
                    "company_id": cls.company.id,
                    "policy_id": policy.id,
                    "next_review_date": cls.on,
                }
                for debtor in debtors
            ]
        )
        cls.env["collection.case"]._refresh(debtors, on=cls.on)

    def look_at_none(self):
        self.cases.write({"next_review_date": False})
        self.env.flush_all()

    def jobs(self, method):
        return self.env["queue.job"].search(
            [("model_name", "=", "collection.engine"), ("method_name", "=", method)], order="id"
        )

    def due(self):
        return self.engine.with_company(self.company)._count_due(self.company, self.on)

    def test_each_chunk_is_a_job_and_the_end_waits_for_all_of_them(self):
        self.engine._enqueue_chunks(self.company, self.on)
        decide, finish = self.jobs("_job_decide"), self.jobs("_job_finish")
        self.assertEqual(len(decide), 3, "five cases, two a chunk")
        self.assertEqual(set(decide.mapped("channel")), {"root.collections.decide"})
        self.assertEqual(set(decide.mapped("state")), {"pending"})
        self.assertEqual(finish.state, "wait_dependencies")

    def test_what_waits_already_is_not_put_there_twice(self):
        self.engine._enqueue_chunks(self.company, self.on)
        self.engine._enqueue_chunks(self.company, self.on)
        self.assertEqual(len(self.jobs("_job_decide")), 3)
        self.assertEqual(len(self.jobs("_job_finish")), 1)

    def test_without_cases_the_run_is_finished_all_the_same(self):
        self.look_at_none()
        self.engine._enqueue_chunks(self.company, self.on)
        self.assertFalse(self.jobs("_job_decide"))
        self.assertEqual(self.jobs("_job_finish").state, "pending")

    def test_a_job_decides_one_chunk_and_says_how_many(self):
        self.assertIn("2", self.engine._job_decide(self.company, self.on))
        self.assertEqual(
            self.engine.with_company(self.company)._count_due(self.company, self.on), 3
        )

    def test_a_job_of_yesterday_leaves_the_cases_to_the_next_run(self):
        self.engine._job_decide(self.company, self.on - timedelta(days=1))
        self.assertEqual(
            self.engine.with_company(self.company)._count_due(self.company, self.on), 5
        )

    def test_a_superfluous_job_does_nothing(self):
        self.look_at_none()
        self.assertIn("0", self.engine._job_decide(self.company, self.on))
        self.assertIn("0", self.engine._job_make())

    def test_other_lanes_leave_the_work_to_the_queue(self):
        self.engine._cron_run(lane=2)
        self.assertFalse(self.jobs("_job_decide"))
