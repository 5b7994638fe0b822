from collections.abc import Sequence
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from ..words import day_text


@dataclass(frozen=True, slots=True)
class Kept:
    """Where data of a person are kept.

    :param code: entry of the record of processing that says how long
    :param model: name of the model
    :param owner: path from a record to the debtor
    :param date: field with the day of a record
    :param empties: fields that are emptied, with messages and files of the records; nothing:
        records are deleted, or stay
    """

    code: str
    model: str
    owner: str
    date: str
    empties: Sequence[str] = ()


#: In the order in which it is erased: what hangs on something goes before it.
KEPT = (
    Kept("trace", "collection.trace.lead", "partner_id", "date"),
    Kept("trace", "collection.trace", "partner_id", "date_start"),
    Kept("address", "collection.address.change", "debtor_id", "date"),
    Kept("identity", "collection.identifier", "partner_id", "create_date"),
    Kept("status", "collection.person.status", "partner_id", "date_known"),
    Kept("talk", "mail.message", "", "date"),
    Kept("log", "collection.contact.log", "debtor_id", "date", ("note", "address")),
    Kept("visit", "collection.visit", "partner_id", "date", ("task", "cancel_reason")),
    Kept("visit", "collection.goods.return", "partner_id", "date", ("note", "address")),
    Kept(
        "handover", "collection.claim.inquiry", "claim_id.partner_id", "date", ("person", "answer")
    ),
    Kept("handover", "collection.claim", "partner_id", "create_date", ("insured_name", "note")),
    Kept("handover", "collection.legal.step", "partner_id", "date", ("result",)),
    Kept("handover", "collection.handover.receipt", "handover_id.debtor_id", "date", ("note",)),
    Kept("handover", "collection.handover", "debtor_id", "create_date", ("note",)),
    Kept("agreement", "collection.agreement", "partner_id", "create_date", ("note", "signed_by")),
    Kept(
        "dispute",
        "collection.dispute",
        "partner_id",
        "create_date",
        ("description", "answer", "resolution_note"),
    ),
    Kept("hold", "collection.hold", "partner_id", "date_from", ("note",)),
    Kept("hold", "collection.bounce", "partner_id", "create_date", ("note",)),
    Kept("hold", "collection.writeoff", "partner_id", "create_date", ("note",)),
    Kept("credit", "collection.credit.report", "partner_id", "date"),
    Kept("credit", "collection.credit.document", "partner_id", "create_date"),
    Kept("credit", "collection.credit.insurance", "partner_id", "create_date"),
    Kept("credit", "collection.credit.security", "partner_id", "create_date"),
    Kept("credit", "collection.credit.notice", "partner_id", "date"),
    Kept("credit", "collection.credit.hold", "partner_id", "date_from", ("note",)),
    Kept("credit", "collection.credit.file", "partner_id", "create_date", ("note",)),
    Kept("wish", "collection.opt.out", "debtor_id", "date", ("note",)),
    Kept("wish", "collection.consent", "debtor_id", "date", ("note",)),
    Kept("wish", "collection.contact.time", "debtor_id", "create_date", ("note",)),
    Kept("books", "collection.refund", "partner_id", "date"),
    Kept("books", "collection.extension", "partner_id", "date"),
    Kept("books", "collection.charge", "case_id.partner_id", "date_from"),
    Kept("books", "collection.agreement.line", "agreement_id.partner_id", "date"),
    Kept("books", "collection.goods.return.line", "return_id.partner_id", "create_date"),
    Kept("books", "collection.handover.cost", "handover_id.debtor_id", "date"),
    Kept("books", "collection.recovery", "writeoff_id.partner_id", "date"),
    Kept("books", "collection.credit.limit", "partner_id", "date_from"),
    Kept("case", "collection.snapshot", "partner_id", "date"),
    Kept("case", "collection.account.month", "partner_id", "date"),
    Kept("case", "collection.experiment.debtor", "partner_id", "date_joined"),
    Kept("case", "collection.case", "partner_id", "create_date"),
)


