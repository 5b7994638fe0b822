from odoo import fields, models


class CollectionTraceSource(models.Model):
    """Whom one may ask for the address of a debtor, at what cost, and what may be said."""

    _name = "collection.trace.source"
    _description = "Source of Tracing"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    third_party = fields.Boolean(
        string="Other Person",
        help="A neighbor, the family, an employer: somebody who must not hear of the debt. The "
        "contact rules are asked before.",
    )
    ask_once = fields.Boolean(
        string="Only Once",
        default=True,
        help="The same person is asked once only, unless they ask for it or their answer was wrong "
        "or incomplete; also where no contact rule says so.",
    )
    may_say = fields.Text(
        string="What May Be Said", translate=True, help="Shown to who is about to ask."
    )
    reliability = fields.Integer(
        string="Confidence (%)", default=50, help="Proposed for leads of this source."
    )
    cost = fields.Float(
        string="Usual Cost",
        digits="Product Price",
        help="Of one inquiry, in the currency of the company.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "Another source has this code already.")
    _check_reliability = models.Constraint(
        "CHECK(reliability BETWEEN 0 AND 100)", "Confidence is a percentage from 0 to 100."
    )
    _check_cost = models.Constraint("CHECK(cost >= 0)", "A cost cannot be negative.")
