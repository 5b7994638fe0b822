from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from .collection_case_verdict import ContactVerdict


class CollectionCase(models.Model):
    """Money of a case that has come in but settles nothing yet, and payments from the case."""

    _inherit = "collection.case"

    money_waiting = fields.Char(
        compute="_compute_money_waiting",
        help="Payments on account and lines of bank statements that have not been matched with "
        "an item. Match them before you ask for money.",
    )
    has_money_waiting = fields.Boolean(
        compute="_compute_money_waiting", search="_search_has_money_waiting"
    )

    # === Money waiting === #
    def _compute_money_waiting(self):
        found = self._get_money_waiting()
        for case in self:
            texts = [text for _kind, text in case._describe_money(found.get(case._origin.id, ()))]
            case.has_money_waiting = bool(texts)
            case.money_waiting = " · ".join(texts) or False

    @api.model
    def _search_has_money_waiting(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        rows = self._query_money_waiting(SQL("k.state <> 'closed'"))
        return [("id", "in", list({row[0] for row in rows}))]

    def _get_money_waiting(self):
        """Unmatched money of these cases; one query.

        :return: {case id: [(kind, currency id, amount)]}, kind ``account`` or ``bank``
        """
        result = {}
        if self._origin:
            for case_id, *row in self._query_money_waiting(
                SQL("k.id = ANY(%s)", list(self._origin.ids))
            ):
                result.setdefault(case_id, []).append(row)
        return result

    @api.model
    def _query_money_waiting(self, scope):
        self.env["account.move.line"].flush_model()
        self.env["account.bank.statement.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT k.id, 'account', l.currency_id, -sum(l.amount_residual_currency)
                  FROM collection_case k
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = k.company_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE %(scope)s AND %(open)s AND l.amount_residual < 0
                   AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL)
                 GROUP BY k.id, l.currency_id
                 UNION ALL
                SELECT k.id, 'bank', s.currency_id, sum(s.amount)
                  FROM collection_case k
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_bank_statement_line s ON s.partner_id = d.id
                                                    AND s.company_id = k.company_id
                  JOIN account_move m ON m.id = s.move_id AND m.state = 'posted'
                 WHERE %(scope)s AND s.is_reconciled IS NOT TRUE AND s.amount > 0
                 GROUP BY k.id, s.currency_id
                 ORDER BY 1, 2, 3
                """,
                scope=scope,
                open=self._open_line_condition(),
            )
        )

    @api.model
    def _describe_money(self, rows):
        result = []
        for kind, currency_id, amount in rows:
            money = format_amount(self.env, amount, self.env["res.currency"].browse(currency_id))
            text = (
                self.env._("On account: %(amount)s", amount=money)
                if kind == "account"
                else self.env._("In the bank: %(amount)s", amount=money)
            )
            result.append((kind, text))
        return result

    def _get_money_warnings(self):
        """Warnings of the case about money that has come in already."""
        self.ensure_one()
        advice = {
            "account": self.env._("Set it off against what is open before you ask for money."),
            "bank": self.env._(
                "A bank statement shows money of this debtor that nobody has matched yet."
            ),
        }
        rows = self._get_money_waiting().get(self._origin.id, ())
        return [
            {"level": "warning", "title": text, "text": advice[kind], "until": False}
            for kind, text in self._describe_money(rows)
        ]

    def _get_warnings(self):
        return super()._get_warnings() + self._get_money_warnings()

    def _compute_next_step_text(self):
        """Money that has come in is matched before anybody is asked for more."""
        result = super()._compute_next_step_text()
        for case in self.filtered("has_money_waiting"):
            case.next_step_text = case.money_waiting
        return result

    def _get_contact_verdict(
        self, channel, at=None, address=None, role="consumer", purpose="", **asked
    ):
        """Where nothing else speaks against a contact, money that has come in does."""
        verdict = super()._get_contact_verdict(channel, at, address, role, purpose, **asked)
        if verdict.level != "ok" or not self.has_money_waiting:
            return verdict
        reason = self.env._(
            "Money has come in that nobody has matched: %(money)s.", money=self.money_waiting
        )
        return ContactVerdict("warn", "money_waiting", reason)

    # === Actions === #
    def action_register_payment(self):
        """One payment over chosen items, with what each of them gets."""
        self.ensure_one()
        self.check_access("write")
        return self._open_money_dialog(
            "collection.payment.wizard",
            self.env._("Payment of %(debtor)s", debtor=self.display_name),
        )

    def action_set_off(self):
        """Use payments on account for what is open, by the law's order."""
        self.check_access("write")
        for case in self:
            case._set_off(case.company_id._get_imputation_law())

    def _open_money_dialog(self, model, name, **context):
        keep = {key: value for key, value in self.env.context.items() if key.startswith("default_")}
        return self._open_dialog(
            model, name, {"dialog_size": "large", **keep, "default_case_id": self.id, **context}
        )

    # === Business methods === #
    def _get_debts(self):
        """Open items the debtor owes, oldest first."""
        return self.move_line_ids.filtered(lambda line: line.amount_residual > 0)

    def _get_on_account_lines(self):
        """Payments and bank lines of the debtor that settle nothing yet."""
        return self.move_line_ids.filtered(
            lambda line: line.amount_residual < 0 and (line.payment_id or line.statement_line_id)
        )

    def _set_off(self, law):
        """Match money on account with debts, in the order of the law.

        :return: the debts that were paid, wholly or in part
        """
        self.ensure_one()
        money = self._get_on_account_lines()
        if not money:
            raise UserError(self.env._("Nothing is on account for this debtor."))
        touched = self.env["account.move.line"]
        for (currency, account), credits in money.grouped(
            lambda line: (line.currency_id, line.account_id)
        ).items():
            debts = self._get_debts().filtered(
                lambda line, c=currency, a=account: line.currency_id == c and line.account_id == a
            )
            amount = -sum(credits.mapped("amount_residual_currency"))
            if not debts:
                continue
            given = debts._collection_impute(
                currency._collection_decimal(amount), law, self._today()
            )
            # What is paid in full goes first, so that only the last ones stay open in part.
            paid = debts.filtered(lambda line, g=given: g[line.id]).sorted(
                lambda line, g=given: float(g[line.id]) < line.amount_residual_currency
            )
            touched |= paid
            for debt in paid:
                for credit in credits.filtered(lambda line: not line.reconciled):
                    if not debt.reconciled:
                        (debt + credit).reconcile()
        names = ", ".join(touched.move_id.mapped("name"))
        self._message_log(body=self.env._("Money on account set off: %(items)s", items=names))
        self._review_now()
        return touched
