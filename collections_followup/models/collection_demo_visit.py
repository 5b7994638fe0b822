import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .collection_demo import MODULE

#: Where the debtors around the office are, and the office itself.
PLACES = {
    "moyle": (53.3392, -6.2758),
    "fennick": (53.3420, -6.2330),
    "dunvale": (53.3398, -6.2490),
    "nuala": (53.3060, -6.2180),
    "cloverhill": (53.2030, -6.1110),
    "fairgreen": (53.7170, -6.3530),
    "lisdoran": (53.6530, -6.6810),
}
OFFICE = (53.3459, -6.2430)
#: What a client has placed: debtor, number, document, days overdue, amount, street, ZIP, city.
PLACED = (
    ("Corrib Deli", "4001", "KD-2201", 120, "860.00", "Shop Street 9", "H91 K2P1", "Galway"),
    ("Corrib Deli", "4001", "KD-2290", 75, "412.50", "Shop Street 9", "H91 K2P1", "Galway"),
    ("Brennan's Tea Rooms", "4017", "KD-2244", 95, "1300.00", "Parade 4", "R95 C8D2", "Kilkenny"),
    ("Nora Hession", "4033", "KD-2301", 60, "96.40", "5 Elm Row", "D09 F3K7", "Dublin"),
)


class CollectionDemo(models.AbstractModel):
    """A round of visits, and a client whose debts are collected in a ledger of their own."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        self.env.flush_all()
        demo = self.with_context(collection_on=on, allowed_company_ids=companies[0].ids)
        demo = demo.with_company(companies[0])
        demo._plan_round(companies[0].with_env(demo.env), on)
        demo._collect_for_client(companies[0].with_env(demo.env), on)
        self.env.cr.flush()
        return result

    # === Visits === #
    @api.model
    def _plan_round(self, company, on):
        """The supervisor's round of the next working day, around the office."""
        company.partner_id.write({"partner_latitude": OFFICE[0], "partner_longitude": OFFICE[1]})
        for name, (latitude, longitude) in PLACES.items():
            self._debtor(name).write({"partner_latitude": latitude, "partner_longitude": longitude})
        company.collection_visit_cash_limit = 1500
        supervisor = self.env.ref(f"{MODULE}.demo_user_supervisor")
        Plan = self.env["collection.visit.plan"].with_user(supervisor)
        wizard = Plan.create(
            {
                "user_id": supervisor.id,
                "radius": 60.0,
                "amount_from": 50.0,
                "task": "Hand over copies of the invoices and ask for a date.",
            }
        )
        try:
            wizard._plan()
        except UserError:
            # Nobody near by is late on the demonstration's day: then there is no round.
            return

    # === Debts of others === #
    @api.model
    def _collect_for_client(self, company, on):
        ledger = self._make_ledger(company)
        client = self.env["res.partner"].create(
            {
                "name": "Kilvarna Dairies",
                "is_company": True,
                "street": "Creamery Road 2",
                "zip": "V35 D2E1",
                "city": "Kilmallock",
                "country_id": company.country_id.id,
                "email": "accounts@kilvarna-dairies.example",
            }
        )
        demo = self.with_context(allowed_company_ids=(company + ledger).ids)
        bank = demo.env["account.journal"].search(
            [("company_id", "=", ledger.id), ("type", "=", "bank")], limit=1
        )
        bank.name = "Trust account"
        mandate = demo.env["collection.mandate"].create(
            {
                "client_id": client.id,
                "company_id": company.id,
                "ledger_company_id": ledger.id,
                "reference": "2026-07",
                "date_from": on - timedelta(days=200),
                "trust_journal_id": bank.id,
                "minimum": 25,
                "commission_basis": "principal",
                "fixed_fee": 4.5,
                "tier_ids": [
                    Command.create({"above": 0, "percent": 15}),
                    Command.create({"above": 1000, "percent": 10}),
                ],
            }
        )
        mandate.action_activate()
        placements = demo._place_debts(mandate, on)
        demo._receive_for_client(ledger, bank, placements, on)
        demo.env["collection.case"]._refresh(placements.partner_id, on=on, companies=ledger)
        demo.env["collection.engine"]._open_cases_to_write(ledger, on)
        demo._return_one(ledger, placements[-1], on)
        demo.env["collection.remittance"].create({"mandate_id": mandate.id, "date_to": on})

    @api.model
    def _make_ledger(self, company):
        """The client's ledger: a company with a chart of accounts, seen by supervisors."""
        ledger = self.env["res.company"].create(
            {
                "name": "Tolmere for Kilvarna Dairies",
                "currency_id": company.currency_id.id,
                "country_id": company.country_id.id,
                "collection_policy_id": company.collection_policy_id.id,
            }
        )
        self._load_chart(ledger)
        for name in ("supervisor", "manager"):
            user = self.env.ref(f"{MODULE}.demo_user_{name}", raise_if_not_found=False)
            if user:
                user.company_ids = [Command.link(ledger.id)]
        self.env.ref("base.user_admin").company_ids = [Command.link(ledger.id)]
        return ledger

    @api.model
    def _place_debts(self, mandate, on):
        rows = ["Debtor;Debtor number;Document;Due;Amount;Street;ZIP;City;Country"]
        for name, key, document, late, amount, *address in PLACED:
            due = fields.Date.to_string(on - timedelta(days=late))
            rows.append(";".join([name, key, document, due, amount, *address, "IE"]))
        wizard = self.env["collection.placement.wizard"].create(
            {
                "mandate_id": mandate.id,
                "content": base64.b64encode("\n".join(rows).encode()),
                "date": on - timedelta(days=30),
            }
        )
        return wizard._place()

    @api.model
    def _return_one(self, ledger, placement, on):
        """The client has settled with one debtor and takes the case back."""
        case = self.env["collection.case"].search(
            [("company_id", "=", ledger.id), ("partner_id", "=", placement.partner_id.id)], limit=1
        )
        self.env["collection.placement"]._return(
            case, case._get_debts(), "Settled with the client", on
        )

    @api.model
    def _receive_for_client(self, ledger, bank, placements, on):
        """One debtor has paid, another one a part."""
        for placement, amount in ((placements[0], 860.0), (placements[2], 500.0)):
            item = placement.move_id.line_ids.filtered(lambda line: line.debit)
            register = self.env["account.payment.register"].with_company(ledger)
            register.with_context(
                active_model="account.move.line", active_ids=item.ids, force_payment_move=True
            ).create(
                {
                    "payment_date": on - timedelta(days=3),
                    "amount": amount,
                    "journal_id": bank.id,
                }
            )._create_payments()
