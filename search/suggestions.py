"""What is offered while somebody types: terms of the vocabulary, then titles."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from search import service
from search.analysis import exact_words
from search.presentation import active_language
from search.registry import get_type
from search.types import Suggestion
from search.wording import number
from taxonomy.catalogue import Catalogue, get_catalogue

#: A list that is read out, or that lies over a phone's screen, must be short.
MOST: Final = 8
MOST_TERMS: Final = 3
#: Nobody needs suggestions for more; whatever is longer is cut.
LONGEST: Final = 100
FEWEST_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class Offer:
    """A suggestion as the page shows it.

    ``kind`` is "theme", "topic", "country" or "title"; ``language`` is that of ``label``; ``detail`` says in the
    reader's language what it is.
    """

    kind: str
    label: str
    language: str
    url: str
    detail: str


def suggestions(text: str) -> dict[str, Any]:
    """Return what to offer for ``text``, in the active language: the answer of the address, ready for JSON.

    ``query`` is the text as it was read, ``status`` how many there are, in words for screen readers.
    """
    query = " ".join(text[:LONGEST].split())
    typed = exact_words(query)
    offers: list[Offer] = []
    if sum(map(len, typed)) >= FEWEST_LETTERS:
        language, catalogue = active_language(), get_catalogue()
        offers = _terms(typed, language, catalogue)
        titles = service.suggest(query, language, MOST - len(offers))
        offers += [_title(found, typed, language, catalogue) for found in titles]
    shown = offers[:MOST]
    return {"query": query, "suggestions": [asdict(offer) for offer in shown], "status": _status(len(shown))}


def _status(total: int) -> str:
    if not total:
        return _("No suggestions")
    return ngettext("%(count)s suggestion", "%(count)s suggestions", total) % {"count": number(total)}


def _begins(typed: Sequence[str], text: str) -> bool:
    """Tell whether each of ``typed`` begins a word of ``text``."""
    found = exact_words(text)
    return all(any(word.startswith(start) for word in found) for start in typed)


def _terms(typed: Sequence[str], language: str, catalogue: Catalogue) -> list[Offer]:
    """Return the terms that are meant; those whose name begins with what was typed come first."""
    found = [offer for offer in _offers(language, catalogue) if _begins(typed, offer.label)]
    found.sort(key=lambda offer: not exact_words(offer.label)[0].startswith(typed[0]))
    return found[:MOST_TERMS]


def _offers(language: str, catalogue: Catalogue) -> Iterator[Offer]:
    """Yield all terms that content can still be given."""
    results = reverse("search:results")
    groups = (
        ("theme", _("Theme"), catalogue.themes),
        ("topic", _("Topic"), catalogue.topics),
        ("country", _("Country"), catalogue.countries),
    )
    for kind, detail, entries in groups:
        for entry in entries.values():
            if entry.retired:
                continue
            if kind == "theme":
                url = reverse("theme", kwargs={"code": entry.code})
            else:
                url = f"{results}?{urlencode({kind: entry.code})}"
            named_in = language if entry.names.get(language) else "en"
            yield Offer(kind, entry.name, named_in, url, detail)


def _title(found: Suggestion, typed: Sequence[str], language: str, catalogue: Catalogue) -> Offer:
    """Return a title: in the reader's language, else in English, unless only the original has what was typed."""
    label, spoken = found.title, found.language
    only_original = _begins(typed, found.title) and not _begins(typed, found.english_title)
    if found.language != language and found.english_title and not only_original:
        label, spoken = found.english_title, "en"
    indexed = get_type(found.type)
    detail = str(indexed.label) if indexed else found.type
    if found.language != language:
        name = catalogue.label("languages", found.language)
        detail = _("%(type)s, %(language)s") % {"type": detail, "language": name}
    return Offer("title", label, spoken, f"/{language}{found.path}", detail)
