"""What somebody is asked when they sign up, with a password or by a provider: only what the portal needs."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.forms import EU_WIDE
from accounts.models import User
from core.languages import CHOICES
from core.sorting import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator


class _ByName(ModelChoiceIterator):  # type: ignore[type-arg]  # takes none at run time
    """The empty choice, then the terms by name; a database puts "Österreich" behind "Zypern"."""

    def __iter__(self) -> "Iterator[Any]":
        choices = list(super().__iter__())
        empty = 0 if self.field.empty_label is None else 1
        yield from choices[:empty]
        yield from sorted(choices[empty:], key=lambda choice: sort_key(str(choice[1])))


def offer_terms(form: forms.BaseForm, *names: str) -> None:
    """Let the fields ``names`` of ``form`` offer the terms that those of a person may point at today, by name."""
    for name in names:
        model: Any = User._meta.get_field(name).related_model
        field: Any = form.fields[name]
        field.iterator = _ByName
        field.queryset = model._default_manager.filter(retired=False).exclude(code=EU_WIDE)


class ProfileFields(forms.Form):
    """The fields of a new person that are neither address nor password.

    allauth builds its own sign-up forms on this one, so it must not import them.
    """

    first_name = forms.CharField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    country: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Country you work in (optional)"), queryset=None, required=False, empty_label=_("None of these")
    )
    target_area: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        label=_("Kind of organisation (optional)"), queryset=None, required=False, empty_label=_("None of these")
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages you work in (optional)"),
        choices=CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    interface_language = forms.ChoiceField(
        label=_("Language of our messages to you"), choices=User._meta.get_field("interface_language").choices or []
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_terms(self, "country", "target_area")
        self.fields["interface_language"].initial = (get_language() or settings.LANGUAGE_CODE)[:2]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep what was answered and make the new person a contributor; allauth calls it."""
        names = ("first_name", "last_name", "country", "target_area", "languages", "interface_language")
        services.take_in(person=user, answers={name: self.cleaned_data[name] for name in names})
