from datetime import timedelta

from odoo import Command, api, models

from ..tools.figure_periods import month_start, previous_month_end
from .collection_demo import MODULE

#: What the team is to collect a month, and the share of the first collector.
TARGETS = {"demo_company": (14000, 0.6), "demo_company_uk": (3000, 0.5)}
#: What a month of a collector costs.
COST = 390
#: Promises to pay: the day they were made (as in STEPS, or 0 for today), the debtor, the day that
#: was promised, the day the money came, and the part of the oldest debt. Days count from today.
PROMISES = (
    (-49, "fennick", -44, -45, 0.4),
    (-42, "torrealba", -37, -38, 0.3),
    (-35, "thornleigh", -30, -24, 0.35),
    (-28, "wexcombe", -22, None, 0.5),
    (-28, "bluestem", -23, -24, 0.5),
    (-21, "montecorvo", -15, -16, 0.5),
    (-14, "cedar", -9, -9, 0.5),
    (-7, "brevaux", 2, None, 1.0),
    (0, "ashgrove", 0, None, 1.0),
    (0, "zuiderwaard", 1, None, 0.5),
    (0, "kortewilg", 4, None, 1.0),
)
#: Months with targets, this one included.
MONTHS = 7


class CollectionDemo(models.AbstractModel):
    """Promises and what became of them, targets, pictures of past months, a report by mail."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        demo = self.with_context(collection_on=on, allowed_company_ids=companies.ids)
        demo.env.flush_all()
        Snapshot = demo.env["collection.snapshot"]
        for day, company in Snapshot._get_missing(on, companies):
            Snapshot._take_month(day, company)
        for company in companies:
            demo._set_targets(company, on)
        demo._schedule_report(companies[0], on)
        return result

    # === Promises === #
    @api.model
    def _make_agreements(self, step, on):
        result = super()._make_agreements(step, on)
        for made, debtor, due, _paid, share in PROMISES:
            case = self._get_demo_case(debtor) if made == step else None
            debts = case and case._get_debts()[:1]
            if debts:
                amount = debts.currency_id.round(debts.amount_residual_currency * share)
                promise = self.env["collection.agreement"]._promise(
                    case, amount, on + timedelta(days=due), debts, currency=debts.currency_id
                )
                promise.user_id = case.user_id or self.env.ref(f"{MODULE}.demo_user_supervisor")
        return result

    @api.model
    def _pay_agreements(self, last, step, on):
        result = super()._pay_agreements(last, step, on)
        for _made, debtor, _due, paid, _share in PROMISES:
            if paid is not None and last < paid <= step:
                promises = self._get_demo_case(debtor).agreement_ids
                promise = promises.filtered(lambda one: one.kind == "promise")[:1]
                if promise:
                    self._pay_promise(promise, on + timedelta(days=paid))
        return result

    @api.model
    def _pay_promise(self, promise, day):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move.line", active_ids=promise.move_line_ids.ids
        )
        wizard.create(
            {
                "payment_date": day,
                "amount": promise.amount_total,
                "currency_id": promise.currency_id.id,
            }
        )._create_payments()

    # === Figures === #
    @api.model
    def _set_targets(self, company, on):
        """One target a collector and month: a little more each month."""
        total, share = TARGETS[self._name_of(company)]
        users = [self.env.ref(f"{MODULE}.demo_user_collector{n}") for n in ("", "2")]
        month, values = month_start(on), []
        for back in range(MONTHS):
            for user, part in zip(users, (share, 1 - share), strict=True):
                amount = round(total * part * (1 - 0.03 * back), -2)
                values.append(
                    {
                        "company_id": company.id,
                        "date": month,
                        "user_id": user.id,
                        "amount": amount,
                        "cost": COST * total / sum(t for t, _share in TARGETS.values()),
                    }
                )
            month = month_start(previous_month_end(month))
        self.env["collection.target"].create(values)

    @api.model
    def _schedule_report(self, company, on):
        supervisor = self.env.ref(f"{MODULE}.demo_user_supervisor")
        schedule = self.env["collection.report.schedule"].create(
            {
                "name": "Figures of the month",
                "company_id": company.id,
                "user_ids": [Command.set(supervisor.ids)],
                "period": "last_month",
                "form": "both",
                "with_ageing": True,
                "day": 2,
            }
        )
        schedule.next_date = max(schedule.next_date, on + timedelta(days=1))
