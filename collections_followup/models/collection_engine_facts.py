from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.cadence import Contact
from ..tools.position import OpenItem, split_disputed


@dataclass(slots=True)
class CaseFacts:
    """What is known of one case before deciding.

    :param trial: the trial of policies in which the debtor takes part, if any
    :param joins: the half of it, when the debtor joins today
    """

    id: int
    partner_id: int
    policy: object
    prefers: str | None = None
    trial: int | None = None
    joins: str | None = None
    items: list = field(default_factory=list)
    history: dict = field(default_factory=lambda: defaultdict(list))


class CollectionEngine(models.AbstractModel):
    """Loading facts: everything about a chunk of cases in a fixed number of queries."""

    _inherit = "collection.engine"

    @api.model
    def _load_facts(self, cases, on):
        """Facts of all given cases of one company.

        :return: {case id: :class:`CaseFacts`}
        """
        policies = self._choose_policies(cases)
        prefers = self._get_preferences(cases)
        facts = {
            case.id: CaseFacts(
                case.id,
                case.partner_id.id,
                policies[case.id],
                prefers.get(case.partner_id.id),
            )
            for case in cases
        }
        for case_id, items in self._load_items(cases, on).items():
            facts[case_id].items = items
        for case_id, currency_id, contact in self._load_history(cases):
            facts[case_id].history[currency_id].append(contact)
        return facts

    @api.model
    def _load_items(self, cases, on):
        """Open receivable items with their place on the ladder.

        Amounts are in the item's currency. They come as text, because the cursor turns numbers
        of the database into floats, and sums of those are not exact.

        :return: {case id: list of :class:`OpenItem`}
        """
        self.env["account.move.line"].flush_model()
        self.env["collection.item"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT k.id, l.id, l.currency_id, COALESCE(l.date_maturity, l.date),
                       l.amount_residual_currency::text, l.no_followup, i.stage_id, i.stage_since,
                       i.reached_on
                  FROM collection_case k
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = k.company_id
                  JOIN account_account a ON a.id = l.account_id
                  LEFT JOIN collection_item i ON i.move_line_id = l.id
                 WHERE k.id = ANY(%s) AND %s
                """,
                list(cases.ids),
                self.env["collection.case"]._open_line_condition(),
            )
        )
        line_ids = [row[1] for row in rows]
        exclusions = self._get_exclusions(cases, line_ids, on)
        disputed = self.env["collection.dispute"]._get_disputed(line_ids)
        result = defaultdict(list)
        for case_id, line_id, currency_id, due, residual, no_followup, *state in rows:
            code = "no_followup" if no_followup else exclusions.get(line_id)
            item = OpenItem(line_id, currency_id, due, Decimal(residual), code, *state)
            if line_id in disputed:
                result[case_id] += split_disputed(item, disputed[line_id])
            else:
                result[case_id].append(item)
        return result

    @api.model
    def _get_exclusions(self, cases, line_ids, on):
        """Items that must not be chased although they are open.

        Hook for extensions that have more reasons.

        :return: {line id: refusal code}
        """
        agreed = self.env["collection.agreement"]._get_agreed_lines(line_ids)
        held = self.env["collection.hold"]._get_held_lines(line_ids, on)
        return {**dict.fromkeys(agreed, "agreement"), **dict.fromkeys(held, "item_on_hold")}

    @api.model
    def _load_history(self, cases):
        """Contacts made or refused by actions of the ladder, oldest first.

        Reminders of agreements are no step of the ladder, but the debtor has heard from us: they
        count for the days between contacts.

        :return: iterator of (case id, currency id, :class:`Contact`)
        """
        self.env["collection.contact.log"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.case_id, g.currency_id, COALESCE(g.action_id, 0),
                       COALESCE(g.stage_id, 0), g.state, g.date,
                       ARRAY(SELECT r.line_id FROM collection_contact_log_line_rel r
                              WHERE r.log_id = g.id),
                       g.block_code, g.occurrence
                  FROM collection_contact_log g
                 WHERE g.case_id = ANY(%s)
                   AND (g.action_id IS NOT NULL OR g.agreement_line_id IS NOT NULL)
                 ORDER BY g.id
                """,
                list(cases.ids),
            )
        )
        for case_id, currency_id, action, stage, state, day, lines, code, occurrence in rows:
            contact = Contact(action, stage, state, day, frozenset(lines), code, occurrence)
            yield case_id, currency_id, contact

    @api.model
    def _get_preferences(self, cases):
        """Channels on which debtors want to be contacted first; one query.

        :return: {debtor id: channel code}
        """
        self.env["res.partner"].flush_model(["collection_preferred_channel"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, collection_preferred_channel FROM res_partner "
                "WHERE collection_preferred_channel IS NOT NULL AND id = ANY(%s)",
                list(cases.partner_id.ids),
            )
        )
        return dict(rows)

    # === Policies === #
    @api.model
    def _choose_policies(self, cases):
        """The policy of each case of one company, by the rules of
        :meth:`CollectionPolicy._choose`.

        :return: {case id: collection.policy}
        """
        company = cases[:1].company_id
        policies = self._get_policies(company)
        # sudo: which policy applies must not depend on who may read the debtor's contact.
        partners_sudo = cases.partner_id.with_company(company).sudo()
        simple = self._get_simple_policy(policies, company)
        if simple and not partners_sudo.search_count(
            [("id", "in", partners_sudo.ids), ("collection_policy_id", "!=", False)], limit=1
        ):
            return dict.fromkeys(cases.ids, simple)
        partners_sudo.fetch(
            ["country_id", "category_id", "is_company", "vat", "collection_policy_id"]
        )
        result = {}
        for case in cases:
            partner = case.partner_id.sudo().with_company(company)
            own = partner.collection_policy_id.id
            if simple and not own:
                result[case.id] = simple
                continue
            facts = {
                "company": company.id,
                "country": partner.country_id.id,
                "consumer": partner._is_consumer(),
                "categories": set(partner.category_id.ids),
                "own": own,
            }
            result[case.id] = self.env["collection.policy"]._choose(policies, facts)
        return result

    @api.model
    def _get_simple_policy(self, policies, company):
        """The one policy of everybody, when no policy asks who the debtor is."""
        if any(p.debtor_type != "any" or p.country_ids or p.partner_category_ids for p in policies):
            return None
        facts = {
            "company": company.id,
            "own": False,
            "country": False,
            "consumer": False,
            "categories": set(),
        }
        return self.env["collection.policy"]._choose(policies, facts)

    # === Currencies === #
    @api.model
    def _get_converter(self, policy, company, on, cache):
        """A function that turns an amount of the policy into another currency.

        It answers ``None`` when one of the currencies has no exchange rate at all: Odoo would
        silently take 1, and a threshold would mean something else than was written.

        :param dict cache: rates already looked up by this run
        """

        def convert(amount, currency_id):
            if not amount or currency_id == policy.currency_id.id:
                return amount
            key = (policy.currency_id.id, currency_id, company.id)
            if key not in cache:
                cache[key] = self._get_rate(*key, on)
            if cache[key] is None:
                return None
            return amount * cache[key]

        return convert

    @api.model
    def _get_rate(self, from_id, to_id, company_id, on):
        """Exchange rate of ``on``, or ``None`` when there is none."""
        Currency = self.env["res.currency"]
        company = self.env["res.company"].browse(company_id)
        for currency in Currency.browse((from_id, to_id)):
            if currency != company.currency_id and not currency.rate_ids.filtered(
                lambda rate: rate.company_id in (company.root_id, rate.company_id.browse())
            ):
                return None
        rate = Currency._get_conversion_rate(
            Currency.browse(from_id), Currency.browse(to_id), company, on
        )
        return Decimal(repr(rate))
