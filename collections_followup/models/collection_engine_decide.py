import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL
from odoo.tools.gc import disabling_gc
from odoo.tools.mail import plaintext2html

from ..tools.arrays import as_columns
from ..tools.contact import Proposal
from ..tools.decision import Decision, Reason, decide

_logger = logging.getLogger(__name__)


class CollectionEngine(models.AbstractModel):
    """Deciding about a chunk of cases and writing the outcome, each table once."""

    _inherit = "collection.engine"

    # === A chunk, and one bad debtor in it === #
    @api.model
    def _process(self, run, cases, on):
        """Decide about cases; when the chunk fails, about each alone, so that one bad debtor
        never stops the others."""
        try:
            # Thousands of small objects without a cycle live through a chunk; looking for cycles
            # among them takes a fifth of the time.
            with self.env.cr.savepoint(), disabling_gc():
                self._process_chunk(run, cases, on)
                return
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.warning(
                "A chunk of %s cases failed; trying one by one", len(cases), exc_info=True
            )
        for case in cases:
            try:
                with self.env.cr.savepoint():
                    self._process_chunk(run, case, on)
            except (OperationalError, ConcurrencyError):
                raise
            except Exception as error:  # noqa: BLE001 - kept on the case for a person to read
                self._record_error(run, case, error, on)

    @api.model
    def _record_error(self, run, case, error, on):
        """Keep an error on the case, with one activity for a person, and go on tomorrow."""
        _logger.error("Follow-up of case %s failed", case.id, exc_info=error)
        first = not case.error_text
        case_sudo = case.sudo()  # errors are recorded whoever started the run
        case_sudo.write(
            {
                "error_text": f"{type(error).__name__}: {error}",
                "error_date": fields.Datetime.now(),
                "next_review_date": fields.Date.add(on, days=1),
                "reviewed_on": on,
            }
        )
        if first:
            case_sudo.with_context(mail_activity_quick_update=True).activity_schedule(
                "collections_followup.activity_type_error",
                note=plaintext2html(str(error)),
                user_id=self._get_responsible(case).id,
            )

    @api.model
    def _forget_errors(self, cases):
        """The follow-up of these cases works again: nobody needs to look at what it was."""
        if cases:
            # sudo: the activity was made by the job, for whoever is responsible.
            cases.sudo().activity_unlink(["collections_followup.activity_type_error"])

    @api.model
    def _get_responsible(self, case):
        """Who looks at problems of a case: its collector, the company's, the administrator."""
        company_sudo = case.company_id.sudo()  # a setting
        return case.user_id or company_sudo.collection_user_id or self.env.ref("base.user_admin")

    # === Deciding === #
    @api.model
    def _process_chunk(self, run, cases, on):
        facts = self._load_facts(cases, on)
        self._join_trials(cases, facts, on)
        decisions = self._decide(cases, facts, on)
        before = self._repriced(cases, facts)
        self._write_items(cases, decisions, on)
        outcome = self._write_contacts(run, cases, facts, decisions, on)
        self._forget_errors(cases.filtered("error_text"))
        self._write_cases(cases, facts, decisions, outcome, on)
        if before:
            self.env["collection.case"]._refresh(
                before.partner_id, on=on, companies=before.company_id
            )
            before._update_scores(on, cases=before)
        self._ask_for_help(cases, decisions)

    @api.model
    def _repriced(self, cases, facts):
        """Cases whose new policy treats credits in another way than their figures do."""
        nets = {policy: policy.net_credits for policy in cases.policy_id}
        chosen = {fact.policy for fact in facts.values() if fact.policy}
        nets.update({policy: policy.net_credits for policy in chosen})
        if len({True, *nets.values()}) == 1:
            return cases.browse()
        return cases.filtered(
            lambda case: nets.get(case.policy_id, True) != nets.get(facts[case.id].policy, True)
        )

    @api.model
    def _decide(self, cases, facts, on):
        """The pure decision for each case.

        :return: {case id: :class:`Decision`}
        """
        rules, rates, result = {}, {}, {}
        for case in cases:
            fact = facts[case.id]
            policy = fact.policy
            if not policy:
                result[case.id] = self._undecided("no_policy", on)
                continue
            key = (policy, fact.prefers)
            if key not in rules:
                converter = self._get_converter(policy, case.company_id, on, rates)
                rules[key] = (policy._get_rule(fact.prefers), converter)
            rule, convert = rules[key]
            result[case.id] = (
                decide(rule, fact.items, fact.history, on, convert)
                if rule.ladder.stages
                else self._undecided("no_stages", on)
            )
        return result

    @api.model
    def _undecided(self, code, on):
        return Decision(
            None,
            (),
            (),
            unreachable=False,
            reason=Reason(code),
            review_on=fields.Date.add(on, days=1),
        )

    # === Writing === #
    @api.model
    def _write_items(self, cases, decisions, on):
        """New places on the ladder, in one statement."""
        moved = [
            (line_id, case_id, stage_id)
            for case_id in cases.ids
            for line_id, stage_id in decisions[case_id].moved
        ]
        if not moved:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_item (move_line_id, case_id, stage_id, stage_since)
                SELECT m.line, m.case_id, m.stage, %s
                  FROM unnest(%s::int[], %s::int[], %s::int[]) AS m(line, case_id, stage)
                    ON CONFLICT (move_line_id) DO UPDATE
                   SET case_id = excluded.case_id, stage_id = excluded.stage_id,
                       stage_since = excluded.stage_since, reached_on = NULL, reached_log_id = NULL
                """,
                on,
                *as_columns(moved),
            )
        )
        self.env["collection.item"].invalidate_model(flush=False)
        self.env["account.move.line"].invalidate_model(["collection_stage_id"], flush=False)
        self.env["account.move"].invalidate_model(["collection_stage_id"], flush=False)

    @api.model
    def _write_contacts(self, run, cases, facts, decisions, on):
        """Rows of the contact log for what is due: planned, or refused with a code.

        A refusal is written when it begins, not again every day it lasts.

        :return: {case id: code of the last refusal, or None when a contact is planned}
        """
        intents = [
            (facts[case_id], intent)
            for case_id in cases.ids
            for intent in decisions[case_id].intents
        ]
        recipients, verdicts = self._screen(
            [(f.id, f.partner_id, i.action.channel, i.action.purpose) for f, i in intents], on
        )
        rows, outcome = [], {}
        for index, (fact, intent) in enumerate(intents):
            recipient = recipients[fact.partner_id, intent.action.channel]
            verdict = verdicts.get(index)
            code = recipient.code or (verdict.code if verdict else None)
            code = intent.refusal.code if intent.refusal else code
            outcome[fact.id] = code and outcome.get(fact.id, code)
            if code and self._already_refused(fact.history[intent.currency], intent, code):
                continue
            automatic = fact.policy.mode == "automatic"
            rows.append((fact.id, fact.partner_id, intent, recipient, code, automatic))
        self._insert_contacts(run, rows, on)
        return outcome

    @api.model
    def _already_refused(self, history, intent, code):
        mine = [contact for contact in history if contact.action == intent.action.id]
        return bool(mine) and mine[-1].state == "blocked" and mine[-1].block_code == code

    @api.model
    def _screen(self, wanted, on, at=None):
        """Recipients and verdicts of contacts that are wanted.

        :param wanted: list of (case id, debtor id, channel code, purpose), all of the current
            company
        :param at: the aware moment of the contacts; ``None`` while they are planned for the day
        :return: ({(debtor id, channel): recipient}, {index in ``wanted``: refusal})
        """
        recipients = {}
        for channel in {channel for _case, _debtor, channel, _purpose in wanted}:
            debtors = self.env["res.partner"].browse(
                {debtor_id for _case, debtor_id, code, _purpose in wanted if code == channel}
            )
            resolved = self.env["collection.channel"]._for(channel)._resolve(debtors)
            recipients.update({(debtor, channel): r for debtor, r in resolved.items()})
        proposals = []
        for index, (case_id, debtor_id, channel, purpose) in enumerate(wanted):
            recipient = recipients[debtor_id, channel]
            proposals.append(
                Proposal(
                    key=index,
                    case=case_id,
                    debtor=debtor_id,
                    company=self.env.company.id,
                    channel=channel,
                    on=on,
                    at=at,
                    partner=recipient.partner,
                    address=recipient.address,
                    purpose=purpose,
                )
            )
        return recipients, self.env["collection.compliance"]._check(proposals)

    @api.model
    def _insert_contacts(self, run, rows, on):
        """Insert log rows and the items they list; a row that exists already is left alone."""
        if not rows:
            return
        columns = as_columns(
            (
                case_id,
                debtor_id,
                intent.action.channel,
                "blocked" if code else "planned",
                code or None,
                recipient.partner,
                recipient.address or None,
                intent.stage,
                intent.action.id,
                intent.occurrence,
                intent.currency,
                intent.amount,
                released and not code,
            )
            for case_id, debtor_id, intent, recipient, code, released in rows
        )
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO collection_contact_log (case_id, debtor_id, channel, state, block_code,
                       partner_id, address, stage_id, action_id, occurrence, currency_id, amount,
                       released, direction, date, run_id, company_id, create_date, write_date)
                SELECT n.*, 'out', %(on)s, %(run)s, %(company)s, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                  FROM unnest(%(columns)s) AS n
                    ON CONFLICT DO NOTHING
             RETURNING id, case_id, action_id, currency_id, occurrence
                """,
                on=on,
                run=run.id,
                company=run.company_id.id,
                columns=SQL(
                    "%s::int[], %s::int[], %s::varchar[], %s::varchar[], %s::varchar[], %s::int[], "
                    "%s::varchar[], %s::int[], %s::int[], %s::int[], %s::int[], %s::numeric[], "
                    "%s::boolean[]",
                    *columns,
                ),
            )
        )
        wanted = {
            (case_id, intent.action.id, intent.currency, intent.occurrence): intent.lines
            for case_id, _debtor, intent, *_rest in rows
        }
        pairs = [(log, line) for log, *key in inserted for line in wanted[tuple(key)]]
        if pairs:
            self.env.cr.execute(
                "INSERT INTO collection_contact_log_line_rel (log_id, line_id) "
                "SELECT * FROM unnest(%s::int[], %s::int[]) ON CONFLICT DO NOTHING",
                as_columns(pairs),
            )
        self.env["collection.contact.log"].invalidate_model(flush=False)

    @api.model
    def _write_cases(self, cases, facts, decisions, outcome, on):
        """Stage, next review, reason and score of the cases, in one statement."""
        values, tomorrow = [], fields.Date.add(on, days=1)
        scores = self.env["collection.case"]._get_scores(cases.ids, on)
        for case in cases:
            decision, policy = decisions[case.id], facts[case.id].policy
            code = decision.reason.code if decision.reason else outcome.get(case.id)
            params = decision.reason.params if decision.reason else ()
            sentence = self._cached_sentence(code, params) if code else None
            # What a channel or a rule refuses today may be possible tomorrow.
            review = tomorrow if outcome.get(case.id) else max(decision.review_on, tomorrow)
            values.append(
                (
                    case.id,
                    policy.id if policy else None,
                    decision.stage,
                    review,
                    code or None,
                    sentence,
                    *scores[case.id],
                )
            )
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case k
                   SET policy_id = v.policy, stage_id = v.stage,
                       stage_since = CASE WHEN k.stage_id IS DISTINCT FROM v.stage THEN %(on)s
                                          ELSE k.stage_since END,
                       next_review_date = v.review, reviewed_on = %(on)s, no_contact_code = v.code,
                       no_contact_reason = v.sentence, error_text = NULL, error_date = NULL,
                       score = v.score, score_parts = v.parts, last_answer_date = v.answered,
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM unnest(%(columns)s) AS v(id, policy, stage, review, code, sentence, score,
                                                parts, answered)
                 WHERE v.id = k.id AND k.id = ANY(%(ids)s)
                """,
                on=on,
                ids=list(cases.ids),
                columns=SQL(
                    "%s::int[], %s::int[], %s::int[], %s::date[], %s::varchar[], %s::varchar[], "
                    "%s::float8[], %s::jsonb[], %s::date[]",
                    *as_columns(values),
                ),
            )
        )
        cases.invalidate_recordset(flush=False)

    @api.model
    def _cached_sentence(self, code, params):
        """The sentence of a refusal; without parameters it is the same for every case."""
        cache = self.env.cr.cache.setdefault("collections_followup.sentences", {})
        key = (self.env.lang, code, params)
        if key not in cache:
            cache[key] = self.env["collection.compliance"]._sentence(code, params)
        return cache[key]

    @api.model
    def _ask_for_help(self, cases, decisions):
        """An activity for each case that no channel reaches, unless there is one already."""
        stuck = cases.filtered(lambda case: decisions[case.id].unreachable)
        if not stuck:
            return
        activity_type = self.env.ref("collections_followup.activity_type_unreachable")
        # sudo: an activity for anybody counts.
        known = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "collection.case"),
                    ("res_id", "in", stuck.ids),
                    ("activity_type_id", "=", activity_type.id),
                ]
            )
        )
        stuck -= stuck.browse(known.mapped("res_id"))
        for user, group in stuck.grouped(self._get_responsible).items():
            group.with_context(mail_activity_quick_update=True).activity_schedule(
                act_type_xmlid="collections_followup.activity_type_unreachable", user_id=user.id
            )
