from odoo import api, models


class AccountBankStatementLine(models.Model):
    """Bank lines that quote the reference of an agreement are matched with its items."""

    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._collection_match_agreements()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("payment_ref"):
            self._collection_match_agreements()
        return result

    def _collection_match_agreements(self):
        texts = {
            line: line.payment_ref
            for line in self
            if line.amount > 0 and line.payment_ref and not line.is_reconciled
        }
        found = self.env["collection.agreement"]._find_quoted(texts)
        for line, agreement in found.items():
            # sudo: matching follows from the reference; entering the bank line was the user's.
            line_sudo = line.sudo()
            if line_sudo.company_id != agreement.company_id:
                continue
            if not line_sudo.partner_id:
                line_sudo.partner_id = agreement.partner_id
            currency = line_sudo.foreign_currency_id or line_sudo.currency_id
            debtor = line_sudo.partner_id.commercial_partner_id
            if debtor == agreement.partner_id and currency == agreement.currency_id:
                line_sudo._collection_receive(agreement)

    def _collection_receive(self, agreement):
        """Book the money on the debtor's account instead of the suspense account, and match it."""
        self.ensure_one()
        _liquidity, suspense, other = self._seek_for_lines()
        items = agreement._get_items().filtered(lambda item: not item.reconciled)
        if len(suspense) != 1 or other or not items or self.move_id.state != "posted":
            return
        suspense.write({"account_id": items[0].account_id.id})
        agreement._receive(suspense)
