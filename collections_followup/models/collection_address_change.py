from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..words import day_text

ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
#: Fields of a contact whose changes are kept, in the order in which they are shown.
TRACKED = ("name", *ADDRESS, "phone", "email")
#: A new contact person for collections, as part of a request.
CONTACT = ("contact_name", "contact_function", "contact_phone", "contact_email")
SOURCES = [
    ("debtor", "Debtor"),
    ("page", "Customer Page"),
    ("trace", "Tracing"),
    ("returned", "Returned Mail"),
    ("person", "Edited on the Contact"),
    ("other", "Somebody Else"),
]
#: What people may write on a request before it is decided.
EDITABLE = {"note", "refused_reason"}


class CollectionAddressChange(models.Model):
    """A new address, number, name or contact person of a debtor: asked for or made, with what
    stood there before, where it comes from, when, and who accepted it.

    Requests come by :meth:`_propose`; nothing on the contact changes before they are accepted.
    How they are made true is in ``collection_address_change_apply.py``.
    """

    _name = "collection.address.change"
    _description = "Change of Address or Name"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    # === Fields === #
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    # Not "cascade": so Odoo's privacy lookup finds these rows by the debtor.
    debtor_id = fields.Many2one(
        "res.partner", compute="_compute_debtor_id", store=True, index=True, ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_debtor_id", store=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [
            ("address", "Address"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("name", "Name"),
            ("contact", "Contact Person"),
            ("several", "Several"),
        ],
        required=True,
        readonly=True,
    )
    old_values = fields.Json(readonly=True)
    new_values = fields.Json(readonly=True)
    summary = fields.Text(string="Change", compute="_compute_summary")
    source = fields.Selection(SOURCES, required=True, default="debtor", readonly=True)
    note = fields.Char(help="The words used, or where they are kept.")
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Entered by", default=lambda self: self.env.user, readonly=True
    )
    state = fields.Selection(
        [("proposed", "To Confirm"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        default="proposed",
        readonly=True,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    refused_reason = fields.Char(string="Refused Because")
    needs_supervisor = fields.Boolean(compute="_compute_needs_supervisor")

    # === Compute methods === #
    @api.depends("partner_id.commercial_partner_id", "partner_id.company_id")
    def _compute_debtor_id(self):
        for change in self:
            change.debtor_id = change.partner_id.commercial_partner_id
            change.company_id = change.partner_id.company_id

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for change in self:
            day = day_text(self.env, change.date and change.date.date())
            change.display_name = ", ".join(filter(None, (change.partner_id.name, day)))

    @api.depends("old_values", "new_values")
    @api.depends_context("lang")
    def _compute_summary(self):
        for change in self:
            change.summary = "\n".join(change._get_lines())

    @api.depends("kind", "new_values", "debtor_id")
    @api.depends_context("company")
    def _compute_needs_supervisor(self):
        policies = self.debtor_id._get_collection_policies()
        for change in self:
            approval = policies[change.debtor_id].change_approval or "name"
            change.needs_supervisor = approval == "supervisor" or (
                approval == "name" and "name" in (change.new_values or {})
            )

    # === CRUD === #
    def write(self, vals):
        if not self.env.su and (
            set(vals) - EDITABLE or any(change.state != "proposed" for change in self)
        ):
            raise UserError(
                self.env._("The history of addresses stays as it was. Enter another change.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # sudo: the scheduled cleaning and the erasure of a person, and nobody by hand.
        if not self.env.su:
            raise UserError(self.env._("The history of addresses is not deleted by hand."))

    # === Actions === #
    def action_accept(self):
        """Write the new values to the contacts, as the policy allows."""
        waiting = self._get_waiting()
        if not self.env.user.has_group("collections_followup.group_supervisor"):
            mine_not = waiting.filtered("needs_supervisor")[:1]
            if mine_not:
                raise UserError(
                    self.env._(
                        "A supervisor accepts this change of %(debtor)s.",
                        debtor=mine_not.partner_id.name,
                    )
                )
        waiting._accept()

    def action_refuse(self):
        """The contact stays as it is; the reason is kept."""
        waiting = self._get_waiting()
        if not all((change.refused_reason or "").strip() for change in waiting):
            raise UserError(self.env._("Write down why the change is refused, then refuse it."))
        waiting._decide("refused")

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    # === Business methods === #
    def _get_waiting(self):
        """Requests that are not decided, where the user may decide."""
        if not self.env.user.has_group("collections_followup.group_collector"):
            raise AccessError(self.env._("Only collectors decide about new addresses."))
        self.check_access("write")
        waiting = self.filtered(lambda change: change.state == "proposed")
        if not waiting:
            raise UserError(self.env._("This change has been decided already."))
        return waiting

    def _get_lines(self):
        """What changes, a line for each field: old value → new value."""
        self.ensure_one()
        labels = self._get_labels()
        old, new = self.old_values or {}, self.new_values or {}
        return [
            self.env._(
                "%(field)s: %(old)s → %(new)s",
                field=labels[name],
                old=self._get_text(name, old.get(name)) or "–",
                new=self._get_text(name, new.get(name)) or "–",
            )
            for name in (*TRACKED, *CONTACT)
            if name in new
        ]

    @api.model
    def _get_labels(self):
        partner = self.env["res.partner"].fields_get(TRACKED, ["string"])
        return {
            **{name: values["string"] for name, values in partner.items()},
            "contact_name": self.env._("Contact person"),
            "contact_function": self.env._("Position"),
            "contact_phone": self.env._("Phone of the contact person"),
            "contact_email": self.env._("E-mail of the contact person"),
        }

    @api.model
    def _get_text(self, name, value):
        if name.endswith("_id") and value:
            field = self.env["res.partner"]._fields[name]
            # sudo: countries and their states, by whoever may read the change.
            return self.env[field.comodel_name].sudo().browse(value).exists().name or ""
        return value or ""
