"""Middleware about people: who works for the portal signs in with a second factor."""

import re
from collections.abc import Callable
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.models import User
from accounts.permissions import SECOND_FACTOR_ROLES, roles_of

#: Where somebody sets the second factor up, signs out, and what these pages are made of.
_OPEN: Final = re.compile(r"^/(?:(?:[a-z]{2}/)?accounts/|admin/logout/|static/|healthz$|readyz$)")
#: Recovery codes alone are no second factor: they stand in for one that was lost.
_FACTORS: Final = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_second_factor(user: "User | AnonymousUser") -> bool:
    """Say whether ``user`` has a role that needs a second factor, and none is set up."""
    return bool(roles_of(user) & SECOND_FACTOR_ROLES) and not is_mfa_enabled(user, _FACTORS)


class StaffSecondFactorMiddleware:
    """Leads coordinators, editors, moderators and administrators to the second factor before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass ``request`` on, unless it has to wait for the second factor."""
        if (
            settings.STAFF_SECOND_FACTOR
            # Without a session there is nobody to ask, and an anonymous page stays one that touches no session.
            and request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            and not _OPEN.match(request.path)
            and lacks_second_factor(request.user)
        ):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)
