import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..tools.arrays import as_columns
from ..tools.classification import CLASSES, Debt, classify
from .res_company_credit import DEBT_KINDS

BATCH = 5000


class CollectionCase(models.Model):
    """Classification of a debt: its kind, whether it is secured, its age, how collectable it is.

    The night works it out; a person may know better and says why.
    """

    _inherit = "collection.case"

    debt_kind = fields.Selection(
        DEBT_KINDS,
        string="Kind of Debt",
        help="Of new cases as the company says, from the first night.",
    )
    is_secured = fields.Boolean(
        string="Secured", readonly=True, help="Securities that are valid cover what is open."
    )
    age_class = fields.Selection(
        selection="_get_age_classes",
        string="Age",
        readonly=True,
        help="Of the oldest overdue item.",
    )
    collectability_computed = fields.Selection(
        selection="_get_collectability_classes", string="Worked Out", readonly=True
    )
    collectability_parts = fields.Json(readonly=True)
    collectability_manual = fields.Selection(
        selection="_get_collectability_classes",
        string="Set by Hand",
        tracking=True,
        help="Stands until it is taken away again.",
    )
    collectability_reason = fields.Char(string="Because", tracking=True)
    collectability = fields.Selection(
        selection="_get_collectability_classes",
        compute="_compute_collectability",
        store=True,
        help="How likely it is that the debt will be paid.",
    )
    collectability_text = fields.Char(
        string="Why This Class", compute="_compute_collectability_text"
    )

    # === Compute methods === #
    @api.model
    def _get_collectability_classes(self):
        names = (
            self.env._("Performing"),
            self.env._("Watch"),
            self.env._("Substandard"),
            self.env._("Doubtful"),
            self.env._("Loss"),
        )
        return list(zip(CLASSES, names, strict=True))

    @api.model
    def _get_age_classes(self):
        return self.env["collection.ageing"]._get_bucket_selection()

    @api.depends("collectability_computed", "collectability_manual")
    def _compute_collectability(self):
        for case in self:
            case.collectability = case.collectability_manual or case.collectability_computed

    @api.depends("collectability_parts", "collectability_manual", "collectability_reason")
    def _compute_collectability_text(self):
        for case in self:
            if case.collectability_manual:
                case.collectability_text = case.collectability_reason
                continue
            texts = (case._explain_class(*part) for part in case.collectability_parts or [])
            case.collectability_text = ", ".join(texts)

    def _explain_class(self, code, params):
        if code == "age":
            if not params["days"]:
                return self.env._("nothing overdue")
            return self.env._("%(days)s days overdue", days=params["days"])
        return {
            "broken": self.env._("%(count)s broken promises", count=params.get("count", 0)),
            "handed_over": self.env._("handed over"),
            "insolvent": self.env._("insolvent"),
            "secured": self.env._("secured"),
        }[code]

    # === Constraints === #
    @api.constrains("collectability_manual", "collectability_reason")
    def _check_collectability_reason(self):
        for case in self:
            if case.collectability_manual and not (case.collectability_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Write down why the debt of %(debtor)s is classed by hand.",
                        debtor=case.display_name,
                    )
                )

    # === Business methods === #
    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {
            "debt_kind",
            "collectability_manual",
            "collectability_reason",
        }

    def action_refresh(self):
        """The class follows the figures, too."""
        result = super().action_refresh()
        self._classify(self._today(), self.company_id, self)
        return result

    @api.model
    def _classify(self, on, companies, cases=None):
        """Class open cases as of a day: one query to read a batch, one to write what differs.

        :param cases: only these; default: all that are open
        :return: how many changed
        """
        domain = [("state", "!=", "closed"), ("company_id", "in", companies.ids)]
        # sudo: the class follows the facts, whoever changed them.
        Case = self.sudo()
        ids = cases.ids if cases is not None else Case._search(domain).get_result_ids()
        limits = {company.id: company._get_class_limits() for company in companies}
        ages = {company.id: company._get_ageing_limits() for company in companies}
        changed = 0
        for batch in split_every(BATCH, list(ids)):
            rows = Case._load_class_facts(list(batch), on)
            changed += Case._write_classes(
                [self._class_of(row, limits[row["company_id"]], ages) for row in rows]
            )
        return changed

    @api.model
    def _class_of(self, row, limits, ages):
        """One row to write: id, secured, age, class, its reasons."""
        found = classify(
            Debt(row["days"], row["broken"], row["handed_over"], row["insolvent"], row["secured"]),
            limits,
        )
        age = sum(row["days"] > limit for limit in (0, *ages[row["company_id"]]))
        parts = json.dumps([[reason.code, dict(reason.params)] for reason in found.reasons])
        return (row["id"], row["secured"], str(age), found.code, parts)

    @api.model
    def _load_class_facts(self, ids, on):
        self.flush_model()
        for model in ("collection.agreement", "collection.hold", "collection.credit.hold"):
            self.env[model].flush_model()
        self.env["collection.credit.security"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT k.id, k.company_id,
                       GREATEST(0, COALESCE(%(on)s::date - k.oldest_due_date, 0)) AS days,
                       k.state = 'handed_over' AS handed_over,
                       (SELECT count(*) FROM collection_agreement g
                         WHERE g.case_id = k.id AND g.state = 'broken') AS broken,
                       EXISTS (SELECT FROM collection_credit_hold h
                                WHERE h.partner_id = k.partner_id AND h.company_id = k.company_id
                                  AND h.reason = 'insolvency' AND h.date_released IS NULL)
                       OR EXISTS (SELECT FROM collection_hold h
                                    JOIN collection_hold_reason r ON r.id = h.reason_id
                                   WHERE h.case_id = k.id AND r.code = 'insolvency'
                                     AND h.date_from <= %(on)s
                                     AND (h.date_to IS NULL OR h.date_to >= %(on)s)) AS insolvent,
                       k.amount_open > 0 AND k.amount_open <= COALESCE((
                           SELECT sum(s.amount) FROM collection_credit_security s
                            WHERE s.partner_id = k.partner_id AND s.company_id = k.company_id
                              AND COALESCE(s.date_from, %(on)s) <= %(on)s
                              AND COALESCE(s.date_to, %(on)s) >= %(on)s), 0) AS secured
                  FROM collection_case k WHERE k.id = ANY(%(ids)s)
                """,
                on=on,
                ids=ids,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _write_classes(self, rows):
        if not rows:
            return 0
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case k
                   SET is_secured = v.secured, age_class = v.age,
                       collectability_computed = v.class, collectability_parts = v.parts,
                       collectability = COALESCE(k.collectability_manual, v.class),
                       debt_kind = COALESCE(k.debt_kind, y.collection_debt_kind)
                  FROM res_company y,
                       unnest(%s::int[], %s::bool[], %s::text[], %s::text[], %s::jsonb[])
                       AS v(id, secured, age, class, parts)
                 WHERE v.id = k.id AND y.id = k.company_id
                   AND (k.debt_kind IS NULL
                        OR (k.is_secured, k.age_class, k.collectability_computed,
                            k.collectability_parts, k.collectability)
                       IS DISTINCT FROM (v.secured, v.age, v.class, v.parts,
                                         COALESCE(k.collectability_manual, v.class)))
                """,
                *as_columns(rows),
            )
        )
        changed = self.env.cr.rowcount
        names = ["debt_kind", "is_secured", "age_class", "collectability_computed"]
        names += ["collectability_parts", "collectability"]
        self.browse(row[0] for row in rows).invalidate_recordset(names, flush=False)
        return changed
