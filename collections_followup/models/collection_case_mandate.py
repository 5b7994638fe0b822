from odoo import fields, models

from .collection_case_verdict import ContactVerdict


class CollectionCase(models.Model):
    """Cases of clients: collected while the mandate is in force, and given back when it ends."""

    _inherit = "collection.case"

    mandate_id = fields.Many2one(
        "collection.mandate", related="company_id.collection_mandate_id", string="Mandate"
    )
    creditor_id = fields.Many2one(related="mandate_id.client_id", string="On Behalf Of")

    def _get_hold_verdict(self, role="consumer", purpose=""):
        """Without a mandate nobody is contacted, whatever else allows it."""
        # sudo: the mandate binds everybody, whoever may read it.
        mandate = self.company_id.sudo().collection_mandate_id
        if mandate:
            code = mandate._get_objection(self._today(), self.partner_id.sudo().country_id)
            if code:
                reasons = self.env["collection.compliance"]._get_reasons()
                return ContactVerdict("block", code, reasons[code], mandate.name)
        return super()._get_hold_verdict(role, purpose)

    def action_return(self):
        """The client takes this case back."""
        self.ensure_one()
        self.check_access("write")
        return self._open_dialog(
            "collection.return.wizard",
            self.env._("Return to the Client"),
            {"default_case_id": self.id, "dialog_size": "large"},
        )

    def _return_to_client(self, reason):
        """Close the cases and let go of what was planned; the debts are the client's again."""
        planned = self.env["collection.contact.log"].search(
            [("case_id", "in", self.ids), ("state", "=", "planned")]
        )
        closed = self._set_state(
            ("open", "on_hold", "handed_over"),
            "closed",
            {"date_closed": self._today(), "no_contact_code": "mandate_ended"},
        )
        planned._set_cancelled("mandate_ended")
        self.visit_ids.filtered(lambda visit: visit.state == "planned")._set_cancelled(reason)
        closed.activity_unlink(["mail.mail_activity_data_call", "mail.mail_activity_data_todo"])
        text = self.env._("Returned to the client: %(reason)s", reason=reason)
        closed._message_log_batch(bodies=dict.fromkeys(closed.ids, text))
