"""My contributions: where each stands, what was said, what comes next."""

from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.my import area
from contributions.appeals import last_word
from contributions.errors import RefusedError
from contributions.models import Contribution, Event, State
from contributions.progress import elapsed, line, open_points, told
from contributions.services import submitting
from contributions.stages import Stage, working_days
from core.paging import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User

PER_PAGE = 20
#: A median of fewer says nothing.
FEWEST_DECIDED = 5


@require_safe
@area.signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """All of one's contributions, by state."""
    state = request.GET.get("state", "")
    if state not in State.values:
        state = ""
    own = Contribution.objects.of(request.user)
    page = Paginator(own.in_state(state), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": list(page.object_list),
        "pages": Pages(page, {"state": state} if state else {}),
        "state": state,
        "states": State.choices,
        "area_entries": area.entries(),
        "current": "contributions",
    }
    return TemplateResponse(request, "contributions/mine/list.html", context)


def own_contribution(view: "Callable[..., HttpResponse]") -> "Callable[..., HttpResponse]":
    """Find the person's own contribution for ``view``; somebody else's is not there."""

    @wraps(view)
    @area.signed_in
    def inner(request: HttpRequest, key: int, **more: Any) -> HttpResponse:
        found = Contribution.objects.of(request.user).filter(pk=key).first()
        if found is None:
            raise Http404(_("There is no such contribution among yours."))
        return view(request, found, **more)

    return cast("Callable[..., HttpResponse]", inner)


@require_safe
@own_contribution
def detail(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """One contribution: the line of steps, what happened with reasons, what comes next."""
    return _detail(request, contribution)


def _detail(request: HttpRequest, contribution: Contribution, refusal: str = "", status: int = 200) -> HttpResponse:
    events = list(contribution.events.all())
    last = last_word(contribution, events)
    item = contribution.item
    measured = Contribution.objects.turnaround(contribution.type)
    context = {
        "contribution": contribution,
        "steps": line(contribution, events),
        "events": told(events),
        "elapsed": elapsed(contribution),
        "measured": measured,
        "typical_days": measured.median_days if measured.decided >= FEWEST_DECIDED else 0,
        "working_days": working_days(Stage.DECISION),
        "item": item if item is not None and item.live else None,
        "open_points": open_points(contribution),
        "may_appeal": last is not None and last.kind == Event.Kind.DECLINED,
        "appeal": last.kind if last is not None else "",
        "appeal_text": request.POST.get("text", ""),
        "refusal": refusal,
        "area_entries": area.entries(),
        "current": "contributions",
    }
    return TemplateResponse(request, "contributions/mine/detail.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@own_contribution
def withdraw(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Ask before a contribution is taken out of the review, then take it out."""
    if request.method != "POST":
        context = {"contribution": contribution, "area_entries": area.entries(), "current": "contributions"}
        return TemplateResponse(request, "contributions/mine/withdraw.html", context)
    try:
        submitting.withdraw(user=cast("User", request.user), key=contribution.pk)
    except RefusedError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It has been withdrawn. You can change it and submit it again."))
    return redirect(contribution)


@require_POST
@own_contribution
def appeal(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Pass on to the editors why a decision should be looked at again."""
    try:
        submitting.appeal(user=cast("User", request.user), key=contribution.pk, text=request.POST.get("text", ""))
    except RefusedError as error:
        return _detail(request, contribution, " ".join(error.messages), 409)
    messages.success(request, _("The editors have been asked to look at it again."))
    return redirect(contribution)
