from odoo import api, models


class CollectionCompliance(models.AbstractModel):
    """Sentences for what people log."""

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "not_reached": self.env._("The debtor was not reached."),
            "not_called": self.env._("The call was not made."),
            # Contact rules that mostly speak to people
            "after_conversation": self.env._("A conversation took place only a few days ago."),
            "conversations_day": self.env._("The debtor has been talked with today already."),
            "conversations_window": self.env._("The debtor has been talked with often lately."),
            "frequency_no_consent": self.env._(
                "Without the debtor's consent no more messages of this kind may be sent now."
            ),
            "inconvenient_place": self.env._("The debtor does not want to be contacted there."),
            "email_procedure": self.env._(
                "Nothing shows that the debtor agreed to e-mails at this address or used it. Note "
                "the consent, or the creditor's notice, on the contact."
            ),
            "sms_procedure": self.env._(
                "Nothing of the last 60 days shows that this number is still the debtor's. Note "
                "a consent, or the check of the number, on the contact."
            ),
            "employer_address": self.env._("The address belongs to the debtor's employer."),
            "wrong_number": self.env._("This number or address belongs to somebody else."),
            "workplace": self.env._("The debtor must not be contacted at work."),
            "workplace_request": self.env._("The debtor asked not to be contacted at work."),
            "third_party": self.env._("The debt must not be discussed with anybody else."),
            "third_party_again": self.env._("This person was asked already, and may be only once."),
            "postcard": self.env._("A postcard must not be used."),
            "medium_forbidden": self.env._("The law forbids this kind of contact."),
            "medium_not_permitted": self.env._("The law does not list this kind of contact."),
            "dispute": self.env._("The debt is disputed. Answer the dispute first."),
            "validation_overdue": self.env._("The validation notice has not been sent in time."),
            # Warnings, which forbid nothing
            "warn_hours": self.env._("It is outside the usual hours where the debtor lives."),
            "warn_frequency": self.env._("The debtor has been contacted often lately."),
            "concentrated": self.env._("There have been many attempts to reach the debtor today."),
            "rapid_succession": self.env._("The last attempt was only moments ago."),
        }
