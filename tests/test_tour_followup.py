"""The main job in a real browser: read today's run, release it, read why a case is where it is."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .creditors import take_creditor

# A user's way, step by step: menus and buttons as they are on the screen.
STEPS = """
[
    {trigger: ".o_navbar_apps_menu button", run: "click"},
    {trigger: ".o-dropdown-item:contains(Collections)", run: "click"},
    {trigger: ".o_menu_sections [data-menu-xmlid='collections_followup.collection_run_menu']", run: "click"},
    {content: "today's run waits", trigger: ".o_data_row:contains(To Release)"},
    {trigger: ".o_data_row:contains(To Release) td[name=date]", run: "click"},
    {content: "what would go out, by stage and channel",
     trigger: ".o_collection_summary_contacts tr:contains(Tour reminder):contains(E-mail)"},
    {content: "why one debtor is not contacted",
     trigger: ".o_collection_summary_refusals tr:contains(no e-mail address) button", run: "click"},
    {trigger: ".o_list_view .o_data_row:contains(Tour debtor without mail)"},
    {trigger: ".breadcrumb-item:last a, .o_back_button a", run: "click"},
    {content: "choose what to release", trigger: "button[name=action_view_planned]", run: "click"},
    {trigger: ".o_data_row:contains(Tour debtor one) .o_list_record_selector input", run: "click"},
    {trigger: "button[name=action_release]:contains(Release Selected)", run: "click"},
    {trigger: ".modal-footer .btn-primary:contains(Release)", run: "click"},
    {content: "it has gone, the other one has not",
     trigger: ".o_list_view:not(:has(.o_data_row:contains(Tour debtor one))) .o_data_row:contains(Tour debtor two)"},
    {trigger: ".breadcrumb-item:last a, .o_back_button a", run: "click"},
    {content: "the result of the first", trigger: ".o_collection_summary_contacts th:contains(On Its Way)"},
    {trigger: "button[name=action_release]:contains(Release All)", run: "click"},
    {trigger: ".modal-footer .btn-primary:contains(Release All)", run: "click"},
    {content: "the run is done", trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)"},
    {content: "and says what was made", trigger: ".nav-link[name=made]", run: "click"},
    {trigger: ".o_data_row:contains(one@tour.example.com)"},
    {trigger: ".o_menu_sections button:contains(Cases)", run: "click"},
    {trigger: ".o-dropdown-item[data-menu-xmlid='collections_followup.collection_case_menu_all']", run: "click"},
    {trigger: ".o_data_row:contains(Tour debtor one) td[name=partner_id]", run: "click"},
    {content: "the figures", trigger: ".o_field_widget[name=amount_overdue]:contains(1,234.50)"},
    {content: "the ageing bar says its figures in words",
     trigger: ".o_collection_ageing_bar[aria-label*='1,234.50']"},
    {content: "why this stage", trigger: ".o_collection_explanation:contains(Stage Tour reminder)"},
    {content: "why not now", trigger: ".o_collection_explanation:contains(has not arrived yet)"},
]
"""


@tagged("post_install", "-at_install")
class TestTourFollowup(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = take_creditor(cls.env, "Tour Company")
        cls.env.user.write({"company_ids": [Command.link(cls.company.id)]})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        # Laws about days and hours have tests of their own; this one runs on any day of the week.
        cls.env["collection.contact.rule"].search([]).active = False
        cls.today = fields.Date.today()
        cls.supervisor = new_test_user(
            cls.env,
            "tour_supervisor",
            groups="base.group_user,collections_followup.group_supervisor",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.company.collection_policy_id = cls._create_policy()
        cls._create_debtors()
        cls.env["collection.engine"]._run(cls.today, companies=cls.company)
        cls.run_of_day = cls.env["collection.run"].search([("company_id", "=", cls.company.id)])

    @classmethod
    def _create_policy(cls):
        template = cls.env["mail.template"].create(
            {
                "name": "Tour reminder",
                "model_id": cls.env["ir.model"]._get_id("collection.contact.log"),
                "subject": "Please pay",
                "body_html": "<p>Please pay.</p>",
            }
        )
        action = {"channel": "email", "mail_template_id": template.id}
        stage = {
            "name": "Tour reminder",
            "min_days_overdue": 5,
            "action_ids": [Command.create(action)],
        }
        return cls.env["collection.policy"].create(
            {
                "name": "Tour policy",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "mode": "review",
                "stage_ids": [Command.create(stage)],
            }
        )

    @classmethod
    def _create_debtors(cls):
        debtors = {
            "Tour debtor one": ("one@tour.example.com", 1234.5),
            "Tour debtor two": ("two@tour.example.com", 100.0),
            "Tour debtor without mail": (False, 50.0),
        }
        partners = cls.env["res.partner"].create(
            [{"name": name, "email": email} for name, (email, _amount) in debtors.items()]
        )
        invoices = cls.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": cls.today - timedelta(days=40),
                    "invoice_date_due": cls.today - timedelta(days=20),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": amount, "tax_ids": False})
                    ],
                }
                for partner, (_email, amount) in zip(partners, debtors.values(), strict=True)
            ]
        )
        invoices.action_post()

    def test_from_the_run_to_the_case(self):
        def send_at_once(cron, at=None):
            """The scheduled job, without waiting for it."""
            engine = cron.env["collection.engine"].sudo()
            while logs := engine._claim_released():
                engine._deliver_safely(logs, self.today)
            engine._close_released_runs()

        # The tour lives here, not in the addon: it is registered in the page, then started.
        script = (
            'odoo.loader.modules.get("@web/core/registry").registry.category("web_tour.tours")'
            f'.add("collections_followup", {{steps: () => {STEPS}}});'
            'odoo.startTour("collections_followup", {stepDelay: 0, startUrl: "/odoo"});'
        )
        with patch.object(IrCron, "_trigger", send_at_once):
            self.start_tour(
                "/odoo",
                "collections_followup",
                login="tour_supervisor",
                code=script,
                ready="odoo.isReady === true",
                timeout=90,
            )
        self.assertEqual(self.run_of_day.state, "done")
        states = self.run_of_day.log_ids.mapped("state")
        self.assertEqual(sorted(states), ["blocked", "sent", "sent"])
        self.assertEqual(self.run_of_day.user_id, self.supervisor)
