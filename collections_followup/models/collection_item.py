from odoo import fields, models


class CollectionItem(models.Model):
    """Where one open receivable stands on the ladder.

    Kept apart from ``account.move.line`` on purpose: a stage changes often, and rewriting rows of
    the ledger for it would be slow and would touch what auditors look at. Rows are written by the
    engine in bulk and vanish with the item.
    """

    _name = "collection.item"
    _description = "Receivable on the Collection Ladder"
    _rec_name = "move_line_id"
    _log_access = False

    move_line_id = fields.Many2one(
        "account.move.line", string="Journal Item", required=True, ondelete="cascade"
    )
    case_id = fields.Many2one("collection.case", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="case_id.company_id")
    stage_id = fields.Many2one("collection.stage", required=True, ondelete="restrict")
    stage_since = fields.Date(required=True)
    reached_on = fields.Date(
        help="Day on which a contact of this stage, listing the item, arrived."
    )
    reached_log_id = fields.Many2one(
        "collection.contact.log", index="btree_not_null", ondelete="set null"
    )

    _move_line_unique = models.UniqueIndex(
        "(move_line_id)", "A journal item can be on the ladder only once."
    )
