from zoneinfo import ZoneInfo

from odoo import api, fields, models

UTC = ZoneInfo("UTC")
HOURS = [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class CollectionContactLog(models.Model):
    """What tells contacts that work from others: the hour and the weekday at the debtor's place,
    and the text. All three are kept as they were at the time."""

    _inherit = "collection.contact.log"

    local_hour = fields.Selection(
        HOURS,
        string="Hour at the Debtor's",
        compute="_compute_local",
        store=True,
        help="When it happened, in the likeliest time zone of the debtor.",
    )
    local_weekday = fields.Selection(
        WEEKDAYS,
        string="Weekday at the Debtor's",
        compute="_compute_local",
        store=True,
    )
    mail_template_id = fields.Many2one(
        "mail.template", string="Text", readonly=True, ondelete="set null"
    )
    sms_template_id = fields.Many2one(
        "sms.template", string="SMS Text", readonly=True, ondelete="set null"
    )

    # === Compute methods === #
    @api.depends("moment")
    def _compute_local(self):
        # sudo: where the debtor is may be known to whoever logs a contact.
        logs_sudo = self.sudo().filtered("moment")
        (self - logs_sudo).update({"local_hour": False, "local_weekday": False})
        partners = logs_sudo.debtor_id | logs_sudo.partner_id
        zones = self.env["res.partner"]._collection_time_zones(partners)
        for log in logs_sudo:
            zone = ZoneInfo(zones[(log.partner_id or log.debtor_id).id][0])
            moment = log.moment.replace(tzinfo=UTC).astimezone(zone)
            log.local_hour = f"{moment.hour:02}"
            log.local_weekday = str(moment.weekday())

    # === Business methods === #
    def _keep_text(self, template):
        """Remember which text these contacts were made with; actions may get another one."""
        name = "sms_template_id" if template._name == "sms.template" else "mail_template_id"
        self.write({name: template.id})
