"""The collector's day in a real browser: from one debtor to the next, by mouse and by keyboard."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .creditors import take_creditor

NAMES = ("Desk debtor one", "Desk debtor two", "Desk debtor three")

#: From the list to the first case; what comes then is counted.
TO_FIRST_CASE = """
    {trigger: ".o_data_row:contains(Desk debtor one) td[name=partner_id]", run: "click"},
    {content: "what to say", trigger: ".o_collection_script:contains(Who is it)"},
    {content: "may we call", trigger: ".o_field_widget[name=verdict_html]:contains(May be called now)"},
"""

BY_MOUSE = """[START
    {trigger: "body", run: () => { window.deskClicks = 0; }},
    {content: "1", trigger: "button[name=action_log_contact]", run: "click"},
    {content: "2", trigger: ".o_collection_outcomes button:contains(Promised to pay)", run: "click"},
    {content: "the promise is asked for", trigger: ".o_field_widget[name=promise_amount] input:value(9,000.00)"},
    {content: "3", trigger: "button[name=action_save_next]", run: "click"},
    {content: "the next case", trigger: ".o_form_view .o_field_widget[name=partner_id]:contains(Desk debtor two)"},
    {content: "in the order of the list", trigger: ".o_pager_value:contains(2)"},
    {trigger: "body", run: () => {
        if (window.deskClicks > 4) {
            throw new Error(`${window.deskClicks} clicks from one debtor to the next`);
        }
        console.log(`clicks: ${window.deskClicks}`);
    }},
]""".replace("START", TO_FIRST_CASE)

BY_KEYBOARD = """[START
    {trigger: "button[name=action_log_contact]", run: () => deskPress("l")},
    {trigger: ".o_collection_outcomes button[data-hotkey='8']", run: () => deskPress("8")},
    {trigger: ".o_collection_outcomes button[data-hotkey='8'][aria-checked=true]", run: () => deskPress("q")},
    {content: "the next case", trigger: ".o_form_view .o_field_widget[name=partner_id]:contains(Desk debtor two)"},
    {trigger: "body:not(.modal-open)"},
]""".replace("START", TO_FIRST_CASE)

FROM_THE_ROW = """[
    {trigger: ".o_data_row:contains(Desk debtor one) button[name=action_log_contact]", run: "click"},
    {trigger: ".o_collection_outcomes button:contains(No answer)", run: "click"},
    {trigger: "button[name=action_save_next]", run: "click"},
    {content: "the list goes on without it",
     trigger: ".o_list_view:not(:has(.o_data_row:contains(Desk debtor one))) .o_data_row:contains(Desk debtor two)"},
]"""

HELPERS = """
    window.deskClicks = 0;
    document.addEventListener("click", () => { window.deskClicks++; }, true);
    window.deskPress = (key) => {
        const options = {key, altKey: true, bubbles: true, cancelable: true};
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
        document.activeElement.dispatchEvent(new KeyboardEvent("keyup", options));
    };
"""


@tagged("post_install", "-at_install")
class TestTourDesk(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = take_creditor(cls.env, "Desk Company")
        cls.env.user.write({"company_ids": [Command.link(cls.company.id)]})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        # Laws about days and hours have tests of their own; this one runs at any hour.
        cls.env["collection.contact.rule"].search([]).active = False
        cls.today = fields.Date.today()
        cls.collector = new_test_user(
            cls.env,
            "desk_collector",
            groups="base.group_user,collections_followup.group_collector",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        debtors = cls.env["res.partner"].create(
            [{"name": name, "phone": "+32 2 555 12 12"} for name in NAMES]
        )
        for debtor, amount in zip(debtors, (9000, 4000, 100), strict=True):
            cls.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": cls.today - timedelta(days=40),
                    "invoice_date_due": cls.today - timedelta(days=20),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": amount, "tax_ids": False})
                    ],
                }
            ).action_post()
        cls.env.flush_all()
        cls.cases = cls.env["collection.engine"]._open_cases(cls.company, cls.today)
        cls.cases.user_id = cls.collector
        cls.env["collection.case"]._update_scores(cls.today, cases=cls.cases)

    def walk(self, name, steps):
        script = (
            f"{HELPERS}"
            'odoo.loader.modules.get("@web/core/registry").registry.category("web_tour.tours")'
            f'.add("{name}", {{steps: () => {steps}}});'
            f'odoo.startTour("{name}", {{stepDelay: 0, startUrl: "/odoo/work-list"}});'
        )
        self.start_tour(
            "/odoo/work-list",
            name,
            login="desk_collector",
            code=script,
            ready="odoo.isReady === true",
            timeout=120,
        )

    def logged(self):
        return self.cases.log_ids.filtered("outcome_id")

    def test_three_clicks_from_debtor_to_debtor(self):
        self.walk("collections_desk_mouse", BY_MOUSE)
        self.assertRecordValues(
            self.logged(), [{"user_id": self.collector.id, "right_party": True, "channel": "call"}]
        )
        self.assertEqual(self.logged().case_id.agreement_ids.amount_total, 9000)

    def test_without_a_mouse(self):
        self.walk("collections_desk_keyboard", BY_KEYBOARD)
        self.assertEqual(self.logged().outcome_id.code, "no_answer")

    def test_from_the_row_of_the_list(self):
        self.walk("collections_desk_row", FROM_THE_ROW)
        self.assertEqual(self.logged().outcome_id.code, "no_answer")
