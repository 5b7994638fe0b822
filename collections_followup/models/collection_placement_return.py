from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class CollectionPlacement(models.Model):
    """Debts that the client takes back while the mandate goes on: the client's ledger no longer
    shows them as owed by the debtor, nor to the client."""

    _inherit = "collection.placement"

    @api.model
    def _return(self, case, lines, reason, date):
        """Give back what is open on some items, by one entry; without items left the case is
        closed.

        :param lines: open receivable items of the case
        :return: the entry
        """
        self._check_return(case, lines, reason)
        mandate = case.company_id.sudo().collection_mandate_id  # sudo: whose debts these are
        journal = self.env["collection.writeoff"]._get_journal(case.company_id)
        self.env["collection.writeoff"]._check_lock(case.company_id, journal, date)
        # sudo: the right has been checked; the entry follows from it.
        moves = self.env["account.move"].sudo().with_company(case.company_id)
        move = moves.create(self._prepare_return_vals(case, lines, reason, journal, date))
        move.action_post()
        for line, counter in zip(lines, move.line_ids[: len(lines)], strict=True):
            (line.sudo() + counter).reconcile()
        # sudo: readonly for people.
        placed = self.sudo().search(
            [("mandate_id", "=", mandate.id), ("move_id", "in", lines.move_id.ids)]
        )
        placed.write({"date_returned": date, "return_reason": reason, "return_move_id": move.id})
        self._end_work(case, lines, reason)
        return move

    @api.model
    def _check_return(self, case, lines, reason):
        case.check_access("write")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("A supervisor returns debts to the client."))
        # sudo: whose debts these are does not depend on who asks.
        if not case.company_id.sudo().collection_mandate_id:
            raise UserError(
                self.env._("This is no debt of a client. Write it off, or hand it over.")
            )
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, in a few words."))
        self.env["collection.writeoff"]._check_lines(case, lines)

    @api.model
    def _prepare_return_vals(self, case, lines, reason, journal, date):
        """One line for each item, at its residual, against what is owed to the client."""
        # sudo: as above; accounts of partners are a property of the ledger.
        mandate = case.company_id.sudo().collection_mandate_id
        client = mandate.client_id.sudo().with_company(case.company_id)
        label = self.env._("Returned to the client: %(reason)s", reason=reason)
        counters = [
            {
                "name": f"{line.move_id.ref or line.move_id.name} – {label}",
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "currency_id": line.currency_id.id,
                "amount_currency": -line.amount_residual_currency,
                "balance": -line.amount_residual,
            }
            for line in lines
        ]
        owed = {
            "name": label,
            "account_id": client.property_account_payable_id.id,
            "partner_id": client.id,
            "currency_id": case.company_id.currency_id.id,
            "balance": sum(lines.mapped("amount_residual")),
        }
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": date,
            "ref": f"{label} – {case.partner_id.display_name}",
            "line_ids": [Command.create(vals) for vals in (*counters, owed)],
        }

    @api.model
    def _end_work(self, case, lines, reason):
        """What was agreed and charged about these items ends; a case without items is closed."""
        # sudo: what ends with the debt, whoever made it.
        case = case.sudo()
        # Closed cases keep their figures, so they are brought up to date before.
        case._refresh(case.partner_id, companies=case.company_id)
        text = self.env._("Returned to the client: %(reason)s", reason=reason)
        agreements = case.agreement_ids.filtered(
            lambda agreement: (
                agreement.state in ("draft", "active") and agreement.move_line_ids & lines
            )
        )
        if agreements:
            agreements._cancel(text)
        charges = self.env["collection.charge"].sudo()
        charges = charges.search([("move_line_id", "in", lines.ids), ("state", "=", "accrued")])
        charges._update_state(
            ("accrued",),
            "waived",
            {
                "waive_reason": text,
                "waived_by_id": self.env.uid,
                "waived_on": self.env["collection.case"]._today(),
            },
        )
        if case._get_debts():
            names = ", ".join(move.ref or move.name for move in lines.move_id)
            case._message_log(body=f"{text} ({names})", author_id=self.env.user.partner_id.id)
            case._review_now()
        else:
            case._return_to_client(reason)
