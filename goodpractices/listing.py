"""The list of good practices: the search with its heading, and the choice of practices to compare."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from goodpractices.models import GoodPractice, GoodPracticeIndexPage
from goodpractices.views import MOST_COMPARED, chosen_numbers
from search.listing import Listing

if TYPE_CHECKING:
    from django.http import HttpRequest

    from search.list_page import ListPage

COMPARE: Final = "compare"


@dataclass(frozen=True, slots=True)
class Choice:
    """The practices chosen so far; the choice lives in the address alone, so that nobody needs a cookie."""

    uids: tuple[str, ...]
    titles: tuple[str, ...]
    compare_url: str
    clear_url: str
    links: dict[str, str]
    full: bool


def _choice(request: "HttpRequest", page: "ListPage") -> Choice:
    numbers, _wrong = chosen_numbers([request.GET.get(COMPARE, "")])
    # Only published practices are named: the address must not become a way to ask whether a draft exists.
    rows = (
        {row.pk: row for row in GoodPractice.objects.published().filter(pk__in=numbers[:MOST_COMPARED])}
        if numbers
        else {}
    )
    chosen = [rows[number] for number in numbers[:MOST_COMPARED] if number in rows]
    uids = tuple(practice.uid for practice in chosen)
    parameters = request.GET.copy()
    links: dict[str, str] = {}
    for item in page.items:
        if item.uid in uids or len(uids) >= MOST_COMPARED:
            continue
        parameters[COMPARE] = ",".join([*uids, item.uid])
        links[item.uid] = f"{page.action}?{parameters.urlencode()}"
    parameters.pop(COMPARE, None)
    return Choice(
        uids,
        tuple(practice.title for practice in chosen),
        f"{reverse('goodpractices:compare')}?{urlencode({'ids': ','.join(uids)})}",
        f"{page.action}?{parameters.urlencode()}" if parameters else page.action,
        links,
        len(uids) >= MOST_COMPARED,
    )


def _context(request: "HttpRequest", page: "ListPage") -> dict[str, Any]:
    section = GoodPracticeIndexPage.objects.live().first()
    return {
        "choice": _choice(request, page),
        "actions_template": "goodpractices/compare_action.html",
        "bar_template": "goodpractices/compare_bar.html",
        "intro": section.intro if section else "",
        "meta_description": section.meta_description if section else "",
    }


PRACTICES: Final = Listing(
    name="good-practices",
    heading=_("Good practices"),
    list_name="goodpractices:list",
    download_name="goodpractices:download",
    types=(GoodPractice.kind,),
    facets=("theme", "topic", "country", "language", "target_group", "year", "evidence", "record"),
    kept=(COMPARE,),
    context=_context,
)

practices, download = PRACTICES.views()
