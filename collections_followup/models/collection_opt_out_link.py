import base64
import hmac
from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac as sign

SCOPE = "collections_followup.stop"
#: Channels a link may be about, by the letter that stands for each of them.
CHANNELS = {"e": "email", "s": "sms"}
#: Days for which a link works.
VALID_DAYS = 800
#: Signature: 120 bits are enough, and an SMS is short.
SIGNATURE = 20

Link = namedtuple("Link", "partner channel address")


class CollectionOptOut(models.Model):
    """Links by which a debtor opts out without logging in.

    A link names a contact, a channel and a day, and is signed for one address. The address is not
    in it, so that it stands in no web server's log.
    """

    _inherit = "collection.opt.out"

    @api.model
    def _get_stop_url(self, partner_id, channel, address, on, base_url):
        letter = next(letter for letter, code in CHANNELS.items() if code == channel)
        head = f"{_to_text(partner_id)}.{letter}{_to_text(on.toordinal())}"
        return f"{base_url}/collections/stop/{head}.{self._sign_stop(head, address)}"

    @api.model
    def _read_stop_token(self, token, on):
        """What a link is about.

        :return: ``Link(partner, channel, address)``, or ``None`` for one that is not, or no
            longer, valid; the caller learns nothing about why
        """
        if len(token) > 64:
            return None
        head, _dot, signature = token.rpartition(".")
        person, _dot, rest = head.partition(".")
        try:
            partner_id, channel, day = int(person, 36), CHANNELS[rest[:1]], int(rest[1:], 36)
        except (KeyError, ValueError):
            return None
        if not 0 <= on.toordinal() - day <= VALID_DAYS or not 0 < partner_id < 2**31:
            return None
        for address in self._get_addresses(partner_id, channel):
            if hmac.compare_digest(self._sign_stop(head, address).encode(), signature.encode()):
                # sudo: the signed link stands for the right to this one contact.
                return Link(self.env["res.partner"].sudo().browse(partner_id), channel, address)
        return None

    @api.model
    def _sign_stop(self, head, address):
        # sudo: the secret of the database signs; nobody reads it.
        digest = bytes.fromhex(sign(self.env(su=True), SCOPE, (head, address or "")))
        return base64.urlsafe_b64encode(digest).decode()[:SIGNATURE]

    @api.model
    def _get_addresses(self, partner_id, channel):
        """Addresses of a contact that we have used, and the present one."""
        field = SQL.identifier("email_normalized" if channel == "email" else "phone_sanitized")
        self.env["collection.contact.log"].flush_model()
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(field)s FROM res_partner WHERE id = %(partner)s AND %(field)s IS NOT NULL
                 UNION
                SELECT g.address
                  FROM collection_contact_log g
                  JOIN res_partner p ON p.commercial_partner_id = g.debtor_id
                 WHERE p.id = %(partner)s AND g.partner_id = p.id AND g.channel = %(channel)s
                   AND g.direction = 'out' AND g.address IS NOT NULL
                """,
                field=field,
                partner=partner_id,
                channel=channel,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _stop_by_link(self, link):
        """The debtor has pressed the button."""
        today = fields.Date.context_today(self)
        note = self.env._("Link in a message, pressed on %(date)s.", date=today)
        return self._note(link.partner, link.channel, link.address, source="link", note=note)


def _to_text(number):
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"
