from odoo import models
from odoo.exceptions import AccessError

PREFIX = "collection_"


class ResCompany(models.Model):
    """Collection managers keep the collection settings of their companies.

    Odoo lets only administrators write on companies; who decides on limits, fees and ranks of the
    work list is the manager of the department.
    """

    _inherit = "res.company"

    def write(self, vals):
        if self._collection_is_managed(vals):
            # sudo: only these settings, only of companies the manager works in, as checked.
            return super(ResCompany, self.sudo()).write(vals)
        return super().write(vals)

    def _collection_is_managed(self, vals):
        """Whether a collection manager changes nothing but settings of the follow-up."""
        user = self.env.user
        if self.env.su or not vals or not user.has_group("collections_followup.group_manager"):
            return False
        if self.has_access("write") or not all(name.startswith(PREFIX) for name in vals):
            return False
        if self - user.company_ids:
            raise AccessError(self.env._("You can only change settings of your own companies."))
        return True
