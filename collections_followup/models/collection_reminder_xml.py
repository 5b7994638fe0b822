from lxml import etree

from odoo import api, models

from ..tools.identifiers import format_creditor_reference

ROOT = "urn:oasis:names:specification:ubl:schema:xsd:Reminder-2"
AGGREGATE = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
BASIC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
#: UN/ECE 4461: credit transfer, and no way agreed.
CREDIT_TRANSFER, NOT_DEFINED = "30", "1"

#: What a line refers to; payments and entries are other documents.
DOCUMENTS = {
    "out_invoice": "InvoiceDocumentReference",
    "out_receipt": "InvoiceDocumentReference",
    "out_refund": "CreditNoteDocumentReference",
}


class CollectionReminderXml(models.AbstractModel):
    """A letter or statement as UBL 2.1 ``Reminder``, for debtors whose systems read it.

    The order of elements is the schema's: a sequence, in which every place is fixed.
    """

    _name = "collection.reminder.xml"
    _description = "Reminder as UBL Document"

    # === Document === #
    @api.model
    def _make(self, log):
        """The XML of a row of the contact log; nothing when it lists no open item.

        :rtype: bytes
        """
        log = log.sudo()  # sudo: what the debtor is sent does not depend on who sends it
        items = log._get_notice_items()
        if not items:
            return b""
        root = etree.Element(
            f"{{{ROOT}}}Reminder", nsmap={None: ROOT, "cac": AGGREGATE, "cbc": BASIC}
        )
        currency = log.currency_id
        self._texts(
            root,
            ("UBLVersionID", "2.1"),
            ("ID", f"{log.case_id.id}-{log.id}"),
            ("IssueDate", log.date.isoformat()),
            ("ReminderSequenceNumeric", log.occurrence or None),
            ("Note", log.stage_id.name),
            ("DocumentCurrencyCode", currency.name),
            ("LineCountNumeric", len(items)),
        )
        self._party(root, "AccountingSupplierParty", log.company_id.partner_id, log.company_id)
        self._party(root, "AccountingCustomerParty", log.debtor_id)
        self._payment_means(root, log)
        asked = log._get_notice_total() if log.move_line_ids else sum(i["residual"] for i in items)
        credit = currency.round(sum(item["residual"] for item in items) - asked)
        total = self._node(root, "LegalMonetaryTotal")
        self._amount(total, "LineExtensionAmount", asked + credit, currency)
        if credit > 0:
            self._amount(total, "PrepaidAmount", credit, currency)
        self._amount(total, "PayableAmount", asked, currency)
        for number, item in enumerate(items, 1):
            self._line(root, number, item, currency)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    @api.model
    def _line(self, root, number, item, currency):
        line = self._node(root, "ReminderLine")
        self._texts(line, ("ID", number))
        kind = "DebitLineAmount" if item["residual"] >= 0 else "CreditLineAmount"
        self._amount(line, kind, abs(item["residual"]), currency)
        period = self._node(line, "ReminderPeriod")
        self._texts(period, ("EndDate", item["due"].isoformat()))
        kind = DOCUMENTS.get(item["document"].move_type, "AdditionalDocumentReference")
        reference = self._node(self._node(line, "BillingReference"), kind)
        self._texts(reference, ("ID", item["name"]), ("IssueDate", item["date"].isoformat()))

    @api.model
    def _party(self, root, role, partner, company=None):
        party = self._node(self._node(root, role), "Party")
        if partner.ref:
            self._texts(self._node(party, "PartyIdentification"), ("ID", partner.ref))
        self._texts(self._node(party, "PartyName"), ("Name", partner.name))
        self._address(party, partner)
        if partner.vat:
            scheme = self._node(party, "PartyTaxScheme")
            self._texts(scheme, ("CompanyID", partner.vat))
            self._texts(self._node(scheme, "TaxScheme"), ("ID", "VAT"))
        legal = self._node(party, "PartyLegalEntity")
        self._texts(
            legal,
            ("RegistrationName", partner.name),
            ("CompanyID", (company and company.company_registry) or None),
        )
        if partner.phone or partner.email:
            contact = self._node(party, "Contact")
            self._texts(contact, ("Telephone", partner.phone), ("ElectronicMail", partner.email))

    @api.model
    def _address(self, party, partner):
        """The address; none where nothing is known of it: the standard forbids empty elements."""
        parts = (
            ("StreetName", partner.street),
            ("AdditionalStreetName", partner.street2),
            ("CityName", partner.city),
            ("PostalZone", partner.zip),
        )
        if partner.country_id or any(text for _name, text in parts):
            address = self._node(party, "PostalAddress")
            self._texts(address, *parts)
            if partner.country_id:
                country = self._node(address, "Country")
                self._texts(country, ("IdentificationCode", partner.country_id.code))

    @api.model
    def _payment_means(self, root, log):
        banks = log._get_bank_accounts()
        means = self._node(root, "PaymentMeans")
        code = CREDIT_TRANSFER if banks else NOT_DEFINED
        reference = format_creditor_reference(log.reference).replace(" ", "")
        self._texts(means, ("PaymentMeansCode", code), ("PaymentID", reference))
        if banks:
            account = self._node(means, "PayeeFinancialAccount")
            number = (banks[0].acc_number or "").replace(" ", "")
            self._texts(account, ("ID", number), ("Name", banks[0].acc_holder_name))
            if banks[0].bank_bic:
                branch = self._node(account, "FinancialInstitutionBranch")
                self._texts(branch, ("ID", banks[0].bank_bic))

    # === Elements === #
    @api.model
    def _node(self, parent, name):
        return etree.SubElement(parent, f"{{{AGGREGATE}}}{name}")

    @api.model
    def _texts(self, parent, *pairs):
        """Elements with a text, in the given order; those without one are left out."""
        for name, value in pairs:
            if value not in (None, False, ""):
                etree.SubElement(parent, f"{{{BASIC}}}{name}").text = str(value)

    @api.model
    def _amount(self, parent, name, amount, currency):
        node = etree.SubElement(parent, f"{{{BASIC}}}{name}", currencyID=currency.name)
        node.text = f"{amount:.{currency.decimal_places}f}"

    # === Files === #
    @api.model
    def _attach(self, logs):
        """The XML of each of these letters, filed on its case.

        :return: {log id: attachment}
        """
        documents = {log: xml for log in logs if (xml := self._make(log))}
        # sudo: filed for the collector, on cases already checked.
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": f"Reminder {log.reference or log.id} {log.date}.xml",
                        "raw": xml,
                        "mimetype": "application/xml",
                        "res_model": "collection.case",
                        "res_id": log.case_id.id,
                    }
                    for log, xml in documents.items()
                ]
            )
        )
        return dict(zip((log.id for log in documents), attachments, strict=True))
