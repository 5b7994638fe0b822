from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount


class AccountMoveReversal(models.TransientModel):
    """Odoo's dialog for credit notes: for a disputed amount, and for debit notes of charges."""

    _inherit = "account.move.reversal"

    collection_dispute_id = fields.Many2one("collection.dispute", string="Dispute", readonly=True)
    collection_amount = fields.Monetary(
        string="Amount to Credit",
        currency_field="currency_id",
        help="With tax. Zero: the whole document.",
    )

    def reverse_moves(self, is_modify=False):
        self._check_collection_amount()
        before = self.move_ids.reversal_move_ids
        action = super().reverse_moves(is_modify)
        if self.collection_dispute_id:
            if not is_modify and self.collection_amount:
                self._scale_credit_note(self.new_move_ids)
            made = self.new_move_ids | (self.move_ids.reversal_move_ids - before)
            self.collection_dispute_id._link_moves(made)
            posted = made.filtered(lambda move: move.state == "posted")
            self.env["collection.dispute"]._settle_by_moves(posted)
        if is_modify:
            self.move_ids._hand_charges_on(self.new_move_ids)
        return action

    def _check_collection_amount(self):
        """Refuse a credit above the document before it is made."""
        dispute, amount = self.collection_dispute_id, self.collection_amount
        if not dispute:
            return
        dispute._check_open()
        total = sum(self.move_ids.mapped("amount_total"))
        if amount < 0 or self.currency_id.compare_amounts(amount, total) > 0:
            raise UserError(
                self.env._(
                    "The credit note cannot be above %(total)s, the amount of the invoice.",
                    total=format_amount(self.env, total, self.currency_id),
                )
            )

    def _scale_credit_note(self, note):
        """Bring the draft down to the amount: every line by the same share, so that each tax is
        credited in proportion. What rounding leaves goes to the largest line."""
        currency, wanted = note.currency_id, self.collection_amount
        if len(note) != 1 or currency.compare_amounts(wanted, note.amount_total) >= 0:
            return
        share = wanted / note.amount_total
        lines = note.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        note.invoice_line_ids = [
            Command.update(
                line.id,
                {
                    "quantity": 1.0,
                    "discount": 0.0,
                    "price_unit": currency.round(self._get_price_total(line) * share),
                },
            )
            for line in lines
        ]
        largest = lines.sorted("price_total")[-1:]
        for _attempt in range(3):
            gap = currency.round(wanted - note.amount_total)
            if currency.is_zero(gap) or not largest.price_total:
                break
            gap_net = gap * self._get_price_total(largest) / largest.price_total
            step = currency.round(gap_net) or (currency.rounding if gap > 0 else -currency.rounding)
            largest.price_unit += step

    def _get_price_total(self, line):
        """The amount of a line as its price is entered: with the taxes that the price includes."""
        included = line.tax_ids.filtered("price_include")
        return line.price_total if included else line.price_subtotal
