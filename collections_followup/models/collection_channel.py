from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.contact import Candidate, Recipient


class CollectionChannel(models.AbstractModel):
    """A way to reach a debtor. Each channel is a model ``collection.channel.<code>``.

    To add one, add its code and label to :meth:`_get_channels` and a model that inherits this one
    and overrides :meth:`_resolve` and :meth:`_deliver`. The engine needs no change.
    """

    _name = "collection.channel"
    _description = "Contact Channel"

    # === Registry === #
    @api.model
    def _get_channels(self):
        """Channels on offer, as a selection. Hook: extensions add theirs."""
        return [
            ("email", self.env._("E-mail")),
            ("letter", self.env._("Letter")),
            ("sms", self.env._("SMS")),
            ("call", self.env._("Phone Call")),
            ("visit", self.env._("Visit")),
            ("other", self.env._("Other")),
        ]

    @api.model
    def _for(self, channel):
        """The model that carries out contacts on ``channel``."""
        name = f"collection.channel.{channel}"
        return self.env[name if name in self.env else "collection.channel"]

    # === Hooks of a channel === #
    @api.model
    def _check_action(self, action):
        """What is wrong with the configuration of an action, as a sentence, or nothing."""
        return self.env._(
            "Contacts on the channel %(channel)s are only made by people. Choose another channel "
            "for an action of a stage.",
            channel=dict(self._get_channels()).get(action.channel, action.channel),
        )

    @api.model
    def _resolve(self, debtors):
        """Who is contacted, and at which address; for many debtors in a few queries.

        :param debtors: commercial partners
        :return: {debtor id: :class:`Recipient`}; a recipient with a code refuses the contact
        """
        return {
            debtor_id: self._pick_willing(debtor_id, candidates)
            for debtor_id, candidates in self._get_candidates(debtors).items()
        }

    @api.model
    def _pick_willing(self, debtor_id, candidates):
        """The first candidate who can be reached and has not asked to be left alone here."""
        channel = self._name.rpartition(".")[2]
        willing = [person for person in candidates if not person.refuses(channel)]
        picked = self._pick(debtor_id, willing)
        if picked.code and len(willing) < len(candidates):
            code = next(filter(None, (person.refuses(channel) for person in candidates)))
            return Recipient(debtor_id, code=code)
        return picked

    @api.model
    def _pick(self, debtor_id, candidates):
        """The first candidate this channel can reach, or a refusal.

        :param list candidates: contact persons in order of preference; the debtor is the last
        :rtype: Recipient
        """
        return Recipient(debtor_id, code="unknown_channel")

    @api.model
    def _deliver(self, logs):
        """Make contacts that have been allowed, all of one action or of several.

        Must leave every row in ``sent`` or ``done``, or raise :class:`ChannelError`.
        """
        raise UserError(self.env._("This channel cannot make contacts by itself."))

    # === Helpers === #
    @api.model
    def _get_candidates(self, debtors):
        """Contact persons of debtors: guardians, then those of type "collections", then
        "invoice", then the debtor itself.

        :return: {debtor id: list of :class:`Candidate`}
        """
        self.env["res.partner"].flush_model()
        self.env["mail.blacklist"].flush_model()
        self.env["phone.blacklist"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, p.id, p.email, p.email_normalized,
                       COALESCE(mb.active, FALSE), p.phone, p.phone_sanitized,
                       COALESCE(pb.active, FALSE),
                       p.city IS NOT NULL AND (p.street IS NOT NULL OR p.zip IS NOT NULL), %s
                  FROM res_partner p
                  LEFT JOIN mail_blacklist mb ON mb.email = p.email_normalized AND mb.active
                  LEFT JOIN phone_blacklist pb ON pb.number = p.phone_sanitized AND pb.active
                 WHERE p.commercial_partner_id = ANY(%s)
                   AND (p.id = p.commercial_partner_id
                        OR p.active AND p.type IN ('collections', 'invoice', 'guardian'))
                 ORDER BY p.commercial_partner_id, p.id = p.commercial_partner_id,
                          p.type <> 'guardian', p.type <> 'collections', p.id
                """,
                self.env["collection.opt.out"]._stops_of_contact(),
                list(debtors.ids),
            )
        )
        result = defaultdict(list)
        for debtor_id, *values in rows:
            result[debtor_id].append(Candidate(*values))
        return result


class ChannelError(Exception):
    """A contact could not be made for a reason that lies in its own data.

    :param str code: a refusal code
    :param str detail: what exactly was wrong, for the log's note
    """

    def __init__(self, code, detail=""):
        super().__init__(detail or code)
        self.code = code
        self.detail = detail
