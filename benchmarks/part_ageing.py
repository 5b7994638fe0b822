"""Ageing of all open receivables beside one plain SQL aggregate over the same rows.

    python benchmarks/part_ageing.py -d bench_medium_ours --size medium

As of today, and as of two past days: one shortly ago, one long ago. Nothing is written.
The plain statements sum up what is open by debtor and bucket: from the ledger's own residuals
today, and from amounts and matches on a past day.
"""

import datetime as dt
import time

import common

common.find_tools()

import harness  # noqa: E402

BUCKET = "least(greatest(%(on)s - COALESCE(l.date_maturity, l.date) + 29, 0) / 30, 5)"
FROM = """
      FROM account_move_line l JOIN account_account a ON a.id = l.account_id"""
WHERE = """
     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
       AND l.date <= %(on)s"""
TODAY = f"""
    SELECT l.partner_id, {BUCKET}, sum(l.amount_residual) {FROM} {WHERE}
       AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
     GROUP BY 1, 2"""
PAST = f"""
    SELECT l.partner_id, {BUCKET}, sum(l.balance - COALESCE(d.amount, 0) + COALESCE(c.amount, 0))
    {FROM}
      LEFT JOIN (SELECT debit_move_id, sum(amount) AS amount FROM account_partial_reconcile
                  WHERE max_date <= %(on)s GROUP BY 1) d ON d.debit_move_id = l.id
      LEFT JOIN (SELECT credit_move_id, sum(amount) AS amount FROM account_partial_reconcile
                  WHERE max_date <= %(on)s GROUP BY 1) c ON c.credit_move_id = l.id
    {WHERE}
     GROUP BY 1, 2"""


def best(function):
    """The best of three."""
    walls = []
    for _number in range(3):
        start = time.perf_counter()
        result = function()
        walls.append(time.perf_counter() - start)
    return min(walls), result


def plain(cr, statement, on):
    def run():
        cr.execute(statement, {"on": on})
        return sum(row[2] for row in cr.fetchall())

    return best(run)


def ours(env, on, groups):
    def run():
        rows = env["collection.ageing"]._as_of(on)._read_group([], groups, ["residual:sum"])
        return sum(row[-1] for row in rows)

    return best(run)


def main():
    args = common.part_arguments(__doc__.splitlines()[0]).parse_args()
    today = dt.date.today()  # noqa: DTZ011, TID251 - the data are relative to it
    registry = harness.boot(args)
    with harness.environment(registry) as env:
        companies = env["res.company"].search([])
        env = env(context={"allowed_company_ids": companies.ids})
        env.cr.execute("SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'")
        count = env.cr.fetchone()[0]
        # Residuals are those of the day of the last match, which may be dated ahead.
        env.cr.execute("SELECT max(max_date) FROM account_partial_reconcile")
        today = max(today, env.cr.fetchone()[0] or today)
        for name, back in (("today", 0), ("recent", 20), ("past", 120)):
            on = today - dt.timedelta(days=back)
            floor, expected = plain(env.cr, PAST if back else TODAY, on)
            harness.emit({"name": f"ageing.{name}.floor", "db": args.database, "wall": floor})
            for group in ("bucket", "debtor"):
                groups = ["bucket"] if group == "bucket" else ["partner_id", "bucket"]
                wall, total = ours(env, on, groups)
                if abs(float(expected) - total) > 0.005:
                    raise SystemExit(f"{name}: {total} is not {expected}")
                record = {"name": f"ageing.{name}.{group}", "db": args.database, "wall": wall}
                harness.emit({**record, "n": count})


if __name__ == "__main__":
    main()
