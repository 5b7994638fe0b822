from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_amount


class CollectionAgreement(models.Model):
    """Interest of an instalment plan in the books.

    Interest that both sides agreed on is owed by contract: it is invoiced by one debit note when
    the plan begins to hold, due with the last instalment, and becomes the last item of the plan.
    So the items always add up to the instalments, payments have somewhere to land, and early
    payments go to the debt first. The debit note carries no tax, because interest for granting
    credit is exempt from value-added tax (Directive 2006/112/EC art. 135(1)(b)). It is a late
    charge like the others: it is listed with them, and never bears interest itself.

    When a plan ends early, the interest of instalments that were not due yet has not been earned.
    A supervisor credits it with one button.
    """

    _inherit = "collection.agreement"

    interest_move_id = fields.Many2one(
        "account.move",
        string="Debit Note of Interest",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    interest_unearned = fields.Monetary(
        string="Interest to Credit",
        compute="_compute_interest_unearned",
        help="Interest of instalments that were not due yet when the plan ended.",
    )

    # === Compute methods === #
    @api.depends("state", "date_ended", "line_ids.date", "interest_move_id.reversal_move_ids")
    def _compute_interest_unearned(self):
        for agreement in self:
            # sudo: whether interest was invoiced is no secret to whoever may read the agreement.
            move = agreement.sudo().interest_move_id
            open_plan = agreement.state in ("broken", "cancelled") and move.state == "posted"
            lines = agreement.line_ids.filtered(
                lambda line, end=agreement.date_ended: end and line.date > end
            )
            credited = open_plan and move.reversal_move_ids.filtered(lambda m: m.state == "posted")
            agreement.interest_unearned = (
                sum(lines.mapped("interest")) if open_plan and not credited else 0.0
            )

    # === Actions === #
    def action_credit_interest(self):
        """Credit interest that was invoiced and will not be earned."""
        self.ensure_one()
        if not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor may credit interest."))
        self.check_access("write")
        amount = self.interest_unearned
        if not amount:
            raise UserError(self.env._("There is no interest to credit."))
        # sudo: the right has been checked; the credit note follows from it.
        note = self.interest_move_id.sudo()
        refund = note.create(
            {
                **self._prepare_interest_vals(amount),
                "move_type": "out_refund",
                "reversed_entry_id": note.id,
                "invoice_date_due": False,
            }
        )
        refund.action_post()
        lines = (note + refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        lines.reconcile()
        self._message_log(
            body=self.env._(
                "Interest credited: %(amount)s",
                amount=format_amount(self.env, amount, self.currency_id),
            )
        )

    # === Business methods === #
    def _before_active(self):
        for agreement in self:
            if agreement.currency_id.compare_amounts(agreement.amount_interest, 0) > 0:
                agreement._invoice_interest()
        return super()._before_active()

    def _invoice_interest(self):
        """Post the debit note, list it among the charges, and make it an item of the plan."""
        self.ensure_one()
        # sudo: the agreement may be made; its debit note follows from it, also when the debtor's
        # signature makes it hold.
        agreement = self.sudo()
        company = agreement.company_id
        vals = {
            **agreement._prepare_interest_vals(agreement.amount_interest),
            "collection_has_charges": True,
            "invoice_date_due": max(agreement.line_ids.mapped("date")),
        }
        move = self.env["account.move"].sudo().with_company(company).create(vals)
        self.env["collection.charge"].sudo().create(
            {
                "case_id": agreement.case_id.id,
                "kind": "plan_interest",
                "currency_id": agreement.currency_id.id,
                "amount": agreement.amount_interest,
                "date_from": agreement.date,
                "date_to": max(agreement.line_ids.mapped("date")),
                "move_id": move.id,
                "note": agreement.name,
            }
        )
        move.action_post()
        agreement.write({"interest_move_id": move.id})
        own = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        agreement.write({"move_line_ids": [Command.link(line.id) for line in own]})

    def _prepare_interest_vals(self, amount):
        company = self.company_id
        label = self.env._(
            "Interest on the instalment plan of %(date)s: %(rate)g %% a year",
            date=fields.Date.to_string(self.date),
            rate=self.interest_rate,
        )
        account = company.collection_charge_account_id
        journal = company.collection_charge_journal_id
        line = {
            "name": label,
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
            **({"account_id": account.id} if account else {}),
        }
        return {
            "move_type": "out_invoice",
            "partner_id": self.partner_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.env["collection.case"]._today(),
            "invoice_payment_term_id": False,
            "ref": self.reference,
            "invoice_line_ids": [Command.create(line)],
            **({"journal_id": journal.id} if journal else {}),
        }
