from odoo import fields, models

RUN_OR_STOP = [("run", "Goes on"), ("stop", "Pauses")]


class CollectionPolicy(models.Model):
    """What a policy charges for being late."""

    _inherit = "collection.policy"

    interest_regime_id = fields.Many2one(
        "collection.interest.regime",
        index="btree_not_null",
        ondelete="restrict",
        help="How late interest is computed for the debtors of this policy.",
    )
    interest_law = fields.Selection(
        [
            ("none", "No interest"),
            ("debtor", "The law of the debtor's country"),
            ("company", "The law of the company's country"),
        ],
        string="Without a Regime",
        required=True,
        default="none",
        help="What holds when no regime is chosen here.",
    )
    interest_on_disputes = fields.Selection(
        RUN_OR_STOP,
        string="While Disputed",
        required=True,
        default="run",
        help="Interest on items in dispute. It is owed again for that time when the dispute turns "
        "out not to be justified.",
    )
    interest_on_agreements = fields.Selection(
        RUN_OR_STOP,
        string="During Agreements",
        required=True,
        default="run",
        help="Interest on items of an agreement. It is owed again for that time when the "
        "agreement is broken. Days that the interest of a plan pays for bear none in any case.",
    )
    charge_compensation = fields.Boolean(
        string="Fixed Compensation",
        default=True,
        help="Charge the fixed sum of the law for each late invoice or instalment.",
    )
    fee_per = fields.Selection(
        [("case", "Once a debtor and stage"), ("item", "Once an item and stage")],
        string="Late Fee",
        required=True,
        default="case",
        help="How often the late fee of a stage is charged. It is charged when a contact of the "
        "stage has arrived.",
    )
    show_charges = fields.Boolean(
        string="Show Charges on Notices",
        help="Letters and mails state interest, compensation and fees beside what is open.",
    )
