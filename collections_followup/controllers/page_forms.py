from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request, route

from ..models.collection_case_page_tell import DETAILS, PERSON, PREFERRED, STOPS
from ..models.collection_refusal import CollectionRefusal
from ..tools import uploads
from ..tools.form_input import clean_text, read_amount, read_date, read_number
from .page import CollectionPage

#: Forms of the page, by the name of the setting that offers each of them.
FORMS = ("promise", "plan", "accept", "dispute", "question", "details", "choices")
FREQUENCIES = ("weekly", "fortnightly", "monthly")
#: Bytes of a request with files.
MAX_REQUEST = uploads.MAX_FILES * uploads.MAX_BYTES + 1_000_000


class CollectionPageForms(CollectionPage):
    """The forms of the page: what was typed is read, handed to the case, and never lost."""

    @route(
        ["/c/<string:token>/<string:what>", "/my/debts/<int:case_id>/<string:what>"],
        type="http",
        auth="public",
        methods=["GET", "POST"],
        sitemap=False,
        max_content_length=MAX_REQUEST,
    )
    def collection_form(self, what, token=None, case_id=None, **_form):
        page, refused = self._debt_open(token, case_id)
        if refused:
            return refused
        if not self._debt_offers(page, what):
            return self._debt_unknown()
        if request.httprequest.method != "POST":
            typed = {**self._debt_defaults(page.case, what), **self._debt_typed("args")}
            return self._debt_form(page, what, typed)
        errors = self._debt_submit(page, what)
        if errors:
            return self._debt_form(page, what, self._debt_typed("form"), errors)
        return request.redirect(f"{page.base}?done={what}", code=303)

    def _debt_offers(self, page, what):
        return what in FORMS and what in page.case._get_page_offers()

    def _debt_submit(self, page, what):
        """Do what was asked for.

        :return: {field: sentence}; empty when it was done
        """
        if not page.may_act:
            return {
                "": request.env._("You are logged in as a colleague. Only the debtor acts here.")
            }
        if not self._debt_hits()._allow("send", page.case.id):
            return {"": request.env._("That was very often. Please try again in an hour.")}
        try:
            with request.env.cr.savepoint():
                getattr(self, f"_debt_do_{what}")(page.case)
        except CollectionRefusal as refused:
            return {refused.field: str(refused)}
        except (UserError, ValidationError, AccessError) as refused:
            return {"": str(refused)}
        return {}

    # === Reading === #
    def _debt_typed(self, source):
        """What was typed, as text; several values of one name as a list."""
        data = getattr(request.httprequest, source)
        typed = {name: clean_text(data.get(name)) for name in list(data)[:60]}
        for name in ("items", "stops"):
            typed[name] = [clean_text(value, 20) for value in data.getlist(name)[:500]]
        typed.pop("csrf_token", None)
        return typed

    def _debt_amount(self, text):
        """:return: Decimal, or ``None`` when nothing was typed"""
        text = clean_text(text, 60)
        if not text:
            return None
        point = request.env["res.lang"]._get_data(code=request.env.lang).decimal_point or "."
        amount = read_amount(text, point)
        if amount is None:
            raise CollectionRefusal(
                request.env._("Write an amount, for example 120.50."), "invalid_amount", "amount"
            )
        return amount

    def _debt_currency(self, case, text):
        """One of the currencies in which something is open; without a choice the only one."""
        currencies = case._get_debts().currency_id
        number = read_number(text)
        found = currencies.filtered(lambda currency: currency.id == number)
        return found or (case.currency_id & currencies) or currencies[:1] or case.currency_id

    def _debt_items(self, case, typed):
        """Items that were ticked: only those of this debtor are found."""
        wanted = {read_number(text) for text in typed["items"]}
        return case._get_debts().filtered(lambda line: line.id in wanted)

    def _debt_files(self):
        try:
            return uploads.check_files(
                [(file.filename, file.read) for file in request.httprequest.files.getlist("files")]
            )
        except uploads.UploadError as refused:
            sentences = {
                "too_many": request.env._("At most %(count)s files.", count=uploads.MAX_FILES),
                "too_large": request.env._("A file may have at most 8 MB."),
                "wrong_kind": request.env._("Only pictures and PDF files can be sent."),
                "empty": request.env._("A file is empty."),
            }
            raise CollectionRefusal(sentences[refused.code], refused.code, "files") from refused

    # === Doing === #
    def _debt_do_promise(self, case):
        typed = self._debt_typed("form")
        case._page_promise(
            self._debt_amount(typed.get("amount")),
            self._debt_currency(case, typed.get("currency")),
            read_date(typed.get("date")),
            typed.get("note", ""),
        )

    def _debt_do_plan(self, case):
        typed = self._debt_typed("form")
        frequency = typed.get("frequency")
        values = {
            "method": "amount" if typed.get("method") == "amount" else "count",
            "count": read_number(typed.get("count")),
            "amount": self._debt_amount(typed.get("amount")),
            "frequency": frequency if frequency in FREQUENCIES else "monthly",
            "date": read_date(typed.get("date")),
        }
        currency = self._debt_currency(case, typed.get("currency"))
        case._page_plan(currency, values, typed.get("note", ""))

    def _debt_do_accept(self, case):
        typed = self._debt_typed("form")
        name = " ".join(typed.get("name", "").split())[:128]
        case._page_accept(read_number(typed.get("agreement")), name)

    def _debt_do_dispute(self, case):
        typed = self._debt_typed("form")
        reasons = case.env["collection.dispute.reason"].search([])
        number = read_number(typed.get("reason"))
        case._page_dispute(
            self._debt_items(case, typed),
            typed.get("text", ""),
            reasons.filtered(lambda reason: reason.id == number),
            self._debt_amount(typed.get("amount")),
            self._debt_files(),
        )

    def _debt_do_question(self, case):
        case._page_question(self._debt_typed("form").get("text", ""), self._debt_files())

    def _debt_do_details(self, case):
        typed = self._debt_typed("form")
        values = {name: typed[name][:200] for name in (*DETAILS, *PERSON) if name in typed}
        values = {name: value for name, value in values.items() if value or name in DETAILS}
        if "country_id" in values:
            number = read_number(values["country_id"])
            country = case.env["res.country"].search([("id", "=", number or 0)])
            values["country_id"] = country.id
        case._page_details(values, typed.get("note", ""))

    def _debt_do_choices(self, case):
        typed = self._debt_typed("form")
        installed = dict(request.env["res.lang"].get_installed())
        lang, channel = typed.get("lang"), typed.get("channel", "")
        case._page_choices(
            lang if lang in installed else "",
            channel if channel in PREFERRED else "",
            [code for code in STOPS if code in typed["stops"]],
        )
        request.session.pop("collection_page_lang", None)

    # === Showing === #
    def _debt_defaults(self, case, what):
        if what == "details":
            return case._get_page_details()
        if what == "choices":
            return case._get_page_choices()
        return {"frequency": "monthly", "method": "count"}

    def _debt_form(self, page, what, typed, errors=None):
        case = page.case
        values = {
            "what": what,
            "typed": {"items": [], "stops": [], **typed},
            "errors": errors or {},
            "accept": uploads.ACCEPT,
            "max_files": uploads.MAX_FILES,
            "today": case._today().isoformat(),
            **getattr(self, f"_debt_values_{what}", lambda _case: {})(case),
        }
        return self._debt_show(page, f"page_{what}", values, status=422 if errors else 200)

    def _debt_values_promise(self, case):
        return {"groups": case._get_page_groups()}

    def _debt_values_plan(self, case):
        return {"groups": case._get_page_groups()}

    def _debt_values_dispute(self, case):
        return {
            "groups": case._get_page_groups(),
            "reasons": case.env["collection.dispute.reason"].search([]),
        }

    def _debt_values_accept(self, case):
        values = request.httprequest.values
        number = read_number(values.get("agreement"))
        offers = [item for item in case._get_page_agreements() if item["open"]]
        return {"offer": next((o for o in offers if o["id"] == number), None)}

    def _debt_values_details(self, case):
        return {"countries": case.env["res.country"].search([])}

    def _debt_values_choices(self, case):
        labels = dict(case.env["collection.channel"]._get_channels())
        return {
            "channels": [(code, labels[code]) for code in PREFERRED],
            "stops": [(code, labels[code]) for code in STOPS],
            "closed": case._get_page_choices()["stops"],
        }
