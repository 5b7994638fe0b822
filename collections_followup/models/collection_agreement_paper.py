from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount
from odoo.tools.image import image_data_uri

from ..tools.identifiers import format_creditor_reference
from ..tools.rtl import direction as text_direction
from ..tools.rtl import isolate_words
from ..words import day_text

#: Items and payments on the first page; more are printed on pages of their own, so that the
#: signatures stay with the text.
MAX_ROWS = 5
#: Letters in a line of print.
LINE_LENGTH = 90


class CollectionAgreement(models.Model):
    """The agreement on paper, on the company's letterhead; kept as it was when both had signed."""

    _inherit = "collection.agreement"

    # === Actions === #
    def action_print(self):
        """Show the paper: the signed one, or as it is now."""
        self.ensure_one()
        self.check_access("read")
        if self.kind == "promise":
            raise UserError(self.env._("A promise is not printed. Make a plan instead."))
        return {
            "type": "ir.actions.act_url",
            "url": f"{self.access_url}/pdf",
            "target": "new",
        }

    # === Business methods === #
    def _get_pdf(self):
        """The signed paper as it was kept, or one made now.

        :rtype: bytes
        """
        self.ensure_one()
        # sudo: the paper belongs to the agreement, which may be read.
        kept = self.sudo().document_id.raw
        return kept or self._make_pdf()

    def _make_pdf(self):
        Letter = self.env["collection.letter"]
        Letter._check_engine()
        return Letter._print_html(self._make_html())

    def _keep_document(self):
        """Attach the paper that both have signed; it is not made again."""
        self.ensure_one()
        # sudo: kept by this model.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._get_file_name(),
                    "raw": self._make_pdf(),
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        self.sudo().document_id = attachment
        self._message_log(
            body=self.env._("Signed by both sides; the terms stay as they are now."),
            attachment_ids=attachment.ids,
        )

    def _get_file_name(self):
        debtor = (self.partner_id.name or "").replace("/", "-")
        kind = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        return f"{kind} {self.reference} {debtor}.pdf"

    def _get_lang(self):
        """The language of the debtor, where it is installed."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.partner_id.lang, self.company_id.partner_id.lang)
        return (
            next((lang for lang in wanted if lang in installed), None) or self.env.lang or "en_US"
        )

    # === HTML === #
    def _make_html(self):
        Letter = self.env["collection.letter"]
        lang = self._get_lang()
        head = Letter._get_head(self.company_id, lang)
        # sudo: names, items and signatures are what both sides have on the paper.
        agreement = self.sudo().with_context(lang=lang)
        doc = agreement._get_paper_values()
        qweb = self.env["ir.qweb"].with_context(lang=lang)
        values = {"agreement": doc, "head": head, **Letter._get_measures(self)}
        content = qweb._render(
            "collections_followup.agreement_paper", values, minimal_qcontext=True
        )
        annex = Markup("")
        if doc["separate"]:
            annex = qweb._render(
                "collections_followup.agreement_annex", values, minimal_qcontext=True
            )
        sheet = qweb._render(
            "collections_followup.letter_sheet",
            {
                "doc": {**agreement._get_sheet_values(), "content": content, "annex": annex},
                "head": head,
            },
            minimal_qcontext=True,
        )
        if head["dir"] == "rtl":
            sheet = Markup(isolate_words(sheet))
        return Letter._make_document(self, [sheet])

    def _get_sheet_values(self):
        """What stands around the text, as on letters."""
        debtor, user = self.partner_id, self.user_id
        lines = [debtor.name or "", *debtor._display_address(True).splitlines()]
        if debtor.country_id == self.company_id.country_id:
            lines = [line for line in lines if line != debtor.country_id.name]
        titles = {
            "plan": self.env._("Instalment agreement"),
            "settlement": self.env._("Settlement agreement"),
        }
        return {
            "company_id": self.company_id.id,
            "address": [(line.strip(), text_direction(line)) for line in lines if line.strip()],
            "date": day_text(self.env, self.date),
            "customer": debtor.ref or "",
            "reference": format_creditor_reference(self.reference),
            "user": user.name or "",
            "phone": user.phone or self.company_id.phone or "",
            "email": user.email or self.company_id.email or "",
            "subject": titles.get(self.kind, self.env._("Promise to pay")),
        }

    def _count_more_lines(self, accounts):
        """Lines beside items and payments that most agreements do not have: further accounts, and
        terms of the company."""
        more = sum(len(account["lines"]) for account in accounts[1:])
        return more + len(self.company_id.collection_agreement_terms or "") // LINE_LENGTH

    def _get_paper_values(self):
        """Figures and sentences of the agreement as text, in the language of the environment."""
        self.ensure_one()
        own = self.interest_move_id.line_ids
        paid = self._get_paid_since()
        items = [
            self._format_item(line, paid.get(line.id, 0.0))
            for line in self._get_items()
            if line not in own
        ]
        rows = self._format_schedule()
        banks = self.env["collection.contact.log"].new(
            {"company_id": self.company_id.id, "currency_id": self.currency_id.id}
        )
        accounts = banks._get_notice_accounts()
        return {
            "kind": self.kind,
            "company": self.company_id.name,
            "debtor": self.partner_id.name or "",
            "items": items,
            "rows": rows,
            "separate": len(rows) + len(items) + self._count_more_lines(accounts) > MAX_ROWS,
            "debt": self._money(self.amount_debt),
            "total": self._money(self.amount_total),
            "interest": self._money(self.amount_interest) if self.amount_interest else "",
            "rate": f"{self.interest_rate:g} %",
            "discount": self._money(self.amount_discount) if self.amount_discount else "",
            "last": day_text(self.env, max(self.line_ids.mapped("date"), default=self.date)),
            "grace": self.grace_days,
            "further": self.company_id.collection_agreement_terms or "",
            "reference": format_creditor_reference(self.reference),
            "accounts": accounts,
            "is_draft": self.state == "draft" and not (self.signed_on and self.company_signed_on),
            "signatures": self._format_signatures(),
        }

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _get_paid_since(self):
        """What was matched with each item since the agreement was made.

        :return: {journal item id: amount}
        """
        groups = self.env["account.partial.reconcile"]._read_group(
            [("debit_move_id", "in", self.move_line_ids.ids), ("id", ">", self.payment_mark)],
            ["debit_move_id"],
            ["debit_amount_currency:sum"],
        )
        return {line.id: amount for line, amount in groups}

    def _format_item(self, line, paid):
        return {
            "name": line.move_id.name or line.name or "",
            "due": day_text(self.env, line.date_maturity or line.date),
            "total": self._money(line.amount_currency),
            "open": self._money(line.amount_residual_currency + paid),
        }

    def _format_schedule(self):
        lines = self.line_ids.sorted(lambda line: (line.date, line.id))
        states = dict(lines._fields["state"]._description_selection(self.env))
        return [
            {
                "number": number,
                "name": self.env._("Down payment") if line.is_down_payment else str(number),
                "date": day_text(self.env, line.date),
                "amount": self._money(line.amount),
                "principal": self._money(line.principal),
                "interest": self._money(line.interest),
                "paid": self._money(line.amount_paid) if line.amount_paid else "",
                "state": line.state,
                "state_text": states[line.state],
            }
            for number, line in enumerate(lines, 1)
        ]

    def _format_signatures(self):
        """Both sides: whose signature it is, and the drawing where there is one."""

        def side(party, name, moment, drawing):
            local = fields.Datetime.context_timestamp(self, moment) if moment else None
            return {
                "party": party,
                "name": name or "",
                "date": day_text(self.env, local.date()) if local else "",
                "image": image_data_uri(drawing) if drawing else "",
            }

        return [
            side(self.partner_id.name, self.signed_by, self.signed_on, self.signature),
            side(
                self.company_id.name,
                self.company_signed_by_id.name,
                self.company_signed_on,
                self.company_signature,
            ),
        ]
