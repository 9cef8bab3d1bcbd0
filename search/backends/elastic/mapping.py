"""The index as Elasticsearch sees it: a strict mapping with a group of fields for each language.

The tokens come ready-made (``search.analysis``), so every text field is only split at spaces; that works on any
Elasticsearch 8, in all 24 languages, with nothing installed on the node.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from elasticsearch_dsl import (
    Date,
    DateRange,
    DenseVector,
    Document,
    Index,
    InnerDoc,
    Keyword,
    Long,
    Mapping,
    Object,
    Text,
)

from search.analysis import LANGUAGES
from search.backends.tokens import analysis_version
from search.registry import all_types
from search.types import LANGUAGE_FACET, PUBLISHED, TYPE_FACET

#: Numbers of a vector of the model in use.
DIMENSIONS: Final = 384
#: Pages deeper than this many results can't be asked for.
DEEPEST: Final = 100_000
#: How long a deletion is remembered: nothing older arrives later than that, and the nightly check finds the rest.
_DELETES_KEPT: Final = "1h"
_EXACT: Final = "exact"


class ExactTexts(InnerDoc):
    """The words themselves, without accents: names, codes, phrases, and titles by their beginnings."""

    title = Text(analyzer="whitespace", index_prefixes={"min_chars": 2, "max_chars": 12})
    summary = Text(analyzer="whitespace")
    body = Text(analyzer="whitespace")


class StemmedTexts(InnerDoc):
    """The stems of one language; where they stand in the text is of no use."""

    title = Text(analyzer="whitespace", index_options="freqs")
    summary = Text(analyzer="whitespace", index_options="freqs")
    body = Text(analyzer="whitespace", index_options="freqs")


class Item(Document):
    """What every item has. The groups of languages, facets and dates are added by ``item_type``."""

    uid = Keyword()
    type = Keyword()
    version = Long()
    language = Keyword()
    title_sort = Keyword()
    title_keys = Keyword()
    exact = Object(ExactTexts)
    grams = Keyword()
    words = Text(analyzer="whitespace", index_options="freqs", norms=False)
    ends = Date()
    vector = DenseVector(dims=DIMENSIONS, index=True, similarity="cosine", index_options={"type": "int8_hnsw"})
    payload = Object(enabled=False)


@dataclass(frozen=True, slots=True)
class Names:
    """The facets, dates and periods that documents may have."""

    facets: tuple[str, ...]
    dates: tuple[str, ...]
    periods: tuple[str, ...]


def registered_names(more: Names | None = None) -> Names:
    """Return the names that the registered types declare, and ``more``."""
    facets = {TYPE_FACET, LANGUAGE_FACET, *(more.facets if more else ())}
    dates = {PUBLISHED, *(more.dates if more else ())}
    periods = {*(more.periods if more else ())}
    for indexed in all_types():
        facets.update(definition.name for definition in indexed.facets)
        dates.update((*indexed.dates, *(definition.by.date for definition in indexed.sorts)))
        periods.update(indexed.periods)
    return Names(tuple(sorted(facets)), tuple(sorted(dates)), tuple(sorted(periods)))


def group(namespace: str) -> str:
    """Return the name of the group of fields for the tokens of a namespace ("de", or "x" for the words themselves)."""
    return namespace if namespace in LANGUAGES else _EXACT


@lru_cache(maxsize=16)
def item_type(names: Names) -> type[Document]:
    """Return the document class with a group for each language and fields for ``names``."""
    attributes: dict[str, Any] = {language: Object(StemmedTexts) for language in LANGUAGES}
    attributes["facets"] = Object(properties={name: Keyword() for name in names.facets}, dynamic="strict")
    attributes["dates"] = Object(properties={name: Date() for name in names.dates}, dynamic="strict")
    attributes["periods"] = Object(properties={name: DateRange() for name in names.periods}, dynamic="strict")
    return type("RegisteredItem", (Item,), {**attributes, "__module__": __name__})


@lru_cache(maxsize=16)
def fingerprint(names: Names) -> str:
    """Return what tells this mapping and analysis from any other: an index with another one is built anew."""
    fields = item_type(names)._doc_type.mapping.to_dict()
    told = json.dumps([fields, analysis_version()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def index_definition(name: str, names: Names) -> Index:
    """Return the index ``name``, ready to be created; it is filled before anybody searches it."""
    index = Index(name)
    mapping: Mapping = item_type(names)._doc_type.mapping._clone()
    # Tokens are made, not kept: they would double the index, and nobody reads them.
    excluded: Sequence[str] = (*LANGUAGES, _EXACT, "grams", "words", "vector", "title_sort", "title_keys", "facets")
    mapping.meta("_source", excludes=list(excluded))
    mapping.meta("dynamic", "strict")
    mapping.meta("_meta", fingerprint=fingerprint(names))
    index.mapping(mapping)
    index.settings(
        number_of_shards=1,
        number_of_replicas=0,
        refresh_interval="-1",
        max_result_window=DEEPEST,
        gc_deletes=_DELETES_KEPT,
    )
    return index
