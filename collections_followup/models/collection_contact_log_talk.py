from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionContactLog(models.Model):
    """What people add to the log: the hour for statistics, and why a rule was set aside."""

    _inherit = "collection.contact.log"

    hour = fields.Selection(
        [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)],
        string="Hour of Day",
        compute="_compute_hour",
        store=True,
        help="When it happened, in the time zone of the company.",
    )
    purpose = fields.Selection(
        [
            ("termination_notice", "We stop collecting"),
            ("remedy_may_be_invoked", "Which remedies we may use"),
            ("remedy_will_be_invoked", "Which remedy we will use"),
            ("legally_required", "A law demands it"),
        ],
        readonly=True,
        help="Why it was made although the debtor wants silence.",
    )
    override_reason = fields.Char(
        string="Rule Set Aside Because",
        readonly=True,
        help="Why a supervisor allowed this contact although a contact rule forbade it.",
    )
    override_user_id = fields.Many2one(
        "res.users", string="Allowed by", readonly=True, index="btree_not_null"
    )

    # === Compute methods === #
    @api.depends("moment", "company_id")
    def _compute_hour(self):
        zones = {}
        for log in self:
            name = log.company_id.partner_id.tz or log.user_id.tz or "UTC"
            zone = zones.setdefault(name, ZoneInfo(name))
            moment = log.moment and log.moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
            log.hour = f"{moment.hour:02}" if moment else False

    # === CRUD === #
    def write(self, vals):
        if not self.env.su and any(not log.action_id for log in self):
            raise UserError(
                self.env._(
                    "What somebody has logged stays as it is. Log another contact instead, and say "
                    "in its note what was wrong."
                )
            )
        return super().write(vals)
