"""Gather the texts to translate into locale/ (needs gettext), or check that the committed catalogues are complete."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings

LANGUAGES = ("fr", "de")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
SUFFIXES = {".py", ".html", ".txt", ".xml"}


class Command(BaseCommand):
    """Write the catalogues; with --check compare them with the sources and write nothing."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --check."""
        parser.add_argument("--check", action="store_true", help="fail unless everything is gathered and translated")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        """Gather or check. Raises CommandError naming what is missing."""
        with tempfile.TemporaryDirectory() as name:
            fresh = Path(name) / "portal"
            gather_into(fresh)
            if not check:
                for language in LANGUAGES:
                    target = catalogue(settings.BASE_DIR, language)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    write_catalogue(catalogue(fresh, language), target, language)
                return
            faults = [fault for language in LANGUAGES for fault in faults_of(fresh, language)]
        if faults:
            raise CommandError("\n".join(faults))


def catalogue(root: Path, language: str) -> Path:
    """Return where the catalogue of ``language`` lies under ``root``."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def gather_into(folder: Path) -> None:
    """Copy the project's own sources and catalogues into ``folder`` and gather there.

    Only what belongs to the project is read: neither .venv nor what lies about in the working copy.
    """
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - whichever git is installed
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = settings.BASE_DIR / name
        top = name.split("/", 1)[0]
        if (
            name
            and source.is_file()
            and (top == "locale" or (source.suffix in SUFFIXES and top not in {"tests", "docs"}))
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
    (folder / "locale").mkdir(parents=True, exist_ok=True)
    with (
        override_settings(LOCALE_PATHS=[str(folder / "locale")]),
        contextlib.chdir(folder),
        Path(os.devnull).open("w") as sink,
    ):
        call_command(
            "makemessages",
            locale=list(LANGUAGES),
            extensions=["py", "html", "txt", "xml"],
            no_wrap=True,
            no_obsolete=True,
            add_location="file",
            stdout=sink,
            verbosity=0,
        )


def write_catalogue(source: Path, target: Path, language: str) -> None:
    """Write the gathered catalogue, with a head that says what it is and does not change every time."""
    gathered = polib.pofile(str(source), wrapwidth=0)
    plural = gathered.metadata.get("Plural-Forms", "nplurals=2; plural=(n != 1);")
    gathered.header = "Texts of the portal; licence: EUPL-1.2. Gathered by `make messages`."
    gathered.metadata_is_fuzzy = False
    gathered.metadata = {
        "Project-Id-Version": "portal",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural,
    }
    gathered.save(str(target))


def faults_of(fresh: Path, language: str) -> list[str]:
    """Return what is wrong with the committed catalogue of ``language``, measured by the one gathered anew."""
    committed = catalogue(settings.BASE_DIR, language)
    if not committed.exists():
        return [f"{language}: there is no catalogue; run make messages."]
    wanted = {entry_key(entry) for entry in polib.pofile(str(catalogue(fresh, language)))}
    entries = [entry for entry in polib.pofile(str(committed)) if not entry.obsolete]
    there = {entry_key(entry) for entry in entries}
    faults = [f"{language}: not gathered: {text!r}" for _, text, _ in sorted(wanted - there)]
    faults += [f"{language}: no longer used: {text!r}" for _, text, _ in sorted(there - wanted)]
    faults += [f"{language}: fuzzy: {entry.msgid!r}" for entry in entries if entry.fuzzy]
    faults += [f"{language}: not translated: {e.msgid!r}" for e in entries if not e.translated() and not e.fuzzy]
    faults += [f"{language}: other placeholders: {e.msgid!r}" for e in entries if e.translated() and not same_places(e)]
    return faults


def same_places(entry: "polib.POEntry") -> bool:
    """Say whether the translation has the placeholders of the text; a singular may leave out the number."""
    wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    if not entry.msgid_plural:
        return set(PLACEHOLDER.findall(entry.msgstr)) == wanted
    found = [set(PLACEHOLDER.findall(text)) for text in entry.msgstr_plural.values()]
    return set.union(*found) == wanted


def entry_key(entry: "polib.POEntry") -> tuple[str, str, str]:
    """Return what makes ``entry`` one text: its context, its words, its plural."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""
