"""Right-to-left words get elements of their own, and nothing else changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.rtl import direction, isolate_words


def plain(html):
    return re.sub(r"</?span>", "", html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("بعد.", "<span>بعد</span><span>.</span>"),
        ("شارع 12", "<span>شارع</span> <span>12</span>"),
        ("<p>Dear Ann.</p>", "<p>Dear Ann.</p>"),
        (
            '<p dir="rtl">نعم &amp; لا</p>',
            '<p dir="rtl"><span>نعم</span> &amp; <span>لا</span></p>',
        ),
        ("שלום, 5&#8364;", "<span>שלום</span><span>,</span> <span>5</span>&#8364;"),
        ("مُحَمَّد", "<span>مُحَمَّد</span>"),
        ("", ""),
    ],
)
def test_words_and_marks_are_isolated(html, expected):
    assert isolate_words(html) == expected


@given(st.text(alphabet="اب ج،.12&;<>aß\n\u064b"))
def test_text_stays_the_same(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain(isolate_words(f"<p>{escaped}</p>")) == f"<p>{escaped}</p>"


def test_direction_of_a_line():
    assert direction("شارع الملك فهد 12") == "rtl"
    assert direction("Hafenstraße 12") == "ltr"
    assert direction("") == "ltr"
