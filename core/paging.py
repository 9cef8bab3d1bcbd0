"""The pages of a list, as the pagination component prints them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page; ``gap`` says that pages are left out before it."""

    number: int
    url: str
    current: bool
    gap: bool = False


def links_around(page: int, pages: int, address: Callable[[int], str]) -> tuple[PageLink, ...]:
    """Return the first page, the last one and those around ``page``; none where there is only one."""
    if pages <= 1:
        return ()
    near = sorted({1, pages, *(near for near in range(page - 2, page + 3) if 1 <= near <= pages)})
    return tuple(
        PageLink(wanted, address(wanted), wanted == page, gap=bool(place) and wanted - near[place - 1] > 1)
        for place, wanted in enumerate(near)
    )


class Pages:
    """The links of a page of rows; ``parameters`` are kept in every address."""

    def __init__(self, page: "Page[Any]", parameters: Mapping[str, str] | None = None) -> None:
        self._parameters = dict(parameters or {})
        number, count = page.number, page.paginator.num_pages
        self.sentence = _("Page %(page)s of %(pages)s") % {"page": number, "pages": count}
        self.previous_url = self._url(number - 1) if page.has_previous() else ""
        self.next_url = self._url(number + 1) if page.has_next() else ""
        self.links = links_around(number, count, self._url)

    def _url(self, number: int) -> str:
        return "?" + urlencode({**self._parameters, "page": str(number)})
