from odoo import fields, models

GROUP = "collections_followup.group_collector"


class ResPartner(models.Model):
    """What keeps the data of a person, and the dialog about them."""

    _inherit = "res.partner"

    collection_legal_hold = fields.Boolean(
        string="Legal Hold",
        groups=GROUP,
        copy=False,
        prefetch="collections",
        help="Nothing about this person is erased or cleaned, say while a court case lasts.",
    )
    collection_legal_hold_reason = fields.Char(
        string="Held Because", groups=GROUP, copy=False, prefetch="collections"
    )

    def action_collection_privacy(self):
        """What is kept about this person: hand it over, or erase it."""
        self.ensure_one()
        self.env["collection.privacy"]._check_supervisor()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Personal Data: %(debtor)s", debtor=self.display_name),
            "res_model": "collection.privacy.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
