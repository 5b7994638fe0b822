from odoo import api, models


class CollectionFigures(models.AbstractModel):
    """What figures are called, what they mean, and who defines them so."""

    _inherit = "collection.figures"

    @api.model
    def _get_other_titles(self):
        """Parts that are reckoned from the records of another part."""
        return {
            "days": self.env._("Days of the period"),
            "months": self.env._("Months of the period"),
            "days_late": self.env._("Days late, added up"),
            "paid_amount": self.env._("Amount of these invoices"),
            "recovered": self.env._("Money received for them"),
            "target": self.env._("Target"),
            "promises_made_amount": self.env._("Promised"),
            "promises_due_amount": self.env._("Promised for the period"),
            "promises_kept_amount": self.env._("Received in time"),
            "hours": self.env._("Hours with a contact, per collector"),
            "dispute_days": self.env._("Days until resolved, added up"),
        }

    @api.model
    def _get_texts(self):
        """{code of a figure: (name, definition, source)}"""
        return {**self._texts_of_days(), **self._texts_of_collecting(), **self._texts_of_contacts()}

    @api.model
    def _texts_of_days(self):
        return {
            "dso": (
                self.env._("Days sales outstanding (DSO)"),
                self.env._(
                    "Receivables at the end, divided by the credit sales of the period, times its "
                    "days. Credit sales are invoices less credit notes, with tax, as receivables "
                    "have it too."
                ),
                "creditguru.com",
            ),
            "dso_countback": (
                self.env._("DSO, count-back"),
                self.env._(
                    "The sales of each month are taken off the receivables, the latest month "
                    "first, and its days are counted; of the last month only the part that is "
                    "needed. Not known when the sales of five years do not use them up."
                ),
                "aro2c.zendesk.com",
            ),
            "bpdso": (
                self.env._("Best possible DSO"),
                self.env._(
                    "What the DSO would be if everybody paid on time: receivables that are not "
                    "due, divided by the credit sales, times the days."
                ),
                "thehackettgroup.com",
            ),
            "add": (
                self.env._("Average days delinquent (ADD)"),
                self.env._(
                    "DSO less best possible DSO: the part of the DSO that is due to lateness."
                ),
                "creditguru.com",
            ),
            "days_late": (
                self.env._("Mean days late"),
                self.env._(
                    "How many days after the due date the invoices paid in the period were paid. "
                    "An early payment counts as 0. Not the same as ADD."
                ),
                "",
            ),
            "days_late_weighted": (
                self.env._("Mean days late, by amount"),
                self.env._("The same, each invoice weighed by its amount."),
                "",
            ),
        }

    @api.model
    def _texts_of_collecting(self):
        return {
            "cei": (
                self.env._("Collection effectiveness index (CEI)"),
                self.env._(
                    "(Receivables at the beginning + credit sales / months − receivables at the "
                    "end) / (receivables at the beginning + credit sales / months − not due at the "
                    "end). 100 percent means that everything that was due has come in. "
                    "It is meant for a month: over longer periods, growing sales make it too low.",
                ),
                "Credit Research Foundation",
            ),
            "roll": (
                self.env._("Roll rate"),
                self.env._(
                    "Of the debts that were in this age group a month before the last day: what is "
                    "still open in the next one. Item by item; credits are left out."
                ),
                "Comptroller's Handbook (OCC)",
            ),
            "recovery": (
                self.env._("Recovery rate"),
                self.env._(
                    "Of what was overdue the day before the period, the part for which money was "
                    "received in it."
                ),
                "docs.oracle.com",
            ),
            "target": (
                self.env._("Money received against target"),
                self.env._(
                    "Money booked on receivable accounts from bank and cash journals, less what "
                    "was paid back, divided by the target of the months; of months that the "
                    "period touches in part, a part of it."
                ),
                "",
            ),
            "cost": (
                self.env._("Cost to collect"),
                self.env._(
                    "Costs of the months of the period, as entered with the targets, divided by "
                    "the money received."
                ),
                "",
            ),
        }

    @api.model
    def _texts_of_contacts(self):
        return {
            "promises_made": (
                self.env._("Promises made"),
                self.env._(
                    "Promises to pay that were made in the period, also those replaced later."
                ),
                "docs.oracle.com",
            ),
            "kept_number": (
                self.env._("Promises kept, by number"),
                self.env._(
                    "Of the promises for a day of the period: those of which the whole amount came "
                    "on or before it. Cancelled promises and those not due yet do not count."
                ),
                "docs.oracle.com, catchpole.io",
            ),
            "kept_amount": (
                self.env._("Promises kept, by amount"),
                self.env._("The same by what was promised."),
                "docs.oracle.com, catchpole.io",
            ),
            "right_party": (
                self.env._("Right-party rate"),
                self.env._(
                    "Calls with the debtor or somebody entitled to speak for the debtor, of the "
                    "calls in which somebody was reached, or of all calls: as set for the company."
                ),
                "retrievables.com, delightcorp.com",
            ),
            "promise_rate": (
                self.env._("Promises per conversation"),
                self.env._(
                    "Of the calls with the right person, those that ended with a promise to pay."
                ),
                "docs.oracle.com",
            ),
            "contacts_hour": (
                self.env._("Contacts per collector and hour"),
                self.env._(
                    "Contacts that people made and logged with an outcome, divided by the hours in "
                    "which a collector made any."
                ),
                "",
            ),
            "dispute_days": (
                self.env._("Time to resolve disputes"),
                self.env._("Days from a dispute or complaint to its resolution, on average."),
                "",
            ),
        }
