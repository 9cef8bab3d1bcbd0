"""The facets a list offers: gathered from the registrations of the types it shows."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from search.registry import FacetDefinition, SortDefinition, all_types
from search.types import TYPE_FACET


def _type_labels() -> Mapping[str, str]:
    return {indexed.code: str(indexed.label_plural) for indexed in all_types()}


TYPE: Final = FacetDefinition(TYPE_FACET, _("Type of content"), _type_labels)


def facet_definitions(types: Iterable[str] = (), names: Iterable[str] | None = None) -> dict[str, FacetDefinition]:
    """Return the facets of the given types (none: of all), by name; ``names`` limits and orders them."""
    wanted = set(types)
    known: dict[str, FacetDefinition] = {} if len(wanted) == 1 else {TYPE.name: TYPE}
    for indexed in all_types():
        if not wanted or indexed.code in wanted:
            for definition in indexed.facets:
                known.setdefault(definition.name, definition)
    if names is None:
        return known
    return {name: known[name] for name in names if name in known}


def sort_definitions(types: Iterable[str] = ()) -> dict[str, SortDefinition]:
    """Return the orders by dates of their own that the given types (none: all) bring, by name."""
    wanted = set(types)
    known: dict[str, SortDefinition] = {}
    for indexed in all_types():
        if not wanted or indexed.code in wanted:
            for definition in indexed.sorts:
                known.setdefault(definition.name, definition)
    return known


def has_calendar(types: Iterable[str] = ()) -> bool:
    """Tell whether any of the given types (none: of all) has dates that people put in their calendars."""
    wanted = set(types)
    return any(indexed.calendar for indexed in all_types() if not wanted or indexed.code in wanted)


def value_labels(definition: FacetDefinition) -> Mapping[str, str]:
    """Return code → label of a facet in the active language; nothing when codes are their own labels."""
    return definition.labels() if definition.labels is not None else {}


def ordered_values(definition: FacetDefinition, labels: Mapping[str, str], counts: Mapping[str, int]) -> list[str]:
    """Return the codes of ``counts`` in the order in which the facet lists them; the order is always the same."""
    from core.sorting import sort_key

    if definition.order == "count":
        return sorted(counts, key=lambda code: (-counts[code], sort_key(labels.get(code, code)), code))
    if definition.order == "label":
        return sorted(counts, key=lambda code: (sort_key(labels.get(code, code)), code))
    if definition.order == "descending":
        return sorted(counts, reverse=True)
    places = {code: place for place, code in enumerate(labels)}
    return sorted(counts, key=lambda code: (places.get(code, len(places)), code))
