from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.installments import PlanLine
from ..tools.interest import Payment
from ..tools.plan_tracking import Terms, track


class CollectionAgreement(models.Model):
    """What became of agreements, read from the books: never from a click.

    Everything is done for all agreements at once, so that the number of queries does not grow
    with them.
    """

    _inherit = "collection.agreement"

    # === Business methods === #
    @api.model
    def _follow_up(self, on, companies=None):
        """Read from the books what became of active agreements, and end those kept or broken.

        :return: agreements that ended
        """
        domain = [("state", "=", "active")]
        if companies is not None:
            domain.append(("company_id", "in", companies.ids))
        # sudo: also those of other collectors. Changes are noted in one go below, not tracked.
        agreements = self.sudo().with_context(tracking_disable=True).search(domain)
        outcome = agreements._read_books(on)
        ended = self.browse()
        for state, group in outcome.items():
            ended |= group._update_state(("active",), state, on)
        ended.case_id._review_now(on)
        ended._log_end()
        ended.filtered(lambda agreement: agreement.state == "broken")._tell_collector(on)
        return ended

    def _read_books(self, on):
        """Write what was paid on each line of these agreements.

        :return: {"kept" or "broken": agreements}
        """
        payments = self._get_payments()
        outcome = defaultdict(self.browse)
        for agreement in self:
            status = agreement._track(payments.get(agreement.id, []), on)
            if status.state != "active":
                outcome[str(status.state)] |= agreement
        return outcome

    def _log_end(self):
        """A line in the history of each agreement that ended; one insert for all."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        if self:
            self._message_log_batch(
                bodies={agreement.id: labels[agreement.state] for agreement in self}
            )

    def _tell_collector(self, on):
        """One activity per broken agreement, so that somebody calls; one insert for all."""
        if not self:
            return
        # Odoo names each activity after its record, one by one: they are read before, together.
        self.case_id.mapped("display_name")
        activity_type = self.env.ref("mail.mail_activity_data_call")
        model = self.env["ir.model"]._get_id("collection.case")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": agreement.case_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": self.env._("Broken: %(agreement)s", agreement=agreement.name),
                    "date_deadline": on,
                    "user_id": agreement._get_responsible().id,
                }
                for agreement in self
            ]
        )

    def _get_responsible(self):
        """Who made the agreement, or looks after the case."""
        return self.user_id or self.env["collection.engine"]._get_responsible(self.case_id)

    def _track(self, payments, on):
        """Compare the lines with payments and write what was paid on each.

        :rtype: odoo.addons.collections_followup.tools.plan_tracking.PlanStatus
        """
        lines, status = self._compare(payments, on)
        for line, found in zip(lines, status.lines, strict=True):
            line._set_status(found)
        return status

    def _compare(self, payments, on):
        """The lines in their order, and what these payments make of them on a day."""
        self.ensure_one()
        exact = self.currency_id._collection_decimal
        lines = self.line_ids.sorted(lambda line: (line.date, line.id))
        plan = [
            PlanLine(number, line.date, exact(line.amount), exact(line.amount))
            for number, line in enumerate(lines, 1)
        ]
        return lines, track(plan, payments, on, Terms(self.grace_days, exact(self.tolerance)))

    def _get_paid_by(self, on):
        """What had been paid of each line by a day, read from the books; nothing is written.

        :return: {line id: Decimal}
        """
        payments = self._get_payments()
        result = {}
        for agreement in self:
            by_then = [paid for paid in payments.get(agreement.id, []) if paid.date <= on]
            lines, status = agreement._compare(by_then, on)
            result.update(
                (line.id, found.paid) for line, found in zip(lines, status.lines, strict=True)
            )
        return result

    def _get_payments(self):
        """Money that came on the items of these agreements since they were made; one query.

        For a promise the date of the payment counts. A plan or settlement covers what was open
        when it was made, so everything matched since then belongs to it, whatever its date.
        What was written off was not paid.

        :return: {agreement id: list of Payment}, in the currency of the agreement
        """
        self.env["account.partial.reconcile"].flush_model()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, GREATEST(p.max_date, a.date), p.debit_amount_currency::text
                  FROM collection_agreement a
                  JOIN collection_agreement_line_rel r ON r.agreement_id = a.id
                  JOIN account_partial_reconcile p ON p.debit_move_id = r.move_line_id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                 WHERE a.id = ANY(%s)
                   AND (p.max_date >= a.date OR a.kind <> 'promise')
                   AND p.id > COALESCE(a.payment_mark, 0)
                   AND NOT EXISTS (SELECT FROM collection_writeoff w WHERE w.move_id = c.move_id)
                 ORDER BY p.max_date, p.id
                """,
                list(self.ids),
            )
        )
        result = {}
        for agreement_id, day, amount in rows:
            result.setdefault(agreement_id, []).append(Payment(day, Decimal(amount)))
        return result
