"""Compiles the translations (.po to .mo) in Python alone, so that no gettext is needed to run the portal."""

from collections.abc import Iterator
from pathlib import Path

import polib


def stale_catalogues(folder: Path) -> Iterator[Path]:
    """Yield the .po files under ``folder`` whose .mo is missing or older."""
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            yield source


def compile_catalogues(folder: Path) -> list[Path]:
    """Compile what is stale under ``folder`` and return the .mo files written.

    Each is written beside its place and moved there, so that a process reading it never sees half a file.
    Fuzzy and untranslated entries are left out: readers then see the English text.
    """
    written = []
    for source in stale_catalogues(folder):
        target = source.with_suffix(".mo")
        draft = target.with_suffix(f".{id(source)}.tmp")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written
