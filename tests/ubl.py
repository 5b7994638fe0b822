"""The structure of a UBL 2.1 Reminder as an XML schema: every element of the types that a reminder
of ours uses, in the order of the standard, with how often it may stand there.

Written after UBL-Reminder-2.1.xsd and UBL-CommonAggregateComponents-2.1.xsd (OASIS). ``?`` is at
most once, ``*`` any number, ``+`` at least once; nothing is exactly once. Beyond the schema, rule
IND5 of the standard is checked: no element is empty.
"""

import tempfile
from functools import cache
from pathlib import Path

from lxml import etree

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
SPACES = {
    "rem": f"{UBL}Reminder-2",
    "cac": f"{UBL}CommonAggregateComponents-2",
    "cbc": f"{UBL}CommonBasicComponents-2",
}

#: Names that begin with a capital after ``=`` are aggregates of that type; others are basic.
TYPES = {
    "Reminder": """
        UBLVersionID? CustomizationID? ProfileID? ProfileExecutionID? ID CopyIndicator? UUID?
        IssueDate IssueTime? ReminderTypeCode? ReminderSequenceNumeric? Note* TaxPointDate?
        DocumentCurrencyCode? TaxCurrencyCode? PricingCurrencyCode? PaymentCurrencyCode?
        PaymentAlternativeCurrencyCode? AccountingCostCode? AccountingCost? LineCountNumeric?
        ReminderPeriod=Period* AdditionalDocumentReference=DocumentReference*
        AccountingSupplierParty=SupplierParty AccountingCustomerParty=CustomerParty
        PayeeParty=Party? TaxRepresentativeParty=Party? PaymentMeans=PaymentMeans*
        LegalMonetaryTotal=MonetaryTotal ReminderLine=ReminderLine+""",
    "ReminderLine": """
        ID Note* UUID? BalanceBroughtForwardIndicator? DebitLineAmount? CreditLineAmount?
        AccountingCostCode? AccountingCost? PenaltySurchargePercent? Amount? PaymentPurposeCode?
        ReminderPeriod=Period* BillingReference=BillingReference*""",
    "SupplierParty": "CustomerAssignedAccountID? AdditionalAccountID* Party=Party?",
    "CustomerParty": """
        CustomerAssignedAccountID? SupplierAssignedAccountID? AdditionalAccountID* Party=Party?""",
    "Party": """
        MarkCareIndicator? MarkAttentionIndicator? WebsiteURI? LogoReferenceID? EndpointID?
        IndustryClassificationCode? PartyIdentification=PartyIdentification* PartyName=PartyName*
        PostalAddress=Address? PartyTaxScheme=PartyTaxScheme* PartyLegalEntity=PartyLegalEntity*
        Contact=Contact?""",
    "PartyIdentification": "ID",
    "PartyName": "Name",
    "Address": """
        ID? AddressTypeCode? AddressFormatCode? Postbox? Floor? Room? StreetName?
        AdditionalStreetName? BlockName? BuildingName? BuildingNumber? InhouseMail? Department?
        MarkAttention? MarkCare? PlotIdentification? CitySubdivisionName? CityName? PostalZone?
        CountrySubentity? CountrySubentityCode? Region? District? TimezoneOffset?
        Country=Country?""",
    "Country": "IdentificationCode? Name?",
    "PartyTaxScheme": """
        RegistrationName? CompanyID? TaxLevelCode? ExemptionReasonCode? ExemptionReason*
        RegistrationAddress=Address? TaxScheme=TaxScheme""",
    "TaxScheme": "ID? Name? TaxTypeCode? CurrencyCode?",
    "PartyLegalEntity": """
        RegistrationName? CompanyID? RegistrationDate? RegistrationExpirationDate?
        CompanyLegalFormCode? CompanyLegalForm? SoleProprietorshipIndicator?
        CompanyLiquidationStatusCode? CorporateStockAmount? FullyPaidSharesIndicator?
        RegistrationAddress=Address?""",
    "Contact": "ID? Name? Telephone? Telefax? ElectronicMail? Note*",
    "PaymentMeans": """
        ID? PaymentMeansCode PaymentDueDate? PaymentChannelCode? InstructionID? InstructionNote*
        PaymentID* PayerFinancialAccount=FinancialAccount?
        PayeeFinancialAccount=FinancialAccount?""",
    "FinancialAccount": """
        ID? Name? AliasName? AccountTypeCode? AccountFormatCode? CurrencyCode? PaymentNote*
        FinancialInstitutionBranch=Branch? Country=Country?""",
    "Branch": "ID? Name?",
    "MonetaryTotal": """
        LineExtensionAmount? TaxExclusiveAmount? TaxInclusiveAmount? AllowanceTotalAmount?
        ChargeTotalAmount? PrepaidAmount? PayableRoundingAmount? PayableAmount
        PayableAlternativeAmount?""",
    "Period": "StartDate? StartTime? EndDate? EndTime? DurationMeasure? DescriptionCode* Description*",
    "BillingReference": """
        InvoiceDocumentReference=DocumentReference? SelfBilledInvoiceDocumentReference=DocumentReference?
        CreditNoteDocumentReference=DocumentReference?
        SelfBilledCreditNoteDocumentReference=DocumentReference?
        DebitNoteDocumentReference=DocumentReference? ReminderDocumentReference=DocumentReference?
        AdditionalDocumentReference=DocumentReference?""",
    "DocumentReference": """
        ID CopyIndicator? UUID? IssueDate? IssueTime? DocumentTypeCode? DocumentType? XPath*
        LanguageID? LocaleCode? VersionID? DocumentStatusCode? DocumentDescription*""",
}
OCCURS = {"?": ' minOccurs="0"', "*": ' minOccurs="0" maxOccurs="unbounded"', "+": ' maxOccurs="unbounded"'}  # fmt: skip
#: The type of a basic element by how its name ends; others are texts.
KINDS = (
    ("Amount", "Amount"), ("Numeric", "xs:decimal"), ("Percent", "xs:decimal"),
    ("Date", "xs:date"), ("Time", "xs:time"), ("Indicator", "xs:boolean"),
)  # fmt: skip
BASIC = """
    <xs:simpleType name="Text"><xs:restriction base="xs:string">
        <xs:minLength value="1"/><xs:pattern value="\\S(.|\\n)*"/></xs:restriction></xs:simpleType>
    <xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:decimal">
        <xs:attribute name="currencyID" use="required"><xs:simpleType>
            <xs:restriction base="xs:string"><xs:pattern value="[A-Z]{3}"/></xs:restriction>
        </xs:simpleType></xs:attribute></xs:extension></xs:simpleContent></xs:complexType>"""


