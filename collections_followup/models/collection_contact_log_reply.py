from odoo import api, fields, models


class CollectionContactLog(models.Model):
    """Answers of debtors in the contact log, and who has read them."""

    _inherit = "collection.contact.log"

    # === Fields === #
    reply_kind = fields.Selection(
        [("reply", "Answer"), ("auto", "Automatic answer")],
        readonly=True,
        help="What an incoming message is. Automatic answers, such as out of office, stop nothing.",
    )
    is_unread = fields.Boolean(
        readonly=True, help="The debtor has answered, and nobody has marked it as read yet."
    )
    read_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    read_on = fields.Datetime(readonly=True)

    _unread_idx = models.Index("(case_id) WHERE is_unread")

    # === Actions === #
    def action_mark_read(self):
        """Somebody has read these answers: the follow-up may go on."""
        self.check_access("write")
        unread = self.filtered("is_unread")
        # sudo: the log is append-only for people; who read it, and when, is noted for them.
        unread.sudo().write(
            {
                "is_unread": False,
                "read_by_id": self.env.uid,
                "read_on": fields.Datetime.now(),
            }
        )
        unread.case_id._after_reading()

    # === Business methods === #
    @api.model
    def _prepare_reply_vals(self, case, message, values):
        """A row of the log for a message that came in.

        :param dict values: ``reply_kind``, ``note`` and ``address``
        """
        debtor = case.partner_id
        author = message.author_id
        known = author.commercial_partner_id == debtor
        return {
            "case_id": case.id,
            "company_id": case.company_id.id,
            "currency_id": case.currency_id.id,
            "channel": "email",
            "direction": "in",
            "state": "done",
            "date": case._today(),
            "date_done": fields.Datetime.now(),
            "partner_id": author.id if known else debtor.id,
            "right_party": known and values["reply_kind"] == "reply",
            "user_id": False,
            "stage_id": case.stage_id.id,
            "message_id": message.id,
            "is_unread": values["reply_kind"] == "reply",
            **values,
        }
