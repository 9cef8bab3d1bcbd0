"""Words of the index that a misspelt word may have been meant to be."""

import threading
from dataclasses import dataclass, field
from typing import Final

from django.db import connections
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.analysis import fold
from search.models import IndexedWord

#: Shorter words are one letter away from too many others.
SHORTEST: Final = 4
_ONE_LETTER_BELOW: Final = 6
_ALIKE: Final = 12


@dataclass(slots=True)
class _Vocabulary:
    count: int = 0
    last: int = 0
    last_word: str = ""
    written: dict[str, str] = field(default_factory=dict)


_lock = threading.Lock()
_vocabularies: dict[tuple[str, str], _Vocabulary] = {}


def vocabulary(alias: str) -> dict[str, str]:
    """Return the words of the index, without accents → as written; two queries, a third for new words."""
    place = (alias, str(connections[alias].settings_dict["NAME"]))
    words = IndexedWord.objects.using(alias)
    count = words.count()
    last, last_word = words.order_by("-pk").values_list("pk", "folded").first() or (0, "")
    with _lock:
        known = _vocabularies.get(place, _Vocabulary())
        if (known.count, known.last, known.last_word) != (count, last, last_word):
            fresh = dict(words.filter(pk__gt=known.last).values_list("folded", "word"))
            # Words only ever come; where that does not add up, a transaction was undone or the index built anew.
            if not fresh or known.count + len(fresh) != count:
                known, fresh = _Vocabulary(), dict(words.values_list("folded", "word"))
            known = _Vocabulary(count, last, last_word, {**known.written, **fresh})
            _vocabularies[place] = known
        return known.written


def alike(alias: str, word: str) -> list[str]:
    """Return the words of the index nearest to ``word``, as written, the nearest first; none for short words."""
    wanted = fold(word)
    if len(wanted) < SHORTEST:
        return []
    furthest = 1 if len(wanted) < _ONE_LETTER_BELOW else 2
    written = vocabulary(alias)
    found = extract(wanted, written.keys(), scorer=OSA.distance, score_cutoff=furthest, limit=_ALIKE)
    ordered = sorted(found, key=lambda match: (match[1], match[0][0] != wanted[0], match[0]))
    return [written[folded] for folded, distance, _place in ordered if distance]
