from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..words import day_text

REASONS = [
    ("funds", "Not enough money on the account"),
    ("closed", "Account closed"),
    ("wrong", "Wrong account"),
    ("objection", "The debtor objected"),
    ("stopped", "Cheque stopped"),
    ("other", "Other"),
]


class CollectionBounce(models.Model):
    """A payment or cheque that came back: what it had settled is open again.

    The payment stays in the books; an entry of the day on which it came back takes it back. When
    the bank statement shows the return, it is matched with that entry.
    """

    _name = "collection.bounce"
    _description = "Returned Payment"
    _inherit = ["collection.case.record.items"]
    _order = "date desc, id desc"

    partner_id = fields.Many2one(store=True)  # found by what looks for data of a person
    name = fields.Char(compute="_compute_name")
    payment_id = fields.Many2one(
        "account.payment", required=True, ondelete="restrict", check_company=True, readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Takes the payment back.",
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True)
    date = fields.Date(required=True)
    reason = fields.Selection(REASONS, required=True)
    move_line_ids = fields.Many2many(
        relation="collection_bounce_line_rel",
        column1="bounce_id",
        column2="move_line_id",
        string="Open Again",
    )
    charge_id = fields.Many2one("collection.charge", string="Fee", ondelete="restrict")
    user_id = fields.Many2one("res.users", required=True)
    note = fields.Text()

    _payment_unique = models.Constraint(
        "UNIQUE(payment_id)", "This payment has been noted as returned already."
    )

    @api.depends("payment_id", "amount", "date")
    def _compute_name(self):
        for bounce in self:
            amount = bounce.currency_id and format_amount(
                self.env, bounce.amount, bounce.currency_id
            )
            bounce.name = f"{bounce.payment_id.name or ''}: {amount or ''}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Returned payments are history and are not deleted."))

    # === Actions === #
    def action_open_move(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === Business methods === #
    @api.model
    def _bounce(self, case, payment, date, reason, fee=0.0, note=""):
        """Take a payment back, open again what it had settled, and charge the fee.

        :param date date: the day on which it came back
        :param float fee: in the currency of the payment; 0: none
        :return: the record
        """
        self._check(case, payment, date)
        # sudo: rights have been checked; the entry follows from them, also for those who may not
        # make entries of their own.
        payment_sudo = payment.sudo().with_company(case.company_id)
        _liquidity, counterparts, _writeoff = payment_sudo._seek_for_lines()
        items = counterparts.matched_debit_ids.debit_move_id
        counterparts.remove_move_reconcile()
        move = self._reverse(payment_sudo, date, reason)
        payment_sudo.action_reject()
        line = items.sorted(lambda item: (item.date_maturity or item.date, item.id))[:1]
        charge = fee and self.env["collection.charge"]._add_fee(
            case,
            "returned_payment_fee",
            fee,
            on=date,
            currency=payment.currency_id,
            line=line if line.currency_id == payment.currency_id else None,
            note=self.env._("Returned payment %(payment)s", payment=payment.name),
        )
        bounce = self.sudo().create(  # sudo: history is only made here
            {
                "case_id": case.id,
                "payment_id": payment.id,
                "move_id": move.id,
                "currency_id": payment.currency_id.id,
                "amount": payment.amount,
                "date": date,
                "reason": reason,
                "move_line_ids": [Command.set(items.ids)],
                "charge_id": charge.id if charge else False,
                "user_id": self.env.uid,
                "note": note,
            }
        )
        bounce._reopen(case, items, date)
        return bounce.sudo(False)

    @api.model
    def _reverse(self, payment_sudo, date, reason):
        """Odoo's reversal of the payment's entry, matched with it.

        Where the bank statement has shown the money, the bank side stays open for the line of the
        statement that takes it back.
        """
        label = dict(self._fields["reason"]._description_selection(self.env))[reason]
        reference = self.env._("Returned: %(payment)s (%(reason)s)", payment=payment_sudo.name,
                               reason=label)  # fmt: skip
        move = payment_sudo.move_id
        reversal = move._reverse_moves(
            [{"date": date, "ref": reference, "journal_id": move.journal_id.id}]
        )
        reversal._post(soft=False)
        return reversal

    def _reopen(self, case, items, date):
        """Promises that had counted on the money are looked at again, and the stage is decided
        anew."""
        # sudo: also agreements that a colleague made.
        agreements = (
            self.env["collection.agreement"]
            .sudo()
            .search([("state", "in", ("active", "kept")), ("move_line_ids", "in", items.ids)])
        )
        kept = agreements.filtered(lambda agreement: agreement.state == "kept")
        kept._update_state(("kept",), "active")
        self.env.flush_all()
        self.env["collection.agreement"]._follow_up(date, case.company_id)
        case._refresh(case.partner_id, on=self.env["collection.case"]._today())
        case._review_now()
        documents = ", ".join(items.move_id.mapped("name"))
        case.sudo()._message_log(
            body=self.env._(
                "Payment %(payment)s came back on %(date)s (%(reason)s). Open again: %(items)s",
                payment=self.name,
                date=day_text(self.env, date),
                reason=dict(self._fields["reason"]._description_selection(self.env))[self.reason],
                items=documents or "–",
            ),
            author_id=self.env.user.partner_id.id,
        )

    @api.model
    def _check(self, case, payment, date):
        case.check_access("write")
        payment.check_access("read")
        if payment.partner_id.commercial_partner_id != case.partner_id or (
            payment.company_id != case.company_id
        ):
            raise UserError(
                self.env._("This payment is not one of %(debtor)s.", debtor=case.display_name)
            )
        if payment.payment_type != "inbound" or payment.state not in ("in_process", "paid"):
            raise UserError(
                self.env._("Choose a payment that was received, posted, and has not come back yet.")
            )
        if not payment.move_id:
            raise UserError(
                self.env._("This payment has no entry in the books; cancel it instead.")
            )
        if date < payment.date:
            raise UserError(self.env._("A payment cannot come back before it was made."))
        self.env["collection.writeoff"]._check_lock(case.company_id, payment.journal_id, date)

    @api.model
    def _get_case_for(self, payment):
        """The case a returned payment belongs to; closed ones are opened again.

        :rtype: collection.case
        """
        Case = self.env["collection.case"]
        domain = [
            ("partner_id", "=", payment.partner_id.commercial_partner_id.id),
            ("company_id", "=", payment.company_id.id),
        ]
        case = Case.search([*domain, ("state", "!=", "closed")], limit=1)
        if case:
            return case
        case = Case.search(domain, order="id desc", limit=1)
        case.check_access("write")
        # sudo: the state is readonly for people; the right to has been checked.
        case.sudo()._set_state(("closed",), "open", {"date_closed": False})
        return case
