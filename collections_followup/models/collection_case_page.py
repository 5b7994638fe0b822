from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models

from ..tools.identifiers import format_creditor_reference
from ..words import day_text
from .collection_notice_items import NoticeFormats

#: Online payments on their way are shown for so many days.
PENDING_DAYS = 14


class CollectionCase(models.Model):
    """The debtor's page: what it shows, all of it as text in the language of the environment."""

    _inherit = "collection.case"

    def _for_page(self, lang):
        """This case as the page works on it: the follow-up acts for the debtor, in the debtor's
        language, and by the limits of a collector."""
        self.ensure_one()
        company = self.company_id
        # sudo: whoever asks has shown the link, or is a portal user of this debtor; the limits
        # that collectors have are kept by ``collection_by_debtor``.
        case = self.with_user(SUPERUSER_ID).sudo()
        return case.with_context(
            lang=lang,
            tz=company.partner_id.tz or self.env.context.get("tz") or "UTC",
            allowed_company_ids=company.ids,
            collection_by_debtor=True,
        )

    def _get_page_lang(self, wanted=None):
        """The language of the page: the one chosen there, the debtor's, the company's."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        # sudo: languages of both sides.
        case = self.sudo()
        candidates = (wanted, case.partner_id.lang, case.company_id.partner_id.lang, self.env.lang)
        return next((lang for lang in candidates if lang in installed), "en_US")

    @api.model
    def _get_portal_cases(self, partner):
        """Cases of a portal user's own commercial entity, one for each company.

        :param partner: the contact of the user
        """
        # sudo: portal users have no right to cases; these are those of their own entity.
        return self.sudo().search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("state", "!=", "closed"),
                ("company_id.collection_page", "=", True),
            ],
            order="company_id",
        )

    def _get_page_values(self):
        """Everything the page shows."""
        self.ensure_one()
        company = self.company_id
        offers = self._get_page_offers()
        if not self._has_page_provider():
            offers.discard("pay")
        groups = self._get_page_groups()
        agreements = self._get_page_agreements()
        return {
            "case": self,
            "company": company,
            "debtor": self.partner_id.name or "",
            "groups": groups,
            "owes": any(group["owed"] for group in groups),
            "offers": offers,
            "agreements": [item for item in agreements if item["state"] == "active"],
            "drafts": [item for item in agreements if item["state"] == "draft"],
            "disputes": self._get_page_disputes(),
            "pending": self._get_page_pending(),
            "reference": format_creditor_reference(self.reference),
            "accounts": self._get_page_accounts(),
            "handed_over": self.state == "handed_over",
            "ask_first": self.state != "handed_over" and "pay" in self._get_page_limits(),
            "as_of": day_text(self.env, self._today()),
        }

    def _get_page_offers(self):
        """What the debtor can do here now: what the company offers, as far as the case allows.

        :return: set of codes: those of the company, and ``accept``
        """
        self.ensure_one()
        return (self.company_id._get_page_offers() | {"accept"}) - self._get_page_limits()

    def _get_page_limits(self):
        """What the state of the case rules out on the page. Hook: extensions add theirs."""
        self.ensure_one()
        limits = set()
        if self.state not in ("open", "on_hold"):
            limits |= {"promise", "plan", "accept"}
        if self.state == "handed_over":
            limits.add("pay")
        return limits

    def _has_page_provider(self):
        """Whether there is any way to pay online: a button that leads to none is not shown."""
        Provider = self.env["payment.provider"]
        return bool(
            Provider.search_count(
                [
                    *Provider._check_company_domain(self.company_id),
                    ("state", "in", ("enabled", "test")),
                    ("is_published", "=", True),
                ],
                limit=1,
            )
        )

    def _get_page_agreements(self):
        """What was agreed, what we have offered, and what the debtor has asked for."""
        formats = NoticeFormats.of(self.env)
        shown = self.agreement_ids.filtered(
            lambda item: item.state == "active" or (item.state == "draft" and item._is_on_page())
        )
        kinds = dict(shown._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": item.id,
                "kind": item.kind,
                "title": kinds[item.kind],
                "state": item.state,
                "offered": bool(item.offered_on),
                "signs": item.requires_signature,
                "signed": bool(item.signed_on),
                "open": bool(item.offered_on) and item._can_be_signed(),
                "until": formats.date(min(item.line_ids.mapped("date"), default=False)),
                "waits": item.needs_approval,
                "discount": formats.amount(item.amount_discount, item.currency_id)
                if item.kind == "settlement" and item.amount_discount > 0
                else "",
                "url": item._get_share_url() if item.kind != "promise" and item.offered_on else "",
                "reference": format_creditor_reference(item.reference),
                "total": formats.amount(item.amount_total, item.currency_id),
                "left": formats.amount(item.amount_left, item.currency_id),
                "lines": [
                    {
                        "id": line.id,
                        "date": formats.date(line.date),
                        "amount": formats.amount(line.amount, item.currency_id),
                        "state": line.state,
                        "payable": line._get_page_amount() > 0,
                    }
                    for line in item.line_ids.sorted(lambda line: (line.date, line.id))
                ],
            }
            for item in shown.sorted("id")
        ]

    def _get_page_disputes(self):
        formats = NoticeFormats.of(self.env)
        disputes = self.dispute_ids.filtered(lambda item: item.state in ("open", "answered"))
        kinds = dict(disputes._fields["kind"]._description_selection(self.env))
        return [
            {
                "title": kinds[item.kind],
                "reason": item.reason_id.name or "",
                "items": ", ".join(item.move_line_ids.move_id.mapped("name")),
                "date": formats.date(item.date),
                "deadline": formats.date(item.deadline) if item.deadline else "",
                "amount": formats.amount(item.amount_disputed, item.currency_id)
                if item.amount_disputed
                else "",
            }
            for item in disputes.sorted("id")
        ]

    def _get_page_pending(self):
        """Online payments that have been made here and are not in the books yet."""
        formats = NoticeFormats.of(self.env)
        found = self.env["payment.transaction"].search(
            [
                ("collection_case_id", "=", self.id),
                ("state", "in", ("pending", "authorized")),
                ("create_date", ">", fields.Datetime.now() - timedelta(days=PENDING_DAYS)),
            ]
        )
        return [formats.amount(item.amount, item.currency_id) for item in found]

    def _get_page_accounts(self):
        """Bank accounts to pay into, as labelled lines."""
        log = self.env["collection.contact.log"].new(
            {"company_id": self.company_id.id, "currency_id": self.currency_id.id}
        )
        return log._get_notice_accounts()
