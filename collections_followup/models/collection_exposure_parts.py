from odoo import api, models
from odoo.tools import SQL

from .collection_exposure import ONLY


class CollectionExposure(models.Model):
    """The parts of the statement: money, orders, promises, temporary limits, own limits."""

    _inherit = "collection.exposure"

    @api.model
    def _only(self, column):
        """Narrows a part to the debtors asked about."""
        only = self.env.context.get(ONLY)
        return SQL("TRUE") if only is None else SQL("%s = ANY(%s)", column, list(only))

    @api.model
    def _pots(self, on):
        """Open and overdue items of each debtor; unapplied credits of a currency are set against
        what is overdue in it."""
        return SQL(
            """
            SELECT partner_id, company_id, sum(open) AS open,
                   sum(GREATEST(late - credit, 0)) AS overdue
              FROM (
                  SELECT d.commercial_partner_id AS partner_id, l.company_id,
                         sum(l.amount_residual) AS open,
                         COALESCE(sum(l.amount_residual) FILTER (
                             WHERE l.amount_residual > 0
                               AND COALESCE(l.date_maturity, l.date) < %(on)s), 0) AS late,
                         COALESCE(-sum(l.amount_residual) FILTER (
                             WHERE l.amount_residual < 0), 0) AS credit
                    FROM account_move_line l
                    JOIN account_account a ON a.id = l.account_id
                    JOIN res_partner d ON d.id = l.partner_id
                   WHERE %(open_now)s AND %(only)s
                   GROUP BY d.commercial_partner_id, l.company_id, l.currency_id
              ) q
             GROUP BY partner_id, company_id
            """,
            on=on,
            open_now=self.env["collection.case"]._open_line_condition(),
            only=self._only(SQL("d.commercial_partner_id")),
        )

    @api.model
    def _uninvoiced(self):
        """What confirmed sales orders will still be invoiced for, as ``sale`` computes it for
        Odoo's own warning, but for all debtors at once. Nothing where ``sale`` is not installed."""
        if "sale.order" not in self.env.registry:
            return SQL("SELECT 0 AS partner_id, 0 AS company_id, 0::numeric AS amount WHERE FALSE")
        self.env["sale.order"].flush_model()
        self.env["sale.order.line"].flush_model()
        return SQL(
            """
            SELECT d.commercial_partner_id AS partner_id, o.company_id,
                   sum(s.price_total / s.product_uom_qty * (
                       CASE WHEN t.invoice_policy = 'delivery' THEN COALESCE(s.qty_delivered, 0)
                            ELSE s.product_uom_qty END - COALESCE(i.quantity, 0)
                   ) * own.rate / theirs.rate) AS amount
              FROM sale_order o
              JOIN res_partner d ON d.id = o.partner_invoice_id
              JOIN sale_order_line s ON s.order_id = o.id AND s.product_uom_qty <> 0
              LEFT JOIN product_product x ON x.id = s.product_id
              LEFT JOIN product_template t ON t.id = x.product_tmpl_id
              LEFT JOIN uom_uom u ON u.id = s.product_uom_id
              JOIN res_company y ON y.id = o.company_id
              JOIN rate own ON own.company_id = y.id AND own.currency_id = y.currency_id
              JOIN rate theirs ON theirs.company_id = y.id AND theirs.currency_id = o.currency_id
              LEFT JOIN LATERAL (
                  SELECT sum(l.quantity * COALESCE(iu.factor, 1) / COALESCE(u.factor, 1)
                             * CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END) AS quantity
                    FROM sale_order_line_invoice_rel r
                    JOIN account_move_line l ON l.id = r.invoice_line_id
                    JOIN account_move m ON m.id = l.move_id
                    LEFT JOIN uom_uom iu ON iu.id = l.product_uom_id
                   WHERE r.order_line_id = s.id
                     AND (m.state = 'posted' OR m.payment_state = 'invoicing_legacy')
              ) i ON TRUE
             WHERE o.state = 'sale' AND s.display_type IS NULL AND %(only)s
               AND EXISTS (SELECT FROM sale_order_line w
                            WHERE w.order_id = o.id AND w.untaxed_amount_to_invoice > 0)
             GROUP BY d.commercial_partner_id, o.company_id
            """,
            only=self._only(SQL("d.commercial_partner_id")),
        )

    @api.model
    def _promised(self):
        """What active promises and plans still wait for."""
        return SQL(
            """
            SELECT k.partner_id, k.company_id,
                   sum((n.amount - COALESCE(n.amount_paid, 0)) * own.rate / theirs.rate) AS amount
              FROM collection_agreement a
              JOIN collection_agreement_line n ON n.agreement_id = a.id AND n.state = 'pending'
              JOIN collection_case k ON k.id = a.case_id
              JOIN res_company y ON y.id = k.company_id
              JOIN rate own ON own.company_id = y.id AND own.currency_id = y.currency_id
              JOIN rate theirs ON theirs.company_id = y.id AND theirs.currency_id = a.currency_id
             WHERE a.state = 'active' AND %(only)s
             GROUP BY k.partner_id, k.company_id
            """,
            only=self._only(SQL("k.partner_id")),
        )

    @api.model
    def _temporary(self, on):
        """The highest temporary limit in force, and its last day."""
        return SQL(
            """
            SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, amount, date_to
              FROM collection_credit_limit
             WHERE state = 'approved' AND date_from <= %(on)s AND date_to >= %(on)s AND %(only)s
             ORDER BY partner_id, company_id, amount DESC, date_to DESC
            """,
            on=on,
            only=self._only(SQL("partner_id")),
        )

    @api.model
    def _base(self):
        """The limit on the debtor, else that of the company: Odoo's own field of contacts."""
        # sudo: limits of all companies; which rows are seen is decided by the rules.
        Partner = self.env["res.partner"].sudo()
        field = Partner._fields["credit_limit"]
        companies = self.env["res.company"].sudo().search([])
        defaults = {
            company.id: field.get_company_dependent_fallback(Partner.with_company(company)) or 0
            for company in companies
        }
        fallback = SQL("0::numeric")
        if any(defaults.values()):
            cases = [SQL("WHEN %s THEN %s::numeric", *pair) for pair in defaults.items()]
            fallback = SQL("CASE d.company_id %s ELSE 0 END", SQL(" ").join(cases))
        return SQL(
            "COALESCE((p.credit_limit ->> d.company_id::text)::numeric, %s)",
            fallback,
        )

    @api.model
    def _rates(self, on):
        """Rates of the currencies in use, per company: so many units for one of the base."""
        # sudo: rates of all companies; which rows are seen is decided by the rules.
        companies = self.env["res.company"].sudo().search([])
        currencies = companies.env["res.currency"].search([])
        rows = [
            SQL("(%s, %s, %s::numeric)", company.id, currency_id, rate)
            for company in companies
            for currency_id, rate in (currencies | company.currency_id)
            ._get_rates(company, on)
            .items()
        ]
        return SQL(
            "SELECT * FROM (VALUES %s) v(company_id, currency_id, rate)", SQL(", ").join(rows)
        )
