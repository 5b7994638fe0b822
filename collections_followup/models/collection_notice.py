import re
from html import unescape
from secrets import token_hex

from lxml import etree, html
from markupsafe import Markup, escape

from odoo import api, models
from odoo.tools import is_html_empty
from odoo.tools.rendering_tools import convert_inline_template_to_qweb

from ..tools.rtl import direction as text_direction
from .collection_channel import ChannelError

#: What tells that a text shows the table of open items.
TABLE_MARK = "o_collection_items"
#: Text without any of these has no link that lacks a host: looking for them costs less than
#: Odoo's search for links.
LOCAL_LINK_MARKS = ('="/', "url(")


class CollectionNotice(models.AbstractModel):
    """Texts of notices, rendered for many rows of the contact log at once.

    One call of the template engine per template and language, whatever the number of notices:
    compiling the text again for each of them is what takes most of the time otherwise.
    """

    _name = "collection.notice"
    _description = "Notice Texts"

    @api.model
    def _get_texts(self, template, logs, letter=False):
        """Subject and text of each notice, each in the language of its debtor.

        :param template: a mail template on the contact log
        :param bool letter: the text goes on paper
        :return: {log id: {"subject": str, "body": Markup}}
        :raise ChannelError: when a text cannot be rendered or is empty
        """
        result = {}
        # sudo: the template belongs to the administrator, the notice is the collector's.
        template = template.sudo()
        # Read what the notices show for all of them at once, whatever their languages.
        logs.move_line_ids.move_id.fetch(["name", "ref", "invoice_date"])
        for lang, group in logs.grouped(lambda log: log._get_notice_lang()).items():
            context = {"lang": lang, "collection_letter": letter}
            localized = template.with_context(**context)
            # Texts are computed for those that are prefetched together, so only this language's.
            notices = group.with_context(**context).with_prefetch(group.ids)
            subjects = self._render_field(localized, "subject", notices)
            bodies = self._render_bodies(localized, notices)
            for notice, body in zip(notices, bodies, strict=True):
                subject = " ".join((subjects[notice.id] or "").split())
                result[notice.id] = {"subject": subject, "body": self._with_table(notice, body)}
        return result

    @api.model
    def _render_field(self, template, name, logs):
        """A short field of the template (subject, sender, copy), rendered for each notice.

        Its ``{{ expressions }}`` are compiled once, not once a notice.

        :return: {log id: str}
        """
        text = template[name] or ""
        if "{{" not in text:
            return dict.fromkeys(logs.ids, text)
        try:
            markup = convert_inline_template_to_qweb(text)
            texts = self._render_objects(template, markup, logs)
        except Exception as error:
            raise self._template_error(template, error) from error
        return {log_id: unescape(text) for log_id, text in zip(logs.ids, texts, strict=True)}

    @api.model
    def _render_bodies(self, template, logs):
        """The text of a template for each notice, in the order of ``logs``."""
        try:
            bodies = self._render_objects(template, template.body_html, logs)
        except Exception as error:
            raise self._template_error(template, error) from error
        if len(bodies) != len(logs) or any(is_html_empty(body) for body in bodies):
            raise ChannelError(
                "template_error",
                self.env._("The text of %(template)s is empty.", template=template.name),
            )
        base_url = logs.company_id[:1].get_base_url()
        return [Markup(self._with_absolute_links(body, base_url)) for body in bodies]

    @api.model
    def _with_absolute_links(self, body, base_url):
        if not any(mark in body for mark in LOCAL_LINK_MARKS):
            return body
        return self.env["mail.render.mixin"]._replace_local_links(body, base_url)

    @api.model
    def _render_objects(self, template, markup, logs):
        """A text in which each notice is known as ``object``, for all of them in one call."""
        source = html.fragment_fromstring(markup or "", create_parent="t")
        source.set("t-foreach", "objects")
        source.set("t-as", "object")
        return self._render_loop(source, {**template._render_eval_context(), "objects": logs})

    @api.model
    def _render_loop(self, source, values, **options):
        """Render an element that loops, and cut the result where each turn of the loop began."""
        cut = token_hex(16)
        mark = etree.Element("t", {"t-out": "cut"})
        mark.tail, source.text = source.text, None
        source.insert(0, mark)
        root = etree.Element("t")
        root.append(source)
        text = self.env["ir.qweb"]._render(root, {**values, "cut": cut}, **options)
        return [Markup(part) for part in text.split(cut)[1:]]

    @api.model
    def _render_each(self, view, docs, values=None):
        """Render a view for each of ``docs``, where it is known as ``doc``, in one call."""
        if not docs:
            return []
        loop = etree.Element("t", {"t-foreach": "docs", "t-as": "doc"})
        loop.append(etree.Element("t", {"t-call": view}))
        return self._render_loop(
            loop, {**(values or {}), "docs": docs}, minimal_qcontext=True, raise_if_not_found=True
        )

    @api.model
    def _render_frame(self, view, names, values):
        """Render a view once, and put many values into it: a letterhead around many texts.

        :param names: what differs from one to the next, known to the view as ``doc[name]``
        :return: a function that puts a dict of values into the frame and returns markup
        """
        marks = {name: token_hex(16) for name in names}
        frame = self.env["ir.qweb"]._render(
            view, {**values, "doc": marks}, minimal_qcontext=True, raise_if_not_found=True
        )
        pieces = re.split("(" + "|".join(marks.values()) + ")", frame)
        by_mark = {mark: name for name, mark in marks.items()}

        def fill(doc):
            texts = [escape(doc[by_mark[piece]]) if piece in by_mark else piece for piece in pieces]
            return Markup("".join(texts))

        return fill

    @api.model
    def _with_table(self, log, body):
        """The text, with the table of open items at its end unless it shows it already."""
        return body if TABLE_MARK in body else body + log.notice_items

    @api.model
    def _template_error(self, template, error):
        """A refusal that names the template and what is wrong with it, in one line."""
        cause = error.__cause__ or error
        lines = [line for line in str(cause).strip().splitlines() if line.strip()]
        return ChannelError(
            "template_error", f"{template.name}: {lines[0] if lines else type(cause).__name__}"
        )

    # === Letterhead === #
    @api.model
    def _get_letterhead(self, company, lang):
        """What letters and mails show about the creditor.

        :return: dict of plain strings, and of lines with their direction
        """
        # sudo: name, address and registration are printed on every document of the company.
        company = company.sudo().with_context(lang=lang)
        partner = company.partner_id
        lines = [line.strip() for line in partner._display_address(True).splitlines()]
        direction = self.env["res.lang"]._get_data(code=lang).direction or "ltr"
        return {
            "company": company,
            "name": company.name,
            "address": [(line, text_direction(line)) for line in lines if line],
            "contact": [
                value for value in (company.phone, company.email, company.website) if value
            ],
            "vat": company.vat or "",
            "vat_label": company.country_id.vat_label or self.env._("Tax ID"),
            "registry": company.company_registry or "",
            "color": company.primary_color or "#1f3a5f",
            "lang": (lang or "en").replace("_", "-").split("@")[0],
            "dir": direction,
            "start": "right" if direction == "rtl" else "left",
            "end": "left" if direction == "rtl" else "right",
        }
