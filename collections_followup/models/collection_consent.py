from collections import defaultdict
from datetime import UTC, datetime, time

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.contact_model import Consent


class CollectionConsent(models.Model):
    """A debtor has agreed to more contacts than a rule would let us make. Append-only."""

    _name = "collection.consent"
    _inherit = "collection.wish"
    _description = "Consent"

    kind = fields.Selection(
        [("calls", "Further calls"), ("electronic", "Electronic messages")],
        required=True,
        default="calls",
    )
    date_to = fields.Date(string="Until", help="The last day. Empty: as long as the law lets it.")

    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date)", "A consent cannot end before it begins."
    )

    # === Business methods === #
    @api.model
    def _get_consents(self, debtors, on):
        """Consents that hold on a day, as arguments of PersonFacts; one query.

        :return: {debtor id: {"consents": tuple, "electronic_consent": bool}}
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT debtor_id, kind, date, date_to, create_date FROM collection_consent
                 WHERE debtor_id = ANY(%s) AND revoked_on IS NULL AND date <= %s
                   AND (date_to IS NULL OR date_to >= %s)
                """,
                list(debtors.ids),
                on,
                on,
            )
        )
        result = defaultdict(lambda: {"consents": (), "electronic_consent": False})
        for debtor_id, kind, since, until, written in rows:
            if kind == "electronic":
                result[debtor_id]["electronic_consent"] = True
                continue
            # Given earlier than it was written down: the day counts, from its beginning.
            same_day = written and written.date() == since
            received = written if same_day else datetime.combine(since, time())
            consent = Consent(received_at=received.replace(tzinfo=UTC), last_day=until)
            result[debtor_id]["consents"] += (consent,)
        return dict(result)
