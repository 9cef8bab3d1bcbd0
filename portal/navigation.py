"""The menu and the footer: read from the page tree once, kept in memory until a page changes."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from core import cache, stamps
from core.pages import LANGUAGES

STAMP: Final = "pages"
#: Static pages that stand at the foot of every page; the others stand in the menu when editors say so.
LEGAL_SLUGS: Final = ("accessibility", "privacy", "legal")


@dataclass(frozen=True, slots=True)
class Place:
    """A page as menus know it."""

    slug: str
    path: str
    labels: dict[str, str]
    intros: dict[str, str]
    in_menu: bool

    @property
    def label(self) -> str:
        """What the menu calls the page in the active language."""
        return self.labels.get(_active()) or self.labels.get("en") or self.slug

    @property
    def intro(self) -> str:
        """The page's introduction in the active language."""
        return self.intros.get(_active()) or self.intros.get("en") or ""

    @property
    def url(self) -> str:
        """The address in the active language."""
        return f"/{_active()}{self.path}"


def _active() -> str:
    return (get_language() or "en")[:2]


_places: tuple[int, list[Place]] | None = None


def places() -> list[Place]:
    """Return the published pages beneath the home page, in the tree's order."""
    global _places  # noqa: PLW0603 - one copy per process is the point
    version = stamps.version(STAMP)
    if _places is None or _places[0] != version:
        _places = (version, _load())
    return _places[1]


def _load() -> list[Place]:
    from portal.models import HomePage

    home = HomePage.objects.live().first()
    if home is None:
        return []
    found: list[Place] = []
    for page in home.get_children().live().specific():
        if not hasattr(page, "heading_en"):
            continue
        labels = {
            code: getattr(page, f"menu_label_{code}") or getattr(page, f"heading_{code}") or "" for code in LANGUAGES
        }
        intros = {code: getattr(page, f"intro_{code}") or "" for code in LANGUAGES}
        found.append(Place(page.slug, f"/{page.slug}/", labels, intros, page.show_in_menus))
    return found


def page_changed(sender: Any, **kwargs: Any) -> None:
    """Forget menus and cached pages; receiver of Wagtail's signals of the page tree."""
    if issubclass(sender, Page):
        stamps.bump(STAMP)
        cache.purge(cache.EVERYTHING)


def menu(current_path: str) -> list[dict[str, Any]]:
    """Return the main menu in the active language: {"label", "url", "current"}."""
    found = [
        {"label": place.label, "url": place.url, "current": current_path.startswith(place.url)}
        for place in places()
        if place.in_menu and place.slug not in LEGAL_SLUGS
    ]
    # Beside the first section: what people come for besides reading.
    url = reverse("contributions:overview")
    found.insert(1, {"label": _("Contribute"), "url": url, "current": current_path.startswith(url)})
    return found


_footers: dict[tuple[int, str], list[dict[str, Any]]] = {}


def footer() -> list[dict[str, Any]]:
    """Return the columns of the footer in the active language: {"heading", "links": [{"label", "url"}]}.

    It is the same on every page of a language, so it is put together once for each state of the page tree.
    """
    key = (stamps.version(STAMP), _active())
    if key not in _footers:
        for old in [other for other in _footers if other[0] != key[0]]:
            _footers.pop(old, None)
        _footers[key] = _footer()
    return _footers[key]


def _footer() -> list[dict[str, Any]]:
    pages = places()
    about = [place for place in pages if place.slug not in LEGAL_SLUGS]
    legal = [place for slug in LEGAL_SLUGS for place in pages if place.slug == slug]
    columns = [
        {"heading": _("This portal"), "links": [{"label": place.label, "url": place.url} for place in about]},
        {
            "heading": _("Legal and accessibility"),
            "links": [{"label": place.label, "url": place.url} for place in legal],
        },
        {"heading": _("Data"), "links": _data_links()},
    ]
    return [column for column in columns if column["links"]]


def _data_links() -> list[dict[str, str]]:
    links = [
        (_("Contributions of the year"), "contributions:statistics", {}),
        (_("All content as JSON"), "search:download", {"format": "json"}),
        (_("All content as CSV"), "search:download", {"format": "csv"}),
        (_("News feed (Atom)"), "search:download", {"format": "atom"}),
    ]
    found: list[dict[str, str]] = []
    for label, name, kwargs in links:
        try:
            found.append({"label": label, "url": reverse(name, kwargs=kwargs)})
        except NoReverseMatch:
            continue
    return found
