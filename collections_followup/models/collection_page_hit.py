from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

#: What is counted: how many are let through in so many seconds.
LIMITS = {
    "wrong": (40, 600),
    "view": (600, 600),
    "send": (30, 3600),
    "file": (60, 3600),
    "pay": (30, 3600),
}
#: Days after which nothing is counted any more.
KEEP_DAYS = 1


class CollectionPageHit(models.Model):
    """Calls of the customer page, counted so that nobody can try links or fill the desk.

    Rows are only added, never changed, so that workers do not wait for each other; beyond the
    limit none is added, and old ones go.
    """

    _name = "collection.page.hit"
    _description = "Call of the Customer Page"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True)
    moment = fields.Datetime(required=True, index=True)

    _key_idx = models.Index("(key, moment)")

    @api.model
    def _is_full(self, kind, who):
        """Whether the limit has been reached; nothing is counted."""
        limit, seconds = LIMITS[kind]
        since = fields.Datetime.now() - timedelta(seconds=seconds)
        rows = self.env.execute_query(
            SQL(
                "SELECT 1 FROM collection_page_hit WHERE key = %s AND moment > %s "
                "OFFSET %s LIMIT 1",
                self._make_key(kind, who),
                since,
                limit - 1,
            )
        )
        return bool(rows)

    @api.model
    def _make_key(self, kind, who):
        # sudo: the secret of the database; addresses of strangers are not kept.
        digest = hmac(self.env(su=True), "collections_followup.hit", (kind, str(who)))
        return f"{kind}.{digest[:32]}"

    @api.model
    def _allow(self, kind, who):
        """Count one call.

        :param str kind: one of ``LIMITS``
        :param who: a case's number, or the address a call comes from; kept as a digest only
        :return: whether it is within the limit
        """
        limit, seconds = LIMITS[kind]
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                WITH seen AS (
                    SELECT count(*) AS number
                      FROM (SELECT 1 FROM collection_page_hit
                             WHERE key = %(key)s AND moment > %(since)s LIMIT %(limit)s) s
                ), added AS (
                    INSERT INTO collection_page_hit (key, moment)
                    SELECT %(key)s, %(now)s FROM seen WHERE number < %(limit)s
                )
                SELECT number FROM seen
                """,
                key=self._make_key(kind, who),
                now=now,
                since=now - timedelta(seconds=seconds),
                limit=limit,
            )
        )
        return rows[0][0] < limit

    @api.autovacuum
    def _gc_hits(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.env.cr.execute(SQL("DELETE FROM collection_page_hit WHERE moment < %s", limit))
