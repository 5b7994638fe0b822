"""Worked examples of notices, wording and periods."""

import re
from datetime import date, timedelta
from decimal import Decimal

from odoo.addons.collections_followup.tools import contact_notices as notices
from odoo.addons.collections_followup.tools.contact_model import AddressRecord
from odoo.addons.collections_followup.tools.contact_parties import (
    email_objection,
    is_public_email_domain,
)
from odoo.addons.collections_followup.tools.contact_voicemail import (
    is_limited_content,
    voicemail_content,
)
from odoo.addons.collections_followup.tools.contact_wording import opt_out_statement_ok

from .compare import NotInterpreted, as_list, compare, day, first_of, like, many, shaped
from .contact_policies import policy_code, policy_rules

CONTENT_WORDS = (
    (r"business|company", "business_name"),
    (r"request|reply", "reply_request"),
    (r"person|natural|name|caller", "person_name"),
    (r"phone|number", "phone_number"),
    (r"salutation|greeting", "salutation"),
    (r"suggested", "suggested_times"),
    (r"date|time", "date_time"),
    (r"representative|associate", "any_representative"),
)


def _creditor_notice(inputs: dict) -> str:
    """Return what is wrong with a creditor's notice by its dates (12 CFR 1006.6(d)(4)(ii))."""
    until = day(first_of(inputs, "opt_out_by", "opt_out_date", "deadline", "opt_out_until"))
    record = AddressRecord("", "creditor_notice", day(inputs["notice_sent"]), until)
    return email_objection(record, until + timedelta(days=1))


def opt_out_notice(inputs: dict, expected: dict) -> None:
    """Is a message's way to opt out reasonable and simple?"""

    def resolve(key, want):
        if key not in ("compliant", "ok", "allowed", "valid", "reasonable_and_simple"):
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        if "notice_sent" in inputs:
            return like(want, not _creditor_notice(inputs))
        texts, several = many(inputs, "texts", "text", "messages", "message", "notices", "notice")
        return shaped([opt_out_statement_ok(text) for text in texts], several, want)

    compare(expected, resolve)


def limited_content_message(inputs: dict, expected: dict) -> None:
    """Is a voicemail a limited-content message?"""
    person = str(
        first_of(inputs, "person", "left_for", "number_belongs_to", "recipient", default="consumer")
    ).lower()
    for_consumer = "consumer" in person and not re.search(
        r"friend|third|relative|spouse of", person
    )

    def content(entry):
        if isinstance(entry, str):
            return voicemail_content(entry)
        return frozenset(
            next((c for words, c in CONTENT_WORDS if re.search(words, part, re.I)), "other")
            for part in entry
        )

    def entries():
        if "content" in inputs or "elements" in inputs:
            one = first_of(inputs, "content", "elements")
            nested = any(isinstance(part, list) for part in one)
            return (one if nested else [one]), nested
        return many(
            inputs,
            "texts",
            "text",
            "messages",
            "message",
            "voicemails",
            "voicemail",
            "transcript",
            "transcripts",
        )

    def resolve(key, want):
        found, several = entries()
        answers = [is_limited_content(content(entry), for_consumer) for entry in found]
        if key in ("is_communication", "communication", "conveys_debt"):
            answers = [not answer for answer in answers]
        elif not re.search(r"limited|^lcm$|compliant|^valid$|^ok$|^is_lcm$", key):
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        return shaped(answers, several, want)

    compare(expected, resolve)


def email_domain(inputs: dict, expected: dict) -> None:
    """Is the domain of an address open to the general public?"""

    def resolve(key, want):
        addresses, several = many(
            inputs, "addresses", "address", "emails", "email", "domains", "domain"
        )
        public = [is_public_email_domain(address) for address in addresses]
        if key in ("reserved", "private_domain", "reserved_domain"):
            return shaped([not one for one in public], several, want)
        if key not in (
            "public_domain",
            "public",
            "available_to_public",
            "general_public",
            "allowed",
        ):
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        return shaped(public, several, want)

    compare(expected, resolve)


def validation_itemization(inputs: dict, expected: dict) -> None:
    """What is owed now, from the itemization of a validation notice."""

    def money(*names):
        return Decimal(str(first_of(inputs, *names, default="0")))

    def resolve(key, want):
        if key not in ("total_now", "total", "current_amount", "amount_now", "total_amount"):
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        total = notices.itemized_total(
            money("amount_on_itemization_date", "amount", "amount_then"),
            money("interest", "interest_since"),
            money("fees", "fees_since"),
            money("payments_credits", "payments", "payments_and_credits"),
            money("credits"),
        )
        return str(total) if isinstance(want, str) else type(want)(total)

    compare(expected, resolve)


