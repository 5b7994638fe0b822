from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CollectionRecovery(models.Model):
    """Money that came in for a debt which had been written off."""

    _name = "collection.recovery"
    _description = "Recovery"
    _order = "date desc, id desc"
    _rec_name = "date"
    _check_company_auto = True

    writeoff_id = fields.Many2one(
        "collection.writeoff", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    date = fields.Date(required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        string="Amount in Company Currency", currency_field="company_currency_id"
    )
    move_id = fields.Many2one(
        "account.move", string="Entry", index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one("res.users", required=True)
    note = fields.Text()

    _check_amount = models.Constraint("CHECK(amount > 0)", "A recovery needs an amount above zero.")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Recoveries are history. Reverse the entry instead."))

    # === Business methods === #
    @api.model
    def _recover(self, writeoff, amount, currency, journal, date, note=""):
        """Post money against the income account of recoveries.

        :param journal: the bank or cash journal the money came in on
        :return: the recovery
        """
        writeoff.check_access("read")
        company = writeoff.company_id
        if currency.compare_amounts(amount, 0) <= 0:
            raise UserError(self.env._("A recovery needs an amount above zero."))
        balance = currency._convert(amount, company.currency_id, company, date)
        rest = writeoff.amount - writeoff.amount_recovered
        if company.currency_id.compare_amounts(balance, rest) > 0:
            raise UserError(
                self.env._(
                    "More came in than was written off. Record the rest as a payment on account."
                )
            )
        self.env["collection.writeoff"]._check_lock(company, journal, date)
        vals = self._prepare_entry_vals(writeoff, amount, balance, currency, journal, date)
        # sudo: the checks are above; the entry follows from them.
        move = self.env["account.move"].sudo().with_company(company).create(vals)
        move.action_post()
        recovery = self.sudo().create(  # sudo: history is only made here
            {
                "writeoff_id": writeoff.id,
                "company_id": company.id,
                "date": date,
                "currency_id": currency.id,
                "amount": amount,
                "amount_company": balance,
                "move_id": move.id,
                "user_id": self.env.uid,
                "note": note,
            }
        )
        writeoff.case_id.sudo()._message_log(
            body=self.env._(
                "Recovered from a debt that was written off: %(entry)s", entry=move.name
            ),
            author_id=self.env.user.partner_id.id,
        )
        return recovery.sudo(False)

    @api.model
    def _prepare_entry_vals(self, writeoff, amount, balance, currency, journal, date):
        company = writeoff.company_id
        # sudo: a setting.
        income = company.sudo().collection_recovery_account_id
        if not income:
            raise UserError(
                self.env._("Set the income account of recoveries in the settings first.")
            )
        label = self.env._("Recovery: %(writeoff)s", writeoff=writeoff.name)
        common = {
            "name": label,
            "partner_id": writeoff.partner_id.id,
            "currency_id": currency.id,
        }
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": date,
            "ref": f"{label} – {writeoff.partner_id.display_name}",
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": self._get_liquidity_account(journal).id,
                        "amount_currency": amount,
                        "balance": balance,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": income.id,
                        "amount_currency": -amount,
                        "balance": -balance,
                    }
                ),
            ],
        }

    @api.model
    def _get_liquidity_account(self, journal):
        """Where incoming money waits for the bank statement, else the bank account itself."""
        # sudo: which account a journal uses is its configuration.
        methods = journal.sudo().inbound_payment_method_line_ids
        account = methods.payment_account_id[:1] or journal.default_account_id
        if journal.type not in ("bank", "cash", "credit") or not account:
            raise UserError(self.env._("Choose the bank or cash journal the money came in on."))
        return account
