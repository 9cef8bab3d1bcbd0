"""Keeps visitors from waiting for an engine that does not answer."""

import threading
import time
from collections.abc import Callable
from typing import Final

#: After a failure the engine is left alone this long (seconds), twice as long after each further one.
_FIRST_REST: Final = 2.0
_LONGEST_REST: Final = 30.0


class Circuit:
    """Says whether to ask an engine, from how it answered before.

    Closed: ask. One failure opens it: nobody asks. When the rest is over one visitor's question tries, the others
    still go round; an answer closes it, another failure opens it for longer. It belongs to one process: each worker
    finds out for itself, at the price of one question. (M. Nygard, Release It!, 2nd edition, "Circuit Breaker")
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rest = 0.0
        self._until = 0.0
        self._trying = False

    @property
    def is_open(self) -> bool:
        """Whether the last question failed."""
        return self._rest > 0

    def allows(self) -> bool:
        """Tell whether to ask now; whoever gets True must report ``succeeded`` or ``failed``."""
        with self._lock:
            if not self._rest:
                return True
            if self._trying or self._clock() < self._until:
                return False
            self._trying = True
            return True

    def succeeded(self) -> bool:
        """Note an answer; tell whether it closed the circuit."""
        with self._lock:
            was_open = self._rest > 0
            self._rest, self._trying = 0.0, False
            return was_open

    def failed(self) -> bool:
        """Note a failure; tell whether it opened the circuit."""
        with self._lock:
            if self._rest and not self._trying and self._clock() < self._until:
                # It was asked before another question opened the circuit: one fault, however many met it at once.
                return False
            opened = not self._rest
            self._rest = min(self._rest * 2, _LONGEST_REST) if self._rest else _FIRST_REST
            self._until = self._clock() + self._rest
            self._trying = False
            return opened
