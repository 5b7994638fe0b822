"""The kinds of worked examples about contacts and identifiers."""

from odoo.addons.collections_followup.tools import identifiers

from . import contact_notices as notices
from . import contact_wishes as wishes
from .compare import NotInterpreted, compare, first_of
from .contact_frequency import contact_frequency
from .contact_time import contact_time


def identifier(inputs: dict, expected: dict) -> None:
    """Check numbers: each expected name is a number among the inputs; or make a reference."""

    def resolve(key, want):
        if key in ("reference", "creditor_reference"):
            number = first_of(inputs, "case_number", "number", "case")
            return identifiers.make_creditor_reference(number)
        if key in ("parsed", "case_number"):
            return identifiers.parse_creditor_reference(first_of(inputs, "reference", "value"))
        if key == "compact":
            return identifiers.compact(
                inputs["module"], first_of(inputs, "value", "number", "valid")
            )
        value = inputs.get(key, first_of(inputs, "value", "number"))
        if value is None:
            raise NotInterpreted(f"no number for {key!r} in {sorted(inputs)}")
        if isinstance(value, list):
            return [identifiers.validate(inputs["module"], one) for one in value]
        return identifiers.validate(inputs["module"], value)

    compare(expected, resolve)


KINDS = {
    "cease_communication": wishes.cease_communication,
    "channel_block": wishes.channel_block,
    "contact_frequency": contact_frequency,
    "contact_time": contact_time,
    "credit_reporting_wait": notices.credit_reporting_wait,
    "email_domain": notices.email_domain,
    "identifier": identifier,
    "limited_content_message": notices.limited_content_message,
    "opt_out_notice": notices.opt_out_notice,
    "retention": notices.retention,
    "validation_itemization": notices.validation_itemization,
    "validation_period": notices.validation_period,
}
