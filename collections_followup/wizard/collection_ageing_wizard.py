from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.collection_sheet import XLSX
from ..report.collection_ageing import AS_OF
from ..words import day_text


class CollectionAgeingWizard(models.TransientModel):
    """As of which day, of whom, and in which form aged receivables are wanted."""

    _name = "collection.ageing.wizard"
    _description = "Aged Receivables"

    date = fields.Date(
        string="As Of",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
        help="What was open at the end of this day: later payments are taken back, later invoices "
        "left out. Collectors and stages are those of today.",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        default=lambda self: [Command.set(self.env.companies._collection_counted().ids)],
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Debtors",
        domain="[('parent_id', '=', False)]",
        help="Empty: all of them.",
    )
    buckets = fields.Char(compute="_compute_buckets")

    @api.depends_context("company")
    def _compute_buckets(self):
        self.buckets = " · ".join(self.env.company._get_ageing_labels())

    # === Actions === #
    def action_show(self):
        """Pivot, graph and list as of the day."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_ageing_action"
        )
        title = self.env._("Aged Receivables, %(day)s", day=day_text(self.env, self.date))
        domain = [("company_id", "in", self._get_companies().ids), *self._get_domain()]
        context = {AS_OF: fields.Date.to_string(self.date)}
        return {
            **action,
            "name": title,
            "display_name": title,
            "domain": domain,
            "context": context,
        }

    def action_print(self):
        """A PDF with a line a debtor, and the check against the ledger."""
        sheet = self.env["collection.ageing.sheet"]
        chosen = ", ".join(self.partner_ids.mapped("display_name"))
        pdf = sheet._make_pdf(self.date, self._get_companies(), self._get_domain(), chosen)
        return self._download("pdf", "application/pdf", pdf)

    def action_export(self):
        """A workbook with debtors, items and the check."""
        sheet = self.env["collection.ageing.sheet"]
        xlsx = sheet._make_xlsx(self.date, self._get_companies(), self._get_domain())
        return self._download("xlsx", XLSX, xlsx)

    # === Business methods === #
    def _get_companies(self):
        companies = self.company_ids & self.env.companies
        if not companies:
            raise UserError(self.env._("Choose at least one company."))
        return companies._collection_check_apart()

    def _get_domain(self):
        debtors = self.partner_ids.commercial_partner_id
        return [("partner_id", "in", debtors.ids)] if debtors else []

    def _download(self, extension, mimetype, content):
        """Hand over a file, which goes with this dialog when that is cleaned up."""
        self.ensure_one()
        name = self.env._("Aged receivables %(day)s", day=fields.Date.to_string(self.date))
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{name}.{extension}",
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return self.env["collection.letter"]._get_download(attachment)
