from markupsafe import Markup

from odoo import api, models

from ..tools.contact_rules import applies_to_person

OPT_OUT = Markup(
    '<div style="margin-bottom:10px;">%(sentence)s '
    '<a href="%(url)s" style="color:#374151;text-decoration:underline;">%(label)s</a></div>'
)


class CollectionNotice(models.AbstractModel):
    """The sentence in electronic notices that tells how to opt out."""

    _inherit = "collection.notice"

    @api.model
    def _get_texts(self, template, logs, letter=False):
        """Add ``opt_out`` to the texts of e-mails: markup for the foot of the mail, or nothing."""
        texts = super()._get_texts(template, logs, letter=letter)
        if not letter:
            said = self._get_opt_outs(logs, "email")
            for log in logs:
                text = said.get(log.id)
                texts[log.id]["opt_out"] = OPT_OUT % text if text else Markup()
                texts[log.id]["opt_out_url"] = text["url"] if text else ""
        return texts

    @api.model
    def _get_opt_outs(self, logs, channel):
        """What electronic notices say about opting out, each in the language of its debtor.

        :return: {log id: {"sentence", "label", "url"}} of the notices that must say it
        """
        result = {}
        mail_sentence = channel == "email"
        for log in self._filter_opt_out(logs):
            notice = self.with_context(lang=log._get_notice_lang())
            url = self.env["collection.opt.out"]._get_stop_url(
                log.partner_id.id, channel, log.address, log.date, log.company_id.get_base_url()
            )
            result[log.id] = {
                "sentence": notice.env._(
                    "You do not want messages about this account at this address any more? "
                    "Answer with STOP, or use this link:"
                )
                if mail_sentence
                else notice._get_sms_sentence(log.company_id, url),
                "label": notice.env._("Stop messages to this address"),
                "url": url,
            }
        return result

    @api.model
    def _get_sms_sentence(self, company, url):
        if company.collection_sms_receives:
            return self.env._("Reply STOP to opt out.")
        return self.env._("Stop messages: %(link)s", link=url)

    @api.model
    def _filter_opt_out(self, logs):
        """Notices that must say how to opt out: by the company's choice, or by a law.

        A law asks for it where a rule about unwanted media binds; the house's own rule does not.
        """
        # sudo: a setting.
        choice = {company: company.sudo().collection_opt_out_notice for company in logs.company_id}
        asked = logs.filtered(lambda log: choice[log.company_id] == "law")
        result = logs.filtered(lambda log: choice[log.company_id] == "always")
        rules = asked and [
            rule
            for rule in self.env["collection.compliance"]._get_rules(("block", "warn"))
            if rule.kind == "medium" and rule.policy != "HOUSE"
        ]
        if rules:
            people = asked.case_id._get_person_facts(located=False)
            result |= asked.filtered(
                lambda log: any(
                    applies_to_person(rule, people[log.case_id.id], log.date) for rule in rules
                )
            )
        return result
