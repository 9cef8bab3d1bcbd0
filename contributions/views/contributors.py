"""The public page of a contributor who has chosen to have one."""

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contributions.contributors import has_public_page, public_contributor, published_items
from core import cache
from core.paging import Pages


@require_safe
def contributor(request: HttpRequest, key: int) -> HttpResponse:
    """Show what the person lets be seen, and what they have contributed.

    Raises Http404 alike for unknown people and for those who have no page, so that nothing tells them apart.
    """
    people = get_user_model()._default_manager.select_related("country")
    user = people.filter(pk=key, public_page=True).first() if key < 2**63 else None
    if user is None or not has_public_page(user):
        raise Http404(_("There is no page of a contributor at this address."))
    shown = public_contributor(user)
    page = published_items(user, request.GET.get("page"))
    context = {"person": shown, "rows": page.object_list, "count": page.paginator.count, "pages": Pages(page)}
    context["jsonld"] = shown.jsonld()
    response = TemplateResponse(request, "contributions/public/contributor.html", context)
    cache.shows(response, [f"person-{user.pk}", cache.LISTS, *(row.item.uid for row in page.object_list)])
    return response
