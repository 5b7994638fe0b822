from odoo import fields, models


class CollectionHoldReason(models.Model):
    """Why a debtor or an invoice is left alone, and what follows from that."""

    _name = "collection.hold.reason"
    _description = "Hold Reason"
    _order = "sequence, id"

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    permits = fields.Selection(
        [
            ("nothing", "No contact at all"),
            ("attorney", "Contact the debtor's lawyer only"),
            ("representative", "Contact only who represents the debtor"),
            ("legal", "Only what the law permits or demands"),
            ("people", "No automatic contact; people may call or write"),
        ],
        required=True,
        default="people",
        help="Who may still contact the debtor while the hold lasts.",
    )
    stops_interest = fields.Boolean(help="No late interest accrues while the hold lasts.")
    default_days = fields.Integer(help="Proposed length of the hold. 0: until somebody ends it.")
    banner = fields.Text(
        translate=True,
        help="Instruction shown at the top of the case while the hold lasts.",
    )
    banner_level = fields.Selection(
        [("info", "Information"), ("warning", "Warning"), ("danger", "Danger")],
        default="warning",
        required=True,
    )

    _code_unique = models.Constraint("UNIQUE(code)", "Another hold reason has this code already.")
    _check_days = models.Constraint(
        "CHECK(default_days >= 0)", "The length of a hold cannot be negative."
    )
