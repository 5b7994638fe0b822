from datetime import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.collection_contact_log_statement import TEMPLATE
from ..models.collection_statement import KINDS


class CollectionStatementWizard(models.TransientModel):
    """Statements of account of one or many debtors: looked at, sent by e-mail, or printed."""

    _name = "collection.statement.wizard"
    _description = "Statements of Account"

    case_ids = fields.Many2many("collection.case", required=True, string="Cases")
    case_count = fields.Integer(compute="_compute_case_count")
    kind = fields.Selection(KINDS, required=True, default="open")
    date_from = fields.Date(
        string="Activity From",
        default=lambda self: fields.Date.subtract(self.env["collection.case"]._today(), months=3),
    )

    @api.depends("case_ids")
    def _compute_case_count(self):
        for wizard in self:
            wizard.case_count = len(wizard.case_ids)

    # === Actions === #
    def action_preview(self):
        """The PDF as it would be now. Nothing is sent, and nothing is logged."""
        pdf = self._make_preview()
        return self.env["collection.letter"]._get_download(self._keep(pdf))

    def _make_preview(self):
        """
        :return: the PDF as bytes; no row of the contact log is left
        """
        cases = self._get_cases("read")
        Letter = self.env["collection.letter"]
        Letter._check_engine()
        with self.env.cr.savepoint() as savepoint:
            logs = self._make(cases, "letter")
            template = self._get_template()
            contents = Letter._write_group(template, logs)
            pdf = Letter._make_pdf(logs, contents) if contents else b""
            savepoint.rollback()
        if not pdf:
            raise UserError(
                self.env._("The text of statements cannot be prepared. Look at its mail template.")
            )
        return pdf

    def action_send(self):
        """E-mails, as far as addresses and contact rules allow; shows what became of each."""
        logs = self._deliver("email")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_contact_log_action"
        )
        return {**action, "domain": [("id", "in", logs.ids)], "context": {"create": False}}

    def action_print(self):
        """Letters in one PDF, logged as contacts."""
        self.env["collection.letter"]._check_engine()
        logs = self._deliver("letter")
        printable = logs.filtered(lambda log: log.state == "sent")
        if not printable:
            reasons = "\n".join(dict.fromkeys(filter(None, logs.mapped("block_reason"))))
            raise UserError(
                self.env._("No statement may be printed now.\n%(reasons)s", reasons=reasons)
            )
        Letter = self.env["collection.letter"]
        return Letter._get_download(Letter._print(printable, self))

    # === Business methods === #
    def _get_cases(self, operation):
        self.ensure_one()
        self.case_ids.check_access(operation)
        if not self.case_ids:
            raise UserError(self.env._("Choose at least one debtor."))
        if self.kind == "activity" and not self.date_from:
            raise UserError(self.env._("Choose the day from which activity is shown."))
        return self.case_ids

    def _get_template(self):
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not template:
            raise UserError(
                self.env._("The mail template of statements has been deleted. Restore it first.")
            )
        return template

    def _make(self, cases, channel):
        values = {
            "channel": channel,
            "date": self.env["collection.case"]._today(),
            "statement_kind": self.kind,
            "statement_from": self.date_from if self.kind == "activity" else False,
            "user_id": self.env.uid,
        }
        return self.env["collection.contact.log"]._make_statements(cases, values)

    def _deliver(self, channel):
        """Make the contacts, or log why not."""
        if not self.env.user.has_group("collections_followup.group_collector"):
            raise UserError(
                self.env._("Only collectors may send statements. You can look at them here.")
            )
        cases = self._get_cases("write")
        self._get_template()
        logs = self._make(cases, channel)
        at = fields.Datetime.now().replace(tzinfo=UTC)
        self.env["collection.engine"]._deliver_safely(
            logs, self.env["collection.case"]._today(), at
        )
        return logs.with_env(self.env)

    def _keep(self, pdf):
        return self.env["ir.attachment"].create(
            {
                "name": self.env._("Statement of account.pdf"),
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
