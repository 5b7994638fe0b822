"""The dashboard and the screen of figures in a real browser: one call, charts, and the records
behind what is shown."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .creditors import take_creditor

#: Counts the calls that fetch data, from the moment on which the page is ready.
COUNT_CALLS = """
    window.figureCalls = [];
    const plain = window.fetch, send = XMLHttpRequest.prototype.open;
    window.fetch = (url, ...rest) => { figureCalls.push(String(url)); return plain(url, ...rest); };
    XMLHttpRequest.prototype.open = function (method, url, ...rest) {
        figureCalls.push(String(url));
        return send.call(this, method, url, ...rest);
    };
"""

FROM_THE_DASHBOARD = """[
    {content: "what is owed", trigger: ".o_collection_tile[data-figure=receivables]:contains(1,500)"},
    {content: "what is overdue", trigger: ".o_collection_tile[data-figure=overdue]:contains(1,000)"},
    {content: "charts are drawn", trigger: "[data-card=money] canvas", run: ({anchor}) => {
        const pixels = anchor.getContext("2d").getImageData(0, 0, anchor.width, anchor.height).data;
        if (!pixels.some((value) => value)) { throw new Error("The chart is empty"); }
    }},
    {trigger: "body", run: () => { COUNT }},
    {content: "another period", trigger: ".o_collection_filter_period", run: "select last_30"},
    {trigger: ".o_collection_tile[data-figure=dso]:contains(days)"},
    {content: "one call fetches all of it", trigger: ".o_collection_dashboard:not(:has(.o_collection_loading))", run: () => {
        // Odoo's own chat may ask for something at any moment.
        const data = figureCalls.filter(
            (url) => url.includes("/call_kw/") && !/call_kw\\/(discuss|mail|res\\.users)/.test(url)
        );
        if (data.length !== 1 || !data[0].includes("collection.dashboard/get_data")) {
            throw new Error(data.join(" "));
        }
    }},
    {content: "what is behind a bar", trigger: "[data-card=ageing] button:contains(1–30 days)", run: "click"},
    {trigger: ".o_list_view tbody:contains(Dashboard debtor late):not(:contains(Dashboard debtor early))"},
    {content: "and back", trigger: ".breadcrumb a:contains(Dashboard)", run: "click"},
    {content: "the period is still chosen", trigger: ".o_collection_filter_period:value(last_30)"},
    {content: "what is behind a figure", trigger: ".o_collection_tile[data-figure=overdue]", run: "click"},
    {trigger: ".o_list_view tbody:contains(Dashboard debtor late):not(:contains(Dashboard debtor early))"},
]""".replace("COUNT", COUNT_CALLS)

FROM_THE_FIGURES = """[
    {trigger: "[data-figure=dso] .o_collection_figure_value:contains(days)"},
    {content: "its definition", trigger: "[data-figure=dso]:contains(divided by the credit sales)"},
    {content: "its parts", trigger: "[data-figure=dso] [data-part=sales]:contains(1,500)", run: "click"},
    {trigger: ".o_list_view .o_data_row:contains(Dashboard debtor early)"},
    {trigger: ".o_list_view .o_data_row:contains(Dashboard debtor late)"},
]"""


@tagged("post_install", "-at_install")
class TestTourDashboard(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = take_creditor(cls.env, "Dashboard Company")
        cls.env.user.write({"company_ids": [Command.link(cls.company.id)]})
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.supervisor = new_test_user(
            cls.env,
            "dashboard_supervisor",
            groups="base.group_user,collections_followup.group_supervisor",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        today = fields.Date.today()
        for name, amount, late in (("late", 1000, 20), ("early", 500, -10)):
            debtor = cls.env["res.partner"].create({"name": f"Dashboard debtor {name}"})
            cls.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": today - timedelta(days=25),
                    "invoice_date_due": today - timedelta(days=late),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "price_unit": amount, "tax_ids": False})
                    ],
                }
            ).action_post()
        cls.env.flush_all()

    def walk(self, name, url, steps):
        script = (
            'odoo.loader.modules.get("@web/core/registry").registry.category("web_tour.tours")'
            f'.add("{name}", {{steps: () => {steps}}});'
            f'odoo.startTour("{name}", {json.dumps({"stepDelay": 0, "startUrl": url})});'
        )
        self.start_tour(
            url,
            name,
            login="dashboard_supervisor",
            code=script,
            ready="odoo.isReady === true",
            timeout=120,
        )

    def test_from_the_dashboard_to_the_records(self):
        self.walk("collections_dashboard", "/odoo/collections-dashboard", FROM_THE_DASHBOARD)

    def test_from_a_part_of_a_figure_to_its_records(self):
        self.walk("collections_figures", "/odoo/collections-figures", FROM_THE_FIGURES)
