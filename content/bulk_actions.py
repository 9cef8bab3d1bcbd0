"""What can be done to several items at once: publish, archive, bring back, delete drafts.

Rows out of reach are dropped as if they did not exist; rows that may be seen but not changed are named and left alone.
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.functional import classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from accounts.permissions import Action, may
from content import services
from content.registry import kinds

_LARGEST_KEY_LENGTH = 18


class ItemBulkAction(SnippetBulkAction):
    """One verb for several items of one kind, after asking."""

    template_name = "content/confirm_bulk_action.html"
    required: ClassVar[Action]
    question: ClassVar[Any] = ""

    @classproperty
    def models(cls) -> list[Any]:  # noqa: N805 - a property of the class
        """Every kind of content."""
        return list(kinds().values())

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """Return the items to act on, and those that may be seen but not acted on with the reason."""
        rows = self.model._default_manager.reachable_by(self.request.user, Action.VIEW_DRAFT).with_state()
        ids = self.request.GET.getlist("id")
        if "all" not in ids:
            rows = rows.filter(
                pk__in=[pk for pk in ids if pk.isascii() and pk.isdigit() and len(pk) <= _LARGEST_KEY_LENGTH]
            )
        found = list(rows.prefetch_related("countries", "topics"))
        if not found:
            raise Http404
        ready: list[Any] = []
        left: list[Any] = []
        for item in found:
            item.refusals = self.refusals(item)
            (left if item.refusals else ready).append(item)
        return ready, {"items_with_no_access": left}

    def refusals(self, item: Any) -> list[str]:
        """Why ``item`` cannot be acted on, as sentences; empty when it can."""
        if not may(self.request.user, self.required, item):
            return [_("You do not have the right to do this to it.")]
        return self.obstacles(item)

    def obstacles(self, item: Any) -> list[str]:
        """What in the item itself stands in the way."""
        return []

    def perform(self, item: Any) -> None:
        """Do it to one item, through its service."""
        raise NotImplementedError

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        """Do it to each item; one that fails stays as it was and is named."""
        action = kwargs["self"]
        done = 0
        for item in objects:
            try:
                action.perform(item)
            except ValidationError as error:
                messages.error(action.request, f"{item}: {' '.join(error.messages)}")
            else:
                done += 1
        return done, 0

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the words of this action."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "question": self.question,
            "button_label": self.display_name,
            "serious": "serious" in self.classes,
        }


class PublishBulkAction(ItemBulkAction):
    """Publishes the latest version of each item that is ready."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected items")
    action_priority = 10
    required = Action.PUBLISH
    question = gettext_lazy("Publish the latest version of these?")

    def obstacles(self, item: Any) -> list[str]:
        """What keeps the latest version from being published."""
        if item.live and not item.has_unpublished_changes:
            return [_("It is public already.")]
        latest = item.get_latest_revision_as_object()
        problems = [str(message) for _field, message in latest.publication_problems()]
        return problems + services.refusals_of_publication(item, self.request.user)

    def perform(self, item: Any) -> None:
        """Publish one item."""
        services.publish(item=item, user=self.request.user)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many became public."""
        return ngettext("%(count)d item published.", "%(count)d items published.", num_parent_objects) % {
            "count": num_parent_objects
        }


class ArchiveBulkAction(ItemBulkAction):
    """Marks items as kept for the record."""

    display_name = gettext_lazy("Archive")
    action_type = "archive"
    aria_label = gettext_lazy("Archive the selected items")
    action_priority = 20
    required = Action.ARCHIVE
    question = gettext_lazy("Archive these? They stay readable, marked as kept for the record.")

    def obstacles(self, item: Any) -> list[str]:
        """Only what is public and not yet archived can be archived."""
        if item.archived_at is not None:
            return [_("It is archived already.")]
        return [] if item.live else [_("It is not public.")]

    def perform(self, item: Any) -> None:
        """Archive one item."""
        services.archive(item=item, user=self.request.user)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many were archived."""
        return ngettext("%(count)d item archived.", "%(count)d items archived.", num_parent_objects) % {
            "count": num_parent_objects
        }


class BringBackBulkAction(ItemBulkAction):
    """Takes the mark of the archive off items."""

    display_name = gettext_lazy("Bring back")
    action_type = "bring_back"
    aria_label = gettext_lazy("Bring the selected items back from the archive")
    action_priority = 21
    required = Action.ARCHIVE
    question = gettext_lazy("Bring these back from the archive?")

    def obstacles(self, item: Any) -> list[str]:
        """Only what is archived can be brought back."""
        return [_("It is not archived.")] if item.archived_at is None else []

    def perform(self, item: Any) -> None:
        """Bring one item back."""
        services.bring_back(item=item, user=self.request.user)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many came back."""
        return ngettext("%(count)d item brought back.", "%(count)d items brought back.", num_parent_objects) % {
            "count": num_parent_objects
        }


class DeleteDraftsBulkAction(ItemBulkAction):
    """Deletes drafts that were never public; takes the place of Wagtail's own deletion."""

    display_name = gettext_lazy("Delete")
    action_type = "delete"
    aria_label = gettext_lazy("Delete the selected drafts")
    action_priority = 30
    classes: ClassVar[set[str]] = {"serious"}
    required = Action.DELETE_DRAFT
    question = gettext_lazy("Delete these drafts with all their versions? This cannot be undone.")

    def obstacles(self, item: Any) -> list[str]:
        """What was once public is not deleted."""
        return [] if item.may_be_deleted else [_("It was public: withdraw or archive it instead.")]

    def perform(self, item: Any) -> None:
        """Delete one draft."""
        services.delete_draft(item=item, user=self.request.user)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many were deleted."""
        return ngettext("%(count)d draft deleted.", "%(count)d drafts deleted.", num_parent_objects) % {
            "count": num_parent_objects
        }
