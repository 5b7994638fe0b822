from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_amount

STATES = [
    ("draft", "To Be Submitted"),
    ("submitted", "Submitted"),
    ("denied", "Denied"),
    ("appealed", "Appealed"),
    ("closed", "Closed"),
]
#: States in which the insurer may still pay.
PENDING = ("draft", "submitted", "denied", "appealed")


class CollectionClaim(models.Model):
    """What an insurer is asked to pay: for the debtor (health, liability, legal costs), or to us
    because the debtor does not (credit insurance).

    Answers, appeals and money are in ``collection_claim_answer.py``, letters in ``…_letter.py``,
    the credit insurer's deadlines in ``…_notify.py``.
    """

    _name = "collection.claim"
    _description = "Insurance Claim"
    _inherit = ["collection.case.request", "collection.case.record.items"]
    _order = "id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name", store=True)
    kind = fields.Selection(
        [("payer", "Pays for the Debtor"), ("credit", "Credit Insurance")],
        required=True,
        default="payer",
        tracking=True,
    )
    insurer_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict", tracking=True
    )
    insurance_id = fields.Many2one(
        "collection.credit.insurance",
        string="Insurer's Limit",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', '=', partner_id), ('company_id', '=', company_id)]",
    )
    policy_number = fields.Char(
        compute="_compute_policy_number", store=True, readonly=False, tracking=True
    )
    number = fields.Char(string="Claim Number", tracking=True, copy=False)
    insured_name = fields.Char(string="Insured Person", help="Where it is not the debtor.")
    date_incurred = fields.Date(string="Loss or Treatment On")
    move_line_ids = fields.Many2many(
        relation="collection_claim_line_rel", column1="claim_id", column2="move_line_id"
    )
    open_line_ids = fields.Many2many("account.move.line", compute="_compute_open_line_ids")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(
        string="Claimed",
        compute="_compute_amount",
        store=True,
        readonly=False,
        tracking=True,
        help="What the insurer is asked for, in the currency of the items.",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    hold_debtor = fields.Boolean(
        string="Leave the Debtor Alone",
        default=True,
        tracking=True,
        help="No automatic contact about these items until the insurer has answered.",
    )
    date_submitted = fields.Date(copy=False, readonly=True)
    date_answer_due = fields.Date(string="Answer Expected", copy=False)
    user_id = fields.Many2one(
        "res.users", string="Watched By", default=lambda self: self.env.user, index=True
    )
    inquiry_ids = fields.One2many("collection.claim.inquiry", "claim_id")
    date_next = fields.Date(
        string="Ask Again On",
        compute="_compute_date_next",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
    )
    told_for = fields.Date(readonly=True, copy=False)
    note = fields.Text()

    _check_amount = models.Constraint("CHECK(amount >= 0)", "A claim cannot be negative.")
    _pending_idx = models.Index("(case_id) WHERE state <> 'closed'")

    # === Compute methods === #
    @api.depends("insurer_id", "partner_id", "number")
    def _compute_name(self):
        for claim in self:
            parts = (claim.number, claim.insurer_id.name, claim.partner_id.name)
            claim.name = " – ".join(part for part in parts if part)

    @api.depends("insurance_id")
    def _compute_policy_number(self):
        for claim in self:
            claim.policy_number = claim.insurance_id.policy_number or claim.policy_number

    @api.depends("case_id")
    def _compute_open_line_ids(self):
        for claim in self:
            claim.open_line_ids = claim.case_id._get_debts()

    @api.depends("move_line_ids", "case_id")
    def _compute_currency_id(self):
        for claim in self:
            currency = claim.move_line_ids.currency_id[:1] or claim.case_id.currency_id
            claim.currency_id = currency or self.env.company.currency_id

    @api.depends("move_line_ids")
    def _compute_amount(self):
        for claim in self.filtered(lambda claim: claim.state in (False, "draft")):
            claim.amount = sum(claim.move_line_ids.mapped("amount_residual_currency"))

    @api.depends("inquiry_ids.date_next")
    def _compute_date_next(self):
        for claim in self:
            latest = claim.inquiry_ids.sorted("date")[-1:]
            claim.date_next = latest.date_next or claim.date_next

    # === Constraints === #
    @api.constrains("move_line_ids", "case_id")
    def _check_items(self):
        for claim in self:
            lines = claim.move_line_ids
            if lines.partner_id.commercial_partner_id - claim.partner_id:
                raise ValidationError(
                    self.env._(
                        "Choose items of %(debtor)s only.", debtor=claim.partner_id.display_name
                    )
                )
            if len(lines.currency_id) > 1:
                raise ValidationError(self.env._("Make one claim per currency."))

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            kept = dict.fromkeys(self._get_kept_fields(), False)
            vals_list = [{**vals, **kept, "state": "draft"} for vals in vals_list]
        claims = super().create(vals_list)
        claims.case_id._review_now()
        return claims

    def write(self, vals):
        if not self.env.su and (self._get_kept_fields() | {"state"}) & set(vals):
            raise UserError(
                self.env._("Submit, answer, appeal or close the claim instead of changing it.")
            )
        if {"move_line_ids", "case_id"} & set(vals) and self.filtered("date_submitted"):
            raise UserError(
                self.env._("What was claimed stays. Close the claim, and make another one.")
            )
        result = super().write(vals)
        if {"hold_debtor", "move_line_ids"} & set(vals):
            self.case_id._review_now()
        return result

    @api.model
    def _get_kept_fields(self):
        """What only the buttons write."""
        return {
            "date_submitted",
            "date_notified",
            "date_answered",
            "date_appealed",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda claim: claim.state != "draft"):
            raise UserError(self.env._("Claims are history. Close it instead."))

    # === Actions === #
    def action_submit(self):
        """It has gone to the insurer."""
        self._check_role("collector")
        today = self.env["collection.case"]._today()
        for claim in self.filtered(lambda claim: claim.state == "draft"):
            claim._check_submit(today)
            values = {"state": "submitted", "date_submitted": today}
            if not claim.date_next:
                values["date_next"] = claim.date_answer_due or fields.Date.add(today, days=30)
            claim.sudo().write(values)  # sudo: readonly for people
            claim._end_reminders()
            claim._tell_case(
                self.env._(
                    "%(amount)s claimed from %(insurer)s",
                    amount=format_amount(self.env, claim.amount, claim.currency_id),
                    insurer=claim.insurer_id.name,
                )
            )

    # === Checks === #
    def _check_role(self, role):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(f"collections_followup.group_{role}"):
            raise AccessError(
                self.env._("Only a supervisor books what an insurer paid.")
                if role == "supervisor"
                else self.env._("Only collections works on claims.")
            )

    def _check_submit(self, on):
        if not self.move_line_ids or self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("Choose what is claimed."))
        if not self.policy_number:
            raise UserError(self.env._("Enter the number of the policy; the insurer asks for it."))

    # === Seams === #
    @api.model
    def _get_claimed_lines(self, line_ids):
        """Items an insurer is asked to pay, whose debtor is left alone meanwhile; one query."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT r.move_line_id FROM collection_claim_line_rel r "
                "JOIN collection_claim c ON c.id = r.claim_id "
                "WHERE r.move_line_id = ANY(%s) AND c.state <> 'closed' AND c.hold_debtor",
                list(line_ids),
            )
        )
        return {row[0] for row in rows}

    def _end_reminders(self):
        # sudo: what somebody was asked to do has been done, whoever did it.
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _tell_case(self, text):
        # sudo: the history of the case is written whoever does it.
        self.case_id.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)
        self.case_id._review_now()
