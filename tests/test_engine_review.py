"""From proposal to contact: review, release, truth at send time, delivery, and the next step."""

from odoo.exceptions import UserError

from .common import ON, CollectionsCase, days


class Delivering(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(
            ("Reminder", 5, "email", {"channel": "letter", "fallback": True}),
            ("Notice", 20, "letter"),
        )
        cls.supervisor = cls.make_user("supervisor")
        cls.debtor = cls.make_debtor("Acme")
        cls.invoice = cls.make_invoice(cls.debtor, 100, ON - days(6))

    def go(self, on=ON):
        """Today's proposals, all of them released and made."""
        self.follow_up(on)
        self.release(self.run_of(on), self.supervisor, on=on)
        return self.contacts(self.debtor)[-1:]


class TestReview(Delivering):
    def test_installing_on_existing_books_sends_nothing(self):
        """The shipped policy is in review mode, and a run in review mode only proposes."""
        shipped = self.env.ref("collections_followup.policy_standard")
        self.assertEqual(shipped.mode, "review")
        mails = self.env["mail.mail"].search_count([])
        self.follow_up()
        self.assertEqual(self.run_of().state, "review")
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))
        self.make_released()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))

    def test_automatic_mode_queues_the_mail_by_itself(self):
        self.policy.mode = "automatic"
        self.follow_up()
        log = self.contacts(self.debtor)
        self.assertEqual(log.state, "sent")
        self.assertEqual(self.run_of().state, "done")
        mail = self.env["mail.mail"].search([("mail_message_id", "=", log.message_id.id)])
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.debtor)
        self.assertIn("100", mail.body_html)

    def test_release_all(self):
        log = self.go()
        self.assertEqual((log.state, log.run_id.state), ("sent", "done"))
        self.assertEqual(log.run_id.user_id, self.supervisor)

    def test_release_some_leaves_the_others_waiting(self):
        other = self.make_debtor("Other")
        self.make_invoice(other, 50, ON - days(6))
        self.follow_up()
        run = self.run_of()
        self.release(run, self.supervisor, self.contacts(self.debtor))
        self.assertContacts(self.debtor, ("Reminder", "email", "sent"))
        self.assertContacts(other, ("Reminder", "email", "planned"))
        self.assertEqual(run.state, "review")

    def test_release_none_is_proposed_again_by_the_next_run(self):
        self.follow_up()
        self.run_of().with_user(self.supervisor).action_release_none()
        self.assertEqual(self.run_of().state, "done")
        self.follow_up(ON + days(1))
        self.assertContacts(
            self.debtor, ("Reminder", "email", "not_released"), ("Reminder", "email", "planned")
        )

    def test_cancelled_contact_is_proposed_again_by_the_next_run(self):
        self.follow_up()
        self.contacts(self.debtor).with_user(self.supervisor).action_cancel()
        self.follow_up(ON + days(1))
        self.assertEqual(self.contacts(self.debtor).mapped("state"), ["cancelled", "planned"])

    def test_proposals_nobody_released_are_replaced_the_next_day(self):
        self.follow_up()
        self.follow_up(ON + days(1))
        self.assertContacts(
            self.debtor, ("Reminder", "email", "superseded"), ("Reminder", "email", "planned")
        )
        self.assertEqual(self.run_of().state, "expired")
        self.assertEqual(self.run_of(ON + days(1)).state, "review")

    def test_a_finished_run_cannot_be_released_again(self):
        self.go()
        with self.assertRaisesRegex(UserError, "not waiting for release"):
            self.run_of().with_user(self.supervisor).action_release()


