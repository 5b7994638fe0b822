import hmac

from odoo import api, fields, models
from odoo.tools.misc import hmac as sign_text

from ..tools.link_token import read_token, sign, write_token

SCOPE = "collections_followup.page"


class CollectionCase(models.Model):
    """Links by which a debtor sees its page without logging in.

    No row is kept for a link: it names a case and its last day, and is signed. Revoking counts a
    number up that is signed along, so that every link given out before is worth nothing.
    """

    _inherit = "collection.case"

    link_counter = fields.Integer(
        readonly=True, copy=False, help="How often the links of this case have been revoked."
    )
    page_seen_on = fields.Datetime(
        string="Customer Page Opened",
        readonly=True,
        copy=False,
        help="When the debtor's page was opened last, by the debtor or by a mail program.",
    )
    page_url = fields.Char(string="Customer Page", compute="_compute_page_url")

    # === Compute methods === #
    def _compute_page_url(self):
        today = self._today()
        for case in self:
            offered = case._origin and case.company_id.sudo().collection_page  # sudo: a setting
            case.page_url = case._origin._get_page_url(today) if offered else False

    # === Actions === #
    def action_open_page(self):
        """The page as the debtor sees it; colleagues can look and change nothing."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "target": "new", "url": self.page_url}

    def action_revoke_links(self):
        """No link that was given out works any more; the next message carries a new one."""
        self.check_access("write")
        for case in self:
            # sudo: kept for people.
            case.sudo().link_counter += 1
            agreements = case.sudo().agreement_ids.filtered("access_token")
            agreements.access_token = False
            case._message_log(body=self.env._("All links to the customer page were revoked."))
        message = self.env._("Links given out before no longer work.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === Links === #
    def _get_page_url(self, on):
        """The address of the debtor's page, as a message of this day carries it."""
        self.ensure_one()
        return f"{self.company_id.get_base_url()}/c/{self._make_page_token(on)}"

    def _make_page_token(self, on):
        days = self.company_id.sudo().collection_page_days  # sudo: a setting
        last_day = on.toordinal() + days
        return write_token(self.id, last_day, self._sign_page(self.id, last_day, self.link_counter))

    @api.model
    def _sign_page(self, case_id, last_day, counter):
        # sudo: the secret of the database signs; nobody reads it.
        digest = sign_text(self.env(su=True), SCOPE, (case_id, last_day, counter))
        return sign(bytes.fromhex(digest))

    @api.model
    def _read_page_token(self, text, on):
        """The case whose page a link opens.

        :return: the case, or none for a link that is not, or no longer, valid; the caller learns
            nothing about why
        """
        # sudo: the signed link stands for the right to this one debtor's page.
        cases = self.sudo()
        token = read_token(text)
        if not token:
            return cases.browse()
        case = cases.browse(token.case_id).exists()
        wanted = self._sign_page(token.case_id, token.last_day, case.link_counter)
        genuine = hmac.compare_digest(wanted.encode(), token.signature.encode())
        if not case or not genuine or on.toordinal() > token.last_day:
            return cases.browse()
        return case._get_page_case()

    def _get_page_case(self):
        """The case that a link to this one shows: once it was closed and the debtor owes again,
        that is a newer one."""
        self.ensure_one()
        if not self.company_id.collection_page:
            return self.browse()
        if self.state != "closed":
            return self
        newer = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "closed"),
            ],
            limit=1,
        )
        return newer or self

    def _note_page_seen(self):
        """When the page was opened, once a day at most: not every look is worth a write."""
        now = fields.Datetime.now()
        if not self.page_seen_on or (now - self.page_seen_on).days >= 1:
            self.page_seen_on = now
