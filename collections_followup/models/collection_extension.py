from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

from ..words import day_text

STATES = [
    ("requested", "Waiting for Approval"),
    ("approved", "Granted"),
    ("refused", "Refused"),
]


class CollectionExtension(models.Model):
    """A new due date granted to a debtor; the old one is kept here.

    The due date of a posted debt is changed by nothing else: see ``account_move_line_due.py``.
    """

    _name = "collection.extension"
    _description = "Extension of a Due Date"
    _inherit = ["collection.case.request", "collection.case.record.items"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    move_line_ids = fields.Many2many(
        relation="collection_extension_line_rel",
        column1="extension_id",
        column2="move_line_id",
    )
    date = fields.Date(
        string="Asked on",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    date_old = fields.Date(string="Old Due Date", required=True)
    date_new = fields.Date(string="New Due Date", required=True, tracking=True)
    days = fields.Integer(compute="_compute_days", store=True)
    reason = fields.Char(required=True)
    state = fields.Selection(
        STATES, required=True, default="requested", readonly=True, tracking=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users", string="Asked by", required=True, default=lambda self: self.env.user
    )
    approved_by = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Date(readonly=True, copy=False)

    _check_dates = models.Constraint(
        "CHECK(date_new > date_old)", "The new due date has to be after the old one."
    )

    @api.depends("partner_id", "date_old", "date_new")
    def _compute_name(self):
        for extension in self:
            old, new = extension.date_old, extension.date_new
            span = f"{day_text(self.env, old)} → {day_text(self.env, new)}" if new else ""
            extension.name = " – ".join(filter(None, (extension.partner_id.name, span)))

    @api.depends("date_old", "date_new")
    def _compute_days(self):
        for extension in self:
            old, new = extension.date_old, extension.date_new
            extension.days = (new - old).days if old and new else 0

    # === Constraints === #
    @api.constrains("move_line_ids", "case_id", "date_old")
    def _check_items(self):
        for extension in self.filtered(lambda extension: extension.state == "requested"):
            if not extension.move_line_ids:
                raise ValidationError(self.env._("Choose the items whose due date is moved."))
            for line in extension.move_line_ids:
                extension._check_item(line)

    def _check_item(self, line):
        if line.partner_id.commercial_partner_id != self.case_id.partner_id:
            raise ValidationError(
                self.env._(
                    "%(item)s is not owed by %(debtor)s.",
                    item=line.display_name,
                    debtor=self.case_id.display_name,
                )
            )
        if line.parent_state != "posted" or line.reconciled or line.amount_residual <= 0:
            raise ValidationError(
                self.env._("Nothing is open on %(item)s any more.", item=line.display_name)
            )
        if (line.date_maturity or line.date) != self.date_old:
            raise ValidationError(
                self.env._(
                    "%(item)s is due on %(due)s. Ask for one extension per due date.",
                    item=line.display_name,
                    due=day_text(self.env, line.date_maturity or line.date),
                )
            )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            fixed = {"state": "requested", "user_id": self.env.uid, "approved_by": False}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        for vals in vals_list:
            old, new = (fields.Date.to_date(vals.get(key)) for key in ("date_old", "date_new"))
            if old and new:
                self._check_new_date(old, new)
        return super().create(vals_list)

    def write(self, vals):
        decided = {"state", "user_id", "approved_by", "approved_on"} & set(vals)
        settled = self.filtered(lambda extension: extension.state != "requested")
        fixed = {"case_id", "move_line_ids", "date_old", "date_new", "date"} & set(vals)
        if not self.env.su and (decided or (settled and fixed)):
            raise UserError(
                self.env._("What was decided about an extension stays. Ask for another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Extensions are history. Refuse it instead."))

    # === Actions === #
    def action_approve(self):
        """Grant the new due date."""
        for extension in self.filtered(lambda extension: extension.state == "requested"):
            extension._check_may_grant()
            extension._grant()

    def action_refuse(self):
        """The old due date stays."""
        self._check_supervisor()
        waiting = self.filtered(lambda extension: extension.state == "requested")
        # sudo: readonly for people; the right has been checked.
        waiting.sudo().write({"state": "refused", "approved_by": self.env.uid})
        waiting.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    # === Checks === #
    @api.model
    def _check_new_date(self, old, new):
        if new <= self.env["collection.case"]._today():
            raise UserError(self.env._("The new due date has to be in the future."))
        if new <= old:
            raise UserError(self.env._("The new due date has to be after the old one."))

    def _check_supervisor(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor decides about extensions."))

    def _may_grant(self):
        """Whether the user may grant this extension without asking.

        Collectors up to the days of the company, supervisors any; above the number a debtor gets
        in a year only managers.
        """
        self.ensure_one()
        user = self.env.user
        if self.env.su or user.has_group("collections_followup.group_manager"):
            return True
        company = self.company_id.sudo()  # sudo: settings
        if self._count_before() >= company.collection_extension_max_count:
            return False
        if user.has_group("collections_followup.group_supervisor"):
            return True
        return self.days <= company.collection_extension_max_days

    def _count_before(self):
        """Extensions granted to the debtor in the year before this one."""
        # sudo: also those of an earlier case, or of a colleague's.
        return self.sudo().search_count(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
                ("approved_on", ">=", fields.Date.subtract(self.date, years=1)),
                ("id", "!=", self.id),
            ]
        )

    def _check_may_grant(self):
        self.check_access("read")
        if not self._may_grant():
            raise AccessError(
                self.env._(
                    "You may not grant this extension: %(debtor)s has had %(count)s in a year, and "
                    "it is for %(days)s days. Ask a supervisor, or a manager.",
                    debtor=self.partner_id.name,
                    count=self._count_before(),
                    days=self.days,
                )
            )

    # === Business methods === #
    @api.model
    def _request(self, case, lines, date_new, reason):
        """Ask for a new due date: one extension for each old one. What the user may grant is
        granted at once.

        :return: the extensions
        """
        case.check_access("write")
        groups = lines.grouped(lambda line: line.date_maturity or line.date)
        extensions = self.create(
            [
                {
                    "case_id": case.id,
                    "move_line_ids": [Command.set(group.ids)],
                    "date_old": old,
                    "date_new": date_new,
                    "reason": reason,
                }
                for old, group in sorted(groups.items())
            ]
        )
        for extension in extensions:
            if extension._may_grant():
                extension._grant()
            else:
                extension._ask_for_approval()
        return extensions

    def _ask_for_approval(self):
        approver = self.env["collection.charge"]._get_approver(self.company_id)
        # sudo: activities are given to the supervisor by anybody.
        self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Grant an extension: %(extension)s", extension=self.name),
            note=self.reason,
            user_id=approver.id,
        )

    def _grant(self):
        """Move the due date of the items; nothing else does."""
        self.ensure_one()
        self._check_new_date(self.date_old, self.date_new)
        for line in self.move_line_ids:
            self._check_item(line)
        # sudo: the right has been checked; due dates follow from the extension.
        self.sudo().write(
            {
                "state": "approved",
                "approved_by": self.env.uid,
                "approved_on": self.env["collection.case"]._today(),
            }
        )
        lines = self.sudo().move_line_ids.with_context(collection_extension_id=self.id)
        lines.write({"date_maturity": self.date_new})
        self._tell_invoices(lines.move_id)
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        documents = ", ".join(lines.move_id.mapped("name"))
        self.case_id.sudo()._message_log(
            body=self.env._(
                "Due date of %(items)s moved from %(old)s to %(new)s: %(reason)s",
                items=documents,
                old=day_text(self.env, self.date_old),
                new=day_text(self.env, self.date_new),
                reason=self.reason,
            ),
            author_id=self.env.user.partner_id.id,
        )
        self.case_id._review_now()

    @api.model
    def _tell_invoices(self, moves):
        """Invoices, and their page for customers, show the last due date of their items.

        Odoo takes it from the payment terms, which an extension does not change. The document that
        was sent keeps what it says.
        """
        # The lines have their dates already; nothing else is to follow from this one.
        for invoice in moves.filtered(lambda move: move.is_invoice()).with_context(
            skip_invoice_sync=True
        ):
            dues = [
                line.date_maturity or line.date
                for line in invoice.line_ids
                if line.account_type == "asset_receivable"
            ]
            invoice.invoice_date_due = max(dues)
