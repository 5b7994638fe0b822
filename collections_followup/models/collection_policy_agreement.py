from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionPolicy(models.Model):
    """What a policy does about agreements: reminders while they hold, and what follows when they
    are broken."""

    _inherit = "collection.policy"

    after_break = fields.Selection(
        [
            ("same", "Go on where they stopped"),
            ("first", "Begin again with the first stage"),
            ("next", "Go to the next stage at once"),
            ("stage", "Go to this stage at once"),
        ],
        string="After a Broken Agreement",
        required=True,
        default="same",
        help="Where the automatic steps resume for the items of an agreement that was broken.",
    )
    break_stage_id = fields.Many2one(
        "collection.stage",
        string="Resume at Stage",
        domain="[('policy_id', '=', id)]",
        ondelete="restrict",
        copy=False,
    )
    agreement_reminder = fields.Selection(
        [("none", "No Reminder"), ("email", "E-mail"), ("sms", "SMS")],
        string="Reminder of Agreed Payments",
        required=True,
        default="email",
    )
    agreement_reminder_days = fields.Integer(
        string="Days before the Payment",
        default=3,
        help="The reminder goes out so many days before an agreed payment, where that is after "
        "the day of the agreement.",
    )
    agreement_template_id = fields.Many2one(
        "mail.template",
        string="Text of the Reminder",
        domain="[('model', '=', 'collection.contact.log')]",
        default=lambda self: self.env.ref(
            "collections_followup.mail_template_agreement_reminder", raise_if_not_found=False
        ),
    )
    agreement_sms_template_id = fields.Many2one(
        "sms.template",
        string="Text of the SMS",
        domain="[('model', '=', 'collection.contact.log')]",
        default=lambda self: self.env.ref(
            "collections_followup.sms_template_agreement_reminder", raise_if_not_found=False
        ),
    )

    _check_reminder_days = models.Constraint(
        "CHECK(COALESCE(agreement_reminder_days, 0) >= 0)",
        "A reminder cannot be sent after the payment was due.",
    )

    @api.constrains("after_break", "break_stage_id", "stage_ids")
    def _check_break_stage(self):
        for policy in self.filtered(lambda policy: policy.after_break == "stage"):
            if policy.break_stage_id not in policy.stage_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the stage of %(policy)s at which the steps resume after a broken "
                        "agreement.",
                        policy=policy.name,
                    )
                )

    def copy_data(self, default=None):
        """A copy has stages of its own, so it cannot resume at one of the original."""
        return [
            {**vals, "after_break": "same"} if vals.get("after_break") == "stage" else vals
            for vals in super().copy_data(default)
        ]

    # === Business methods === #
    def _get_resume_stages(self):
        """At which stage items resume, by the stage they stood on when the agreement began.

        :return: list of (stage id before, or None for every item; stage id after)
        """
        self.ensure_one()
        stages = self.stage_ids.sorted(lambda stage: (stage.sequence, stage.id))
        late = stages.filtered(lambda stage: stage.min_days_overdue >= 0) or stages
        if self.after_break == "first":
            return [(None, late[:1].id)] if late else []
        if self.after_break == "stage":
            return [(None, self.break_stage_id.id)]
        if self.after_break == "next":
            return list(zip(stages.ids, stages.ids[1:], strict=False))
        return []
