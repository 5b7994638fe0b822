from odoo import api, models

from ..tools.contact import Recipient


class CollectionChannelCall(models.AbstractModel):
    """Phone calls: an activity for the collector; the outcome is logged by hand."""

    _name = "collection.channel.call"
    _inherit = "collection.channel"
    _description = "Contact Channel: Phone Call"

    @api.model
    def _check_action(self, action):
        return ""

    @api.model
    def _pick(self, debtor_id, candidates):
        codes = []
        for person in candidates:
            if not person.phone:
                codes.append("no_phone")
            elif person.phone_blacklisted:
                codes.append("blacklisted_phone")
            elif not person.phone_sanitized:
                codes.append("invalid_phone")
            else:
                return Recipient(person.partner, person.phone_sanitized)
        telling = next((code for code in codes if code != "no_phone"), "no_phone")
        return Recipient(debtor_id, code=telling)

    @api.model
    def _deliver(self, logs):
        """One activity per call, for many users at once and without a mail to each."""
        model_id = self.env["ir.model"]._get_id("collection.case")
        default_type = self.env.ref("mail.mail_activity_data_call")
        values = []
        for log in logs:
            user = log.action_id.user_id or log.case_id.user_id or self._get_fallback_user(log)
            values.append(
                {
                    "res_model_id": model_id,
                    "res_id": log.case_id.id,
                    "activity_type_id": (log.action_id.activity_type_id or default_type).id,
                    "summary": log.stage_id.name,
                    "user_id": user.id,
                    "date_deadline": log.date,
                    "automated": True,
                }
            )
        Activity = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        for log, activity in zip(logs, Activity.create(values), strict=True):
            log.activity_id = activity
        logs._set_sent()

    @api.model
    def _get_fallback_user(self, log):
        return log.company_id.collection_user_id or self.env.user
