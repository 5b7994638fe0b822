from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .collection_address_change import ADDRESS, CONTACT, TRACKED

#: Longest value that is taken from outside.
LONGEST = 250
ACTIVITY = "collections_followup.activity_type_address"


class CollectionAddressChange(models.Model):
    """Requests for changes: checked at input, and made true once accepted."""

    _inherit = "collection.address.change"

    # === Requests === #
    @api.model
    def _propose(self, partner, values, source, note=""):
        """Ask for a change of a contact; nothing is overwritten before somebody accepts it.

        What is the same as on the contact is left out, and asking twice for the same gives the
        request that waits already.

        :param partner: the debtor, or one of its contact persons
        :param dict values: new values of :data:`TRACKED` fields (ids for state and country), and
            of a new contact person (``contact_name``, ``contact_phone``…)
        :param str source: where it comes from, see :data:`SOURCES`
        :return: the request; empty when nothing changes
        :raises UserError: for values that cannot be right, with a sentence for who entered them
        """
        partner.ensure_one()
        # sudo: debtors ask without being users, and collectors may not read every contact.
        partner_sudo = partner.sudo()
        new = self._get_changes(partner_sudo, self._clean(values))
        if not new:
            return self.browse()
        changes = self.sudo()  # sudo: as above; the request itself changes nothing
        waiting = changes.search([("partner_id", "=", partner.id), ("state", "=", "proposed")])
        for known in waiting:
            if known.new_values == new:
                return known.sudo(self.env.su)
        made = changes.create(
            {
                "partner_id": partner.id,
                "kind": self._get_kind(new),
                "old_values": self._read_values(partner_sudo, new),
                "new_values": new,
                "source": source,
                "note": note,
                "user_id": self.env.uid,
            }
        )
        made._tell_collectors()
        return made.sudo(self.env.su)

    @api.model
    def _clean(self, values):
        """Values without blanks around them; refuse what cannot be right."""
        unknown = set(values) - set(TRACKED) - set(CONTACT)
        if unknown:
            msg = f"not a field of a change of address: {sorted(unknown)}"
            raise ValueError(msg)
        result = {}
        for name, value in values.items():
            if name in ("state_id", "country_id"):
                result[name] = int(value) if value else False
                continue
            text = " ".join(str(value or "").split())
            if len(text) > LONGEST:
                raise UserError(self.env._("This is too long: %(text)s…", text=text[:40]))
            result[name] = text or False
        self._check_values(result)
        return result

    @api.model
    def _check_values(self, values):
        for name in ("email", "contact_email"):
            if values.get(name) and not email_normalize(values[name]):
                raise UserError(
                    self.env._("%(email)s is not an e-mail address.", email=values[name])
                )
        for name in ("phone", "contact_phone"):
            if values.get(name) and sum(map(str.isdigit, values[name])) < 5:
                raise UserError(self.env._("%(phone)s is not a phone number.", phone=values[name]))
        if "name" in values and not values["name"]:
            raise UserError(self.env._("A contact needs a name."))
        if any(values.get(name) for name in CONTACT) and not values.get("contact_name"):
            raise UserError(self.env._("What is the name of the contact person?"))
        country = self.env["res.country"].sudo().browse(values.get("country_id") or [])
        state = self.env["res.country.state"].sudo().browse(values.get("state_id") or [])
        # sudo: countries are no secret; the page asks without a user.
        if (country and not country.exists()) or (state and not state.exists()):
            raise UserError(self.env._("Choose a country and a state from the list."))
        if country and state and state.country_id != country:
            raise UserError(
                self.env._(
                    "%(state)s is not in %(country)s.", state=state.name, country=country.name
                )
            )

    @api.model
    def _get_changes(self, partner, values):
        """The part of the values that differs from the contact."""
        present = self._read_values(partner, values)
        changed = {
            name: value
            for name, value in values.items()
            if (value or False) != (present.get(name) or False)
        }
        if not changed.get("contact_name"):
            return {name: value for name, value in changed.items() if name not in CONTACT}
        return changed

    @api.model
    def _read_values(self, partner, names):
        """What stands on the contact now; nothing for a contact person that is to be made."""
        return {
            name: partner[name].id or False if name.endswith("_id") else partner[name] or False
            for name in names
            if name in TRACKED
        }

    @api.model
    def _get_kind(self, values):
        kinds = {
            "address" if name in ADDRESS else "contact" if name in CONTACT else name
            for name in values
        }
        return kinds.pop() if len(kinds) == 1 else "several"

    # === Decisions === #
    def _decide(self, state):
        # sudo: readonly for people; the right to decide was checked by the caller.
        self.sudo().write(
            {"state": state, "decided_by_id": self.env.uid, "decided_on": fields.Datetime.now()}
        )
        self._close_activities()

    def _accept(self):
        """Make the changes true, keep what they replaced, and let the cases go on."""
        for change in self.sorted("id"):
            # sudo: collectors may not edit contacts; this change was looked at and accepted.
            change_sudo = change.sudo()
            partner = change_sudo.partner_id.with_context(collection_change_known=True)
            new = change_sudo.new_values or {}
            # What stood there at this moment is what was replaced.
            change_sudo.old_values = self._read_values(partner, new)
            values = {name: value for name, value in new.items() if name in TRACKED}
            if values:
                partner.write(values)
            if new.get("contact_name"):
                change_sudo._make_contact(partner, new)
        self._decide("accepted")
        self._tell_cases()

    def _make_contact(self, partner, new):
        """The new contact person, who is written to and called from now on."""
        self.env["res.partner"].create(
            {
                "name": new["contact_name"],
                "function": new.get("contact_function"),
                "phone": new.get("contact_phone"),
                "email": new.get("contact_email"),
                "parent_id": partner.commercial_partner_id.id,
                "type": "collections",
            }
        )

    # === Who hears of it === #
    def _get_cases(self):
        # sudo: the cases of the debtor, whoever asked for the change.
        return (
            self.env["collection.case"]
            .sudo()
            .search([("partner_id", "in", self.sudo().debtor_id.ids), ("state", "!=", "closed")])
        )

    def _tell_collectors(self):
        """One activity on each open case: somebody looks at the request."""
        for case in self._get_cases():
            if any(a.activity_type_id == self.env.ref(ACTIVITY) for a in case.activity_ids):
                continue
            case.with_context(mail_activity_quick_update=True).activity_schedule(
                ACTIVITY,
                summary=self.env._("Confirm the change: %(kind)s", kind=self._get_kind_text()),
                user_id=self.env["collection.engine"]._get_responsible(case).id,
            )

    def _get_kind_text(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self[:1].kind]

    def _close_activities(self):
        """Nothing is left to confirm for these debtors."""
        # sudo: the activity may stand on a colleague's list.
        debtors = self.sudo().debtor_id
        waiting = self.sudo().search([("debtor_id", "in", debtors.ids), ("state", "=", "proposed")])
        done = self._get_cases().filtered(lambda case: case.partner_id not in waiting.debtor_id)
        done.activity_unlink([ACTIVITY])

    def _tell_cases(self):
        """A note on each open case, and the next run looks at it again."""
        cases = self._get_cases()
        for change in self.sudo():  # sudo: as in _get_cases
            for case in cases.filtered(lambda c, debtor=change.debtor_id: c.partner_id == debtor):
                case._message_log(
                    body=self.env._("Changed – %(change)s", change="; ".join(change._get_lines())),
                    author_id=self.env.user.partner_id.id,
                )
        cases._review_now()
