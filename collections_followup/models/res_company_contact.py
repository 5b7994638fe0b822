from odoo import fields, models


class ResCompany(models.Model):
    """How electronic messages of a company tell debtors that they may opt out."""

    _inherit = "res.company"

    collection_opt_out_notice = fields.Selection(
        [
            ("law", "Where a law asks for it"),
            ("always", "In every message"),
            ("never", "Never"),
        ],
        string="Opt-out Sentence",
        required=True,
        default="law",
        help="E-mails and SMS tell the debtor how not to be contacted there any more.",
        prefetch="collections",
    )
    collection_sms_receives = fields.Boolean(
        string="SMS Can Be Answered",
        help="The SMS gateway passes answers on, so that texts may say: Reply STOP. Otherwise they "
        "carry a link.",
        prefetch="collections",
    )