def validation_period(inputs: dict, expected: dict) -> None:
    """When a validation notice counts as received and until when it may be disputed."""
    sent = first_of(
        inputs, "resent", "sent_again", "second_notice_sent", "sent", "provided", "mailed"
    )
    received = first_of(inputs, "received", "actual_receipt", "received_on")
    if received is None and (inputs.get("oral") or "orally" in str(inputs.get("assumed_receipt"))):
        received = sent
    number = re.search(r"\d+", str(inputs.get("assumed_receipt", "")))
    period = None
    if sent:
        period = notices.validation_period(
            day(sent),
            day(received) if received else None,
            int(number[0]) if number else notices.RECEIPT_BUSINESS_DAYS,
        )

    def resolve(key, want):
        if key in ("assumed_received", "received", "assumed_receipt", "received_assumed"):
            return period.received.isoformat()
        if key in (
            "period_ends",
            "ends",
            "validation_period_ends",
            "end_date",
            "validation_ends",
            "dispute_until",
        ):
            return period.ends.isoformat()
        if key in ("notice_due", "send_by", "notice_due_by", "deadline"):
            first = first_of(inputs, "initial_communication", "first_communication")
            return notices.validation_notice_due(day(first)).isoformat()
        match = re.match(r"^(?:dispute_on_)?(\d{4}-\d{2}-\d{2})_?(?:timely|in_time)?$", key)
        if match or key in ("dispute_timely", "dispute_in_time", "timely"):
            one_day = (
                match[1] if match else first_of(inputs, "dispute_received", "disputed", "dispute")
            )
            return like(want, day(one_day) <= period.ends)
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")

    compare(expected, resolve)


class Furnishing:
    """From when a debt may be reported to a credit bureau."""

    SENT = r"mailed|sent|letter|message|e_?mail(?!ed)|notice"
    BACK = r"undeliver|return|bounce"

    def __init__(self, inputs: dict):
        self.inputs = inputs
        back = self.days(self.BACK)
        sent = self.days(self.SENT, self.BACK + "|received")
        pairs = []
        for on, later in zip(sent, [*sent, date.max][1:], strict=True):
            pairs.append((on, next((one for one in back if on <= one < later), None)))
        spoken = self.days(r"spoke|talk|conversation|phone")
        self.first = notices.furnish_from(pairs, min(spoken, default=None))
        self.furnished = self.days(r"furnish|report")

    def days(self, pattern: str, without: str = "^$") -> list[date]:
        """Return the days of the inputs whose names match, oldest first."""
        found = [
            day(value)
            for name, values in self.inputs.items()
            if re.search(pattern, name) and not re.search(without, name)
            for value in as_list(values)
            if re.match(r"\d{4}-\d{2}-\d{2}", str(value))
        ]
        return sorted(found)

    def date_for(self, key: str) -> str | None:
        """Return the first day allowed, or the last one to wait through."""
        if self.first is None:
            return None
        last = re.search(r"through|ends|last|expires", key)
        return (self.first - timedelta(days=1) if last else self.first).isoformat()

    def resolve(self, key: str, want: object) -> object:
        """Answer one expected key."""
        if want is None or re.match(r"^\d{4}-\d{2}-\d{2}$", str(want)):
            return self.date_for(key)
        if re.fullmatch(r"(wait|reasonable)\w*days|days", key):
            return notices.FURNISH_WAIT_DAYS
        named = re.search(r"\d{4}-\d{2}-\d{2}", key)
        days = [day(named[0])] if named else self.furnished
        if not days and self.first is None:
            days = [date.max]
        if not days:
            raise NotInterpreted(f"{key!r}: on which day?")
        may = [self.first is not None and on >= self.first for on in days]
        if re.search(r"violat|prohibit", key):
            may = [not one for one in may]
        elif not re.search(r"furnish|report|allowed|compliant|may|ok|sufficient", key):
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        return shaped(may, isinstance(want, list), want)


def credit_reporting_wait(inputs: dict, expected: dict) -> None:
    """Run one example of the wait before credit reporting."""
    compare(expected, Furnishing(inputs).resolve)


def retention(inputs: dict, expected: dict) -> None:
    """Until when records and recordings are kept."""
    rules = policy_rules(policy_code(inputs.get("policy", "US-REGF")), "retention")
    years = max(rule.retention_years for rule in rules)
    starts = {
        "record": first_of(inputs, "last_collection_activity", "last_activity", "last_activity_on"),
        "call": first_of(
            inputs,
            "call_recording",
            "recording",
            "call",
            "call_date",
            "call_record",
            "recorded_call",
        ),
    }

    def resolve(key, want):
        call = re.search(r"recording|call", key) or starts["record"] is None
        if not re.search(r"until|keep|retain|end|delet", key):
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        until = notices.recording_until if call else notices.records_until
        start = starts["call" if call else "record"]
        if isinstance(start, list):
            return [until(day(one), years).isoformat() for one in start]
        if "from" in key or "start" in key:
            return inputs["collection_started"]
        return until(day(start), years).isoformat()

    compare(expected, resolve)
