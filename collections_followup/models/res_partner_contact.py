from odoo import api, fields, models

from .collection_wish import ALL

#: Tick boxes of the contact, and the channel each of them closes.
STOP_FIELDS = {
    "collection_no_contact": ALL,
    "collection_no_email": "email",
    "collection_no_sms": "sms",
    "collection_no_call": "call",
    "collection_no_letter": "letter",
}
GROUPS = "collections_followup.group_reader,collections_followup.group_collector"


class ResPartner(models.Model):
    """How a debtor wants to be contacted; the same for every company it owes money to."""

    _inherit = "res.partner"

    # === Fields === #
    collection_debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")],
        string="Debtor Type",
        help="Decides which laws apply. Empty: a company, or whoever has a tax identification, is "
        "a business.",
        prefetch="collections",
    )
    collection_preferred_channel = fields.Selection(
        selection=lambda self: self.env["collection.channel"]._get_channels(),
        string="Prefers",
        index="btree_not_null",
        groups=GROUPS,
        help="Used first, by people, and by the follow-up in each stage that has this channel.",
        copy=False,
        prefetch="collections",
    )
    collection_time_ids = fields.One2many(
        "collection.contact.time", "partner_id", string="Convenient Times", groups=GROUPS
    )
    collection_opt_out_ids = fields.One2many("collection.opt.out", "partner_id", groups=GROUPS)
    collection_consent_ids = fields.One2many("collection.consent", "partner_id", groups=GROUPS)
    collection_no_contact = fields.Boolean(
        string="No contact at all",
        compute="_compute_collection_stops",
        inverse="_inverse_collection_no_contact",
        groups=GROUPS,
    )
    collection_no_email = fields.Boolean(
        string="No e-mails",
        compute="_compute_collection_stops",
        inverse="_inverse_collection_no_email",
        groups=GROUPS,
    )
    collection_no_sms = fields.Boolean(
        string="No SMS",
        compute="_compute_collection_stops",
        inverse="_inverse_collection_no_sms",
        groups=GROUPS,
    )
    collection_no_call = fields.Boolean(
        string="No calls",
        compute="_compute_collection_stops",
        inverse="_inverse_collection_no_call",
        groups=GROUPS,
    )
    collection_no_letter = fields.Boolean(
        string="No letters",
        compute="_compute_collection_stops",
        inverse="_inverse_collection_no_letter",
        groups=GROUPS,
    )

    # === Compute methods === #
    @api.depends("collection_opt_out_ids.revoked_on", "collection_opt_out_ids.channel")
    def _compute_collection_stops(self):
        """A box is ticked while an opt-out of the whole channel holds; addresses have no box."""
        for partner in self:
            general = partner.collection_opt_out_ids.filtered(
                lambda opt_out: opt_out.is_current and not opt_out.address
            )
            closed = set(general.mapped("channel"))
            for name, channel in STOP_FIELDS.items():
                partner[name] = channel in closed

    def _inverse_collection_no_contact(self):
        self._set_collection_stop("collection_no_contact")

    def _inverse_collection_no_email(self):
        self._set_collection_stop("collection_no_email")

    def _inverse_collection_no_sms(self):
        self._set_collection_stop("collection_no_sms")

    def _inverse_collection_no_call(self):
        self._set_collection_stop("collection_no_call")

    def _inverse_collection_no_letter(self):
        self._set_collection_stop("collection_no_letter")

    def _set_collection_stop(self, name):
        """Turn a tick box into an opt-out, or revoke the ones it stood for."""
        OptOut = self.env["collection.opt.out"]
        channel = STOP_FIELDS[name]
        for partner, stop in [(partner, partner[name]) for partner in self]:
            if stop:
                OptOut.check_access("create")
                OptOut._note(partner, channel)
                continue
            held = partner.collection_opt_out_ids.filtered(
                lambda o: o.is_current and o.channel == channel and not o.address
            )
            held.check_access("write")
            held._revoke(self.env._("Unticked on the contact."))

    # === Business methods === #
    def _is_consumer(self):
        self.ensure_one()
        if self.collection_debtor_type:
            return self.collection_debtor_type == "consumer"
        return super()._is_consumer()
