from odoo import fields, models


class CollectionCase(models.Model):
    """What a debtor was granted and what came back: refunds, extensions, returned payments."""

    _inherit = "collection.case"

    refund_ids = fields.One2many("collection.refund", "case_id", readonly=True)
    extension_ids = fields.One2many("collection.extension", "case_id", readonly=True)
    bounce_ids = fields.One2many("collection.bounce", "case_id", readonly=True)
    refund_count = fields.Integer(compute="_compute_grant_counts")
    extension_count = fields.Integer(
        string="Extensions", compute="_compute_grant_counts", help="Granted to the debtor so far."
    )
    bounce_count = fields.Integer(string="Returned", compute="_compute_grant_counts")
    payment_count = fields.Integer(string="Payments", compute="_compute_payment_count")

    def _compute_grant_counts(self):
        counts = {
            model: self._count_by_debtor(model, domain)
            for model, domain in (
                ("collection.refund", [("state", "!=", "refused")]),
                ("collection.extension", [("state", "=", "approved")]),
                ("collection.bounce", []),
            )
        }
        for case in self:
            key = (case.partner_id.id, case.company_id.id)
            case.refund_count = counts["collection.refund"].get(key, 0)
            case.extension_count = counts["collection.extension"].get(key, 0)
            case.bounce_count = counts["collection.bounce"].get(key, 0)

    def _count_by_debtor(self, model, domain):
        """Records of all cases of the debtors, earlier ones included."""
        groups = self.env[model]._read_group(
            [("case_id.partner_id", "in", self.partner_id.ids), *domain],
            ["case_id"],
            ["__count"],
        )
        result = {}
        for case, count in groups:
            key = (case.partner_id.id, case.company_id.id)
            result[key] = result.get(key, 0) + count
        return result

    def _compute_payment_count(self):
        counts = {}
        groups = self.env["account.payment"]._read_group(
            self._get_payment_domain(), ["partner_id", "company_id"], ["__count"]
        )
        for partner, company, count in groups:
            key = (partner.commercial_partner_id.id, company.id)
            counts[key] = counts.get(key, 0) + count
        for case in self:
            case.payment_count = counts.get((case.partner_id.id, case.company_id.id), 0)

    def _get_payment_domain(self):
        return [
            ("partner_id", "child_of", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
            ("partner_type", "=", "customer"),
        ]

    # === Actions === #
    def action_view_payments(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("account.action_account_payments")
        return {**action, "domain": self._get_payment_domain(), "context": {"create": False}}

    def action_view_refunds(self):
        return self._view_records("collection.refund", self.env._("Refunds"))

    def action_view_extensions(self):
        return self._view_records("collection.extension", self.env._("Extensions"))

    def action_view_bounces(self):
        return self._view_records("collection.bounce", self.env._("Returned Payments"))

    def _view_records(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [
                ("case_id.partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"create": False},
        }

    def action_refund(self):
        """Ask for money to be sent back."""
        self.ensure_one()
        self.check_access("write")
        credits = self.move_line_ids.filtered(lambda line: line.amount_residual < 0)
        currency = credits.currency_id[:1] or self.currency_id
        mine = credits.filtered(lambda line: line.currency_id == currency)
        return self._open_refund(-sum(mine.mapped("amount_residual_currency")), currency)

    def _open_refund(self, amount, currency, **context):
        view = self.env.ref("collections_followup.collection_refund_view_form_ask")
        action = self._open_money_dialog(
            "collection.refund",
            self.env._("Refund to %(debtor)s", debtor=self.display_name),
            default_amount=amount,
            default_currency_id=currency.id,
            default_partner_bank_id=self.partner_id.bank_ids[:1].id,
            **context,
        )
        return {**action, "views": [(view.id, "form")]}

    def action_extend(self):
        """Ask for a later due date."""
        self.ensure_one()
        self.check_access("write")
        return self._open_money_dialog(
            "collection.extension.wizard", self.env._("Extend %(debtor)s", debtor=self.display_name)
        )

    def action_bounce(self):
        """Note that a payment or cheque came back."""
        self.ensure_one()
        self.check_access("write")
        return self._open_money_dialog("collection.bounce.wizard", self.env._("Returned Payment"))

    def _absorb(self, others):
        """What was granted in joined cases goes along."""
        result = super()._absorb(others)
        for model in ("collection.refund", "collection.extension", "collection.bounce"):
            # sudo: history is kept by the follow-up.
            self.env[model].sudo().search([("case_id", "in", others.ids)]).case_id = self
        return result
