"""How worked examples name a law, a day count, a rounding: free text to our codes."""

import re
from dataclasses import replace
from decimal import Decimal

from odoo.addons.collections_followup.tools.daycount import DayCount
from odoo.addons.collections_followup.tools.regimes import (
    REGIMES,
    RateMode,
    Regime,
    Rounding,
)

_COUNTRIES = {
    "it": "IT", "italy": "IT", "es": "ES", "spain": "ES", "fr": "FR", "france": "FR",
    "de": "DE", "germany": "DE", "pl": "PL", "poland": "PL", "ie": "IE", "ireland": "IE",
    "uk": "UK", "gb": "UK", "united": "UK", "lpcdia": "UK", "eu": "EU", "directive": "EU",
    "ecb": "EU", "mro": "EU",
}  # fmt: skip
_NO_INTEREST = ("none", "sa", "saudi", "no", "off")
_CONTRACT = ("contract", "contractual", "agreed", "us", "eg", "egypt")


def regime_of(text: str, debtor: str = "") -> Regime:
    """Return the regime named by an example, such as ``"DE consumer"`` or ``"PL 481"``."""
    lower = f"{text} {debtor}".lower()
    first = re.match(r"[a-z]+", lower)
    word = first[0] if first else ""
    if word in _NO_INTEREST:
        return REGIMES["NONE"]
    if word in _CONTRACT:
        return Regime("CONTRACT", text, agreed_rate=Decimal(0))
    if word not in _COUNTRIES:
        raise AssertionError(f"unknown regime {text!r}")
    return _variant(_COUNTRIES[word], lower)


def _variant(country: str, lower: str) -> Regime:
    def says(*words: str) -> bool:
        return any(word in lower for word in words)

    consumer = says("consumer", "b2c", "verbraucher", "288(1)", "288 (1)")
    code = country
    if country == "DE":
        code = "DE_CONSUMER" if consumer else "DE_B2B"
    elif country == "PL" and says("health", "szpital", "hospital"):
        code = "PL_HEALTH"
    elif country == "PL":
        code = "PL_CIVIL" if consumer or says("civil", "481") else "PL_COMMERCIAL"
    elif country == "IT" and says("food", "perish", "agri"):
        code = "IT_FOOD"
    if country == "EU" and "mro" in lower and not says("reference", "half"):
        return replace(REGIMES["EU"], series="EU_MRO_CHANGES", margin=Decimal(0))
    names_reference = {"DE": ("base", "basis", "247"), "EU": ("reference", "mro", "ecb")}
    if says(*names_reference.get(country, ())):
        return replace(REGIMES[code], margin=Decimal(0))
    return REGIMES[code]


def day_count_of(text: str) -> DayCount:
    """Return the convention named by ``"actual/365"``, ``"act/act"``, ``"30E/360"`` …"""
    name = str(text).lower().replace("actual", "act").replace(" ", "")
    if name.startswith("30"):
        return DayCount.THIRTY_360
    if name in ("act/act", "act/366", "366", "act/act(isda)") or "leap" in name:
        return DayCount.ACT_ACT
    if name.startswith("act/365") or name == "365":
        return DayCount.ACT_365
    if name in ("act/360", "360"):
        return DayCount.ACT_360
    raise AssertionError(f"unknown day count {text!r}")


def rounding_of(text: str) -> Rounding:
    """Return when an example rounds: ``"daily amount first"``, ``"final only"`` …"""
    lower = str(text).lower()
    if lower.startswith(("final", "once", "none", "end", "total")):
        return Rounding.TOTAL
    if any(word in lower for word in ("daily", "per day", "each day", "one day", "a day")):
        return Rounding.DAILY
    if any(word in lower for word in ("final", "at the end", "once", "total", "line")):
        return Rounding.TOTAL
    if any(word in lower for word in ("segment", "period", "half")):
        return Rounding.SEGMENT
    raise AssertionError(f"unknown rounding {text!r}")


def rate_mode_of(text: str) -> RateMode:
    """Return split or fixed."""
    lower = str(text).lower()
    if "fix" in lower:
        return RateMode.FIXED
    if "split" in lower or "half" in lower:
        return RateMode.SPLIT
    raise AssertionError(f"unknown rate mode {text!r}")
