"""From the address of a list to a search request: unknown parameters are ignored and named, wrong values are errors."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from search.analysis.query import MAX_CHARACTERS, MAX_WORDS
from search.analysis.words import MAX_WORD
from search.facets import facet_definitions, has_calendar, sort_definitions, value_labels
from search.registry import FacetDefinition
from search.types import DateSort, Keywords, SearchRequest, Sort

DEFAULT_SIZE: Final = 10
SIZES: Final = (10, 20, 50, 100)
#: More values of one facet than exist anywhere in the vocabulary are nobody's question.
_MAX_VALUES: Final = 60
_MAX_PAGE_DIGITS: Final = 10
_SHOWN: Final = 60
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_SPECIAL: Final = ("q", "from", "to", "sort", "page", "size")


@dataclass(frozen=True, slots=True)
class ParameterError:
    """A known parameter with a value that can't be: what was sent (shortened) and what is expected."""

    parameter: str
    value: str
    message: str


@dataclass(slots=True)
class ListQuery:
    """The state of a list: what its address says, made safe."""

    text: str = ""
    shortened: bool = False
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    sort: str = ""
    page: int = 1
    size: int = DEFAULT_SIZE
    kept: dict[str, str] = field(default_factory=dict)
    errors: list[ParameterError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def pairs(self, *, paging: bool = False) -> list[tuple[str, str]]:
        """Return the parameters that lead to this state, in a fixed order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, code) for name, codes in self.filters.items() for code in codes]
        pairs += [("from", self.date_from.isoformat())] if self.date_from else []
        pairs += [("to", self.date_to.isoformat())] if self.date_to else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("size", str(self.size))] if self.size != DEFAULT_SIZE else []
        pairs += list(self.kept.items())
        if paging and self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def address(self, base: str, *, paging: bool = False) -> str:
        """Return the address of this state under ``base``."""
        query = urlencode(self.pairs(paging=paging))
        return f"{base}?{query}" if query else base


@dataclass(frozen=True, slots=True)
class ListRules:
    """What a list understands: its facets, orders and presets."""

    types: tuple[str, ...] = ()
    preset: Keywords = field(default_factory=dict)
    facets: tuple[str, ...] | None = None
    kept: tuple[str, ...] = ()

    def definitions(self) -> dict[str, FacetDefinition]:
        """Return the list's facets by name, without those its preset decides."""
        known = facet_definitions(self.types, self.facets)
        return {name: definition for name, definition in known.items() if name not in self.preset}

    def formats(self) -> tuple[str, ...]:
        """Return the forms in which the list can be had beside the page."""
        return ("json", "csv", "atom", "ics") if has_calendar(self.types) else ("json", "csv", "atom")

    def sorts(self) -> dict[str, DateSort | None]:
        """Return the orders by name; None stands for those every engine knows."""
        common: dict[str, DateSort | None] = {sort.value: None for sort in Sort}
        return common | {name: definition.by for name, definition in sort_definitions(self.types).items()}


def parse(parameters: QueryDict, rules: ListRules) -> ListQuery:
    """Read ``parameters`` (a QueryDict) by ``rules``; never raises, whatever was sent."""
    query = ListQuery()
    definitions = rules.definitions()
    for name in parameters:
        values = [_CONTROL.sub(" ", value) for value in parameters.getlist(name)]
        if name in definitions:
            _read_facet(query, definitions[name], values)
        elif name in _SPECIAL:
            _read_special(query, name, values[-1].strip() if values else "", rules)
        elif name in rules.kept:
            query.kept[name] = values[-1][:500]
        else:
            query.ignored.append(_CONTROL.sub(" ", name)[:_SHOWN])
    # A fixed order of the facets: the same state has one address.
    query.filters = {name: query.filters[name] for name in definitions if name in query.filters}
    if query.date_from and query.date_to and query.date_from > query.date_to:
        query.errors.append(
            ParameterError("from", query.date_from.isoformat(), _("The first date is after the last one."))
        )
    return query


def _wrong(query: ListQuery, name: str, value: str, message: str) -> None:
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    query.errors.append(ParameterError(name, shown, message))


def _read_facet(query: ListQuery, definition: FacetDefinition, values: Sequence[str]) -> None:
    labels = value_labels(definition)
    by_folded = {code.casefold(): code for code in labels}
    codes = [code.strip() for value in values for code in value.split(",") if code.strip()]
    accepted: dict[str, None] = {}
    if len(codes) > _MAX_VALUES:
        _wrong(query, definition.name, str(len(codes)), _("Too many values."))
        codes = []
    for code in codes:
        known = by_folded.get(code.casefold())
        if known is None and (labels or not re.fullmatch(definition.pattern, code, re.ASCII)):
            _wrong(query, definition.name, code, _("There is no such value."))
        else:
            accepted[known or code] = None
    if accepted:
        places = {code: place for place, code in enumerate(labels)}
        query.filters[definition.name] = tuple(sorted(accepted, key=lambda code: (places.get(code, 0), code)))


def _read_special(query: ListQuery, name: str, value: str, rules: ListRules) -> None:
    if name == "q":
        text = " ".join(value.split())
        if len(text) > MAX_CHARACTERS:
            message = _("Search for at most %(count)d characters.") % {"count": MAX_CHARACTERS}
            _wrong(query, name, text, message)
        query.text = _searched_part(text[:MAX_CHARACTERS])
        query.shortened = query.text != text
    elif not value:
        return
    elif name in {"from", "to"}:
        _read_date(query, name, value)
    elif name == "sort":
        if value in rules.sorts():
            query.sort = value
        else:
            _wrong(query, name, value, _("Choose one of: %(names)s.") % {"names": ", ".join(rules.sorts())})
    elif name == "page":
        _read_page(query, value)
    elif value in {str(size) for size in SIZES}:
        query.size = int(value)
    else:
        _wrong(query, name, value, _("Choose one of: %(names)s.") % {"names": ", ".join(str(size) for size in SIZES)})


def _searched_part(text: str) -> str:
    """Return as much of ``text`` as is searched for: the page repeats it in every link."""
    if len(text) <= MAX_WORD:
        return text
    return " ".join(word[: MAX_WORD + 2] for word in text.split(" ")[:MAX_WORDS])


def _read_page(query: ListQuery, value: str) -> None:
    if value.isascii() and value.isdigit() and len(value) <= _MAX_PAGE_DIGITS and int(value) >= 1:
        query.page = int(value)
    else:
        _wrong(query, "page", value, _("Write a page number, 1 or more."))


def _read_date(query: ListQuery, name: str, value: str) -> None:
    period = _period(value)
    if period is None:
        _wrong(query, name, value, _("Write a date as 2026-01-31."))
    elif name == "from":
        query.date_from = period[0]
    else:
        query.date_to = period[1]


def _period(value: str) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of "2026", "2026-01" or "2026-01-31"; None when there is no such date."""
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day = match.groups()
    try:
        first = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return first, first if day else _end(first, whole_year=month is None)


def _end(first: dt.date, *, whole_year: bool) -> dt.date:
    """Return the last day of the year or month that begins with ``first``."""
    if whole_year or first.month == 12:
        return dt.date(first.year, 12, 31)
    return dt.date(first.year, first.month + 1, 1) - dt.timedelta(days=1)


def to_request(query: ListQuery, rules: ListRules, language: str, *, default_sort: str = "") -> SearchRequest:
    """Return the request for an engine."""
    name = query.sort or default_sort or (Sort.RELEVANCE if query.text else Sort.NEWEST)
    by_date = rules.sorts().get(name)
    return SearchRequest(
        text=query.text,
        types=rules.types,
        preset=rules.preset,
        filters=query.filters,
        date_from=query.date_from,
        date_to=query.date_to,
        sort=Sort(name) if by_date is None else Sort.NEWEST,
        date_sort=by_date,
        page=query.page,
        page_size=query.size,
        interface_language=language,
        facets=tuple(rules.definitions()),
    )
