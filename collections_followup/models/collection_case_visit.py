from datetime import UTC

from odoo import fields, models

from ..tools.contact import Proposal
from ..words import day_text

#: States of a case in which nobody goes there, and what they are called in the list of refusals.
STILL = {"on_hold", "handed_over", "closed"}


class CollectionCase(models.Model):
    """Visits of a case, and what speaks against one."""

    _inherit = "collection.case"

    visit_ids = fields.One2many("collection.visit", "case_id", readonly=True)
    visit_count = fields.Integer(compute="_compute_visit_count")

    def _compute_visit_count(self):
        counts = dict(
            self.env["collection.visit"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.visit_count = counts.get(case, 0)

    # === Actions === #
    def action_visit(self):
        """Plan a visit, alone or with others near by."""
        self.ensure_one()
        return self._open_dialog(
            "collection.visit.plan",
            self.env._("Plan Visits"),
            {"default_near_case_id": self.id, "dialog_size": "extra-large"},
        )

    def action_view_visits(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_visit_action"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {"create": False}}

    # === Business methods === #
    def _get_visit_problems(self, start, user):
        """What speaks against visits at one moment: books, holds, contact rules, and who goes.

        The number of queries depends on the rules, not on the cases.

        :param start: naive moment in UTC
        :param user: the visitor
        :return: {case id: (code, sentence)}; cases that may be visited are absent
        """
        result = self._get_visit_state_problems(user)
        free = self.filtered(lambda case: case.id not in result)
        for case in free:
            held = case._get_hold_verdict()
            if held:
                result[case.id] = (held.code, held.reason)
        free = free.filtered(lambda case: case.id not in result)
        known = {}
        for case_id, verdict in free._judge_visits(start).items():
            if verdict.allowed:
                continue
            key = (verdict.code, verdict.rule)
            if key not in known:
                told = self._describe_verdict(verdict, allowed=False)
                known[key] = " ".join(filter(None, (told.reason, told.source)))
            result[case_id] = (verdict.code, known[key])
        return result

    def _get_visit_state_problems(self, user):
        """Cases where there is nothing to ask for, nowhere to go, or that are not the visitor's."""
        reasons = self.env["collection.compliance"]._get_reasons()
        theirs = self.with_user(user)._filtered_access("write")
        result = {}
        for case in self:
            # sudo: the address of a debtor whose case may be read.
            debtor = case.partner_id.sudo()
            code = ""
            if case.state in STILL:
                code = case.state
            elif case.amount_overdue <= 0:
                code = "nothing_overdue"
            elif not (debtor.street or debtor.street2) or not (debtor.city or debtor.zip):
                code = "no_address"
            elif case.id not in theirs.ids:
                code = "not_the_visitors"
            if code:
                result[case.id] = (code, reasons[code])
        return result

    def _judge_visits(self, start):
        """Verdicts of the contact rules on visits to these debtors at one moment."""
        moment = start.replace(tzinfo=UTC)
        verdicts = {}
        for company, cases in self.grouped("company_id").items():
            proposals = [
                Proposal(
                    key=case.id,
                    case=case.id,
                    debtor=case.partner_id.id,
                    company=company.id,
                    channel="visit",
                    on=moment.date(),
                    address=case.partner_id.contact_address_inline,
                    at=moment,
                    by_hand=True,
                )
                for case in cases
            ]
            compliance = self.env["collection.compliance"].with_company(company)
            verdicts.update(compliance._judge(proposals, modes=("block",)))
        return verdicts

    def _get_planned_visits(self):
        """Sentences about visits that are planned already, by case; one query.

        :return: {case id: sentence}
        """
        visits = self.env["collection.visit"].search(
            [("case_id", "in", self.ids), ("state", "=", "planned")]
        )
        return {
            visit.case_id.id: self.env._(
                "%(who)s goes there on %(day)s already.",
                who=visit.user_id.name,
                day=day_text(self.env, visit.date),
            )
            for visit in visits
        }
