from odoo import api, models
from odoo.tools import format_amount, format_time
from odoo.tools.pdf import merge_pdf

from ..words import day_text, short_day_text

#: Past contacts and items quoted for each stop.
QUOTED_CONTACTS = 4
QUOTED_ITEMS = 12


class CollectionVisitRoute(models.Model):
    """The sheet to take along: addresses in the order of the way, and what to know at each."""

    _inherit = "collection.visit.route"

    def _make_sheet(self):
        """Print the round, with copies of the invoices behind it if they are wanted.

        :return: the attachment
        """
        Letter = self.env["collection.letter"]
        Letter._check_engine()
        pdfs = [Letter._print_html(self._make_sheet_html())]
        if self.with_invoices:
            pdfs += self._get_invoice_pdfs()
        # sudo: whoever may read the round may print it.
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.name}.pdf".replace("/", "-"),
                    "raw": pdfs[0] if len(pdfs) == 1 else merge_pdf(pdfs),
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )

    def _make_sheet_html(self):
        Letter = self.env["collection.letter"]
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        values = {
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "dir": lang.direction or "ltr",
            "route": self._get_sheet_values(),
            **Letter._get_measures(self),
        }
        return self.env["ir.qweb"]._render(
            "collections_followup.visit_sheet", values, minimal_qcontext=True
        )

    def _get_sheet_values(self):
        stops = self.visit_ids.filtered(lambda visit: visit.state == "planned")
        # sudo: address of the office.
        office = self.start_id.sudo()
        return {
            "title": self.name,
            "company": self.company_id.name,
            "office": f"{office.name}, {self.env['collection.visit']._get_one_line(office)}",
            "leaves": self._format_hour(self.start),
            "distance": f"{self.distance:.1f}",
            "missing": self.missing_text,
            "total": format_amount(self.env, self.amount_overdue, self.currency_id),
            "stops": [stop._get_sheet_stop(n) for n, stop in enumerate(self._in_order(stops), 1)],
        }

    def _in_order(self, stops):
        return stops.sorted(lambda visit: (visit.start, visit.sequence, visit.id))

    def _format_hour(self, moment):
        return format_time(
            self.env, moment, tz=self.user_id.tz or self.env.user.tz, time_format="short"
        )

    def _get_invoice_pdfs(self):
        """Copies of the overdue invoices, stop by stop."""
        invoices = self.env["account.move"]
        for stop in self._in_order(self.visit_ids.filtered(lambda v: v.state == "planned")):
            invoices |= stop._get_items().move_id.filtered(
                lambda move: move.is_sale_document() and move.state == "posted"
            )
        # sudo: the report is a setting; the invoices have been read by the visitor.
        Report = self.env["ir.actions.report"].sudo()
        Report = Report.with_context(force_report_rendering=True)
        # One by one: an unpatched wkhtmltopdf takes one document a call.
        return [
            Report._render_qweb_pdf("account.account_invoices", res_ids=invoice.ids)[0]
            for invoice in invoices
        ]


class CollectionVisit(models.Model):
    _inherit = "collection.visit"

    def _get_items(self):
        """Overdue items, which are what the visit is about."""
        today = self.env["collection.case"]._today()
        return self.case_id._get_debts().filtered(
            lambda line: (line.date_maturity or line.date) <= today and not line.no_followup
        )

    @api.model
    def _get_one_line(self, partner):
        """The address without the name, which stands above it."""
        lines = (line.strip() for line in partner._display_address(True).splitlines())
        return ", ".join(line for line in lines if line and line != partner.name)

    def _get_sheet_stop(self, number):
        case = self.case_id
        items = self._get_items()
        # sudo: name and address of a debtor whose case may be read.
        address = self.address_id.sudo()
        return {
            "number": number,
            "hour": self.route_id._format_hour(self.start),
            "distance": f"{self.distance:.1f}" if self.has_place else "–",
            "name": self.partner_id.name,
            "address": self._get_one_line(address),
            "phone": address.phone or self.partner_id.phone or "",
            "reference": case.reference,
            "overdue": format_amount(self.env, case.amount_overdue, case.currency_id),
            "task": self.task or "",
            "problem": self.problem or "",
            "warnings": [f"{w['title']}: {w['text']}" for w in case._get_warnings()],
            "items": [
                {
                    "name": line.move_id.name,
                    "due": day_text(self.env, line.date_maturity or line.date),
                    "open": format_amount(
                        self.env, line.amount_residual_currency, line.currency_id
                    ),
                    "marks": line.collection_marks or "",
                }
                for line in items[:QUOTED_ITEMS]
            ],
            "more": max(0, len(items) - QUOTED_ITEMS),
            "contacts": self._get_past_contacts(),
        }

    def _get_past_contacts(self):
        labels = dict(self.env["collection.channel"]._get_channels())
        logs = self.env["collection.contact.log"].search(
            [("case_id", "=", self.case_id.id), ("state", "in", ("sent", "done", "failed"))],
            limit=QUOTED_CONTACTS,
        )
        return [
            " · ".join(
                filter(
                    None,
                    (
                        short_day_text(self.env, log.date),
                        labels.get(log.channel),
                        log.outcome_id.name or log.stage_id.name,
                        log.note,
                    ),
                )
            )
            for log in logs
        ]
