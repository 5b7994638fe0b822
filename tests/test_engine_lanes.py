"""Parallel lanes are a setting: as many scheduled jobs as it says, all doing the same work."""

from odoo.exceptions import ValidationError

from .common import CollectionsCase


class TestLanes(CollectionsCase):
    def lanes(self):
        return self.engine._get_lanes().filtered("active")

    def test_two_lanes_to_begin_with_as_odoo_has_two_cron_threads(self):
        main = self.env.ref("collections_followup.ir_cron_follow_up")
        second = self.env.ref("collections_followup.ir_cron_follow_up_2")
        self.assertEqual(self.lanes(), main + second)
        self.assertEqual(
            self.lanes().mapped("code"), ["model._cron_run()", "model._cron_run(lane=2)"]
        )

    def test_a_run_that_is_asked_for_wakes_all_lanes(self):
        supervisor = self.make_user("supervisor")
        before = self.env["ir.cron.trigger"].search([])
        self.env["collection.run"].with_user(supervisor).action_run_now()
        woken = (self.env["ir.cron.trigger"].search([]) - before).cron_id
        self.assertEqual(woken, self.lanes())

    def test_released_contacts_are_made_by_two_jobs(self):
        before = self.env["ir.cron.trigger"].search([])
        self.engine._wake_release()
        woken = (self.env["ir.cron.trigger"].search([]) - before).cron_id
        self.assertEqual(set(woken.mapped("code")), {"model._cron_release()"})
        self.assertEqual(len(woken), 2)
        woken[1].active = False
        before = self.env["ir.cron.trigger"].search([])
        self.engine._wake_release()
        self.assertEqual((self.env["ir.cron.trigger"].search([]) - before).cron_id, woken[0])

    def test_more_fewer_and_more_again(self):
        self.engine._set_lanes(3)
        three = self.lanes()
        self.assertEqual(len(three), 3)
        self.assertEqual(
            three.mapped("code"),
            ["model._cron_run()", "model._cron_run(lane=2)", "model._cron_run(lane=3)"],
        )
        self.engine._set_lanes(1)
        self.assertEqual(self.lanes(), three[0])
        self.engine._set_lanes(2)
        self.assertEqual(self.lanes(), three[:2])

    def test_the_main_job_is_never_switched_on_or_off_by_the_setting(self):
        main = self.env.ref("collections_followup.ir_cron_follow_up")
        main.active = False
        self.engine._set_lanes(2)
        self.assertFalse(self.engine._get_lanes().filtered("active"))

    def test_the_settings_screen_reads_and_writes_them(self):
        Settings = self.env["res.config.settings"]
        Settings.create({"collection_lanes": 4}).execute()
        self.assertEqual(len(self.lanes()), 4)
        self.assertEqual(Settings.create({}).collection_lanes, 4)

    def test_an_absurd_number_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "between 1 and 16"):
            self.env["res.config.settings"].create({"collection_lanes": 17})
