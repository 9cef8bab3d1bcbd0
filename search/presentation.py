"""What templates show of a list: every string, label and address ready, in the active language."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.text import one_line
from search.registry import get_type
from search.types import PUBLISHED, Hit, SearchResponse
from taxonomy.catalogue import Catalogue, get_catalogue

_SUMMARY_LENGTH = 280


@dataclass(frozen=True, slots=True)
class Term:
    """A theme, topic or country of an item."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One result as a card or a line.

    ``*_lang`` is empty when the text is in the page's language. ``*_html`` are safe HTML, with ``<mark>`` where words
    were found. ``why`` says why a foreign item was found; ``extra`` is what the content type put there.
    """

    uid: str
    type: str
    type_label: str
    url: str
    title: str
    title_html: SafeString
    title_lang: str
    other_title: str
    other_title_html: SafeString
    other_title_lang: str
    summary: str
    summary_html: SafeString
    summary_lang: str
    passage_html: SafeString
    passage_lang: str
    language: str
    language_name: str
    foreign: bool
    unofficial_translation: bool
    themes: tuple[Term, ...]
    topics: tuple[Term, ...]
    countries: tuple[Term, ...]
    places: str
    published: dt.date | None
    published_text: str
    matched: str
    why: str
    sample: bool
    archived: bool
    short: bool
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def theme_code(self) -> str:
        """The first theme's code, for colour and pictogram; empty when there is none."""
        return self.themes[0].code if self.themes else ""


def active_language() -> str:
    """Return the two letters of the interface's language."""
    return (translation.get_language() or "en")[:2]


def result_items(response: SearchResponse) -> list[ResultItem]:
    """Return the hits of ``response`` ready for a template."""
    return hit_items(response.hits, relaxed=response.relaxed)


def hit_items(hits: Iterable[Hit], *, relaxed: bool = False) -> list[ResultItem]:
    """Return ``hits`` ready for a template, in the active language.

    With ``relaxed`` a hit may hold a word that is only spelt alike: where nothing is marked nobody can say why.
    """
    language, catalogue = active_language(), get_catalogue()
    return [_item(hit, language, catalogue, relaxed=relaxed) for hit in hits]


def published_date(hit: Hit) -> dt.date | None:
    """Return the day of publication in the portal's time zone, or None."""
    return as_date(hit.dates.get(PUBLISHED, ""))


def as_date(value: str) -> dt.date | None:
    """Return the local day of an ISO date or time, or None when it is neither."""
    moment = parse_datetime(value) if "T" in value else None
    if moment is not None:
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return parse_date(value)


def _safe(marked: str, plain: str) -> SafeString:
    # ``marked`` was escaped by search.analysis.highlighting, which adds nothing but <mark>.
    return mark_safe(marked) if marked else SafeString(escape(plain))  # noqa: S308


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    html: SafeString
    lang: str


def _in_page(text: str, marked: str, own: str, page: str) -> _Text:
    return _Text(text, _safe(marked, text), "" if own == page else own)


def _titles(hit: Hit, language: str) -> tuple[_Text, _Text]:
    """Return the title the reader sees first, and the other one (empty when there is none worth showing)."""
    original = _in_page(hit.title, hit.title_html, hit.language, language)
    english = _in_page(hit.english_title, hit.english_title_html, "en", language)
    nothing = _Text("", SafeString(""), "")
    if hit.language == language or not hit.english_title or hit.language == "en":
        return original, nothing
    return (english, original) if language == "en" else (original, english)


def _summary(hit: Hit, language: str) -> _Text:
    if language != hit.language and language == "en" and hit.english_summary:
        return _in_page(hit.english_summary, hit.english_summary_html, "en", language)
    return _in_page(hit.summary, hit.summary_html, hit.language, language)


def _why(hit: Hit, shown: Sequence[_Text], language_name: str, *, relaxed: bool) -> str:
    """Say why an item was found when nothing that is shown tells."""
    if hit.matched == "meaning":
        return _("Found by meaning (%(language)s)") % {"language": language_name}
    if not hit.title_html or any("<mark>" in text.html for text in shown):
        return ""
    if "<mark>" in hit.passage_html:
        return ""
    if "<mark>" in hit.english_title_html or "<mark>" in hit.english_summary_html:
        return _("Found in the English translation")
    if "<mark>" in hit.title_html or "<mark>" in hit.summary_html:
        return _("Found in the original (%(language)s)") % {"language": language_name}
    return "" if relaxed else _("Found in its themes, topics or places")


def _item(hit: Hit, language: str, catalogue: Catalogue, *, relaxed: bool) -> ResultItem:
    def terms(vocabulary: str, facet: str) -> tuple[Term, ...]:
        return tuple(Term(code, catalogue.label(vocabulary, code)) for code in hit.keywords.get(facet, ()))

    indexed = get_type(hit.type)
    title, other = _titles(hit, language)
    summary = _summary(hit, language)
    language_name = catalogue.label("languages", hit.language)
    countries = terms("countries", "country")
    published = published_date(hit)
    short = one_line(summary.text, _SUMMARY_LENGTH)
    return ResultItem(
        uid=hit.uid,
        type=hit.type,
        type_label=str(indexed.label) if indexed else hit.type,
        url=f"/{language}{hit.path}",
        title=title.text,
        title_html=title.html,
        title_lang=title.lang,
        other_title=other.text,
        other_title_html=other.html,
        other_title_lang=other.lang,
        summary=short,
        summary_html=summary.html if "<mark>" in summary.html else SafeString(escape(short)),
        summary_lang=summary.lang,
        passage_html=_safe(hit.passage_html, ""),
        passage_lang="" if hit.language == language else hit.language,
        language=hit.language,
        language_name=language_name,
        foreign=hit.language != language,
        unofficial_translation=title.lang == "" and hit.language != language,
        themes=terms("themes", "theme"),
        topics=terms("topics", "topic"),
        countries=countries,
        places=", ".join(filter(None, (str(hit.extra.get("area") or ""), *(country.name for country in countries)))),
        published=published,
        published_text=formats.date_format(published, "DATE_FORMAT") if published else "",
        matched=hit.matched,
        why=_why(hit, (title, other, summary), language_name, relaxed=relaxed),
        sample=bool(hit.extra.get("sample")),
        archived=bool(hit.extra.get("archived")),
        short="short" in hit.keywords.get("record", ()),
        extra=hit.extra,
    )
