from odoo import fields, models


class CollectionContactLog(models.Model):
    """The link to the customer page that a notice carries, and what debtors did there."""

    _inherit = "collection.contact.log"

    page_url = fields.Char(
        string="Link to the Customer Page",
        compute="_compute_page_url",
        help="Put into a text, it is shown there; otherwise messages show it at their end.",
    )
    from_page = fields.Boolean(
        string="On the Customer Page",
        readonly=True,
        help="The debtor did this on the customer page, without a colleague.",
    )

    def _compute_page_url(self):
        for log in self:
            log.page_url = log._get_page_link(log.channel)

    def _get_page_link(self, channel):
        """The link as a message on a channel carries it; nothing where the company gives none.

        Reads what is at hand: a night's run asks it for each message.
        """
        self.ensure_one()
        company = self.company_id.sudo()  # sudo: settings
        carries = {
            "email": company.collection_page_email,
            "letter": company.collection_page_letter,
            "sms": company.collection_page_sms,
        }
        if not company.collection_page or not carries.get(channel):
            return ""
        return self.case_id._get_page_url(self.date)
