"""The forms with which administrators keep people: who they are, their roles in words, their countries."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from accounts.models import User
from accounts.permissions import ROLE_NAMES, Role

#: The value of the vocabulary that no coordinator looks after: the European Union as a whole.
EU_WIDE = "EU"


class RoleField(forms.ModelMultipleChoiceField[Group]):
    """Roles by the names people know them by."""

    def label_from_instance(self, obj: Group) -> str:
        """The role's name in the reader's language."""
        return str(ROLE_NAMES[Role(obj.name)])


def _known_roles() -> Any:
    return Group.objects.filter(name__in=[role.value for role in Role]).order_by("pk")


class PersonFormMixin(forms.Form):
    """The fields both forms share, and what must fit together."""

    groups = RoleField(
        label=_("Roles"), queryset=Group.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    countries = forms.ModelMultipleChoiceField(
        label=_("Countries coordinated"),
        queryset=User.countries.rel.model._default_manager.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For country coordinators: the countries whose content they look after."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Rights come from roles alone; a superuser is made on the command line.
        self.fields.pop("is_superuser", None)
        self.fields["groups"].queryset = _known_roles()  # type: ignore[attr-defined]  # a model field
        field = self.fields["countries"]
        field.queryset = field.queryset.model._default_manager.exclude(code=EU_WIDE).order_by("name_en")  # type: ignore[attr-defined]  # a model field

    def clean(self) -> dict[str, Any]:
        """A coordinator has countries, and only a coordinator has."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = {group.name for group in cleaned.get("groups") or []}
        coordinator, countries = Role.COUNTRY_COORDINATOR.value in names, cleaned.get("countries")
        if coordinator and not countries:
            self.add_error("countries", _("Choose the countries this coordinator looks after."))
        if countries and not coordinator:
            self.add_error(
                "groups", _("Only country coordinators have countries: add the role, or take the countries off.")
            )
        return cleaned


class PersonCreationForm(PersonFormMixin, UserCreationForm):
    """A new person."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields: ClassVar[set[str]] = UserCreationForm.Meta.fields | {"interface_language", "countries"}
        widgets: ClassVar[dict[str, Any]] = {}


class PersonEditForm(PersonFormMixin, UserEditForm):
    """A person."""

    class Meta(UserEditForm.Meta):
        model = User
        fields: ClassVar[set[str]] = UserEditForm.Meta.fields | {"interface_language", "countries"}
        widgets: ClassVar[dict[str, Any]] = {}
