"""Where the link in the e-mail to an owner leads: the item, and a button that says it is still right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from contributions.confirmation_letters import Link, read_token, send_new_link
from contributions.models_confirming import ConfirmationRequest
from contributions.registry import type_of
from contributions.services.confirming import answers_for, confirm_by_owner

_GONE = 410


# The signed address proves more than a token against forged requests would, and needs no cookie.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked; only the button writes, so that programs which open links by themselves change nothing."""
    link = read_token(token)
    if link is not None and not answers_for(link.person, link.item):
        link = None
    response = _answer(request, link)
    response["Cache-Control"] = "private, no-store"
    # The address of the page is the key to it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, link: Link | None) -> HttpResponse:
    if link is None:
        return TemplateResponse(request, "contributions/confirm/forged.html", status=404)
    if link.expired:
        return _expired(request, link)
    if request.method == "POST":
        try:
            confirm_by_owner(question_key=link.question.pk, user=link.person)
        except ConfirmationRequest.DoesNotExist:
            return TemplateResponse(request, "contributions/confirm/forged.html", status=404)
        return redirect(request.path)
    return TemplateResponse(request, "contributions/confirm/page.html", _context(link))


def _expired(request: HttpRequest, link: Link) -> HttpResponse:
    """Offer a new link: it goes to the address that was asked, never to whoever has found the old one."""
    sent = request.method == "POST" and link.question.answered_at is None
    if sent:
        send_new_link(link.question, link.item, link.person)
    context = {**_context(link), "sent": sent}
    return TemplateResponse(request, "contributions/confirm/expired.html", context, status=200 if sent else _GONE)


def _context(link: Link) -> dict[str, Any]:
    item = link.item
    return {
        "item": item,
        "question": link.question,
        "last_confirmed": item.last_confirmed,
        "correct_url": _way_to_correct(link),
    }


def _way_to_correct(link: Link) -> str:
    """Return where the person corrects the item: on the portal what they contributed, else in the office."""
    if link.item.contributor_id == link.person.pk and type_of(link.item) is not None:
        return reverse("contributions:correct", args=[link.item.uid])
    viewset = getattr(type(link.item), "snippet_viewset", None)
    return reverse(viewset.get_url_name("edit"), args=[link.item.pk]) if viewset is not None else ""
