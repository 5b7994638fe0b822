"""The shipped contact rules, found by the name a worked example gives its policy."""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from odoo.addons.collections_followup.tools.contact_rules import rules_from_data

from .compare import NotInterpreted

DATA = Path(__file__).resolve().parents[3] / "collections_followup" / "data" / "contact_rules.json"

ALIASES = {
    "US-REGF": "REGF REG-F REGULATION 1006 FDCPA",
    "US-MA": "MA MASSACHUSETTS 940",
    "US-NYC": "NYC NEW-YORK 5-77 RCNY",
    "US-DC": "DC COLUMBIA 28-3814",
    "IE-CCA": "IE IRELAND IRISH CCA S46 S.46",
    "IT-UNIREC": "UNIREC",
    "IT-GARANTE": "GARANTE",
    "PL-ZPF": "PL ZPF KPF POLAND",
    "SA-SAMA": "SA SAMA SAUDI",
    "HOUSE": "HOUSE B2B DEFAULT BUSINESS",
}
HOME_ZONE = {
    "US": "America/New_York",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "PL": "Europe/Warsaw",
    "SA": "Asia/Riyadh",
    "": "Europe/Rome",
}


@cache
def shipped():
    """Return every shipped rule."""
    return rules_from_data(json.loads(DATA.read_text(encoding="utf-8")))


def policy_code(name: str) -> str:
    """Return the shipped policy a free name means, the one with most words in common."""
    words = set(re.split(r"[^A-Z0-9.-]+", name.upper().replace("_", "-")))
    words |= {part for word in words for part in word.split("-")}
    scores = {
        code: len(words & set(alias.split())) + 2 * (code in words)
        for code, alias in ALIASES.items()
    }
    best = max(scores, key=scores.get)
    if not scores[best]:
        raise NotInterpreted(f"unknown policy {name!r}")
    return best


@cache
def policy_rules(code: str, *kinds: str):
    """Return the rules of a policy, switched on and bound to no place, date or debtor."""
    free = {
        "active": True,
        "country": "",
        "state": "",
        "locality": "",
        "debtor_type": "any",
        "party": "any",
        "valid_from": None,
    }
    found = [
        rule for rule in shipped() if rule.policy == code and (not kinds or rule.kind in kinds)
    ]
    return tuple(replace(rule, **free) for rule in found)


def home_zone(code: str) -> str:
    """Return a time zone of the policy's country."""
    return HOME_ZONE.get(code.partition("-")[0], HOME_ZONE[""])
