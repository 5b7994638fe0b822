from odoo import models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    """The due date of a posted debt changes by an extension only, so that the old one is known."""

    _inherit = "account.move.line"

    def write(self, vals):
        if "date_maturity" in vals:
            self._check_due_date(vals["date_maturity"])
        return super().write(vals)

    def _check_due_date(self, new):
        """Refuse another due date for posted debts, unless an extension grants exactly that.

        Payments, credits and drafts are Odoo's business.
        """
        new = self._fields["date_maturity"].convert_to_cache(new, self)
        moved = self.filtered(
            lambda line: (
                line.date_maturity
                and line.parent_state == "posted"
                and line.balance > 0
                and line.account_type == "asset_receivable"
                and not line.payment_id
                and not line.statement_line_id
                and line.date_maturity != new
            )
        )
        if moved and not moved._is_granted(new):
            raise UserError(
                self.env._(
                    "The due date of %(item)s is agreed with the debtor. Grant an extension on the "
                    "debtor's case instead, or reset the document to draft.",
                    item=moved[:1].move_id.name,
                )
            )

    def _is_granted(self, new):
        extension_id = self.env.context.get("collection_extension_id")
        # sudo: whether an extension exists does not depend on who may read it.
        extension = self.env["collection.extension"].sudo().browse(extension_id or []).exists()
        return (
            extension.state == "approved"
            and extension.date_new == new
            and self <= extension.move_line_ids
        )
