from datetime import timedelta
from random import Random

from odoo import Command, api, models

from ..tools.experiment import arm_of
from .collection_demo import MODULE

NAMES = (
    *("Ashcombe", "Birtle", "Calderbeck", "Dunmore", "Eskdale", "Farrow", "Gilling", "Hexworth"),
    *("Ilsley", "Jarrold"),
)
TRADES = (
    *("Bakery", "Carpets", "Dental", "Florists", "Garage", "Joinery", "Opticians", "Pets"),
    *("Signs", "Travel", "Upholstery", "Vets"),
)
#: Days before today: the debts fell due, their debtors joined, and the days each had.
DUE, JOINED, WINDOW = -95, -90, 30
#: The part of each half that paid in time.
PAID_IN_TIME = {"a": 0.38, "b": 0.62}
SEED = "demonstration"
#: Debtors who paid after they had been reminded: the days before today on which their debts fell
#: due and on which they paid.
REMINDED = tuple((DUE + 27 + number, DUE + 38 + number + number % 7 * 5) for number in range(24))


class CollectionDemo(models.AbstractModel):
    """What reports need to have something to say: a trial that has ended, another that has not
    been started, and statements sent by a schedule."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        self._make_past_trial(on, companies[-1])
        reminded = self.with_company(companies[0])._make_reminded(on)
        demo = super(CollectionDemo, self.with_context(demo_reminded=reminded))
        result = demo._live(on, companies)
        self._make_planned_trial(companies[0])
        self._make_schedules(companies[0])
        return result

    @api.model
    def _make_past_trial(self, on, company):
        """120 small debtors of the sister company, all of whom have paid by now."""
        demo = self.with_company(company)
        standard = self.env.ref(f"{MODULE}.policy_standard")
        friendly = standard.copy({"name": "Standard, first by phone", "company_id": company.id})
        friendly.active = False
        trial = demo.env["collection.experiment"].create(
            {
                "name": "A call before the first letter",
                "company_id": company.id,
                "policy_a_id": standard.id,
                "policy_b_id": friendly.id,
                "date_from": on + timedelta(days=JOINED),
                "date_to": on + timedelta(days=JOINED),
                "window_days": WINDOW,
                "note": "Small customers say that they throw letters away.",
            }
        )
        trial.write({"state": "done", "seed": SEED})
        debtors = demo._make_small_debtors()
        arms = {debtor: str(arm_of(debtor.id, SEED)) for debtor in debtors}
        demo.env["collection.experiment.debtor"].create(
            [
                {
                    "experiment_id": trial.id,
                    "company_id": company.id,
                    "partner_id": debtor.id,
                    "arm": arm,
                    "date_joined": on + timedelta(days=JOINED),
                    "running": False,
                }
                for debtor, arm in arms.items()
            ]
        )
        demo._book_small_debts(on, arms)

    @api.model
    def _make_small_debtors(self):
        country = self.env.ref("base.uk")
        return self.env["res.partner"].create(
            [
                {"name": f"{name} {trade}", "is_company": True, "country_id": country.id}
                for name in NAMES
                for trade in TRADES
            ]
        )

    @api.model
    def _make_reminded(self, on):
        """Debtors of the main company who will pay after a reminder or two.

        :return: {day: journal items paid on it}
        """
        country = self.env.ref("base.ie")
        names = [f"{name} & {other}" for name in NAMES for other in reversed(NAMES) if name < other]
        debtors = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "country_id": country.id,
                    "lang": "en_US",
                    "email": f"pay@{name.lower().replace(' & ', '-')}.example",
                }
                for name in names[: len(REMINDED)]
            ]
        )
        account = debtors[0].with_company(self.env.company).property_account_receivable_id
        contra = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self.env.company),
                ("account_type", "=", "income"),
            ],
            limit=1,
        )
        paid = {}
        for number, (debtor, (due, day)) in enumerate(zip(debtors, REMINDED, strict=True)):
            date = on + timedelta(days=due)
            amounts = {debtor: 190.0 + number * 37.5}
            issued = date - timedelta(days=30)
            entry = self._make_entry(
                "general", issued, contra, account, amounts, date_maturity=date, no_followup=False
            )
            items = entry.line_ids.filtered(lambda line: line.account_id == account)
            paid.setdefault(on + timedelta(days=day), []).append(items.id)
        return paid

    @api.model
    def _follow_up(self, companies, day, finish_calls):
        """Who paid since the week before has paid when the run looks."""
        reminded = self.env.context.get("demo_reminded", {})
        for paid_on in sorted(paid_on for paid_on in reminded if paid_on <= day):
            items = self.env["account.move.line"].browse(reminded.pop(paid_on))
            self.with_company(companies[0])._pay_items(items, paid_on)
        return super()._follow_up(companies, day, finish_calls)

    @api.model
    def _pay_items(self, items, day):
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "bank")], limit=1
        )
        account = items.account_id
        amounts = {item.partner_id: -item.amount_residual for item in items}
        entry = self._make_entry("bank", day, bank.default_account_id, account, amounts)
        for line in entry.line_ids.filtered(lambda line: line.account_id == account):
            item = items.filtered(lambda item, line=line: item.partner_id == line.partner_id)
            (line | item).reconcile()

    @api.model
    def _book_small_debts(self, on, arms):
        """One entry for all debts, and one for the payments of each day."""
        chance, company = Random(11), self.env.company
        account = next(iter(arms)).with_company(company).property_account_receivable_id
        amounts = {debtor: round(40 * chance.lognormvariate(1.4, 0.7), 2) for debtor in arms}
        contra = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(company),
                ("account_type", "=", "income"),
            ],
            limit=1,
        )
        due = on + timedelta(days=DUE)
        entry = self._make_entry(
            "general", due - timedelta(days=30), contra, account, amounts, date_maturity=due
        )
        items = {line.partner_id: line for line in entry.line_ids if line.account_id == account}
        by_day = {}
        for debtor, arm in arms.items():
            in_time = chance.random() < PAID_IN_TIME[arm]
            days = chance.randint(2, WINDOW) if in_time else chance.randint(WINDOW + 1, 62)
            by_day.setdefault(days, {})[debtor] = -amounts[debtor]
        bank = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        for days, paid in sorted(by_day.items()):
            day = on + timedelta(days=JOINED + days)
            payment = self._make_entry("bank", day, bank.default_account_id, account, paid)
            for line in payment.line_ids.filtered(lambda line: line.account_id == account):
                (line | items[line.partner_id]).reconcile()

    @api.model
    def _make_entry(self, kind, day, contra, account, amounts, **values):
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", kind)], limit=1
        )
        lines = [
            {
                "account_id": account.id,
                "partner_id": debtor.id,
                "debit": max(amount, 0),
                "credit": max(-amount, 0),
                **values,
            }
            for debtor, amount in amounts.items()
        ]
        total = round(sum(amounts.values()), 2)
        lines.append({"account_id": contra.id, "debit": max(-total, 0), "credit": max(total, 0)})
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        return entry

    @api.model
    def _make_planned_trial(self, company):
        policy = company.collection_policy_id
        # For a tag that nobody has, so that the trial alone uses it.
        nobody = self.env["res.partner.category"].create({"name": "Trial: a week later"})
        other = policy.copy(
            {"name": f"{policy.name}, a week later", "partner_category_ids": nobody.ids}
        )
        late = other.stage_ids.filtered(lambda stage: stage.min_days_overdue > 0)
        for stage in late.sorted("min_days_overdue", reverse=True):
            stage.min_days_overdue += 7
        self.env["collection.experiment"].create(
            {
                "name": "Everything a week later",
                "company_id": company.id,
                "policy_a_id": policy.id,
                "policy_b_id": other.id,
            }
        )

    @api.model
    def _make_schedules(self, company):
        Schedule = self.env["collection.statement.schedule"]
        Schedule.create(
            [
                {
                    "name": "Monthly statement",
                    "company_id": company.id,
                    "kind": "activity",
                    "channel": "email",
                    "frequency": "monthly",
                    "day": 1,
                },
                {
                    "name": "Quarterly letter to who is overdue",
                    "company_id": company.id,
                    "kind": "open",
                    "channel": "letter",
                    "frequency": "quarterly",
                    "day": 31,
                    "overdue_only": True,
                    "active": False,
                },
            ]
        )
