from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools.contact_model import OptOut
from .collection_wish import ALL, RULE_CHANNELS

#: Channels whose address is a number.
NUMBERS = {"sms", "call"}


class CollectionOptOut(models.Model):
    """A debtor does not want to be contacted on a channel, or at an address. Append-only."""

    _name = "collection.opt.out"
    _inherit = "collection.wish"
    _description = "Opt-out"

    # === Business methods === #
    @api.model
    def _note(self, partner, channel, address=None, **values):
        """Write an opt-out down, unless the same one holds already.

        :param partner: the contact, or the debtor itself
        :return: the opt-out, and whether it is new
        """
        # sudo: debtors ask for it by mail or link, without being users; collectors may not see
        # those of every debtor. Nothing is read but whether the wish is known.
        opt_outs = self.sudo()
        if address:
            address = self._normalize_address(address, partner.sudo())
        known = opt_outs.search(
            [
                ("partner_id", "=", partner.id),
                ("channel", "=", channel),
                ("address", "=", address or False),
                ("revoked_on", "=", False),
            ],
            limit=1,
        )
        if known:
            return known, False
        made = opt_outs.create(
            {"partner_id": partner.id, "channel": channel, "address": address, **values}
        )
        made._tell_cases()
        return made, True

    def _tell_cases(self):
        """A note on the open cases of the debtors, for who looks at them."""
        # sudo: the note is for the collectors of the cases, whoever asked.
        cases = (
            self.env["collection.case"]
            .sudo()
            .search([("partner_id", "in", self.debtor_id.ids), ("state", "!=", "closed")])
        )
        labels = dict(self._selection_channel())
        for opt_out in self:
            for case in cases.filtered(lambda c, debtor=opt_out.debtor_id: c.partner_id == debtor):
                case._message_log(
                    body=self.env._(
                        "Asked not to be contacted: %(channel)s, %(address)s.",
                        channel=labels[opt_out.channel],
                        address=opt_out.address or self.env._("every address"),
                    )
                )

    @api.model
    def _get_opt_outs(self, debtors):
        """Opt-outs that hold, as the contact rules read them; one query.

        One of a contact person without an address stands for that person's addresses.

        :return: {debtor id: tuple of OptOut}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.debtor_id, o.channel, o.address, o.date, o.partner_id <> o.debtor_id,
                       p.email_normalized, p.phone_sanitized
                  FROM collection_opt_out o
                  JOIN res_partner p ON p.id = o.partner_id
                 WHERE o.debtor_id = ANY(%s) AND o.revoked_on IS NULL
                """,
                list(debtors.ids),
            )
        )
        result = defaultdict(list)
        for debtor_id, channel, address, since, personal, email, phone in rows:
            channels = frozenset() if channel == ALL else {RULE_CHANNELS.get(channel, channel)}
            channels = frozenset(channels)
            if address or not personal:
                result[debtor_id].append(OptOut(channels, address or "", since))
                continue
            for own in {email} - {None} if channel not in NUMBERS else ():
                result[debtor_id].append(OptOut(channels, own, since))
            for own in {phone} - {None} if channel != "email" else ():
                result[debtor_id].append(OptOut(channels, own, since))
        return {debtor_id: tuple(opt_outs) for debtor_id, opt_outs in result.items()}

    @api.model
    def _stops_of_contact(self):
        """The part of a query that tells which channels a contact ``p`` does not want.

        :return: SQL of an array of ``channel:code``
        """
        self.flush_model()
        return SQL(
            """
            ARRAY(SELECT o.channel || CASE WHEN o.address IS NULL THEN ':opt_out_medium'
                                           ELSE ':opt_out_address' END
                    FROM collection_opt_out o
                   WHERE o.revoked_on IS NULL
                     AND (o.address IN (p.email_normalized, p.phone_sanitized)
                          OR o.address IS NULL AND o.debtor_id = p.commercial_partner_id
                             AND o.partner_id IN (p.id, p.commercial_partner_id)))
            """
        )
