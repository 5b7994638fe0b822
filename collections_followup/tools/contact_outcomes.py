"""What a contact's outcome means for counting: did it connect, was it a talk, a voicemail?

12 CFR 1006.14(b)(3)(ii) and its comment 1: a busy signal or a number out of service does not
count; an answered call counts even if it drops, a ringing phone counts even if nobody answers,
a voicemail box counts even if no message can be left.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutcomeEffect:
    """Flags a ``PastContact`` takes from its outcome; see there for their meaning."""

    connected: bool = True
    conversation: bool = False
    voicemail: bool = False
    names_debt: bool = False
    general: bool = False


_NOT_CONNECTED = OutcomeEffect(connected=False)
_TALK = OutcomeEffect(conversation=True)

OUTCOMES: dict[str, OutcomeEffect] = {
    "no_answer": OutcomeEffect(),
    "answered_dropped": OutcomeEffect(),
    "recorded_message": OutcomeEffect(),
    "voicemail_no_message_possible": OutcomeEffect(),
    "voicemail_limited_content": OutcomeEffect(voicemail=True),
    "voicemail": OutcomeEffect(voicemail=True, names_debt=True),
    "wrong_person": OutcomeEffect(),
    "conversation": _TALK,
    "conversation_general": OutcomeEffect(conversation=True, general=True),
    "busy_signal": _NOT_CONNECTED,
    "number_not_in_service": _NOT_CONNECTED,
    "not_connected": _NOT_CONNECTED,
}
"""Effects by outcome code; a code that is not listed is the caller's to describe."""


def effect_of(outcome: str) -> OutcomeEffect:
    """Return the effect of an outcome code.

    :raises KeyError: for a code that is not known, so that nothing is counted by accident.
    """
    return OUTCOMES[outcome]
