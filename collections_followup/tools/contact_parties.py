"""Who may be told, where and through which address: third parties, work place, e-mail, texts."""

from datetime import date, timedelta

from .contact_model import (
    BYSTANDERS,
    AddressRecord,
    ContactRule,
    Finding,
    PersonFacts,
    ProposedContact,
)
from .contact_windows import local_day, start_of_day
from .email_domains import PUBLIC_EMAIL_DOMAINS

LOCATION = "location_information"


def _finding(rule: ContactRule, code: str, message: str, earliest=None, /, **params) -> Finding:
    return Finding(code, message, params, rule.code, rule.mode, earliest)


def is_public_email_domain(address: str, known: frozenset[str] = PUBLIC_EMAIL_DOMAINS) -> bool:
    """Tell whether an address' domain is open to the general public.

    12 CFR 1006, comment 6(d)(4)(ii)(E)-1: free or by subscription; a company's own domain or one
    reserved for institutions (.gov, .edu, a nonprofit's .org) is not. Unknown domains are not.
    """
    return address.rpartition("@")[2].strip().lower() in known


def _reached_before(rule, contact: ProposedContact, history, facts) -> bool:
    """Tell whether a third party was spoken to as often as the rule allows."""
    if rule.location_contacts is None or contact.person_id in facts.location_again:
        return False
    reached = sum(
        past.conversation or past.direction == "in"
        for past in history
        if (past.role, past.person_id) == ("third_party", contact.person_id)
    )
    return reached >= rule.location_contacts


def check_third_party(rule, contact: ProposedContact, history, facts) -> Finding | None:
    """Refuse contact with others except, once, to find the person.

    12 CFR 1006.6(d)(1), (2), 1006.10(c): once per person unless they ask for more or their
    answer seems wrong or incomplete. An unanswered call is no communication and may be repeated.
    """
    if contact.address and contact.address in facts.wrong_numbers:
        return _finding(rule, "wrong_number", "This number or address belongs to somebody else.")
    if contact.role != "third_party" or facts.third_party_consent:
        return None
    if contact.purpose != LOCATION or rule.location_contacts == 0:
        message = "The debt must not be discussed with anybody but the debtor."
        return _finding(rule, "third_party", message)
    if contact.channel == "postcard":
        return _finding(rule, "postcard", "A postcard must not be used to look for a debtor.")
    if _reached_before(rule, contact, history, facts):
        message = "This person was already asked where the debtor is; they may be asked once."
        return _finding(rule, "third_party_again", message)
    return None


def check_workplace(rule, contact: ProposedContact, history, facts) -> Finding | None:
    """Refuse contact at work where the employer forbids it or the person asked.

    12 CFR 1006.6(b)(3) and 1006.22(f)(3); with ``request_days`` an oral request lapses (940 CMR
    7.04: ten days); with ``consent_lifts`` only consent opens the work place (IE s.46).
    """
    record = facts.addresses.get(contact.address)
    if record and record.employer_provided and contact.channel == "email":
        if record.basis in ("consumer_used", "consent", "prior_collector"):
            return None
        return _finding(
            rule, "employer_address", "This address was provided by the person's employer."
        )
    if contact.place != "work":
        return None
    if facts.employer_prohibits or (rule.consent_lifts and not facts.work_consent):
        return _finding(rule, "workplace", "The person must not be contacted at work.")
    if facts.employer_request is not None and rule.request_days:
        until = facts.employer_request + timedelta(days=rule.request_days)
        if facts.employer_request <= local_day(contact.at, facts) < until:
            return _finding(
                rule,
                "workplace_request",
                "The person asked not to be contacted at work; this holds until %(day)s.",
                start_of_day(until, facts),
                day=until.isoformat(),
            )
    return None


def email_objection(record: AddressRecord, on: date, notice_days: int = 35) -> str:
    """Return why the procedures for e-mail do not cover an address on a day, or "".

    12 CFR 1006.6(d)(4): used or consented to by the consumer; or creditor's notice with at least
    35 days to opt out, run out, public domain, not the employer's; or used by the immediately
    prior collector. An address known to have reached others is out (1006.6(d)(3)(ii)).
    """
    if record.disclosed_to_others:
        return "disclosed"
    if record.basis in ("consumer_used", "consent"):
        return ""
    if record.basis == "prior_collector":
        return "" if record.prior_used else "not_used_by_prior_collector"
    if record.basis == "creditor_notice":
        return _creditor_notice_objection(record, on, notice_days)
    return "no_basis"


