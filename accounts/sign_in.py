"""The form to sign in with an address and a password."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """allauth's form in the portal's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        # The link to a new password stands beneath the field.
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in on this device for two weeks")
