from odoo import api, models
from odoo.tools import SQL

from ..tools.contact import Refusal


class CollectionCompliance(models.AbstractModel):
    """An answer that nobody has read stops the next automatic step."""

    _inherit = "collection.compliance"

    @api.model
    def _check(self, proposals):
        refusals = super()._check(proposals)
        automatic = [p for p in proposals if not p.by_hand and p.key not in refusals]
        if automatic:
            unread = self._get_unread({proposal.case for proposal in automatic})
            for proposal in automatic:
                if proposal.case in unread:
                    refusals[proposal.key] = Refusal("unread_reply")
        return refusals

    @api.model
    def _get_unread(self, case_ids):
        """Which cases have an answer that nobody has read; one query.

        :return: set of case ids
        """
        self.env["collection.contact.log"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT case_id FROM collection_contact_log "
                "WHERE is_unread AND case_id = ANY(%s)",
                list(case_ids),
            )
        )
        return {row[0] for row in rows}
