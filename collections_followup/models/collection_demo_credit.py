from datetime import timedelta

from odoo import api, models
from odoo.fields import Command

from .collection_demo import MODULE

#: Debtor: part of what is open at which the limit stands; below 1 the debtor is over it.
LIMITS = {
    "tarrant": 0.8,
    "lisdoran": 1.1,
    "ashgrove": 2.5,
    "oldmill": 3.0,
    "dunvale": 1.6,
    "atlantic": 1.05,
}
RATES = (0.5, 2.0, 5.0, 12.0, 25.0, 60.0)


class CollectionDemo(models.AbstractModel):
    """Credit control: limits, one of them raised for a while, a hold, a file with papers, and a
    provision that waits for its entry."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        self.env.flush_all()
        demo = self.with_context(collection_on=on, allowed_company_ids=companies[0].ids)
        company = companies[0].with_env(demo.env)
        demo = demo.with_company(company)
        company.account_use_credit_limit = True
        demo._set_limits(company, on)
        demo._ask_for_limits(company, on)
        demo._hold_credit(company)
        demo._fill_file(company, on)
        demo._provide(company, on)
        demo.env["collection.credit.file"]._update_credit(on, company)
        self.env.cr.flush()
        return result

    @api.model
    def _set_limits(self, company, on):
        """Limits in hundreds, and somebody who sells."""
        seller = self.env.ref(f"{MODULE}.demo_user_warehouse")
        debtors = {name: self._debtor(name) for name in LIMITS}
        partners = self.env["res.partner"].union(*debtors.values())
        rows = self.env["collection.exposure"]._of(partners, company)
        for name, debtor in debtors.items():
            row = rows.get((debtor, company))
            amount = (row.exposure if row else 1000.0) * LIMITS[name]
            debtor.credit_limit = max(100.0, round(amount, -2))
            debtor.user_id = seller
        for debtor in partners:
            file = self.env["collection.credit.file"]._of(debtor, company)
            file.user_id = self.env.ref(f"{MODULE}.demo_user_collector")

    @api.model
    def _ask_for_limits(self, company, on):
        """One in force that ends soon, one that waits for the supervisor."""
        collector = self.env.ref(f"{MODULE}.demo_user_collector")
        supervisor = self.env.ref(f"{MODULE}.demo_user_supervisor")
        Limit = self.env["collection.credit.limit"].with_user(collector)
        for name, days, factor, reason in (
            ("lisdoran", 5, 1.5, "New depot opens; orders until the end of the month"),
            ("tarrant", 30, 2.0, "Fitting out a hotel, paid in three stages"),
        ):
            debtor = self._debtor(name)
            limit = Limit.create(
                {
                    "partner_id": debtor.id,
                    "company_id": company.id,
                    "amount": round(debtor.credit_limit * factor, -2),
                    "date_to": on + timedelta(days=days),
                    "reason": reason,
                }
            )
            if name == "lisdoran":
                limit.with_user(supervisor).action_approve()

    @api.model
    def _hold_credit(self, company):
        collector = self.env.ref(f"{MODULE}.demo_user_collector")
        for name, reason, note in (
            ("atlantic", "insurer", "Cover withdrawn by letter; awaiting the new annual accounts"),
            ("brosnahan", "overdue", "No new order before the oldest invoice is paid"),
        ):
            self.env["collection.credit.hold"].with_user(collector).create(
                {
                    "partner_id": self._debtor(name).id,
                    "company_id": company.id,
                    "reason": reason,
                    "note": note,
                }
            )

    @api.model
    def _fill_file(self, company, on):
        """What is known of a debtor, with a review that is due."""
        insurer = self.env["res.partner"].create(
            {"name": "Harbour Trade Credit Insurance", "is_company": True}
        )
        file = self.env["collection.credit.file"]._of(self._debtor("lisdoran"), company)
        day = timedelta(days=1)
        file.write(
            {
                "user_id": self.env.ref(f"{MODULE}.demo_user_collector").id,
                "review_date": on - 3 * day,
                "note": "Family business, second generation. Pays late in winter, never not at "
                "all. Two large customers make up half of its turnover.",
                "report_ids": [
                    Command.create(
                        {
                            "bureau": "Vision-net",
                            "date": on - days * day,
                            "score": score,
                            "scale": "0 (worst) to 100",
                            "amount_suggested": amount,
                        }
                    )
                    for days, score, amount in ((40, "61", 4000.0), (410, "74", 6000.0))
                ],
                "insurance_ids": [
                    Command.create(
                        {
                            "insurer_id": insurer.id,
                            "policy_number": "HTC-2041-77",
                            "amount": 1500.0,
                            "date_to": on + 200 * day,
                        }
                    )
                ],
                "security_ids": [
                    Command.create(
                        {
                            "kind": "retention",
                            "amount": 500.0,
                            "note": "Goods on the shelves of the depot",
                        }
                    )
                ],
            }
        )

    @api.model
    def _provide(self, company, on):
        """Accounts, and a proposal for the end of last month."""
        Account = self.env["account.account"]
        for field, code, name, kind in (
            ("expense", "699100", "Expected Credit Loss", "expense"),
            ("allowance", "121900", "Allowance for Bad Debts", "asset_current"),
        ):
            account = Account.search(
                [*Account._check_company_domain(company), ("code", "=", code)], limit=1
            ) or Account.create({"code": code, "name": name, "account_type": kind})
            company[f"collection_provision_{field}_account_id"] = account
        provision = self.env["collection.provision"].create(
            {
                "company_id": company.id,
                "date": on.replace(day=1) - timedelta(days=1),
                "note": "Rates of last year; the outlook of the trade has not changed.",
            }
        )
        for rate in provision.rate_ids:
            rate.rate = RATES[min(rate.bucket, len(RATES) - 1)]
        provision._propose()
