import secrets
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

STATES = [("draft", "Draft"), ("running", "Running"), ("done", "Ended")]
#: What may still be changed once debtors have been dealt out; the rest would spoil the trial.
CHANGEABLE = {"name", "note", "date_to"}


class CollectionExperiment(models.Model):
    """Two policies side by side on random halves of a segment.

    Which half a debtor is in follows from the debtor and a number drawn at the start, so it is by
    chance and stays what it is. A debtor takes part in one running trial at most; the database
    sees to it. Whatever the policies do, contact rules are asked before each contact.
    """

    _name = "collection.experiment"
    _description = "Trial of Two Policies"
    _inherit = ["mail.thread"]
    _order = "state desc, date_from desc, id desc"
    _check_company_auto = True

    # === Fields === #
    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    policy_a_id = fields.Many2one(
        "collection.policy",
        required=True,
        check_company=True,
        ondelete="restrict",
        help="What is done now, to compare with.",
    )
    policy_b_id = fields.Many2one(
        "collection.policy",
        required=True,
        check_company=True,
        ondelete="restrict",
        help="What is tried.",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env["collection.case"]._today()
    )
    date_to = fields.Date(
        string="Until",
        help="The last day on which debtors join; the trial ends when the last of them has had "
        "the days below. Empty: until somebody ends it.",
    )
    window_days = fields.Integer(
        string="Days to Pay",
        required=True,
        default=30,
        help="What a debtor pays within so many days after joining is counted.",
    )
    policy_ids = fields.Many2many(
        "collection.policy",
        string="Debtors Under",
        check_company=True,
        help="Only debtors who would be under one of these policies take part. Empty: all.",
    )
    partner_domain = fields.Char(string="Debtors Who", default="[]")
    include_late = fields.Boolean(
        string="Also who is late already",
        help="Who is overdue when the trial starts takes part too. They walk the ladder of their "
        "half from its beginning.",
    )
    seed = fields.Char(readonly=True, copy=False, help="Drawn at the start; decides the halves.")
    note = fields.Text()
    debtor_ids = fields.One2many("collection.experiment.debtor", "experiment_id", copy=False)
    debtor_count = fields.Integer(compute="_compute_debtor_count")

    _check_window = models.Constraint(
        "CHECK(window_days BETWEEN 1 AND 365)", "Debtors can have 1 to 365 days to pay."
    )
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The last day of a trial cannot come before its first.",
    )
    _check_policies = models.Constraint(
        "CHECK(policy_a_id <> policy_b_id)", "A trial needs two different policies."
    )

    # === Compute methods === #
    def _compute_debtor_count(self):
        counts = dict(
            self.env["collection.experiment.debtor"]._read_group(
                [("experiment_id", "in", self.ids)], ["experiment_id"], ["__count"]
            )
        )
        for experiment in self:
            experiment.debtor_count = counts.get(experiment, 0)

    # === Constraints === #
    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for experiment in self:
            try:
                self.env["res.partner"].search(experiment._get_partner_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._("Which debtors take part cannot be read. Choose them again.")
                ) from error

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._refuse_kept(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse_kept(vals)
            if self.filtered(lambda trial: trial.state != "draft") and set(vals) - CHANGEABLE:
                raise UserError(
                    self.env._(
                        "Debtors have been dealt out already: changing the trial now would spoil "
                        "it. End it, duplicate it, and change the duplicate."
                    )
                )
        return super().write(vals)

    def _refuse_kept(self, vals):
        if vals.get("state", "draft") != "draft" or vals.get("seed"):
            raise UserError(self.env._("A trial is started and ended by its buttons."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda trial: trial.state != "draft"):
            raise UserError(self.env._("What has been tried is history and is not deleted."))

    # === Actions === #
    def action_start(self):
        """Draw the halves and put debtors under their policies."""
        self._check_manager()
        for experiment in self.filtered(lambda trial: trial.state == "draft"):
            experiment._check_startable()
            # sudo: state and seed are readonly for people; the right to start was checked.
            experiment.sudo().write({"state": "running", "seed": secrets.token_hex(8)})
            experiment._review_members()

    def action_stop(self):
        """Everybody is under the ordinary policy again from the next run on."""
        self._check_manager()
        self._end()

    def action_view_debtors(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_experiment_debtor_action"
        )
        return {**action, "domain": [("experiment_id", "=", self.id)]}

    def _check_manager(self):
        if not self.env.user.has_group("collections_followup.group_manager"):
            raise UserError(self.env._("Only a manager starts and ends trials."))
        self.check_access("write")

    def _check_startable(self):
        self.ensure_one()
        policies = self.policy_a_id | self.policy_b_id
        for policy in policies:
            if not policy.active or not policy.stage_ids:
                raise UserError(
                    self.env._(
                        "The policy %(policy)s is archived or has no stages, so nobody can be "
                        "under it.",
                        policy=policy.name,
                    )
                )
        today = self.env["collection.case"]._today()
        if self.date_to and self.date_to < today:
            raise UserError(
                self.env._("The last day of this trial has passed. Choose a later one.")
            )

    # === Business methods === #
    def _end(self):
        running = self.filtered(lambda trial: trial.state == "running")
        # sudo: readonly for people, see action_stop; and the nightly run ends what is over.
        running.sudo().write({"state": "done"})
        running.sudo().debtor_ids.write({"running": False})
        for experiment in running:
            experiment._review_members()

    def _review_members(self):
        """Let the next run look at the cases this is about: their policy may be another."""
        members = self.env["collection.case"].sudo()  # sudo: of the whole company
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "open")]
        if self.state == "done":
            domain.append(("partner_id", "in", self.debtor_ids.partner_id.ids))
        elif not self.include_late:
            return
        members.search(domain)._review_now()

    def _get_partner_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.partner_domain or "[]"))
