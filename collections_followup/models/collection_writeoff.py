from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..words import day_text


class CollectionWriteoff(models.Model):
    """A debt given up: what, why, by whom, the entry it was posted with, and what came in later.

    The record is the history; the money is in the entry.
    """

    _name = "collection.writeoff"
    _description = "Write-off"
    _inherit = ["collection.case.record.items"]
    _order = "date desc, id desc"

    partner_id = fields.Many2one(store=True)  # found by what looks for data of a person
    name = fields.Char(compute="_compute_name")
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_line_ids = fields.Many2many(
        relation="collection_writeoff_line_rel",
        column1="writeoff_id",
        column2="move_line_id",
    )
    reason_id = fields.Many2one("collection.writeoff.reason", required=True, ondelete="restrict")
    tax_hint = fields.Text(related="reason_id.tax_hint")
    amount = fields.Monetary(required=True, help="In the company's currency.")
    date = fields.Date(required=True)
    user_id = fields.Many2one("res.users", string="Written off by", required=True)
    move_id = fields.Many2one(
        "account.move", string="Entry", index="btree_not_null", check_company=True
    )
    move_state = fields.Selection(related="move_id.state", string="Entry State")
    note = fields.Text()
    recovery_ids = fields.One2many("collection.recovery", "writeoff_id", string="Recoveries")
    amount_recovered = fields.Monetary(compute="_compute_amount_recovered", store=True)

    # === Compute methods === #
    @api.depends("reason_id", "amount", "currency_id", "date")
    def _compute_name(self):
        for writeoff in self:
            if not writeoff.currency_id:
                writeoff.name = writeoff.reason_id.name or ""
                continue
            amount = format_amount(self.env, writeoff.amount, writeoff.currency_id)
            day = day_text(self.env, writeoff.date)
            writeoff.name = f"{writeoff.reason_id.name}: {amount}, {day}"

    @api.depends("recovery_ids.amount_company")
    def _compute_amount_recovered(self):
        for writeoff in self:
            writeoff.amount_recovered = sum(writeoff.recovery_ids.mapped("amount_company"))

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Write-offs are history. Reverse the entry instead."))

    # === Actions === #
    def action_recover(self):
        """Ask for the money that came in for a debt which was given up."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recovery"),
            "res_model": "collection.recovery.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_writeoff_id": self.id},
        }

    def action_open_move(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === Business methods === #
    @api.model
    def _write_off(self, case, lines, reason, date, note=""):
        """Give up what is open on items: one posted entry, matched with each of them.

        :param lines: open receivable items of the debtor, in any currencies
        :return: the write-off
        """
        self._check_lines(case, lines)
        company = case.company_id
        reason = reason.with_company(company)
        self._check_limit(company, sum(lines.mapped("amount_residual")))
        journal = self._get_journal(company)
        self._check_lock(company, journal, date)
        if not reason.account_id:
            raise UserError(
                self.env._(
                    "The write-off reason %(reason)s has no expense account in %(company)s. Set "
                    "one in the configuration.",
                    reason=reason.name,
                    company=company.name,
                )
            )
        amount = company.currency_id.round(sum(lines.mapped("amount_residual")))
        # sudo: rights and limits have been checked; the entry follows from them, also for those
        # who may not make entries of their own.
        Move = self.env["account.move"].sudo().with_company(company)
        move = Move.create(self._prepare_entry_vals(case, lines, reason, journal, date))
        move.action_post()
        for line, counter in zip(lines, move.line_ids[: len(lines)], strict=True):
            (line.sudo() + counter).reconcile()
        return self._record(case, lines, reason, date, amount, move, note)

    @api.model
    def _record(self, case, lines, reason, date, amount, move, note):  # noqa: PLR0913
        writeoff = self.sudo().create(  # sudo: history is only made here
            {
                "case_id": case.id,
                "move_line_ids": [Command.set(lines.ids)],
                "reason_id": reason.id,
                "amount": amount,
                "date": date,
                "user_id": self.env.uid,
                "move_id": move.id,
                "note": note,
            }
        )
        case.sudo()._message_log(
            body=self.env._("Written off – %(writeoff)s", writeoff=writeoff.name),
            author_id=self.env.user.partner_id.id,
        )
        case.sudo()._review_now()
        return writeoff.sudo(False)

    @api.model
    def _prepare_entry_vals(self, case, lines, reason, journal, date):
        """One line for each item, in its currency and at its residual, against the loss."""
        label = self.env._("Write-off: %(reason)s", reason=reason.name)
        counters = [
            {
                "name": f"{label} ({line.move_id.name})",
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "currency_id": line.currency_id.id,
                "amount_currency": -line.amount_residual_currency,
                "balance": -line.amount_residual,
            }
            for line in lines
        ]
        loss = {
            "name": label,
            "account_id": reason.account_id.id,
            "partner_id": case.partner_id.id,
            "currency_id": case.company_id.currency_id.id,
            "balance": sum(lines.mapped("amount_residual")),
            "tax_ids": [Command.clear()],
        }
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": date,
            "ref": f"{label} – {case.partner_id.display_name}",
            "line_ids": [Command.create(vals) for vals in (*counters, loss)],
        }

    # === Checks === #
    @api.model
    def _check_lines(self, case, lines):
        case.check_access("write")
        if not lines:
            raise UserError(self.env._("Choose the items to write off."))
        for line in lines:
            wrong = (
                line.partner_id.commercial_partner_id != case.partner_id
                or line.company_id != case.company_id
                or line.account_id.account_type != "asset_receivable"
                or line.parent_state != "posted"
            )
            if wrong:
                raise UserError(
                    self.env._(
                        "%(item)s is no posted receivable of %(debtor)s.",
                        item=line.display_name,
                        debtor=case.display_name,
                    )
                )
            if line.reconciled or line.amount_residual <= 0:
                raise UserError(
                    self.env._("Nothing is open on %(item)s any more.", item=line.display_name)
                )

    @api.model
    def _get_limit(self, company):
        """How much the user may write off at once, in the company's currency; None: any."""
        user = self.env.user
        if self.env.su or user.has_group("collections_followup.group_manager"):
            return None
        if user.has_group("collections_followup.group_supervisor"):
            # sudo: limits are settings.
            return company.sudo().collection_writeoff_limit_supervisor
        return company.sudo().collection_writeoff_limit_collector

    @api.model
    def _check_limit(self, company, amount):
        limit = self._get_limit(company)
        if limit is not None and company.currency_id.compare_amounts(amount, limit) > 0:
            raise AccessError(
                self.env._(
                    "You may write off up to %(limit)s, and this is %(amount)s. Ask a supervisor "
                    "or manager.",
                    limit=format_amount(self.env, limit, company.currency_id),
                    amount=format_amount(self.env, amount, company.currency_id),
                )
            )

    @api.model
    def _get_journal(self, company, kind="general"):
        # sudo: a setting.
        journal = company.sudo().collection_writeoff_journal_id
        journal = journal or self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(company), ("type", "=", kind)],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._("There is no journal for miscellaneous entries. Make one first.")
            )
        return journal

    @api.model
    def _check_lock(self, company, journal, date):
        """Refuse a date in a closed period, and say until when the books are closed."""
        today = self.env["collection.case"]._today()
        if date > today:
            raise UserError(self.env._("The date cannot be in the future."))
        # sudo: lock dates bind everybody, whoever may read them.
        locks = company.sudo()._get_violated_lock_dates(date, False, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The books are closed until %(lock)s, so nothing can be posted on %(date)s. "
                    "Choose a later date.",
                    lock=day_text(self.env, locks[-1][0]),
                    date=day_text(self.env, date),
                )
            )
