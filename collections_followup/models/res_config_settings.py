from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_policy_id = fields.Many2one(
        related="company_id.collection_policy_id", readonly=False
    )
    collection_user_id = fields.Many2one(related="company_id.collection_user_id", readonly=False)
    collection_grace_days = fields.Integer(
        related="company_id.collection_grace_days", readonly=False
    )
    collection_lanes = fields.Integer(
        string="Parallel lanes",
        help="How many scheduled jobs share the nightly run. More than one helps above 50,000 "
        "debtors, if the server has as many cron workers.",
    )

    collection_weight_amount = fields.Integer(
        related="company_id.collection_weight_amount", readonly=False
    )
    collection_weight_age = fields.Integer(
        related="company_id.collection_weight_age", readonly=False
    )
    collection_weight_broken_promises = fields.Integer(
        related="company_id.collection_weight_broken_promises", readonly=False
    )
    collection_weight_silence = fields.Integer(
        related="company_id.collection_weight_silence", readonly=False
    )
    collection_weight_risk = fields.Integer(
        related="company_id.collection_weight_risk", readonly=False
    )
    collection_weight_trend = fields.Integer(
        related="company_id.collection_weight_trend", readonly=False
    )

    @api.constrains("collection_lanes")
    def _check_collection_lanes(self):
        for settings in self:
            if not 0 <= settings.collection_lanes <= 16:
                raise ValidationError(self.env._("Parallel lanes must be between 1 and 16."))

    @api.model
    def get_values(self):
        # sudo: scheduled jobs belong to the administrator; their number is shown to managers.
        lanes = self.env["collection.engine"].sudo()._get_lanes()
        return {**super().get_values(), "collection_lanes": len(lanes.filtered("active")) or 1}

    def set_values(self):
        result = super().set_values()
        # sudo: scheduled jobs belong to the administrator; this setting is guarded by the screen.
        self.env["collection.engine"].sudo()._set_lanes(max(1, self.collection_lanes))
        return result
