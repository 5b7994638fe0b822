from datetime import UTC, datetime

from odoo import api, models
from odoo.tools import SQL

from ..tools.contact import Refusal
from ..tools.contact_model import PastContact
from ..tools.contact_parties import LOCATION
from .collection_trace import WRITTEN
from .collection_wish import RULE_CHANNELS


class CollectionCompliance(models.AbstractModel):
    """What a search for a debtor means for contacts: no letters to an address that is wrong, and
    others are asked where the debtor is only as the rules allow."""

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "address_wrong": self.env._(
                "The postal address is known to be wrong, and no new one has been accepted yet."
            ),
        }

    @api.model
    def _check(self, proposals):
        refusals = super()._check(proposals)
        letters = [p for p in proposals if p.channel == "letter" and p.key not in refusals]
        if letters:
            searched = self._get_searched({proposal.case for proposal in letters})
            for proposal in letters:
                if proposal.case in searched:
                    refusals[proposal.key] = Refusal("address_wrong")
        return refusals

    @api.model
    def _get_searched(self, case_ids):
        """Which cases have a debtor whose postal address is known to be wrong; one query.

        It stays wrong when the search finds nothing, or only a number, until another one stands
        on the contact; who gives a search up says that letters may go.

        :return: set of case ids
        """
        self.env["collection.trace"].flush_model()
        self.env["res.partner"].flush_model(WRITTEN)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT t.case_id
                  FROM collection_trace t
                  JOIN res_partner p ON p.id = t.partner_id
                 WHERE t.case_id = ANY(%s) AND t.stops_letters AND t.state <> 'cancelled'
                   AND NOT EXISTS (
                       SELECT FROM collection_trace n
                        WHERE n.case_id = t.case_id AND n.stops_letters AND n.id > t.id)
                   AND COALESCE(lower(t.wrong_address), '')
                       IN ('', lower(concat_ws(', ', p.street, p.street2, p.zip, p.city)))
                """,
                list(case_ids),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _get_history(self, case_ids, on):
        """Others who were asked where the debtor is belong to the history, too; one query more.

        However long ago: a person may be asked once, not once in a while.
        """
        history = super()._get_history(case_ids, on)
        self.env["collection.trace.lead"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.case_id, l.date, l.channel, l.person_key, l.person_address
                  FROM collection_trace_lead l
                  JOIN collection_trace_source s ON s.id = l.source_id
                 WHERE l.case_id = ANY(%s) AND s.third_party AND l.person_key IS NOT NULL
                   AND l.state <> 'refused'
                """,
                list(case_ids),
            )
        )
        for case_id, moment, channel, person, address in rows:
            past = PastContact(
                at=datetime.replace(moment, tzinfo=UTC),
                channel=RULE_CHANNELS.get(channel, channel),
                debts=(str(case_id),),
                role="third_party",
                person_id=person,
                address=address or "",
                purpose=LOCATION,
                conversation=True,
            )
            history[case_id].append(past)
        return history
