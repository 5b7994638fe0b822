from datetime import timedelta

from odoo import api, models
from odoo.fields import Command

from .collection_demo import MODULE

#: The agency of the demonstration, and an insurer of debtors.
AGENCY = {"name": "Shannon Receivables", "is_company": True, "city": "Limerick", "zip": "V94"}
LAWYER = {"name": "Moriarty & Kane Solicitors", "is_company": True, "city": "Dublin", "zip": "D02"}
INSURER = {"name": "Harbour Liability", "is_company": True, "city": "Cork", "zip": "T12"}


class CollectionDemo(models.AbstractModel):
    """Files with an agency and a lawyer, a claim that was denied, goods that come back."""

    _inherit = "collection.demo"

    @api.model
    def _live(self, on, companies):
        result = super()._live(on, companies)
        self.env.flush_all()
        demo = self.with_context(collection_on=on, allowed_company_ids=companies[0].ids)
        demo = demo.with_company(companies[0].with_env(demo.env))
        demo._place_file(on)
        demo._prepare_file(on)
        demo._claim(on)
        demo._take_goods(on)
        self.env.cr.flush()
        return result

    @api.model
    def _oldest_cases(self):
        """Cases with the oldest debts that nothing else of the demonstration is about."""
        cases = self.env["collection.case"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("state", "=", "open"),
                ("amount_overdue", ">", 0),
            ],
            order="oldest_due_date, id",
        )
        return cases.filtered(
            lambda case: (
                not case.dispute_ids
                and not case.refund_ids
                and not case.hold_ids
                and not case.active_agreement_ids
            )
        )

    @api.model
    def _make_file(self, case, kind, partner, **values):
        collector = self.env.ref(f"{MODULE}.demo_user_collector")
        return self.env["collection.handover"].create(
            {
                "case_id": case.id,
                "kind": kind,
                "partner_id": partner.id,
                "user_id": collector.id,
                **values,
            }
        )

    @api.model
    def _place_file(self, on):
        """With the agency for a month: money came to them, and costs."""
        case = self._oldest_cases()[:1]
        agency = self.env["res.partner"].create(AGENCY)
        supervisor = self.env.ref(f"{MODULE}.demo_user_supervisor")
        if not case:
            return
        handover = self._make_file(
            case,
            "agency",
            agency,
            reference="SR-20771",
            commission_percent=18.0,
            commission_basis="principal",
            commission_minimum=20.0,
            terms="18 % of the principal, nothing without success. Money is remitted monthly.",
            date_review=on + timedelta(days=14),
        )
        placed = handover.with_context(collection_on=on - timedelta(days=34))
        placed.with_user(supervisor)._place()
        total = sum(handover.move_line_ids[:1].mapped("amount_residual_currency"))
        self.env["collection.handover.receipt"].create(
            {
                "handover_id": handover.id,
                "date": on - timedelta(days=9),
                "amount": round(total / 4, 2),
                "note": "First instalment by bank transfer",
            }
        )
        handover.cost_ids = [
            Command.create({"kind": "fee", "name": "Opening of the file", "amount": 25.0})
        ]

    @api.model
    def _prepare_file(self, on):
        """For a lawyer: something is missing, and the debtor has acknowledged the debt."""
        case = self._oldest_cases()[:1]
        if not case:
            return
        lawyer = self.env["res.partner"].create(LAWYER)
        collector = self.env.ref(f"{MODULE}.demo_user_collector")
        handover = self._make_file(case, "lawyer", lawyer)
        self.env["collection.legal.step"].create(
            [
                {
                    "case_id": case.id,
                    "user_id": collector.id,
                    "kind": "acknowledgement",
                    "date": on - timedelta(days=40),
                    "result": "By e-mail: “I know that I owe this.”",
                    "state": "done",
                },
                {
                    "case_id": case.id,
                    "user_id": collector.id,
                    "handover_id": handover.id,
                    "kind": "demand",
                    "date": on - timedelta(days=6),
                    "deadline": on + timedelta(days=8),
                    "cost": 12.3,
                },
            ]
        )

    @api.model
    def _claim(self, on):
        """Denied by the insurer of the debtor; the appeal is still to be written."""
        case = self._oldest_cases()[1:2]
        if not case:
            return
        insurer = self.env["res.partner"].create(INSURER)
        debts = case._get_debts()
        debts = debts.filtered(lambda line: line.currency_id == debts[0].currency_id)[:1]
        claim = self.env["collection.claim"].create(
            {
                "case_id": case.id,
                "insurer_id": insurer.id,
                "policy_number": "HL 4410-2",
                "user_id": self.env.ref(f"{MODULE}.demo_user_collector").id,
                "number": "2291 883",
                "move_line_ids": [Command.set(debts.ids)],
                "date_incurred": debts.date,
            }
        )
        claim.with_context(collection_on=on - timedelta(days=30)).action_submit()
        self.env["collection.claim.inquiry"].create(
            {
                "claim_id": claim.id,
                "date": on - timedelta(days=12),
                "person": "Ms Walsh",
                "answer": "The assessor has the file.",
                "date_next": on - timedelta(days=2),
            }
        )
        claim.with_context(collection_on=on - timedelta(days=3))._deny(
            "The damage was reported later than 14 days after it happened (clause 9).", 30
        )

    @api.model
    def _take_goods(self, on):
        """Goods ordered back in part payment."""
        keeper = self.env.ref(f"{MODULE}.demo_user_warehouse")
        for case in self._oldest_cases()[2:8]:
            moves = case._get_debts().move_id.filtered(lambda m: m.move_type == "out_invoice")
            Line = self.env["collection.goods.return.line"]
            goods = Line._get_returnable(moves[:1]) if moves else {}
            if not goods:
                continue
            order = self.env["collection.goods.return"].create(
                {
                    "case_id": case.id,
                    "move_id": moves[0].id,
                    "user_id": keeper.id,
                    "date_planned": on + timedelta(days=3),
                    "note": "Ring the bell at the yard.",
                    "line_ids": [
                        Command.create(
                            {"move_line_id": line.id, "quantity": count, "condition": "used"}
                        )
                        for line, count in goods.items()
                    ],
                }
            )
            order.action_order()
            return
