"""The last page of the form, what it leads to, and the ways out: preview, submission, discarding, corrections."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.attachments import documents_of
from content.registry import find
from contributions.errors import NotReadyError, RefusedError
from contributions.models import Contribution, ContributionFile, State
from contributions.registry import type_of
from contributions.reviewers import coordinators_for
from contributions.services import drafts, submitting
from contributions.stages import Stage, working_days
from contributions.step_pages import CHECK, hints, saved_text, step_links, step_url
from contributions.views.access import TOKEN, draft_view, form_token, is_genuine, own, private

if TYPE_CHECKING:
    from content.models import ContentItem


@require_safe
@draft_view
def check(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Show what is missing, who will look at it, and what one agrees to by submitting."""
    if not contribution.is_editable:
        return redirect(contribution)
    return _check_page(request, contribution)


def _check_page(request: HttpRequest, contribution: Contribution, refusal: str = "") -> HttpResponse:
    item, problems = submitting.built(contribution)
    links = step_links(contribution, problems, CHECK)
    titles = {link.code: link for link in links}
    context = {
        "contribution": contribution,
        "links": links,
        "number": len(links),
        "problems": [{"problem": one, "step": titles[one.step]} for one in problems],
        "refusal": refusal,
        "consent": request.POST.get("consent") == "on",
        "coordinator": coordinators_for(item, without=contribution.contributor_id).exists(),
        "places": item.country_names,
        "working_days": working_days(Stage.DECISION),
        "is_discardable": contribution.state == State.DRAFT and contribution.submitted_at is None,
        "before": contribution.kind.steps[-1].code,
        "token_name": TOKEN,
        "token": form_token(int(request.user.pk or 0), contribution.pk),
        "saved_text": saved_text(contribution),
        **hints(contribution, contribution.kind.step_of_field("title")),
    }
    status = 409 if refusal else 200
    return TemplateResponse(request, "contributions/contribute/check.html", context, status=status)


@require_POST
@draft_view
def submit(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Hand the contribution in, or say what stands against it."""
    if not is_genuine(request, contribution.pk):
        return _check_page(request, contribution, _("This page was open for too long. Please submit again."))
    user: Any = request.user
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    consent = request.POST.get("consent") == "on"
    try:
        done = submitting.submit(user=user, key=contribution.pk, version=version, consent=consent)
    except NotReadyError:
        message = _("It is not complete yet; nothing was sent. What is missing stands below.")
        return _check_page(request, own(request, contribution.pk), message)
    except RefusedError as error:
        held = own(request, contribution.pk)
        if not held.is_editable:
            messages.warning(request, " ".join(error.messages))
            return redirect(held)
        return _check_page(request, held, " ".join(error.messages))
    messages.success(request, _("Thank you. We have your contribution; everything that happens to it stands here."))
    return redirect(done)


@require_safe
@draft_view
def preview(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Show the item as it would be published, from what is stored in the draft."""
    if not contribution.is_editable:
        return redirect(contribution)
    item, _problems = submitting.built(contribution)
    files = list(contribution.files.all())
    # Its page shows those by itself.
    held = {document.pk for _name, document in documents_of(item)}
    mode = ""
    context = {
        **item.get_preview_context(request, mode),
        "item_template": item.get_preview_template(request, mode),
        "back": step_url(contribution, CHECK),
        # The draft's photo comes before the item's, as it will at submission.
        "added_photo": next((row for row in files if row.kind == ContributionFile.Kind.PHOTO), None),
        "added_files": [
            row for row in files if row.kind == ContributionFile.Kind.ATTACHMENT and row.became not in held
        ],
    }
    response = TemplateResponse(request, "contributions/contribute/preview.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@draft_view
def discard(request: HttpRequest, contribution: Contribution) -> HttpResponse:
    """Ask once more, then delete the draft."""
    refusal = ""
    if request.method == "POST" and is_genuine(request, contribution.pk):
        user: Any = request.user
        try:
            drafts.discard(user=user, key=contribution.pk)
        except RefusedError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("The draft has been discarded."))
            return redirect("contributions:overview")
    elif request.method == "POST":
        refusal = _("This page was open for too long. Please press the button again.")
    context = {
        "contribution": contribution,
        "refusal": refusal,
        "token_name": TOKEN,
        "token": form_token(int(request.user.pk or 0), contribution.pk),
    }
    status = 409 if refusal else 200
    return TemplateResponse(request, "contributions/contribute/discard.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def correct(request: HttpRequest, uid: str) -> HttpResponse:
    """Begin a correction of one's own published item."""
    user = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.path)
    item = find(uid)
    kind = type_of(item) if item is not None else None
    if item is None or kind is None or item.contributor_id != user.pk or not item.live:
        raise Http404(_("There is no such contribution among yours."))
    refusal = ""
    if request.method == "POST":
        try:
            correction = drafts.start_correction(user=user, kind=kind, item=item)
        except PermissionDenied as error:
            raise Http404(_("There is no such contribution among yours.")) from error
        except RefusedError as error:
            refusal = " ".join(error.messages)
        else:
            return redirect(_first_page(correction))
    context = {"item": item, "refusal": refusal, "address": _public(item)}
    status = 409 if refusal else 200
    return TemplateResponse(request, "contributions/contribute/correct.html", context, status=status)


def _first_page(contribution: Contribution) -> str:
    if not contribution.is_editable:
        return contribution.get_absolute_url()
    return step_url(contribution, contribution.kind.steps[0].code)


def _public(item: "ContentItem") -> str:
    return str(item.get_absolute_url() or reverse("contributions:overview"))
