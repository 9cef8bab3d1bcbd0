"""Choosing one of many people in the editorial office: a window with search and pages instead of a list of all."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets.chooser import BaseChooser

from accounts.models import User
from accounts.people import people, people_named
from accounts.permissions import Action, Scope, scopes


class NameFilterForm(BaseFilterForm):
    """Finds people by the words of their name, or by their whole e-mail address."""

    q = forms.CharField(
        label=_("Name or e-mail address"),
        widget=forms.TextInput(attrs={"placeholder": _("Name or e-mail address")}),
        required=False,
    )

    def filter(self, objects: Any) -> Any:
        """Keep the people who were looked for."""
        objects = super().filter(objects)
        text = self.cleaned_data.get("q")
        if text:
            self.is_searching = True
            self.search_query = text
            objects = people_named(objects, text)
        return objects


class _EditorsOnly:
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Names and addresses of everybody are for who works on the content of all countries."""
        if Scope.ALL not in scopes(request.user, Action.PUBLISH):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        return answer


class _Offered(_EditorsOnly):
    filter_form_class = NameFilterForm

    def get_object_list(self) -> Any:
        """Everybody who has an account, by name."""
        return people()

    @property
    def columns(self) -> list[Column]:
        """The address tells two people of one name apart."""
        name, *others = super().columns  # type: ignore[misc]  # the view's
        name.label = _("Name")
        return [name, *others, Column("email", label=_("E-mail address"))]


class PersonChooseView(_Offered, chooser.ChooseView):
    """The chooser's window."""


class PersonChooseResultsView(_Offered, chooser.ChooseResultsView):
    """The chooser's list of results."""


class PersonChosenView(_EditorsOnly, chooser.ChosenView):
    """One chosen person."""

    def get_object(self, pk: Any) -> Any:
        """Return the person. Raises Http404 where nobody is offered under that key."""
        found = people().filter(pk=pk).first() if str(pk).isascii() and str(pk).isdigit() and len(pk) < 19 else None
        if found is None:
            raise Http404
        return found


class PersonChosenMultipleView(_EditorsOnly, chooser.ChosenMultipleView):
    """Several chosen people."""

    def get_objects(self, pks: list[str]) -> Any:
        """Return those who are offered."""
        return people().filter(pk__in=[int(pk) for pk in pks if pk.isascii() and pk.isdigit() and len(pk) < 19])


class PersonChooser(BaseChooser):
    """The chooser's field: Wagtail puts its words together in whatever language is active when it is made."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choose_one_text = _("Choose a person")
        self.choose_another_text = _("Choose another person")
        self.link_to_chosen_text = _("Edit")


class PersonChooserViewSet(ChooserViewSet):
    """The chooser of people; an account is never made in it."""

    model = User
    icon = "user"
    page_title = _("Choose a person")
    per_page = 20
    choose_view_class = PersonChooseView
    choose_results_view_class = PersonChooseResultsView
    chosen_view_class = PersonChosenView
    chosen_multiple_view_class = PersonChosenMultipleView
    base_widget_class = PersonChooser

    def get_urlpatterns(self) -> list[Any]:
        """Wagtail's addresses but the one for making a row."""
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


person_chooser = PersonChooserViewSet("person_chooser", url_prefix="people/choose")