def _read(types):
    """(name, type or nothing, how often) of every element of a type."""
    for word in types.split():
        often = OCCURS.get(word[-1], "")
        name, _equals, of_type = (word[:-1] if often else word).partition("=")
        yield name, of_type, often


def _sequence(types):
    return "".join(
        f'<xs:element ref="{"cac" if of_type else "cbc"}:{name}"{often}/>'
        for name, of_type, often in _read(types)
    )


def _schema(space, content):
    spaces = " ".join(f'xmlns:{key}="{value}"' for key, value in SPACES.items())
    imports = "".join(
        f'<xs:import namespace="{SPACES[other]}" schemaLocation="{other}.xsd"/>'
        for other in ("cac", "cbc")
        if other != space
    )
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" {spaces} '
        f'targetNamespace="{SPACES[space]}" elementFormDefault="qualified">'
        f"{imports if space != 'cbc' else ''}{content}</xs:schema>"
    )


def _kind(name):
    found = next((kind for end, kind in KINDS if name.endswith(end)), "Text")
    return found if found.startswith("xs:") else f"cbc:{found}"


@cache
def schema():
    """The schema, ready to validate a document."""
    parts = [part for types in TYPES.values() for part in _read(types)]
    basic = {name: _kind(name) for name, of_type, _often in parts if not of_type}
    groups = {name: of_type for name, of_type, _often in parts if of_type}
    content = {
        "cbc": BASIC
        + "".join(f'<xs:element name="{name}" type="{kind}"/>' for name, kind in basic.items()),
        "cac": "".join(
            f'<xs:element name="{name}" type="cac:{of_type}Type"/>'
            for name, of_type in groups.items()
        )
        + "".join(
            f'<xs:complexType name="{name}Type"><xs:sequence>{_sequence(types)}</xs:sequence>'
            "</xs:complexType>"
            for name, types in TYPES.items()
            if name != "Reminder"
        ),
        "rem": '<xs:element name="Reminder"><xs:complexType><xs:sequence>'
        f"{_sequence(TYPES['Reminder'])}</xs:sequence></xs:complexType></xs:element>",
    }
    with tempfile.TemporaryDirectory() as folder:
        for space, text in content.items():
            (Path(folder) / f"{space}.xsd").write_text(_schema(space, text), encoding="utf-8")
        return etree.XMLSchema(etree.parse(str(Path(folder) / "rem.xsd")))


def problems(document):
    """What is wrong with a reminder, as sentences; empty when it is valid."""
    root = etree.fromstring(document)
    checker = schema()
    found = [] if checker.validate(root) else [str(error) for error in checker.error_log]
    empty = [node.tag for node in root.iter() if not len(node) and not (node.text or "").strip()]
    return found + [f"{tag} is empty" for tag in empty]
