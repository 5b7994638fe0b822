from collections import defaultdict
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.contact_model import Attorney, CeaseRequest, PersonFacts


class Profile(NamedTuple):
    """Who and where a debtor is, in the words of :class:`PersonFacts`."""

    country: str
    state: str
    locality: str
    debtor_type: str
    party: str


class CollectionCase(models.Model):
    """What the contact rules need to know about a debtor."""

    _inherit = "collection.case"

    debtor_type = fields.Selection(
        [("consumer", "Consumer"), ("business", "Business")], compute="_compute_debtor_type"
    )

    @api.depends("partner_id.is_company", "partner_id.vat", "partner_id.collection_debtor_type")
    def _compute_debtor_type(self):
        for case in self:
            case.debtor_type = "consumer" if case.partner_id._is_consumer() else "business"

    # === Facts === #
    def _get_person_facts(self, on=None, people=None, located=True):
        """What is known of the debtors of these cases; a fixed number of queries.

        :param on: the day; default: today
        :param dict people: {case id: set of ids of the persons who are to be contacted}
        :param bool located: whether to find out where they are, which takes longest
        :return: {case id: PersonFacts}
        """
        on = on or self._today()
        wishes = self._get_wishes(on)
        places = self._get_places(on, people) if located else {}
        profiles = self._get_profiles()
        return {
            case_id: PersonFacts(
                **profiles[case_id]._asdict(),
                debts=(str(case_id),),
                **wishes.get(case_id, {}),
                **places.get(case_id, {}),
            )
            for case_id in self.ids
        }

    def _get_profiles(self):
        """What decides which laws bind contacts with the debtors of these cases.

        :return: {case id: Profile}
        """
        # sudo: which law applies must not depend on who may read the debtor's contact; the party
        # is a setting of the company.
        debtors = self.partner_id.sudo()
        debtors.flush_recordset(["country_id", "state_id", "city"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(c.code, ''), COALESCE(s.code, ''), COALESCE(p.city, '')
                  FROM res_partner p
                  LEFT JOIN res_country c ON c.id = p.country_id
                  LEFT JOIN res_country_state s ON s.id = p.state_id
                 WHERE p.id = ANY(%s)
                """,
                list(debtors.ids),
            )
        )
        consumers = set(debtors.filtered(lambda debtor: debtor._is_consumer()).ids)
        kinds = {
            debtor_id: (*place, "consumer" if debtor_id in consumers else "business")
            for debtor_id, *place in rows
        }
        parties = {company.id: company.collection_party for company in self.company_id.sudo()}
        return {
            case.id: Profile(*kinds[case.partner_id.id], parties[case.company_id.id])
            for case in self
        }

    def _get_places(self, on, people=None):
        """Time zones and public holidays where the persons behind these cases are.

        A contact person with a number or country of its own is looked for there, others where
        the debtor is.

        :return: {case id: arguments of PersonFacts}
        """
        Partner = self.env["res.partner"]
        asked = Partner.browse({person for ids in (people or {}).values() for person in ids})
        # sudo: where a debtor is must not depend on who may read its contact persons.
        located = asked.sudo().filtered(lambda partner: partner.country_id or partner.phone)
        debtors = self.partner_id.sudo()
        zones = Partner._collection_time_zones(debtors | located)
        result = {}
        for case in self:
            debtor = case.partner_id.sudo()
            persons = (people or {}).get(case.id, set()) & set(located.ids) or {debtor.id}
            names = dict.fromkeys(name for person in sorted(persons) for name in zones[person])
            result[case.id] = {
                "time_zones": tuple(ZoneInfo(name) for name in names),
                "holidays": Partner._collection_holidays(
                    debtor.country_id.code or "", debtor.state_id.code or "", on
                ),
            }
        return result

    def _get_wishes(self, on):
        """What the debtors asked for, as arguments of PersonFacts; one query for each kind.

        Hook: extensions call ``super()`` and add what they know.

        :return: {case id: arguments of PersonFacts}; cases without any may be absent
        """
        debtors = self.partner_id
        # sudo: what a debtor asked for binds everybody, also those who may not read it.
        opt_outs = self.env["collection.opt.out"].sudo()._get_opt_outs(debtors)
        consents = self.env["collection.consent"].sudo()._get_consents(debtors, on)
        times = self.env["collection.contact.time"].sudo()._get_times(debtors, on)
        result = self._get_silence(on)
        for case in self:
            debtor_id = case.partner_id.id
            result[case.id].update(
                opt_outs=opt_outs.get(debtor_id, ()),
                **consents.get(debtor_id, {}),
                **times.get(debtor_id, {}),
            )
        return result

    def _get_silence(self, on):
        """Cease requests and lawyers, as the holds on these cases say; one query.

        :return: {case id: arguments of PersonFacts}
        """
        self.env["collection.hold"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.case_id, r.permits, min(h.date_from)
                  FROM collection_hold h
                  JOIN collection_hold_reason r ON r.id = h.reason_id
                 WHERE h.case_id = ANY(%(cases)s) AND r.permits IN ('legal', 'attorney')
                   AND h.date_from <= %(on)s AND (h.date_to IS NULL OR h.date_to >= %(on)s)
                   AND NOT EXISTS (SELECT FROM collection_hold_move_rel m WHERE m.hold_id = h.id)
                 GROUP BY h.case_id, r.permits
                """,
                cases=list(self.ids),
                on=on,
            )
        )
        result = defaultdict(dict)
        for case_id, permits, since in rows:
            if permits == "legal":
                result[case_id]["cease"] = (CeaseRequest(received=since),)
            else:
                result[case_id]["attorney"] = Attorney(known_from=since)
        return result
