from odoo import api, models
from odoo.exceptions import UserError


class CollectionPicture(models.AbstractModel):
    """What was so at the end of a month: taken once for each company, in one statement, and never
    deleted."""

    _name = "collection.picture"
    _description = "Picture of a Past Month"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Records of past months are history and are not deleted."))

    @api.model
    def _take(self, on, companies):
        """Write the rows as of the end of a day; once, however often it is called.

        The number of statements depends on the companies alone.

        :return: how many rows are new
        """
        self.env.flush_all()
        count = 0
        for company in companies:
            self.env.cr.execute(self._insert_query(on, company))
            count += self.env.cr.rowcount
        self.invalidate_model()
        return count

    @api.model
    def _insert_query(self, on, company):
        """The statement that writes the rows of a company, leaving out those that are there."""
        raise NotImplementedError
