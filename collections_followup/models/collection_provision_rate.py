from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionProvisionRate(models.Model):
    """The loss rate of one age, with the history it comes from."""

    _name = "collection.provision.rate"
    _description = "Loss Rate"
    _order = "provision_id, bucket"

    provision_id = fields.Many2one(
        "collection.provision", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    bucket = fields.Integer(required=True, readonly=True)
    name = fields.Char(string="Age", required=True, readonly=True)
    rate = fields.Float(
        string="Loss Rate (%)", digits=(9, 6), help="What of this age will not be paid."
    )
    amount_reached = fields.Monetary(
        string="Reached This Age", readonly=True, help="Of the invoices of the history."
    )
    amount_unpaid = fields.Monetary(
        string="Never Paid", readonly=True, help="Still open, or written off."
    )

    @api.constrains("rate")
    def _check_rate(self):
        for rate in self:
            if not 0 <= rate.rate <= 100:
                raise ValidationError(
                    self.env._(
                        "The loss rate of %(age)s lies between 0 and 100 %%, and cannot be "
                        "%(rate)s %%.",
                        age=rate.name,
                        rate=rate.rate,
                    )
                )

    def write(self, vals):
        if "rate" in vals and self.provision_id.move_id:
            raise ValidationError(
                self.env._("There is an entry of this provision already; its rates stay.")
            )
        return super().write(vals)
