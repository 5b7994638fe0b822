"""Real receivables through Odoo's accounting: 2,466 invoices of 100 customers with the days on which
they were settled. What the run finds equals what the file alone says."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from odoo import Command

from .common import CollectionsCase

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "ibm_accounts_receivable.csv"
DAYS = (date(2012, 6, 30), date(2013, 1, 15), date(2013, 6, 20))
STAGES = (("Reminder", 3), ("Notice", 10), ("Final", 25))

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"shared file absent: {FILE.name}")


def read_date(text):
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 - a day without a time


def read_file():
    with FILE.open() as handle:
        for row in csv.DictReader(handle):
            yield {
                "number": row["invoiceNumber"],
                "customer": row["customerID"],
                "date": read_date(row["InvoiceDate"]),
                "due": read_date(row["DueDate"]),
                "settled": read_date(row["SettledDate"]),
                "amount": Decimal(row["InvoiceAmount"]),
            }


def expected_on(rows, on):
    """From the file alone: open and overdue amount and the stage of each customer with something
    overdue enough. A customer who also has other debts owes these too."""
    owed, overdue, oldest = defaultdict(Decimal), defaultdict(Decimal), {}
    for row in rows:
        if not row["date"] <= on < row["settled"]:
            continue
        customer = row["customer"]
        owed[customer] += row["amount"]
        if row["due"] < on:
            overdue[customer] += row["amount"]
            oldest[customer] = min(oldest.get(customer, row["due"]), row["due"])
    result = {}
    for customer, due in oldest.items():
        fitting = [name for name, start in STAGES if (on - due).days >= start]
        if fitting:
            result[customer] = (owed[customer], overdue[customer], due, fitting[-1])
    return result


def expected_figures(rows, first, last):
    """Figures of one calendar month, from the file alone."""

    def owed(on, not_due=False):
        return sum(
            row["amount"]
            for row in rows
            if row["date"] <= on < row["settled"] and (row["due"] >= on or not not_due)
        )

    length = (last - first).days + 1
    sold = sum(row["amount"] for row in rows if first <= row["date"] <= last)
    settled = [row for row in rows if first <= row["settled"] <= last]
    late = [max(0, (row["settled"] - row["due"]).days) for row in settled]
    begun = owed(first - timedelta(days=1)) + sold
    return {
        "dso": owed(last) / sold * length,
        "bpdso": owed(last, not_due=True) / sold * length,
        "add": (owed(last) - owed(last, not_due=True)) / sold * length,
        "days_late": Decimal(sum(late)) / len(late),
        "cei": (begun - owed(last)) / (begun - owed(last, not_due=True)) * 100,
    }


class TestRealReceivables(CollectionsCase):
    """The books are kept in order of time: what happens until a day is booked, then the clock
    stands at that day and the run looks at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = list(read_file())
        names = sorted({row["customer"] for row in cls.rows})
        partners = cls.env["res.partner"].create(
            [{"name": n, "is_company": True, "email": f"{n}@debtor.example"} for n in names]
        )
        cls.partners = dict(zip(names, partners, strict=True))
        cls.make_policy(*((name, start, "email") for name, start in STAGES), escalation="direct")
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )

    def setUp(self):
        super().setUp()
        self.moves = {}
        self.booked = min(row["date"] for row in self.rows)

    def keep_books_until(self, on):
        """Work through the time until a day, a month at a time as a bookkeeper would."""
        while self.booked < on:
            self.booked = min(on, self.booked + timedelta(days=31))
            self.book_until(self.booked)
            # All of it happens in one transaction, in which PostgreSQL does not count by itself.
            self.env.cr.execute(
                "ANALYZE account_move, account_move_line, account_partial_reconcile"
            )

    def book_until(self, on):
        """Post invoices dated until a day, and the payments made until then."""
        new = [
            (index, row)
            for index, row in enumerate(self.rows)
            if row["date"] <= on and index not in self.moves
        ]
        moves = self.env["account.move"].create([self._prepare_invoice(row) for _i, row in new])
        moves.action_post()
        self.moves.update({index: move for (index, _row), move in zip(new, moves, strict=True)})
        settled = [
            (self.rows[index], move)
            for index, move in self.moves.items()
            if self.rows[index]["settled"] <= on and move.amount_residual
        ]
        if settled:
            self._settle(settled)
        self.env.cr.flush()

    def _prepare_invoice(self, row):
        return {
            "move_type": "out_invoice",
            "partner_id": self.partners[row["customer"]].id,
            "name": f"IBM/{row['number']}",
            "ref": row["number"],
            "invoice_date": row["date"],
            "invoice_date_due": row["due"],
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create(
                    {"name": "Goods", "price_unit": float(row["amount"]), "tax_ids": False}
                )
            ],
        }

    def _settle(self, settled):
        """Payments on the days of settlement: a bank entry for each day, with a line for each
        invoice it pays, and every line matched with its invoice."""
        by_day = defaultdict(list)
        for row, move in settled:
            by_day[row["settled"]].append(self.receivable(move))
        entries = self.env["account.move"].create(
            [self._prepare_payment(day, lines) for day, lines in by_day.items()]
        )
        entries.action_post()
        pairs = [
            line + payment
            for lines, entry in zip(by_day.values(), entries, strict=True)
            for line, payment in zip(lines, self.receivable(entry).sorted("sequence"), strict=True)
        ]
        self.env["account.move.line"]._reconcile_plan(pairs)

    def _prepare_payment(self, day, lines):
        total = sum(line.amount_residual for line in lines)
        bank = {"account_id": self.bank.default_account_id.id, "debit": round(total, 2)}
        return {
            "journal_id": self.bank.id,
            "date": day,
            "line_ids": [
                Command.create(bank),
                *(
                    Command.create(
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "credit": line.amount_residual,
                            "sequence": number,
                        }
                    )
                    for number, line in enumerate(lines, 1)
                ),
            ],
        }

    def test_open_and_overdue_amounts_debtors_and_stages(self):
        self.assertEqual((len(self.rows), len(self.partners)), (2466, 100))
        for on in DAYS:
            self.keep_books_until(on)
            expected = expected_on(self.rows, on)
            self.assertGreater(len(expected), 5, on)
            self._check_dry_run(on, expected)
            self._check_cases(on, expected)
            self._check_notices(on, expected)
        for month in (date(2012, 9, 1), date(2013, 2, 1), date(2013, 5, 1)):
            self._check_figures(month)

    def _check_figures(self, first):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        asked = {"period": "custom", "date_from": str(first), "date_to": str(last)}
        found = self.env["collection.figures"].get_figures(asked)["figures"]
        values = {figure["code"]: figure["value"] for figure in found}
        for code, value in expected_figures(self.rows, first, last).items():
            self.assertAlmostEqual(values[code], float(value), places=6, msg=f"{code} of {first}")

    def _check_dry_run(self, on, expected):
        """On an untouched ladder the stage depends on the day alone."""
        self.env["collection.item"].search([("company_id", "=", self.company.id)]).unlink()
        self.env["collection.case"].search(
            [("company_id", "=", self.company.id), ("state", "=", "open")]
        ).next_review_date = on
        summary = self.follow_up(on, dry_run=True)
        self.assertEqual(
            {name: count for name, count in summary["stages"].items() if name},
            Counter(stage for *_figures, stage in expected.values()),
        )

    def _check_cases(self, on, expected):
        self.follow_up(on)
        cases = self.env["collection.case"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "open"),
                ("stage_id", "!=", False),
            ]
        )
        found = {
            case.partner_id.name: (
                Decimal(str(round(case.amount_open, 2))),
                Decimal(str(round(case.amount_overdue, 2))),
                case.oldest_due_date,
                case.stage_id.name,
            )
            for case in cases
        }
        self.assertEqual(found, expected)

    def _check_notices(self, on, expected):
        """Each notice lists the invoices that the file has open and overdue."""
        for customer in expected:
            numbers = sorted(
                row["number"]
                for row in self.rows
                if row["customer"] == customer
                and row["date"] <= on < row["settled"]
                and row["due"] < on
            )
            log = self.contacts(self.partners[customer], date=on)
            self.assertEqual(sorted(log.move_line_ids.move_id.mapped("ref")), numbers)

    def test_the_file_is_what_it_was(self):
        """Days late in the file agree with its own dates, so the expectation rests on them."""
        with FILE.open() as handle:
            for row in csv.DictReader(handle):
                late = (read_date(row["SettledDate"]) - read_date(row["DueDate"])).days
                self.assertEqual(max(0, late), int(row["DaysLate"]))
                terms = read_date(row["DueDate"]) - read_date(row["InvoiceDate"])
                self.assertEqual(terms, timedelta(days=30))
