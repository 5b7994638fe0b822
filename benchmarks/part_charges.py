"""Accrual of interest over all open items, beside one SQL statement that reads them.

    python benchmarks/part_charges.py -d bench_medium_ours --size medium

The first accrual makes a row per late item, the next day changes each; each is committed, as at
night. Cases and charges made here are removed in the end.
The statement reads what interest depends on: amount, residual, due date, currency, debtor, and the
payments matched with each item.
"""

import datetime as dt
import statistics
import time

import common

common.find_tools()

import harness  # noqa: E402

READ = """
    SELECT l.id, k.id, d.country_id, l.currency_id, COALESCE(l.date_maturity, l.date),
           l.amount_currency, l.amount_residual_currency,
           (SELECT sum(p.debit_amount_currency) FROM account_partial_reconcile p
             WHERE p.debit_move_id = l.id)
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id
      JOIN res_partner d ON d.id = l.partner_id
      JOIN collection_case k ON k.partner_id = d.commercial_partner_id
                            AND k.company_id = l.company_id
     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
       AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
       AND COALESCE(l.date_maturity, l.date) < %s"""


def read(cr, on):
    """The median of three, with the rows fetched as the accrual has to."""
    walls = []
    for _number in range(3):
        start = time.perf_counter()
        cr.execute(READ, [on])
        rows = len(cr.fetchall())
        walls.append(time.perf_counter() - start)
    return statistics.median(walls), rows


def prepare(env, on):
    """Cases for all debtors, and policies that charge by the law of the union."""
    regime = env["collection.interest.regime"].search([("code", "=", "EU")])
    env["collection.policy"].search([]).write(
        {"interest_regime_id": regime.id, "charge_compensation": False}
    )
    engine = env["collection.engine"]
    for company in env["res.company"].search([]):
        engine.with_company(company)._prepare(company, on)
    env.flush_all()
    env.cr.execute("ANALYZE collection_case")


def main():
    args = common.part_arguments(__doc__.splitlines()[0]).parse_args()
    on = dt.date.today()  # noqa: DTZ011, TID251 - the data are relative to it
    registry = harness.boot(args)
    with harness.environment(registry) as env:
        prepare(env, on)
        floor, rows = read(env.cr, on)
        harness.emit({"name": "charges.floor", "db": args.database, "wall": floor, "n": rows})
        env.cr.commit()
        charge = env["collection.charge"]
        try:
            for name, day in (("first", on), ("next_day", on + dt.timedelta(days=1))):
                with harness.measure(f"charges.{name}", args, env.cr) as meter:
                    summary = charge._accrue(day)
                    harness.finish(env)
                    env.cr.commit()
                    meter.update(n=summary["items"])
                env.cr.execute("ANALYZE collection_charge")
                print(name, dict(summary), f"{meter['wall'] / floor:.1f} times the statement")
        finally:
            env.cr.rollback()
            for table in ("charge", "contact_log", "case"):
                env.cr.execute(f"DELETE FROM collection_{table}")
            env.cr.execute("UPDATE res_company SET collection_accrual_mark = 0")
            env.cr.execute("UPDATE collection_policy SET interest_regime_id = NULL")
            env.cr.commit()


if __name__ == "__main__":
    main()
