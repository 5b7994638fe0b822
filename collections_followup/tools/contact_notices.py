"""Notices and periods of Regulation F: validation, credit bureau, records, required wording."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .federal_holidays import add_business_days

RECEIPT_BUSINESS_DAYS = 5
VALIDATION_DAYS = 30
NOTICE_DAYS = 5
FURNISH_WAIT_DAYS = 14


@dataclass(frozen=True, slots=True)
class ValidationPeriod:
    """``received`` is the (assumed) day of receipt, ``ends`` the last day to dispute."""

    sent: date
    received: date
    ends: date


def validation_period(
    sent: date,
    received: date | None = None,
    receipt_days: int = RECEIPT_BUSINESS_DAYS,
    observed: bool = False,
) -> ValidationPeriod:
    """Return the validation period of a notice sent (or told) on a day.

    12 CFR 1006.34(b)(5): 30 days after receipt; receipt may be assumed five days after sending,
    leaving out Saturdays, Sundays and legal public holidays. A notice sent again because the
    first one came back starts anew (comment 34(b)(5)-2): pass the new day.

    :param received: known day of receipt (told orally: the same day), instead of the assumption.
    """
    if received is None:
        received = add_business_days(sent, receipt_days, observed)
    return ValidationPeriod(sent, received, received + timedelta(days=VALIDATION_DAYS))


def validation_notice_due(initial_communication: date) -> date:
    """Return the last day to send the validation notice (12 CFR 1006.34(a)(1)(i)(B))."""
    return initial_communication + timedelta(days=NOTICE_DAYS)


def itemized_total(
    amount: Decimal, interest: Decimal, fees: Decimal, payments: Decimal, credits: Decimal
) -> Decimal:
    """Return the current amount of a debt from its itemization (12 CFR 1006.34(c)(2)(vii)-(ix)).

    Payments and credits are positive numbers.
    """
    return amount + interest + fees - payments - credits


def furnish_from(
    sent: Iterable[tuple[date, date | None]], spoken: date | None = None
) -> date | None:
    """Return the first day a debt may be reported to a credit bureau; None = not yet known.

    12 CFR 1006.30(a)(1), comments -2, -3: after speaking with the consumer, or after a letter or
    electronic message and 14 consecutive days, the day of sending being the first, without a
    notice of undeliverability. One that comes later changes nothing.

    :param sent: pairs of day sent and day a notice of undeliverability came, or None.
    """
    days = [spoken] if spoken else []
    for day, returned in sent:
        free = day + timedelta(days=FURNISH_WAIT_DAYS)
        if returned is None or returned >= free:
            days.append(free)
    return min(days, default=None)


def add_years(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 1 March, never earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def records_until(last_activity: date, years: int = 3) -> date:
    """Return the day until which evidence of compliance is kept (12 CFR 1006.100(a))."""
    return add_years(last_activity, years)


def recording_until(call: date, years: int = 3) -> date:
    """Return the day until which the recording of a call is kept (12 CFR 1006.100(b))."""
    return add_years(call, years)


ITEMIZATION_DATES = ("last_statement", "charge_off", "last_payment", "transaction", "judgment")


def itemization_date_allowed(chosen: str, used_before: Sequence[str]) -> bool:
    """Tell whether a reference date may be used for a debt (12 CFR 1006.34(b)(3), comment -1).

    One of five; once used towards the consumer, always the same.
    """
    return chosen in ITEMIZATION_DATES and all(kind == chosen for kind in used_before)
