"""The pages of a list that comes from the database, as the pagination component prints them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page by number; ``gap`` says that pages before it are left out."""

    number: int
    url: str
    current: bool
    gap: bool


class Pages:
    """The links of ``page``; ``parameters`` are kept in every address."""

    def __init__(self, page: "Page[Any]", parameters: Mapping[str, str] | None = None) -> None:
        self._parameters = dict(parameters or {})
        number, count = page.number, page.paginator.num_pages
        self.sentence = _("Page %(page)s of %(pages)s") % {"page": number, "pages": count}
        self.previous_url = self._url(number - 1) if page.has_previous() else ""
        self.next_url = self._url(number + 1) if page.has_next() else ""
        shown = sorted({1, count, *range(max(1, number - 2), min(count, number + 2) + 1)})
        self.links = [
            PageLink(one, self._url(one), one == number, gap=place > 0 and one - shown[place - 1] > 1)
            for place, one in enumerate(shown)
        ]
        if count <= 1:
            self.links = []

    def _url(self, number: int) -> str:
        return "?" + urlencode({**self._parameters, "page": str(number)})
