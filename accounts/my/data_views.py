"""The pages with which people take their data along, or end their account."""

from typing import TYPE_CHECKING, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.my import area
from accounts.my.data_forms import ErasureForm
from accounts.privacy import erasing, exporting
from accounts.privacy.models import GRACE, KEPT, DataExport, ErasureRequest, ErasureState, ExportState

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from accounts.models import User


@require_safe
@area.signed_in
def data(request: HttpRequest) -> "HttpResponseBase":
    """The download of one's data and how far it is; the end of the account and how far it is."""
    user = cast("User", request.user)
    context = {
        "area_entries": area.entries(),
        "current": "data",
        "export": DataExport.objects.of(user).first(),
        "erasure": ErasureRequest.objects.open_of(user).first(),
        "kept_days": KEPT.days,
        "grace_days": GRACE.days,
    }
    return TemplateResponse(request, "accounts/my/data.html", context)


@require_POST
@area.signed_in
def ask_for_export(request: HttpRequest) -> "HttpResponseBase":
    """Have a download put together."""
    exporting.request_export(user=cast("User", request.user))
    messages.success(request, _("Your data are being put together. We write to you when they are ready."))
    return HttpResponseRedirect(reverse("my:data"))


@require_safe
@area.signed_in
@reauthentication_required
def download(request: HttpRequest, key: int) -> "HttpResponseBase":
    """Hand out the file to the person it is about, who has just shown who they are."""
    export = DataExport.objects.of(cast("User", request.user)).filter(pk=key, state=ExportState.READY).first()
    if export is None:
        raise Http404
    try:
        file = exporting.path_of(export).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"my-data-{export.requested_at:%Y-%m-%d}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@area.signed_in
@reauthentication_required
def erase(request: HttpRequest) -> "HttpResponseBase":
    """Ask for the end of the account; who works for the portal reads what to do first."""
    user = cast("User", request.user)
    under_way = ErasureRequest.objects.open_of(user).first()
    if under_way is not None and under_way.state == ErasureState.CONFIRMED:
        return HttpResponseRedirect(reverse("my:data"))
    form = ErasureForm(request.POST if request.method == "POST" else None)
    obstacle, status = erasing.obstacle(user), 200
    if request.method == "POST" and not obstacle:
        if form.is_valid():
            erasing.request_erasure(user=user, keep_credit=form.keep_credit)
            return HttpResponseRedirect(reverse("my:data"))
        status = 400
    context = {
        "area_entries": area.entries(),
        "current": "data",
        "form": form,
        "obstacle": obstacle,
        "grace_days": GRACE.days,
    }
    return TemplateResponse(request, "accounts/my/erase.html", context, status=status)


@require_POST
@area.signed_in
def cancel_erasure(request: HttpRequest) -> "HttpResponseBase":
    """Keep the account."""
    if erasing.cancel(user=cast("User", request.user)):
        messages.success(request, _("Your account stays."))
    return HttpResponseRedirect(reverse("my:data"))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_erasure(request: HttpRequest, token: str) -> "HttpResponseBase":
    """Where the link in the e-mail leads; only the button there changes anything, not what opens links by itself.

    Nobody has to sign in: the link shows that the mailbox is theirs. The page names nobody.
    """
    wish = erasing.of_token(token)
    if wish is not None and request.method == "POST":
        erasing.confirm(request=wish)
        response: HttpResponseBase = HttpResponseRedirect(request.path)
    else:
        context = {"erasure": wish, "grace_days": GRACE.days}
        status = 200 if wish is not None else 404
        response = TemplateResponse(request, "accounts/my/erase_confirm.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    # The address of the page is the key to it; without any referrer, browsers hide where the form comes from as well.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def erasure_card(request: HttpRequest) -> str:
    """Remind on the overview that the account ends soon."""
    wish = ErasureRequest.objects.open_of(cast("User", request.user)).filter(state=ErasureState.CONFIRMED).first()
    if wish is None:
        return ""
    return render_to_string("accounts/my/erasure_notice.html", {"erasure": wish}, request)
