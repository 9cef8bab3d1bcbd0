"""The band of good practices on the home page."""

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import translation

from core.slots import Band, register_band
from goodpractices.models import GoodPractice
from search.presentation import result_items
from search.service import search
from search.types import SearchRequest, Sort

if TYPE_CHECKING:
    from django.http import HttpRequest

LATEST: Final = 6


def latest(request: "HttpRequest") -> dict[str, Any] | None:
    """Return the newest practices; None while there are none."""
    answer = search(
        SearchRequest(
            types=(GoodPractice.kind,),
            sort=Sort.NEWEST,
            page_size=LATEST,
            interface_language=(translation.get_language() or "en")[:2],
            highlight=False,
        )
    )
    if not answer.total:
        return None
    return {"items": result_items(answer), "total": answer.total, "url": reverse("goodpractices:list")}


def register() -> None:
    """Fill the home page's slot."""
    register_band(Band("home", "good-practices", 10, "goodpractices/latest_band.html", latest))
