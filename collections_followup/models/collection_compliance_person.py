from odoo import api, models
from odoo.tools import SQL

from ..tools.contact import Refusal
from .collection_person_status import GRAVITY, HELD


class CollectionCompliance(models.AbstractModel):
    """The dead, the insolvent, minors and wards are not contacted; who speaks for them may be.

    A person is dead or insolvent for every company, so it counts whichever of them recorded it.
    """

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "person_deceased": self.env._(
                "The debtor has died. Only who administers the estate may be contacted."
            ),
            "person_insolvency": self.env._(
                "Insolvency proceedings are open. Only the administrator may be contacted."
            ),
            "person_minor": self.env._(
                "The debtor is under age. Only a parent or guardian may be contacted."
            ),
            "person_ward": self.env._(
                "The debtor is under guardianship. Only the guardian may be contacted."
            ),
        }

    @api.model
    def _check(self, proposals):
        refusals = super()._check(proposals)
        left = [proposal for proposal in proposals if proposal.key not in refusals]
        statuses = self._get_statuses({proposal.debtor for proposal in left}) if left else {}
        for proposal in left:
            kind, speakers = statuses.get(proposal.debtor, ("", ()))
            # To the estate and the administrator people write, the follow-up does not.
            if kind in HELD or (kind and proposal.partner not in speakers):
                refusals[proposal.key] = Refusal(f"person_{kind}")
        return refusals

    @api.model
    def _get_statuses(self, debtor_ids):
        """What is recorded about these persons, and who speaks for them; one query.

        :return: {debtor id: (gravest kind, set of contacts who speak for the debtor)}
        """
        self.env["collection.person.status"].flush_model()
        self.env["res.partner"].flush_model(["type", "active", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.partner_id, s.kind, array_agg(p.id) FILTER (WHERE p.id IS NOT NULL)
                  FROM collection_person_status s
                  LEFT JOIN res_partner p ON p.commercial_partner_id = s.partner_id AND p.active
                       AND p.type IN ('executor', 'administrator', 'guardian')
                 WHERE s.partner_id = ANY(%s) AND s.state = 'current'
                   AND (s.kind <> 'minor' OR s.date_of_age IS NULL OR s.date_of_age > %s)
                 GROUP BY s.partner_id, s.kind
                """,
                list(debtor_ids),
                self.env["collection.case"]._today(),
            )
        )
        result = {}
        for debtor_id, kind, speakers in sorted(rows, key=lambda row: -GRAVITY[row[1]]):
            result[debtor_id] = (kind, set(speakers or ()))
        return result
