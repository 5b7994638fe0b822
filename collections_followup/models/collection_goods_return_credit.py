from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class CollectionGoodsReturn(models.Model):
    """Goods that came back pay a part: by Odoo's credit note, matched with the item."""

    _inherit = "collection.goods.return"

    def _check_lines_write(self, vals):
        """What was credited stays; whoever receives the goods only counts them."""
        if self.filtered("is_closed"):
            raise UserError(self.env._("This return is closed; its goods stay as they are."))
        if self.env.user.has_group("collections_followup.group_collector"):
            return
        if set(vals) - {"quantity_received", "condition"}:
            raise UserError(
                self.env._("You are asked what has come back; collections does the rest.")
            )

    # === Actions === #
    def action_credit(self):
        """Credit what came: one credit note, posted and matched with the invoice."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor credits goods that came back."))
        for order in self.filtered(lambda order: order.state == "received"):
            order._credit()
        return self.credit_move_id[:1].get_formview_action() if len(self) == 1 else None

    # === Business methods === #
    def _credit(self):
        self.ensure_one()
        today = self.env["collection.case"]._today()
        move = self.move_id
        self.env["collection.writeoff"]._check_lock(self.company_id, move.journal_id, today)
        lines = self.line_ids.filtered(lambda line: line.quantity_received and line.value_percent)
        if not lines:
            # Goods without value pay nothing: the return ends, and there is nothing to credit.
            self._finish(self.env["account.move"])
            return
        note = self._make_credit_note(today)
        self._trim_credit_note(note, lines)
        note.action_post()
        self._match(note)
        self._finish(note)

    def _make_credit_note(self, date):
        """The whole invoice turned round, as Odoo does it, still a draft."""
        # sudo: the supervisor's word is the right to credit; the entry follows from it.
        wizard = (
            self.env["account.move.reversal"]
            .sudo()
            .with_company(self.company_id)
            .with_context(active_model="account.move", active_ids=self.move_id.ids)
            .create(
                {
                    "date": date,
                    "reason": self.env._("Goods taken back"),
                    "journal_id": self.move_id.journal_id.id,
                }
            )
        )
        wizard.reverse_moves()
        return wizard.new_move_ids

    def _trim_credit_note(self, note, lines):
        """Leave on the draft what came, at what it is worth."""
        chosen = {line.move_line_id.id: line for line in lines}
        sources = self.move_id.sudo().invoice_line_ids  # sudo: as above
        sources = sources.filtered(lambda line: line.display_type == "product")
        copies = note.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        commands = [Command.delete(line.id) for line in note.invoice_line_ids if line not in copies]
        for source, copy in zip(sources, copies, strict=True):
            line = chosen.get(source.id)
            if not line:
                commands.append(Command.delete(copy.id))
                continue
            values = {
                "quantity": line.quantity_received,
                "price_unit": copy.price_unit * line.value_percent / 100,
                "name": self.env._(
                    "%(goods)s (returned, %(percent)g %%)",
                    goods=copy.name or line.name,
                    percent=line.value_percent,
                ),
            }
            commands.append(Command.update(copy.id, values))
        note.write({"invoice_line_ids": commands})

    def _match(self, note):
        """Set the credit against the invoice's items, the oldest first."""
        credit = note.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        debts = self.move_id.sudo().line_ids.filtered(  # sudo: as above
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        for debt in debts.sorted(lambda line: (line.date_maturity or line.date, line.id)):
            if all(credit.mapped("reconciled")):
                break
            same = credit.filtered(
                lambda line, d=debt: line.account_id == d.account_id and not line.reconciled
            )
            if same:
                (debt + same).reconcile()

    def _finish(self, note):
        # sudo: readonly for people; the right has been checked.
        self.sudo().write({"state": "credited", "credit_move_id": note.id})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        text = (
            self.env._("Goods taken back and credited: %(note)s", note=note.name)
            if note
            else self.env._("Goods without value were taken back; nothing is credited.")
        )
        # sudo: the history is written whoever credits.
        self.case_id.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)
        self.case_id._review_now()
