"""Databases that followed the development before the first release.

What Odoo does not do by itself when a field ceases to be a column, or loses its index.
"""

#: Columns that have become computed fields without a column.
COLUMNS = (("collection_charge", "company_id"), ("collection_provision", "state"))
INDEXES = ("collection_item__stage_id_index", "collection_contact_log__action_id_index")


def migrate(cr, version):
    if not version:
        return
    for table, column in COLUMNS:
        cr.execute(f"ALTER TABLE IF EXISTS {table} DROP COLUMN IF EXISTS {column}")
    for index in INDEXES:
        cr.execute(f"DROP INDEX IF EXISTS {index}")
