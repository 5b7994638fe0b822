from odoo import api, fields, models
from odoo.exceptions import UserError

from .collection_exposure import STATES

ACTIVITY = "collections_followup.activity_type_review"
#: What the nightly job writes.
KEPT = {"grade", "grade_points", "grade_parts", "graded_on"}
#: Shown as the list of exposures has them.
EXPOSURE = (
    *("credit_limit", "limit_until", "open_amount", "overdue", "uninvoiced", "promised"),
    *("exposure", "available", "percent", "hold_id"),
)


class CollectionCreditFile(models.Model):
    """What is known of a debtor as a borrower: reports of bureaus, the insurer's limit, securities,
    documents, and an own grade from how it has paid; looked through again on the review date."""

    _name = "collection.credit.file"
    _description = "Credit File"
    _inherit = ["collection.credit.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "review_date, id"
    _rec_name = "partner_id"
    _mail_post_access = "read"

    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Looked After by",
        default=lambda self: self.env.user.active and self.env.user,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
        tracking=True,
    )
    report_ids = fields.One2many("collection.credit.report", "file_id")
    insurance_ids = fields.One2many("collection.credit.insurance", "file_id")
    security_ids = fields.One2many("collection.credit.security", "file_id")
    document_ids = fields.One2many("collection.credit.document", "file_id")
    limit_ids = fields.Many2many(
        "collection.credit.limit", compute="_compute_history", string="Temporary Limits"
    )
    hold_ids = fields.Many2many(
        "collection.credit.hold", compute="_compute_history", string="Holds"
    )

    # === Fields: figures === #
    credit_limit = fields.Monetary(string="Limit", compute="_compute_exposure")
    limit_until = fields.Date(string="Temporary Until", compute="_compute_exposure")
    open_amount = fields.Monetary(string="Open", compute="_compute_exposure")
    overdue = fields.Monetary(compute="_compute_exposure")
    uninvoiced = fields.Monetary(string="Not Invoiced Yet", compute="_compute_exposure")
    promised = fields.Monetary(compute="_compute_exposure")
    exposure = fields.Monetary(compute="_compute_exposure")
    available = fields.Monetary(compute="_compute_exposure")
    percent = fields.Integer(string="Used (%)", compute="_compute_exposure")
    credit_state = fields.Selection(STATES, string="Credit", compute="_compute_exposure")
    hold_id = fields.Many2one("collection.credit.hold", compute="_compute_exposure")
    amount_insured = fields.Monetary(
        string="Insured", compute="_compute_cover", help="Limits of insurers that are valid today."
    )
    amount_secured = fields.Monetary(
        string="Secured", compute="_compute_cover", help="Securities that are valid today."
    )
    amount_uncovered = fields.Monetary(
        string="At Own Risk",
        compute="_compute_cover",
        help="Exposure beyond insurers' limits and securities.",
    )
    last_report_id = fields.Many2one("collection.credit.report", compute="_compute_last_report_id")

    # === Fields: review === #
    review_date = fields.Date(tracking=True)
    reviewed_on = fields.Date(readonly=True, copy=False)
    reviewed_by = fields.Many2one("res.users", readonly=True, copy=False)
    note = fields.Html(string="Assessment")

    _one_per_debtor = models.UniqueIndex(
        "(partner_id, company_id)", "This debtor has a credit file in this company already."
    )
    _review_idx = models.Index("(company_id, review_date) WHERE active")

    # === Compute methods === #
    @api.depends("partner_id", "company_id")
    def _compute_history(self):
        domain = [("partner_id", "in", self.partner_id.ids)]
        limits = self.env["collection.credit.limit"].search(domain)
        holds = self.env["collection.credit.hold"].search(domain)
        limits_of = limits.grouped(lambda record: (record.partner_id, record.company_id))
        holds_of = holds.grouped(lambda record: (record.partner_id, record.company_id))
        for file in self:
            key = (file.partner_id, file.company_id)
            file.limit_ids = limits_of.get(key, limits.browse())
            file.hold_ids = holds_of.get(key, holds.browse())

    @api.depends("partner_id", "company_id")
    def _compute_exposure(self):
        rows = self.env["collection.exposure"]._of(self.partner_id, self.company_id)
        none = self.env["collection.exposure"]
        for file in self:
            row = rows.get((file.partner_id, file.company_id), none)
            for name in EXPOSURE:
                file[name] = row[name]
            file.credit_state = row.state

    @api.depends("insurance_ids.amount", "security_ids.amount", "partner_id", "company_id")
    def _compute_cover(self):
        for file in self:
            insured = sum(file.insurance_ids.filtered("is_current").mapped("amount"))
            secured = sum(file.security_ids.filtered("is_current").mapped("amount"))
            file.amount_insured, file.amount_secured = insured, secured
            file.amount_uncovered = max(0.0, file.exposure - insured - secured)

    @api.depends("report_ids.date")
    def _compute_last_report_id(self):
        for file in self:
            file.last_report_id = file.report_ids.sorted("date")[-1:]

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{k: v for k, v in vals.items() if k not in KEPT} for vals in vals_list]
        files = super().create(vals_list)
        today = self.env["collection.case"]._today()
        for file in files.filtered(lambda file: not file.review_date):
            file.review_date = file._get_next_review(today)
        files._grade(today)
        return files

    def write(self, vals):
        if not self.env.su and KEPT & set(vals):
            raise UserError(
                self.env._(
                    "The grade follows from how the debtor pays. Write down what else you "
                    "know in the assessment."
                )
            )
        return super().write(vals)

    # === Actions === #
    def action_grade(self):
        """Work the grade out again."""
        self.check_access("write")
        self._grade(self.env["collection.case"]._today())

    def action_reviewed(self):
        """The file has been looked through; it comes up again after some months."""
        self.check_access("write")
        today = self.env["collection.case"]._today()
        for file in self:
            # sudo: who looked through the file, and when, is kept by this action.
            file.sudo().write(
                {
                    "reviewed_on": today,
                    "reviewed_by": self.env.uid,
                    "review_date": file._get_next_review(today),
                }
            )
        self._grade(today)
        self.sudo().activity_unlink([ACTIVITY])  # sudo: also those of colleagues

    def action_hold(self):
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_collection_credit_hold()

    def action_release(self):
        self.ensure_one()
        return self.hold_id.action_release()

    def action_raise_limit(self):
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_collection_raise_limit()

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    # === Business methods === #
    @api.model
    def _of(self, partner, company):
        """The file of a debtor; made when there is none yet."""
        debtor = partner.commercial_partner_id
        domain = [("partner_id", "=", debtor.id), ("company_id", "=", company.id)]
        file = self.with_context(active_test=False).search(domain, limit=1)
        if not file and not self.has_access("create"):
            raise UserError(
                self.env._("There is no credit file of %(debtor)s yet.", debtor=debtor.name)
            )
        return file or self.create({"partner_id": debtor.id, "company_id": company.id})

    def _get_next_review(self, on):
        # sudo: a setting.
        months = self.company_id.sudo().collection_credit_review_months or 12
        return fields.Date.add(on, months=months)

    @api.model
    def _remind(self, on, companies):
        """An activity for each file whose review is due, once; in sets.

        :return: the files
        """
        due = self.search(
            [
                ("review_date", "<=", on),
                ("company_id", "in", companies.ids),
                ("activity_ids", "not any", [("activity_type_id", "=", self.env.ref(ACTIVITY).id)]),
            ]
        )
        activity_type = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id(self._name)
        # sudo: activities for colleagues.
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": file.id,
                    "activity_type_id": activity_type.id,
                    "summary": activity_type.summary,
                    "date_deadline": file.review_date,
                    "user_id": (file.user_id or file.company_id.collection_user_id).id,
                    "automated": True,
                }
                for file in due
                if file.user_id or file.company_id.collection_user_id
            ]
        )
        return due

    # === The nightly job === #
    @api.model
    def _cron_credit(self):
        """Grades, limits that are over, notices to sales and reviews, a company at a time."""
        on = self.env["collection.case"]._today()
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._update_credit(on, company)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _update_credit(self, on, company):
        """One company's night."""
        self.env["collection.credit.limit"]._expire(on, company)
        self.with_context(active_test=True).search([("company_id", "=", company.id)])._grade(on)
        self.env["collection.case"]._classify(on, company)
        self.env["collection.credit.notice"]._notify(on, company)
        self._remind(on, company)
