"""How much a text that is being written is like items that are there: the bars of the hint at duplicates.

Search finds candidates generously, for readers who choose; who writes is to be told only of what may be the same.
Measured on the demo practices with 37 rewordings and translations of them, and 261 drafts about other things (the
judged items of ``benchmarks/relevance`` and the demo's own contributions); docs/search.md has the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.detection import detect
from core.text import one_line
from search.analysis import analyse, exact_words
from search.registry import get_type, split_uid
from search.semantic.services import known_vectors, query_vector
from search.semantic.vectors import unpacked
from search.services import document_of
from search.types import SearchDocument

#: The cosine of the centred vectors that the nearest of all items reaches with one in a hundred unrelated drafts; of
#: a title alone, which says less, it is higher.
MEANING_LEAST: Final = 0.30
MEANING_LEAST_BRIEF: Final = 0.34
_BRIEF: Final = 15
#: The part of the shorter text's words that the other has too; unrelated texts share 0.29 (one in a hundred).
WORDS_LEAST: Final = 0.50
#: So many words they share at least: three common words are in any text about integration.
WORDS_SHARED: Final = 5
#: The part of the words of both titles that they share when it is the same name.
TITLE_LEAST: Final = 0.75
_LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is being written; ``language`` is empty as long as nobody has said it."""

    title: str
    summary: str
    language: str = ""

    @property
    def text(self) -> str:
        """What it says, as a question."""
        return one_line(f"{self.title} {self.summary}", _LONGEST)

    @property
    def questions(self) -> tuple[str, ...]:
        """What candidates are searched by: all of it, and the name alone, which a long text would drown."""
        return tuple(dict.fromkeys((self.text, one_line(self.title, _LONGEST))))


def alike(draft: Draft, uids: Sequence[str], interface_language: str) -> list[str]:
    """Return those of the published items ``uids`` that may say the same as ``draft``, in their order."""
    documents = _documents(uids)
    near = _near(draft, documents, interface_language)
    language = draft.language or detect(draft.text)[0] or interface_language
    return [uid for uid in uids if uid in documents and (uid in near or _same_words(draft, language, documents[uid]))]


def _documents(uids: Sequence[str]) -> dict[str, SearchDocument]:
    keys: dict[str, list[int]] = {}
    for uid in uids:
        known = split_uid(uid)
        if known is not None:
            keys.setdefault(known[0].code, []).append(known[1])
    found: dict[str, SearchDocument] = {}
    for code, numbers in keys.items():
        indexed = get_type(code)
        assert indexed is not None  # noqa: S101 - split_uid has just found it
        for item in indexed.published().filter(pk__in=numbers):
            document = document_of(indexed, item, [])
            if document is not None:
                found[document.uid] = document
    return found


def _near(draft: Draft, documents: dict[str, SearchDocument], interface_language: str) -> set[str]:
    """Return which documents mean much the same; none where search by meaning is off."""
    asked = query_vector(draft.text, (interface_language, "en"))
    if not asked:
        return set()
    question = unpacked(asked)
    least = MEANING_LEAST if len(draft.text.split()) >= _BRIEF else MEANING_LEAST_BRIEF
    vectors = known_vectors(list(documents.values()))
    return {uid for uid, vector in vectors.items() if float(unpacked(vector) @ question) >= least}


def _same_words(draft: Draft, language: str, document: SearchDocument) -> bool:
    written = _terms(f"{draft.title} {draft.summary}", language)
    versions = [(document.language, document.title, document.summary)]
    versions.append(("en", document.english_title, document.english_summary))
    for code, title, summary in versions:
        if _share(_words(draft.title), _words(title)) >= TITLE_LEAST:
            return True
        held = _terms(f"{title} {summary}", code)
        shared = len(written & held)
        if shared >= WORDS_SHARED and shared >= WORDS_LEAST * min(len(written), len(held)):
            return True
    return False


def _terms(text: str, language: str) -> frozenset[str]:
    return frozenset(token.term for token in analyse(text, language))


def _words(text: str) -> frozenset[str]:
    return frozenset(exact_words(text))


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    both = len(first) + len(second)
    return 2 * len(first & second) / both if both else 0.0
