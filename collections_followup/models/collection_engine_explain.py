from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, models
from odoo.tools import format_amount

from ..tools.escalation import next_step_date
from ..tools.position import ageing
from ..words import day_text


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain sentences about a case: where it stands, what comes next, why not now."""

    sentences: list[str]

    def _to_html(self):
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in self.sentences)
        return Markup('<ul class="o_collection_explanation mb-0">%s</ul>') % items


class CollectionEngine(models.AbstractModel):
    """Explaining a case by the very function that decides about it."""

    _inherit = "collection.engine"

    @api.model
    def _explain(self, case):
        """Why this stage, what comes next and when, and why not now.

        :param case: one case
        :rtype: Explanation
        """
        if not case._origin:
            return Explanation([])
        on = case._today()
        engine = self.with_company(case.company_id)
        facts = engine._load_facts(case, on)
        decision = engine._decide(case, facts, on)[case.id]
        fact = facts[case.id]
        sentences = engine._explain_state(case)
        sentences += engine._explain_stage(case, fact, decision, on)
        sentences += engine._explain_now(case, fact, decision, on)
        sentences += engine._explain_next(case, fact, decision, on)
        return Explanation([sentence for sentence in sentences if sentence])

    @api.model
    def _explain_state(self, case):
        reasons = self.env["collection.compliance"]
        result = []
        if case.state != "open":
            result.append(reasons._sentence(case.state))
        if case.error_text:
            result.append(self.env._("The last run failed here: %(error)s", error=case.error_text))
        return result

    @api.model
    def _explain_stage(self, case, fact, decision, on):
        """Where the case stands, and what put it there."""
        if not fact.policy:
            return []
        result = [self.env._("Policy: %(policy)s.", policy=fact.policy.name)]
        stage = self.env["collection.stage"].browse(decision.stage)
        for currency_id, pos in decision.positions:
            currency = self.env["res.currency"].browse(currency_id)
            if not pos.oldest_due:
                continue
            result.append(
                self.env._(
                    "%(amount)s is overdue, the oldest item since %(date)s (%(days)s days).",
                    amount=format_amount(self.env, float(pos.overdue), currency),
                    date=day_text(self.env, pos.oldest_due),
                    days=(on - pos.oldest_due).days,
                )
            )
            if pos.credit and fact.policy.net_credits:
                result.append(
                    self.env._(
                        "Unapplied credits of %(amount)s have been set against the oldest items.",
                        amount=format_amount(self.env, float(pos.credit), currency),
                    )
                )
        if stage:
            result.append(
                self.env._(
                    "Stage %(stage)s: from %(days)s days overdue.",
                    stage=stage.name,
                    days=stage.min_days_overdue,
                )
                if stage.min_days_overdue >= 0
                else self.env._(
                    "Stage %(stage)s: a reminder before the due date.", stage=stage.name
                )
            )
        return result

    @api.model
    def _explain_now(self, case, fact, decision, on):
        """What the next run does, or why it does nothing."""
        compliance = self.env["collection.compliance"]
        channels = dict(self.env["collection.channel"]._get_channels())
        wanted = [
            (case.id, case.partner_id.id, i.action.channel, i.action.purpose)
            for i in decision.intents
        ]
        recipients, verdicts = self._screen(wanted, on)
        result = []
        for index, intent in enumerate(decision.intents):
            channel = intent.action.channel
            recipient = recipients[case.partner_id.id, channel]
            verdict = verdicts.get(index)
            code = recipient.code or (verdict.code if verdict else None)
            code = intent.refusal.code if intent.refusal else code
            params = intent.refusal.params if intent.refusal else ()
            if channel == fact.prefers:
                text = self.env._("The debtor prefers this way: %(channel)s.")
                result.append(text % {"channel": channels[channel]})
            if code:
                text = self.env._("%(channel)s is due, but: %(reason)s")
                reason = compliance._sentence(code, params)
                result.append(text % {"channel": channels[channel], "reason": reason})
            else:
                result.append(self.env._("Due now: %(channel)s.", channel=channels[channel]))
        if not decision.intents and decision.reason:
            reason = compliance._sentence(decision.reason.code, decision.reason.params)
            result.append(self.env._("Nothing is sent now. %(reason)s", reason=reason))
        if decision.unreachable:
            result.append(compliance._sentence("undelivered"))
        return result

    @api.model
    def _explain_next(self, case, fact, decision, on):
        """The next stage, and the day it can be reached."""
        if not fact.policy or not decision.positions:
            return []
        rule = fact.policy._get_rule(fact.prefers)
        ladder = rule.ladder
        moved = dict(decision.moved)
        rank = ladder.rank(decision.stage)
        if decision.stage and rank + 1 >= len(ladder.stages):
            return [self.env._("This is the last stage of the policy.")]
        if moved or (decision.stage and not fact.items):
            rank = ladder.rank(decision.stage)
        days = [
            date
            for item in fact.items
            if item.residual > 0 and not item.excluded and item.line_id not in moved
            if (date := next_step_date(ladder, item)) and date > on
        ]
        following = self.env["collection.stage"].browse(ladder.stages[rank + 1].id)
        if days:
            return [
                self.env._(
                    "Next: %(stage)s, not before %(date)s.",
                    stage=following.name,
                    date=day_text(self.env, min(days)),
                )
            ]
        if decision.stage:
            return [
                self.env._(
                    "Next: %(stage)s, after a contact of this stage has arrived.",
                    stage=following.name,
                )
            ]
        return []

    # === Balances for screens === #
    @api.model
    def _get_balances(self, case, limits=(30, 60, 90)):
        """What the case owes, per currency and by age, for the bar on the case.

        :return: list of dicts: currency_id, currency, balance, overdue, credit, buckets
        """
        if not case._origin:
            return []
        on = case._today()
        engine = self.with_company(case.company_id)
        fact = engine._load_facts(case, on)[case.id]
        decision = engine._decide(case, {case.id: fact}, on)[case.id]
        result = []
        for currency_id, pos in decision.positions:
            debts = [i for i in fact.items if i.currency == currency_id and i.residual > 0]
            currency = self.env["res.currency"].browse(currency_id)
            result.append(
                {
                    "currency_id": currency_id,
                    "currency": currency.name,
                    "balance": float(pos.balance),
                    "overdue": float(pos.overdue),
                    "credit": float(pos.credit),
                    "limits": list(limits),
                    "buckets": [float(amount) for amount in ageing(debts, on, limits)],
                }
            )
        return result
