"""People in the editorial office."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView, UserColumn, UserViewSet

from accounts.forms import PersonCreationForm, PersonEditForm
from accounts.models import User
from accounts.permissions import ROLE_NAMES, Role
from accounts.privacy import erasing
from accounts.privacy.models import ErasureRequest, ErasureState
from accounts.services import describe, record_saved


def role_labels(person: User) -> str:
    """The person's roles in words."""
    held = {group.name for group in person.groups.all()}
    return ", ".join(str(ROLE_NAMES[role]) for role in Role if role.value in held)


def country_labels(person: User) -> str:
    """The names of the countries the person coordinates."""
    return ", ".join(str(country) for country in person.countries.all())


def wishes() -> Any:
    """The requests to be erased that people have confirmed, and that have not been carried out."""
    return ErasureRequest.objects.filter(state=ErasureState.CONFIRMED)


def wish_label(person: User) -> str:
    """When the person asked for the end of the account, if they did: an office that gives a role must know."""
    return "".join(_day(wish) for wish in person.wishes)  # type: ignore[attr-defined]  # fetched with the list


def _day(wish: ErasureRequest) -> str:
    day = date_format(timezone.localtime(wish.asked_at), "DATE_FORMAT")
    return gettext("Asked to be erased on %(day)s") % {"day": day}


class PeopleIndexView(IndexView):
    """The list of people."""

    page_title = _("People")
    add_item_label = _("Add a person")

    @cached_property
    def columns(self) -> list[Any]:
        """Who, with which roles, for which countries. Nothing to tick: people are changed one at a time."""
        return [
            self._get_title_column_class(UserColumn)(
                "name", accessor=str, label=_("Name"), sort_key="name", get_url=self.get_edit_url, classname="name"
            ),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("roles", label=_("Roles"), accessor=role_labels),
            Column("countries", label=_("Countries"), accessor=country_labels),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            Column("wish", label=_("End of the account"), accessor=wish_label),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    def get_base_queryset(self) -> Any:
        """People with their roles, countries and wishes; an erased account is nobody."""
        wanted = Prefetch("erasure_requests", queryset=wishes(), to_attr="wishes")
        people = super().get_base_queryset().filter(erased_at=None)
        return people.prefetch_related("groups", "countries", wanted)


class PersonCreateView(CreateView):
    """A new person."""

    def save_instance(self) -> Any:
        """Save, and write the audit log."""
        person = super().save_instance()
        record_saved(person=person, user=self.request.user, before=None)
        return person


class PersonEditView(EditView):
    """A person."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the person. Raises Http404 for an erased account: nobody can be made of it again."""
        super().setup(request, *args, **kwargs)
        if self.object.erased_at is not None:
            raise Http404

    def save_instance(self) -> Any:
        """Save, and write the audit log."""
        before = describe(User.objects.get(pk=self.object.pk))
        person = super().save_instance()
        record_saved(person=person, user=self.request.user, before=before)
        return person

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the person has asked for."""
        wish = wishes().filter(user=self.object).first()
        return {**super().get_context_data(**kwargs), "wish": _day(wish) if wish else ""}


class PersonErasureView(DeleteView):
    """The end of an account, as an administrator decides: an erasure, for nothing of the portal may lose its author."""

    page_title = _("Erase the account")
    success_message = _("The account has been erased.")
    usage_url_name = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what stands in the way."""
        obstacle = erasing.obstacle_for(self.object, self.request.user)
        return {**super().get_context_data(**kwargs), "obstacle": obstacle, "edit_url": self._edit_url()}

    def _edit_url(self) -> str:
        return reverse(self.edit_url_name, args=[self.object.pk])

    def form_valid(self, form: Any) -> HttpResponse:
        """Erase, unless something stands in the way: then the page says it."""
        try:
            response: HttpResponse = super().form_valid(form)
        except erasing.ErasureRefusedError:
            response = self.render_to_response(self.get_context_data(), status=409)
        return response

    def delete_action(self) -> None:
        """Use the portal's own erasure: Wagtail's would take the row away beneath what points at it."""
        erasing.erase_at_once(person=self.object, user=self.request.user)


class PeopleViewSet(UserViewSet):
    """People."""

    # A copy would be saved without a line in the audit log.
    copy_view_enabled = False
    delete_view_class = PersonErasureView

    menu_label = _("People")
    index_view_class = PeopleIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView

    def get_form_class(self, for_update: bool = False) -> Any:  # noqa: FBT001, FBT002 - Wagtail's signature
        """The form for a new person, or for one there is."""
        return PersonEditForm if for_update else PersonCreationForm
