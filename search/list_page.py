"""The view model of a list: everything a template prints, in the active language and in a stable order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.paging import PageLink, links_around
from search.analysis import exact_words, words
from search.analysis.query import MAX_WORDS
from search.facets import ordered_values, sort_definitions, value_labels
from search.parameters import ListQuery, ListRules, ParameterError
from search.presentation import ResultItem, result_items
from search.registry import FacetDefinition
from search.types import LIMITED_ENGINE, WORDS_ONLY, SearchResponse, Sort
from search.wording import count_sentence, date_words, description, number, shown

#: How many values of a facet stand open; the rest is behind "show more".
_OPEN_VALUES: Final = 8
_SORT_LABELS: Final = {
    Sort.RELEVANCE.value: gettext_lazy("Relevance"),
    Sort.NEWEST.value: gettext_lazy("Newest first"),
    Sort.TITLE.value: gettext_lazy("Title"),
}


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that can be chosen."""

    value: str
    label: str
    count: int
    selected: bool
    address: Callable[[], str]

    @property
    def url(self) -> str:
        """The address that chooses the value, or takes the choice back; made only where it is printed."""
        return self.address()


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet: ``values`` in their order, the first ``open_count`` of them shown at once."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    selected_count: int
    open_count: int

    @property
    def first_values(self) -> tuple[FacetValue, ...]:
        """The values shown at once."""
        return self.values[: self.open_count]

    @property
    def more_values(self) -> tuple[FacetValue, ...]:
        """The values behind "show more"."""
        return self.values[self.open_count :]


