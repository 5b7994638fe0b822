from odoo import fields, models

from ..tools.contact_outcomes import OUTCOMES


class CollectionContactOutcome(models.Model):
    """How a contact ended, and what is asked next because of it."""

    _name = "collection.contact.outcome"
    _description = "Contact Outcome"
    _order = "sequence, id"

    # === Fields === #
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    used_on = fields.Selection(
        [("any", "All Contacts"), ("call", "All but Visits"), ("visit", "Visits")],
        string="Offered For",
        required=True,
        default="any",
    )
    effect = fields.Selection(
        [
            ("conversation", "Talked with the debtor"),
            ("conversation_general", "Talked, but not about a particular debt"),
            ("no_answer", "Rang, nobody answered"),
            ("answered_dropped", "Answered, then dropped"),
            ("voicemail", "Left a voicemail that names the debt"),
            ("voicemail_limited_content", "Left a voicemail with limited content"),
            ("voicemail_no_message_possible", "Voicemail, no message possible"),
            ("recorded_message", "Heard a recorded message"),
            ("wrong_person", "Reached somebody else"),
            ("busy_signal", "Busy"),
            ("number_not_in_service", "Number not in service"),
            ("not_connected", "Did not connect"),
        ],
        required=True,
        default="conversation",
        help="What the contact rules count this as.",
    )
    right_party = fields.Boolean(help="The debtor, or somebody entitled to speak for the debtor.")
    next_step = fields.Selection(
        [
            ("none", "Nothing more"),
            ("promise", "Amount and date of a promise"),
            ("dispute", "What is disputed, and why"),
            ("call_back", "When to call back"),
            ("wrong_number", "The number is not the debtor's"),
            ("refer", "Whom to contact instead"),
            ("paid", "When and how it was paid"),
            ("hold", "Why and until when to wait"),
        ],
        required=True,
        default="none",
        help="What the person is asked after choosing this outcome.",
    )
    reaches_stage = fields.Boolean(
        string="Counts as Arrived",
        help="The debtor got the message of the present stage, so the ladder may go on.",
    )

    _code_unique = models.Constraint("UNIQUE(code)", "Another outcome has this code already.")

    def _get_effect(self):
        """What the contact rules take from this outcome."""
        self.ensure_one()
        return OUTCOMES[self.effect]
