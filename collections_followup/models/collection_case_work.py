from odoo import fields, models


class CollectionCase(models.Model):
    """What people do with a case from its screen: write, call, hold, take over."""

    _inherit = "collection.case"

    country_id = fields.Many2one(related="partner_id.country_id", string="Country of Debtor")

    # === Actions: contacts by hand === #
    def action_send_mail(self):
        """Odoo's own composer, addressed to the contact for collections."""
        self.ensure_one()
        partner = self._get_contact_person("email")
        return self._open_dialog(
            "mail.compose.message",
            self.env._("Write to %(debtor)s", debtor=self.display_name),
            {
                "default_composition_mode": "comment",
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_ids": partner.ids,
                "default_subject": self.env._(
                    "Your account, reference %(reference)s", reference=self.reference
                ),
                "mail_post_autofollow": False,
            },
        )

    def action_send_sms(self):
        self.ensure_one()
        return self._open_dialog(
            "sms.composer",
            self.env._("SMS to %(debtor)s", debtor=self.display_name),
            {
                "default_composition_mode": "comment",
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_number_field_name": "partner_phone",
            },
        )

    def action_plan_call(self):
        """Odoo's dialog for activities, with a phone call already chosen."""
        self.ensure_one()
        return self._open_dialog(
            "mail.activity.schedule",
            self.env._("Call %(debtor)s", debtor=self.display_name),
            {
                "active_model": self._name,
                "active_id": self.id,
                "active_ids": self.ids,
                "default_activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            },
        )

    # === Actions: the case === #
    def action_assign_to_me(self):
        """Take over cases."""
        self.write({"user_id": self.env.uid})

    # === Business methods === #
    def _get_contact_person(self, channel):
        """Whom the engine would contact on a channel; the debtor when it would refuse.

        :rtype: res.partner
        """
        self.ensure_one()
        recipients = self.env["collection.channel"]._for(channel)._resolve(self.partner_id)
        return self.env["res.partner"].browse(recipients[self.partner_id.id].partner)

    def _get_lawyer(self):
        """The debtor's lawyer, while only lawyers may be contacted."""
        self.ensure_one()
        if "attorney" not in self.current_hold_ids.mapped("permits"):
            return self.env["res.partner"]
        # sudo: whom to contact belongs to the case.
        people = self.partner_id.sudo().child_ids.filtered(lambda p: p.type == "attorney")
        return people.sudo(False)[:1]

    def _open_dialog(self, model, name, context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }
