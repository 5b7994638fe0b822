import logging

from stdnum import iso11649

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.identifiers import find_creditor_references, make_creditor_reference

_logger = logging.getLogger(__name__)

#: What tells an agreement's reference from that of a case.
LETTER = "A"


class CollectionAgreement(models.Model):
    """Payments that quote the reference of an agreement go to its items, oldest first.

    What has been paid on the items fills the lines of the agreement in their order.
    """

    _inherit = "collection.agreement"

    reference = fields.Char(
        string="Payment Reference",
        compute="_compute_reference",
        search="_search_reference",
        help="ISO 11649 creditor reference of the agreement. A payment that quotes it is matched "
        "with the items of the agreement.",
    )

    def _compute_reference(self):
        for agreement in self:
            number = agreement._origin.id
            agreement.reference = (
                make_creditor_reference(f"{LETTER}{number:08d}") if number else False
            )

    def _search_reference(self, operator, value):
        if operator not in ("in", "=", "ilike", "=ilike", "like"):
            return NotImplemented
        values = [value] if isinstance(value, str) else value
        return [("id", "in", [number for text in values if (number := self._id_of(text))])]

    @api.model
    def _id_of(self, text):
        """Identifier of the agreement that a creditor reference names, or ``None``."""
        compact = iso11649.compact(text or "")
        if not iso11649.is_valid(compact) or not compact[4:].startswith(LETTER):
            return None
        digits = compact[5:]
        return int(digits) if digits.isdigit() else None

    # === Business methods === #
    @api.model
    def _find_quoted(self, texts):
        """Agreements that texts quote; texts that quote several name none.

        :param dict texts: {key: what a payment says}
        :return: {key: agreement}
        """
        quoted = {key: find_creditor_references(text or "") for key, text in texts.items()}
        numbers = {self._id_of(ref) for refs in quoted.values() for ref in refs} - {None}
        if not numbers:
            return {}
        # sudo: whoever enters payments need not see agreements.
        known = self.sudo().search([("id", "in", list(numbers)), ("state", "!=", "draft")])
        by_reference = {agreement.reference: agreement for agreement in known}
        result = {}
        for key, refs in quoted.items():
            found = {by_reference[ref] for ref in refs if ref in by_reference}
            if len(found) == 1:
                result[key] = found.pop()
        return result

    def _receive(self, credits_):
        """Match credits with the items of the agreement, one item after the other.

        Also when it is broken: the debtor meant these items. What is left over stays a payment on
        account. What the books do not allow, such as a closed period, is left to a person, and
        never keeps the payment from being recorded.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                for credit in credits_:
                    self._receive_one(credit)
        except UserError as error:
            _logger.info("A payment for agreement %s was not matched: %s", self.id, error)

    def _receive_one(self, credit):
        for item in self._get_items():
            if credit.reconciled or not credit.amount_residual:
                return
            if item.account_id == credit.account_id and not item.reconciled:
                (item + credit).reconcile()