class CollectionPrivacy(models.AbstractModel):
    """What is kept about a person, what of it may go, and what stays and why.

    Erasing is in ``collection_privacy_erase.py``, handing over in ``collection_privacy_export.py``.
    """

    _name = "collection.privacy"
    _description = "Data of Persons"

    # === What is kept === #
    @api.model
    def _get_kept(self):
        """Where data of persons are kept. Hook: extensions add theirs."""
        return KEPT

    @api.model
    def _get_entries(self):
        """The record of processing.

        :return: {code: collection.processing}
        """
        # sudo: how long things are kept binds whoever cleans.
        entries = self.env["collection.processing"].sudo().with_context(active_test=False)
        return {entry.code: entry for entry in entries.search([])}

    @api.model
    def _find(self, kept, debtors):
        """The records of a kind about some debtors, of the companies in question.

        :return: a recordset with all rights; the caller has checked who asks
        """
        # sudo: a person's file is handed over or erased as a whole; checked by the caller.
        Model = self.env[kept.model].sudo().with_context(active_test=False)
        if kept.model == "mail.message":
            return Model.search(self._get_talk_domain(self._get_cases(debtors)))
        domain = Domain(kept.owner, "in", debtors.ids)
        if "company_id" in Model._fields:
            companies = [*self.env.companies.ids, False]
            domain &= Domain("company_id", "in", companies)
        return Model.search(domain)

    @api.model
    def _get_talk_domain(self, cases):
        """Messages on cases, without notices: those are evidence, and go with the contact log.

        :param cases: cases, or a query of them
        """
        ids = cases.ids if isinstance(cases, models.BaseModel) else cases
        # sudo: as in _find.
        logs = self.env["collection.contact.log"].sudo()
        notices = logs._search([("case_id", "in", ids), ("message_id", "!=", False)])
        return [
            ("model", "=", "collection.case"),
            ("res_id", "in", ids),
            ("id", "not in", notices.subselect("message_id")),
        ]

    @api.model
    def _get_cases(self, debtors):
        # sudo: as in _find.
        return (
            self.env["collection.case"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("partner_id", "in", debtors.ids), ("company_id", "in", self.env.companies.ids)]
            )
        )

    @api.model
    def _get_contacts(self, debtors):
        """The persons behind these debtors, archived ones included."""
        # sudo: as in _find.
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        return Partner.search(
            [("commercial_partner_id", "in", debtors.ids), ("id", "not in", debtors.ids)]
        )

    # === What stays === #
    @api.model
    def _get_obstacles(self, debtors, on):
        """Why nothing at all about these persons may go: a claim is open, or a legal hold.

        :return: {debtor id: sentence}
        """
        result = {}
        for debtor in debtors.sudo():  # sudo: as in _find
            if debtor.collection_legal_hold:
                result[debtor.id] = self.env._(
                    "Legal hold: %(reason)s", reason=debtor.collection_legal_hold_reason or "?"
                )
        # sudo: an open claim of any company keeps the data (Article 17.3.e).
        open_cases = self.env["collection.case"].sudo()
        open_cases = open_cases.search(
            [("partner_id", "in", debtors.ids), ("state", "!=", "closed")]
        )
        for case in open_cases:
            result.setdefault(
                case.partner_id.id,
                self.env._("The claim is open; the data are needed until it is settled."),
            )
        return result

    @api.model
    def _get_closed(self, debtors):
        """The day on which the last case of each debtor was closed.

        :return: {debtor id: date or None}
        """
        # sudo: as in _find.
        return {
            debtor.id: day
            for debtor, day in self.env["collection.case"]
            .sudo()
            ._read_group([("partner_id", "in", debtors.ids)], ["partner_id"], ["date_closed:max"])
        }

    @api.model
    def _get_last_day(self, entry, day, closed):
        """Until when a record of that day is kept; nothing: as long as the books."""
        if not entry or not entry.months:
            return None
        return max(filter(None, (day, closed))) + relativedelta(months=entry.months)

    # === Preview === #
    @api.model
    def _preview(self, debtor, on):
        """What an erasure would do, kind by kind.

        :return: list of dicts: name, count, goes, action, why
        """
        entries, rows = self._get_entries(), []
        obstacle = self._get_obstacles(debtor, on).get(debtor.id)
        closed = self._get_closed(debtor).get(debtor.id)
        for kept in self._get_kept():
            records = self._find(kept, debtor)
            if not records:
                continue
            entry = entries.get(kept.code)
            going = self._filter_going(kept, records, entry, closed, on, obstacle)
            rows.append(
                {
                    "name": self.env["ir.model"]._get(kept.model).name,
                    "count": len(records),
                    "goes": len(going),
                    "action": self._get_action_text(kept, entry) if going else "",
                    "why": self._explain_staying(entry, records - going, kept, closed, obstacle),
                }
            )
        return rows + self._preview_contact(debtor, obstacle)

    @api.model
    def _filter_going(self, kept, records, entry, closed, on, obstacle):
        """Those of the records that may go on a day when the person asks for it."""
        if obstacle or not entry or entry.action == "keep":
            return records.browse()
        if not entry.is_duty:
            return records
        days = {record: self._day_of(record, kept) for record in records}
        return records.filtered(lambda r: self._is_over(entry, days[r], closed, on))

    @api.model
    def _is_over(self, entry, day, closed, on):
        last = self._get_last_day(entry, day, closed)
        return bool(last) and last < on

    @api.model
    def _day_of(self, record, kept):
        value = record[kept.date]
        return value.date() if hasattr(value, "date") else value

    @api.model
    def _get_action_text(self, kept, entry):
        if kept.empties:
            return self.env._("Texts and addresses are emptied")
        return dict(entry._fields["action"]._description_selection(self.env))[entry.action]

    @api.model
    def _explain_staying(self, entry, staying, kept, closed, obstacle):
        """Why some of it stays, and until when."""
        if obstacle or not staying:
            return ""  # what stands against everything is said once, above
        if not entry:
            return self.env._("It is not in the record of processing.")
        last = self._get_last_day(
            entry, max(self._day_of(record, kept) for record in staying), closed
        )
        until = self.env._("until %(date)s", date=day_text(self.env, last)) if last else ""
        return ", ".join(filter(None, (entry.law or entry.purpose, until)))

    @api.model
    def _preview_contact(self, debtor, obstacle):
        """What becomes of the contact itself, and of the books."""
        entries = self._get_entries()
        contact, books = entries["contact"], entries["books"]
        people = len(self._get_contacts(debtor))
        return [
            {
                "name": contact.name,
                "count": 1 + people,
                "goes": 0 if obstacle else 1 + people,
                "action": "" if obstacle else self.env._("Phone, e-mail and notes are emptied"),
                "why": "",
            },
            {
                "name": books.name,
                "count": self._count_documents(debtor),
                "goes": 0,
                "action": "",
                "why": books.law or books.purpose,
            },
        ]

    @api.model
    def _count_documents(self, debtor):
        # sudo: the number alone.
        Move = self.env["account.move"].sudo()
        return Move.search_count(
            [
                ("commercial_partner_id", "=", debtor.id),
                ("state", "=", "posted"),
                ("company_id", "in", self.env.companies.ids),
            ]
        )
