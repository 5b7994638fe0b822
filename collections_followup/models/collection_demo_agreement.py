from datetime import timedelta

from odoo import api, models

from .collection_demo import MODULE

#: Plans and settlements of the demonstration: the day they are made (as in STEPS, or 0 for
#: today), the debtor, what is entered in the dialog, and when payments arrive. Days count from
#: today.
AGREEMENTS = (
    {
        "day": -42,
        "debtor": "tarrant",
        "first": -26,
        "values": {"count": 4, "frequency": "fortnightly"},
        "paid": (-28, -14),
        "note": "Lost a large customer; can pay from the new contract.",
    },
    {
        "day": -35,
        "debtor": "lindenau",
        "first": -17,
        "values": {"count": 3, "frequency": "monthly"},
        "paid": (),
        "note": "Wanted three months.",
    },
    {
        "day": 0,
        "debtor": "saules",
        "first": 14,
        "values": {"count": 6, "frequency": "monthly", "interest_rate": 6.0},
        "ends": "sign",
        "note": "Season begins in spring; asked for six months.",
    },
    {
        "day": 0,
        "debtor": "harlan",
        "first": 10,
        "values": {"kind": "settlement", "count": 1, "discount_percent": 20.0},
        "ends": "approve",
        "note": "Offers 80 % by the end of next week.",
    },
)


class CollectionDemo(models.AbstractModel):
    """Plans and settlements of the demonstration: one that is kept so far, one that was broken,
    one to be signed, and one that waits for a supervisor."""

    _inherit = "collection.demo"

    @api.model
    def _make_agreements(self, step, on):
        """Agreements made on a day.

        :param int step: the day, counted from ``on``
        """
        for row in AGREEMENTS:
            if row["day"] == step:
                self._make_agreement(row, on)

    @api.model
    def _make_agreement(self, row, on):
        case = self._get_demo_case(row["debtor"])
        if not case or not case.move_line_ids:
            return
        wizard = self.env["collection.plan.wizard"].create(
            {
                "case_id": case.id,
                "date_first": on + timedelta(days=row["first"]),
                "note": row["note"],
                **row["values"],
            }
        )
        agreement = wizard._create_agreement()
        agreement.user_id = case.user_id or self.env.ref(f"{MODULE}.demo_user_collector")
        if row.get("ends") == "approve":
            agreement.action_request_approval()
        elif not row.get("ends"):
            # Agreed on the phone, without paper.
            agreement.requires_signature = False
            agreement.action_activate()

    @api.model
    def _pay_agreements(self, last, step, on):
        """Payments that quote the reference of an agreement, between two days."""
        for row in AGREEMENTS:
            agreement = self._get_demo_case(row["debtor"]).agreement_ids.filtered(
                lambda agreement: agreement.state == "active" and agreement.kind == "plan"
            )
            for number, day in enumerate(row.get("paid", ())):
                if agreement and last < day <= step:
                    self._pay_agreement(agreement[0], number, on + timedelta(days=day))

    @api.model
    def _pay_agreement(self, agreement, number, day):
        company = agreement.company_id
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        payment = (
            self.env["account.payment"]
            .with_company(company)
            .with_context(force_payment_move=True)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": agreement.partner_id.id,
                    "journal_id": journal.id,
                    "date": day,
                    "amount": agreement.line_ids[number].amount,
                    "currency_id": agreement.currency_id.id,
                    "memo": agreement.reference,
                }
            )
        )
        payment.action_post()

    @api.model
    def _get_demo_case(self, debtor):
        partner = self._debtor(debtor)
        return self.env["collection.case"].search(
            [("partner_id", "=", partner.id), ("state", "!=", "closed")], limit=1
        )
