from odoo import fields, models


class CollectionContactOutcome(models.Model):
    """Outcomes that tell something about the person."""

    _inherit = "collection.contact.outcome"

    next_step = fields.Selection(
        selection_add=[
            ("deceased", "The debtor has died"),
            ("insolvency", "The debtor is insolvent"),
            ("minor", "The debtor is under age"),
            ("ward", "The debtor is under guardianship"),
            ("trace", "The debtor has moved away"),
        ],
        ondelete={
            "deceased": "set default",
            "insolvency": "set default",
            "minor": "set default",
            "ward": "set default",
            "trace": "set default",
        },
    )
