"""Check the opt-out statement of an electronic message.

An aid for whoever writes templates: it knows the usual English phrases, and what it does not
recognize it rejects.
"""

import re

OPT_OUT_ACTION = re.compile(
    r"""
    \b(reply|text|respond|answer|send|replying|texting|responding)\b
        [^.;]*["'“”‘’]?\b(stop|unsubscribe|end|quit|cancel|optout)\b
    | \b(click|tap|follow|use|select|press)\b[^.;]*\b(here|link|button|below|checkbox)\b
    | \b(hyperlink|unsubscribe\s+link|opt-?\s?out\s+link|https?://\S+|fillable\s+field)
    | ^\s*\W*(link|button|hyperlink)\b
    | \bunsubscribe\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
OPT_OUT_SUBJECT = re.compile(
    r"\b(stop|opt(ing)?[\s-]*out|unsubscribe|no longer (receive|wish)|end (these|further))\b",
    re.IGNORECASE,
)
OPT_OUT_BURDEN = re.compile(
    r"""
    \b(only|must|have\s+to|required?)\b[^.;]*\b(mail|post|postal|letter|phone|telephone|call|fax|visit)
    | \b(pay|fee|charge[sd]?|costs?)\b(?![^.;]*\b(no|free)\b)
    | \b(social\s+security|ssn|date\s+of\s+birth|account\s+number|password|driver)
    | \bvisit(ing)?\b[^.;]*\b(our|the|a)\s+(web)?site\b
    | \blog\s*(in|on|ging)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
NO_FEE = re.compile(r"\b(no|without(\s+an?y?)?|free\s+of)\s+(fee|charge|cost)s?\b|\bfree\b", re.I)


def opt_out_statement_ok(text: str) -> bool:
    """Tell whether an electronic message states a reasonable and simple way to opt out.

    12 CFR 1006.6(e), comments 6(e)-1.i-iii and 6(d)(4)(ii)(C)(4)-1.ii: a reply with "stop" or a
    link will do; postal mail, telephone or a website without a link will not, nor a fee or data
    beyond the wish and the address.
    """
    has_way = bool(OPT_OUT_ACTION.search(text) and OPT_OUT_SUBJECT.search(text))
    return has_way and not OPT_OUT_BURDEN.search(NO_FEE.sub(" ", text))
