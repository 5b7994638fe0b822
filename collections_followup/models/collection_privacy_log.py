from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionPrivacyLog(models.Model):
    """What was handed over or erased of a person: when, by whom, why. Names no erased data."""

    _name = "collection.privacy.log"
    _description = "Log of Exports and Erasures"
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True)
    kind = fields.Selection(
        [("export", "Export"), ("erasure", "Erasure"), ("cleaning", "Scheduled Cleaning")],
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, ondelete="set null", index="btree_not_null"
    )
    reason = fields.Char(readonly=True)
    text = fields.Text(string="What Was Done", readonly=True)

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("This log is kept as it was written."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("This log is kept as it was written."))
