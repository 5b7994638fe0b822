from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

#: How the contact rules call our channels; those not listed have the same name.
RULE_CHANNELS = {"call": "phone"}
#: What may still be written on a row that people have signed, so to speak.
REVOKE_FIELDS = {"revoke_reason"}
ALL = "all"


class CollectionWish(models.AbstractModel):
    """Something a debtor has asked for or agreed to: written down once, revoked, never changed.

    Wishes belong to the person and hold for every company it owes money to.
    """

    _name = "collection.wish"
    _description = "Wish of a Debtor"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    # === Fields === #
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, index=True, ondelete="cascade"
    )
    debtor_id = fields.Many2one("res.partner", compute="_compute_debtor_id", store=True, index=True)
    company_id = fields.Many2one(
        "res.company", compute="_compute_debtor_id", store=True, index="btree_not_null"
    )
    channel = fields.Selection(
        selection="_selection_channel", required=True, default=ALL, help="What it is about."
    )
    address = fields.Char(
        index="btree_not_null",
        help="E-mail address or phone number. Empty: every one of the contact.",
    )
    date = fields.Date(
        string="Since",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    source = fields.Selection(
        [
            ("person", "Noted by a colleague"),
            ("link", "Link in a message"),
            ("reply", "Answer to a message"),
            ("letter", "Letter"),
            ("contract", "Contract"),
        ],
        required=True,
        default="person",
    )
    note = fields.Char(help="The words used, or where they are kept.")
    message_id = fields.Many2one("mail.message", ondelete="set null", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", string="Noted by", default=lambda self: self.env.user, readonly=True
    )
    is_current = fields.Boolean(compute="_compute_is_current", search="_search_is_current")
    revoked_on = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    revoke_reason = fields.Char(help="Why this no longer holds.")

    # === Compute methods === #
    @api.model
    def _selection_channel(self):
        channels = self.env["collection.channel"]._get_channels()
        return [(ALL, self.env._("Every Channel")), *((c, n) for c, n in channels if c != "other")]

    # The company of the contact is followed on purpose: moving it moves who may see its wishes.
    @api.depends("partner_id.commercial_partner_id", "partner_id.company_id")
    def _compute_debtor_id(self):
        for wish in self:
            wish.debtor_id = wish.partner_id.commercial_partner_id
            wish.company_id = wish.partner_id.company_id

    @api.depends("revoked_on")
    def _compute_is_current(self):
        for wish in self:
            wish.is_current = not wish.revoked_on

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("revoked_on", "=" if True in value else "!=", False)]

    # === Constraints === #
    @api.constrains("address", "channel")
    def _check_address(self):
        for wish in self.filtered("address"):
            electronic = "@" in wish.address
            if wish.channel in ("letter", "visit") or electronic == (
                wish.channel in ("sms", "call")
            ):
                raise ValidationError(
                    self.env._(
                        "%(address)s does not fit the channel. Leave the address empty, or give "
                        "an e-mail address for e-mails and a number for calls and SMS.",
                        address=wish.address,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("address"):
                partner = self.env["res.partner"].browse(vals.get("partner_id"))
                vals["address"] = self._normalize_address(vals["address"], partner)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (set(vals) - REVOKE_FIELDS or any(self.mapped("revoked_on"))):
            raise UserError(
                self.env._("What a debtor has asked for is kept as it was. Revoke it instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("What a debtor has asked for is not deleted. Revoke it instead.")
        )

    # === Actions === #
    def action_revoke(self):
        """The debtor has changed its mind, or the entry was a mistake: say why."""
        self.check_access("write")
        current = self.filtered("is_current")
        if not all((wish.revoke_reason or "").strip() for wish in current):
            raise UserError(self.env._("Write down why it no longer holds, then revoke it."))
        current._revoke()

    # === Business methods === #
    def _revoke(self, reason=None):
        # sudo: the rows are append-only for people; the right to write was checked by the caller.
        self.sudo().write(
            {
                "revoked_on": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                **({"revoke_reason": reason} if reason else {}),
            }
        )

    @api.model
    def _normalize_address(self, address, partner):
        """An address as channels use it: lower case, numbers in international form."""
        if "@" in address:
            return email_normalize(address) or address.strip().lower()
        return partner._phone_format(number=address) or "".join(address.split())
