"""When nothing is found: what would be, without one of the filters or one of the words."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from pyroaring import BitMap

from search.backends.content import LEFT_OUT_OF
from search.backends.embedded.snapshot import Snapshot
from search.backends.embedded.words import Found
from search.types import Alternative, SearchRequest

_AT_MOST: Final = 8


class _Narrowed(Protocol):
    def all_but(self, facet: str = "") -> BitMap: ...


Narrow = Callable[[Snapshot, SearchRequest, BitMap], _Narrowed]


def alternatives(snapshot: Snapshot, request: SearchRequest, found: Found, narrow: Narrow) -> tuple[Alternative, ...]:
    """Return what each single concession would find, the most first; all from memory, no query."""
    options: list[Alternative] = []
    narrowed = narrow(snapshot, request, found.ids)
    for facet, codes in request.filters.items():
        if codes:
            options.append(Alternative(len(narrowed.all_but(facet)), facet=facet, value=",".join(codes)))
    if request.date_from or request.date_to:
        undated = narrow(snapshot, replace(request, date_from=None, date_to=None), found.ids)
        options.append(Alternative(len(undated.all_but()), facet="dates"))
    # Without its only word a search is just its filters, which is worth offering only when there are some.
    limited = any(request.filters.values()) or request.date_from or request.date_to
    if len(found.by_word) <= LEFT_OUT_OF and (len(found.by_word) > 1 or limited):
        for word, _ids in found.by_word:
            rest = found.others
            for other, ids in found.by_word:
                if other != word:
                    rest = rest & ids
            options.append(Alternative(len(narrow(snapshot, request, rest).all_but()), word=word))
    useful = [option for option in options if option.total]
    return tuple(sorted(useful, key=lambda option: (-option.total, option.facet, option.word))[:_AT_MOST])
