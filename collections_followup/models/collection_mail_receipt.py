from odoo import api, fields, models
from odoo.tools import SQL

#: Receipts that outlived the transaction they were for.
KEEP_DAYS = 2


class CollectionMailReceipt(models.Model):
    """That a mail server has accepted a notice, kept from that moment until Odoo has noted it.

    Odoo notes that a mail was sent in the transaction that sends it, well after the mail server
    took it. A process that dies in between would send it again. So the acceptance is written at
    once, by a connection of its own, and taken away when the transaction is through.
    """

    _name = "collection.mail.receipt"
    _description = "Accepted Mail"
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True, help="Message-ID and recipient.")
    accepted_on = fields.Datetime(required=True)

    _key_unique = models.UniqueIndex("(key)", "This mail has been accepted already.")

    @api.model
    def _is_accepted(self, key):
        with self.pool.cursor() as cr:
            cr.execute(SQL("SELECT 1 FROM collection_mail_receipt WHERE key = %s", key))
            return bool(cr.fetchone())

    @api.model
    def _keep(self, key):
        """Write a receipt now; it goes when the present transaction is committed."""
        self._write_apart(
            SQL(
                "INSERT INTO collection_mail_receipt (key, accepted_on) "
                "VALUES (%s, now() AT TIME ZONE 'UTC') ON CONFLICT DO NOTHING",
                key,
            )
        )
        self._drop_after_commit(key)

    @api.model
    def _drop_after_commit(self, key):
        self.env.cr.postcommit.add(
            lambda: self._write_apart(
                SQL("DELETE FROM collection_mail_receipt WHERE key = %s", key)
            )
        )

    @api.model
    def _write_apart(self, query):
        with self.pool.cursor() as cr:
            # A process may die, not the database: there is nothing to wait for the disk for.
            cr.execute("SET LOCAL synchronous_commit = off")
            cr.execute(query)

    @api.autovacuum
    def _gc_receipts(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        self.search([("accepted_on", "<", limit)]).unlink()
