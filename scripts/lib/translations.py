"""Keeps ``collections_followup/i18n`` in step with the texts of the addon.

    ./scripts/translations update     # template exported by Odoo, languages brought up to it
    ./scripts/translations check      # what is missing, or does not fit its original

Nothing is guessed: a text that changed has no translation until somebody translates it. Words that
Odoo itself translates ("Created by") are taken from Odoo, so that both say the same.
"""

import argparse
import collections
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
ADDON = "collections_followup"
FOLDER = ROOT / ADDON / "i18n"
LANGUAGES = ("ar", "de", "es", "fr", "it", "pl")
#: What a translation must contain as often as its original does.
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf]|%%|\$\{[^}]*\}|\{\{[^}]*\}\}")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
#: Attributes whose value is shown to people; all others stay as they are.
SHOWN = re.compile(r'\s(?:title|alt|placeholder|aria-label|string)="[^"]*"')
#: Odoo's modules whose wording counts, the most general first.
ODOO_MODULES = ("base", "web", "mail", "account", "portal", "sms", "calendar", "digest")
#: Odoo ships some languages under the name of a country.
FILES = {"ar": ("ar",), "de": ("de",), "es": ("es",), "fr": ("fr",), "it": ("it",), "pl": ("pl",)}


def template_file():
    return FOLDER / f"{ADDON}.pot"


def language_file(language):
    return FOLDER / f"{language}.po"


def key(entry):
    return entry.msgid


def faults(entry):
    """What is wrong with one translation, in words."""
    if entry.obsolete:
        return
    if not entry.msgstr.strip():
        yield "missing"
        return
    if "fuzzy" in entry.flags:
        yield "fuzzy"
    for name, pattern in (("placeholders", PLACEHOLDER), ("tags", TAG)):
        wanted, found = (
            collections.Counter(SHOWN.sub("", match) for match in pattern.findall(text))
            for text in (entry.msgid, entry.msgstr)
        )
        if wanted != found:
            different = [*(wanted - found), *(found - wanted)]
            yield f"{name} differ: {' '.join(sorted(set(different)))}"
    for edge in (str.startswith, str.endswith):
        if edge(entry.msgid, "\n") != edge(entry.msgstr, "\n"):
            yield "line breaks at the edges differ"


def check(languages=LANGUAGES):
    """All faults: list of (language, original, fault)."""
    template = polib.pofile(str(template_file()))
    wanted = {key(entry) for entry in template}
    result = []
    for language in languages:
        path = language_file(language)
        entries = polib.pofile(str(path)) if path.exists() else []
        known = {key(entry): entry for entry in entries if not entry.obsolete}
        result += [(language, text, "missing") for text in sorted(wanted - known.keys())]
        result += [(language, text, "not in the template") for text in known.keys() - wanted]
        for entry in known.values():
            result += [(language, entry.msgid, fault) for fault in faults(entry)]
    return result


def odoo_words(language):
    """What Odoo's own translations say: {original: translation}, where its modules agree."""
    import odoo.addons

    words = {}
    for module in ODOO_MODULES:
        for folder in odoo.addons.__path__:
            for name in FILES[language]:
                path = Path(folder) / module / "i18n" / f"{name}.po"
                if path.exists():
                    for entry in polib.pofile(str(path)):
                        if entry.msgstr:
                            words.setdefault(entry.msgid, entry.msgstr)
    return words


def update(template_path, languages=LANGUAGES):
    """Bring the template and the languages up to an export of Odoo's."""
    template = polib.pofile(str(template_path))
    FOLDER.mkdir(exist_ok=True)
    template.metadata = {
        name: value
        for name, value in template.metadata.items()
        if name not in ("POT-Creation-Date", "PO-Revision-Date")
    }
    template.sort(key=lambda entry: entry.msgid)
    template.save(str(template_file()))
    for language in languages:
        merge(template, language)


def merge(template, language):
    path = language_file(language)
    known = {}
    if path.exists():
        known = {key(entry): entry.msgstr for entry in polib.pofile(str(path)) if entry.msgstr}
    words = odoo_words(language)
    merged = polib.POFile(wrapwidth=78)
    merged.metadata = {**template.metadata, "Language": language}
    for entry in template:
        short = len(entry.msgid) <= 40
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(key(entry)) or (words.get(entry.msgid, "") if short else ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=entry.flags,
            )
        )
    merged.save(str(path))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("update", "check"))
    parser.add_argument("--template", help="an export by Odoo (update)")
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    args = parser.parse_args()
    languages = args.languages.split(",")
    if args.command == "update":
        update(args.template, languages)
    found = check(languages)
    for language, text, fault in found[:200]:
        sys.stdout.write(f"{language}: {fault}: {text[:100]!r}\n")
    counts = collections.Counter(language for language, _text, _fault in found)
    sys.stdout.write(f"{sum(counts.values())} faults {dict(counts)}\n")
    return 1 if found and args.command == "check" else 0


if __name__ == "__main__":
    sys.exit(main())