class TestTruthAtSendTime(Delivering):
    def test_paid_between_planning_and_release(self):
        self.follow_up()
        self.pay(self.invoice)
        mails = self.env["mail.mail"].search_count([])
        self.release(self.run_of(), self.supervisor)
        self.assertContacts(self.debtor, ("Reminder", "email", "paid"))
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_credit_note_between_planning_and_release(self):
        self.follow_up()
        self.make_credit_note(self.debtor, 100)
        self.release(self.run_of(), self.supervisor)
        self.assertContacts(self.debtor, ("Reminder", "email", "covered_by_credits"))

    def test_excluded_between_planning_and_release(self):
        self.follow_up()
        self.invoice.no_followup = True
        self.env.cr.flush()
        self.release(self.run_of(), self.supervisor)
        self.assertContacts(self.debtor, ("Reminder", "email", "no_followup"))

    def test_partly_paid_asks_for_the_rest(self):
        second = self.make_invoice(self.debtor, 50, ON - days(7))
        self.follow_up()
        self.assertEqual(self.contacts(self.debtor).amount, 150)
        self.pay(self.invoice)
        self.pay(second, 20)
        self.release(self.run_of(), self.supervisor)
        log = self.contacts(self.debtor)
        self.assertEqual((log.state, log.amount), ("sent", 30))
        self.assertEqual(log.move_line_ids, self.receivable(second))

    def test_notice_lists_all_it_asks_for(self):
        """An old invoice posted between planning and release is in the amount and on the list."""
        self.follow_up()
        late = self.make_invoice(self.debtor, 40, ON - days(3))
        self.release(self.run_of(), self.supervisor)
        log = self.contacts(self.debtor)
        self.assertEqual(log.amount, 140)
        self.assertEqual(log.move_line_ids, self.receivable(self.invoice + late))

    def test_address_gone_between_planning_and_release(self):
        self.follow_up()
        self.debtor.email = False
        self.release(self.run_of(), self.supervisor)
        self.assertContacts(self.debtor, ("Reminder", "email", "no_email"))

    def test_address_changed_between_planning_and_release(self):
        self.follow_up()
        self.debtor.email = "new@debtor.example"
        self.release(self.run_of(), self.supervisor)
        self.assertEqual(self.contacts(self.debtor).address, "new@debtor.example")

    def test_blacklisted_between_planning_and_release(self):
        self.follow_up()
        self.env["mail.blacklist"]._add(self.debtor.email)
        self.release(self.run_of(), self.supervisor)
        self.assertContacts(self.debtor, ("Reminder", "email", "blacklisted_email"))

    def test_refused_at_the_last_moment_is_looked_at_by_the_next_run(self):
        self.policy.stage_ids.action_ids.filtered("fallback").active = False
        self.follow_up()
        self.debtor.email = False
        self.release(self.run_of(), self.supervisor)
        self.debtor.email = "back@debtor.example"
        self.follow_up(ON + days(1))
        self.assertEqual(self.contacts(self.debtor).mapped("state"), ["blocked", "planned"])

    def test_contact_made_a_day_later_counts_from_that_day(self):
        self.follow_up()
        self.release(self.run_of(), self.supervisor, on=ON + days(1))
        self.assertEqual(self.contacts(self.debtor).date, ON + days(1))


