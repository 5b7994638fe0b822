"""Install and uninstall: what the ORM cannot declare for tables of other addons."""

OPEN_RECEIVABLE_INDEX = "collections_followup_open_item_idx"


def post_init_hook(env):
    """Index the open items, and open no case: the first run does, and it only proposes."""
    env["collection.engine"]._create_indexes()
    env["res.company"].search([])._collection_set_default_policy()


def uninstall_hook(env):
    """Leave Odoo's tables as they were."""
    env.cr.execute(f"DROP INDEX IF EXISTS {OPEN_RECEIVABLE_INDEX}")
