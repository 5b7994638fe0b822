"""The figures on a case equal a fresh computation from the ledger, whatever bookkeepers do and in
whatever order: a state machine does it to them."""

from collections import defaultdict
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from odoo import Command

from .common import CollectionsCase, days

AMOUNTS = st.integers(1, 5000).map(lambda cents: cents * 7 / 100)
DUES = st.integers(-60, 20)
CURRENCIES = st.sampled_from(("USD", "USD", "EUR", "JPY"))
PICK = st.integers(0, 10**6)


class Bookkeeping(RuleBasedStateMachine):
    """Everything that happens to receivables, in any order."""

    world = None  # the test case, set by the test

    @initialize()
    def begin(self):
        self.savepoint = self.world.env.cr.savepoint()
        for debtor in self.world.debtors[:2]:
            self.world.make_invoice(debtor, 10, self.world.today - days(9))
        self.world.follow_up(self.world.today)

    def teardown(self):
        if hasattr(self, "savepoint"):
            self.savepoint.close(rollback=True)

    def _pick(self, records, number):
        return records[number % len(records)] if records else records

    def _moves(self, **conditions):
        domain = [("company_id", "=", self.world.company.id)]
        domain += [(name, "=", value) for name, value in conditions.items()]
        return self.world.env["account.move"].search(domain, order="id")

    def _items(self, *domain):
        return self.world.env["account.move.line"].search(
            [
                ("company_id", "=", self.world.company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                *domain,
            ],
            order="id",
        )

    # === Documents === #
    @rule(who=PICK, amount=AMOUNTS, due=DUES, currency=CURRENCIES)
    def invoice(self, who, amount, due, currency):
        world = self.world
        world.make_invoice(
            self._pick(world.debtors, who),
            amount,
            world.today + days(due),
            currency_id=world.currencies[currency].id,
        )

    @rule(who=PICK, amount=AMOUNTS, due=DUES)
    def instalments(self, who, amount, due):
        world = self.world
        world.make_invoice(
            self._pick(world.debtors, who),
            amount,
            world.today,
            invoice_date=world.today + days(min(due, 0)),
            invoice_payment_term_id=world.term.id,
        )

    @rule(who=PICK, amount=AMOUNTS, currency=CURRENCIES)
    def credit_note(self, who, amount, currency):
        world = self.world
        world.make_credit_note(
            self._pick(world.debtors, who),
            amount,
            world.today,
            currency_id=world.currencies[currency].id,
        )

    @rule(who=PICK, amount=AMOUNTS, due=DUES)
    def journal_entry(self, who, amount, due):
        world = self.world
        world.make_entry(self._pick(world.debtors, who), amount, world.today + days(due))

    # === Payments === #
    @rule(number=PICK, part=st.sampled_from((0.3, 0.5, 1)))
    def pay(self, number, part):
        open_items = self._items(
            ("amount_residual", ">", 0), ("move_id.move_type", "=", "out_invoice")
        )
        item = self._pick(open_items, number)
        if item:
            residual = item.move_id.amount_residual
            amount = item.currency_id.round(residual * part) or residual
            self.world.pay(item.move_id, amount, self.world.today)

    @rule(number=PICK)
    def reconcile(self, number):
        credit = self._pick(self._items(("amount_residual", "<", 0)), number)
        debts = self._items(
            ("amount_residual", ">", 0),
            ("partner_id", "=", credit.partner_id.id),
            ("account_id", "=", credit.account_id.id),
        )
        if credit and debts:
            (credit + self._pick(debts, number // 7)).reconcile()

    @rule(number=PICK)
    def unreconcile(self, number):
        matched = self._items(
            "|", ("matched_debit_ids", "!=", False), ("matched_credit_ids", "!=", False)
        )
        self._pick(matched, number).remove_move_reconcile()

    # === Corrections === #
    @rule(number=PICK)
    def reset_to_draft(self, number):
        move = self._pick(self._moves(state="posted", move_type="out_invoice"), number)
        move.button_draft()

    @rule(number=PICK)
    def cancel(self, number):
        move = self._pick(self._moves(state="draft", move_type="out_invoice"), number)
        move.button_cancel()

    @rule(number=PICK, who=PICK)
    def post_for_somebody_else(self, number, who):
        move = self._pick(self._moves(state="draft", move_type="out_invoice"), number)
        if move:
            move.partner_id = self._pick(self.world.debtors, who)
            move.action_post()

    @rule(number=PICK)
    def exclude_or_include(self, number):
        item = self._pick(self._items(("amount_residual", ">", 0)), number)
        if item:
            item.no_followup = not item.no_followup

    @rule(number=PICK, due=DUES)
    def extend(self, number, due):
        """A new due date is granted; nothing else moves one."""
        item = self._pick(self._items(("amount_residual", ">", 0)), number)
        case = self.world.env["collection.case"].search(
            [
                ("partner_id", "=", item.partner_id.commercial_partner_id.id),
                ("company_id", "=", self.world.company.id),
                ("state", "!=", "closed"),
            ]
        )
        new = self.world.today + days(max(1, due))
        if item and case and new > (item.date_maturity or item.date):
            self.world.env["collection.extension"]._request(case, item, new, "Asked for it")

    @rule(who=PICK)
    def branch_changes_hands(self, who):
        """A contact with debts of its own becomes part of another company."""
        self.world.branch.parent_id = self._pick(self.world.debtors[:2], who)

    @rule()
    def nightly_run(self):
        self.world.follow_up(self.world.today)

    # === What always holds === #
    @invariant()
    def figures_are_true(self):
        if not hasattr(self, "savepoint"):
            return
        self.world.env.cr.flush()  # the end of a transaction, but for the commit
        self.world.assert_figures()


class TestBalances(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env["collection.case"]._today()
        cls.currencies = {}
        for name, rate in (("USD", None), ("EUR", 0.9), ("JPY", 151.3)):
            currency = cls.env.ref(f"base.{name}")
            currency.active = True
            if rate:
                cls.env["res.currency.rate"].create(
                    [
                        {
                            "currency_id": currency.id,
                            "company_id": cls.company.id,
                            "name": cls.today - days(age),
                            "company_rate": rate * (1 + age / 1000),
                        }
                        for age in (400, 40, 20, 0)
                    ]
                )
            cls.currencies[name] = currency
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "Instalments",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
                ],
            }
        )
        cls.make_policy(
            ("Courtesy", -5, "email"), ("Reminder", 5, "email"), ("Notice", 20, "letter")
        )
        cls.branch = cls.make_debtor("Branch", is_company=False)
        cls.debtors = [cls.make_debtor("Acme"), cls.make_debtor("Bolt"), cls.branch]
        cls.branch.parent_id = cls.debtors[0]

    def assert_figures(self):
        """Every open case, against the ledger read line by line."""
        self.env.invalidate_all()
        cases = self.env["collection.case"].search(
            [("company_id", "=", self.company.id), ("state", "!=", "closed")]
        )
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        by_debtor = items.grouped(lambda item: item.partner_id.commercial_partner_id)
        for case in cases:
            mine = by_debtor.get(case.partner_id, items.browse())
            found = {name: case[name] for name in ("oldest_due_date", "open_item_count")}
            for name in ("amount_open", "amount_overdue", "amount_credit"):
                found[name] = round(case[name], 2)
            self.assertEqual(found, self._expected(case, mine), case.partner_id.name)

    def _expected(self, case, items):
        pots = defaultdict(list)
        for item in items:
            if item.amount_residual:
                pots[item.currency_id].append(item)
        overdue = credit = 0
        oldest = []
        for pot in pots.values():
            followed = [item for item in pot if not item.no_followup]
            unapplied = -sum(i.amount_residual for i in followed if i.amount_residual < 0)
            late = [
                i
                for i in followed
                if i.amount_residual > 0 and (i.date_maturity or i.date) < self.today
            ]
            credit += unapplied
            left = unapplied
            for item in sorted(late, key=lambda i: (i.date_maturity or i.date, i.id)):
                covered = min(left, item.amount_residual)
                left = round(left - covered, 2)
                uncovered = round(item.amount_residual - covered, 2)
                overdue += uncovered
                if uncovered > 0:
                    oldest.append(item.date_maturity or item.date)
        return {
            "oldest_due_date": min(oldest, default=False),
            "open_item_count": sum(i.amount_residual > 0 for i in items),
            "amount_open": round(sum(items.mapped("amount_residual")), 2),
            "amount_overdue": round(overdue, 2),
            "amount_credit": round(credit, 2),
        }

    def test_figures_after_any_sequence_of_operations(self):
        Bookkeeping.world = self
        run_state_machine_as_test(
            Bookkeeping,
            settings=settings(
                max_examples=20,
                stateful_step_count=10,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    def test_a_transaction_reads_the_ledger_and_writes_the_cases_once(self):
        """However many documents of however many debtors: few debtors are computed together, many
        in the one statement."""
        many = [self.make_debtor(f"Debtor {number}") for number in range(25)]
        for debtor in [*self.debtors[:2], *many]:
            self.make_invoice(debtor, 10, self.today - days(9))
        self.follow_up(self.today)
        for debtors in (self.debtors[:2], many):
            with self.subTest(debtors=len(debtors)):
                self._prepare_posting(list(debtors) * 2)
                statements = []
                with self._recording(statements):
                    self.env.cr.flush()
                writes = [s for s in statements if "UPDATE collection_case" in s]
                self.assertEqual(len(writes), 1)
                self.assertLessEqual(len([s for s in statements if "account_move_line" in s]), 2)
                self.assert_figures()

    def _prepare_posting(self, debtors):
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": debtor.id,
                    "invoice_date": self.today,
                    "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5})],
                }
                for debtor in debtors
            ]
        )
        moves.action_post()
        self.env.flush_all()

    def test_figures_follow_items_deleted_in_the_same_transaction(self):
        self.make_invoice(self.debtors[1], 10, self.today - days(9))
        self.follow_up(self.today)
        move = self.make_invoice(self.debtors[1], 20, self.today - days(9))
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.env.cr.flush()
        self.assert_figures()

    def _recording(self, statements):
        cursor = type(self.env.cr)
        execute = cursor.execute

        def record(cr, query, params=None, log_exceptions=True):
            statements.append(getattr(query, "code", query))
            return execute(cr, query, params, log_exceptions)

        return patch.object(cursor, "execute", record)
