from odoo import api, models
from odoo.tools import format_amount

from ..words import day_text


class AccountMove(models.Model):
    """Odoo's own credit warning, with temporary limits and holds. It warns and never refuses."""

    _inherit = "account.move"

    @api.depends("company_id", "partner_id", "tax_totals", "currency_id")
    def _compute_partner_credit_warning(self):
        """Holds are shown on draft invoices also where limits are not checked."""
        result = super()._compute_partner_credit_warning()
        unchecked = self.filtered(
            lambda move: (
                move.state == "draft"
                and move.move_type == "out_invoice"
                and not move.company_id.account_use_credit_limit
            )
        )
        for move in unchecked:
            hold = move._get_credit_hold(move.partner_id.commercial_partner_id, move.company_id)
            if hold:
                move.partner_credit_warning = hold.partner_id._get_hold_sentence(hold)
        return result

    def _build_credit_warning_message(
        self, record, current_amount=0.0, exclude_current=False, exclude_amount=0.0
    ):
        """Sales orders ask here, too: the hold first, and no warning within a temporary limit."""
        message = super()._build_credit_warning_message(
            record,
            current_amount=current_amount,
            exclude_current=exclude_current,
            exclude_amount=exclude_amount,
        )
        debtor, company = record.partner_id.commercial_partner_id, record.company_id
        if message:
            to_invoice = debtor.credit_to_invoice - exclude_amount
            total = debtor.credit + to_invoice + current_amount
            message = self._weigh_temporary_limit(message, debtor, company, total)
        hold = self._get_credit_hold(debtor, company)
        sentence = debtor._get_hold_sentence(hold) if hold else ""
        return "\n".join(filter(None, (sentence, message)))

    def _weigh_temporary_limit(self, message, debtor, company, total):
        """The warning with the temporary limit in mind: none within it."""
        # sudo: sales may not read limits, and is told what follows from them.
        limit = self.env["collection.credit.limit"].sudo()._get_current(debtor, company)
        if not limit:
            return message
        if company.currency_id.compare_amounts(total, limit.amount) <= 0:
            return ""
        sentence = self.env._(
            "Also the temporary limit of %(limit)s, until %(date)s, is used up.",
            limit=format_amount(self.env, limit.amount, company.currency_id),
            date=day_text(self.env, limit.date_to),
        )
        return f"{message}\n{sentence}"

    @api.model
    def _get_credit_hold(self, debtor, company):
        # sudo: sales may not read holds, and is told that there is one.
        return (
            self.env["collection.credit.hold"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", debtor.id),
                    ("company_id", "=", company.id),
                    ("date_released", "=", False),
                ],
                limit=1,
            )
        )