class TestDelivery(Delivering):
    def test_only_a_delivered_step_advances(self):
        self.go()
        self.follow_up(ON + days(30))
        self.assertStage(self.debtor, "Reminder")
        self.assertReason(self.debtor, "awaiting_delivery")

    def test_delivered_step_leads_to_the_next_in_time(self):
        log = self.go()
        self.arrive(log)
        self.assertEqual(log.state, "done")
        self.follow_up(ON + days(6))
        self.assertStage(self.debtor, "Reminder")
        self.follow_up(ON + days(14))
        self.assertStage(self.debtor, "Notice")
        self.assertContacts(
            self.debtor, ("Reminder", "email", "done"), ("Notice", "letter", "planned")
        )

    def test_bounced_is_not_reached_and_another_channel_is_tried(self):
        log = self.go()
        self.bounce(log)
        self.assertEqual((log.state, log.block_code), ("failed", "bounced"))
        self.follow_up(ON + days(1))
        self.assertContacts(
            self.debtor, ("Reminder", "email", "bounced"), ("Reminder", "letter", "planned")
        )
        self.assertStage(self.debtor, "Reminder")

    def test_bounce_after_acceptance_takes_the_step_back(self):
        log = self.go()
        self.arrive(log)
        item = self.case_of(self.debtor).item_ids
        self.assertEqual(item.reached_on, ON)
        self.bounce(log)
        self.assertFalse(item.reached_on)
        self.follow_up(ON + days(20))
        self.assertStage(self.debtor, "Reminder")

    def test_when_every_channel_failed_a_person_gets_one_activity(self):
        self.bounce(self.go())
        letter = self.go(ON + days(1))
        letter.with_user(self.supervisor).action_mark_failed()
        unreachable = self.env.ref("collections_followup.activity_type_unreachable")
        for day in range(2, 5):
            self.follow_up(ON + days(day))
        activities = self.case_of(self.debtor).activity_ids
        self.assertEqual(activities.activity_type_id, unreachable)
        self.assertEqual(len(activities), 1)

    def test_letter_arrives_when_a_person_says_it_was_posted(self):
        self.make_policy(("Reminder", 5, "letter"), ("Notice", 6, "letter"))
        log = self.go()
        self.assertEqual(log.state, "sent")
        log.with_user(self.supervisor).action_mark_arrived()
        self.assertEqual(self.case_of(self.debtor).item_ids.reached_on, ON)
        self.follow_up(ON + days(1))
        self.assertStage(self.debtor, "Notice")

    def test_nobody_can_say_that_a_proposal_has_arrived(self):
        self.follow_up()
        self.contacts(self.debtor).with_user(self.supervisor).action_mark_arrived()
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))
        self.assertFalse(self.case_of(self.debtor).item_ids.reached_on)

    def test_call_is_an_activity_and_its_end_an_arrival(self):
        self.make_policy(("Call", 5, "call"))
        self.debtor.phone = "+1 202 555 0100"
        log = self.go()
        self.assertTrue(log.activity_id.active)
        log.activity_id.with_user(log.activity_id.user_id).action_feedback(feedback="Will pay")
        self.assertEqual((log.state, log.note), ("done", "Will pay"))

    def test_dropped_call_is_a_failure_with_a_sentence(self):
        self.make_policy(("Call", 5, "call"))
        self.debtor.phone = "+1 202 555 0100"
        log = self.go()
        log.activity_id.unlink()
        self.assertEqual((log.state, log.block_code), ("failed", "not_called"))
        self.assertNotEqual(log.block_reason, "not_called")

    def test_sms_that_the_gateway_refuses_has_failed(self):
        self.make_policy(("Text", 5, "sms"))
        self.debtor.write({"phone": "+1 202 555 0100", "country_id": self.env.ref("base.us").id})
        log = self.go()
        self.assertEqual(log.state, "sent", log.block_reason)
        self._report(log, "exception")
        self.assertEqual((log.state, log.block_code), ("failed", "not_sent"))

    def test_paid_case_closes_and_a_new_debt_opens_a_new_one(self):
        self.arrive(self.go())
        old = self.case_of(self.debtor)
        self.pay(self.invoice)
        self.follow_up(ON + days(1))
        self.assertEqual((old.state, old.amount_open), ("closed", 0))
        self.assertFalse(old.stage_id)
        self.assertFalse(old.item_ids)
        self.make_invoice(self.debtor, 10, ON - days(5))
        self.follow_up(ON + days(2))
        self.assertNotEqual(self.case_of(self.debtor), old)
        self.assertStage(self.debtor, "Reminder")

    def test_a_second_step_never_goes_out_on_the_same_day(self):
        """An old invoice found after this morning's notice waits for another day."""
        self.arrive(self.go())
        self.make_invoice(self.debtor, 40, ON - days(300))
        self.follow_up()
        self.assertEqual(len(self.contacts(self.debtor)), 1)
        self.follow_up(ON + days(1))
        self.assertEqual(len(self.contacts(self.debtor)), 2)
