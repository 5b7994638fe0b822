from odoo import fields
from odoo.http import Controller, request, route

#: The page is for one person: nobody indexes, keeps or passes on its address.
HEADERS = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
]


class CollectionStop(Controller):
    """A debtor opts out of messages by the link in one of them, without logging in."""

    @route("/collections/stop/<string:token>", type="http", auth="public", methods=["GET"])
    def stop(self, token):
        """Ask for confirmation: programs that look at links in mails must change nothing."""
        return self._answer("ask", self._read(token))

    @route("/collections/stop/<string:token>", type="http", auth="public", methods=["POST"])
    def stop_confirmed(self, token, **_form):
        link = self._read(token)
        if link:
            request.env["collection.opt.out"]._stop_by_link(link)
        return self._answer("done", link)

    def _read(self, token):
        on = fields.Date.context_today(request.env.user)
        return request.env["collection.opt.out"]._read_stop_token(token, on)

    def _answer(self, step, link):
        """The page; one and the same for every link that is not valid."""
        lang = self._get_lang(link)
        direction = request.env["res.lang"]._get_data(code=lang).direction or "ltr"
        values = {
            "step": step if link else "unknown",
            "address": mask(link.address) if link else "",
            "lang": lang.replace("_", "-").split("@")[0],
            "dir": direction,
        }
        request.update_context(lang=lang)
        response = request.render("collections_followup.stop_page", values)
        response.status_code = 200 if link else 404
        response.headers.extend(HEADERS)
        return response

    def _get_lang(self, link):
        installed = dict(request.env["res.lang"].get_installed())
        own = link.partner.lang if link else None
        return own if own in installed else request.env.lang or "en_US"


def mask(address):
    """An address its owner recognises and nobody else can use: ``j•••@e•••.com``, ``•••• 123``."""
    if "@" not in address:
        return f"•••• {address[-3:]}"
    name, _at, domain = address.partition("@")
    host, _dot, top = domain.rpartition(".")
    return f"{name[:1]}•••@{host[:1]}•••.{top}"
