from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionAbsence(models.Model):
    """A collector is away, and somebody else looks after the portfolio meanwhile."""

    _name = "collection.absence"
    _description = "Absence of a Collector"
    _order = "date_from desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Absent",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    substitute_id = fields.Many2one(
        "res.users", required=True, index=True, domain=[("share", "=", False)]
    )
    date_from = fields.Date(
        required=True, default=lambda self: self.env["collection.case"]._today()
    )
    date_to = fields.Date(required=True)
    note = fields.Char()

    _check_dates = models.Constraint(
        "CHECK(date_to >= date_from)", "An absence cannot end before it begins."
    )

    @api.constrains("user_id", "substitute_id")
    def _check_substitute(self):
        for absence in self:
            if absence.user_id == absence.substitute_id:
                raise ValidationError(self.env._("Nobody can be their own substitute."))

    @api.model
    def _get_substitutes(self, on):
        """Who stands in for whom on a day.

        :return: {absent user: substitute}; a substitute who is away too is followed on
        """
        # sudo: absences decide where work goes, also for users who cannot read them.
        current = self.sudo().search([("date_from", "<=", on), ("date_to", ">=", on)])
        direct = {absence.user_id: absence.substitute_id for absence in current}
        result = {}
        for user, substitute in direct.items():
            seen = {user}
            while substitute in direct and substitute not in seen:
                seen.add(substitute)
                substitute = direct[substitute]
            result[user] = substitute
        return result
