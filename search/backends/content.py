"""What a result shows, kept beside the tokens in every index, and how it becomes a hit."""

from dataclasses import dataclass
from typing import Any, Final

from search.analysis.highlighting import Marker
from search.types import Hit, SearchDocument

#: Up to so many words it is worth saying what would be found without one of them: each is a question of its own.
LEFT_OUT_OF: Final = 8
WORDS: Final = "words"
MEANING: Final = "meaning"


def payload(document: SearchDocument) -> dict[str, Any]:
    """Return what a result shows of ``document``, as JSON can hold it."""
    return {
        "title": document.title,
        "english_title": document.english_title,
        "summary": document.summary,
        "english_summary": document.english_summary,
        "path": document.path,
        "keywords": {name: list(codes) for name, codes in document.facet_values().items()},
        "dates": {name: value.isoformat() for name, value in document.dates.items()},
        "periods": {name: [first.isoformat(), last.isoformat()] for name, (first, last) in document.periods.items()},
        "extra": dict(document.extra),
    }


def clean(text: str) -> str:
    """Return ``text`` without what a database can't store: NUL bytes and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def clean_leaves(value: Any) -> Any:
    """Return JSON with every text in it clean: escaped JSON would hold anything, but what comes back from it not."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(key)): clean_leaves(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_leaves(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Content:
    """A found document as it was stored."""

    uid: str
    type: str
    version: int
    language: str
    payload: dict[str, Any]


def hit(content: Content, score: float, marker: Marker | None, body: str, matched: str) -> Hit:
    """Return the hit for ``content``; with a ``marker``, what was found is marked, in ``body`` where nowhere else."""
    stored, language = content.payload, content.language
    marked: dict[str, str] = {}
    if marker is not None:
        marked = {
            "title_html": marker.mark(stored["title"], language),
            "english_title_html": marker.mark(stored["english_title"], "en"),
            "summary_html": marker.mark(stored["summary"], language),
            "english_summary_html": marker.mark(stored["english_summary"], "en"),
        }
        if "<mark>" not in marked["summary_html"]:
            marked["passage_html"] = marker.passage(body, language)
    return Hit(
        uid=content.uid,
        type=content.type,
        version=content.version,
        language=language,
        title=stored["title"],
        english_title=stored["english_title"],
        summary=stored["summary"],
        english_summary=stored["english_summary"],
        path=stored["path"],
        keywords={name: tuple(codes) for name, codes in stored["keywords"].items()},
        dates=stored["dates"],
        periods={name: (first, last) for name, (first, last) in stored.get("periods", {}).items()},
        extra=stored["extra"],
        score=score,
        matched=matched,
        **marked,
    )
