"""What an incoming message is, told by headers and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.inbound import (
    asks_to_stop,
    first_lines,
    is_automatic,
    own_lines,
)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner=x"},
        {"X-Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"X-Auto-Response-Suppress": "All"},
    ],
)
def test_headers_of_machines(headers):
    assert is_automatic(headers, "Re: Notice")


@pytest.mark.parametrize("headers", [{}, {"Auto-Submitted": "no"}, {"Precedence": "normal"}])
def test_headers_of_people(headers):
    assert not is_automatic(headers, "Re: Notice")


@pytest.mark.parametrize(
    "subject",
    [
        "Out of Office: your invoice",
        "Re: Automatic reply: Notice",
        "Automatische Antwort: Mahnung",
        "Abwesenheitsnotiz",
        "AW: Abwesend bis 3. Mai",
        "Réponse automatique : relance",
        "Respuesta automática: recordatorio",
        "Fuera de la oficina",
        "Risposta automatica: sollecito",
        "Resposta automática",
        "Odpowiedź automatyczna: faktura",
        "رد تلقائي: إشعار",
    ],
)
def test_subjects_of_machines(subject):
    assert is_automatic({}, subject)


@pytest.mark.parametrize(
    "subject", ["Re: Notice", "Your office is wrong", "Automobile invoice", "", None]
)
def test_subjects_of_people(subject):
    assert not is_automatic({}, subject)


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop.",
        "Unsubscribe me",
        "  \n«STOP»\nregards",
        "Stop sending me mails",
        "Abmelden",
        "BAJA",
        "توقف",
        "stop\n> Please pay",
    ],
)
def test_wishes_to_stop(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Please stop",
        "Stop by our office",
        "Cancelar el pedido 5",
        "> STOP",
        "I pay tomorrow",
        "Nonstop",
        "On Monday Ann wrote:\nSTOP",
    ],
)
def test_other_answers(text):
    assert not asks_to_stop(text)


def test_quotations_are_left_out():
    text = "We pay on Friday.\n\nRegards\nAnn\n\nOn 16 March 2026 AR wrote:\n> Please pay\n> now"
    assert own_lines(text) == ["We pay on Friday.", "Regards", "Ann"]
    assert first_lines(text) == "We pay on Friday.\nRegards\nAnn"
    assert own_lines("Wir zahlen.\n\nAm 16.03.2026 schrieb AR:\n> Bitte") == ["Wir zahlen."]


@given(st.text())
def test_any_text_can_be_read(text):
    assert len(first_lines(text)) <= 500
    assert asks_to_stop(text) in (True, False)
    assert is_automatic({"Auto-Submitted": text}, text) in (True, False)
