"""Marks what was found, from the offsets of our own analysis: escaped HTML with ``<mark>``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape

from search.analysis.compounds import compound_parts
from search.analysis.query import ParsedQuery
from search.analysis.stemming import terms_of
from search.analysis.words import fold, words

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marker:
    """Finds the words of one query in texts of any language.

    ``otherwise`` holds, by language, the stems of what says the same in other words.
    """

    query: ParsedQuery
    otherwise: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def spans(self, text: str, language: str) -> list[Span]:
        """Return where words of the query stand in ``text``, in order and without overlap."""
        wanted, exact = self._wanted(language), self._exact()
        if not wanted and not exact:
            return []
        return [
            (word.start, word.end)
            for word in words(text)
            if fold(word.text) in exact
            or not wanted.isdisjoint(terms_of(word.text, language))
            or (language == "de" and not wanted.isdisjoint(compound_parts(word.text)))
        ]

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
