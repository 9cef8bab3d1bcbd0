"""The whole vocabulary in memory: a hundred rows that every page needs and that change once a year."""

import threading
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import get_language

from core import stamps
from taxonomy.models import Country, DocumentType, Language, OrganisationType, TargetGroup, Theme, Topic
from taxonomy.services import STAMP

INTERFACE_LANGUAGES: Final = ("en", "fr", "de")


@dataclass(frozen=True, slots=True)
class Entry:
    """A term as pages show it; ``name`` and ``description`` are in the active language."""

    pk: int
    code: str
    names: dict[str, str]
    order: int
    retired: bool
    parent: str = ""
    descriptions: dict[str, str] = field(default_factory=dict)
    endonym: str = ""

    @property
    def name(self) -> str:
        """The name in the active language, else in English."""
        return self.names.get(_active()) or self.names["en"]

    @property
    def description(self) -> str:
        """The description in the active language, else in English."""
        return self.descriptions.get(_active()) or self.descriptions.get("en", "")


def _active() -> str:
    return (get_language() or "en")[:2]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All vocabularies, each by code, in their order."""

    version: int
    themes: dict[str, Entry]
    topics: dict[str, Entry]
    countries: dict[str, Entry]
    languages: dict[str, Entry]
    target_groups: dict[str, Entry]
    organisation_types: dict[str, Entry]
    document_types: dict[str, Entry]
    _by_name: dict[str, list[Entry]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def topics_of(self, theme: str) -> list[Entry]:
        """The topics of the theme with that code, in order."""
        return [topic for topic in self.topics.values() if topic.parent == theme]

    def label(self, vocabulary: str, code: str) -> str:
        """The name of a term in the active language; the code itself when there is no such term."""
        entries: dict[str, Entry] = getattr(self, vocabulary)
        entry = entries.get(code)
        return entry.name if entry else code

    def label_of_key(self, vocabulary: str, key: int | None) -> str:
        """The name of the term with that primary key in the active language; empty when there is none."""
        entries: dict[str, Entry] = getattr(self, vocabulary)
        return next((entry.name for entry in entries.values() if entry.pk == key), "")

    def countries_by_name(self) -> list[Entry]:
        """The countries in the alphabetical order of the active language, the EU as a whole last."""
        from core.sorting import sort_key

        language = _active()
        if language not in self._by_name:
            # Sorted once per language for as long as this version of the vocabulary holds.
            members = [entry for entry in self.countries.values() if entry.code != Country.EU_WIDE]
            whole = [entry for entry in self.countries.values() if entry.code == Country.EU_WIDE]
            self._by_name[language] = sorted(members, key=lambda entry: sort_key(entry.name)) + whole
        return list(self._by_name[language])


_lock = threading.Lock()
_cached: Catalogue | None = None


def get_catalogue() -> Catalogue:
    """Return the vocabulary, loading it again only when its stamp has changed."""
    global _cached  # noqa: PLW0603 - one copy per process is the point
    version = stamps.version(STAMP)
    cached = _cached
    if cached is not None and cached.version == version:
        return cached
    with _lock:
        _cached = _load(version)
        return _cached


def _load(version: int) -> Catalogue:
    return Catalogue(
        version=version,
        themes=_entries(Theme),
        topics=_entries(Topic),
        countries=_entries(Country),
        languages=_entries(Language),
        target_groups=_entries(TargetGroup),
        organisation_types=_entries(OrganisationType),
        document_types=_entries(DocumentType),
    )


def _entries(model: type) -> dict[str, Entry]:
    rows = model._default_manager.order_by("order", "code")  # type: ignore[attr-defined]  # every vocabulary is a Term
    if model is Topic:
        rows = rows.select_related("theme")
    return {
        row.code: Entry(
            pk=row.pk,
            code=row.code,
            names={code: getattr(row, f"name_{code}") or "" for code in INTERFACE_LANGUAGES},
            order=row.order,
            retired=row.retired,
            parent=row.theme.code if model is Topic else getattr(row, "axis", ""),
            descriptions=(
                {code: getattr(row, f"description_{code}") or "" for code in INTERFACE_LANGUAGES}
                if model is Theme
                else {}
            ),
            endonym=getattr(row, "endonym", ""),
        )
        for row in rows
    }
