from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import as_columns
from ..tools.experiment import arm_of


class CollectionEngine(models.AbstractModel):
    """Trials: the policy of debtors who take part is that of their half.

    Who would join on a day is the same in a run, in a dry run and in an explanation; only the run
    keeps it. Debtors who have a policy of their own are left alone: somebody chose it for them.
    """

    _inherit = "collection.engine"

    @api.model
    def _load_facts(self, cases, on):
        facts = super()._load_facts(cases, on)
        for case_id, (trial, arm, is_new) in self._get_trials(cases, facts, on).items():
            policy = trial.policy_b_id if arm == "b" else trial.policy_a_id
            if policy.active and policy.stage_ids:
                facts[case_id].policy = policy
                facts[case_id].trial = trial.id
                facts[case_id].joins = arm if is_new else None
        return facts

    @api.model
    def _get_trials(self, cases, facts, on):
        """Trials in which debtors take part, or would from ``on``.

        :return: {case id: (experiment, half, whether it is new)}
        """
        company = cases[:1].company_id
        # sudo: which policy applies must not depend on who may see trials.
        trials_sudo = (
            self.env["collection.experiment"]
            .sudo()
            .search([("company_id", "=", company.id), ("state", "=", "running")], order="id")
        )
        if not trials_sudo:
            return {}
        known = self._get_members(cases.partner_id.ids, company)
        result = {
            case.id: (trials_sudo.browse(member[0]), member[1], False)
            for case in cases
            if (member := known.get(case.partner_id.id))
        }
        for trial in trials_sudo:
            for case in self._find_joining(trial, cases, facts, on):
                if case.id not in result:
                    result[case.id] = (trial, str(arm_of(case.partner_id.id, trial.seed)), True)
        return result

    @api.model
    def _get_members(self, partner_ids, company):
        """Trials of debtors; one query.

        :return: {debtor id: (experiment id, half)}
        """
        self.env["collection.experiment.debtor"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, experiment_id, arm FROM collection_experiment_debtor "
                "WHERE running AND company_id = %s AND partner_id = ANY(%s)",
                company.id,
                list(partner_ids),
            )
        )
        return {partner: (trial, arm) for partner, trial, arm in rows}

    @api.model
    def _find_joining(self, trial, cases, facts, on):
        """Cases that a trial takes in on a day: late, of its segment, and with no policy
        of their own."""
        if on < trial.date_from or (trial.date_to and on > trial.date_to):
            return cases.browse()
        late = cases.filtered(
            lambda case: (
                case.state == "open"
                and case.amount_overdue > 0
                and case.oldest_due_date
                and case.oldest_due_date < on
                and (trial.include_late or case.oldest_due_date >= trial.date_from)
                and (not trial.policy_ids or facts[case.id].policy in trial.policy_ids)
            )
        )
        if not late:
            return late
        # sudo: as above.
        partners_sudo = self.env["res.partner"].sudo().with_company(trial.company_id)
        chosen = partners_sudo.search(
            [
                ("id", "in", late.partner_id.ids),
                ("collection_policy_id", "=", False),
                *trial._get_partner_domain(),
            ]
        )
        return late.filtered(lambda case: case.partner_id in chosen)

    @api.model
    def _join_trials(self, cases, facts, on):
        """Keep who has joined; one statement."""
        rows = [
            (facts[case.id].trial, case.company_id.id, case.partner_id.id, facts[case.id].joins)
            for case in cases
            if facts[case.id].joins
        ]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_experiment_debtor (experiment_id, company_id, partner_id,
                       arm, date_joined, running, create_date, write_date)
                SELECT n.*, %s, TRUE, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM unnest(%s::int[], %s::int[], %s::int[], %s::varchar[]) AS n
                    ON CONFLICT DO NOTHING
                """,
                on,
                *as_columns(rows),
            )
        )
        self.env["collection.experiment.debtor"].invalidate_model(flush=False)
        self.env["collection.experiment"].invalidate_model(["debtor_ids"], flush=False)

    @api.model
    def _prepare_work_list(self, company, on):
        """After the night's decisions: trials whose last debtor has had the days are over."""
        trials = self.env["collection.experiment"].search(
            [("company_id", "=", company.id), ("state", "=", "running"), ("date_to", "<", on)]
        )
        trials.filtered(lambda trial: (on - trial.date_to).days > trial.window_days)._end()
        return super()._prepare_work_list(company, on)

    @api.model
    def _explain_stage(self, case, fact, decision, on):
        sentences = super()._explain_stage(case, fact, decision, on)
        if fact.trial:
            # sudo: the name of the trial explains the policy to whoever may see the case.
            trial_sudo = self.env["collection.experiment"].sudo().browse(fact.trial)
            sentences.insert(
                1,
                self.env._("The policy is that of a trial: %(trial)s.", trial=trial_sudo.name),
            )
        return sentences
