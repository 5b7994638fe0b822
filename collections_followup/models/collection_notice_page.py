from markupsafe import Markup

from odoo import api, models

BUTTON = Markup(
    '<div style="margin:20px 0 4px 0;"><a href="%(url)s" style="display:inline-block;'
    "padding:11px 18px;border-radius:6px;background-color:#1f3a5f;color:#ffffff;"
    'text-decoration:none;font-weight:700;">%(label)s</a></div>'
    '<div style="font-size:12px;line-height:18px;color:#6b7280;">%(sentence)s</div>'
)


class CollectionNotice(models.AbstractModel):
    """The link to the customer page in e-mails."""

    _inherit = "collection.notice"

    @api.model
    def _get_texts(self, template, logs, letter=False):
        """Add ``page`` to the texts of e-mails: a button, or nothing where the text itself shows
        the link or the company gives none."""
        texts = super()._get_texts(template, logs, letter=letter)
        if letter:
            return texts
        for lang, group in logs.grouped(lambda log: log._get_notice_lang()).items():
            notice = self.with_context(lang=lang)
            words = {
                "label": notice.env._("See and settle your account"),
                "sentence": notice.env._(
                    "Pay, promise a date, ask for instalments or tell us what is wrong. The link "
                    "is for you alone: please do not pass it on."
                ),
            }
            for log in group:
                url = log._get_page_link("email")
                shown = not url or str(url) in texts[log.id]["body"]
                texts[log.id]["page"] = Markup() if shown else BUTTON % {**words, "url": url}
        return texts
