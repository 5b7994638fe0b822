from odoo import fields, models
from odoo.tools import format_amount

from ..words import day_text


class CollectionPaymentWizard(models.TransientModel):
    """Posting what was shown, through Odoo's own dialog for payments."""

    _inherit = "collection.payment.wizard"

    def _post_payment(self):
        """Post the payment and match each part of it with its item.

        :rtype: account.payment
        """
        self.ensure_one()
        self._check()
        allocation = [
            (line_id, float(amount)) for line_id, amount in self._allocate().items() if amount
        ]
        payment = self._register_allocated(allocation) if allocation else self._register_free()
        # sudo: marks of the payment are readonly for people.
        payment.sudo().write(
            {
                "collection_case_id": self.case_id.id,
                "collection_reservation": self.reservation,
                "collection_on_visit": self.taken_on_visit,
                "collection_visitor_id": self.taken_on_visit and self.env.uid,
            }
        )
        self._tell_case(payment, allocation)
        return payment

    def _register_allocated(self, allocation):
        register = (
            self.env["account.payment.register"]
            .with_company(self.company_id)
            .with_context(
                active_model="account.move.line",
                active_ids=[line_id for line_id, _amount in allocation],
                collection_allocation=allocation,
                # Some installations make no entry of a payment unless asked to.
                force_payment_move=True,
            )
        )
        return register.create(
            {
                "payment_date": self.date,
                "journal_id": self.journal_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.amount,
                "communication": self.memo or self.case_id.reference,
                "group_payment": True,
                "payment_difference_handling": "open",
                "installments_mode": "full",
            }
        )._create_payments()

    def _register_free(self):
        """Nothing takes the money: all of it is on account."""
        payments = self.env["account.payment"].with_company(self.company_id)
        payment = payments.with_context(force_payment_move=True).create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_id.id,
                "date": self.date,
                "journal_id": self.journal_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.amount,
                "memo": self.memo or self.case_id.reference,
            }
        )
        payment.action_post()
        return payment

    def _tell_case(self, payment, allocation):
        """The history of the case says what was received and what it settled."""
        items = {
            line.id: line
            for line in self.env["account.move.line"].browse(line_id for line_id, _a in allocation)
        }
        parts = [
            f"{items[line_id].move_id.name} {format_amount(self.env, amount, self.currency_id)}"
            for line_id, amount in allocation
        ]
        if self.excess > 0:
            rest = format_amount(self.env, self.excess, self.currency_id)
            parts.append(self.env._("on account %(rest)s", rest=rest))
        text = self.env._(
            "Payment %(name)s of %(amount)s on %(date)s (%(law)s): %(parts)s",
            name=payment.name,
            amount=format_amount(self.env, self.amount, self.currency_id),
            date=day_text(self.env, self.date),
            law=self._get_law_source(),
            parts=", ".join(parts),
        )
        self.case_id._message_log(body=text)
        if self.taken_on_visit and not self.env.context.get("collection_visit"):
            self._note_visit(text)
        self.case_id._review_now()

    def _note_visit(self, text):
        self.env["collection.contact.log"].create(
            {
                "case_id": self.case_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.amount,
                "channel": "visit",
                "direction": "out",
                "state": "done",
                "date": self.date,
                "partner_id": self.partner_id.id,
                "date_done": fields.Datetime.now(),
                "right_party": True,
                "note": text,
            }
        )
