from odoo import api, models
from odoo.tools import SQL

from ..hooks import OPEN_RECEIVABLE_INDEX

#: Cases decided together. The number of queries per chunk does not depend on it.
CHUNK = 1000
#: Contacts made together: short transactions, yet long enough for texts rendered together.
DELIVERY_CHUNK = 500


class CollectionEngine(models.AbstractModel):
    """Claiming work: chunks are locked row by row, and rows that others hold are skipped."""

    _inherit = "collection.engine"

    # === Claiming work === #
    def _due_condition(self, company, on):
        return SQL(
            "k.company_id = %s AND k.state = 'open' AND k.next_review_date <= %s", company.id, on
        )

    @api.model
    def _claim(self, company, on, done=None):
        """Lock the next chunk of cases due for review; rows that others hold are skipped."""
        self.env["collection.case"].flush_model()
        query = SQL(
            "SELECT k.id FROM collection_case k WHERE %s %s ORDER BY k.id LIMIT %s "
            "FOR NO KEY UPDATE SKIP LOCKED",
            self._due_condition(company, on),
            SQL("AND k.id <> ALL(%s)", list(done.ids)) if done else SQL(),
            self._chunk_size(),
        )
        return self.env["collection.case"].browse(self._lock_rows(query))

    @api.model
    def _count_due(self, company, on):
        query = SQL(
            "SELECT count(*) FROM collection_case k WHERE %s", self._due_condition(company, on)
        )
        return self.env.execute_query(query)[0][0]

    def _released_condition(self, company=None):
        scope = SQL("AND company_id = %s", company.id) if company else SQL()
        return SQL(
            "state = 'planned' AND released "
            "AND (not_before IS NULL OR not_before <= now() AT TIME ZONE 'UTC') %s",
            scope,
        )

    @api.model
    def _claim_released(self, company=None):
        """Lock the next chunk of released contacts, in the order of the stages."""
        self.env["collection.contact.log"].flush_model()
        query = SQL(
            "SELECT id FROM collection_contact_log WHERE %s ORDER BY company_id, id LIMIT %s "
            "FOR NO KEY UPDATE SKIP LOCKED",
            self._released_condition(company),
            DELIVERY_CHUNK,
        )
        return self.env["collection.contact.log"].browse(self._lock_rows(query))

    @api.model
    def _lock_rows(self, query):
        """Ids of the rows that a query locks.

        That another lane was faster is nothing to write into the server's log: it is tried again.
        """
        self.env.cr.execute(query, log_exceptions=False)
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _count_released(self):
        query = SQL(
            "SELECT count(*) FROM collection_contact_log WHERE %s", self._released_condition()
        )
        return self.env.execute_query(query)[0][0]

    @api.model
    def _chunk_size(self):
        # sudo: a technical setting, no secret
        parameter = (
            self.env["ir.config_parameter"].sudo().get_param("collections_followup.chunk_size")
        )
        return int(parameter or CHUNK)

    # === Indexes on Odoo's own tables === #
    @api.model
    def _create_indexes(self):
        """A small index over the open receivables: reading them is what the engine does most."""
        self.env.cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON account_move_line "
                "(partner_id, company_id, date_maturity) "
                "INCLUDE (account_id, amount_residual, amount_residual_currency, currency_id, id, "
                "date, no_followup) "
                "WHERE reconciled IS NOT TRUE AND amount_residual <> 0 "
                "AND parent_state = 'posted'",
                SQL.identifier(OPEN_RECEIVABLE_INDEX),
            )
        )
