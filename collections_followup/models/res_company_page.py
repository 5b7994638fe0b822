from odoo import fields, models


class ResCompany(models.Model):
    """The page on which debtors see what they owe, and what it lets them do."""

    _inherit = "res.company"

    collection_page = fields.Boolean(
        string="Customer Page",
        default=True,
        help="Debtors see what they owe by a link in every message, without logging in, and in the "
        "customer portal. Switched off, no link works.",
        prefetch="collections",
    )
    collection_page_days = fields.Integer(
        string="Links Work For (Days)",
        default=120,
        help="From the day of the message that carries the link.",
        prefetch="collections",
    )
    collection_page_email = fields.Boolean(
        string="Link in E-mails", default=True, prefetch="collections"
    )
    collection_page_letter = fields.Boolean(
        string="Link on Letters",
        default=True,
        help="As a short address and as a QR code.",
        prefetch="collections",
    )
    collection_page_sms = fields.Boolean(
        string="Link in SMS",
        default=True,
        help="It takes about 50 of the 160 characters of an SMS: keep your own texts short.",
        prefetch="collections",
    )
    collection_page_pay = fields.Boolean(
        string="Pay Online",
        default=True,
        help="With the payment providers that are set up in Odoo.",
        prefetch="collections",
    )
    collection_page_promise = fields.Boolean(
        string="Promise a Date", default=True, prefetch="collections"
    )
    collection_page_plan = fields.Boolean(
        string="Ask for Instalments",
        default=True,
        help="A colleague decides; what goes beyond the limits needs approval as always.",
        prefetch="collections",
    )
    collection_page_dispute = fields.Boolean(
        string="Dispute an Item", default=True, prefetch="collections"
    )
    collection_page_question = fields.Boolean(
        string="Ask a Question", default=True, prefetch="collections"
    )
    collection_page_details = fields.Boolean(
        string="Correct Contact Data",
        default=True,
        help="A colleague accepts what the debtor proposes; nothing is overwritten before.",
        prefetch="collections",
    )
    collection_page_choices = fields.Boolean(
        string="Choose Language and Channel", default=True, prefetch="collections"
    )

    _check_collection_page_days = models.Constraint(
        "CHECK(collection_page_days BETWEEN 1 AND 800)",
        "Links to the customer page work for 1 to 800 days.",
    )

    def _get_page_offers(self):
        """What debtors may do on the page of this company.

        :return: set of codes: pay, promise, plan, dispute, question, details, choices
        """
        self.ensure_one()
        company = self.sudo()  # sudo: settings
        names = ("pay", "promise", "plan", "dispute", "question", "details", "choices")
        return {name for name in names if company[f"collection_page_{name}"]}
