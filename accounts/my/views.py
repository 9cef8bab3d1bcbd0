"""The pages of the personal area that belong to the account itself."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.my import area, services
from accounts.my.forms import ProfileForm, PublicForm

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


@require_safe
@area.signed_in
def overview(request: HttpRequest) -> "HttpResponseBase":
    """Where everything of one's own is found."""
    context = {"area_entries": area.entries(), "current": "", "cards": area.cards(request)}
    return TemplateResponse(request, "accounts/my/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@area.signed_in
def profile(request: HttpRequest) -> "HttpResponseBase":
    """What the portal knows of the person, and what of it is public."""
    user = cast("User", request.user)
    data = request.POST if request.method == "POST" else None
    # A copy: what is wrong must not show in the head of the page.
    about, public = (form(data, instance=User.objects.get(pk=user.pk)) for form in (ProfileForm, PublicForm))
    status = 200
    if data is not None:
        if about.is_valid() and public.is_valid():
            services.update_profile(user=user, values={**about.cleaned_data, **public.cleaned_data})
            messages.success(request, _("Your profile has been saved."))
            return HttpResponseRedirect(reverse("my:profile"))
        status = 400
    context = {"area_entries": area.entries(), "current": "profile", "about_form": about, "public_form": public}
    return TemplateResponse(request, "accounts/my/profile.html", context, status=status)


@require_safe
@area.signed_in
def language(request: HttpRequest) -> "HttpResponseBase":
    """Lead to where the language of messages is chosen."""
    return HttpResponseRedirect(f"{reverse('my:profile')}#id_interface_language")
