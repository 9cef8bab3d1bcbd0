"""Translations are compiled without gettext, and only when they have to be."""

import gettext
import os
from pathlib import Path

from portal.catalogues import compile_catalogues, stale_catalogues

SOURCE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Theme"
msgstr "Thème"

#, fuzzy
msgid "Country"
msgstr "Contrée"

msgid "%(n)d word"
msgid_plural "%(n)d words"
msgstr[0] "%(n)d mot"
msgstr[1] "%(n)d mots"
"""


def make(folder: Path) -> Path:
    source = folder / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE, "utf-8")
    return source


def test_texts_plurals_and_accents_arrive(tmp_path: Path) -> None:
    make(tmp_path)
    (compiled,) = compile_catalogues(tmp_path)
    with compiled.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Theme") == "Thème"
    assert [catalogue.ngettext("%(n)d word", "%(n)d words", n) for n in (0, 1, 2)] == ["%(n)d mot"] * 2 + ["%(n)d mots"]


def test_a_fuzzy_text_is_left_in_english(tmp_path: Path) -> None:
    make(tmp_path)
    (compiled,) = compile_catalogues(tmp_path)
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Country") == "Country"


def test_what_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    source = make(tmp_path)
    (compiled,) = compile_catalogues(tmp_path)
    assert compile_catalogues(tmp_path) == []
    os.utime(source, (compiled.stat().st_mtime + 5,) * 2)
    assert list(stale_catalogues(tmp_path)) == [source]
    assert [path.name for path in tmp_path.rglob("*.tmp")] == []
