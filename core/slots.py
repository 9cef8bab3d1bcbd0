"""Slots: places in a page of a higher layer that apps of lower layers fill, without either naming the other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest

    Fill = Callable[[HttpRequest], "dict[str, Any] | None"]


@dataclass(frozen=True, slots=True)
class Band:
    """One part of a page: its template, and the function that gives the template's context (None: nothing to show)."""

    slot: str
    name: str
    order: int
    template: str
    context: "Fill"


_bands: dict[tuple[str, str], Band] = {}


def register_band(band: Band) -> None:
    """Fill a slot; a second registration of the same name replaces the first."""
    _bands[band.slot, band.name] = band


def filled(slot: str, request: "HttpRequest") -> list[dict[str, Any]]:
    """Return the bands of ``slot`` that have something to show, in order, as {"template", "name", **context}."""
    found: list[dict[str, Any]] = []
    for band in sorted(
        (band for band in _bands.values() if band.slot == slot), key=lambda band: (band.order, band.name)
    ):
        context = band.context(request)
        if context is not None:
            found.append({"template": band.template, "name": band.name, **context})
    return found
