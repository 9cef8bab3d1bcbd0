"""How the engines are: what the editorial office's page on the search index says of each."""

import datetime as dt
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search.backends import ELASTICSEARCH, EMBEDDED, SearchBackend, SearchUnavailableError, all_backends
from search.circuit import Circuit
from search.models import PendingEmbedding, RebuildRun, SearchOutbox

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: How long a page waits for an engine on a server, in seconds; the worker's own questions may take much longer.
PATIENCE: Final = 1.0
#: A rebuild that has not stirred for so long gives way to another one (``maintenance`` takes it for dead then).
_STIRS_WITHIN: Final = dt.timedelta(minutes=3)
_LATE_AFTER: Final = dt.timedelta(minutes=1)

_LABELS: Final[dict[str, "StrOrPromise"]] = {ELASTICSEARCH: "Elasticsearch", EMBEDDED: _("Built-in search")}


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild: when it began, when it last stirred, and whether it still counts as under way."""

    started: dt.datetime
    alive: dt.datetime

    @property
    def stirs(self) -> bool:
        """Whether it is under way; a killed one leaves its row behind for a while."""
        return self.alive >= timezone.now() - _STIRS_WITHIN


@dataclass(frozen=True, slots=True)
class EngineState:
    """One engine: whether it answers, what waits for it, whether its index is being built anew.

    ``outdated`` says that its index is missing or was made in another way; ``repeated`` counts those of the waiting
    changes that have failed before; ``oldest`` is None when nothing waits.
    """

    name: str
    label: "StrOrPromise"
    answers: bool
    outdated: bool
    waiting: int
    repeated: int
    oldest: dt.datetime | None
    rebuild: Rebuild | None

    @property
    def is_late(self) -> bool:
        """Whether a change has waited for a minute: what was made just now is on its way as it should be."""
        return self.oldest is not None and self.oldest <= timezone.now() - _LATE_AFTER


def engine_label(name: str) -> str:
    """Return the name of an engine as people read it."""
    return str(_LABELS.get(name, name))


def engine_states() -> list[EngineState]:
    """Return the state of every engine in use, the one that answers first; takes a second for each one at most."""
    outbox: dict[str, dict[str, Any]] = {
        str(row["engine"]): dict(row)
        for row in SearchOutbox.objects.order_by()
        .values("engine")
        .annotate(waiting=Count("pk"), repeated=Count("pk", filter=Q(attempts__gt=0)), oldest=Min("created"))
    }
    rebuilds = {run.engine: Rebuild(run.started_at, run.alive_at) for run in RebuildRun.objects.all()}
    states = []
    for engine in all_backends():
        outdated = _ask(engine)
        row = outbox.get(engine.name, {"waiting": 0, "repeated": 0, "oldest": None})
        states.append(
            EngineState(
                name=engine.name,
                label=engine_label(engine.name),
                answers=outdated is not None,
                outdated=bool(outdated),
                waiting=row["waiting"],
                repeated=row["repeated"],
                oldest=row["oldest"],
                rebuild=rebuilds.get(engine.name),
            )
        )
    return states


def waiting_for_meaning() -> int:
    """Return how many items can be found by their words, and not yet by what they mean."""
    return PendingEmbedding.objects.count()


@lru_cache(maxsize=8)
def circuit_of(name: str) -> Circuit:
    """Return the circuit that keeps this page from waiting for the engine ``name`` each time it is opened.

    It is not the visitors': their questions may be answered when this one is not, and the other way round.
    """
    return Circuit()


def _ask(engine: SearchBackend) -> bool | None:
    """Return whether the index of ``engine`` is outdated, or None when the engine does not answer in time."""
    if engine.transactional:
        try:
            return engine.outdated()
        except SearchUnavailableError:
            return None
    circuit = circuit_of(engine.name)
    if not circuit.allows():
        return None
    answer = _answer_in_time(engine)
    if answer is None:
        circuit.failed()
    else:
        circuit.succeeded()
    return answer


def _answer_in_time(engine: SearchBackend) -> bool | None:
    """Ask beside this thread: the engine itself would let its server take as long as the worker may wait."""
    answers: list[bool] = []

    def ask() -> None:
        try:
            answers.append(engine.outdated())
        except SearchUnavailableError:
            return

    thread = threading.Thread(target=ask, name=f"state-of-{engine.name}", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answers[0] if answers else None
