"""What speaks for or against a collector once the call counts are known.

12 CFR 1006.14(b)(2) only presumes: comments 14(b)(2)(i)-2 and 14(b)(2)(ii)-2 list, without
closing the list, what may rebut compliance and violation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .contact_model import ContactRule, PastContact, PersonFacts, ProposedContact
from .contact_requests import check_soft

LEGAL_DUTY = "legal_duty"
LITIGATION = "litigation"
INFORMATION_REQUEST = "information_request"
AVERT_HARM = "avert_harm"


@dataclass(frozen=True, slots=True)
class CallReason:
    """Why a call was placed in excess of the frequencies.

    ``kind`` is one of the four constants or empty. For ``AVERT_HARM``: ``own_control`` if the
    collector itself could have prevented the harm, ``urgent`` if time was of the essence.
    """

    kind: str = ""
    own_control: bool = False
    urgent: bool = True


def may_rebut_violation(reason: CallReason) -> bool:
    """Tell whether a reason is a factor against a presumed violation.

    Comment 14(b)(2)(ii)-2: required by law (i), active litigation (ii), information the person
    asked for (iii), harm the person could avert, not in the collector's control, urgent (iv).
    """
    if reason.kind == AVERT_HARM:
        return reason.urgent and not reason.own_control
    return reason.kind in (LEGAL_DUTY, LITIGATION, INFORMATION_REQUEST)


def pattern_warnings(
    rule: ContactRule, history: Sequence[PastContact], facts: PersonFacts
) -> tuple[PastContact, ...]:
    """Return past calls whose pattern may rebut compliance, by a rule of kind ``soft``.

    Comment 14(b)(2)(i)-2.i and ii: rapid succession, high concentration.
    """
    found = []
    for position, past in enumerate(history):
        if past.direction != "out":
            continue
        contact = ProposedContact(
            past.at, past.channel, past.debts, past.role, past.person_id, past.address
        )
        if check_soft(rule, contact, history[:position], facts):
            found.append(past)
    return tuple(found)
