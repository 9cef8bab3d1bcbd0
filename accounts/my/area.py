"""The entries of the personal area; apps above add theirs in their ``AppConfig.ready()``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase
    from django_stubs_ext import StrOrPromise

    View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the area: ``explanation`` says on the overview what it is for."""

    code: str
    label: "StrOrPromise"
    url_name: str
    order: int
    explanation: "StrOrPromise" = ""

    @property
    def url(self) -> str:
        """The address in the active language."""
        return reverse(self.url_name)


_entries: dict[str, Entry] = {}
_cards: list[tuple[int, "Callable[[HttpRequest], str]"]] = []


def register_entry(
    code: str, label: "StrOrPromise", url_name: str, order: int, explanation: "StrOrPromise" = ""
) -> None:
    """Add a page to the area; a second registration of the same code replaces the first."""
    _entries[code] = Entry(code, label, url_name, order, explanation)


def entries() -> list[Entry]:
    """Return the pages in their order."""
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.code))


def register_card(card: "Callable[[HttpRequest], str]", order: int) -> None:
    """Add a part to the overview: ``card`` returns safe HTML, or an empty text when it has nothing to say."""
    _cards.append((order, card))


def cards(request: "HttpRequest") -> list[str]:
    """Return what the overview shows above the entries."""
    found = [card(request) for _order, card in sorted(_cards, key=lambda pair: pair[0])]
    return [card for card in found if card]


def _back(request: "HttpRequest") -> str:
    """Where somebody goes on after signing in: never to where a form was sent, which cannot be opened."""
    asked = request.get_full_path()
    if request.method in {"GET", "HEAD"}:
        return asked
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host() or not came_from.path.startswith("/") or came_from.path.startswith("//"):
        return reverse("my:overview")
    return came_from.path


def signed_in(view: "View") -> "View":
    """Send the anonymous to the sign-in and back; what signed-in people see is never kept by a cache."""
    from functools import wraps

    @wraps(view)
    def guarded(request: "HttpRequest", *args: Any, **kwargs: Any) -> "HttpResponseBase":
        if not request.user.is_authenticated:
            return redirect_to_login(_back(request))
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return guarded
