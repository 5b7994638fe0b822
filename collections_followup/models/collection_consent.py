from collections import defaultdict
from datetime import UTC, datetime, time

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.contact_model import AddressRecord, Consent
from ..tools.contact_parties import is_public_email_domain

#: Kinds that agree to contacts; the others are evidence about an address.
AGREEING = ("calls", "electronic")


class CollectionConsent(models.Model):
    """A debtor has agreed to more contacts than a rule would let us make, or something is known
    about an address that lets us use it, or forbids it. Append-only.
    """

    _name = "collection.consent"
    _inherit = "collection.wish"
    _description = "Consent"

    kind = fields.Selection(
        [
            ("calls", "Further calls"),
            ("electronic", "Electronic messages"),
            ("notice", "Creditor gave notice and time to object"),
            ("prior", "Used by the collector before us"),
            ("number_check", "Number checked against reassigned numbers"),
            ("employer", "Address belongs to the employer"),
            ("others", "Others read what is sent there"),
        ],
        required=True,
        default="calls",
    )
    date_to = fields.Date(
        string="Until",
        help="The last day; of a creditor's notice, the last day to object. Empty: as long as the "
        "law lets it.",
    )

    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date)", "A consent cannot end before it begins."
    )

    # === Business methods === #
    @api.model
    def _get_consents(self, debtors, on):
        """Consents that hold on a day, as arguments of PersonFacts; one query.

        :return: {debtor id: {"consents": tuple, "electronic_consent": bool}}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, kind, date, date_to, create_date FROM collection_consent
                 WHERE debtor_id = ANY(%s) AND revoked_on IS NULL AND date <= %s
                   AND (date_to IS NULL OR date_to >= %s) AND kind = ANY(%s)
                """,
                list(debtors.ids),
                on,
                on,
                list(AGREEING),
            )
        )
        result = defaultdict(lambda: {"consents": (), "electronic_consent": False})
        for debtor_id, kind, since, until, written in rows:
            if kind == "electronic":
                result[debtor_id]["electronic_consent"] = True
                continue
            # Given earlier than it was written down: the day counts, from its beginning.
            same_day = written and written.date() == since
            received = written if same_day else datetime.combine(since, time())
            consent = Consent(received_at=received.replace(tzinfo=UTC), last_day=until)
            result[debtor_id]["consents"] += (consent,)
        return dict(result)

    @api.model
    def _get_addresses(self, debtors, on, used):
        """How addresses were obtained and used, as the contact rules read it; one query.

        :param dict used: {debtor id: {(channel, address): last day the debtor wrote from it}}
        :return: {debtor id: {address: AddressRecord}}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.debtor_id, c.kind, c.channel, c.address, c.date, c.date_to,
                       p.email_normalized, p.phone_sanitized
                  FROM collection_consent c
                  JOIN res_partner p ON p.id = c.partner_id
                 WHERE c.debtor_id = ANY(%s) AND c.revoked_on IS NULL AND c.date <= %s
                   AND c.kind <> 'calls'
                   AND (c.date_to IS NULL OR c.date_to >= %s OR c.kind = 'notice')
                 ORDER BY c.date, c.id
                """,
                list(debtors.ids),
                on,
                on,
            )
        )
        result = defaultdict(lambda: defaultdict(dict))
        for debtor_id, kind, channel, address, since, until, email, phone in rows:
            by_channel = {"email": (email,), "sms": (phone,), "call": (phone,)}
            own = by_channel.get(channel, (email, phone))
            for known in filter(None, (address,) if address else own):
                self._note_address(result[debtor_id][known], kind, since, until)
        for debtor_id, addresses in used.items():
            for (_channel, address), day in addresses.items():
                self._note_address(result[debtor_id][address], "used", day, None)
        return {
            debtor_id: {
                address: AddressRecord(
                    address, public_domain=is_public_email_domain(address), **values
                )
                for address, values in addresses.items()
            }
            for debtor_id, addresses in result.items()
        }

    @api.model
    def _note_address(self, values, kind, since, until):
        """Add one piece of evidence to what is known about an address; the strongest basis holds.

        :param dict values: arguments of AddressRecord
        """
        bases = {
            "notice": "creditor_notice",
            "prior": "prior_collector",
            "electronic": "consent",
            "used": "consumer_used",
        }
        order = ["", *bases.values()]
        basis = bases.get(kind, "")
        if order.index(basis) >= order.index(values.get("basis", "")):
            values["basis"] = basis or values.get("basis", "")
        if kind == "notice":
            values.update(notice_sent=since, opt_out_by=until)
        elif kind == "prior":
            values["prior_used"] = True
        elif kind == "employer":
            values["employer_provided"] = True
        elif kind == "others":
            values["disclosed_to_others"] = True
        else:
            values["confirmed"] = max(since, values.get("confirmed", since))
