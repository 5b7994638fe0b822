from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, html2plaintext

from ..tools.csv_text import make_csv
from ..tools.identifiers import format_creditor_reference
from ..tools.rtl import direction as text_direction
from ..words import day_text

#: What marks a place of the appeal's template that somebody has to write.
TO_FILL_IN = "o_collection_to_fill_in"
COLUMNS = ("document", "date", "due", "days_overdue", "currency", "amount", "open")


class CollectionClaim(models.Model):
    """Letters to the insurer, on the company's letterhead: an appeal written from a template and
    edited before it is printed, and the notice of what is overdue."""

    _inherit = "collection.claim"

    appeal_subject = fields.Char(copy=False)
    appeal_text = fields.Html(copy=False, help="Edit it before it is printed.")

    # === Facts for templates === #
    def _get_facts(self):
        """What a text about the claim can say, as text."""
        self.ensure_one()
        return {
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "paid": format_amount(self.env, self.amount_paid, self.currency_id),
            "rest": format_amount(self.env, self.amount_rest, self.currency_id),
            "submitted": day_text(self.env, self.date_submitted),
            "answered": day_text(self.env, self.date_answered),
            "incurred": day_text(self.env, self.date_incurred),
            "documents": ", ".join(self.move_line_ids.move_id.mapped("name")),
        }

    def _get_rows(self):
        """The items, oldest first."""
        today = self.env["collection.case"]._today()
        return [
            {
                "document": line.move_id.name,
                "date": str(line.move_id.invoice_date or line.date),
                "due": str(line.date_maturity or line.date),
                "days_overdue": max(0, (today - (line.date_maturity or line.date)).days),
                "currency": line.currency_id.name,
                "amount": line.currency_id.round(line.amount_currency),
                "open": line.currency_id.round(line.amount_residual_currency),
                "date_text": day_text(self.env, line.move_id.invoice_date or line.date),
                "due_text": day_text(self.env, line.date_maturity or line.date),
                "amount_text": format_amount(self.env, line.amount_currency, line.currency_id),
                "open_text": format_amount(
                    self.env, line.amount_residual_currency, line.currency_id
                ),
            }
            for line in self.move_line_ids.sorted(lambda line: line.date_maturity or line.date)
        ]

    # === Actions === #
    def action_write_appeal(self):
        """The appeal from its template, with the facts of the claim; to be edited."""
        self._check_role("collector")
        for claim in self:
            if claim.state != "denied":
                raise UserError(self.env._("Only a claim that was denied is appealed."))
            claim.write(
                {
                    "appeal_subject": claim._render_appeal("subject"),
                    "appeal_text": claim._render_appeal("body_html"),
                }
            )

    def _render_appeal(self, name):
        """Subject or text of the appeal, in the insurer's language."""
        self.ensure_one()
        # sudo: the text is a setting.
        template = self.env.ref("collections_followup.mail_template_claim_appeal").sudo()
        theirs = template.with_context(lang=self._get_their_lang())
        return theirs._render_field(name, self.ids)[self.id]

    def _check_appeal(self):
        """Refuse an appeal that has not been written, or still has the template's blank in it."""
        if not self.appeal_text:
            raise UserError(self.env._("Write the appeal first."))
        fresh = self._render_appeal("body_html")
        if TO_FILL_IN in fresh and html2plaintext(fresh) == html2plaintext(self.appeal_text):
            raise UserError(
                self.env._("Say in the appeal what speaks against the insurer's reason first.")
            )

    def action_print_appeal(self):
        """The appeal as it has been edited, on the letterhead."""
        self.ensure_one()
        self._check_role("collector")
        self._check_appeal()
        pdf = self._print_letter(self.appeal_subject or "", Markup(self.appeal_text))
        return self._keep(self.env._("Appeal"), pdf, "pdf")

    def action_print_notice(self):
        """The notice of what is overdue, to the credit insurer."""
        self.ensure_one()
        self._check_role("collector")
        claim = self.with_context(lang=self._get_their_lang())
        content = claim.env["ir.qweb"]._render(
            "collections_followup.claim_notice",
            {"claim": claim, "rows": claim._get_rows(), "facts": claim._get_facts()},
            minimal_qcontext=True,
        )
        subject = (
            claim.env._("Notice of overdue receivables: %(debtor)s", debtor=self.partner_id.name)
            if self.kind == "credit"
            else claim.env._("Claim: %(debtor)s", debtor=self.partner_id.name)
        )
        return self._keep(self.env._("Notice"), self._print_letter(subject, content), "pdf")

    def action_export(self):
        """The items as a table, for the insurer's portal."""
        self.ensure_one()
        self._check_role("collector")
        return self._keep(self.env._("Items"), make_csv(COLUMNS, self._get_rows()), "csv")

    # === Business methods === #
    def _print_letter(self, subject, content):
        """A letter to the insurer.

        :rtype: bytes
        """
        lang = self._get_their_lang()
        claim = self.with_context(lang=lang)
        Letter = claim.env["collection.letter"]
        Letter._check_engine()
        head = Letter._get_head(self.company_id, lang)
        sheet = claim.env["ir.qweb"]._render(
            "collections_followup.letter_sheet",
            {"doc": claim._get_sheet(subject, content), "head": head},
            minimal_qcontext=True,
        )
        return Letter._print_html(Letter._make_document(claim, [sheet]))

    def _get_their_lang(self):
        return self.insurer_id.lang or self.env.lang or "en_US"

    def _get_sheet(self, subject, content):
        insurer = self.insurer_id.sudo()  # sudo: the address on the letter
        lines = [insurer.name or "", *insurer._display_address(True).splitlines()]
        # sudo: whom to ask is printed for the insurer.
        user = self.user_id.sudo()
        number = " / ".join(filter(None, (self.policy_number, self.number)))
        return {
            "company_id": self.company_id.id,
            "address": [(line.strip(), text_direction(line)) for line in lines if line.strip()],
            "date": day_text(self.env, self.env["collection.case"]._today()),
            "customer": number,
            "reference": format_creditor_reference(self.case_id.reference or ""),
            "user": user.name or "",
            "phone": user.phone or self.company_id.phone or "",
            "email": user.email or self.company_id.email or "",
            "subject": subject,
            "content": content,
            "annex": "",
        }

    def _keep(self, what, content, kind):
        """What was made for the insurer is kept on the claim."""
        name = self.env["collection.handover"]._safe_name(f"{what} {self.name}.{kind}")
        # sudo: made for the collector who may read the claim.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": "text/csv" if kind == "csv" else "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        return self.env["collection.letter"]._get_download(attachment)
