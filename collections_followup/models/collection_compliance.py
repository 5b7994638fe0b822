from odoo import api, models

from ..words import day_text


class CollectionCompliance(models.AbstractModel):
    """Whether a contact may be made now: asked just before every contact, by hand or by the engine.

    It never sends and never changes anything. A refusal is a code with a sentence.
    """

    _name = "collection.compliance"
    _description = "Contact Compliance"

    @api.model
    def _get_reasons(self):
        """Sentence of each refusal code. Hook: extensions add their codes.

        :return: {code: sentence in the user's language}
        """
        return {
            # Nothing to ask for
            "paid": self.env._("Everything in this notice has been paid meanwhile."),
            "nothing_overdue": self.env._("Nothing is overdue."),
            "covered_by_credits": self.env._("Unapplied credits cover what is overdue."),
            "below_minimum": self.env._("Less is overdue than the policy's minimum amount."),
            "agreement": self.env._("An agreement covers the items."),
            "agreement_ended": self.env._("The agreement has ended."),
            "contacted_today": self.env._("The debtor has been contacted today already."),
            "disputed": self.env._("The items are disputed."),
            "item_on_hold": self.env._("The invoices are on hold."),
            "no_followup": self.env._("The items are excluded from follow-up."),
            # The ladder waits
            "awaiting_release": self.env._("A contact is planned and waits to be released."),
            "awaiting_delivery": self.env._("The last contact has not arrived yet."),
            "action_later": self.env._("The next contact is due later."),
            "before_first_stage": self.env._(
                "It is not overdue for long enough, or not by enough, yet."
            ),
            "no_actions": self.env._("The stage has no actions, so nobody is contacted."),
            "stage_complete": self.env._("Everything this stage does has been done."),
            "undelivered": self.env._(
                "No contact of this stage arrived and no other channel is left."
            ),
            # The case
            "on_hold": self.env._("The case is on hold."),
            "handed_over": self.env._("The case has been handed over."),
            "closed": self.env._("The case is closed."),
            "no_policy": self.env._("No collection policy applies to this debtor."),
            "no_stages": self.env._("The policy has no stages."),
            # The channel
            "no_email": self.env._("The debtor has no e-mail address."),
            "invalid_email": self.env._("The debtor's e-mail address is not valid."),
            "blacklisted_email": self.env._("The e-mail address is on the blacklist."),
            "no_phone": self.env._("The debtor has no phone number."),
            "invalid_phone": self.env._("The debtor's phone number is not valid."),
            "blacklisted_phone": self.env._("The phone number is on the blacklist."),
            "no_address": self.env._("The debtor has no complete postal address."),
            "no_user": self.env._("Nobody is responsible for calling this debtor."),
            "no_template": self.env._("The action has no text."),
            "template_error": self.env._("The text of the action could not be prepared."),
            "no_rate": self.env._("There is no exchange rate for the currency of the debt."),
            "unknown_channel": self.env._("The channel is not available."),
            # Contact rules
            "hours": self.env._("Contacts are not allowed at this hour where the debtor lives."),
            "frequency": self.env._("The debtor has been contacted too often lately."),
            "cooldown": self.env._("A conversation took place only a few days ago."),
            "cease": self.env._("The debtor refused further contact in writing."),
            "attorney": self.env._("The debtor is represented by a lawyer."),
            "opt_out_address": self.env._("The debtor does not want this address to be used."),
            "opt_out_medium": self.env._("The debtor does not want to be contacted in this way."),
            "inconvenient_time": self.env._("The debtor called this time inconvenient."),
            "time_zone_unknown": self.env._("The debtor's time zone is not known."),
            "unread_reply": self.env._("The debtor has answered, and nobody has read it yet."),
            # Afterwards
            "bounced": self.env._("The message came back."),
            "not_sent": self.env._("The message could not be sent."),
            "returned": self.env._("It came back, or nobody was reached."),
            "not_released": self.env._("Not released."),
            "no_mail_server": self.env._("No mail server could be reached; tried anew."),
            "superseded": self.env._("Replaced by a newer run."),
        }

    @api.model
    def _sentence(self, code, params=None):
        """The sentence of a refusal, with the figures of the case where there are any."""
        sentence = self._get_reasons().get(code, code)
        detail = self._get_details(code, dict(params or ()))
        return f"{sentence} {detail}" if detail else sentence

    @api.model
    def _get_details(self, code, params):
        """A second sentence with dates or amounts, or nothing."""
        if code == "action_later" and params.get("date"):
            return self.env._("It is due on %(date)s.", date=self._format_date(params["date"]))
        return ""

    @api.model
    def _format_date(self, value):
        return day_text(self.env, value)

    @api.model
    def _check(self, proposals):
        """Verdict on each proposed contact.

        Hook: extensions call ``super()`` and add refusals; they never lift one.

        :param proposals: list of :class:`~..tools.contact.Proposal`
        :return: {proposal key: :class:`~..tools.contact.Refusal`} of those that must not be made
        """
        return {}
