"""Dates as people read them on screens: the month in letters, in the order of the user's language.

"04/05/2026" is April to some and May to others, among colleagues and among debtors.
"""

from babel.dates import format_skeleton

from odoo.tools.misc import babel_locale_parse, get_lang


def day_text(env, day):
    """Return a day as "Apr 5, 2026", in the words and the order of the user's language; nothing
    for no day."""
    return _text("yMMMd", env, day)


def short_day_text(env, day):
    """Return a day of these months as "Apr 5", in the same way; nothing for no day."""
    return _text("MMMd", env, day)


def month_text(env, day):
    """Return the month of a day as "Apr 2026", in the same way; nothing for no day."""
    return _text("yMMM", env, day)


def _text(skeleton, env, day):
    if not day:
        return ""
    return format_skeleton(skeleton, day, locale=babel_locale_parse(get_lang(env).code))
