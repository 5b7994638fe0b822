from odoo import api, fields, models
from odoo.tools import SQL, format_amount

from ..tools.credit import NEAR, OVER
from ..words import day_text

KINDS = [
    (NEAR, "Limit Nearly Used Up"),
    (OVER, "Over Limit"),
    ("ending", "Temporary Limit Ends"),
    ("held", "On Hold"),
    ("released", "Released"),
]
ACTIVITY = "collections_followup.activity_type_credit"


class CollectionCreditNotice(models.Model):
    """What sales has been told about the credit of a debtor: once for each thing that happens.

    A notice stays open as long as what it tells of lasts, so that nobody is told twice; when the
    exposure has gone down and comes up again, it is told again.
    """

    _name = "collection.credit.notice"
    _description = "Credit Notice to Sales"
    _inherit = ["collection.credit.mixin"]
    _order = "date desc, id desc"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    date_over = fields.Date(string="Over Since", readonly=True)
    text = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", string="Told", readonly=True)
    limit_id = fields.Many2one(
        "collection.credit.limit", index="btree_not_null", ondelete="cascade", readonly=True
    )
    hold_id = fields.Many2one(
        "collection.credit.hold", index="btree_not_null", ondelete="cascade", readonly=True
    )

    _once = models.UniqueIndex(
        "(partner_id, company_id, kind, COALESCE(limit_id, 0), COALESCE(hold_id, 0)) "
        "WHERE date_over IS NULL",
        "Sales has been told of this already.",
    )

    @api.depends("partner_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for notice in self:
            notice.display_name = f"{notice.partner_id.name}: {kinds.get(notice.kind, '')}"

    # === At once === #
    @api.model
    def _tell_of_holds(self, holds):
        """Whoever sells to these debtors hears of it at once."""
        return self._tell([self._prepare_hold_vals(hold, "held") for hold in holds])

    @api.model
    def _tell_of_releases(self, holds):
        known = self.sudo().search(  # sudo: notices are kept by this model
            [("hold_id", "in", holds.ids), ("date_over", "=", False)]
        )
        known.write({"date_over": self.env["collection.case"]._today()})
        return self._tell([self._prepare_hold_vals(hold, "released") for hold in holds])

    @api.model
    def _prepare_hold_vals(self, hold, kind):
        text = (
            hold.partner_id._get_hold_sentence(hold)
            if kind == "held"
            else self.env._("The credit of %(debtor)s is released.", debtor=hold.partner_id.name)
        )
        today = self.env["collection.case"]._today()
        return {
            "partner_id": hold.partner_id.id,
            "company_id": hold.company_id.id,
            "hold_id": hold.id,
            "kind": kind,
            "date": today,
            "date_over": today if kind == "released" else False,
            "text": text,
        }

    # === Every night === #
    @api.model
    def _notify(self, on, company):
        """Tell sales what is new about limits of a company; the number of queries does not grow
        with the debtors.

        :return: the notices made
        """
        notices = self.with_company(company)
        vals = notices._get_ending(on, company)
        if company.account_use_credit_limit:
            vals += notices._get_crossed(on, company)
        return notices._tell(vals)

    @api.model
    def _get_crossed(self, on, company):
        """Limits nearly used up or gone beyond of which sales does not know yet; and close the
        notices of those that have come down again."""
        Exposure = self.env["collection.exposure"]
        Exposure.invalidate_model()
        rows = Exposure.search([("company_id", "=", company.id), ("percent", ">", 0)])
        warn = company.collection_credit_warn_percent
        over = {row.partner_id.id: row for row in rows if row.available < 0}
        near = {row.partner_id.id: row for row in rows if row.available < 0 or row.percent >= warn}
        known = self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "in", (NEAR, OVER)),
                ("date_over", "=", False),
            ]
        )
        lasting = {NEAR: near, OVER: over}
        gone = known.filtered(lambda notice: notice.partner_id.id not in lasting[notice.kind])
        gone.write({"date_over": on})
        told = {(notice.kind, notice.partner_id.id) for notice in known - gone}
        return [
            # Who is over the limit at once is not told that it was nearly used up, too.
            self._prepare_crossed_vals(row, kind, on, silent=kind == NEAR and partner_id in over)
            for kind, found in lasting.items()
            for partner_id, row in found.items()
            if (kind, partner_id) not in told
        ]

    @api.model
    def _prepare_crossed_vals(self, row, kind, on, silent):
        values = {
            "debtor": row.partner_id.name,
            "used": format_amount(self.env, row.exposure, row.currency_id),
            "limit": format_amount(self.env, row.credit_limit, row.currency_id),
        }
        text = (
            self.env._("%(debtor)s owes %(used)s; the limit is %(limit)s.", **values)
            if kind == OVER
            else self.env._("%(debtor)s has used %(used)s of its limit of %(limit)s.", **values)
        )
        return {
            "partner_id": row.partner_id.id,
            "company_id": row.company_id.id,
            "kind": kind,
            "date": on,
            "text": "" if silent else text,
        }

    @api.model
    def _get_ending(self, on, company):
        """Temporary limits that end within some days, each once."""
        until = fields.Date.add(on, days=company.collection_credit_warn_days)
        limits = self.env["collection.credit.limit"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "approved"),
                ("date_to", ">=", on),
                ("date_to", "<=", until),
            ]
        )
        told = self.search([("limit_id", "in", limits.ids)]).limit_id
        return [
            {
                "partner_id": limit.partner_id.id,
                "company_id": company.id,
                "limit_id": limit.id,
                "kind": "ending",
                "date": on,
                "text": self.env._(
                    "The temporary limit of %(debtor)s, %(limit)s, ends on %(date)s.",
                    debtor=limit.partner_id.name,
                    limit=format_amount(self.env, limit.amount, limit.currency_id),
                    date=day_text(self.env, limit.date_to),
                ),
            }
            for limit in limits - told
        ]

    # === Telling === #
    @api.model
    def _tell(self, vals_list):
        """Keep the notices, and give each an activity on the contact for whoever sells there."""
        # sudo: who may set a hold or run the job need not see all debtors or their salespeople.
        notices_sudo = self.sudo()
        sellers = notices_sudo._get_sellers({vals["partner_id"] for vals in vals_list})
        for vals in vals_list:
            company = self.env["res.company"].browse(vals["company_id"])
            vals["user_id"] = notices_sudo._choose(sellers, vals["partner_id"], company).id
        notices = notices_sudo.create(vals_list)
        activity_type = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id("res.partner")
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": notice.partner_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": kinds[notice.kind],
                    "note": notice.text,
                    "date_deadline": notice.date,
                    "user_id": notice.user_id.id,
                    "automated": True,
                }
                for notice in notices
                if notice.text and notice.user_id
            ]
        )
        return notices.sudo(False)

    @api.model
    def _choose(self, sellers, partner_id, company):
        """The first of the possible people who works in the company, else who gets cases."""
        users = self.env["res.users"].browse(sellers.get(partner_id, ()))
        able = users.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return able[:1] or company.collection_user_id

    @api.model
    def _get_sellers(self, partner_ids):
        """Who sells to each debtor: the salesperson of the contact, then of the last invoice.

        :return: {debtor id: [user id, …]}; one query
        """
        self.env["account.move"].flush_model()
        self.env["res.partner"].flush_model(["user_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, p.user_id, (
                    SELECT m.invoice_user_id FROM account_move m
                     WHERE m.commercial_partner_id = p.id AND m.move_type = 'out_invoice'
                       AND m.state = 'posted' AND m.invoice_user_id IS NOT NULL
                     ORDER BY m.date DESC, m.id DESC LIMIT 1)
                  FROM res_partner p WHERE p.id = ANY(%s)
                """,
                list(partner_ids),
            )
        )
        return {partner: [user for user in users if user] for partner, *users in rows}
