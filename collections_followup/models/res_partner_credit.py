from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount

from ..tools.credit import HELD, NEAR, OVER, judge, limit_in_force
from ..words import day_text
from .collection_exposure import STATES

ROLES = "collections_followup.group_reader,collections_followup.group_collector"


class ResPartner(models.Model):
    """Credit of a debtor in the present company: limit, exposure, hold, and the verdict."""

    _inherit = "res.partner"

    collection_credit_state = fields.Selection(
        STATES, string="Credit", compute="_compute_collection_credit_state", groups=ROLES
    )

    @api.depends_context("company")
    def _compute_collection_credit_state(self):
        company = self.env.company
        rows = self.env["collection.exposure"]._of(self, company)
        none = self.env["collection.exposure"]
        for partner in self:
            row = rows.get((partner.commercial_partner_id, company), none)
            partner.collection_credit_state = row.state

    # === Actions === #
    def action_open_collection_credit_file(self):
        """The credit file in the present company; made at the first look by whoever may."""
        self.ensure_one()
        return self.env["collection.credit.file"]._of(self, self.env.company).get_formview_action()

    def action_collection_credit_hold(self):
        """Ask why, and hold the credit."""
        return self._open_credit_dialog("collection.credit.hold", self.env._("Hold Credit"))

    def action_collection_raise_limit(self):
        """Ask for a temporary limit."""
        return self._open_credit_dialog(
            "collection.credit.limit", self.env._("Ask for a Temporary Limit")
        )

    def _open_credit_dialog(self, model, title):
        self.ensure_one()
        view = f"collections_followup.{model.replace('.', '_')}_view_form_ask"
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "form",
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": self.env.company.id,
            },
        }

    # === Business methods === #
    def _get_credit_verdict(self, amount=0.0):
        """What credit control says about this debtor and one more order, in the present company.

        For other people's code, too: a sale, a rental or a delivery asks before it commits to
        anything. It never keeps an invoice from being posted.

        :param float amount: of the order, in the company's currency
        :return: the verdict, and a sentence, empty when there is nothing to say
        :rtype: tuple[tools.credit.Verdict, str]
        """
        self.ensure_one()
        company, debtor = self.env.company, self.commercial_partner_id
        # sudo: sales asks, and may not read the books; it gets the verdict only.
        row = self.env["collection.exposure"].sudo()._of(debtor).get((debtor, company))
        own = debtor.sudo().credit_limit
        temporary = Decimal(str(row.limit_temporary)) if row and row.limit_temporary else None
        warn = company.sudo().collection_credit_warn_percent
        verdict = judge(
            Decimal(str(row.exposure if row else 0.0)),
            limit_in_force(Decimal(str(own or 0.0)), temporary),
            held=bool(row and row.hold_id),
            amount=Decimal(str(amount)),
            warn_percent=Decimal(str(warn)),
        )
        return verdict, debtor._get_credit_sentence(verdict, row)

    def _get_credit_sentence(self, verdict, row):
        """The verdict in words, for a screen that sales looks at."""
        currency = self.env.company.currency_id
        if verdict.code == HELD:
            return self._get_hold_sentence(row.hold_id)
        if verdict.code not in (OVER, NEAR):
            return ""
        values = {
            "debtor": self.name,
            "used": format_amount(self.env, float(verdict.used), currency),
            "limit": format_amount(self.env, float(verdict.limit), currency),
        }
        if verdict.code == OVER:
            return self.env._(
                "%(debtor)s: %(used)s would be over the limit of %(limit)s.", **values
            )
        return self.env._("%(debtor)s: %(used)s of the limit of %(limit)s.", **values)

    def _get_hold_sentence(self, hold):
        """That the credit is on hold, since when and why; what was delivered is invoiced."""
        reasons = dict(hold._fields["reason"]._description_selection(self.env))
        return self.env._(
            "The credit of %(debtor)s is on hold since %(date)s: %(reason)s. Accept no new order "
            "before it is released; what has been delivered is invoiced all the same.",
            debtor=self.name,
            date=day_text(self.env, hold.date_from),
            reason=reasons[hold.reason],
        )
