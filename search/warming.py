"""What the first search of a process would have to wait for, loaded before anybody asks."""

import logging
import threading

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Load thesaurus, language detector and model; whatever fails here fails, and is told, when it is needed."""
    from core.detection import detect
    from search.analysis.concepts import spoken
    from search.analysis.query import parse_query
    from search.semantic.services import query_vector

    try:
        spoken(parse_query("language course", ("en",)).words, ("en", "fr", "de"))
        detect("a language course")
        query_vector("a language course", ("en",))
    except Exception:
        logger.exception("Search could not be warmed up.")


def warm_up_beside() -> None:
    """Warm up in a thread of its own, so that the process can serve what needs no search at once."""
    threading.Thread(target=warm_up, name="search-warm-up", daemon=True).start()
