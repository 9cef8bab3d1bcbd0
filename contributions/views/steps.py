"""Write a contribution, step by step; everything works without a script."""

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contributions.errors import Problem
from contributions.forms import typed
from contributions.merging import shown
from contributions.models import Contribution, ContributionFile
from contributions.saving import Outcome, save_step
from contributions.step_pages import (
    CHECK,
    hints,
    is_touched,
    neighbours,
    problems_of,
    rows,
    saved_text,
    step_links,
    step_url,
    stored_values,
)
from contributions.views.access import TOKEN, draft_view, form_token, is_genuine, own, wants_json
from contributions.views.files import FileProblem, add_one, receive_files

if TYPE_CHECKING:
    from contributions.registry import Step


@require_safe
@draft_view
def resume(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Lead to the first step that lacks something, else to the check."""
    if not contribution.is_editable:
        return redirect(contribution)
    links = step_links(contribution, problems_of(contribution), "")
    return redirect(next((link.url for link in links if link.state != "done"), step_url(contribution, CHECK)))


@require_http_methods(["GET", "HEAD", "POST"])
@draft_view
def step(request: HttpRequest, contribution: Contribution, step: str) -> HttpResponse:
    """Show a step with what is stored in it, or save it and go on."""
    found = contribution.kind.step(step)
    if found is None:
        raise Http404(_("The form has no such step."))
    if request.method == "POST":
        return _keep(request, contribution, found)
    if not contribution.is_editable:
        return redirect(contribution)
    problems = problems_of(contribution)
    return _page(request, contribution, found, problems=problems)


def _keep(request: HttpRequest, contribution: Contribution, step: "Step") -> HttpResponse:
    outcome = _saved(request, contribution, step)
    trouble = receive_files(request, contribution.pk) if step.files and outcome.saved else []
    if not outcome.saved or trouble:
        return _page(request, own(request, contribution.pk), step, outcome=outcome, trouble=trouble)
    contribution = outcome.contribution
    before, after = neighbours(contribution, step)
    here = step_url(contribution, step.code)
    wanted = request.POST.get("go", "stay")
    if wanted == "next" and any(problem.step == step.code for problem in problems_of(contribution)):
        # The fragment moves the focus to the summary, with or without a script.
        return HttpResponseRedirect(f"{here}#problems")
    targets = {
        "next": step_url(contribution, after),
        "skip": step_url(contribution, after),
        "back": step_url(contribution, before) if before else reverse("contributions:start", args=[contribution.type]),
    }
    return HttpResponseRedirect(targets.get(wanted, f"{here}#saved"))


def _saved(request: HttpRequest, contribution: Contribution, step: "Step") -> Outcome:
    user: Any = request.user
    if is_genuine(request, contribution.pk):
        return save_step(user, contribution, step, request.POST)
    message = _("This page was open for too long. Your text is still here: please save it again.")
    return Outcome(contribution, typed(step.form, request.POST), message)


def _page(
    request: HttpRequest,
    contribution: Contribution,
    step: "Step",
    *,
    problems: list[Problem] | None = None,
    outcome: Outcome | None = None,
    trouble: list[FileProblem] | None = None,
) -> HttpResponse:
    """Show ``step``: as it is stored, or with what was typed and could not be saved (``outcome``)."""
    problems = problems_of(contribution) if problems is None else problems
    # An untouched step is not scolded.
    shown_problems = [found for found in problems if found.step == step.code and is_touched(contribution, step)]
    values = outcome.values if outcome else contribution.data
    clashes = outcome.clashes if outcome else ()
    refusal = outcome.refusal if outcome else ""
    before, after = neighbours(contribution, step)
    links = step_links(contribution, problems, step.code)
    context = {
        "contribution": contribution,
        "step": step,
        "number": next(place for place, link in enumerate(links, 1) if link.current),
        "links": links,
        "rows": rows(contribution, step, values, shown_problems, clashes),
        "problems": shown_problems,
        "refusal": refusal,
        "clashes": clashes,
        "trouble": trouble or [],
        "before": before,
        "after": after,
        "is_last": after == CHECK,
        "token_name": TOKEN,
        "token": form_token(int(request.user.pk or 0), contribution.pk),
        "base": shown(stored_values(contribution, step)),
        "saved_text": saved_text(contribution) if contribution.version else "",
        **hints(contribution, step),
        **_files(contribution, step),
    }
    status = 409 if refusal else 400 if trouble else 200
    return TemplateResponse(request, "contributions/contribute/step.html", context, status=status)


def _files(contribution: Contribution, step: "Step") -> dict[str, Any]:
    if not step.files:
        return {}
    held = list(contribution.files.all())
    return {"files": held, "photo": next((row for row in held if row.kind == ContributionFile.Kind.PHOTO), None)}


@require_POST
@draft_view
def autosave(request: HttpRequest, contribution: Contribution, step: str) -> HttpResponse:
    """Save what was typed so far; answers in JSON, for the page's script."""
    found = contribution.kind.step(step)
    if found is None:
        raise Http404(_("The form has no such step."))
    outcome = _saved(request, contribution, found)
    if not outcome.saved:
        return JsonResponse({"message": outcome.refusal, "version": outcome.contribution.version}, status=409)
    if found.files:
        receive_files(request, contribution.pk, only_texts=True)
    contribution = outcome.contribution
    here = [problem for problem in problems_of(contribution) if problem.step == found.code]
    by_field: dict[str, list[str]] = {}
    for problem in here:
        by_field.setdefault(problem.field, []).append(str(problem.message))
    notes = render_to_string("contributions/contribute/hints.html", hints(contribution, found), request)
    return JsonResponse(
        {
            "saved": saved_text(contribution),
            "version": contribution.version,
            # What this window shows, not what another has stored meanwhile.
            "base": shown(typed(found.form, request.POST)),
            "problems": by_field,
            "hints": notes,
        }
    )


@require_POST
@draft_view
def files(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Add or remove files; the whole step comes along, so that nothing typed in it is lost."""
    found = next((step for step in contribution.kind.steps if step.files), None)
    if found is None:
        raise Http404(_("This form takes no files."))
    if not wants_json(request):
        return _keep(request, contribution, found)
    if not is_genuine(request, contribution.pk):
        message = _("This page was open for too long. Save it, then add the file again.")
        return JsonResponse({"message": message}, status=403)
    return add_one(request, contribution)
