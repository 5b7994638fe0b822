from odoo import fields, models


class CollectionPlanWizardLine(models.TransientModel):
    """A payment on a date of its own, while a plan is being made."""

    _name = "collection.plan.wizard.line"
    _description = "Payment of a Plan Being Made"
    _order = "date, id"

    wizard_id = fields.Many2one(
        "collection.plan.wizard", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date = fields.Date(required=True)
    amount = fields.Monetary(required=True)
