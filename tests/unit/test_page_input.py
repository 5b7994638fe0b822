"""What comes from strangers: links, amounts, dates, texts and files."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.form_input import (
    clean_text,
    read_amount,
    read_date,
    read_number,
)
from odoo.addons.collections_followup.tools.link_token import (
    MAX_ID,
    SIGNATURE,
    read_token,
    sign,
    write_token,
)
from odoo.addons.collections_followup.tools.uploads import (
    MAX_BYTES,
    MAX_FILES,
    UploadError,
    check_files,
)

NUMBERS = st.integers(1, MAX_ID - 1)
DAYS = st.integers(1, date.max.toordinal())
DIGESTS = st.binary(min_size=32, max_size=32)


@given(NUMBERS, DAYS, DIGESTS)
def test_a_token_says_what_was_written(case_id, day, digest):
    signature = sign(digest)
    assert len(signature) == SIGNATURE
    token = write_token(case_id, day, signature)
    assert read_token(token) == (case_id, day, signature)
    typed = token.upper().replace("0", "o").replace("1", "L")
    assert read_token(f" {typed[:-4]}-{typed[-4:]} ") == (case_id, day, signature)


@given(DIGESTS, DIGESTS)
def test_signatures_differ_where_the_first_bits_do(one, other):
    assert (sign(one) == sign(other)) == (one[:10] == other[:10])


@given(st.text())
def test_any_text_is_a_token_or_none(text):
    token = read_token(text)
    assert token is None or 0 < token.case_id < MAX_ID


@pytest.mark.parametrize(
    ("text", "point", "amount"),
    [
        ("120", ".", "120"),
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("120.5", ",", "120.5"),
        ("120,50", ".", "120.50"),
        ("1 234,5", ",", "1234.5"),
        ("1\u202f234,5", ",", "1234.5"),
        ("1'234.50", ".", "1234.50"),
        ("١٢٠٫٥", ".", "120.5"),
        ("۱۲۰", ",", "120"),
    ],
)
def test_amounts_as_people_write_them(text, point, amount):
    assert read_amount(text, point) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "x", "-1", "1e5", "NaN", "inf", "1.2.3", "9" * 14, None, "½"])
def test_no_amount(text):
    assert read_amount(text) is None


@given(st.text(), st.sampled_from(".,"))
def test_any_text_is_an_amount_or_none(text, point):
    amount = read_amount(text, point)
    assert amount is None or 0 <= amount < 10**13


@given(st.decimals(0, 10**9, places=2), st.sampled_from(".,"))
def test_an_amount_is_read_as_it_was_written(amount, point):
    text = f"{amount:,.2f}"
    if point == ",":
        text = text.translate(str.maketrans(".,", ",."))
    assert read_amount(text, point) == amount


@given(st.text())
def test_any_text_is_a_date_a_number_and_a_clean_text_or_none(text):
    assert read_date(text) is None or isinstance(read_date(text), date)
    assert read_number(text) is None or 0 < read_number(text) < 2**31
    clean = clean_text(text, 50)
    assert len(clean) <= 50
    assert "\x00" not in clean
    clean.encode()


def test_dates():
    assert read_date("2026-03-16") == date(2026, 3, 16)
    assert read_date("٢٠٢٦-٠٣-١٦") == date(2026, 3, 16)
    for wrong in ("16.03.2026", "2026-02-30", "0000-01-01", "2026-3-1", "99999-01-01"):
        assert read_date(wrong) is None


def files(*pairs):
    return check_files([(name, BytesIO(data).read) for name, data in pairs])


@pytest.mark.parametrize(
    ("name", "data", "kept", "mimetype"),
    [
        ("bill.pdf", b"%PDF-1.7", "bill.pdf", "application/pdf"),
        ("../../etc/passwd", b"%PDF-1.7", "passwd.pdf", "application/pdf"),
        ("C:\\temp\\a.html", b"\x89PNG\r\n\x1a\n", "a.png", "image/png"),
        ("\x00\u202egpj.exe", b"\xff\xd8\xff\xe0", "gpj.jpg", "image/jpeg"),
        ("", b"RIFF0000WEBPVP8 ", "file.webp", "image/webp"),
        ("x" * 300, b"GIF89a", "x" * 100 + ".gif", "image/gif"),
    ],
)
def test_files_are_what_their_content_is(name, data, kept, mimetype):
    assert files((name, data)) == [(kept, mimetype, data)]


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([("a.pdf", b"<html>")], "wrong_kind"),
        ([("a.svg", b"<svg/>")], "wrong_kind"),
        ([("a.pdf", b"")], "empty"),
        ([("a.pdf", b"%PDF-" + b"x" * MAX_BYTES)], "too_large"),
        ([("a.pdf", b"%PDF-")] * (MAX_FILES + 1), "too_many"),
    ],
)
def test_files_that_are_not_taken(pairs, code):
    with pytest.raises(UploadError) as refused:
        files(*pairs)
    assert refused.value.code == code


def test_a_form_without_files():
    assert files(("", b"")) == []
