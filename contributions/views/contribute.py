"""What can be contributed, and the beginning of a contribution."""

from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Action, may
from contributions.errors import RefusedError
from contributions.models import EDITABLE, Contribution
from contributions.registry import SubmissionType, all_types, get_type
from contributions.services import drafts
from contributions.stages import Stage, working_days
from contributions.step_pages import step_url, word_limits

_SALT: Final = "contributions.start"
#: Fewer decided contributions say nothing about how long the next will take.
_FEWEST_DECIDED: Final = 5
_MOST_OPEN: Final = 10


# --- what can be contributed --------------------------------------------------------------------------------------
def _summary(kind: SubmissionType) -> dict[str, Any]:
    measured = Contribution.objects.turnaround(kind.code)
    return {
        "kind": kind,
        "criteria": kind.criteria(Stage.DECISION),
        "days": measured.median_days if measured.decided >= _FEWEST_DECIDED else 0,
        "decided": measured.decided,
    }


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Say what can be contributed, by which criteria it is looked at, how it travels and how long that takes."""
    open_ones: Any = []
    if request.user.is_authenticated:
        mine = Contribution.objects.of(request.user).filter(state__in=EDITABLE)
        # Shown to their owner only: a type whose app is gone has no pages.
        open_ones = mine.filter(type__in=[kind.code for kind in all_types()])[:_MOST_OPEN]
    context = {
        "kinds": [_summary(kind) for kind in all_types()],
        "stages": list(Stage),
        "working_days": working_days(Stage.DECISION),
        "open_ones": open_ones,
    }
    return TemplateResponse(request, "contributions/contribute/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, type: str) -> HttpResponse:  # noqa: A002 - the word of the address
    """Show what the form asks for, and begin a draft."""
    kind = get_type(type)
    if kind is None:
        raise Http404(_("Nothing of this kind can be contributed."))
    if request.method == "POST":
        return _begin(request, kind)
    return _start_page(request, kind)


def _start_page(request: HttpRequest, kind: SubmissionType, refusal: str = "") -> HttpResponse:
    user = request.user
    token = signing.dumps([user.pk, get_random_string(24)], salt=_SALT) if user.is_authenticated else ""
    context = {
        **_summary(kind),
        "limits": {step.code: word_limits(step) for step in kind.steps},
        "token": token,
        "refusal": refusal,
        "may_contribute": not user.is_authenticated or may(user, Action.CONTRIBUTE),
        "working_days": working_days(Stage.DECISION),
        "stages": list(Stage),
    }
    status = 409 if refusal else 200
    response = TemplateResponse(request, "contributions/contribute/start.html", context, status=status)
    if user.is_authenticated:
        response["Cache-Control"] = "private, no-store"
    return response


def _begin(request: HttpRequest, kind: SubmissionType) -> HttpResponse:
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.path)
    try:
        owner, token = signing.loads(request.POST.get("token", ""), salt=_SALT)
        genuine = owner == user.pk
    except (signing.BadSignature, ValueError, TypeError):
        genuine = False
    if not genuine:
        return _start_page(request, kind, _("This page was made for another session. Please press the button again."))
    try:
        draft = drafts.start(user=user, kind=kind, token=token)
    except RefusedError as error:
        return _start_page(request, kind, " ".join(error.messages))
    return redirect(step_url(draft, kind.steps[0].code))
