from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.collection_person_status import KINDS, SPEAKERS


class CollectionPersonWizard(models.TransientModel):
    """The debtor has died, is insolvent, under age or under guardianship: recorded in one go."""

    _name = "collection.person.wizard"
    _description = "Status of a Person"
    _inherit = ["collection.case.wizard"]

    kind = fields.Selection(
        KINDS, required=True, compute="_compute_kind", store=True, readonly=False, precompute=True
    )
    date_event = fields.Date(string="Since")
    told_by = fields.Char(string="Told by")
    speaker_id = fields.Many2one(
        "res.partner",
        string="Known Contact",
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
    )
    speaker_name = fields.Char(string="Name")
    speaker_phone = fields.Char(string="Phone")
    speaker_email = fields.Char(string="E-mail")
    speaker_street = fields.Char(string="Street")
    speaker_zip = fields.Char(string="ZIP")
    speaker_city = fields.Char(string="City")
    court = fields.Char()
    file_number = fields.Char(string="Number of the File")
    proceeding = fields.Selection(
        selection=lambda self: self.env["collection.person.status"]._fields["proceeding"].selection,
        string="Proceedings",
    )
    claim_deadline = fields.Date(string="Register the Claim by")
    hearing_date = fields.Date(string="Hearing")
    date_of_age = fields.Date(string="Of Age On")

    @api.depends("case_id")
    def _compute_kind(self):
        """Companies do not die."""
        for wizard in self:
            wizard.kind = "insolvency" if wizard.case_id.partner_id.is_company else "deceased"

    # === Actions === #
    def action_apply(self):
        """Record it: contacts with the debtor stop, who speaks for the debtor is a contact."""
        status = self._record()
        if self.kind == "insolvency":
            return status.get_formview_action()
        return {"type": "ir.actions.act_window_close"}

    def _record(self):
        self.ensure_one()
        self.case_id.check_access("write")
        status = self.env["collection.person.status"].create(self._prepare_status_vals())
        speaker = self._get_speaker()
        if speaker:
            status.representative_id = speaker
        return status

    def _prepare_status_vals(self):
        insolvent = self.kind == "insolvency"
        return {
            "case_id": self.case_id.id,
            "kind": self.kind,
            "date_event": self.date_event,
            "told_by": self.told_by,
            "court": self.kind != "minor" and self.court,
            "file_number": self.kind != "minor" and self.file_number,
            "proceeding": insolvent and self.proceeding,
            "claim_deadline": insolvent and self.claim_deadline,
            "hearing_date": insolvent and self.hearing_date,
            "date_of_age": self.kind == "minor" and self.date_of_age,
        }

    def _get_speaker(self):
        """The contact who speaks for the debtor: a known one, or a new one of that type."""
        role = SPEAKERS[self.kind]
        # sudo: collectors may not edit contacts in general; this one belongs to their debtor.
        if self.speaker_id:
            self.speaker_id.sudo().type = role
            return self.speaker_id
        if not (self.speaker_name or "").strip():
            return self._refuse_nameless()
        speaker = self.env["res.partner"].sudo()
        return speaker.create(
            {
                "name": self.speaker_name,
                "parent_id": self.case_id.partner_id.id,
                "type": role,
                "phone": self.speaker_phone,
                "email": self.speaker_email,
                "street": self.speaker_street,
                "zip": self.speaker_zip,
                "city": self.speaker_city,
            }
        ).sudo(False)

    @api.model
    def _refuse_nameless(self):
        """Letters to an estate go to a named person (12 CFR 1006, comment 34(a)(1)-1)."""
        if self.speaker_phone or self.speaker_email or self.speaker_street:
            raise UserError(self.env._("What is the name of the person who speaks for the debtor?"))
        return self.env["res.partner"]
