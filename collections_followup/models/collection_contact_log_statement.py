from odoo import api, fields, models

from ..tools.identifiers import format_creditor_reference
from .collection_statement import KINDS

TEMPLATE = "collections_followup.mail_template_statement"
STATEMENT_FIELDS = {"statement_kind", "statement_from", "statement_schedule_id"}


class CollectionContactLog(models.Model):
    """Statements of account: contacts that ask for nothing, and move nothing on the ladder."""

    _inherit = "collection.contact.log"

    statement_kind = fields.Selection(KINDS, string="Statement", readonly=True)
    statement_from = fields.Date(string="Activity From", readonly=True)
    statement_schedule_id = fields.Many2one(
        "collection.statement.schedule",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
    )
    statement_due = fields.Date(readonly=True, help="The day of the schedule.")

    _statement_unique = models.UniqueIndex(
        "(statement_schedule_id, case_id, statement_due) WHERE statement_schedule_id IS NOT NULL",
        "This statement has been made already.",
    )

    # === Compute methods === #
    @api.depends("statement_kind")
    @api.depends_context("lang", "collection_letter")
    def _compute_notice_items(self):
        statements = self.filtered("statement_kind")
        # sudo: what it shows is what the debtor is sent; whoever may read the row may see it.
        docs = self.env["collection.statement"]._get_docs(statements.sudo())
        tables = self.env["collection.notice"]._render_each(
            "collections_followup.statement_items",
            [docs[log.id] for log in statements],
            {
                "dir": self.env["res.lang"]._get_data(code=self.env.lang).direction or "ltr",
                "letter": bool(self.env.context.get("collection_letter")),
            },
        )
        for log, table in zip(statements, tables, strict=True):
            log.notice_items = table
        return super(CollectionContactLog, self - statements)._compute_notice_items()

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        """Statements are made by their dialog and their schedule, not by adding a row."""
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name not in STATEMENT_FIELDS}
                for vals in vals_list
            ]
        return super().create(vals_list)

    # === Texts === #
    def _get_mail_template(self):
        if not self.statement_kind:
            return super()._get_mail_template()
        # sudo: templates belong to the administrator; whoever may read the row may read its text.
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        return (template or self.env["mail.template"]).sudo()

    def _get_notice_total(self):
        return self.amount if self.statement_kind else super()._get_notice_total()

    def _get_notice_lines(self):
        """All that is open in the company's currency, for documents that list items."""
        if not self.statement_kind:
            return super()._get_notice_lines()
        # sudo: what the debtor is sent does not depend on who sends it.
        case = self.sudo().case_id
        return case.move_line_ids.filtered(lambda line: line.currency_id == self.currency_id)

    def _get_notice_values(self, *args, **kwargs):
        if not self.statement_kind:
            return super()._get_notice_values(*args, **kwargs)
        return {"separate": False, "reference": format_creditor_reference(self.reference)}

    # === Making === #
    @api.model
    def _make_statements(self, cases, values):
        """Rows for statements that are to be made now; the engine asks the rules about each.

        :param dict values: channel, date, statement_kind, …
        """
        # sudo: whoever may write to these debtors has it logged; the rights are checked before.
        return self.sudo().create(
            [
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "state": "planned",
                    "released": True,
                    "currency_id": case.currency_id.id,
                    "amount": case.amount_open,
                    "stage_id": case.stage_id.id,
                    **values,
                }
                for case in cases
            ]
        )
