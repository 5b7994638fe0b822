"""A debtor who prefers a channel is contacted on it first, where the stage has it."""

from odoo.tests import tagged

from .common import ON, CollectionsCase, days


@tagged("post_install", "-at_install")
class TestPreferredChannel(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(
            ("Reminder", 5, "email", {"channel": "letter", "fallback": True}),
            ("Notice", 30, "email", {"channel": "call", "delay_days": 3}),
        )
        cls.debtor = cls.make_debtor("Acme", phone="+1 518 555 0123")

    def prefer(self, channel, **values):
        self.debtor.write({"collection_preferred_channel": channel, **values})

    def test_who_has_no_wish_gets_what_the_stage_does_first(self):
        self.make_invoice(self.debtor, 100, ON - days(6))
        self.follow_up()
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))

    def test_the_preferred_channel_comes_first(self):
        self.prefer("letter")
        self.make_invoice(self.debtor, 100, ON - days(6))
        self.follow_up()
        self.assertContacts(self.debtor, ("Reminder", "letter", "planned"))

    def test_what_cannot_be_reached_leaves_the_other_way(self):
        self.prefer("letter", street=False, zip=False, city=False)
        self.make_invoice(self.debtor, 100, ON - days(6))
        self.follow_up()
        self.follow_up(ON + days(1))
        self.assertContacts(
            self.debtor, ("Reminder", "letter", "no_address"), ("Reminder", "email", "planned")
        )

    def test_a_stage_without_the_channel_stays_as_it_is(self):
        self.prefer("sms")
        self.make_invoice(self.debtor, 100, ON - days(6))
        self.follow_up()
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))

    def test_channels_of_the_same_rank_change_their_days(self):
        self.policy.write({"escalation": "direct", "mode": "automatic"})
        self.prefer("call")
        self.make_invoice(self.debtor, 100, ON - days(40))
        self.follow_up()
        self.assertContacts(self.debtor, ("Notice", "call", "sent"))
        self.follow_up(ON + days(3))
        self.assertContacts(self.debtor, ("Notice", "call", "sent"), ("Notice", "email", "sent"))

    def test_the_explanation_says_so(self):
        self.prefer("letter")
        self.make_invoice(self.debtor, 100, ON - days(6))
        self.engine._open_cases(self.company, ON)
        case = self.case_of(self.debtor).with_user(self.make_user("reader"))
        text = " ".join(case.with_context(collection_on=ON).action_explain())
        self.assertIn("The debtor prefers this way: Letter.", text)
        self.assertIn("Due now: Letter.", text)
