from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, plaintext2html

from ..tools.bank_account import format_iban
from ..tools.identifiers import format_creditor_reference
from ..words import day_text
from .collection_channel import ChannelError

#: Bank accounts shown to the debtor.
MAX_ACCOUNTS = 2
#: Days a notice gives the debtor; more in the last stage of a policy.
DAYS_TO_PAY = 7
FINAL_DAYS_TO_PAY = 14
#: A letter with more items lists them on pages of their own.
MAX_ITEMS_IN_LETTER = 10


class NoticeFormats:
    """Dates and amounts in a language, each formatted only once in a transaction.

    The subject, the text and the table of a notice show the same ones, and so do other notices.
    """

    @classmethod
    def of(cls, env):
        """Those of the language of an environment."""
        key = ("collections_followup.formats", env.lang)
        return env.cr.cache.setdefault(key, cls(env))

    def __init__(self, env):
        self.env = env
        self._known = {}

    def once(self, key, function):
        if key not in self._known:
            self._known[key] = function()
        return self._known[key]

    def date(self, day):
        return self.once(day, lambda: day_text(self.env, day))

    def amount(self, amount, currency):
        return self.once((amount, currency), lambda: format_amount(self.env, amount, currency))


class CollectionContactLog(models.Model):
    """What the notices of the contact log show: open items, credits, and how to pay."""

    _inherit = "collection.contact.log"

    notice_name = fields.Char(string="Name in the Salutation", compute="_compute_notice_name")
    amount_text = fields.Char(string="Amount with Currency", compute="_compute_amount_text")
    pay_by_text = fields.Char(
        string="Pay By",
        compute="_compute_pay_by_text",
        help="The day by which the notice asks for the money: a week after it, and two weeks after "
        "a notice of the last stage.",
    )
    notice_items = fields.Html(
        string="Table of Open Items and How to Pay",
        compute="_compute_notice_items",
        sanitize=False,
        help="Put into a text, it shows what is open and how it is paid.",
    )

    # === Compute methods === #
    @api.depends("partner_id.name", "debtor_id.name")
    def _compute_notice_name(self):
        for log in self:
            log.notice_name = log.partner_id.name or log.debtor_id.name

    @api.depends("amount", "move_line_ids")
    @api.depends_context("lang")
    def _compute_amount_text(self):
        formats = NoticeFormats.of(self.env)
        for log in self:
            log.amount_text = formats.amount(log._get_notice_total(), log.currency_id)

    @api.depends("date", "stage_id")
    @api.depends_context("lang")
    def _compute_pay_by_text(self):
        formats = NoticeFormats.of(self.env)
        for log in self:
            # sudo: whoever may read the row may know its deadline.
            is_last = log.stage_id == log.sudo().stage_id.policy_id.stage_ids[-1:]
            days = FINAL_DAYS_TO_PAY if is_last else DAYS_TO_PAY
            log.pay_by_text = formats.date(fields.Date.add(log.date, days=days))

    @api.depends("amount", "move_line_ids")
    @api.depends_context("lang", "collection_letter")
    def _compute_notice_items(self):
        formats = NoticeFormats.of(self.env)
        # sudo: what it shows is what the debtor is sent; whoever may read the row may see it.
        tables = self.env["collection.notice"]._render_each(
            "collections_followup.notice_items",
            [log._get_notice_values(formats) for log in self.sudo()],
            {
                "dir": self.env["res.lang"]._get_data(code=self.env.lang).direction or "ltr",
                "letter": bool(self.env.context.get("collection_letter")),
            },
        )
        for log, table in zip(self, tables, strict=True):
            log.notice_items = table

    # === Business methods === #
    def _get_notice_lines(self):
        """Journal items the notice is about."""
        return self.move_line_ids

    def _get_notice_items(self):
        """Open items of the notice, oldest first, for letters and mails.

        Amounts are in the notice's currency and come from the ledger now, so that a notice shows
        what is open when it is made.

        :return: list of dicts: name, ref, document, date, due, days, total, residual
        """
        self.ensure_one()
        lines = sorted(
            (line for line in self._get_notice_lines() if not line.reconciled),
            key=lambda line: (line.date_maturity or line.date, line.id),
        )
        return [
            {
                "name": line.move_id.name or line.name or "",
                "ref": line.move_id.ref or "",
                "document": line.move_id,
                "date": line.move_id.invoice_date or line.date,
                "due": line.date_maturity or line.date,
                "days": max(0, (self.date - (line.date_maturity or line.date)).days),
                "total": line.amount_currency,
                "residual": line.amount_residual_currency,
            }
            for line in lines
        ]

    def _get_notice_total(self):
        """What the notice asks for: never more than what its items still are."""
        self.ensure_one()
        residual = sum(
            line.amount_residual_currency for line in self.move_line_ids if not line.reconciled
        )
        return self.currency_id.round(min(self.amount, residual))

    def _get_notice_credit(self):
        """Credits set against the items: the sum of the items less what is asked for."""
        self.ensure_one()
        total = sum(item["residual"] for item in self._get_notice_items())
        return self.currency_id.round(max(0.0, total - self.amount))

    def _get_notice_values(self, formats=None):
        """The items and the way to pay as the templates show them: all of it text, in the
        language of the environment.

        :param NoticeFormats formats: shared by many notices, so that each date is formatted once
        """
        self.ensure_one()
        formats = formats or NoticeFormats.of(self.env)
        items = self._get_notice_items()
        open_sum = sum(item["residual"] for item in items)
        asked = self.currency_id.round(min(self.amount, open_sum))
        credit = self.currency_id.round(open_sum - asked)
        return {
            "items": [self._format_notice_item(item, formats) for item in items],
            "count": len(items),
            "gross": formats.amount(open_sum, self.currency_id),
            "credit": formats.amount(credit, self.currency_id) if credit else "",
            "total": formats.amount(asked, self.currency_id),
            "before_due": bool(items) and not any(item["days"] for item in items),
            "reference": format_creditor_reference(self.reference),
            "accounts": formats.once(
                ("accounts", self.company_id, self.currency_id), self._get_notice_accounts
            ),
            "separate": len(items) > MAX_ITEMS_IN_LETTER,
        }

    def _format_notice_item(self, item, formats):
        return {
            "name": item["name"],
            "ref": item["ref"] if item["ref"] != item["name"] else "",
            "date": formats.date(item["date"]),
            "due": formats.date(item["due"]),
            "days": item["days"],
            "total": formats.amount(item["total"], self.currency_id),
            "residual": formats.amount(item["residual"], self.currency_id),
        }

    def _get_notice_accounts(self):
        """Bank accounts as labelled lines; numbers are read from left to right everywhere."""
        accounts = []
        for bank in self._get_bank_accounts():
            iban = format_iban(bank.acc_number or "")
            label = self.env._("IBAN") if iban else self.env._("Account")
            lines = [
                (label, iban or bank.acc_number, True),
                (self.env._("BIC"), bank.bank_bic, True),
                (self.env._("Bank"), bank.bank_name, False),
                (self.env._("Account holder"), bank.acc_holder_name or bank.partner_id.name, False),
            ]
            accounts.append({"lines": [line for line in lines if line[1]]})
        return accounts

    def _get_bank_accounts(self):
        """The company's accounts to pay into: those in the currency first."""
        self.ensure_one()
        # sudo: bank accounts of the own company are printed on every invoice; collectors need no
        # right to manage them.
        banks = self.company_id.sudo().partner_id.bank_ids
        no_company, no_currency = banks.company_id.browse(), banks.currency_id.browse()
        banks = banks.filtered(lambda bank: bank.company_id in (self.company_id, no_company))
        suiting = banks.filtered(lambda bank: bank.currency_id in (self.currency_id, no_currency))
        return (suiting or banks).sorted(
            lambda bank: (bank.currency_id != self.currency_id, bank.sequence)
        )[:MAX_ACCOUNTS]

    def _get_notice_lang(self):
        """Language of the debtor's notice: the person's, the debtor's, the company's."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.partner_id.lang, self.debtor_id.lang, self.company_id.partner_id.lang)
        return (
            next((lang for lang in wanted if lang in installed), None) or self.env.lang or "en_US"
        )

    def _render_preview(self):
        """The text that would be sent now, or why there is none; nothing is written.

        :rtype: Markup
        """
        self.ensure_one()
        template, sms_template = self._get_mail_template(), self._get_sms_template()
        try:
            if self.channel == "sms" and sms_template:
                bodies = self.env["collection.channel.sms"]._get_bodies(sms_template, self)
                return plaintext2html(bodies[self.id])
            if template:
                texts = self.env["collection.notice"]._get_texts(
                    template, self, letter=self.channel == "letter"
                )
                return texts[self.id]["body"]
        except ChannelError as error:
            return plaintext2html(error.detail)
        return Markup("")
