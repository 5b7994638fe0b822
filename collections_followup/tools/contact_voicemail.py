"""Recognize a limited-content message: a voicemail that conveys nothing about a debt.

12 CFR 1006.2(j). Such a message has four parts, may have four more and nothing else. The check
reads English sentences one by one; a sentence it does not know makes the message another kind
of message, which is the safe error.
"""

import re
from collections.abc import Collection

REQUIRED_CONTENT = frozenset({"business_name", "reply_request", "person_name", "phone_number"})
OPTIONAL_CONTENT = frozenset({"salutation", "date_time", "suggested_times", "any_representative"})
OTHER_CONTENT = "other"

_WORD = r"[A-Z][\w'’&-]*"
_NAME = rf"{_WORD}(?: {_WORD}){{0,3}}"
_BUSINESS = rf"(?:(?i:the )?{_WORD}(?: (?:&|and|of|{_WORD}))*)"
_PHONE = r"\+?\(?\d[\d() -]{5,}\d(?:,? (?i:ext|extension|x) ?\d+)?"
_ZONE = r"(?i:eastern|central|mountain|pacific|local|alaska|hawaii)(?: (?i:standard|daylight))?"
_CLOCK = rf"(?:\d{{1,2}}(?::\d\d)?(?: ?(?i:am|pm))?|(?i:noon))(?: {_ZONE}(?: (?i:time))?)?"
_DAY = (
    r"(?i:(?:any |every |on |this |next |the )*"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|business days?|"
    r"days?|today|tomorrow|tonight|morning|afternoon|evening|any ?time))"
)
_MONTH_DAY = (
    r"(?i:january|february|march|april|may|june|july|august|september|october|november|december)"
    r" \d{1,2}(?i:st|nd|rd|th)?(?:,? \d{4})?"
)
_MOMENT = rf"(?:{_CLOCK}|{_MONTH_DAY}|{_DAY})"
_LINK = r"(?i:from|to|until|till|between|and|or|at|on|before|after|by|through|during)"
_TIMES = rf"(?:,? ?(?:{_LINK} )*{_MOMENT})+"
_ANY_REP = (
    r"(?i:any(?:one)?(?: of)? (?:our|the) (?:company'?s? )?(?:other )?"
    r"(?:representatives|associates)(?: or (?:representatives|associates))?|"
    r"(?:any|a|another) (?:representative|associate))"
)
_PERSON = rf"(?:(?i:me|us|back)|{_NAME})"
_WHO = rf"(?:{_PERSON}|{_ANY_REP})(?:(?:, | (?i:or|and) |, (?i:or|and) )(?:{_PERSON}|{_ANY_REP}))*"
_VERB = r"(?i:contact|call|phone|reply to|reply|respond to|return my call|call back|reach)"

_SALUTATION = re.compile(
    rf"^(?i:hi|hello|hey|good (?:morning|afternoon|evening)|dear)(?: {_NAME})?(?:,|$) ?"
)
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|St)\.")
_SUFFIX = re.compile(r"\b(Inc|Ltd|Corp|Co|LLC|Bros)\.(?= [a-z])")
_HALF_DAY_END = re.compile(
    r"\b([apAP])\. ?[mM]\.(?= (?!Eastern|Central|Mountain|Pacific|Alaska|Hawaii)[A-Z])"
)
_HALF_DAY = re.compile(r"\b([ap])\. ?m\b\.?", re.IGNORECASE)

_SENTENCES: tuple[tuple[re.Pattern, frozenset[str]], ...] = (
    (
        re.compile(
            rf"^(?i:this is|my name is|i am|i'm) {_NAME},? (?:(?i:calling|and i am calling),? )?"
            rf"(?i:from|with|at|of|on behalf of) (?P<business>{_BUSINESS})(?i:,? calling)?$"
        ),
        frozenset({"person_name", "business_name"}),
    ),
    (
        re.compile(rf"^(?i:i am|i'm) calling (?i:from|with) (?P<business>{_BUSINESS})$"),
        frozenset({"business_name"}),
    ),
    (
        re.compile(rf"^(?i:this is|my name is|i am|i'm) {_NAME}(?i: calling)?$"),
        frozenset({"person_name"}),
    ),
    (
        re.compile(rf"^(?i:it is|it's|today is|the time is|the date is)(?i: now)?{_TIMES}$"),
        frozenset({"date_time"}),
    ),
    (
        re.compile(
            rf"^(?i:please |kindly |you (?:can|may) )?{_VERB}(?P<who> {_WHO})?(?i: back)?"
            rf"(?P<phone> (?:(?i:at|on) )?{_PHONE}(?:(?:,| (?i:or)) (?:(?i:at) )?{_PHONE})*)?"
            rf"(?P<times>{_TIMES})?$"
        ),
        frozenset({"reply_request"}),
    ),
    (
        re.compile(
            rf"^(?i:(?:my|our|the) (?:(?:tele)?phone )?number is|(?:i|we) can be reached at|"
            rf"you (?:can|may) reach (?:me|us) at) {_PHONE}(?P<times>{_TIMES})?$"
        ),
        frozenset({"phone_number"}),
    ),
    (
        re.compile(
            rf"^(?i:if you (?:reply|call|call back),? )?(?i:you (?:may|can|could) (?:also )?"
            rf"(?:speak|talk) (?:to|with)) {_ANY_REP}$"
        ),
        frozenset({"any_representative"}),
    ),
)
_COLLECTION_NAME = re.compile(
    r"\b(debts?|collect\w*|recover\w*|receivables?|credit management|arrears)\b", re.IGNORECASE
)
_ANY_REP_SEARCH = re.compile(_ANY_REP)


def _sentence_content(sentence: str) -> set[str]:
    for pattern, content in _SENTENCES:
        match = pattern.match(sentence)
        if not match:
            continue
        found, groups = set(content), match.groupdict()
        if groups.get("phone"):
            found.add("phone_number")
        if groups.get("times"):
            found.add("suggested_times")
        if groups.get("who") and _ANY_REP_SEARCH.search(groups["who"]):
            found.add("any_representative")
        if groups.get("business") and _COLLECTION_NAME.search(groups["business"]):
            found.add(OTHER_CONTENT)
        return found
    return {OTHER_CONTENT}


def voicemail_content(text: str) -> frozenset[str]:
    """Return what a voicemail text contains, in the terms of 12 CFR 1006.2(j)(1) and (2).

    Anything beyond them, also a business name that speaks of debt collection, is ``other``.
    """
    text = " ".join(text.strip(" \"“”'").split())
    text = _SUFFIX.sub(r"\1", _TITLE.sub(r"\1", text))
    # The point after "p.m." ends the sentence only before a new one.
    text = _HALF_DAY.sub(r"\1m", _HALF_DAY_END.sub(r"\1m.", text))
    found: set[str] = set()
    for sentence in re.split(r"[.!?;]+(?: |$)", text):
        rest = _SALUTATION.sub("", sentence)
        if rest != sentence:
            found.add("salutation")
        if rest:
            rest = rest[0].upper() + rest[1:]
            found |= _sentence_content(rest)
    return frozenset(found)


def is_limited_content(content: Collection[str], for_consumer: bool = True) -> bool:
    """Tell whether content makes a limited-content message: all required, nothing unlisted.

    A message knowingly left for somebody else never is one (comment 2(j)-2).
    """
    content = frozenset(content)
    return (
        for_consumer
        and content.issuperset(REQUIRED_CONTENT)
        and content.issubset(REQUIRED_CONTENT | OPTIONAL_CONTENT)
    )
