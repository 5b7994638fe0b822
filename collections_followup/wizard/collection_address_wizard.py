from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.collection_address_change import SOURCES, TRACKED

#: Sources that people choose; the others are named by what makes the change.
BY_HAND = [source for source in SOURCES if source[0] in ("debtor", "returned", "trace", "other")]


class CollectionAddressWizard(models.TransientModel):
    """A new address, number, name or contact person that somebody was told."""

    _name = "collection.address.wizard"
    _description = "New Address or Name"
    _inherit = ["collection.case.wizard"]

    contact_id = fields.Many2one(
        "res.partner",
        string="Of",
        required=True,
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    source = fields.Selection(BY_HAND, required=True, default="debtor", string="Says Who")
    note = fields.Char(help="The words used, or where they are kept.")
    name = fields.Char(compute="_compute_present", store=True, readonly=False)
    street = fields.Char(compute="_compute_present", store=True, readonly=False)
    street2 = fields.Char(compute="_compute_present", store=True, readonly=False)
    zip = fields.Char(compute="_compute_present", store=True, readonly=False)
    city = fields.Char(compute="_compute_present", store=True, readonly=False)
    state_id = fields.Many2one(
        "res.country.state",
        string="Province or State",
        compute="_compute_present",
        store=True,
        readonly=False,
        domain="[('country_id', '=?', country_id)]",
    )
    country_id = fields.Many2one(
        "res.country", compute="_compute_present", store=True, readonly=False
    )
    phone = fields.Char(compute="_compute_present", store=True, readonly=False)
    email = fields.Char(compute="_compute_present", store=True, readonly=False)
    contact_name = fields.Char(string="New Contact Person")
    contact_function = fields.Char(string="Position")
    contact_phone = fields.Char(string="Phone of the Person")
    contact_email = fields.Char(string="E-mail of the Person")
    accept = fields.Boolean(
        string="It is confirmed",
        default=True,
        help="Write it to the contact at once. Otherwise it waits to be confirmed.",
    )

    # === Compute methods === #
    @api.depends("case_id")
    def _compute_contact_id(self):
        for wizard in self:
            wizard.contact_id = wizard.partner_id

    @api.depends("contact_id")
    def _compute_present(self):
        for wizard in self:
            for name in TRACKED:
                wizard[name] = wizard.contact_id[name]

    # === Actions === #
    def action_apply(self):
        """Enter the change, and accept it where it is confirmed and the user may."""
        self.ensure_one()
        self.case_id.check_access("write")
        Change = self.env["collection.address.change"]
        new = Change._propose(self.contact_id, self._get_values(), self.source, self.note or "")
        if not new:
            raise UserError(self.env._("Nothing was changed."))
        supervisor = self.env.user.has_group("collections_followup.group_supervisor")
        if self.accept and (supervisor or not new.needs_supervisor):
            new.action_accept()
        return {"type": "ir.actions.act_window_close"}

    def _get_values(self):
        names = [*TRACKED, "contact_name", "contact_function", "contact_phone", "contact_email"]
        return {name: self[name].id if name.endswith("_id") else self[name] for name in names}
