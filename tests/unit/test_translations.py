"""Every language is complete, and each translation fits its original."""

import sys
from pathlib import Path

import polib
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "lib"))

import translations


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_text_is_translated_and_keeps_its_placeholders_and_tags(language):
    assert translations.check([language]) == []


@pytest.mark.parametrize(
    ("original", "translation", "fault"),
    [
        ("Paid %(amount)s", "Bezahlt", "placeholders differ: %(amount)s"),
        ("Paid %(amount)s", "Bezahlt %(summe)s", "placeholders differ: %(amount)s %(summe)s"),
        ("<b>Paid</b>", "<b>Bezahlt", "tags differ: </b>"),
        ("Paid", " ", "missing"),
        ("Paid\n", "Bezahlt", "line breaks at the edges differ"),
    ],
)
def test_a_translation_that_does_not_fit_is_found(original, translation, fault):
    entry = polib.POEntry(msgid=original, msgstr=translation)
    assert list(translations.faults(entry)) == [fault]


def test_attributes_that_people_read_may_differ():
    entry = polib.POEntry(msgid='<i title="Late"/>', msgstr='<i title="Spät"/>')
    assert list(translations.faults(entry)) == []
