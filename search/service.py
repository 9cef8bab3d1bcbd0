"""What pages ask: a search that always answers, related items, suggestions."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from core.detection import sure_language
from search.backends import (
    EMBEDDED,
    QuestionRefusedError,
    SearchBackend,
    SearchUnavailableError,
    get_backend,
)
from search.circuit import Circuit
from search.types import LIMITED_ENGINE, WORDS_ONLY, Hit, SearchRequest, SearchResponse, Suggestion

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


@lru_cache(maxsize=8)
def circuit_of(name: str) -> Circuit:
    """Return the circuit that guards the engine ``name`` in this process."""
    return Circuit()


def _ask(question: Callable[[SearchBackend], Answer]) -> tuple[Answer, bool]:
    """Return the answer, and whether the embedded engine gave it in another one's place."""
    engine = get_backend()
    if engine.name == EMBEDDED:
        return question(engine), False
    circuit = circuit_of(engine.name)
    if circuit.allows():
        try:
            answer = question(engine)
        except QuestionRefusedError as problem:
            # One odd question must not cost all the other visitors the better engine.
            circuit.succeeded()
            logger.warning("The search engine %s refused a question: %s", engine.name, problem)
        except SearchUnavailableError as problem:
            if circuit.failed():
                logger.error("The search engine %s is out of reach, the embedded one answers: %s", engine.name, problem)  # noqa: TRY400 - the reason is in the message
        except BaseException:
            circuit.failed()
            raise
        else:
            if circuit.succeeded():
                logger.warning("The search engine %s answers again.", engine.name)
            return answer, False
    return question(get_backend(EMBEDDED)), True


def search(request: SearchRequest) -> SearchResponse:
    """Answer ``request``, across languages where that can be had; ``degraded`` says what is missing."""
    from search.semantic.services import available, query_vector

    degraded: list[str] = []
    if request.text:
        language = sure_language(request.text)
        request = replace(request, languages=(language,) if language else ())
        if available():
            request = replace(request, vector=query_vector(request.text, request.asked_languages))
        if not request.vector:
            degraded.append(WORDS_ONLY)
    response, limited = _ask(lambda engine: engine.search(request))
    if limited:
        degraded.insert(0, LIMITED_ENGINE)
    return replace(response, degraded=(*response.degraded, *degraded))


def related(uid: str, size: int = 3) -> tuple[Hit, ...]:
    """Return the items most like the one with that stable id, in any language."""
    return _ask(lambda engine: engine.related(uid, size))[0]


def suggest(prefix: str, language: str, size: int = 8) -> tuple[Suggestion, ...]:
    """Return titles for what is being typed."""
    return _ask(lambda engine: engine.suggest(prefix, language, size))[0]


def limited() -> bool:
    """Tell whether the embedded engine answers in another one's place now: such answers are not worth keeping."""
    engine = get_backend()
    return engine.name != EMBEDDED and circuit_of(engine.name).is_open
