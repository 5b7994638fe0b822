from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionAssignmentRule(models.Model):
    """Which collectors get which debtors."""

    _name = "collection.assignment.rule"
    _description = "Assignment Rule"
    _order = "sequence, id"

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    min_amount = fields.Monetary(string="Overdue From")
    max_amount = fields.Monetary(string="Overdue Below", help="0: no upper limit.")
    country_ids = fields.Many2many("res.country", string="Countries")
    lang_ids = fields.Many2many("res.lang", string="Languages", context={"active_test": False})
    name_from = fields.Char(string="Names From", size=3, help="First letters, such as A.")
    name_to = fields.Char(string="Names To", size=3, help="First letters, such as K.")
    user_ids = fields.Many2many(
        "res.users",
        string="Collectors",
        required=True,
        domain=[("share", "=", False)],
        help="The one with the fewest open cases gets the next debtor.",
    )
    keep_last = fields.Boolean(
        default=True,
        help="A debtor who had one of these collectors before gets the same one again.",
    )

    _check_amounts = models.Constraint(
        "CHECK(min_amount >= 0 AND (max_amount = 0 OR max_amount > min_amount))",
        "The upper amount must be above the lower one.",
    )

    # === Constraints === #
    @api.constrains("name_from", "name_to", "user_ids")
    def _check_rule(self):
        for rule in self:
            if rule.name_from and rule.name_to and rule.name_from.upper() > rule.name_to.upper():
                raise ValidationError(
                    self.env._("The first letter of names must not come after the last one.")
                )
            if not rule.user_ids:
                raise ValidationError(
                    self.env._("The rule %(rule)s needs at least one collector.", rule=rule.name)
                )

    # === Business methods === #
    def _accepts(self, case, amount):
        """Whether a case falls under this rule.

        :param float amount: overdue, in the currency of the rule
        """
        self.ensure_one()
        partner = case.partner_id
        initial = (partner.name or "").strip().upper()
        return (
            (not self.company_id or self.company_id == case.company_id)
            and amount >= self.min_amount
            and (not self.max_amount or amount < self.max_amount)
            and (not self.country_ids or partner.country_id in self.country_ids)
            and (not self.lang_ids or partner.lang in self.lang_ids.mapped("code"))
            and (not self.name_from or initial >= self.name_from.upper())
            and (not self.name_to or initial[: len(self.name_to)] <= self.name_to.upper())
        )
