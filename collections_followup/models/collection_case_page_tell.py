from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize, plaintext2html

from ..tools.inbound import first_lines
from .collection_refusal import CollectionRefusal

ACTIVITY = "collections_followup.activity_type_page"
#: What may be corrected on the page, in the order in which it is shown.
DETAILS = ("name", "street", "street2", "zip", "city", "country_id", "phone", "email")
#: A new contact person, as part of a correction.
PERSON = ("contact_name", "contact_function", "contact_phone", "contact_email")
#: Channels that can be closed on the page, in its order.
STOPS = ("email", "sms", "call", "letter")
#: Channels that can be preferred there.
PREFERRED = ("email", "letter", "sms", "call")


class CollectionCase(models.Model):
    """What debtors tell on their page: questions, corrections, wishes; and how the desk hears."""

    _inherit = "collection.case"

    # === Question === #
    def _page_question(self, text, files=()):
        """A question: a message on the case, which somebody must read before the follow-up goes
        on.

        :param files: list of Upload
        """
        self._page_need(text, "text", self.env._("Write your question."))
        message = self._post_page_message(text, files)
        self._log_page(self.env._("Asks a question."), text, message=message, unread=True)

    def _post_page_message(self, text, files=()):
        attachments = self._keep_page_files(files)
        attachments.write({"res_model": self._name, "res_id": self.id})
        note = self.env.ref("mail.mt_note")
        return self.with_context(mail_post_autofollow=False).message_post(
            body=plaintext2html(text),
            author_id=self.partner_id.id,
            message_type="notification",
            subtype_id=note.id,
            attachment_ids=attachments.ids,
        )

    def _keep_page_files(self, files):
        return self.env["ir.attachment"].create(
            [
                {"name": upload.name, "raw": upload.data, "mimetype": upload.mimetype}
                for upload in files
            ]
        )

    # === Corrections === #
    def _get_page_details(self):
        """Contact data as we have it, for the form."""
        partner = self.partner_id
        values = {name: partner[name] or "" for name in DETAILS if name != "country_id"}
        return {**values, "country_id": str(partner.country_id.id or "")}

    def _page_details(self, values, note=""):
        """The debtor corrects contact data: a request, which a colleague accepts.

        :param dict values: texts of ``DETAILS`` and ``PERSON``, the country as its number
        """
        self._check_page_details(values)
        change = self._refuse_as(
            "",
            lambda: self.env["collection.address.change"]._propose(
                self.partner_id, values, "page", note=note[:200]
            ),
        )
        if not change and not note:
            raise CollectionRefusal(self.env._("Nothing has been changed."), "unchanged")
        text = self.env._("Corrects contact data.")
        said = "\n".join(filter(None, (change.summary, note)))
        message = self._post_page_message(said) if note else None
        self._log_page(text, said, message=message, unread=bool(note))

    def _check_page_details(self, values):
        """What cannot be right stands at its field, not above the form."""
        wrong = {
            "invalid_email": (("email", "contact_email"), self.env._("This is no e-mail address.")),
            "invalid_phone": (
                ("phone", "contact_phone"),
                self.env._("This is no telephone number."),
            ),
        }
        for code, (names, sentence) in wrong.items():
            for name in names:
                value = values.get(name)
                right = email_normalize(value or "") if "email" in name else _is_phone(value)
                if value and not right:
                    raise CollectionRefusal(sentence, code, name)
        if "name" in values and not values["name"]:
            raise CollectionRefusal(self.env._("Please write your name."), "missing", "name")

    # === Wishes === #
    def _get_page_choices(self):
        """Language, channel and opt-outs as they are, for the form."""
        partner = self.partner_id
        opt_outs = partner.collection_opt_out_ids.filtered(
            lambda item: item.is_current and not item.address
        )
        closed = set(opt_outs.mapped("channel"))
        return {
            "lang": partner.lang or "",
            "channel": partner.collection_preferred_channel or "",
            "stops": [code for code in STOPS if code in closed or "all" in closed],
        }

    def _page_choices(self, lang, channel, stops):
        """The debtor chooses a language and a channel, and closes others.

        :param str lang: of an installed language, or ""
        :param str channel: one of ``PREFERRED``, or ""
        :param stops: channels of ``STOPS`` that we are asked not to use; none is opened again here
        """
        partner, said = self.partner_id, []
        if lang and lang != partner.lang:
            partner.lang = lang
            said.append(self.env._("Wants to be written to in %(language)s.", language=lang))
        if channel != (partner.collection_preferred_channel or ""):
            partner.collection_preferred_channel = channel or False
            said.append(self.env._("Prefers: %(channel)s.", channel=self._page_channel(channel)))
        note = self.env._("On the customer page.")
        for code in STOPS:
            if code in stops:
                OptOut = self.env["collection.opt.out"]
                _row, is_new = OptOut._note(partner, code, source="link", note=note)
                if is_new:
                    name = self._page_channel(code)
                    said.append(self.env._("Does not want: %(channel)s.", channel=name))
        if said:
            self._log_page(" ".join(said))
        return said

    def _page_channel(self, code):
        labels = dict(self.env["collection.channel"]._get_channels())
        return labels.get(code) or self.env._("no channel")

    # === How the desk hears of it === #
    def _log_page(self, text, note="", outcome=None, lines=None, message=None, unread=False):
        """A row of the contact log for what the debtor has done, and an activity.

        :param str outcome: code of an outcome of the desk, where one fits
        :param bool unread: somebody must read it before the follow-up goes on
        """
        outcomes = self.env["collection.contact.outcome"]
        log = self.env["collection.contact.log"].create(
            {
                "case_id": self.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "channel": "other",
                "direction": "in",
                "state": "done",
                "date": self._today(),
                "date_done": fields.Datetime.now(),
                "partner_id": self.partner_id.id,
                "user_id": False,
                "stage_id": self.stage_id.id,
                "right_party": True,
                "from_page": True,
                "outcome_id": outcome and outcomes.search([("code", "=", outcome)], limit=1).id,
                "move_line_ids": [fields.Command.set(lines.ids if lines else [])],
                "note": "\n".join(filter(None, (text, first_lines(note)))),
                "message_id": message and message.id,
                "reply_kind": "reply" if unread else False,
                "is_unread": unread,
            }
        )
        self.last_answer_date = log.date
        self._ask_to_look(text)
        self._review_now()
        return log

    def _ask_to_look(self, text):
        """One activity for the collector, to which everything that follows is added."""
        kind = self.env.ref(ACTIVITY)
        row = Markup("<p>%s</p>") % text
        known = self.activity_ids.filtered(lambda item: item.activity_type_id == kind)[:1]
        if known:
            known.note = (known.note or Markup()) + row
            return
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY, note=row, user_id=self._get_page_colleague().id
        )


def _is_phone(text):
    return sum(char.isdigit() for char in text or "") >= 5
