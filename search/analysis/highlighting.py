"""Marks what was found, from the offsets of our own analysis: escaped HTML with ``<mark>``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape

from search.analysis.compounds import compound_parts
from search.analysis.query import ParsedQuery
from search.analysis.stemming import terms_of
from search.analysis.words import WORD, fold, normal

Span = tuple[int, int]


class _Decisions(dict[str, bool]):
    """Whether a word, as it stands in a text, is one to mark: worked out when it is first met."""

    def __init__(self, wanted: frozenset[str], exact: frozenset[str], language: str) -> None:
        super().__init__()
        self._wanted, self._exact, self._language = wanted, exact, language

    def __missing__(self, raw: str) -> bool:
        word = normal(raw)
        marked = (
            fold(word) in self._exact
            or not self._wanted.isdisjoint(terms_of(word, self._language))
            or not self._wanted.isdisjoint(compound_parts(word, self._language))
        )
        self[raw] = marked
        return marked


@dataclass(frozen=True, slots=True)
class Marker:
    """Finds the words of one query in texts of any language.

    ``otherwise`` holds, by language, the stems of what says the same in other words.
    """

    query: ParsedQuery
    otherwise: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _decided: dict[str, dict[str, bool]] = field(default_factory=dict, compare=False, repr=False)

    def spans(self, text: str, language: str) -> list[Span]:
        """Return where words of the query stand in ``text``, in order and without overlap."""
        known = self._decided.get(language)
        if known is None:
            wanted, exact = self._wanted(language), self._exact()
            known = self._decided[language] = _Decisions(wanted, exact, language) if wanted or exact else {}
        if not known and not isinstance(known, _Decisions):
            return []
        # A list of pairs, not of words: most words of a text are decided once and looked up ever after.
        return [match.span() for match in WORD.finditer(text) if known[match.group()]]

    def _wanted(self, language: str) -> frozenset[str]:
        terms: set[str] = set()
        for word in self.query.words:
            terms.update(word.terms(language))
            terms.update(word.parts(language))
        return self.otherwise.get(language, frozenset()) | terms

    def _exact(self) -> frozenset[str]:
        phrase_words = {word for phrase in self.query.phrases for word in phrase}
        return frozenset(phrase_words | {word.exact for word in self.query.words})

    def mark(self, text: str, language: str) -> str:
        """Return ``text`` as escaped HTML with every found word in ``<mark>``."""
        return render(text, self.spans(text, language))

    def passage(self, text: str, language: str, length: int = 240) -> str:
        """Return the piece of ``text`` that holds most found words, marked; empty when it holds none."""
        spans = self.spans(text, language)
        if not spans:
            return ""
        start, end = best_window(text, spans, length)
        inside = [(begin - start, stop - start) for begin, stop in spans if begin >= start and stop <= end]
        before = "… " if start else ""
        after = " …" if end < len(text) else ""
        return before + render(text[start:end], inside) + after


def render(text: str, spans: Iterable[Span]) -> str:
    """Return ``text`` escaped, with ``<mark>`` around ``spans`` (in order, not overlapping)."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += (escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>")
        done = end
    pieces.append(escape(text[done:]))
    return "".join(pieces)


def best_window(text: str, spans: Sequence[Span], length: int) -> Span:
    """Return start and end of the stretch of about ``length`` characters with most spans, cut at spaces."""
    best, most = spans[0][0], 0
    first = 0
    for last, (_start, end) in enumerate(spans):
        while end - spans[first][0] > length:
            first += 1
        if last - first + 1 > most:
            most, best = last - first + 1, spans[first][0]
    start = max(0, best - length // 4)
    if start:
        space = text.find(" ", start, best)
        start = space + 1 if space >= 0 else best
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", start, end)
        covered = [stop for begin, stop in spans if begin >= start and begin < end]
        end = max(space if space > start else end, min(covered[0], start + length) if covered else start)
    return start, end
