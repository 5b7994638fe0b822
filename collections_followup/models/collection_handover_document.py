from odoo import api, fields, models
from odoo.exceptions import UserError

#: Contacts that show that the debtor was asked, once they arrived.
WRITTEN = ("letter", "email", "sms")


class CollectionHandoverDocument(models.Model):
    """A line of the checklist: where the document is, or that it is missing."""

    _name = "collection.handover.document"
    _description = "Document of a Handover"
    _order = "handover_id, sequence, id"

    handover_id = fields.Many2one(
        "collection.handover", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    case_id = fields.Many2one(related="handover_id.case_id", string="Debtor's Case")
    requirement_id = fields.Many2one("collection.handover.requirement", ondelete="set null")
    code = fields.Char(related="requirement_id.code")
    source = fields.Selection(related="requirement_id.source")
    name = fields.Char(required=True, string="Document")
    sequence = fields.Integer(compute="_compute_sequence", store=True, readonly=False)
    required = fields.Boolean(string="Obligatory")
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "collection_handover_document_attachment_rel",
        "document_id",
        "attachment_id",
        string="Files",
    )
    state = fields.Selection(
        [
            ("there", "In Hand"),
            ("made", "Made by Us"),
            ("none", "Nothing Applies"),
            ("missing", "Missing"),
        ],
        compute="_compute_state",
    )
    detail = fields.Char(compute="_compute_state")

    # === Compute methods === #
    @api.depends("requirement_id")
    def _compute_sequence(self):
        for document in self:
            document.sequence = document.requirement_id.sequence or 100

    @api.depends("attachment_ids", "requirement_id", "handover_id.move_line_ids")
    def _compute_state(self):
        for document in self:
            document.state, document.detail = document._find()

    def _find(self):
        """Whether the document is there, and where."""
        if self.attachment_ids:
            return "there", ", ".join(self.attachment_ids.mapped("name"))
        finder = getattr(self, f"_find_{self.source}", None) if self.source else None
        return finder() if finder else ("missing", "")

    def _find_invoice(self):
        moves = self.handover_id.move_line_ids.move_id
        # Migrated balances have no invoice that could be printed.
        foreign = moves.filtered(lambda move: not move.is_sale_document(include_receipts=True))
        if foreign:
            names = ", ".join(foreign.mapped("name"))
            return "missing", self.env._("No invoice is behind %(entries)s.", entries=names)
        return ("made", ", ".join(moves.mapped("name"))) if moves else ("missing", "")

    def _find_contract(self):
        papers = self._get_contracts()
        return ("there", ", ".join(papers.mapped("name"))) if papers else ("missing", "")

    def _find_delivery(self):
        files = self._get_delivery_files()
        return ("there", ", ".join(files.mapped("name"))) if files else ("missing", "")

    def _find_notices(self):
        logs = self._get_notices()
        arrived = logs.filtered(lambda log: log.state == "done")
        if not arrived:
            sent = self.env._("%(count)s sent, none has arrived", count=len(logs)) if logs else ""
            return "missing", sent
        return "made", self.env._("%(count)s arrived", count=len(arrived))

    def _find_agreement(self):
        found = self._get_agreements()
        return ("made", ", ".join(found.mapped("name"))) if found else ("none", "")

    def _find_disputes(self):
        found = self._get_disputes()
        if not found:
            return "none", ""
        if found.filtered(lambda dispute: dispute.state == "open"):
            return "missing", self.env._("A dispute has not been answered.")
        return "made", ", ".join(found.mapped("name"))

    def _find_statement(self):
        return "made", ""

    def _find_history(self):
        return "made", ""

    def _find_insurance(self):
        limits = self._get_insurance()
        return ("made", ", ".join(limits.mapped("policy_number"))) if limits else ("missing", "")

    def _get_title(self):
        """What the document is called in the dossier, in the language that is asked for."""
        return self.requirement_id.name or self.name

    # === Where documents are === #
    def _get_contracts(self):
        # sudo: papers belong to the file of the debtor, whose case may be read.
        return (
            self.env["collection.credit.document"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.handover_id.debtor_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("kind", "=", "contract"),
                ]
            )
            .filtered("document")
        )

    def _get_delivery_files(self):
        """Files that somebody attached to the invoices and named so."""
        # sudo: files of invoices that may be read.
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "account.move"),
                    ("res_id", "in", self.handover_id.move_line_ids.move_id.ids),
                    ("res_field", "=", False),
                    "|",
                    ("name", "ilike", "deliver"),
                    ("name", "ilike", "POD"),
                ]
            )
        )

    def _get_notices(self):
        """Written contacts about these items that went out."""
        return self.env["collection.contact.log"].search(
            [
                ("case_id", "=", self.case_id.id),
                ("channel", "in", WRITTEN),
                ("direction", "=", "out"),
                ("state", "in", ("sent", "done")),
                "|",
                ("move_line_ids", "=", False),
                ("move_line_ids", "in", self.handover_id.move_line_ids.ids),
            ],
            order="date, id",
        )

    def _get_agreements(self):
        lines = self.handover_id.move_line_ids
        return self.env["collection.agreement"].search(
            [
                ("case_id", "=", self.case_id.id),
                ("move_line_ids", "in", lines.ids),
                ("state", "!=", "draft"),
            ],
            order="date, id",
        )

    def _get_disputes(self):
        lines = self.handover_id.move_line_ids
        return self.env["collection.dispute"].search(
            [
                ("case_id", "=", self.case_id.id),
                ("move_line_ids", "in", lines.ids),
                ("state", "!=", "cancelled"),
            ],
            order="date, id",
        )

    def _get_insurance(self):
        # sudo: as for contracts.
        return (
            self.env["collection.credit.insurance"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.handover_id.debtor_id.id),
                    ("company_id", "=", self.company_id.id),
                ]
            )
            .filtered("is_current")
        )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._adopt_files()
        return documents

    def write(self, vals):
        if {"required", "requirement_id", "handover_id"} & set(vals):
            self._check_obligatory()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._adopt_files()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_obligatory(self):
        self._check_obligatory()

    def _check_obligatory(self):
        """What is obligatory is not made optional by whoever prepares the file."""
        supervises = self.env.user.has_group("collections_followup.group_supervisor")
        if self.env.su or supervises:
            return
        if self.filtered(lambda document: document.requirement_id and document.required):
            raise UserError(
                self.env._(
                    "This document is obligatory. A supervisor may say why the file goes without."
                )
            )

    def _adopt_files(self):
        """Files belong to the handover, so that those who may read it may read them."""
        for document in self:
            # sudo: only links files that the user has just uploaded or may read already.
            loose = document.attachment_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": "collection.handover", "res_id": document.handover_id.id})
