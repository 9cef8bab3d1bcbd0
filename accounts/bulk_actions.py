"""What Wagtail would do to several people at once is refused: it knows neither erasure nor audit log."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.users.views.bulk_actions import AssignRoleBulkAction, DeleteBulkAction, SetActiveStateBulkAction

from accounts.permissions import Action, may


class OneAtATimeMixin:
    """Leads back to the list, with a word why."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
        """Do nothing. Raises PermissionDenied for whoever does not manage people."""
        if not may(request.user, Action.MANAGE_PEOPLE):
            raise PermissionDenied
        messages.error(request, _("People are changed one at a time, each on their own page."))
        return HttpResponseRedirect(reverse("wagtailusers_users:index"))


class NoDeletion(OneAtATimeMixin, DeleteBulkAction):
    """Would take rows away beneath what points at them."""


class NoRoles(OneAtATimeMixin, AssignRoleBulkAction):
    """Would give roles without countries, and nobody could read who did."""


class NoActiveState(OneAtATimeMixin, SetActiveStateBulkAction):
    """Would shut people out, and nobody could read who did."""
