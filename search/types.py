"""What goes into a search engine and what comes out; no engine, no Django model, no content type is named here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

DateValue = dt.date | dt.datetime
Keywords = Mapping[str, tuple[str, ...]]

#: The date that "newest" sorts by and that ``date_from`` and ``date_to`` bound.
PUBLISHED: Final = "published"
#: What ``SearchResponse.degraded`` may name: the embedded engine answers in another one's place; words only.
LIMITED_ENGINE: Final = "engine"
WORDS_ONLY: Final = "meaning"
#: Facets that every document has without saying so.
TYPE_FACET: Final = "type"
LANGUAGE_FACET: Final = "language"


class Sort(StrEnum):
    """Orders every engine knows; content types may register more, by a date of their own."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One item as it is indexed.

    ``body`` is plain text in ``language``; ``labels`` holds the names of the item's terms by language and is filled
    by ``search.labels``. ``keywords`` are the facets (name → codes), ``dates`` what can be sorted and bounded by,
    ``periods`` spans of time (first and last moment) that can be asked for, ``extra`` whatever the result page shows
    (JSON). ``path`` has no language prefix. After ``ends`` the item is of the past (a call's last deadline, an
    event's end): it is still found, lower. ``vector`` is what the item means (``search.semantic``): a unit vector as
    little-endian 16-bit floats, empty when it has none.
    """

    uid: str
    type: str
    version: int
    language: str
    title: str
    path: str
    english_title: str = ""
    summary: str = ""
    english_summary: str = ""
    body: str = ""
    keywords: Keywords = field(default_factory=dict)
    dates: Mapping[str, DateValue] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    periods: Mapping[str, tuple[DateValue, DateValue]] = field(default_factory=dict)
    ends: DateValue | None = None
    vector: bytes = b""

    def facet_values(self) -> dict[str, tuple[str, ...]]:
        """Return all facets, type and language included."""
        return {**self.keywords, TYPE_FACET: (self.type,), LANGUAGE_FACET: (self.language,)}


@dataclass(frozen=True, slots=True)
class DateSort:
    """An order by one of the documents' dates; documents without it come last."""

    date: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PeriodFilter:
    """A demand on one of the documents' periods: it must meet the days from ``first`` to ``last``, both included."""

    name: str
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question to an engine.

    ``filters`` maps facets to the chosen codes: one of them must hold (OR) in each facet (AND). ``types`` limits the
    search without being a filter that visitors could remove (an empty tuple: everything); ``preset`` does the same
    for any facet. ``facets`` names the facets to count. ``date_sort`` wins over ``sort``. ``languages`` are those
    the visitor is likely to read or to have typed in (none: the interface's and English): their words weigh more and
    their function words are left out. ``vector`` is what the text means, as in SearchDocument; empty: words only.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    preset: Keywords = field(default_factory=dict)
    filters: Keywords = field(default_factory=dict)
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    sort: Sort = Sort.RELEVANCE
    date_sort: DateSort | None = None
    page: int = 1
    page_size: int = 10
    interface_language: str = "en"
    facets: tuple[str, ...] = ()
    highlight: bool = True
    period: PeriodFilter | None = None
    languages: tuple[str, ...] = ()
    vector: bytes = b""

    @property
    def asked_languages(self) -> tuple[str, ...]:
        """The languages of the question, the most likely first, English always among them."""
        return tuple(dict.fromkeys((*self.languages, self.interface_language, "en")))

    def without_filter(self, facet: str) -> "SearchRequest":
        """Return the same request without any choice in ``facet``."""
        return replace(self, filters={name: codes for name, codes in self.filters.items() if name != facet})


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document with what a result shows; ``*_html`` are escaped, with ``<mark>`` around what matched."""

    uid: str
    type: str
    version: int
    language: str
    title: str
    english_title: str
    summary: str
    english_summary: str
    path: str
    keywords: dict[str, tuple[str, ...]]
    dates: dict[str, str]
    extra: dict[str, Any]
    periods: dict[str, tuple[str, str]] = field(default_factory=dict)
    score: float = 0.0
    matched: str = "words"
    title_html: str = ""
    english_title_html: str = ""
    summary_html: str = ""
    english_summary_html: str = ""
    passage_html: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What would be found without one filter (``facet``, ``value``) or without one word (``word``)."""

    total: int
    facet: str = ""
    value: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """The answer.

    ``facets`` holds exact counts: facet → code → documents that would be shown if that code were chosen in a facet
    whose own choice is set aside. ``relaxed`` says that not all words were found and most of them sufficed.
    ``alternatives`` is filled only when nothing was found; ``did_you_mean`` is the text with words the index knows in
    place of words it does not, never searched for unasked. ``degraded`` names what is missing. ``took`` is the
    engine's own time in milliseconds.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    relaxed: bool = False
    degraded: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    did_you_mean: str = ""
    took: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title that begins with, or holds, what was typed."""

    uid: str
    type: str
    language: str
    title: str
    path: str
    english_title: str = ""


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What became of a batch: ``stale`` documents were older than the index and are no failure."""

    indexed: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
