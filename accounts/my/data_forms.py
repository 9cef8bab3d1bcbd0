"""The form with which somebody asks for the end of their account."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ErasureForm(forms.Form):
    """What happens to the name, and that it was understood."""

    credit = forms.ChoiceField(
        label=_("What I contributed and is published"),
        choices=[
            ("former", _("stays, as contributed by “a former contributor”")),
            ("name", _("stays, with my name where it stands today")),
        ],
        initial="former",
        widget=forms.RadioSelect,
    )
    understood = forms.BooleanField(
        label=_("I understand that my account cannot be brought back once it is erased."),
        error_messages={"required": _("Tick the box if you want your account erased.")},
    )

    @property
    def keep_credit(self) -> bool:
        """Whether the name stays where it is published; the form must be valid."""
        return bool(self.cleaned_data["credit"] == "name")
