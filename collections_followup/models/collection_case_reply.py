from lxml import html

from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext

from ..tools.inbound import asks_to_stop, first_lines

ACTIVITY = "collections_followup.activity_type_reply"


class CollectionCase(models.Model):
    """Answers that come in by mail: filed on the case, read by a person before it goes on."""

    _inherit = "collection.case"

    # === Fields === #
    unread_reply_ids = fields.One2many(
        "collection.contact.log", "case_id", domain=[("is_unread", "=", True)], readonly=True
    )
    has_unread_reply = fields.Boolean(
        compute="_compute_has_unread_reply", search="_search_has_unread_reply"
    )
    unread_reply_note = fields.Text(compute="_compute_has_unread_reply")

    # === Compute methods === #
    @api.depends("log_ids.is_unread")
    def _compute_has_unread_reply(self):
        rows = self.env["collection.contact.log"].search_fetch(
            [("case_id", "in", self.ids), ("is_unread", "=", True)], ["case_id", "note"]
        )
        by_case = rows.grouped("case_id")
        for case in self:
            replies = by_case.get(case._origin, rows.browse())
            case.has_unread_reply = bool(replies)
            case.unread_reply_note = replies[:1].note

    def _search_has_unread_reply(self, operator, value):
        if operator != "in":
            return NotImplemented
        unread = self.env["collection.contact.log"]._search([("is_unread", "=", True)])
        has = [("log_ids", "in", unread)]
        return has if True in value else ["!", *has]

    # === Actions === #
    def action_mark_replies_read(self):
        """Somebody has read every answer on these cases: the follow-up may go on."""
        self.check_access("write")
        self.unread_reply_ids.action_mark_read()

    def action_view_unread_replies(self):
        self.ensure_one()
        action = self.action_view_logs()
        return {**action, "domain": [("case_id", "=", self.id), ("is_unread", "=", True)]}

    # === Business methods === #
    def _after_reading(self):
        """Close the activities about answers, and let the next run look at the cases."""
        finished = self.filtered(lambda case: not case.has_unread_reply)
        # sudo: activities may be a colleague's, and the date is readonly for people.
        finished = finished.sudo()
        finished.activity_unlink([ACTIVITY])
        today = self._today()
        finished.filtered(
            lambda case: (
                case.state == "open"
                and (not case.next_review_date or case.next_review_date > today)
            )
        ).write({"next_review_date": today})

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        kind = self.env.context.get("collection_inbound")
        if kind and message.message_type == "email":
            self._file_reply(message, kind)
        return result

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """The creditor wrote the notice, but its own mailbox needs no copy of every answer."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not self.env.context.get("collection_inbound"):
            return recipients
        own = self.company_id.partner_id.id
        return [recipient for recipient in recipients if recipient["id"] != own]

    def _file_reply(self, message, kind):
        """An entry of the contact log for a mail that the gateway has filed on this case.

        :param str kind: ``reply`` or ``auto``
        """
        self.ensure_one()
        if any(not user.share for user in message.author_id.user_ids):
            return  # a colleague who writes to the thread by mail
        text = _own_words(message.body)
        sender = email_normalize(message.email_from)
        # sudo: the gateway writes for the debtor, who is no user.
        log_sudo = self.env["collection.contact.log"].sudo()
        values = {"reply_kind": kind, "note": first_lines(text), "address": sender or False}
        log = log_sudo.create(log_sudo._prepare_reply_vals(self, message, values))
        if kind == "reply":
            self._ask_to_read()
            if asks_to_stop(text):
                self._note_stop(log, message)

    def _ask_to_read(self):
        """One activity for the collector, however many answers come."""
        case = self.sudo()  # whoever runs the gateway
        if self.env.ref(ACTIVITY) in case.activity_ids.activity_type_id:
            return
        case.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY, user_id=self.env["collection.engine"]._get_responsible(case).id
        )

    def _note_stop(self, log, message):
        """STOP closes the address it came from, and the one we had written to."""
        # sudo: the gateway writes for the debtor, who is no user.
        OptOut = self.env["collection.opt.out"].sudo()
        sent = (
            self.env["collection.contact.log"]
            .sudo()
            .search(
                [
                    ("message_id", "=", message.parent_id.id),
                    ("case_id", "=", self.id),
                    ("direction", "=", "out"),
                ],
                limit=1,
            )
            if message.parent_id
            else log.browse()
        )
        values = {"source": "reply", "message_id": message.id, "note": (log.note or "")[:100]}
        for address in filter(None, {log.address, sent.address}):
            OptOut._note(log.partner_id, "email", address, **values)


def _own_words(body):
    """The text of an answer without what it quotes; Odoo marks quotations when it takes mail in."""
    if not body:
        return ""
    root = html.fragment_fromstring(str(body), create_parent="div")
    for quoted in root.xpath("//*[@data-o-mail-quote]"):
        quoted.drop_tree()
    return html2plaintext(html.tostring(root, encoding="unicode"), include_references=False)
