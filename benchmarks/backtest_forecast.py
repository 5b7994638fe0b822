"""How good the forecast of receipts is: real invoices, forecast from many past days, beside the
naive rule that everybody pays on the due date.

Each forecast knows only what was known on its day: invoices dated by then, and payments received by
then. What is open is shared among the eight weeks that follow, and the weeks are compared with what
came in.
"""

import argparse
import csv
import importlib
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT.parent / "shared" / "data" / "ibm_accounts_receivable.csv"
WEEKS = 8
#: First and last forecast; before there is little to learn from, after it too few weeks to come.
FIRST, LAST = date(2012, 5, 6), date(2013, 10, 27)


def load_tools():
    """The pure calculations, without Odoo."""
    if "odoo" not in sys.modules:
        sys.path.insert(0, str(ROOT / "collections_followup"))
        return importlib.import_module("tools.forecast")
    return importlib.import_module("odoo.addons.collections_followup.tools.forecast")


@dataclass(frozen=True)
class Invoice:
    """A row of the file."""

    debtor: str
    date: date
    due: date
    paid: date
    amount: Decimal


def read(path=FILE):
    """Invoices of the file."""

    def day(text):
        return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day without a time

    with Path(path).open() as handle:
        return [
            Invoice(
                row["customerID"],
                day(row["InvoiceDate"]),
                day(row["DueDate"]),
                day(row["SettledDate"]),
                Decimal(row["InvoiceAmount"]),
            )
            for row in csv.DictReader(handle)
        ]


def learn(tools, invoices, on, **options):
    """Habits as known on a day."""
    return tools.Habits(
        (
            tools.Spell(
                invoice.debtor,
                (invoice.date - invoice.due).days,
                (min(invoice.paid, on) - invoice.due).days,
                invoice.paid <= on,
                tools.fade((on - invoice.date).days),
            )
            for invoice in invoices
            if invoice.date <= on
        ),
        **options,
    )


def origins(step=7):
    """Days from which is forecast: Sundays."""
    on = FIRST
    while on <= LAST:
        yield on
        on += timedelta(days=step)


def weeks_of(pairs, ends, tools):
    """What falls into each week, of (day, amount)."""
    return tools.naive([tools.Debt("", amount, day) for day, amount in pairs], ends)


def compare(tools, invoices, on, **options):
    """One forecast beside what came in and beside the naive rule.

    :return: for each debtor with something open: weeks forecast, of the naive rule, and received
    """
    ends = tools.week_ends(on, WEEKS)
    seer = tools.Forecaster(on, ends, learn(tools, invoices, on, **options))
    mine = defaultdict(list)
    for invoice in invoices:
        if invoice.date <= on < invoice.paid:
            mine[invoice.debtor].append(invoice)
    for debtor, items in mine.items():
        expected = [seer.expect(tools.Debt(debtor, i.amount, i.due)).weeks for i in items]
        yield (
            [sum(week) for week in zip(*expected, strict=True)],
            weeks_of([(i.due, i.amount) for i in items], ends, tools),
            weeks_of([(i.paid, i.amount) for i in items], ends, tools),
        )


def backtest(invoices, tools=None, step=7, **options):
    """Errors of both over all days from which is forecast.

    :return: days, what was received, and the summed absolute error of the forecast and of the
        naive rule: a list by week, and one number when each debtor is looked at alone
    """
    tools = tools or load_tools()
    found = {"days": 0, "received": 0, "forecast_debtors": 0, "naive_debtors": 0}
    found |= {"forecast": [0] * WEEKS, "naive": [0] * WEEKS}
    for on in origins(step):
        found["days"] += 1
        parts = list(compare(tools, invoices, on, **options))
        for mine, simple, real in parts:
            found["forecast_debtors"] += tools.absolute_error(mine, real)
            found["naive_debtors"] += tools.absolute_error(simple, real)
        mine, simple, real = (
            [sum(week) for week in zip(*column, strict=True)] for column in zip(*parts, strict=True)
        )
        found["received"] += sum(real)
        for week in range(WEEKS):
            found["forecast"][week] += abs(mine[week] - real[week])
            found["naive"][week] += abs(simple[week] - real[week])
    return found


def table(found):
    """The errors as a table, in parts of what was received."""
    rows = [
        (
            f"{week} week{'s' * (week > 1)} ahead",
            found["naive"][week - 1],
            found["forecast"][week - 1],
        )
        for week in range(1, WEEKS + 1)
    ]
    rows.append(("**all weeks**", sum(found["naive"]), sum(found["forecast"])))
    rows.append(("all weeks, debtor by debtor", found["naive_debtors"], found["forecast_debtors"]))
    yield "| | naive | forecast | forecast : naive |"
    yield "| --- | --- | --- | --- |"
    for name, simple, mine in rows:
        shares = f"{simple / found['received']:.1%} | {mine / found['received']:.1%}"
        yield f"| {name} | {shares} | {mine / simple:.2f} |"


def main():
    """Print a table for benchmarks/README.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", default=FILE)
    parser.add_argument("--step", type=int, default=7, help="days between two forecasts")
    parser.add_argument("--shrink", type=float, default=None)
    options = parser.parse_args()
    more = {} if options.shrink is None else {"shrink": options.shrink}
    found = backtest(read(options.file), step=options.step, **more)
    print(f"{found['days']} forecasts of {WEEKS} weeks; {found['received']:,.2f} received\n")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
