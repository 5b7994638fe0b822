from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.ageing import LONGEST, MAX_LIMITS, parse_limits
from ..tools.errors import ToolError

DEFAULT_LIMITS = "30, 60, 90, 120"


class ResCompany(models.Model):
    """How a company divides its receivables by age."""

    _inherit = "res.company"

    collection_ageing_limits = fields.Char(
        string="Buckets of Ageing",
        required=True,
        default=DEFAULT_LIMITS,
        help="The last day of each bucket, in days overdue: 30, 60, 90 gives not due, 1-30, 31-60, "
        "61-90, and over 90.",
        prefetch="collections",
    )

    collection_reminder_xml = fields.Boolean(
        string="UBL Reminders",
        help="Letters and e-mails also carry the reminder as a UBL 2.1 document, which the "
        "debtor's system can read.",
        prefetch="collections",
    )

    @api.constrains("collection_ageing_limits")
    def _check_collection_ageing_limits(self):
        for company in self:
            try:
                parse_limits(company.collection_ageing_limits)
            except ToolError as error:
                raise ValidationError(
                    self.env._(
                        "The buckets of ageing cannot be read from “%(text)s”. Write up to "
                        "%(count)s numbers of days, each larger than the one before and at most "
                        "%(days)s, with commas between them: 30, 60, 90, 120.",
                        text=company.collection_ageing_limits,
                        count=MAX_LIMITS,
                        days=LONGEST,
                    )
                ) from error

    def _get_ageing_limits(self):
        """Last days of the buckets of this company.

        :rtype: tuple[int, ...]
        """
        # sudo: how ageing is divided may be known to whoever may see the ageing.
        return parse_limits(self.sudo().collection_ageing_limits or DEFAULT_LIMITS)

    def _get_ageing_labels(self):
        """Names of the buckets, youngest first, in the language of the user."""
        limits = self._get_ageing_limits()
        labels, first = [self.env._("Not due")], 1
        for limit in limits:
            labels.append(self.env._("%(first)s–%(last)s days", first=first, last=limit))
            first = limit + 1
        return [*labels, self.env._("Over %(last)s days", last=limits[-1])]
