"""The form with which a person keeps what the portal knows and shows of them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.profile_fields import offer_terms
from core.languages import CHOICES
from core.text import clean_text


class ProfileForm(forms.ModelForm[User]):
    """Who I am, and in which language I am written to."""

    languages = forms.MultipleChoiceField(
        label=_("Languages I work in"), choices=CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "first_name",
            "last_name",
            "interface_language",
            "organisation",
            "target_area",
            "country",
            "languages",
            "about",
        ]
        labels: ClassVar[dict[str, Any]] = {"interface_language": _("Language of our messages to me")}
        widgets: ClassVar[dict[str, Any]] = {"about": forms.Textarea({"rows": 4, "maxlength": 600})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_name", "last_name"):
            self.fields[name].required = True
        offer_terms(self, "country", "target_area")
        for name in ("country", "target_area"):
            self.fields[name].empty_label = _("None of these")  # type: ignore[attr-defined]  # a model field

    def clean(self) -> dict[str, Any]:
        """Bring text into one form, without control characters."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {name: clean_text(value) if isinstance(value, str) else value for name, value in cleaned.items()}


class PublicForm(forms.ModelForm[User]):
    """What of it is public: nothing, unless it is chosen, each thing apart."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "credit_by_name",
            "public_page",
            "show_organisation",
            "show_country",
            "show_languages",
            "show_about",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "credit_by_name": _(
                "Your name stands on what you contribute from now on. Switched off, it is taken off what is published."
            ),
            "public_page": _("A page with your name and what you contributed, which search engines find too."),
        }
