"""Views about accounts that allauth does not have."""

from typing import Final, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.views import login
from allauth.socialaccount.providers.openid_connect import views as provider_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import proof_of_work, services
from accounts.models import User
from accounts.sessions import open_sessions

#: Nobody looks through more; what is older ends by itself within two weeks.
MOST_SESSIONS: Final = 50


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show allauth's sign-in; whoever is signed in and has no place in the office is told so, not led in circles."""
    user = request.user
    wanted = request.GET.get("next", "")
    if user.is_authenticated and wanted.startswith("/admin/") and not user.has_perm("wagtailadmin.access_admin"):
        messages.error(request, _("Your account has no place in the editorial office."))
        return HttpResponseRedirect(reverse("my:overview"))
    response: HttpResponseBase = login(request)
    return response


def sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """Lead from Wagtail's own sign-ins, which know no second factor and no limits, to everybody's.

    The page that was asked for is kept.
    """
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        wanted = "/admin/" if request.path.startswith("/admin/") else reverse("my:overview")
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Where somebody is signed in; POST closes the one that ``close`` names, or all but this one."""
    user, current = cast("User", request.user), str(request.session.session_key)
    if request.method == "POST":
        chosen = request.POST.get("close", "")
        services.end_sessions(person=user, but=current, only=int(chosen) if chosen.isdecimal() else None)
        return HttpResponseRedirect(reverse("usersessions_list"))
    rows = open_sessions(user)[:MOST_SESSIONS]
    return TemplateResponse(
        request,
        "usersessions/usersession_list.html",
        {"sessions": [{"row": row, "is_current": row.session_key == current} for row in rows]},
    )


def leave_for_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the sign-in of an OpenID Connect provider.

    By a page, not by a redirect: browsers apply the policy for forms (``form-action``) to every address that a form's
    answer redirects to, and nobody knows through how many hosts a provider leads.
    """
    response: HttpResponse = provider_views.login(request, provider_id)
    if isinstance(response, HttpResponseRedirect) and urlsplit(response.url).netloc:
        page = TemplateResponse(request, "socialaccount/leave.html", {"target": response.url})
        page["Cache-Control"] = "private, no-store"
        return page
    return response
