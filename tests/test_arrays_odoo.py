"""What PostgreSQL reads from the text of an array is what was put into it."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.collections_followup.tools.arrays import as_array

#: PostgreSQL has neither the character of number zero nor halves of characters.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@tagged("post_install", "-at_install")
class TestArrays(TransactionCase):
    def read(self, kind, values):
        query = SQL("SELECT %s::%s", as_array(values), SQL(kind))
        return self.env.execute_query(query)[0][0]

    @given(st.lists(st.none() | TEXT))
    def test_texts(self, values):
        self.assertEqual(self.read("text[]", values), values)

    @given(st.lists(st.none() | st.dates()))
    def test_days(self, values):
        self.assertEqual(self.read("date[]", values), values)

    @given(st.lists(st.none() | st.booleans()))
    def test_truths(self, values):
        self.assertEqual(self.read("boolean[]", values), values)

    @given(st.lists(st.none() | st.floats(allow_nan=False)))
    def test_numbers(self, values):
        self.assertEqual(self.read("float8[]", values), values)
