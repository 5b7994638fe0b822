"""The shipped contact rules: complete, readable, and the right ones apply to a person."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.collections_followup.tools.contact_model import PersonFacts, ProposedContact
from odoo.addons.collections_followup.tools.contact_rules import (
    CHECKS,
    applies_to_person,
    check_contact,
    history_days,
    rule_from_data,
    rules_from_data,
)

FILE = Path(__file__).resolve().parents[2] / "collections_followup" / "data" / "contact_rules.json"
ENTRIES = json.loads(FILE.read_text(encoding="utf-8"))
RULES = rules_from_data(ENTRIES)
CHANNELS = {
    "phone", "prerecorded_call", "ringless_voicemail", "sms", "email", "whatsapp", "chat", "social",
    "portal", "letter", "postcard", "visit", "door_notice",
}  # fmt: skip
ON = date(2026, 11, 22)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule):
    assert rule.kind in CHECKS
    assert rule.legal_source
    assert rule.name
    assert rule.mode in ("block", "warn")
    assert rule.debtor_type in ("any", "consumer", "business")
    assert rule.party in ("any", "first", "third")
    assert rule.channels <= CHANNELS
    if rule.kind == "hours":
        assert len(rule.hours) == 7
    if rule.kind == "frequency":
        limits = (
            rule.max_attempts,
            rule.max_attempts_without_consent,
            rule.max_conversations_day,
        )
        assert any(limit is not None for limit in limits)


def test_codes_are_unique():
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))


def test_unknown_parameter_is_an_error():
    with pytest.raises(TypeError):
        rule_from_data({"code": "X", "kind": "hours", "parameters": {"hour": 1}})


def applicable(**facts):
    """Return the policies whose rules bind for a person."""
    person = PersonFacts(**facts)
    return {rule.policy for rule in RULES if applies_to_person(rule, person, ON)}


@pytest.mark.parametrize(
    ("facts", "policies"),
    [
        ({"country": "US", "party": "third"}, {"US-REGF", "HOUSE"}),
        ({"country": "US", "party": "first"}, {"HOUSE"}),
        ({"country": "US", "state": "MA", "party": "first"}, {"US-MA", "HOUSE"}),
        ({"country": "US", "state": "DC", "party": "first"}, {"US-DC", "HOUSE"}),
        (
            {"country": "US", "state": "NY", "locality": "New York City", "party": "first"},
            {"US-NYC", "HOUSE"},
        ),
        ({"country": "US", "party": "third", "debtor_type": "business"}, {"HOUSE"}),
        ({"country": "IT", "party": "first"}, {"IT-GARANTE", "HOUSE"}),
        ({"country": "IE", "party": "first"}, {"HOUSE"}),
        ({"country": "DE", "party": "first"}, {"HOUSE"}),
    ],
)
def test_who_is_covered(facts, policies):
    assert applicable(**facts) == policies


def test_new_york_city_starts_in_september():
    person = PersonFacts(country="US", state="NY", locality="New York City", party="first")
    rules = [rule for rule in RULES if rule.policy == "US-NYC"]
    assert not any(applies_to_person(rule, person, date(2026, 8, 31)) for rule in rules)
    assert all(applies_to_person(rule, person, date(2026, 9, 1)) for rule in rules)


def test_business_debtor_is_only_warned():
    facts = PersonFacts(
        time_zones=(ZoneInfo("Europe/Rome"),), country="IT", debtor_type="business", party="first"
    )
    sunday = ProposedContact(datetime(2026, 11, 22, 10, tzinfo=UTC), "phone", ("D1",))
    verdict = check_contact(sunday, (), RULES, facts)
    assert (verdict.allowed, verdict.mode, verdict.rule) == (True, "warn", "HOUSE-B2B-HOURS")


def test_how_far_back_a_history_must_go():
    assert history_days(RULES) == 31
    assert history_days([rule for rule in RULES if rule.policy == "US-REGF"]) == 8
    assert history_days(()) == 1
