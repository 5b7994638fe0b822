from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REASONS = [
    ("overdue", "Overdue Debts"),
    ("limit", "Over the Limit"),
    ("promise", "Broken Promise"),
    ("bounced", "Returned Payment"),
    ("insurer", "Insurer Withdrew Cover"),
    ("insolvency", "Insolvency or Signs of It"),
    ("report", "Bad Report"),
    ("other", "Another Reason"),
]
#: Reasons that can be seen to be gone.
MEASURED = {"overdue", "limit"}
#: What people may write on a hold; release is an action.
EDITABLE = {"note"}


class CollectionCreditHold(models.Model):
    """No new credit for a debtor: quotations and draft invoices say so until it is released.

    New orders wait for the release (``collection_credit_order.py``). What has been delivered is
    invoiced all the same, so posting is never kept back.
    Not to be confused with ``collection.hold``, which stops contacts.
    """

    _name = "collection.credit.hold"
    _description = "Credit Hold"
    _inherit = ["collection.credit.mixin"]
    _order = "date_released desc nulls first, date_from desc, id desc"

    reason = fields.Selection(REASONS, required=True)
    note = fields.Text()
    date_from = fields.Date(
        string="Held Since",
        required=True,
        readonly=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    held_by = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    date_released = fields.Date(string="Released On", readonly=True, copy=False)
    released_by = fields.Many2one("res.users", readonly=True, copy=False)
    credit_limit = fields.Monetary(string="Limit", compute="_compute_figures")
    exposure = fields.Monetary(compute="_compute_figures")
    overdue = fields.Monetary(compute="_compute_figures")
    is_ripe = fields.Boolean(
        string="Reason Is Gone",
        compute="_compute_figures",
        search="_search_is_ripe",
        help="Nothing is overdue any more, or the exposure is within the limit again.",
    )

    _one_current = models.UniqueIndex(
        "(partner_id, company_id) WHERE date_released IS NULL",
        "The credit of this debtor is on hold already.",
    )

    # === Compute methods === #
    @api.depends("partner_id", "reason")
    def _compute_display_name(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for hold in self:
            reason = reasons.get(hold.reason, "")
            hold.display_name = f"{hold.partner_id.name or ''}: {reason}"

    @api.depends("partner_id", "company_id", "reason", "date_released")
    def _compute_figures(self):
        # sudo: the figures of the debtor whose hold may be seen.
        rows = self.env["collection.exposure"].sudo()._of(self.partner_id, self.company_id)
        for hold in self:
            row = rows.get((hold.partner_id.commercial_partner_id, hold.company_id))
            hold.credit_limit = row.credit_limit if row else 0.0
            hold.exposure = row.exposure if row else 0.0
            hold.overdue = row.overdue if row else 0.0
            gone = {
                "overdue": hold.currency_id.compare_amounts(hold.overdue, 0) <= 0,
                "limit": hold.currency_id.compare_amounts(hold.exposure, hold.credit_limit) <= 0
                or not hold.credit_limit,
            }
            hold.is_ripe = not hold.date_released and gone.get(hold.reason, False)

    def _search_is_ripe(self, operator, value):
        if operator != "in":
            return NotImplemented
        holds = self.search([("date_released", "=", False), ("reason", "in", tuple(MEASURED))])
        ripe = holds.filtered("is_ripe").ids
        return [("id", "in" if True in value else "not in", ripe)]

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")
        if not self.env.su:
            fixed = {"held_by": self.env.uid, "released_by": False, "date_released": False}
            fixed["date_from"] = self.env["collection.case"]._today()
            vals_list = [{**vals, **fixed} for vals in vals_list]
        for vals in vals_list:
            if vals.get("reason") == "other" and not (vals.get("note") or "").strip():
                raise UserError(self.env._("Write down why the credit is held."))
        self._check_not_held(vals_list)
        holds = super().create(vals_list)
        for hold in holds:
            hold._log_on_case(self.env._("Credit on hold – %(hold)s", hold=hold.display_name))
        self.env["collection.credit.notice"]._tell_of_holds(holds)
        return holds

    def write(self, vals):
        if not self.env.su and set(vals) - EDITABLE:
            raise UserError(self.env._("Holds are history. Release it, and set another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Holds are history and are not deleted. Release it instead."))

    # === Actions === #
    def action_release(self):
        """Orders go on; who released and when is kept. For one hold or many."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor releases the credit of a debtor."))
        current = self.filtered(lambda hold: not hold.date_released)
        if not current:
            raise UserError(self.env._("These holds have been released already."))
        # sudo: readonly for people; the right has been checked.
        current.sudo().write(
            {
                "date_released": self.env["collection.case"]._today(),
                "released_by": self.env.uid,
            }
        )
        for hold in current:
            hold._log_on_case(self.env._("Credit released – %(hold)s", hold=hold.display_name))
        self.env["collection.credit.notice"]._tell_of_releases(current)
        return current._get_done_notification()

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    # === Business methods === #
    def _check_not_held(self, vals_list):
        """Say it in a sentence before the database does."""
        Partner = self.env["res.partner"]
        for vals in vals_list:
            partner = Partner.browse(vals.get("partner_id")).commercial_partner_id
            company = vals.get("company_id") or self.env.company.id
            domain = [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company),
                ("date_released", "=", False),
            ]
            # sudo: also a hold that a colleague has set.
            known = self.sudo().search(domain, limit=1) if partner else self.browse()
            if known:
                raise UserError(
                    self.env._(
                        "The credit of %(debtor)s is on hold already, by %(who)s.",
                        debtor=partner.name,
                        who=known.held_by.name,
                    )
                )

    def _get_done_notification(self):
        message = self.env._("%(count)s released.", count=len(self))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
