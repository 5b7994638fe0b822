from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.escalation import ActionRule


class CollectionAction(models.Model):
    """What a stage does on one channel."""

    _name = "collection.action"
    _description = "Collection Action"
    _order = "stage_id, sequence, id"

    # === Fields === #
    stage_id = fields.Many2one("collection.stage", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="stage_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(selection="_selection_channel", required=True, default="email")
    delay_days = fields.Integer(
        string="After (days)", help="Days after the step became due before this is done."
    )
    repeat_days = fields.Integer(
        string="Repeat every (days)",
        help="While the debtor stays in the stage, do it again after so many days. 0: do not.",
    )
    max_repeats = fields.Integer(string="Repeat at most")
    fallback = fields.Boolean(
        string="Only if others fail",
        help="Done only when an earlier contact of the stage did not arrive.",
    )
    purpose = fields.Selection(
        [("validation_notice", "Validation notice")],
        help="A notice that a law demands. Regulation F wants the validation notice within five "
        "days of the first communication with a consumer; it is due whatever else has to wait.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="Mail or Letter Text",
        domain=[("model", "=", "collection.contact.log")],
        ondelete="restrict",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS Text",
        domain=[("model", "=", "collection.contact.log")],
        ondelete="restrict",
    )
    activity_type_id = fields.Many2one("mail.activity.type", ondelete="restrict")
    user_id = fields.Many2one(
        "res.users",
        string="Done by",
        domain=[("share", "=", False)],
        help="Who makes the call. Empty: the collector of the case.",
    )

    _check_numbers = models.Constraint(
        "CHECK(delay_days >= 0 AND repeat_days >= 0 AND max_repeats >= 0)",
        "Delays and repetitions cannot be negative.",
    )
    _check_repeats = models.Constraint(
        "CHECK(max_repeats = 0 OR repeat_days > 0)",
        "Say after how many days the action is repeated.",
    )

    # === Compute methods === #
    @api.model
    def _selection_channel(self):
        return self.env["collection.channel"]._get_channels()

    @api.depends("channel", "stage_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for action in self:
            action.display_name = f"{action.stage_id.name or ''}: {labels.get(action.channel, '')}"

    # === Constraints === #
    @api.constrains("channel", "mail_template_id", "sms_template_id", "active")
    def _check_text(self):
        for action in self.filtered("active"):
            problem = self.env["collection.channel"]._for(action.channel)._check_action(action)
            if problem:
                raise ValidationError(problem)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = self.env["collection.contact.log"].search([("action_id", "in", self.ids)], limit=1)
        if used:
            raise ValidationError(
                self.env._(
                    "%(action)s has already been carried out for a debtor. Archive it instead.",
                    action=used.action_id.display_name,
                )
            )

    # === Business methods === #
    def _get_rule(self):
        """The action as the pure decision reads it."""
        self.ensure_one()
        return ActionRule(
            id=self.id,
            channel=self.channel,
            delay_days=self.delay_days,
            repeat_days=self.repeat_days,
            max_repeats=self.max_repeats,
            fallback=self.fallback,
            purpose=self.purpose or "",
        )
