"""Who may see a draft's pages: its owner; and how a form of them proves that the portal made it.

Such a form carries a token signed for the person and the draft instead of Django's, which signing in replaces: what
somebody typed before their session ended can be sent again after they signed in, in the same page.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from contributions.models import Contribution
from contributions.registry import get_type
from contributions.services import drafts

View = Callable[..., HttpResponse]

_SALT: Final = "contributions.form"
_VALID: Final = dt.timedelta(days=14)
#: Names of the form's own fields, which a page that is sent again must not repeat.
TOKEN: Final = "form_token"  # noqa: S105 - the name of a field

private: Final = cache_control(private=True, no_store=True)


def form_token(user_key: int, contribution_key: int) -> str:
    """Return what a form about a draft carries to prove that it was made for this person."""
    return signing.TimestampSigner(salt=_SALT).sign(f"{user_key}-{contribution_key}")


def is_genuine(request: HttpRequest, contribution_key: int) -> bool:
    """Whether a sent form was made by the portal for the person who is signed in, not too long ago."""
    return _holder(request) == f"{request.user.pk}-{contribution_key}"


def _holder(request: HttpRequest) -> str:
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        return str(signer.unsign(request.POST.get(TOKEN, ""), max_age=_VALID))
    except signing.BadSignature:
        return ""


def wants_json(request: HttpRequest) -> bool:
    """Whether the script of the page asks, not the browser itself."""
    return request.headers.get("Accept", "").startswith("application/json")


def draft_view(view: View) -> View:
    """Find the person's own contribution for ``view``, as its second argument.

    Whoever is not signed in is asked to; what was sent is shown again, to be sent after signing in. Somebody else's
    contribution, and one of another type, is not there. ``view`` checks the form's token where it writes.
    """

    @wraps(view)
    def inner(request: HttpRequest, *, type: str, key: int, **more: Any) -> HttpResponse:  # noqa: A002 - the address
        if not request.user.is_authenticated:
            return signed_out(request, key)
        kind = get_type(type)
        found = Contribution.objects.filter(pk=key, contributor_id=request.user.pk, type=type).first()
        if kind is None or found is None:
            raise Http404(_("There is no such contribution among yours."))
        return view(request, found, **more)

    return csrf_exempt(private(inner))


def signed_out(request: HttpRequest, key: int) -> HttpResponse:
    """Answer somebody whose session has ended, without losing what they sent."""
    if wants_json(request):
        message = _("You have been signed out; what you typed is still on this page.")
        return JsonResponse({"message": message}, status=403)
    if request.method != "POST" or not _holder(request).endswith(f"-{key}"):
        return redirect_to_login(request.path)
    kept = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {"kept": kept, "files": bool(request.FILES), "action": request.path}
    return TemplateResponse(request, "contributions/contribute/signed_out.html", context, status=403)


def own(request: HttpRequest, key: int) -> Contribution:
    """Return the person's own contribution as it is stored now. Raises Http404 when it is gone."""
    try:
        return drafts.own(request.user, key)  # type: ignore[arg-type]  # asked after the sign-in
    except Contribution.DoesNotExist as error:
        raise Http404(_("There is no such contribution among yours.")) from error
