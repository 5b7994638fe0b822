"""The dashboard's one call, the screen of figures, and how long a real browser takes to draw the
dashboard once its data have arrived, beside one SQL aggregate of the same items.

    python benchmarks/part_dashboard.py -d bench_medium_ours --size medium

Months that are over are taken first: the job that does it is measured too. Everything is rolled
back.
"""

import time

import common

common.find_tools()

import harness  # noqa: E402

DASHBOARD = "/odoo/action-collections_followup.collection_dashboard_action"

#: Receivables by age today, and the sales of ninety days: the least a dashboard has to read.
FLOOR = """
    SELECT least(greatest(%(on)s - COALESCE(l.date_maturity, l.date) + 29, 0) / 30, 5),
           sum(l.amount_residual) FILTER (WHERE l.amount_residual <> 0
                                            AND l.reconciled IS NOT TRUE),
           sum(l.balance) FILTER (WHERE m.move_type IN ('out_invoice', 'out_refund')
                                    AND l.date > %(on)s - 90)
      FROM account_move_line l JOIN account_account a ON a.id = l.account_id
      JOIN account_move m ON m.id = l.move_id
     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted' AND l.date <= %(on)s
     GROUP BY 1"""


def timed(name, args, count, function, repeat=3):
    """Emit the best of some repetitions."""
    walls = []
    for _number in range(repeat):
        start = time.perf_counter()
        function()
        walls.append(time.perf_counter() - start)
    record = {"name": f"dashboard.{name}", "db": args.database, "wall": min(walls), "n": count}
    harness.emit(record)


def draw(registry, data, args, count):
    """The dashboard in Chromium, from these data: months and all, though nothing is committed."""
    import browser

    from odoo import api

    registry["collection.dashboard"].get_data = api.model(lambda self, filters=None: data)
    try:
        for found in browser.draw(
            registry, DASHBOARD, "collection.dashboard", ".o_collection_dashboard", charts=2
        ):
            harness.emit({"name": "dashboard.draw", "db": args.database, "n": count, **found})
    finally:
        del registry["collection.dashboard"].get_data


def main():
    args = common.part_arguments(__doc__.splitlines()[0]).parse_args()
    registry = harness.boot(args)
    with harness.environment(registry) as env:
        companies = env["res.company"].search([("chart_template", "!=", False)])
        env = env(context={"allowed_company_ids": companies.ids})
        on = env["collection.case"]._today()
        env.cr.execute(
            "SELECT count(*) FROM account_move_line l "
            "JOIN account_account a ON a.id = l.account_id "
            "WHERE a.account_type = 'asset_receivable' AND l.amount_residual <> 0 "
            "AND l.parent_state = 'posted'"
        )
        count = env.cr.fetchone()[0]

        def floor():
            env.cr.execute(FLOOR, {"on": on})
            env.cr.fetchall()

        timed("floor", args, count, floor)
        Snapshot = env["collection.snapshot"]
        missing = Snapshot._get_missing(on, companies)
        for number, (day, company) in enumerate(missing):

            def take(day=day, company=company):
                Snapshot._take_month(day, company)

            if number in (0, len(missing) - 1):
                timed(f"month.{'first' if not number else 'last'}", args, count, take, 1)
            else:
                take()
        env.cr.execute("ANALYZE collection_account_month")
        filters = {"period": "last_90"}
        timed("call", args, count, lambda: env["collection.dashboard"].get_data(filters))
        timed("figures", args, count, lambda: env["collection.figures"].get_figures(filters))
        data = env["collection.dashboard"].get_data(filters)
        env.cr.rollback()
    draw(registry, data, args, count)


if __name__ == "__main__":
    main()
