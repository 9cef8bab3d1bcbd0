"""The form to sign up with an address and a password."""

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.core import context
from allauth.core.internal import ratelimit
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts import proof_of_work
from accounts.models import User


class SignUpForm(SignupForm):
    """Who somebody is, their address, a password; and that it is not a robot who asks."""

    field_order: ClassVar[list[str]] = [
        "first_name",
        "last_name",
        "email",
        "password1",
        "password2",
        "country",
        "target_area",
        "languages",
        "interface_language",
    ]
    account_already_exists: bool
    solution = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False, label=_("Leave this empty"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("You sign in with it. We send a code there to confirm it.")
        self.fields["password1"].help_text = _(
            "At least 12 characters of any kind. A short sentence that only you know is good; what many people use is "
            "refused."
        )
        self.fields["opened"].initial = proof_of_work.opened_stamp()

    def clean(self) -> dict[str, Any]:
        """Besides allauth's rules: a proof of work, or the slower way."""
        cleaned: dict[str, Any] = super().clean()
        self._compare_password_with_names(cleaned)
        if not self.errors and not cleaned.get("website"):
            self._refuse_robots(cleaned)
        return cleaned

    def _compare_password_with_names(self, cleaned: dict[str, Any]) -> None:
        """Refuse a password like the person's own name; allauth compares it with the address only."""
        nobody_yet = User(first_name=cleaned.get("first_name", ""), last_name=cleaned.get("last_name", ""))
        if cleaned.get("password1") and "password1" not in self.errors:
            try:
                validate_password(cleaned["password1"], nobody_yet)
            except forms.ValidationError as error:
                self.add_error("password1", error)

    def _refuse_robots(self, cleaned: dict[str, Any]) -> None:
        if proof_of_work.is_solved(cleaned.get("solution", "")):
            return
        if not proof_of_work.was_open_long_enough(cleaned.get("opened", "")):
            self.add_error(None, _("That was very fast. Please wait ten seconds and send the form again."))
        elif not ratelimit.consume(
            context.request, app="allauth.account", action="signup_without_proof", key="everybody"
        ):
            self.add_error(None, _("Too many accounts are being made at the moment. Please try again in an hour."))

    def try_save(self, request: HttpRequest) -> "tuple[User | None, HttpResponseBase | None]":
        """Make the account; somebody who has one gets the same answer, after the same time, and a mail instead."""
        if self.cleaned_data.get("website"):
            # A field that people do not see: whoever fills it in is told what they want to hear.
            return None, get_adapter().respond_email_verification_sent(request, None)
        if self.account_already_exists:
            # What takes the time of an account that is made is the password.
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)  # type: ignore[no-any-return]
        try:
            with transaction.atomic():
                return super().try_save(request)  # type: ignore[no-any-return]
        except IntegrityError:
            # Sent twice at once: the other one was first.
            self.account_already_exists = True
            return super().try_save(request)  # type: ignore[no-any-return]
