from odoo import api, fields, models
from odoo.fields import Command


class AccountPayment(models.Model):
    """Payments whose money was given to several items: a counterpart line for each of them."""

    _inherit = "account.payment"

    collection_case_id = fields.Many2one(
        "collection.case",
        string="Registered on Case",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="collections_followup.group_reader,collections_followup.group_collector",
        prefetch="collections",
    )
    collection_reservation = fields.Boolean(
        string="Reservation of Interest on Receipt",
        readonly=True,
        copy=False,
        help="The receipt says that interest and costs stay due.",
        prefetch="collections",
    )
    collection_on_visit = fields.Boolean(
        string="Taken on a Visit", readonly=True, copy=False, prefetch="collections"
    )

    def _prepare_move_line_default_vals(self, write_off_line_vals=None, force_balance=None):
        """One counterpart line for each item, and one for what stays on account."""
        lines = super()._prepare_move_line_default_vals(write_off_line_vals, force_balance)
        allocation = self.env.context.get("collection_allocation")
        if not allocation:
            return lines
        return [lines[0], *self._split_counterpart(lines[1], allocation), *lines[2:]]

    def _split_counterpart(self, counterpart, allocation):
        """The counterpart in parts, so that each can be matched with its item in full.

        :param allocation: pairs of (journal item id, amount); the rest stays on account
        """
        items = self.env["account.move.line"].browse(line_id for line_id, _amount in allocation)
        currency, company_currency = self.currency_id, self.company_id.currency_id
        amount, balance = counterpart["amount_currency"], counterpart["debit"]
        balance -= counterpart["credit"]
        sign = -1 if amount < 0 else 1
        parts = [
            (item.account_id.id, item.move_id.name, sign * part)
            for item, (_id, part) in zip(items, allocation, strict=True)
        ]
        rest = currency.round(amount - sum(part[2] for part in parts))
        if not currency.is_zero(rest):
            parts.append((counterpart["account_id"], self.env._("On account"), rest))
        result, left = [], balance
        for number, (account_id, document, part) in enumerate(parts, 1):
            share = left
            if number < len(parts):
                share = company_currency.round(balance * part / amount)
            left = company_currency.round(left - share)
            result.append(
                {
                    **counterpart,
                    "name": f"{counterpart['name']} – {document}",
                    "account_id": account_id,
                    "amount_currency": part,
                    "debit": max(share, 0.0),
                    "credit": max(-share, 0.0),
                }
            )
        return result

    def _synchronize_to_moves(self, changed_fields):
        """A payment that is corrected has one counterpart again: Odoo knows only one."""
        if not set(self._get_trigger_fields_to_synchronize()).isdisjoint(changed_fields):
            for payment in self.filtered(lambda pay: pay.move_id.state == "draft"):
                payment._join_counterparts()
        return super()._synchronize_to_moves(changed_fields)

    def _join_counterparts(self):
        _liquidity, counterparts, _writeoff = self._seek_for_lines()
        first, others = counterparts[:1], counterparts[1:]
        if not others:
            return
        commands = [Command.delete(line.id) for line in others]
        joined = {
            "amount_currency": sum(counterparts.mapped("amount_currency")),
            "balance": sum(counterparts.mapped("balance")),
        }
        self.move_id.with_context(skip_invoice_sync=True).write(
            {"line_ids": [Command.update(first.id, joined), *commands]}
        )

    # === Actions === #
    def action_collection_bounce(self):
        """Note that this payment or cheque came back."""
        self.ensure_one()
        case = self.env["collection.bounce"]._get_case_for(self)
        return case.with_context(default_payment_id=self.id).action_bounce()

    # === Receipt === #
    def action_collection_receipt(self):
        """The receipt, with a reservation of interest where it is needed."""
        self.check_access("read")
        return self.env.ref("collections_followup.report_payment_receipt").report_action(self)

    def _get_collection_receipt_lines(self):
        """What the payment was used for: one row for each item, and one for what is on account.

        :return: list of dicts: document, due, amount, left
        """
        self.ensure_one()
        # sudo: the debtor is told what the payment settled, whoever prints it.
        _liquidity, counterparts, _writeoff = self.sudo()._seek_for_lines()
        rows = []
        for line in counterparts.sorted("id"):
            on_account = abs(line.amount_residual_currency)
            for partial in line.matched_debit_ids:
                item = partial.debit_move_id
                rows.append(
                    {
                        "document": item.move_id.name,
                        "due": item.date_maturity,
                        "amount": partial.credit_amount_currency,
                        "left": item.amount_residual_currency,
                        "currency": item.currency_id,
                    }
                )
            if not line.currency_id.is_zero(on_account):
                rows.append(
                    {
                        "document": self.env._("On account"),
                        "due": False,
                        "amount": on_account,
                        "left": False,
                        "currency": line.currency_id,
                    }
                )
        return rows

    @api.model
    def _get_collection_charges_due(self, case):
        """Charges of a case that are not paid: accrued ones, and debit notes that are open."""
        return case.charge_ids.filtered(
            lambda charge: (
                (charge.state == "accrued" and charge.amount > 0)
                or (charge.state == "invoiced" and charge.move_id.amount_residual > 0)
            )
        )
