from odoo import fields, models


class CollectionCase(models.Model):
    """Charges of a case: shown beside what is owed, never part of it."""

    _inherit = "collection.case"

    charge_ids = fields.One2many("collection.charge", "case_id", readonly=True)
    amount_charges = fields.Monetary(
        string="Charges",
        compute="_compute_amount_charges",
        help="Interest, compensation and fees that have not been invoiced, in the company's "
        "currency.",
    )
    charge_count = fields.Integer(compute="_compute_amount_charges")
    charge_error = fields.Text(
        compute="_compute_amount_charges", help="Why charges could not be brought up to date."
    )

    def _compute_amount_charges(self):
        today = self._today()
        groups = self.env["collection.charge"]._read_group(
            [("case_id", "in", self.ids), ("state", "=", "accrued"), ("move_id", "=", False)],
            ["case_id", "currency_id"],
            ["amount:sum", "__count"],
        )
        sums, counts = {}, {}
        for case, currency, amount, count in groups:
            amount = currency._convert(amount, case.currency_id, case.company_id, today)
            sums[case.id] = sums.get(case.id, 0.0) + amount
            counts[case.id] = counts.get(case.id, 0) + count
        errors = dict(
            self.env["collection.charge"]._read_group(
                [("case_id", "in", self.ids), ("error_text", "!=", False)],
                ["case_id"],
                ["error_text:max"],
            )
        )
        for case in self:
            case.amount_charges = sums.get(case._origin.id, 0.0)
            case.charge_count = counts.get(case._origin.id, 0)
            case.charge_error = errors.get(case._origin, False)

    # === Actions === #
    def action_view_charges(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_charge_action"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {"create": False}}

    def action_invoice_charges(self):
        """Ask how to invoice what has accrued in these cases."""
        self.check_access("write")
        return self._get_open_charges().action_invoice()

    def action_waive_charges(self):
        """Ask for the reason for giving up what has accrued in these cases."""
        self.check_access("write")
        return self._get_open_charges().action_waive()

    # === Business methods === #
    def _get_open_charges(self):
        """Charges that may be invoiced or waived."""
        return self.env["collection.charge"].search(
            [
                ("case_id", "in", self.ids),
                ("state", "=", "accrued"),
                ("move_id", "=", False),
                ("amount", ">", 0),
            ]
        )

    def _absorb(self, others):
        """Charges of joined cases go along."""
        result = super()._absorb(others)
        # sudo: history is kept by the follow-up.
        domain, env = [("case_id", "in", others.ids)], self.sudo().env
        env["collection.writeoff"].search(domain).case_id = self
        self._absorb_charges(env["collection.charge"].search(domain))
        return result

    def _absorb_charges(self, charges):
        """A late fee of a stage is charged once: that of the other case stays where it is."""

        def fee(charge):
            return charge.stage_id, charge.currency_id, charge.move_line_id

        fees = charges.filtered(lambda charge: charge.kind == "late_fee" and charge.stage_id)
        known = set(
            map(
                fee,
                self.env["collection.charge"].search(
                    [("case_id", "=", self.id), ("kind", "=", "late_fee")]
                ),
            )
        )
        moved = charges - fees
        for charge in fees:
            if fee(charge) not in known:
                known.add(fee(charge))
                moved |= charge
        moved.case_id = self
