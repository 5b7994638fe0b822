from odoo import api, models

from ..tools.identifiers import find_creditor_references


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Money that quotes the creditor reference of a case is this debtor's.

        Odoo then proposes the debtor's open items for it, and reconciliation models that match
        by partner apply.
        """
        lines = super().create(vals_list)
        lines.filtered(lambda line: not line.partner_id)._collection_find_debtors()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("payment_ref") and "partner_id" not in vals:
            self.filtered(
                lambda line: not line.partner_id and not line.is_reconciled
            )._collection_find_debtors()
        return result

    def _collection_find_debtors(self):
        """Set the partner of incoming payments by the references they quote.

        A reference is taken only when its check digits are right and the case it names belongs to
        the line's company. References of several debtors in one line decide nothing.
        """
        quoted = {
            line: find_creditor_references(line.payment_ref or "")
            for line in self
            if line.amount > 0
        }
        cases = self._collection_get_cases({ref for refs in quoted.values() for ref in refs})
        for line, refs in quoted.items():
            debtors = {
                cases[ref].partner_id
                for ref in refs
                if ref in cases and cases[ref].company_id == line.company_id
            }
            if len(debtors) == 1:
                line.partner_id = debtors.pop().id

    @api.model
    def _collection_get_cases(self, references):
        """Cases by the reference they are quoted with, closed ones included."""
        Case = self.env["collection.case"]
        numbers = {number for ref in references if (number := Case._id_of_reference(ref))}
        # sudo: whoever enters bank statements need not see cases; only the debtor is taken over.
        cases = Case.sudo().browse(numbers).exists()
        return {case.reference: case for case in cases}
