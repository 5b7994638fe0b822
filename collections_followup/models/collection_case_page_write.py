from markupsafe import Markup

from odoo import models

LINK = Markup('<p><br/></p><p><a href="%(url)s">%(label)s</a></p>')


class CollectionCase(models.Model):
    """Mails and SMS that people write carry the link as well: it stands in the text, where it can
    be moved or taken out."""

    _inherit = "collection.case"

    def action_send_mail(self):
        action = super().action_send_mail()
        if url := self._get_written_link("email"):
            lang = self._get_page_lang()
            label = self.with_context(lang=lang).env._("See and settle your account")
            action["context"]["default_body"] = LINK % {"url": url, "label": label}
        return action

    def action_send_sms(self):
        action = super().action_send_sms()
        if url := self._get_written_link("sms"):
            action["context"]["default_body"] = f" {url}"
        return action

    def _get_written_link(self, channel):
        """The link to the customer page, where the company wants it in such messages."""
        company = self.company_id.sudo()  # sudo: a setting
        wanted = company.collection_page and company[f"collection_page_{channel}"]
        return self._get_page_url(self._today()) if wanted else ""
