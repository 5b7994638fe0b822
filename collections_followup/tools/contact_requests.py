"""Silence the person asked for: written cease notice, lawyer, unwanted media and addresses."""

from collections.abc import Sequence
from datetime import timedelta

from .contact_model import (
    BYSTANDERS,
    CALLS,
    ELECTRONIC,
    ContactRule,
    Finding,
    OptOut,
    PastContact,
    PersonFacts,
    ProposedContact,
)
from .contact_windows import local_day, start_of_day

AFTER_CEASE = frozenset({"termination_notice", "remedy_may_be_invoked", "remedy_will_be_invoked"})
"""What may still be said after a cease notice (12 CFR 1006.6(c)(2))."""

LEGALLY_REQUIRED = "legally_required"
OPT_OUT_CONFIRMATION = "opt_out_confirmation"


def _finding(rule: ContactRule, code: str, message: str, /, **params) -> Finding:
    return Finding(code, message, params, rule.code, rule.mode)


def _concerns(debts: frozenset[str], contact: ProposedContact) -> bool:
    return not debts or not contact.debts or not debts.isdisjoint(contact.debts)


def answers_person(
    contact: ProposedContact, history: Sequence[PastContact], address: str = ""
) -> bool:
    """Tell whether the person's latest message in this medium is still unanswered.

    One answer is allowed (12 CFR 1006.14(h)(2)(ii), comment 6(b)(2)-1). A telephone
    conversation the person began has been answered by itself.
    """
    latest = None
    for past in history:
        same = past.channel == contact.channel and (not address or past.address == address)
        if same and past.role == contact.role and past.at <= contact.at:
            latest = past
    return latest is not None and latest.direction == "in" and not latest.conversation


def check_cease(rule, contact, history, facts: PersonFacts) -> Finding | None:
    """Refuse any contact about a debt from the receipt of a written cease notice.

    12 CFR 1006.6(c)(1), comment 6(c)(1)-1: complete upon receipt, so earlier contacts stand.
    """
    if contact.role in BYSTANDERS or contact.purpose in AFTER_CEASE:
        return None
    if contact.purpose == LEGALLY_REQUIRED:
        return None
    for request in facts.cease:
        received = request.received <= local_day(contact.at, facts)
        if received and _concerns(request.debts, contact):
            return _finding(
                rule,
                "cease",
                "The person refused to pay or asked for silence in writing; received on %(day)s.",
                day=request.received.isoformat(),
            )
    return None


def check_attorney(rule, contact, history, facts: PersonFacts) -> Finding | None:
    """Refuse contact with a person known to be represented for the debt.

    12 CFR 1006.6(b)(2): unless the lawyer does not answer within a reasonable time or agrees;
    1006.10(b)(5): nor with third parties. One answer to a message of the person is allowed
    (comment 6(b)(2)-1).
    """
    attorney = facts.attorney
    if attorney is None or contact.role in BYSTANDERS or attorney.consents:
        return None
    day = local_day(contact.at, facts)
    if day < attorney.known_from or not _concerns(attorney.debts, contact):
        return None
    if attorney.unresponsive_from is not None and attorney.unresponsive_from <= day:
        return None
    if contact.role == "consumer" and answers_person(contact, history):
        return None
    finding = _finding(
        rule, "attorney", "The person is represented by a lawyer; contact the lawyer instead."
    )
    if attorney.unresponsive_from is None:
        return finding
    moment = start_of_day(attorney.unresponsive_from, facts)
    return Finding(finding.code, finding.message, {}, rule.code, rule.mode, moment)


def opt_out_covers(request: OptOut, contact: ProposedContact, day) -> bool:
    """Tell whether a request against a medium or an address covers a contact on a day.

    "Stop calling" covers every call; an address covers its medium for any debt
    (12 CFR 1006.14(h)(1), comments -2, -3.i, -3.ii).
    """
    if day < request.since:
        return False
    if request.address and request.address != contact.address:
        return False
    if not request.channels or contact.channel in request.channels:
        return True
    return bool(request.channels & CALLS) and contact.channel in CALLS


def check_medium(rule, contact, history, facts: PersonFacts) -> Finding | None:
    """Refuse a medium or address the person asked not to be contacted by.

    Exceptions of 12 CFR 1006.14(h)(2): one bare confirmation of an electronic opt-out, one
    answer in the medium the person used, what other law requires.
    """
    if contact.purpose == LEGALLY_REQUIRED:
        return None
    day = local_day(contact.at, facts)
    for request in facts.opt_outs:
        if not opt_out_covers(request, contact, day):
            continue
        if contact.purpose == OPT_OUT_CONFIRMATION and _first_confirmation(contact, history):
            continue
        if answers_person(contact, history, request.address):
            continue
        if request.address:
            message = "The person asked not to be contacted at %(address)s."
            return _finding(rule, "opt_out_address", message, address=request.address)
        message = "The person asked not to be contacted by this medium (%(channel)s)."
        return _finding(rule, "opt_out_medium", message, channel=contact.channel)
    return None


def _first_confirmation(contact: ProposedContact, history: Sequence[PastContact]) -> bool:
    return contact.channel in ELECTRONIC and not any(
        past.purpose == OPT_OUT_CONFIRMATION and past.address == contact.address for past in history
    )


def check_soft(rule: ContactRule, contact, history, facts: PersonFacts) -> Finding | None:
    """Warn of patterns that may rebut a presumption of compliance.

    12 CFR 1006, comment 14(b)(2)(i)-2.i, ii: calls or voicemails to one number within five
    minutes, or many in one day (its own example is six in a day after one two days before).
    """
    if contact.channel not in CALLS:
        return None
    placed = [
        past
        for past in history
        if past.direction == "out"
        and past.channel in CALLS
        and past.address == contact.address
        and (past.role, past.person_id) == (contact.role, contact.person_id)
    ]
    wait = timedelta(minutes=rule.rapid_minutes)
    for past in reversed(placed):
        if not past.conversation and contact.at - wait < past.at <= contact.at:
            return Finding(
                "rapid_succession",
                "An unanswered call to this number was placed less than %(minutes)s minutes ago.",
                {"minutes": rule.rapid_minutes},
                rule.code,
                rule.mode,
                past.at + wait,
            )
    return _concentrated(rule, contact, placed, facts)


def _concentrated(rule, contact, placed, facts) -> Finding | None:
    day = local_day(contact.at, facts)
    today = 1 + sum(local_day(past.at, facts) == day for past in placed)
    if not rule.concentrated_per_day or today < rule.concentrated_per_day:
        return None
    return Finding(
        "concentrated",
        "This would be call number %(count)s to this number on one day.",
        {"count": today},
        rule.code,
        rule.mode,
        start_of_day(day + timedelta(days=1), facts),
    )
