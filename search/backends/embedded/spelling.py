"""Words of the index that a misspelt word may have been meant to be."""

import threading
from dataclasses import dataclass, field
from typing import Final

from django.db import connections
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.analysis import fold
from search.backends.embedded.snapshot import Snapshot
from search.models import IndexChange, IndexedWord

#: Shorter words are one letter away from too many others.
SHORTEST: Final = 4
_ONE_LETTER_BELOW: Final = 6
_ALIKE: Final = 12


@dataclass(slots=True)
class _Vocabulary:
    """The words as they were at a state of the index (its sequence and token)."""

    sequence: int = 0
    token: str = ""
    last: int = 0
    written: dict[str, str] = field(default_factory=dict)


_lock = threading.Lock()
_vocabularies: dict[tuple[str, str], _Vocabulary] = {}


def vocabulary(alias: str, snapshot: Snapshot) -> dict[str, str]:
    """Return the words of the index, without accents → as written; two queries where something has changed.

    Words only ever come, but a state that the index no longer remembers was undone: then all are read anew.
    """
    place = (alias, str(connections[alias].settings_dict["NAME"]))
    words = IndexedWord.objects.using(alias).order_by("pk").values_list("pk", "folded", "word")
    with _lock:
        known = _vocabularies.get(place, _Vocabulary())
        if known.token == snapshot.token and known.token:
            return known.written
        changes = IndexChange.objects.using(alias).filter(sequence=known.sequence, token=known.token)
        if not known.token or not changes.exists():
            known = _Vocabulary()
        fresh = list(words.filter(pk__gt=known.last))
        written = {**known.written, **{folded: word for _key, folded, word in fresh}}
        last = fresh[-1][0] if fresh else known.last
        _vocabularies[place] = _Vocabulary(snapshot.sequence, snapshot.token, last, written)
        return written


def alike(alias: str, snapshot: Snapshot, word: str) -> list[str]:
    """Return the words of the index nearest to ``word``, as written, the nearest first; none for short words."""
    wanted = fold(word)
    if len(wanted) < SHORTEST:
        return []
    furthest = 1 if len(wanted) < _ONE_LETTER_BELOW else 2
    written = vocabulary(alias, snapshot)
    found = extract(wanted, written.keys(), scorer=OSA.distance, score_cutoff=furthest, limit=_ALIKE)
    ordered = sorted(found, key=lambda match: (match[1], match[0][0] != wanted[0], match[0]))
    return [written[folded] for folded, distance, _place in ordered if distance]
