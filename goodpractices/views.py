"""The public pages of good practices: one practice, and two to four side by side."""

import csv
import io
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.models import SlugHistory
from core import cache
from core.spreadsheets import safe_cell
from goodpractices.jsonld import practice_jsonld
from goodpractices.models import GoodPractice
from goodpractices.presentation import Comparison, compare, practice_page
from goodpractices.reading import read_parts
from search.presentation import hit_items
from search.service import related

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

MOST_COMPARED: Final = 4
RELATED: Final = 3


@require_safe
def detail(request: HttpRequest, number: int, slug: str) -> "HttpResponseBase":
    """Show one practice; a former address redirects to the present one.

    Raises Http404 for drafts and unknown numbers alike, so that nothing tells them apart.
    """
    practice = GoodPractice.objects.published().filter(pk=number).first()
    if practice is None:
        raise Http404(_("There is no practice at this address."))
    if slug != practice.slug:
        former = SlugHistory.objects.filter(
            content_type__app_label="goodpractices", content_type__model="goodpractice", object_id=number, slug=slug
        ).exists()
        target = practice.get_absolute_url()
        # Only an address that once was right may be remembered by browsers for ever.
        return HttpResponsePermanentRedirect(target) if former else HttpResponseRedirect(target)
    read_parts([practice])
    page = practice_page(practice, base_url=settings.BASE_URL)
    response = TemplateResponse(
        request,
        "goodpractices/practice.html",
        {
            "page": page,
            "related": hit_items(related(practice.uid, RELATED)),
            "jsonld": practice_jsonld(page),
            "compare_url": f"{reverse('goodpractices:compare')}?{urlencode({'ids': practice.uid})}",
            "section_url": reverse("goodpractices:list"),
        },
    )
    # Whether the credit leads to a page is the contributor's choice, at any time.
    cache.shows(response, [practice.uid, cache.LISTS, f"person-{practice.contributor_id}"])
    return response


def chosen_numbers(values: list[str]) -> tuple[list[int], list[str]]:
    """Return the numbers of the practices that ``values`` name, in their order, and what is no id of a practice."""
    numbers: list[int] = []
    wrong: list[str] = []
    for part in ",".join(values)[:2000].split(","):
        uid = part.strip()
        kind, _dash, number = uid.rpartition("-")
        if kind == GoodPractice.kind and number.isascii() and number.isdigit() and len(number) <= 18:
            if int(number) not in numbers:
                numbers.append(int(number))
        elif uid:
            wrong.append(uid[:40])
    return numbers, wrong


def _comparison(request: HttpRequest) -> tuple[Comparison | None, list[str], int]:
    """Return the comparison asked for (None when there is nothing to compare), messages, and how many were found."""
    numbers, wrong = chosen_numbers(request.GET.getlist("ids"))
    messages: list[str] = []
    if wrong:
        messages.append(_("Not a practice: %(ids)s.") % {"ids": ", ".join(wrong[:5])})
    if len(numbers) > MOST_COMPARED:
        messages.append(
            _("At most %(most)d practices can be compared; the first %(most)d are shown.") % {"most": MOST_COMPARED}
        )
    found = {practice.pk: practice for practice in GoodPractice.objects.for_comparison(numbers[:MOST_COMPARED])}
    missing = [number for number in numbers[:MOST_COMPARED] if number not in found]
    if missing:
        names = ", ".join(f"{GoodPractice.kind}-{number}" for number in missing)
        messages.append(_("Not available: %(ids)s.") % {"ids": names})
    chosen = [found[number] for number in numbers[:MOST_COMPARED] if number in found]
    read_parts(chosen)
    if not chosen:
        return None, messages, 0
    address = reverse("goodpractices:compare")
    remove = [
        f"{address}?{urlencode({'ids': ','.join(other.uid for other in chosen if other is not practice)})}"
        for practice in chosen
    ]
    return compare(chosen, remove), messages, len(chosen)


@require_safe
def compare_practices(request: HttpRequest) -> HttpResponse:
    """Show two to four practices field by field; fewer or wrong ones get a page that says what to do."""
    comparison, messages, count = _comparison(request)
    ids = ",".join(page.practice.uid for page in comparison.practices) if comparison else ""
    response = TemplateResponse(
        request,
        "goodpractices/compare.html",
        {
            "comparison": comparison,
            "problems": messages,
            "count": count,
            "complete": count >= 2,
            "may_add": count < MOST_COMPARED,
            "download_url": f"{reverse('goodpractices:compare-csv')}?{urlencode({'ids': ids})}",
            "section_url": reverse("goodpractices:list"),
            "add_url": f"{reverse('goodpractices:list')}?{urlencode({'compare': ids})}" if ids else "",
            "title": _("Compare good practices"),
        },
    )
    shown = [page.practice.uid for page in comparison.practices] if comparison else []
    cache.shows(response, [*shown, cache.LISTS])
    return response


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    """The comparison as a table: one row per field, one column per practice."""
    comparison, messages, _count = _comparison(request)
    if comparison is None:
        text = "\n".join([*messages, _("Name two to four practices: ids=practice-1,practice-2")])
        return HttpResponse(text + "\n", status=404, content_type="text/plain; charset=utf-8")
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    titles = [safe_cell(page.practice.title) for page in comparison.practices]
    writer.writerow([_("Field"), *titles, _("Differs")])
    writer.writerow([_("Identifier"), *(page.practice.uid for page in comparison.practices), ""])
    for row in comparison.rows:
        differs = _("yes") if row.differs else _("no")
        writer.writerow([row.heading, *(safe_cell(cell.text) for cell in row.cells), differs])
    response = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="good-practices-compared.csv"'
    return response
