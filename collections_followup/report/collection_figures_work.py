from dataclasses import replace

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.kpi import Reached
from .collection_figures import Records

#: How a call ended when somebody was on the line.
REACHED = ("conversation", "conversation_general", "wrong_person")
#: States of what has been made, whether or not it arrived.
MADE = ("sent", "done", "failed")


class CollectionFigures(models.AbstractModel):
    """Parts of figures that are people's work: promises, contacts, targets, disputes."""

    _inherit = "collection.figures"

    # === Promises === #
    @api.model
    def _promises(self, scope, *domain):
        return Records(
            "collection.agreement.line",
            [
                *self._of(scope, "agreement_id.case_id.user_id"),
                ("agreement_id.kind", "=", "promise"),
                *domain,
            ],
            "amount",
            currency="currency_id",
            action="collection_agreement_line_action",
        )

    @api.model
    def _part_promises_made(self, scope):
        made = ("agreement_state", "!=", "draft")
        return self._promises(scope, made, *self._during(scope, "agreement_id.date"))

    @api.model
    def _part_promises_due(self, scope):
        """Cancelled ones are out; one of today counts only when it is kept: the day is not over."""
        last = min(scope.end, scope.today)
        return self._promises(
            scope,
            ("agreement_state", "in", ["active", "kept", "broken"]),
            ("date", ">=", scope.start),
            ("date", "<=", last),
            "|",
            ("date", "<", last),
            ("in_time", "=", True),
        )

    @api.model
    def _part_promises_kept(self, scope):
        due = self._part_promises_due(scope)
        return replace(due, domain=[*due.domain, ("in_time", "=", True)])

    @api.model
    def _part_promised(self, scope, day=None):
        """Agreed payments that nobody has made yet, of plans too; of one day, or of all."""
        domain = [
            *self._of(scope, "agreement_id.case_id.user_id"),
            ("agreement_state", "=", "active"),
            ("date_paid", "=", False),
        ]
        return Records(
            "collection.agreement.line",
            [*domain, ("date", "=", day)] if day else domain,
            "amount",
            currency="currency_id",
            action="collection_agreement_line_action",
        )

    @api.model
    def _part_promised_before(self, scope):
        records = self._part_promised(scope)
        return replace(records, domain=[*records.domain, ("date", "<", scope.today)])

    @api.model
    def _part_sales_back(self, scope, first):
        """The sales that the count-back has used."""
        documents = ("move_type", "in", ["out_invoice", "out_refund"])
        return self._lines(scope, documents, ("date", ">=", first), ("date", "<=", scope.end))

    # === Contacts === #
    @api.model
    def _logs(self, scope, *domain):
        return Records(
            "collection.contact.log",
            [*self._of(scope), *self._during(scope), *domain],
            action="collection_contact_log_action",
        )

    @api.model
    def _part_calls(self, scope, *domain):
        return self._logs(
            scope,
            ("channel", "=", "call"),
            ("direction", "=", "out"),
            ("state", "in", MADE),
            ("outcome_id", "!=", False),
            *domain,
        )

    @api.model
    def _part_reached(self, scope):
        reached = [("outcome_id.effect", "in", REACHED), ("right_party", "=", True)]
        return self._part_calls(scope, "|", *reached)

    @api.model
    def _part_right_party(self, scope):
        return self._part_calls(scope, ("right_party", "=", True))

    @api.model
    def _part_promising(self, scope):
        promise = ("outcome_id.next_step", "=", "promise")
        return self._part_calls(scope, ("right_party", "=", True), promise)

    @api.model
    def _part_contacts(self, scope):
        """Contacts that people made, on whatever way, and logged with an outcome."""
        return self._logs(
            scope,
            ("user_id", "!=", False),
            ("direction", "=", "out"),
            ("state", "in", MADE),
            ("outcome_id", "!=", False),
        )

    @api.model
    def _part_work(self, scope, user):
        records = self._part_contacts(scope)
        return replace(records, domain=[*records.domain, ("user_id", "=", int(user))])

    @api.model
    def _right_party_base(self, scope):
        """What the right-party rate is a part of, as the first of the companies has it set."""
        # sudo: how figures are reckoned may be known to whoever may see them.
        return Reached(scope.companies[:1].sudo().collection_right_party_base or Reached.CONTACTS)

    @api.model
    def _count_hours(self, records):
        """In how many hours each collector worked the list: hours with a contact, added up."""
        logs = self.env[records.model]._search([*records.domain, ("hour", "!=", False)])
        ((hours,),) = self.env.execute_query(
            SQL(
                "SELECT count(DISTINCT (user_id, date, hour)) FROM collection_contact_log "
                "WHERE id IN (%s)",
                logs.subselect(),
            )
        )
        return hours

    # === Others === #
    @api.model
    def _part_targets(self, scope):
        user = self.env["res.users"].browse(scope.user) if scope.user else None
        domain = self.env["collection.target"]._get_domain(
            scope.companies, scope.start, scope.end, user
        )
        return Records("collection.target", domain, "cost", action="collection_target_action")

    @api.model
    def _disputes(self, scope, *domain):
        return Records(
            "collection.dispute",
            [
                *self._of(scope, "case_id.user_id"),
                ("kind", "in", ["dispute", "complaint"]),
                *domain,
            ],
            action="collection_dispute_action",
        )

    @api.model
    def _part_disputes_resolved(self, scope):
        resolved = ("state", "=", "resolved")
        return self._disputes(scope, resolved, *self._during(scope, "date_resolved"))

    @api.model
    def _part_disputes_open(self, scope):
        return self._disputes(scope, ("state", "in", ["open", "answered"]))

    @api.model
    def _part_disputes_aged(self, scope, days):
        """Open disputes raised from so many to so many days ago: ``8-14``, or ``31-``."""
        first, _dash, last = days.partition("-")
        subtract = fields.Date.subtract
        domain = [("date", "<=", subtract(scope.today, days=int(first)))]
        if last:
            domain.append(("date", ">=", subtract(scope.today, days=int(last))))
        records = self._part_disputes_open(scope)
        return replace(records, domain=[*records.domain, *domain])

    @api.model
    def _part_cases(self, scope):
        domain = [*self._of(scope), ("state", "!=", "closed")]
        return Records("collection.case", domain, action="collection_case_action")
