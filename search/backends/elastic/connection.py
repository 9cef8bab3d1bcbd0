"""The way to the server: one client in each process, short waits, every fault of the server as one exception."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from elastic_transport import TransportError
from elasticsearch import ApiError, BadRequestError, Elasticsearch

from search.backends.base import QuestionRefusedError, SearchUnavailableError
from search.backends.elastic.punctual import PunctualNode

#: A page must answer within a second whatever the server does; this is the server's part of it, in seconds.
PATIENCE: Final = 0.45
#: The worker may wait longer.
PATIENCE_WRITING: Final = 30.0
#: Less is not worth a question.
_TOO_SHORT: Final = 0.01


class Budget:
    """The time that all the questions of one search may take together.

    ``took`` are the milliseconds that the server says it needed for those that it has answered.
    """

    def __init__(self, seconds: float = PATIENCE) -> None:
        self._until = time.monotonic() + seconds
        self.took = 0

    def left(self) -> float:
        """Return the seconds that are left; raises SearchUnavailableError when none are."""
        left = self._until - time.monotonic()
        if left <= _TOO_SHORT:
            message = "the server takes too long"
            raise SearchUnavailableError(message)
        return left


class Connection:
    """A server and the client for it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 9200)
        self._node = urlunsplit(
            (parts.scheme, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", parts.path, "", "")
        )
        self._credentials = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        self._client: Elasticsearch | None = None
        self._process = 0

    @property
    def client(self) -> Elasticsearch:
        """The client of this process: after a fork the parent's connections are not the child's."""
        if self._client is None or self._process != os.getpid():
            self._process = os.getpid()
            self._client = Elasticsearch(
                self._node,
                node_class=PunctualNode,
                basic_auth=self._credentials,
                request_timeout=PATIENCE,
                # Whoever asks decides what to do instead: a second try would make a visitor wait twice.
                max_retries=0,
                retry_on_timeout=False,
                connections_per_node=8,
            )
        return self._client

    def reading(self, budget: Budget) -> Elasticsearch:
        """Return the client that waits no longer than ``budget`` allows."""
        return self.client.options(request_timeout=budget.left())

    def writing(self) -> Elasticsearch:
        """Return the client for the worker."""
        return self.client.options(request_timeout=PATIENCE_WRITING)


@contextmanager
def reachable() -> Iterator[None]:
    """Turn every fault of the server into SearchUnavailableError."""
    try:
        yield
    except BadRequestError as problem:
        raise QuestionRefusedError(_reason(problem)) from problem
    except ApiError as problem:
        raise SearchUnavailableError(_reason(problem)) from problem
    except TransportError as problem:
        message = f"{type(problem).__name__}: {problem}"
        raise SearchUnavailableError(message[:500]) from problem


@contextmanager
def answered() -> Iterator[None]:
    """Turn every fault of the server, and every answer of it that is none, into SearchUnavailableError."""
    try:
        with reachable():
            yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as problem:
        message = f"an answer that can't be read ({type(problem).__name__}: {problem})"
        raise SearchUnavailableError(message[:500]) from problem


def _reason(problem: ApiError) -> str:
    body: Any = problem.body
    error = body.get("error", {}) if isinstance(body, dict) else {}
    told = error.get("reason") or error.get("type") if isinstance(error, dict) else error
    return f"status {problem.meta.status}: {told or problem.message}"[:500]
