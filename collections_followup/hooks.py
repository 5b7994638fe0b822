"""Install and uninstall: what the ORM cannot declare for tables of other addons."""

OPEN_RECEIVABLE_INDEX = "collections_followup_open_item_idx"


def post_init_hook(env):
    """Index the open items, and open no case: the first run does, and it only proposes."""
    env["collection.engine"]._create_indexes()
    env["res.company"].search([])._collection_set_default_policy()


def uninstall_hook(env):
    """Leave Odoo's tables as they were.

    Mails and notes on records of ours would point to models that exist no more, and Odoo's screens
    would fail on them.
    """
    env.cr.execute(f"DROP INDEX IF EXISTS {OPEN_RECEIVABLE_INDEX}")
    env.cr.execute("DELETE FROM mail_message WHERE model LIKE 'collection.%'")
