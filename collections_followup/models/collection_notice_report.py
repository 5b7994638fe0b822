from odoo import api, models
from odoo.tools.safe_eval import safe_eval, time

from odoo.addons.base.models import ir_actions_report as reports

from .collection_letter_paper import REPORT


class CollectionNotice(models.AbstractModel):
    """Reports that a mail template attaches to what it sends."""

    _inherit = "collection.notice"

    @api.model
    def _attach_reports(self, template, logs):
        """The documents of the template's reports, filed on the cases; one call of the PDF engine
        for all notices where it can tell them apart afterwards.

        :return: {log id: ids of attachments}
        """
        result = {log.id: [] for log in logs}
        for report in template.report_template_ids:
            files = self._print_report(report, template, logs)
            # sudo: filed for the collector, on cases already checked.
            attachments = self.env["ir.attachment"].sudo()
            attachments = attachments.create(
                [
                    {
                        "name": self._get_report_name(report, log),
                        "raw": files[log.id],
                        "mimetype": "application/pdf",
                        "res_model": "collection.case",
                        "res_id": log.case_id.id,
                    }
                    for log in logs
                ]
            )
            for log, attachment in zip(logs, attachments, strict=True):
                result[log.id].append(attachment.id)
        return result

    @api.model
    def _print_report(self, report, template, logs):
        """:return: {log id: PDF as bytes}"""
        if report == self.env.ref(REPORT):
            Letter = self.env["collection.letter"]
            texts = self._get_texts(template, logs, letter=True)
            return {
                log.id: Letter._make_pdf(
                    log, {log.id: {**texts[log.id], "content": texts[log.id]["body"]}}
                )
                for log in logs
            }
        engine = self.env["ir.actions.report"].sudo()  # the administrator chose the report
        # An unpatched engine takes one document at a time.
        together = reports._wkhtml().is_patched_qt
        streams = engine._render_qweb_pdf_prepare_streams(report, {}, logs.ids) if together else {}
        files = {}
        for log in logs:
            stream = streams.get(log.id, {}).get("stream")
            if not stream:
                alone = engine._render_qweb_pdf_prepare_streams(report, {}, log.ids)
                stream = alone[log.id]["stream"]
            files[log.id] = stream.getvalue()
        return files

    @api.model
    def _get_report_name(self, report, log):
        name = report.name
        if report.print_report_name:
            name = safe_eval(report.print_report_name, {"object": log, "time": time})
        return f"{name}.pdf".replace("/", "-")
