from odoo import fields, models
from odoo.tools import format_amount

from ..words import day_text

#: Contacts quoted in a summary.
QUOTED = 5


class CollectionCase(models.Model):
    """Working with others: a summary to pass on, and the dialogs that ask colleagues."""

    _inherit = "collection.case"

    summary_text = fields.Text(compute="_compute_summary_text", string="Summary")

    # === Actions === #
    def action_escalate(self):
        """Hand a question up to a supervisor, with the summary."""
        return self._ask("supervisor", self.env._("Ask a Supervisor"))

    def action_ask_sales(self):
        """Hand a question to the salesperson of the invoices."""
        return self._ask("sales", self.env._("Ask Sales"))

    def action_note_for_others(self):
        """A note that other departments see on the debtor."""
        return self._ask("note", self.env._("Note for Everybody"))

    def action_caution(self):
        """Warn colleagues of how a debtor behaves, with an instruction."""
        return self._ask("caution", self.env._("Warn Colleagues"))

    def action_copy_summary(self):
        """The case as plain text, to copy into a mail or a file."""
        self.ensure_one()
        view = self.env.ref("collections_followup.collection_case_view_form_summary")
        return {
            **self._open_dialog(self._name, self.env._("Summary"), {"dialog_size": "large"}),
            "res_id": self.id,
            "views": [(view.id, "form")],
        }

    def action_visit(self):
        """A visit in the calendar, at the debtor's address."""
        self.ensure_one()
        return self._open_dialog(
            "calendar.event",
            self.env._("Visit %(debtor)s", debtor=self.display_name),
            {
                "default_name": self.env._("Visit %(debtor)s", debtor=self.display_name),
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_location": self.partner_id.contact_address_inline,
                "default_partner_ids": self.env.user.partner_id.ids,
            },
        )

    def _ask(self, kind, title):
        self.ensure_one()
        return self._open_dialog(
            "collection.ask", title, {"default_case_id": self.id, "default_kind": kind}
        )

    # === Summary === #
    def _compute_summary_text(self):
        for case in self:
            if not case._origin:
                case.summary_text = False
                continue
            parts = (
                case._summarize_debt(),
                case._summarize_items(),
                case._summarize_agreements(),
                case._summarize_contacts(),
                case._summarize_next(),
            )
            case.summary_text = "\n\n".join("\n".join(part) for part in parts if part)

    def _summarize_debt(self):
        lines = [f"{self.partner_id.display_name} ({self.reference})"]
        figures = (
            (self.env._("Overdue"), format_amount(self.env, self.amount_overdue, self.currency_id)),
            (
                self.env._("Open in all"),
                format_amount(self.env, self.amount_open, self.currency_id),
            ),
            (self.env._("Days overdue"), self.days_overdue),
            (self.env._("Stage"), self.stage_id.name or "–"),
            (self.env._("Collector"), self.user_id.name or "–"),
        )
        lines += [f"{label}: {value}" for label, value in figures]
        lines += [f"! {warning['title']}: {warning['text']}" for warning in self._get_warnings()]
        return lines

    def _summarize_items(self):
        rows = [
            f"- {line.move_id.name}, {day_text(self.env, line.date_maturity or line.date)}: "
            f"{format_amount(self.env, line.amount_residual_currency, line.currency_id)}"
            + (f" ({line.collection_marks})" if line.collection_marks else "")
            for line in self.move_line_ids
        ]
        return [self.env._("Open items"), *rows] if rows else []

    def _summarize_agreements(self):
        rows = [f"- {agreement.name}" for agreement in self.active_agreement_ids]
        rows += [
            f"- {dispute.name}"
            for dispute in self.dispute_ids
            if dispute.state in ("open", "answered")
        ]
        return [self.env._("Agreed and disputed"), *rows] if rows else []

    def _summarize_contacts(self):
        labels = dict(self.env["collection.channel"]._get_channels())
        logs = self.env["collection.contact.log"].search(
            [("case_id", "=", self._origin.id), ("state", "in", ("sent", "done", "failed"))],
            limit=QUOTED,
        )
        rows = []
        for log in logs:
            what = (labels.get(log.channel), log.outcome_id.name or log.stage_id.name, log.note)
            text = ", ".join(filter(None, what))
            rows.append(f"- {day_text(self.env, log.date)}: {text}")
        return [self.env._("Last contacts"), *rows] if rows else []

    def _summarize_next(self):
        return [self.env._("What comes next"), *(f"- {line}" for line in self.action_explain())]
