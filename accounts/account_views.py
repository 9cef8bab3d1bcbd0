"""Views about accounts that allauth does not have."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts import proof_of_work


def sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """Lead from the editorial office's own sign-in to everybody's, keeping the page that was asked for."""
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = "/admin/"
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")


def reset_elsewhere(request: HttpRequest) -> HttpResponse:
    """Lead from the editorial office's own reset of a password to everybody's."""
    return HttpResponseRedirect(reverse("account_reset_password"))


@require_safe
def challenge(request: HttpRequest) -> HttpResponse:
    """A puzzle for the script of the sign-up form, as JSON."""
    response = JsonResponse(proof_of_work.challenge())
    response["Cache-Control"] = "no-store"
    return response
