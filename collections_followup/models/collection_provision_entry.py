from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..words import day_text


class CollectionProvision(models.Model):
    """The entry of a provision: one, in draft, for what the allowance account lacks."""

    _inherit = "collection.provision"

    def action_make_entry(self):
        """Make the draft entry; an accountant looks at it and posts it."""
        self.ensure_one()
        self._check_manager()
        self._check_entry()
        # What was booked since the proposal counts.
        self._propose()
        if self.currency_id.is_zero(self.amount_change):
            raise UserError(
                self.env._(
                    "The allowance account has %(booked)s already, so there is nothing to post.",
                    booked=format_amount(self.env, self.amount_booked, self.currency_id),
                )
            )
        # sudo: the manager of collections decides about the provision; who posts is another matter.
        Move = self.env["account.move"].sudo().with_company(self.company_id)
        move = Move.create(self._prepare_entry_vals())
        self.move_id = move
        self._message_log(
            body=self.env._(
                "Draft entry made: %(amount)s",
                amount=format_amount(self.env, self.amount_change, self.currency_id),
            )
        )
        return self.action_open_move()

    def _prepare_entry_vals(self):
        """Expense against allowance; the other way round where the provision is released."""
        # sudo: settings.
        company = self.company_id.sudo()
        text = self.env._("Expected credit loss as of %(day)s", day=day_text(self.env, self.date))
        lines = (
            (company.collection_provision_expense_account_id, self.amount_change),
            (company.collection_provision_allowance_account_id, -self.amount_change),
        )
        return {
            "move_type": "entry",
            "journal_id": self._get_journal().id,
            "date": self.date,
            "ref": text,
            "line_ids": [
                Command.create(
                    {
                        "name": text,
                        "account_id": account.id,
                        "currency_id": self.currency_id.id,
                        "balance": balance,
                        "amount_currency": balance,
                        "tax_ids": [Command.clear()],
                    }
                )
                for account, balance in lines
            ],
        }

    # === Checks === #
    def _check_entry(self):
        """Whatever would go wrong is said before anything is made."""
        if self.move_id:
            raise UserError(self.env._("There is an entry of this provision already."))
        company = self.company_id.sudo()  # settings
        if (
            not company.collection_provision_expense_account_id
            or not company.collection_provision_allowance_account_id
        ):
            raise UserError(
                self.env._(
                    "Set the expense account and the allowance account of provisions of "
                    "%(company)s in the company settings first.",
                    company=company.name,
                )
            )
        self.env["collection.writeoff"]._check_lock(company, self._get_journal(), self.date)
        waiting = self.search([("company_id", "=", company.id), ("state", "=", "entry")], limit=1)
        if waiting:
            raise UserError(
                self.env._(
                    "The entry of %(provision)s is still a draft. Post or delete it first: the "
                    "same loss would be provided for twice.",
                    provision=waiting.name,
                )
            )
        later = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("date", ">", self.date),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "%(provision)s is later and has been posted. Choose a day after it.",
                    provision=later.name,
                )
            )

    def _get_journal(self):
        # sudo: a setting.
        journal = self.company_id.sudo().collection_provision_journal_id
        return journal or self.env["collection.writeoff"]._get_journal(self.company_id)
