"""The case screen: everything a debtor may ask about, on one page, and working with others."""

from odoo.tests import Form, tagged

from .common import ON, days
from .desk import DeskCase


@tagged("post_install", "-at_install")
class TestCaseScreen(DeskCase):
    def setUp(self):
        super().setUp()
        self.case = self.make_case().with_user(self.collector)

    def hold(self, code, **values):
        reason = self.env.ref(f"collections_followup.hold_reason_{code}")
        self.env["collection.hold"].create(
            {"case_id": self.case.id, "reason_id": reason.id, "date_from": ON, **values}
        )
        self.env.invalidate_all()
        return reason

    # === Warnings === #
    def test_each_grave_reason_has_a_warning_with_an_instruction(self):
        for code in (
            "deceased",
            "insolvency",
            "attorney",
            "vulnerable",
            "breathing_space",
            "cease",
        ):
            reason = self.hold(code)
            self.assertIn(reason.banner, self.case.banner_html)

    def test_no_warning_without_a_reason(self):
        self.assertFalse(self.case.banner_html)

    def test_aggressive_debtor(self):
        self.ask("caution", caution="aggressive", text="Two people at every visit.")
        self.assertIn("Two people at every visit.", self.case.banner_html)
        self.assertIn("alert-danger", self.case.banner_html)
        other = self.make_case("Other").with_user(self.collector)
        self.assertFalse(other.banner_html)

    def test_text_is_never_markup(self):
        self.ask("caution", text="<script>alert(1)</script>")
        self.assertNotIn("<script>", self.case.banner_html)

    # === Items === #
    def test_items_carry_their_marks(self):
        line = self.case.move_line_ids
        self.assertEqual(line.collection_marks, "")
        self.log(self.case, "right_party_promise", promise_date=ON + days(2))
        self.log(self.case, "right_party_dispute", dispute_amount=30)
        self.hold("investigation", move_ids=[(6, 0, line.move_id.ids)])
        for text in ("Promised for Mar 18", "Disputed", "30", "On hold"):
            self.assertIn(text, line.collection_marks)

    # === What happened === #
    def test_timeline_shows_outcome_reason_and_note(self):
        reason = self.env.ref("collections_followup.delay_reason_bank")
        self.log(self.case, "informed", note="Bank was closed", delay_reason_id=reason)
        for text in ("Talked, nothing agreed", "Bank was closed", reason.name):
            self.assertIn(text, self.case.timeline_html)

    def test_terms_of_the_sale(self):
        move = self.case.move_line_ids.move_id
        move.sudo().write({"invoice_origin": "SO042", "ref": "PO-7"})
        self.env["ir.attachment"].create(
            {"name": "contract.pdf", "res_model": "account.move", "res_id": move.id, "raw": b"x"}
        )
        for text in ("SO042", "PO-7", "contract.pdf", move.name):
            self.assertIn(text, self.case.terms_html)

    # === What to say === #
    def test_script_carries_the_debtor_s_figures(self):
        script = self.case.script_html
        self.assertIn("100.00", script)
        self.assertIn(self.case.move_line_ids.move_id.name, script)
        self.assertIn(self.case.reference, script)

    def test_script_of_the_stage_comes_first(self):
        self.follow_up()
        self.env["collection.script"].create(
            {
                "name": "Ours",
                "stage_id": self.policy.stage_ids.id,
                "body": '<p>Only <t t-out="object.partner_id.name"/></p>',
            }
        )
        self.env.invalidate_all()
        self.assertIn("Only Debtor", self.case.script_html)

    def test_script_in_the_debtor_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        script = self.env["collection.script"].create(
            {"name": "Ours", "channel": "call", "debtor_type": "business", "body": "<p>Pay</p>"}
        )
        script.with_context(lang="fr_FR").body = "<p>Payez</p>"
        self.case.partner_id.sudo().lang = "fr_FR"
        self.assertIn("Payez", self.case._get_script("call"))

    def test_every_shipped_script_can_be_said(self):
        for script in self.env["collection.script"].search([]):
            self.assertIn(
                "Reference" if script.name == "Call: any stage" else "If they say",
                script._render(self.case),
            )

    # === Together === #
    def ask(self, kind, **values):
        wizard = self.env["collection.ask"].with_user(self.collector)
        form = Form(wizard.with_context(default_case_id=self.case.id, default_kind=kind))
        for name, value in values.items():
            setattr(form, name, value)
        form.save().action_apply()
        self.env.invalidate_all()

    def test_escalation_reaches_a_supervisor_with_the_summary(self):
        self.ask("supervisor", text="May I offer a discount?", user_id=self.supervisor)
        activity = self.case.sudo().activity_ids
        self.assertEqual(activity.user_id, self.supervisor)
        self.assertIn("discount", activity.note)
        self.assertIn("Overdue: ", activity.note)

    def test_a_question_goes_to_the_salesperson(self):
        seller = self.env["res.users"].create(
            {
                "name": "Seller",
                "login": "seller",
                "group_ids": [(6, 0, [self.env.ref("base.group_user").id])],
            }
        )
        self.case.move_line_ids.move_id.sudo().invoice_user_id = seller
        self.ask("sales", text="Was a discount agreed?")
        activity = self.env["mail.activity"].search([("user_id", "=", seller.id)])
        self.assertEqual(activity.res_model, "res.partner", "Sales cannot open cases")
        self.assertIn("discount", activity.note)

    def test_a_note_for_everybody_is_on_the_debtor(self):
        self.ask("note", text="Pays on Fridays only")
        message = self.case.partner_id.message_ids[0]
        self.assertIn("Pays on Fridays only", message.body)
        self.assertEqual(message.author_id, self.collector.partner_id)

    def test_summary_is_plain_text(self):
        self.log(self.case, "right_party_promise", note="Said so")
        summary = self.case.summary_text
        for text in ("Debtor", "Overdue: ", "Promise to Pay", "Said so", "What comes next"):
            self.assertIn(text, summary)
        self.assertNotIn("<", summary)
        action = self.case.action_copy_summary()
        self.assertEqual((action["res_model"], action["target"]), ("collection.case", "new"))

    def test_a_visit_is_planned_near_the_debtor(self):
        context = self.case.action_visit()["context"]
        self.assertEqual(context["default_near_case_id"], self.case.id)

    # === May we? === #
    def test_verdict_stands_on_the_case(self):
        self.assertIn("May be called now", self.case.verdict_html)

    def test_reader_sees_the_case(self):
        reader = self.make_user("reader")
        case = self.case.with_user(reader)
        for name in ("banner_html", "timeline_html", "terms_html", "script_html", "summary_text"):
            case[name]
