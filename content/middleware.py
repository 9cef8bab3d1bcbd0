"""Keeps Wagtail's site-wide reports and lists of files to those who may see every item."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from wagtail.admin.auth import permission_denied

from accounts.permissions import Action, Scope, scopes
from content.registry import kinds

#: Wagtail's own pages that name rows of every country; they have no hook to filter them.
_SITE_WIDE: Final = frozenset({"wagtailadmin_reports", "wagtailadmin_workflows"})
#: Its interface for programs lists every picture and file to whoever may enter the office.
_FILES: Final = frozenset({"documents", "images"})
#: Its questions before several rows are changed name those that somebody may not change.
_SEVERAL: Final = "wagtail_bulk_action"


def _is_site_wide(match: ResolverMatch) -> bool:
    if match.url_name == _SEVERAL:
        # Those of content items ask the permission table for each row.
        content = {model._meta.label_lower for model in kinds().values()}
        return "{app_label}.{model_name}".format(**match.kwargs) not in content
    if "wagtailadmin_api" in match.namespaces:
        return bool(_FILES.intersection(match.namespaces))
    return bool(_SITE_WIDE.intersection(match.namespaces))


class SiteWideReportsMiddleware:
    """Refuses reports of history, workflow and locks and lists of all files to people whose reach is not everything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass ``request`` on; the check needs to know which view it found."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Send a person without full reach back to their desk; the anonymous go on to the sign-in."""
        match = request.resolver_match
        if match is None or not _is_site_wide(match) or not request.user.is_authenticated:
            return None
        if Scope.ALL in scopes(request.user, Action.VIEW_DRAFT):
            return None
        response: HttpResponseBase = permission_denied(request)
        return response
