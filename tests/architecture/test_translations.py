"""The catalogues are complete, agree with the sources, and are set as French and German are printed."""

import re
import shutil
from collections.abc import Iterator

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import gettext, ngettext, override

from portal.management.commands.gather_messages import LANGUAGES, catalogue
from tests.conftest import missing

#: Of the languages that are translated, how many forms a plural has.
FORMS = 2


def entries(language: str) -> Iterator[polib.POEntry]:
    yield from polib.pofile(str(catalogue(settings.BASE_DIR, language)))


def translations(language: str) -> Iterator[str]:
    for entry in entries(language):
        yield from entry.msgstr_plural.values() if entry.msgid_plural else (entry.msgstr,)


def offending(language: str, pattern: str) -> list[str]:
    return [text for text in translations(language) if re.search(pattern, text)]


def test_every_language_but_the_source_has_a_catalogue() -> None:
    assert sorted(["en", *LANGUAGES]) == sorted(code for code, _name in settings.LANGUAGES)


def test_catalogues_hold_the_texts_of_the_sources_translated_with_their_placeholders() -> None:
    if shutil.which("xgettext") is None:
        missing("gettext")
    try:
        call_command("gather_messages", check=True)
    except CommandError as fault:
        pytest.fail(str(fault))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_has_all_its_forms(language: str) -> None:
    plurals = [entry for entry in entries(language) if entry.msgid_plural]
    assert plurals
    assert [
        entry.msgid for entry in plurals if len([form for form in entry.msgstr_plural.values() if form]) != FORMS
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_begin_and_end_in_a_space_like_their_source(language: str) -> None:
    differing = [
        entry.msgid
        for entry in entries(language)
        if not entry.msgid_plural
        and (entry.msgid.startswith(" "), entry.msgid.endswith(" "))
        != (entry.msgstr.startswith(" "), entry.msgstr.endswith(" "))
    ]
    assert differing == []


def test_french_sets_its_punctuation_with_spaces_that_do_not_break() -> None:
    assert offending("fr", "[^\u00a0\u202f]»|«[^\u00a0]") == []
    assert offending("fr", r"(^|[^\u202f])[;?!]") == []
    # A colon inside an address or a time has no space.
    assert offending("fr", r"[^\u00a0]:(\s|$)") == []
    assert offending("fr", "[\"“”„]|\\w'\\w") == []


def test_german_has_german_quotation_marks() -> None:
    assert offending("de", '["”«»]') == []
    assert offending("de", "“[^“„]*“") == []
    assert [text for text in translations("de") if text.count("„") != text.count("“")] == []


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("fr", ["Bonnes pratiques", "0 résultat", "1 résultat", "2 résultats"]),
        ("de", ["Gute Praxis", "0 Ergebnisse", "1 Ergebnis", "2 Ergebnisse"]),
        ("en", ["Good practices", "0 results", "1 result", "2 results"]),
    ],
)
def test_a_reader_gets_the_texts_and_the_right_plural(language: str, texts: list[str]) -> None:
    with override(language):
        counted = [ngettext("%(count)s result", "%(count)s results", count) % {"count": count} for count in range(3)]
        assert [gettext("Good practices"), *counted] == texts
