"""What pages ask: a search that always answers, and related items."""

import logging

from search.backends import SearchUnavailableError, get_backend
from search.types import Hit, SearchRequest, SearchResponse, Suggestion

logger = logging.getLogger(__name__)


def search(request: SearchRequest) -> SearchResponse:
    """Answer ``request``; when the engine is out of reach the answer is empty and says so in ``degraded``."""
    try:
        return get_backend().search(request)
    except SearchUnavailableError:
        logger.exception("The search engine is out of reach.")
        return SearchResponse(total=0, hits=(), degraded=("unavailable",))


def related(uid: str, size: int = 3) -> tuple[Hit, ...]:
    """Return the items most like the one with that stable id; none while the engine is out of reach."""
    try:
        return get_backend().related(uid, size)
    except SearchUnavailableError:
        logger.exception("The search engine is out of reach.")
        return ()


def suggest(prefix: str, language: str, size: int = 8) -> tuple[Suggestion, ...]:
    """Return titles for what is being typed; none when the engine is out of reach."""
    try:
        return get_backend().suggest(prefix, language, size)
    except SearchUnavailableError:
        logger.exception("The search engine is out of reach.")
        return ()
