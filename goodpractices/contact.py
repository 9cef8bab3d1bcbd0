"""The form that passes a message on to the contact person of a practice, whose address stays hidden.

It needs neither account nor cookie: there is nothing a forged request could borrow, so a signed token of the form
takes the place of the CSRF cookie. It also keeps a second click from sending twice, and robots out that post at once.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.text import clean_text
from core.visitors import visitor_address
from goodpractices import services
from goodpractices.models import GoodPractice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SALT: Final = "goodpractices.contact"
_SHORTEST: Final = 20
_LONGEST: Final = 3000
_VALID: Final = dt.timedelta(hours=12)
_MESSAGES_AN_HOUR: Final = 5
_HOUR: Final = 3600


class ContactForm(forms.Form):
    """Name, address and message of a visitor."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    email = forms.EmailField(label=gettext_lazy("Your e-mail address"), max_length=254)
    text = forms.CharField(label=gettext_lazy("Your message"), min_length=_SHORTEST, max_length=_LONGEST)
    #: People never see this field; robots fill it in.
    website = forms.CharField(required=False)
    token = forms.CharField(max_length=200)

    def clean_name(self) -> str:
        """Return the name on one line, so that it can stand in a header."""
        return " ".join(clean_text(self.cleaned_data["name"]).split())

    def clean_text(self) -> str:
        """Return the message without control characters."""
        return clean_text(self.cleaned_data["text"])

    def clean_token(self) -> str:
        """Return the random part of the token; raises ValidationError when it is forged or too old."""
        try:
            value: str = signing.TimestampSigner(salt=_SALT).unsign(self.cleaned_data["token"], max_age=_VALID)
        except signing.BadSignature as error:
            message = _("The form was open for too long. Your text is still here: please send it again.")
            raise forms.ValidationError(message) from error
        return value

    def problems(self) -> "list[tuple[str, StrOrPromise]]":
        """Return every problem as (id of the field, message), for the summary at the top."""
        found: list[tuple[str, StrOrPromise]] = []
        for name, errors in self.errors.items():
            if name in {"name", "email", "text"}:
                # "This field is required" says nothing where the field is not in sight.
                label = self.fields[name].label
                found += [
                    (f"contact-{name}", _("%(label)s: %(text)s") % {"label": label, "text": error}) for error in errors
                ]
            else:
                found += [("contact-text", str(error)) for error in errors]
        return found


def _new_token() -> str:
    return signing.TimestampSigner(salt=_SALT).sign(get_random_string(24))


def _too_many(request: HttpRequest) -> bool:
    """Return whether this visitor has sent too much; the address is only kept as a keyed hash, for an hour."""
    visitor = salted_hmac(_SALT, visitor_address(request)).hexdigest()[:32]
    key = f"contact:{visitor}"
    if cache.add(key, 1, timeout=_HOUR):
        return False
    try:
        return cache.incr(key) > _MESSAGES_AN_HOUR
    except ValueError:
        # The hour ended between the two lines.
        return False


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """Show the form, or pass its message on."""
    practice = GoodPractice.objects.published().filter(pk=number).exclude(contact_email="").first()
    if practice is None:
        raise Http404(_("There is nobody to write to at this address."))
    context: dict[str, Any] = {"practice": practice, "token": _new_token(), "longest": _LONGEST}
    status = 200
    if request.method == "POST":
        form = ContactForm(request.POST)
        context["form"] = form
        if not form.is_valid():
            status = 400
        elif form.cleaned_data["website"]:
            # A robot learns nothing: it sees what a person would.
            context["sent"] = True
        elif _too_many(request):
            form.add_error(
                None, _("Too many messages in a short time. Please try again in an hour; your text is kept here.")
            )
            status = 429
        else:
            values = form.cleaned_data
            services.leave_message(
                practice=practice,
                token=values["token"],
                name=values["name"],
                email=values["email"],
                text=values["text"],
            )
            context["sent"] = True
    return TemplateResponse(request, "goodpractices/contact.html", context, status=status)
