"""The port: what any search engine must do for the portal. ``tests/contract`` holds every engine to it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from search.types import BulkReport, Hit, SearchDocument, SearchRequest, SearchResponse, Suggestion


class SearchUnavailableError(Exception):
    """The engine can't answer now; the caller may ask another one."""


class QuestionRefusedError(SearchUnavailableError):
    """The engine is well but will not answer this question; others may fare better."""


class SearchBackend(Protocol):
    """A search engine.

    Versions decide, not the order of arrival: a document older than what the index holds, or than the deletion the
    index remembers, is ignored. No text a visitor can type makes any method raise. ``transactional`` says that what
    is written becomes part of the database's transaction.
    """

    name: str
    transactional: bool

    def index(self, documents: Sequence[SearchDocument]) -> BulkReport:
        """Put ``documents`` into the index; one that can't be indexed is reported and blocks no other.

        Raises SearchUnavailableError when the engine is out of reach: nothing is known of any document then.
        """

    def delete(self, uid: str, version: int) -> bool:
        """Take a document out and remember its ``version``; False when the index holds a newer one."""

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer ``request``; raises SearchUnavailableError only when the engine itself is out of reach."""

    def suggest(self, prefix: str, language: str, size: int = 8) -> tuple[Suggestion, ...]:
        """Return titles with words that begin like the words of ``prefix``, those in ``language`` first."""

    def related(self, uid: str, size: int = 3) -> tuple[Hit, ...]:
        """Return the documents most like the one with that ``uid``, never itself; nothing when it is unknown."""

    def versions(self) -> Iterator[tuple[str, int]]:
        """Yield uid and version of every document in the index, in the order of the uids."""

    def rebuild(self, batches: Iterable[Sequence[SearchDocument]]) -> BulkReport:
        """Fill the index with ``batches`` and drop whatever they do not hold; searches and changes go on meanwhile.

        Raises RebuildRefusedError when what was built does not hold what it should; the index stays as it was.
        """

    def outdated(self) -> bool:
        """Tell whether the index is not there, or was made in another way than the code makes it now."""

    def clear(self) -> None:
        """Forget every document and every deletion."""


class RebuildRefusedError(Exception):
    """A new index was built and found wanting; the old one goes on."""
