from odoo import api, models


class CollectionFigures(models.AbstractModel):
    """What figures are called, what they mean, and who defines them so."""

    _inherit = "collection.figures"

    @api.model
    def _get_other_titles(self):
        """Parts that are reckoned from the records of another part."""
        _ = self.env._
        return {
            "days": _("Days of the period"),
            "months": _("Months of the period"),
            "days_late": _("Days late, added up"),
            "paid_amount": _("Amount of these invoices"),
            "recovered": _("Money received for them"),
            "target": _("Target"),
            "promises_made_amount": _("Promised"),
            "promises_due_amount": _("Promised for the period"),
            "promises_kept_amount": _("Received in time"),
            "hours": _("Hours with a contact, per collector"),
            "dispute_days": _("Days until resolved, added up"),
        }

    @api.model
    def _get_texts(self):
        """{code of a figure: (name, definition, source)}"""
        return {**self._texts_of_days(), **self._texts_of_collecting(), **self._texts_of_contacts()}

    @api.model
    def _texts_of_days(self):
        _ = self.env._
        return {
            "dso": (
                _("Days sales outstanding (DSO)"),
                _(
                    "Receivables at the end, divided by the credit sales of the period, times its "
                    "days. Credit sales are invoices less credit notes, with tax, as receivables "
                    "have it too."
                ),
                "creditguru.com",
            ),
            "dso_countback": (
                _("DSO, count-back"),
                _(
                    "The sales of each month are taken off the receivables, the latest month "
                    "first, and its days are counted; of the last month only the part that is "
                    "needed. Not known when the sales of five years do not use them up."
                ),
                "aro2c.zendesk.com",
            ),
            "bpdso": (
                _("Best possible DSO"),
                _(
                    "What the DSO would be if everybody paid on time: receivables that are not "
                    "due, divided by the credit sales, times the days."
                ),
                "thehackettgroup.com",
            ),
            "add": (
                _("Average days delinquent (ADD)"),
                _("DSO less best possible DSO: the part of the DSO that is due to lateness."),
                "creditguru.com",
            ),
            "days_late": (
                _("Mean days late"),
                _(
                    "How many days after the due date the invoices paid in the period were paid. "
                    "An early payment counts as 0. Not the same as ADD."
                ),
                "",
            ),
            "days_late_weighted": (
                _("Mean days late, by amount"),
                _("The same, each invoice weighed by its amount."),
                "",
            ),
        }

    @api.model
    def _texts_of_collecting(self):
        _ = self.env._
        return {
            "cei": (
                _("Collection effectiveness index (CEI)"),
                _(
                    "(Receivables at the beginning + credit sales / months − receivables at the "
                    "end) / (receivables at the beginning + credit sales / months − not due at the "
                    "end). 100 percent means that everything that was due has come in. "
                    "It is meant for a month: over longer periods, growing sales make it too low.",
                ),
                "Credit Research Foundation",
            ),
            "roll": (
                _("Roll rate"),
                _(
                    "Of the debts that were in this age group a month before the last day: what is "
                    "still open in the next one. Item by item; credits are left out."
                ),
                "Comptroller's Handbook (OCC)",
            ),
            "recovery": (
                _("Recovery rate"),
                _(
                    "Of what was overdue the day before the period, the part for which money was "
                    "received in it."
                ),
                "docs.oracle.com",
            ),
            "target": (
                _("Money received against target"),
                _(
                    "Money booked on receivable accounts from bank and cash journals, less what "
                    "was paid back, divided by the target of the months; of months that the "
                    "period touches in part, a part of it."
                ),
                "",
            ),
            "cost": (
                _("Cost to collect"),
                _(
                    "Costs of the months of the period, as entered with the targets, divided by "
                    "the money received."
                ),
                "",
            ),
        }

    @api.model
    def _texts_of_contacts(self):
        _ = self.env._
        return {
            "promises_made": (
                _("Promises made"),
                _("Promises to pay that were made in the period, also those replaced later."),
                "docs.oracle.com",
            ),
            "kept_number": (
                _("Promises kept, by number"),
                _(
                    "Of the promises for a day of the period: those of which the whole amount came "
                    "on or before it. Cancelled promises and those not due yet do not count."
                ),
                "docs.oracle.com, catchpole.io",
            ),
            "kept_amount": (
                _("Promises kept, by amount"),
                _("The same by what was promised."),
                "docs.oracle.com, catchpole.io",
            ),
            "right_party": (
                _("Right-party rate"),
                _(
                    "Calls with the debtor or somebody entitled to speak for the debtor, of the "
                    "calls in which somebody was reached, or of all calls: as set for the company."
                ),
                "retrievables.com, delightcorp.com",
            ),
            "promise_rate": (
                _("Promises per conversation"),
                _("Of the calls with the right person, those that ended with a promise to pay."),
                "docs.oracle.com",
            ),
            "contacts_hour": (
                _("Contacts per collector and hour"),
                _(
                    "Contacts that people made and logged with an outcome, divided by the hours in "
                    "which a collector made any."
                ),
                "",
            ),
            "dispute_days": (
                _("Time to resolve disputes"),
                _("Days from a dispute or complaint to its resolution, on average."),
                "",
            ),
        }
