from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.identity import identify


class CollectionIdentifier(models.Model):
    """A number that names one debtor in the world: its check digits are looked at when it is
    entered, and debtors with the same number are perhaps the same."""

    _name = "collection.identifier"
    _description = "Number of a Debtor"
    _order = "kind, id"
    _rec_name = "number"

    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="partner_id.company_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [
            ("vat", "VAT number"),
            ("company", "Company number"),
            ("personal", "Personal number"),
            ("iban", "IBAN"),
            ("lei", "LEI"),
        ],
        required=True,
        default="company",
    )
    country_id = fields.Many2one(
        "res.country", compute="_compute_country_id", store=True, readonly=False
    )
    number = fields.Char(required=True, index=True)
    is_checked = fields.Boolean(
        string="Checked",
        readonly=True,
        help="The check digits are right. Of some countries no rule is known.",
    )
    source = fields.Char(help="Where the number comes from: a contract, a register…")
    user_id = fields.Many2one(
        "res.users", string="Entered by", default=lambda self: self.env.user, readonly=True
    )

    _unique_number = models.Constraint(
        "UNIQUE(partner_id, kind, number)", "This number stands on the debtor already."
    )

    # === Compute methods === #
    @api.depends("partner_id")
    def _compute_country_id(self):
        for identifier in self:
            identifier.country_id = identifier.partner_id.country_id

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        identifiers = super().create(vals_list)
        for identifier in identifiers:
            identifier._check_number()
        return identifiers

    def write(self, vals):
        result = super().write(vals)
        if {"number", "kind", "country_id"} & set(vals) and "is_checked" not in vals:
            for identifier in self:
                identifier._check_number()
        return result

    def _check_number(self):
        """Keep the number in one way of writing; refuse one whose check digits are wrong."""
        self.ensure_one()
        try:
            number, checked = identify(self.kind, self.number, self.country_id.code or "")
        except ValueError as error:
            labels = dict(self._fields["kind"]._description_selection(self.env))
            raise ValidationError(
                self.env._(
                    "%(number)s is not a valid number (%(kind)s, %(country)s). Look at it again.",
                    number=self.number,
                    kind=labels[self.kind],
                    country=self.country_id.name or self.env._("no country"),
                )
            ) from error
        self.write({"number": number, "is_checked": checked})
