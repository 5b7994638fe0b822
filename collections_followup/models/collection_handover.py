from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from .collection_handover_requirement import KINDS

STATES = [
    ("draft", "In Preparation"),
    ("ready", "Ready"),
    ("placed", "Placed"),
    ("recalled", "Recalled"),
    ("closed", "Closed"),
]
#: Kinds that go to somebody outside.
OUTSIDE = ("lawyer", "agency", "insurer")
#: Kinds that stock or service carries out.
CARRIED_OUT = ("repossession", "disconnection")


class CollectionHandover(models.Model):
    """A file that is passed on: to the credit department, a lawyer, an agency, an insurer, or to
    stock or service for repossession or disconnection.

    Its documents are in ``collection_handover_document.py``, placing it in ``…_place.py``, how it
    ends in ``…_end.py``, money in ``…_money.py``, what they are paid in ``…_commission.py``, the
    dossier in ``…_dossier.py``. ``partner_id`` is who gets the file; the debtor is ``debtor_id``.
    """

    _name = "collection.handover"
    _description = "Handover"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "reference", "debtor_id"]

    # === Fields === #
    name = fields.Char(default="/", readonly=True, copy=False)
    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict", check_company=True
    )
    debtor_id = fields.Many2one(
        related="case_id.partner_id", string="Debtor", store=True, index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    kind = fields.Selection(KINDS, required=True, default="agency", tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Handed To",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Lawyer, agency or insurer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    service_user_id = fields.Many2one(
        "res.users",
        string="Carried Out By",
        domain=[("share", "=", False)],
        help="Who in the credit department, stock or service does it.",
    )
    scope = fields.Selection(
        [("all", "Everything the Debtor Owes"), ("items", "Only These Items")],
        required=True,
        default="all",
        help="While everything is placed, nobody here contacts the debtor; otherwise nobody does "
        "so about these items.",
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        "collection_handover_line_rel",
        "handover_id",
        "move_line_id",
        string="Items",
        check_company=True,
        compute="_compute_move_line_ids",
        store=True,
        readonly=False,
    )
    open_line_ids = fields.Many2many("account.move.line", compute="_compute_open_line_ids")
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    note = fields.Text(help="What whoever gets the file should know.")
    amount_open = fields.Monetary(
        string="Open", compute="_compute_amount_open", help="In the company's currency."
    )

    # === Fields: placing === #
    reference = fields.Char(string="Their Reference", copy=False, tracking=True)
    date_placed = fields.Date(readonly=True, copy=False, tracking=True)
    placed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    amount_placed = fields.Monetary(readonly=True, copy=False)
    terms = fields.Text(help="What was agreed with whoever gets the file.")
    date_review = fields.Date(
        string="Ask Again On", index="btree_not_null", help="When somebody asks how it stands."
    )
    reviewed_for = fields.Date(readonly=True, copy=False)
    date_ended = fields.Date(readonly=True, copy=False)
    end_reason = fields.Char(readonly=True, copy=False, tracking=True)

    document_ids = fields.One2many("collection.handover.document", "handover_id")
    legal_step_ids = fields.One2many("collection.legal.step", "handover_id")
    missing_text = fields.Char(compute="_compute_missing_text")
    override_reason = fields.Char(readonly=True, copy=False, tracking=True)
    override_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _open_idx = models.Index("(case_id) WHERE state = 'placed'")

    # === Compute methods === #
    @api.depends("case_id")
    def _compute_open_line_ids(self):
        for handover in self:
            handover.open_line_ids = handover.case_id._get_debts()

    @api.depends("case_id", "scope")
    def _compute_move_line_ids(self):
        """Everything that is overdue, unless items are chosen."""
        today = self.env["collection.case"]._today()
        for handover in self:
            if handover.state not in (False, "draft") or (
                handover.scope == "items" and handover.move_line_ids
            ):
                continue
            debts = handover.case_id._get_debts()
            overdue = debts.filtered(lambda line: (line.date_maturity or line.date) < today)
            handover.move_line_ids = debts if handover.scope == "all" else overdue

    @api.depends("move_line_ids.amount_residual")
    def _compute_amount_open(self):
        for handover in self:
            handover.amount_open = sum(handover.move_line_ids.mapped("amount_residual"))

    @api.depends("document_ids.state", "document_ids.required")
    def _compute_missing_text(self):
        for handover in self:
            missing = handover._get_missing()
            handover.missing_text = ", ".join(missing.mapped("name")) or False

    # === Constraints === #
    @api.constrains("move_line_ids", "case_id")
    def _check_items(self):
        for handover in self:
            for line in handover.move_line_ids:
                if line.partner_id.commercial_partner_id != handover.debtor_id:
                    raise ValidationError(
                        self.env._(
                            "%(item)s is not owed by %(debtor)s.",
                            item=line.display_name,
                            debtor=handover.debtor_id.display_name,
                        )
                    )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        kept = self._get_kept_fields()
        for vals in vals_list:
            if not self.env.su:
                vals.update({name: False for name in kept & set(vals)})
                vals["state"] = "draft"
            # sudo: the next number, whoever prepares the file.
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code(self._name) or "/"
        handovers = super().create(vals_list)
        handovers._make_checklist()
        return handovers

    def write(self, vals):
        if not self.env.su and self._get_kept_fields() & set(vals):
            raise UserError(
                self.env._("Place, recall or close the file instead of changing its state.")
            )
        fixed = not self.env.su and {"case_id", "kind", "scope", "move_line_ids"} & set(vals)
        if fixed and self.filtered(lambda handover: handover.state not in ("draft", "ready")):
            raise UserError(
                self.env._("The file has been handed over. Recall it before you change it.")
            )
        result = super().write(vals)
        if "kind" in vals:
            self._make_checklist()
        return result

    @api.model
    def _get_kept_fields(self):
        """What only the buttons write."""
        return {
            "state",
            "date_placed",
            "placed_by_id",
            "amount_placed",
            "date_ended",
            "end_reason",
            "override_reason",
            "override_by_id",
            "service_state",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda handover: handover.state not in ("draft", "ready")):
            raise UserError(
                self.env._("Files that were handed over are history. Close it instead.")
            )

    # === Checklist === #
    def _make_checklist(self):
        """The documents this kind needs; what was added to those that stay is kept."""
        # sudo: what a file needs is a setting.
        Requirement = self.env["collection.handover.requirement"].sudo()
        requirements = Requirement.search([]).grouped("kind")
        for handover in self:
            wanted = requirements.get(handover.kind, Requirement)
            old = handover.document_ids.filtered("requirement_id")
            by_code = {document.code: document for document in old}
            commands = [
                Command.delete(document.id)
                for document in old
                if document.code not in wanted.mapped("code") and not document.attachment_ids
            ]
            for requirement in wanted:
                values = {"requirement_id": requirement.id, "required": requirement.required}
                known = by_code.get(requirement.code)
                commands.append(
                    Command.update(known.id, values)
                    if known
                    else Command.create({**values, "name": requirement.name})
                )
            # sudo: the list follows the settings, whoever prepares the file.
            handover.sudo().document_ids = commands

    def _get_missing(self):
        """Obligatory documents that are not there."""
        return self.document_ids.filtered(
            lambda document: document.required and document.state == "missing"
        )