@dataclass(frozen=True, slots=True)
class Chip:
    """An active choice; ``url`` removes it."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class SortOption:
    """An order that can be chosen."""

    name: str
    label: str
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class Pagination:
    """The pages of a list; empty addresses where there is no page."""

    page: int
    pages: int
    previous_url: str
    next_url: str
    links: tuple[PageLink, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Export:
    """The same list in another form."""

    format: str
    label: str
    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class AlternativeView:
    """A concession that would find something."""

    label: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say above the results: ``kind`` is info or warning."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything a list shows.

    ``hidden`` are the parameters that the search form carries along beside its own fields; ``filter_hidden`` those
    that the form of the facets carries.
    """

    heading: str
    text: str
    total: int
    count_sentence: str
    description: str
    items: tuple[ResultItem, ...]
    facets: tuple[FacetView, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[SortOption, ...]
    pagination: Pagination
    exports: tuple[Export, ...]
    alternatives: tuple[AlternativeView, ...]
    notices: tuple[Notice, ...]
    errors: tuple[ParameterError, ...]
    ignored: tuple[str, ...]
    action: str
    hidden: tuple[tuple[str, str], ...]
    filter_hidden: tuple[tuple[str, str], ...]
    date_from: str
    date_to: str
    degraded: tuple[str, ...] = ()
    did_you_mean: str = ""
    did_you_mean_url: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    first_number: int = 1


@dataclass(frozen=True, slots=True)
class ListFrame:
    """What stays the same over all states of a list: its name, its rules and its addresses."""

    heading: str
    rules: ListRules
    action: str
    downloads: Mapping[str, str]
    default_sort: str = ""


def pages_of(total: int, size: int) -> int:
    """Return how many pages ``total`` results fill: at least one."""
    return max(1, -(-total // size))


def list_page(frame: ListFrame, query: ListQuery, response: SearchResponse) -> ListPage:
    """Return the view model of ``response`` to ``query``."""
    definitions = frame.rules.definitions()
    labels = {name: value_labels(definition) for name, definition in definitions.items()}
    filter_names = {*definitions, "from", "to"}
    return ListPage(
        heading=frame.heading,
        text=query.text,
        total=response.total,
        count_sentence=count_sentence(response.total),
        description=description(frame.heading, query, definitions, labels),
        items=tuple(result_items(response)),
        facets=tuple(
            view
            for name, definition in definitions.items()
            if (view := _facet(frame, query, definition, labels[name], response.facets.get(name, {}))).values
        ),
        chips=_chips(frame, query, definitions, labels),
        clear_url=replace_query(query, text=query.text, filters={}, date_from=None, date_to=None).address(frame.action),
        sorts=_sorts(frame, query),
        pagination=_pagination(frame, query, response.total),
        exports=_exports(frame, query),
        alternatives=_alternatives(frame, query, response, definitions, labels),
        notices=_notices(query, response),
        errors=tuple(query.errors),
        ignored=tuple(query.ignored),
        action=frame.action,
        hidden=tuple(pair for pair in query.pairs() if pair[0] != "q"),
        filter_hidden=tuple(pair for pair in query.pairs() if pair[0] not in filter_names),
        date_from=query.date_from.isoformat() if query.date_from else "",
        date_to=query.date_to.isoformat() if query.date_to else "",
        degraded=response.degraded,
        did_you_mean=response.did_you_mean,
        did_you_mean_url=(
            replace_query(query, text=response.did_you_mean).address(frame.action) if response.did_you_mean else ""
        ),
        kept=query.kept,
        first_number=(query.page - 1) * query.size + 1,
    )


def replace_query(query: ListQuery, **changes: object) -> ListQuery:
    """Return the state with ``changes``, on its first page."""
    return replace(query, **{"page": 1, **changes})  # type: ignore[arg-type]  # the fields' own types hold


def _facet(
    frame: ListFrame,
    query: ListQuery,
    definition: FacetDefinition,
    labels: Mapping[str, str],
    counts: Mapping[str, int],
) -> FacetView:
    chosen = query.filters.get(definition.name, ())
    shown = {**counts, **{code: counts.get(code, 0) for code in chosen}}
    values = []
    for code in ordered_values(definition, labels, shown):
        selected = code in chosen
        others = tuple(other for other in chosen if other != code)
        changed = others if selected else (*chosen, code)
        address = partial(_facet_address, frame, query, definition.name, changed)
        values.append(FacetValue(code, labels.get(code, code), shown[code], selected, address))
    # Chosen values must never hide behind "show more".
    last_chosen = max((place + 1 for place, value in enumerate(values) if value.selected), default=0)
    open_count = len(values) if len(values) <= _OPEN_VALUES + 2 else max(_OPEN_VALUES, last_chosen)
    return FacetView(definition.name, str(definition.label), tuple(values), len(chosen), open_count)


def _facet_address(frame: ListFrame, query: ListQuery, name: str, codes: tuple[str, ...]) -> str:
    return replace_query(query, filters={**query.filters, name: codes}).address(frame.action)


def _chips(
    frame: ListFrame,
    query: ListQuery,
    definitions: Mapping[str, FacetDefinition],
    labels: Mapping[str, Mapping[str, str]],
) -> tuple[Chip, ...]:
    chips = []
    for name, codes in query.filters.items():
        for code in codes:
            rest = {**query.filters, name: tuple(other for other in codes if other != code)}
            url = replace_query(query, filters=rest).address(frame.action)
            chips.append(Chip(str(definitions[name].label), labels[name].get(code, code), url))
    for label, field_name in zip(date_words(query), _date_fields(query), strict=True):
        chips.append(Chip(_("Date"), label, replace_query(query, **{field_name: None}).address(frame.action)))
    return tuple(chips)


def _date_fields(query: ListQuery) -> list[str]:
    return ["date_from"] * bool(query.date_from) + ["date_to"] * bool(query.date_to)


def _sorts(frame: ListFrame, query: ListQuery) -> tuple[SortOption, ...]:
    active = query.sort or frame.default_sort or (Sort.RELEVANCE if query.text else Sort.NEWEST).value
    own = sort_definitions(frame.rules.types)
    options = []
    for name in frame.rules.sorts():
        if name == Sort.RELEVANCE.value and not query.text:
            continue
        label = str(own[name].label if name in own else _SORT_LABELS[name])
        options.append(SortOption(name, label, name == active, replace_query(query, sort=name).address(frame.action)))
    return tuple(options)


def _pagination(frame: ListFrame, query: ListQuery, total: int) -> Pagination:
    pages = pages_of(total, query.size)
    page = query.page

    def address(wanted: int) -> str:
        return replace(query, page=wanted).address(frame.action, paging=True) if 1 <= wanted <= pages else ""

    sentence = _("Page %(page)s of %(pages)s") % {"page": number(page), "pages": number(pages)}
    return Pagination(page, pages, address(page - 1), address(page + 1), links_around(page, pages, address), sentence)


def _exports(frame: ListFrame, query: ListQuery) -> tuple[Export, ...]:
    known = (
        ("json", "JSON", "application/json"),
        ("csv", "CSV", "text/csv"),
        ("atom", "Atom", "application/atom+xml"),
        ("ics", "iCalendar", "text/calendar"),
    )
    return tuple(
        Export(name, label, replace_query(query).address(frame.downloads[name]), media)
        for name, label, media in known
        if name in frame.downloads
    )


def _alternatives(
    frame: ListFrame,
    query: ListQuery,
    response: SearchResponse,
    definitions: Mapping[str, FacetDefinition],
    labels: Mapping[str, Mapping[str, str]],
) -> tuple[AlternativeView, ...]:
    views: list[AlternativeView] = []
    for option in response.alternatives:
        if option.word:
            kept = [part for part in query.text.split() if all(word.text != option.word for word in words(part))]
            changed = replace_query(query, text=" ".join(kept))
            label = _("Without the word “%(word)s”") % {"word": shown(option.word)}
        elif option.facet == "dates":
            changed = replace_query(query, date_from=None, date_to=None)
            label = _("Without the limit of dates")
        elif option.facet in definitions:
            rest = {name: codes for name, codes in query.filters.items() if name != option.facet}
            changed = replace_query(query, filters=rest)
            names = [labels[option.facet].get(code, code) for code in query.filters[option.facet]]
            label = _("Without %(facet)s: %(values)s") % {
                "facet": definitions[option.facet].label,
                "values": _(" or ").join(names),
            }
        else:
            continue
        views.append(AlternativeView(label, option.total, changed.address(frame.action)))
    return tuple(views)


def _notices(query: ListQuery, response: SearchResponse) -> tuple[Notice, ...]:
    notices: list[Notice] = []
    if response.relaxed:
        notices.append(
            Notice("info", _("No entry has all of these words. Shown is what has most of them, or words spelt alike."))
        )
    if query.text and not exact_words(query.text):
        notices.append(Notice("info", _("Your search holds no word, so everything is shown.")))
    if query.shortened:
        message = _("Only the first %(count)s words were searched for.") % {"count": number(MAX_WORDS)}
        notices.append(Notice("info", message))
    if LIMITED_ENGINE in response.degraded:
        notices.append(Notice("warning", _("The search is limited at the moment; not everything may be found.")))
    if WORDS_ONLY in response.degraded and query.text:
        notices.append(
            Notice("info", _("This search compares words only; it does not find the same meaning in another language."))
        )
    if query.ignored:
        notices.append(
            Notice("info", _("Ignored, because it means nothing here: %(names)s.") % {"names": _listed(query.ignored)})
        )
    return tuple(notices)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
