from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

from .stop import HEADERS


class CollectionAgreementPortal(CustomerPortal):
    """A debtor reads and signs an agreement by the link that was sent, without logging in."""

    @route("/collections/agreement/<int:agreement_id>", type="http", auth="public", methods=["GET"])
    def agreement(self, agreement_id, access_token=None, **_args):
        agreement = self._collection_read(agreement_id, access_token)
        if not agreement:
            return self._collection_unknown()
        lang = agreement._get_lang()
        request.update_context(lang=lang)
        agreement = agreement.with_context(lang=lang)
        open_ = agreement.sudo()._can_be_signed()  # sudo: whoever has the link may know
        waits = agreement.state != "draft" or agreement.signed_on or agreement.needs_approval
        response = request.render(
            "collections_followup.agreement_page",
            {
                "agreement": agreement,
                "doc": agreement._get_paper_values(),
                "title": agreement._get_sheet_values()["subject"],
                "token": access_token or "",
                "direction": request.env["res.lang"]._get_data(code=lang).direction or "ltr",
                "can_sign": open_ and not self._collection_is_colleague(),
                "ended": not open_ and not waits,
                "is_colleague": self._collection_is_colleague(),
                "no_header": True,
                "no_footer": True,
                "no_breadcrumbs": True,
            },
        )
        response.headers.extend(HEADERS)
        return response

    @route(
        "/collections/agreement/<int:agreement_id>/pdf",
        type="http",
        auth="public",
        methods=["GET"],
    )
    def agreement_pdf(self, agreement_id, access_token=None, **_args):
        agreement = self._collection_read(agreement_id, access_token)
        if not agreement:
            return self._collection_unknown()
        # sudo: calls are counted for everybody.
        hits = request.env["collection.page.hit"].sudo()
        if not hits._allow("file", agreement.sudo().case_id.id):
            return self._collection_unknown("too_many", 429)
        headers = [
            ("Content-Type", "application/pdf"),
            ("Content-Disposition", 'inline; filename="agreement.pdf"'),
            *HEADERS,
        ]
        return request.make_response(agreement._get_pdf(), headers)

    @route("/collections/agreement/<int:agreement_id>/accept", type="jsonrpc", auth="public")
    def agreement_accept(self, agreement_id, access_token=None, name=None, signature=None):
        """The debtor signs. Only the link gives the right to: whoever else may read the agreement
        is a colleague, and cannot sign for the debtor."""
        access_token = access_token or request.httprequest.args.get("access_token")
        if self._collection_is_colleague():
            return {"error": request.env._("Only the debtor can sign here.")}
        agreement = self._collection_by_token(agreement_id, access_token)
        if not agreement:
            return {"error": request.env._("This link does not work.")}
        try:
            with request.env.cr.savepoint():
                agreement.with_context(lang=agreement._get_lang())._sign_debtor(name, signature)
        except (UserError, ValidationError) as error:
            return {"error": str(error)}
        return {"force_refresh": True, "redirect_url": agreement._get_share_url()}

    # === Access === #
    def _collection_is_colleague(self):
        return request.env.user._is_internal()

    def _collection_read(self, agreement_id, access_token):
        """The agreement for whoever has its link or may read it; otherwise nothing."""
        try:
            agreement = self._document_check_access(
                "collection.agreement", agreement_id, access_token
            )
        except (AccessError, MissingError):
            return None
        return agreement if agreement.kind != "promise" else None

    def _collection_by_token(self, agreement_id, access_token):
        # sudo: the token is compared; without the right one nothing is read.
        agreement = request.env["collection.agreement"].sudo().browse(agreement_id).exists()
        known = agreement.access_token
        valid = known and access_token and consteq(known, access_token)
        return agreement if valid else None

    def _collection_unknown(self, step="unknown_agreement", status=404):
        """One and the same answer for every link that is not valid."""
        response = request.render(
            "collections_followup.stop_page", self._collection_unknown_values(step)
        )
        response.status_code = status
        response.headers.extend(HEADERS)
        return response

    def _collection_unknown_values(self, step):
        lang = request.env.lang or "en_US"
        return {
            "step": step,
            "address": "",
            "lang": lang.replace("_", "-").split("@")[0],
            "dir": request.env["res.lang"]._get_data(code=lang).direction or "ltr",
        }
