from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import format_time

from .collection_engine_explain import Explanation


class CollectionCase(models.Model):
    """Whom to contact, where and when, in plain sentences for who is about to call."""

    _inherit = "collection.case"

    contact_hints = fields.Html(compute="_compute_contact_hints", sanitize=False)

    # === Compute methods === #
    @api.depends("partner_id")
    def _compute_contact_hints(self):
        for case in self:
            case.contact_hints = Explanation(case._get_contact_hints())._to_html()

    # === Business methods === #
    def _get_contact_hints(self):
        """Persons and addresses, language, time of day, wishes.

        :rtype: list[str]
        """
        self.ensure_one()
        # sudo: who may see the case may know whom to contact, and what must not be done.
        debtor = self.partner_id.sudo()
        if not debtor:
            return []
        return [*self._hint_persons(debtor), *self._hint_place(debtor), *self._hint_wishes(debtor)]

    def _hint_persons(self, debtor):
        labels = dict(self.env["collection.channel"]._get_channels())
        result = []
        for channel in ("call", "email", "letter"):
            recipient = self.env["collection.channel"]._for(channel)._resolve(debtor)[debtor.id]
            person = debtor.browse(recipient.partner)
            if recipient.code:
                text = self.env["collection.compliance"]._sentence(recipient.code)
            else:
                text = ", ".join(filter(None, (person.name or debtor.name, recipient.address)))
            result.append(f"{labels[channel]}: {text}")
        return result

    def _hint_place(self, debtor):
        languages = dict(self.env["res.lang"].get_installed())
        zones = self.env["res.partner"]._collection_time_zones(debtor)[debtor.id]
        now = datetime.now(UTC)
        naive = now.replace(tzinfo=None)
        times = {format_time(self.env, naive, tz=zone, time_format="short") for zone in zones}
        clock = " / ".join(sorted(times, key=len)[:3])
        known = len({now.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones})
        result = [self.env._("Language: %(language)s", language=languages.get(debtor.lang, ""))]
        if known > 3:
            text = self.env._("Somewhere in %(count)s time zones", count=known)
            result.append(text)
        else:
            result.append(self.env._("Time there: %(time)s", time=clock))
        return result

    def _hint_wishes(self, debtor):
        labels = dict(self.env["collection.wish"]._selection_channel())
        today = self._today()
        people = debtor | debtor.child_ids
        times = people.collection_time_ids.filtered(lambda t: not t.date_to or t.date_to >= today)
        preferred = labels.get(debtor.collection_preferred_channel)
        stops = [
            " ".join(filter(None, (labels[stop.channel], stop.address)))
            for stop in people.collection_opt_out_ids.filtered("is_current")
        ]
        good = times.filtered(lambda time: time.kind == "prefer").mapped("display_name")
        lists = {
            self.env._("Prefers"): [preferred] if preferred else [],
            self.env._("Convenient"): good,
            self.env._("Inconvenient"): (times.filtered(lambda t: t.kind == "avoid")).mapped(
                "display_name"
            ),
            self.env._("Does not want"): stops,
        }
        return [f"{title}: {'; '.join(words)}" for title, words in lists.items() if words]