def _creditor_notice_objection(record: AddressRecord, on: date, notice_days: int) -> str:
    """Return what is missing of the creditor's notice (12 CFR 1006.6(d)(4)(ii))."""
    if record.notice_sent is None or record.opt_out_by is None:
        return "no_notice"
    if record.opt_out_by < record.notice_sent + timedelta(days=notice_days):
        return "opt_out_period_too_short"
    if record.employer_provided or not record.public_domain:
        return "not_public_domain"
    return "opt_out_period_running" if on <= record.opt_out_by else ""


def text_objection(record: AddressRecord, on: date, validity_days: int = 60) -> str:
    """Return why the procedures for texts do not cover a number on a day, or "".

    12 CFR 1006.6(d)(5): the consumer texted from it or consented, and within the past 60 days
    did so or the number was checked against a database of reassigned numbers.
    """
    if record.disclosed_to_others:
        return "disclosed"
    if record.basis not in ("consumer_used", "consent"):
        return "no_basis"
    if record.confirmed is None or record.confirmed < on - timedelta(days=validity_days):
        return "not_confirmed_recently"
    return ""


def check_address(rule, contact: ProposedContact, history, facts: PersonFacts) -> Finding | None:
    """Object to an e-mail or text outside the procedures of 12 CFR 1006.6(d)(3)-(5)."""
    if contact.channel not in ("email", "sms") or contact.role != "consumer":
        return None
    record = facts.addresses.get(contact.address, AddressRecord(contact.address))
    day = local_day(contact.at, facts)
    if contact.channel == "sms":
        reason = text_objection(record, day, rule.validity_days)
        message = "This number is not covered by the procedures for texts (%(reason)s)."
    else:
        reason = email_objection(record, day, rule.notice_days)
        message = "This address is not covered by the procedures for e-mail (%(reason)s)."
    if not reason:
        return None
    earliest = None
    if reason == "opt_out_period_running":
        earliest = start_of_day(record.opt_out_by + timedelta(days=1), facts)
    return _finding(rule, f"{contact.channel}_procedure", message, earliest, reason=reason)


def check_forbidden_media(rule, contact: ProposedContact, history, facts) -> Finding | None:
    """Refuse every medium the rule lists, whoever is contacted."""
    if contact.channel not in rule.channels:
        return None
    message = "%(rule)s forbids this medium (%(channel)s)."
    return _finding(
        rule, "medium_forbidden", message, rule=rule.name or rule.code, channel=contact.channel
    )


def check_permitted_media(rule, contact: ProposedContact, history, facts) -> Finding | None:
    """Refuse every medium the rule does not list."""
    if contact.channel in rule.channels or contact.role in BYSTANDERS:
        return None
    message = "%(rule)s does not list this medium (%(channel)s)."
    return _finding(
        rule, "medium_not_permitted", message, rule=rule.name or rule.code, channel=contact.channel
    )


def check_dispute(rule, contact: ProposedContact, history, facts) -> Finding | None:
    """Refuse contact about a disputed debt until it is answered (12 CFR 1006.38(d)(2)).

    A contact about several debts may go on for the ones that are not disputed.
    """
    if contact.role in BYSTANDERS or contact.purpose == "dispute_response":
        return None
    if contact.debts and facts.disputed_debts.issuperset(contact.debts):
        return _finding(
            rule, "dispute", "The debt is disputed; the dispute must be answered first."
        )
    return None


def check_validation(rule, contact: ProposedContact, history, facts) -> Finding | None:
    """Object to contacts once the validation notice is overdue (12 CFR 1006.34(a)(1)(i)(B))."""
    if facts.initial_communication is None or contact.purpose == "validation_notice":
        return None
    last = facts.initial_communication + timedelta(days=rule.notice_days)
    if facts.validation_sent is None and local_day(contact.at, facts) > last:
        message = "The validation notice was due on %(day)s and has not been sent."
        return _finding(rule, "validation_overdue", message, day=last.isoformat())
    return None
