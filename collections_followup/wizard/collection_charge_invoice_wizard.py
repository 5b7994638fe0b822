from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CollectionChargeInvoiceWizard(models.TransientModel):
    """Turn charges into debit notes: one for each debtor and currency."""

    _name = "collection.charge.invoice.wizard"
    _description = "Invoice Charges"

    charge_ids = fields.Many2many("collection.charge", string="Charges")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    date = fields.Date(
        string="Invoice Date",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    date_due = fields.Date(string="Due Date", help="Empty: due at once.")
    per_item = fields.Boolean(
        string="One Line per Charge",
        default=True,
        help="Otherwise charges of one kind are one line.",
    )
    post = fields.Boolean(string="Post the Debit Notes", default=True)

    @api.depends("charge_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.charge_ids.company_id[:1]

    def action_apply(self):
        """Make the debit notes and show them."""
        self.ensure_one()
        moves = self._make_debit_notes()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Debit Notes"),
            "res_model": "account.move",
        }
        if len(moves) == 1:
            return {**action, "view_mode": "form", "res_id": moves.id}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", moves.ids)]}

    def _make_debit_notes(self):
        """One debit note for each company, debtor and currency.

        :return: the debit notes
        """
        charges = self._get_charges()
        moves = self.env["account.move"]
        groups = charges.grouped(lambda c: (c.company_id, c.partner_id, c.currency_id))
        for (company, debtor, currency), group in groups.items():
            vals = self._prepare_move_vals(company, debtor, currency, group)
            move = self.env["account.move"].with_company(company).create(vals)
            # sudo: charges are readonly for people, and follow their debit note.
            group.sudo().write({"move_id": move.id, "waive_requested": False})
            moves += move
        if self.post:
            moves.action_post()
        self._tell_cases(charges, moves)
        return moves

    def _get_charges(self):
        """Charges that can be invoiced, or a refusal that says why there are none."""
        self.charge_ids.check_access("read")
        charges = self.charge_ids.filtered(
            lambda charge: charge.state == "accrued" and not charge.move_id and charge.amount
        )
        if not charges:
            raise UserError(
                self.env._(
                    "There is nothing to invoice: these charges are invoiced, waived, on a draft "
                    "debit note, or zero."
                )
            )
        for company in charges.company_id if self.post else ():
            self.env["collection.writeoff"]._check_lock(
                company, self._get_journal(company), self.date
            )
        if self.date_due and self.date_due < self.date:
            raise UserError(self.env._("A debit note cannot be due before its date."))
        return charges.sorted(lambda c: (c.date_from, c.kind, c.id))

    def _get_journal(self, company):
        """The journal of debit notes: the company's choice, else that of its invoices."""
        # sudo: a setting; which journal it is follows from it.
        own = company.sudo().collection_charge_journal_id
        Journal = self.env["account.journal"].sudo()
        sales = [("company_id", "=", company.id), ("type", "=", "sale")]
        return own or Journal.search(sales, limit=1)

    # === Values === #
    def _prepare_move_vals(self, company, debtor, currency, charges):
        sources = charges.move_line_id.move_id
        journal = company.collection_charge_journal_id
        return {
            "move_type": "out_invoice",
            "collection_has_charges": True,
            "partner_id": debtor.id,
            "currency_id": currency.id,
            "invoice_date": self.date,
            "invoice_date_due": self.date_due or self.date,
            "invoice_payment_term_id": False,
            "ref": self.env._("Charges for late payment"),
            "invoice_origin": ", ".join(sources.mapped("name")),
            "invoice_line_ids": [
                Command.create(vals) for vals in self._prepare_lines(company, charges)
            ],
            **({"journal_id": journal.id} if journal else {}),
        }

    def _prepare_lines(self, company, charges):
        groups = [(c, c) for c in charges]
        if not self.per_item:
            groups = [(group[0], group) for group in charges.grouped("kind").values()]
        product = company.collection_charge_product_id
        account = company.collection_charge_account_id
        return [
            {
                "name": self._get_label(first) if self.per_item else self._get_kind(first),
                "quantity": 1,
                "price_unit": sum(group.mapped("amount")),
                "product_id": product.id,
                "tax_ids": [Command.set(company.collection_charge_tax_ids.ids)],
                **({"account_id": account.id} if account else {}),
            }
            for first, group in groups
        ]

    def _get_kind(self, charge):
        return dict(charge._fields["kind"]._description_selection(self.env))[charge.kind]

    def _get_label(self, charge):
        """The line of a charge: what it is for, and how interest was computed."""
        parts = [charge.name, charge.note if charge.kind != "interest" else ""]
        return "\n".join(filter(None, [*parts, charge.explanation_text]))

    def _tell_cases(self, charges, moves):
        for case in charges.case_id:
            for move in charges.filtered(lambda c, case=case: c.case_id == case).move_id & moves:
                case._message_log(
                    body=self.env._("Charges invoiced: %(move)s", move=move.display_name)
                )
