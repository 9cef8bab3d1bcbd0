"""The pages of the review desk about one contribution: the review, the difference, the files."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.permissions import scopes
from contributions.desk.pages import ReviewPage
from contributions.models import Contribution, ContributionFile
from contributions.stages import STAGE_ACTIONS

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

_LARGEST_KEY = 2**63 - 1


def is_reviewer(user: Any) -> bool:
    """Whether ``user`` does any stage of the review, wherever."""
    return any(scopes(user, action) for action in STAGE_ACTIONS.values())


class ReviewerMixin:
    """Lets in those who review; what is not within their reach does not exist for them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> "HttpResponseBase":
        """Go on, or raise PermissionDenied."""
        if not is_reviewer(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @staticmethod
    def within_reach(request: HttpRequest, key: int) -> Contribution:
        """Return the contribution with that key. Raises Http404 out of the person's reach."""
        if key > _LARGEST_KEY:
            raise Http404
        rows = Contribution.objects.reviewable_by(request.user).select_related("contributor")
        found: Contribution = get_object_or_404(rows, pk=key)
        if found.item is None:
            raise Http404
        return found


class DifferenceView(ReviewerMixin, View):
    """What changed, for programs."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        """Return the changed fields; "=" and "-" of a field put together are its text before, "=" and "+" after."""
        contribution = self.within_reach(request, key)
        page = ReviewPage(contribution, request.user, request.GET.get("compare", ""))  # type: ignore[arg-type]  # the admin has no anonymous visitors
        base = page.base
        return JsonResponse(
            {
                "contribution": contribution.pk,
                "compared": base.code if base else None,
                "from_revision": base.version.revision if base else None,
                "to_revision": page.version.revision,
                "fields": [difference.as_json() for difference in page.differences],
            }
        )


class FileView(ReviewerMixin, View):
    """A private file of a contribution, as a download that no browser runs or shows."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, key: int, file_key: int) -> FileResponse:
        """Hand the file out. Raises Http404 when it is not one of this contribution, or gone."""
        contribution = self.within_reach(request, key)
        if file_key > _LARGEST_KEY:
            raise Http404
        row = get_object_or_404(ContributionFile, pk=file_key, contribution=contribution)
        try:
            opened = row.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(opened, as_attachment=True, filename=row.name, content_type="application/octet-stream")
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class DeskPageView(ReviewerMixin, WagtailAdminTemplateMixin, TemplateView):
    """The base of the desk's pages."""
