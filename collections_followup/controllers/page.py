from collections import namedtuple

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.payment.controllers.portal import PaymentPortal

from .stop import HEADERS

PAGE_HEADERS = [
    *HEADERS,
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
]
#: Bytes of a request without files.
MAX_FORM = 1_000_000
LANG_KEY = "collection_page_lang"

#: An opened page: the case, the address it stands at, and whether whoever looks may act.
Page = namedtuple("Page", "case base is_portal may_act lang")


class CollectionPage(PaymentPortal):
    """A debtor's page: by a link without logging in, and for portal users of the debtor.

    Whoever asks is let to one case, or gets the one answer for every link that does not work.
    Everything a request names is looked up among that case's own records.
    """

    @route(
        ["/c/<string:token>", "/my/debts/<int:case_id>"],
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def collection_page(self, token=None, case_id=None, **_args):
        page, refused = self._debt_open(token, case_id)
        if refused:
            return refused
        if page.may_act and not page.is_portal:
            page.case._note_page_seen()
        done = request.httprequest.args.get("done", "")
        return self._debt_show(page, "page_main", {**page.case._get_page_values(), "done": done})

    @route(
        [
            "/c/<string:token>/document/<int:move_id>",
            "/my/debts/<int:case_id>/document/<int:move_id>",
        ],
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def collection_document(self, move_id, token=None, case_id=None, **_args):
        page, refused = self._debt_open(token, case_id)
        if refused:
            return refused
        moves = page.case.move_line_ids.move_id
        move = moves.filtered(lambda m: m.id == move_id and m.is_sale_document())
        if not move:
            return self._debt_unknown()
        if not self._debt_hits()._allow("file", page.case.id):
            return self._debt_too_many()
        documents = move._get_invoice_legal_documents("pdf", allow_fallback=True)
        if not documents:
            return self._debt_unknown()
        return self._debt_pdf(documents["content"], move.name or "invoice")

    @route(
        ["/c/<string:token>/statement", "/my/debts/<int:case_id>/statement"],
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def collection_statement(self, token=None, case_id=None, **_args):
        page, refused = self._debt_open(token, case_id)
        if refused:
            return refused
        if not self._debt_hits()._allow("file", page.case.id):
            return self._debt_too_many()
        try:
            return self._debt_pdf(page.case._get_page_statement(), "statement")
        except UserError:
            # A server that cannot print is no news for debtors; the page says the same.
            return request.redirect(page.base)

    def _debt_pdf(self, content, name):
        name = "".join(char if char.isalnum() else "-" for char in name)
        name = name.encode("ascii", "replace").decode()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", f'inline; filename="{name}.pdf"'),
                *PAGE_HEADERS,
            ],
        )

    # === Access === #
    def _debt_hits(self):
        # sudo: calls are counted for everybody.
        return request.env["collection.page.hit"].sudo()

    def _debt_open(self, token, case_id):
        """The page that may be seen, or the answer to give instead.

        :return: (Page, None) or (None, response)
        """
        if token is None:
            return self._debt_open_portal(case_id)
        hits, address = self._debt_hits(), request.httprequest.remote_addr
        if hits._is_full("wrong", address):
            return None, self._debt_too_many()
        on = fields.Date.context_today(request.env.user)
        case = request.env["collection.case"]._read_page_token(token, on)
        if not case:
            hits._allow("wrong", address)
            return None, self._debt_unknown()
        if not hits._allow("view", case.id):
            return None, self._debt_too_many()
        return self._debt_make(case, f"/c/{token}", is_portal=False), None

    def _debt_open_portal(self, case_id):
        user = request.env.user
        if user._is_public():
            path = request.httprequest.path
            return None, request.redirect_query("/web/login", {"redirect": path})
        own = request.env["collection.case"]._get_portal_cases(user.partner_id)
        case = own.filtered(lambda one: one.id == case_id)
        if not case:
            return None, self._debt_unknown()
        return self._debt_make(case, f"/my/debts/{case.id}", is_portal=True), None

    def _debt_make(self, case, base, is_portal):
        lang = self._debt_lang(case)
        request.update_context(lang=lang)
        # Whoever else may look is a colleague, who cannot act for the debtor.
        may_act = not request.env.user._is_internal()
        return Page(case._for_page(lang), base, is_portal, may_act, lang)

    def _debt_lang(self, case):
        installed = dict(request.env["res.lang"].get_installed())
        wanted = request.httprequest.args.get("lang")
        if wanted in installed:
            request.session[LANG_KEY] = wanted
        return case._get_page_lang(request.session.get(LANG_KEY))

    # === Answers === #
    def _debt_show(self, page, view, values, status=200):
        lang = request.env["res.lang"]._get_data(code=page.lang)
        response = request.render(
            f"collections_followup.{view}",
            {
                "page": page,
                "base": page.base,
                "direction": lang.direction or "ltr",
                "html_lang": page.lang.replace("_", "-").split("@")[0],
                "langs": request.env["res.lang"].get_installed(),
                "page_name": "collection_page",
                "company": page.case.company_id,
                "no_header": not page.is_portal,
                "no_footer": True,
                "no_breadcrumbs": not page.is_portal,
                **values,
            },
        )
        response.status_code = status
        response.headers.extend(PAGE_HEADERS)
        return response

    def _debt_unknown(self):
        return self._debt_plain("unknown_page", 404)

    def _debt_too_many(self):
        return self._debt_plain("too_many", 429)

    def _debt_plain(self, step, status):
        """One and the same answer, which says nothing about any debtor."""
        lang = request.env.lang or "en_US"
        response = request.render(
            "collections_followup.stop_page",
            {
                "step": step,
                "address": "",
                "lang": lang.replace("_", "-").split("@")[0],
                "dir": request.env["res.lang"]._get_data(code=lang).direction or "ltr",
            },
        )
        response.status_code = status
        response.headers.extend(PAGE_HEADERS)
        return response
