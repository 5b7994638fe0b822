from urllib.parse import urlencode

from odoo.exceptions import ValidationError
from odoo.http import request, route
from odoo.tools import is_html_empty

from odoo.addons.payment import utils as payment_utils

from ..models.collection_refusal import CollectionRefusal
from ..tools.form_input import read_number
from .page_forms import CollectionPageForms

#: What the payment form sends that Odoo's transaction takes.
TAKEN = ("provider_id", "payment_method_id", "token_id", "flow", "tokenization_requested")


class CollectionPagePay(CollectionPageForms):
    """Paying online on the page, with Odoo's payment form and providers.

    What is paid is in the address as a choice, and is looked up and added up anew each time: an
    amount sent by the browser counts for nothing.
    """

    @route(
        ["/c/<string:token>/pay", "/my/debts/<int:case_id>/pay"],
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def collection_pay(self, token=None, case_id=None, **_args):
        page, refused = self._debt_open(token, case_id)
        if refused:
            return refused
        if "pay" not in page.case._get_page_offers():
            return self._debt_unknown()
        values = {"errors": {}, "choice": None, "groups": page.case._get_page_groups()}
        try:
            choice = self._debt_choice(page.case)
            values.update(choice=choice, **self._debt_payment(page, choice))
        except CollectionRefusal as refusal:
            values["errors"] = {refusal.field: str(refusal)}
        values["typed"] = self._debt_typed("args")
        return self._debt_show(page, "page_pay", values, status=422 if values["errors"] else 200)

    @route(
        ["/c/<string:token>/pay/transaction", "/my/debts/<int:case_id>/pay/transaction"],
        type="jsonrpc",
        auth="public",
        sitemap=False,
    )
    def collection_transaction(self, token=None, case_id=None, **sent):
        page, refused = self._debt_open(token, case_id)
        if refused or not page.may_act or "pay" not in page.case._get_page_offers():
            raise ValidationError(request.env._("This link does not work."))
        if not self._debt_hits()._allow("pay", page.case.id):
            raise ValidationError(
                request.env._("That was very often. Please try again in an hour.")
            )
        choice = self._debt_choice(page.case)
        values = {name: sent.get(name) for name in TAKEN}
        partner = self._debt_payer(page)
        self._debt_check(page, choice, values, partner)
        tx_sudo = self._create_transaction(
            **values,
            amount=choice.amount,
            currency_id=choice.currency.id,
            partner_id=partner.id,
            landing_route=f"{page.base}?done=pay",
            reference_prefix=payment_utils.singularize_reference_prefix(
                prefix=page.case._get_page_reference(choice)
            ),
            custom_create_values=page.case._prepare_page_transaction(choice),
        )
        return tx_sudo._get_processing_values()

    # === What is paid === #
    def _debt_choice(self, case):
        args = request.httprequest.args
        items = [read_number(text) for text in args.getlist("items")[:500]]
        return case._get_page_choice(
            item_ids=[number or 0 for number in items],
            line_id=read_number(args.get("line")),
            currency_id=read_number(args.get("currency")),
            amount=self._debt_amount(args.get("amount")),
        )

    def _debt_payer(self, page):
        # sudo: Odoo's payment form reads the payer's own contact.
        return request.env.user.partner_id.sudo() if page.is_portal else page.case.partner_id

    def _debt_payment(self, page, choice):
        """What Odoo's payment form needs.

        Ways to pay that somebody has saved are for whoever is logged in: a link may be passed on.
        """
        company, report = page.case.company_id, {}
        partner = self._debt_payer(page)
        providers, methods, tokens = self._debt_ways(page, choice, partner, report)
        query = urlencode(choice.query)
        return {
            "amount": choice.amount,
            "currency": choice.currency,
            "partner_id": partner.id,
            "providers_sudo": providers,
            "payment_methods_sudo": methods,
            "tokens_sudo": tokens,
            "availability_report": report,
            "reference_prefix": page.case._get_page_reference(choice),
            "transaction_route": f"{page.base}/pay/transaction?{query}",
            "landing_route": f"{page.base}?done=pay",
            "access_token": "",
            "show_tokenize_input_mapping": self._compute_show_tokenize_input_mapping(providers)
            if page.is_portal
            else dict.fromkeys(providers.ids, False),
            "company_mismatch": not self._can_partner_pay_in_company(partner, company),
            "expected_company": company,
            "res_company": company,
            "is_html_empty": is_html_empty,
        }

    def _debt_ways(self, page, choice, partner, report=None):
        # sudo: providers and methods are settings; tokens are those of whoever is logged in.
        providers = request.env["payment.provider"].sudo()
        providers = providers._get_compatible_providers(
            page.case.company_id.id,
            partner.id,
            choice.amount,
            currency_id=choice.currency.id,
            report=report,
        )
        methods = request.env["payment.method"].sudo()
        methods = methods._get_compatible_payment_methods(
            providers.ids, partner.id, currency_id=choice.currency.id, report=report
        )
        tokens = request.env["payment.token"].sudo()
        if page.is_portal:
            tokens = tokens._get_available_tokens(providers.ids, partner.id)
        return providers, methods, tokens

    def _debt_check(self, page, choice, values, partner):
        """Refuse a way to pay that was not offered."""
        providers, methods, tokens = self._debt_ways(page, choice, partner)
        flow = values["flow"]
        if flow == "token":
            offered = values["token_id"] in tokens.ids
            values["provider_id"] = (
                tokens.browse(values["token_id"]).provider_id.id if offered else 0
            )
        else:
            offered = (
                flow in ("redirect", "direct")
                and values["provider_id"] in providers.ids
                and values["payment_method_id"] in methods.ids
            )
        values["tokenization_requested"] = bool(values["tokenization_requested"]) and page.is_portal
        if not offered or not self._can_partner_pay_in_company(partner, page.case.company_id):
            raise ValidationError(request.env._("This way to pay is not available."))
