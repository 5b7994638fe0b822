"""The template has every text of the addon as it is now, and no other.

Whether the languages translate all of the template is a test of its own, in ``unit``.
"""

import io
from pathlib import Path

import polib

from odoo.tests.common import TransactionCase, tagged
from odoo.tools.translate import trans_export

TEMPLATE = Path(__file__).parents[1] / "collections_followup/i18n/collections_followup.pot"


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_the_template_is_what_odoo_exports(self):
        buffer = io.BytesIO()
        trans_export(False, ["collections_followup"], buffer, "po", self.env)
        exported = {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}
        shipped = {entry.msgid for entry in polib.pofile(str(TEMPLATE))}
        hint = "Run ./scripts/translations update, and translate what is new."
        self.assertEqual(sorted(exported - shipped), [], hint)
        self.assertEqual(sorted(shipped - exported), [], hint)
