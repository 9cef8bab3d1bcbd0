"""People in the editorial office."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.users.views.users import CreateView, EditView, IndexView, UserColumn, UserViewSet

from accounts.forms import PersonCreationForm, PersonEditForm
from accounts.models import User
from accounts.permissions import ROLE_NAMES, Role
from accounts.services import describe, record_saved


def role_labels(person: User) -> str:
    """The person's roles in words."""
    held = {group.name for group in person.groups.all()}
    return ", ".join(str(ROLE_NAMES[role]) for role in Role if role.value in held)


def country_labels(person: User) -> str:
    """The names of the countries the person coordinates."""
    return ", ".join(str(country) for country in person.countries.all())


class PeopleIndexView(IndexView):
    """The list of people."""

    page_title = _("People")
    add_item_label = _("Add a person")

    @cached_property
    def columns(self) -> list[Any]:
        """Who, with which roles, for which countries."""
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            self._get_title_column_class(UserColumn)(
                "name", accessor=str, label=_("Name"), sort_key="name", get_url=self.get_edit_url, classname="name"
            ),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("roles", label=_("Roles"), accessor=role_labels),
            Column("countries", label=_("Countries"), accessor=country_labels),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    def get_base_queryset(self) -> Any:
        """People with their roles and countries."""
        return super().get_base_queryset().prefetch_related("groups", "countries")


class PersonCreateView(CreateView):
    """A new person."""

    def save_instance(self) -> Any:
        """Save, and write the audit log."""
        person = super().save_instance()
        record_saved(person=person, user=self.request.user, before=None)
        return person


class PersonEditView(EditView):
    """A person."""

    def save_instance(self) -> Any:
        """Save, and write the audit log."""
        before = describe(User.objects.get(pk=self.object.pk))
        person = super().save_instance()
        record_saved(person=person, user=self.request.user, before=before)
        return person


class PeopleViewSet(UserViewSet):
    """People."""

    menu_label = _("People")
    index_view_class = PeopleIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView

    def get_form_class(self, for_update: bool = False) -> Any:  # noqa: FBT001, FBT002 - Wagtail's signature
        """The form for a new person, or for one there is."""
        return PersonEditForm if for_update else PersonCreationForm
