"""Answers to whoever watches the portal: is the process alive, and can it serve?"""

from collections.abc import Callable
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_cache() -> None:
    cache.set("readyz", "asked", timeout=10)
    if cache.get("readyz") is None:
        message = "what was stored is not there"
        raise ConnectionError(message)


PROBES: Final[dict[str, Callable[[], None]]] = {"database": _ask_database, "cache": _ask_cache}


def _look_for_late_mail() -> None:
    from core.mail.models import OutboxMail

    if OutboxMail.objects.late().exists():
        message = "e-mails wait that should have been sent"
        raise TimeoutError(message)


#: What visitors are served without: told to the operators, and no reason to take the portal off the net.
WARNINGS: Final[dict[str, Callable[[], None]]] = {"mail": _look_for_late_mail}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is alive; asks nothing else, so that a slow database does not get it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say for each thing the portal cannot serve without whether it answers; 503 unless all do.

    Beside them what only warns, such as e-mail that has waited for a quarter of an hour: false, and still 200.
    Names only, no error texts: they could tell a stranger about the inside.
    """
    state = {name: _answers(probe) for name, probe in PROBES.items()}
    warned = {name: _answers(probe) for name, probe in WARNINGS.items()}
    return JsonResponse(state | warned, status=200 if all(state.values()) else 503)


def _answers(probe: Callable[[], None]) -> bool:
    try:
        probe()
    except Exception:  # noqa: BLE001 - whatever goes wrong there, the answer is "no"
        return False
    return True
