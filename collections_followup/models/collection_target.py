from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.figure_periods import month_start, share_of_month


class CollectionTarget(models.Model):
    """How much money is to come in during a month, and what collecting it costs."""

    _name = "collection.target"
    _description = "Collection Target"
    _order = "date desc, company_id, user_id"
    _rec_name = "date"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Month",
        required=True,
        default=lambda self: month_start(self.env["collection.case"]._today()),
        help="Any day of the month.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        help="Empty: the target of the whole team, which then counts instead of the sum of the "
        "collectors' targets.",
    )
    amount = fields.Monetary(string="Target", help="Money to be received in the month.")
    cost = fields.Monetary(
        help="Wages, telephone, postage and fees of the month, for the cost to collect."
    )

    _unique_month = models.UniqueIndex(
        "(company_id, date, COALESCE(user_id, 0))",
        "There is a target for this month and collector already. Change that one.",
    )
    _check_amounts = models.Constraint(
        "CHECK(COALESCE(amount, 0) >= 0 AND COALESCE(cost, 0) >= 0)",
        "Target and cost cannot be negative.",
    )

    # === Compute methods === #
    @api.depends("date", "user_id")
    def _compute_display_name(self):
        for target in self:
            month = target.date.strftime("%Y-%m") if target.date else ""
            target.display_name = " ".join(filter(None, (month, target.user_id.name)))

    @api.constrains("company_id", "user_id")
    def _check_user(self):
        for target in self:
            if target.user_id and target.company_id not in target.user_id.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(who)s does not work in %(company)s. Choose somebody who does.",
                        who=target.user_id.name,
                        company=target.company_id.name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._at_month_start(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._at_month_start(vals))

    @api.model
    def _at_month_start(self, vals):
        day = fields.Date.to_date(vals.get("date"))
        return {**vals, "date": month_start(day)} if day else vals

    # === Business methods === #
    @api.model
    def _get_domain(self, companies, start, end, user=None):
        """Targets of the months that a period touches."""
        domain = [
            ("company_id", "in", companies.ids),
            ("date", ">=", month_start(start)),
            ("date", "<=", end),
        ]
        return [*domain, ("user_id", "=", user.id)] if user else domain

    def _that_count(self):
        """Without those of collectors, where the whole team has one for the month."""
        teams = {(target.company_id, target.date) for target in self if not target.user_id}
        return self.filtered(lambda t: not t.user_id or (t.company_id, t.date) not in teams)

    def _sum(self, name, start, end):
        """Sum of a field per company over a period; parts of months count in part.

        :return: {company: amount}
        """
        result = {}
        for target in self:
            share = float(share_of_month(target.date, start, end))
            result[target.company_id] = result.get(target.company_id, 0) + target[name] * share
        return result
