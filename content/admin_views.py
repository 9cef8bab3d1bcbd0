"""The editorial office's pages about one item: write, publish, withdraw, archive, bring back, confirm, delete."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages as django_messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.utils import get_latest_str
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import (
    CopyView,
    CreateView,
    DeleteView,
    EditView,
    HistoryView,
    UnpublishView,
    WorkflowActionView,
)

from accounts.permissions import Action, may
from content import services
from content.guard import RowGuardMixin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def all_errors(form: Any) -> list[str]:
    """Return every message of ``form`` and of the forms inside it, in order, as plain sentences."""
    found: list[str] = []
    for field, errors in form.errors.items():
        label = form.fields[field].label if field in form.fields else ""
        for error in errors:
            # The template's own messages name their field already ("Results: 131 words, at most 100.").
            named = not label or str(error).casefold().startswith(str(label).casefold()) or ": " in str(error)
            found.append(str(error) if named else f"{label}: {error}")
    for formset in getattr(form, "formsets", {}).values():
        found += [str(error) for error in formset.non_form_errors()]
        for child in formset.forms:
            found += all_errors(child)
    return found


class PublicationFormMixin:
    """Drafts may be incomplete; publishing holds the whole form against the rules and names each field."""

    action: str
    request: HttpRequest
    produced_error_message: str | None

    def is_valid(self, form: Any) -> bool:
        """Return whether ``form`` may be saved, and published when that was asked for."""
        valid: bool = super().is_valid(form)  # type: ignore[misc]  # Wagtail's view has it
        if not valid:
            return False
        # Without this the item's lists (topics, countries, links) would still be those of the last version.
        form.save(commit=False)
        if not may(self.request.user, Action.EDIT, form.instance):
            form.add_error("countries", _("Keep at least one of the countries you coordinate."))
        if self.action == "publish" or self._is_approval():
            for field, message in form.instance.publication_problems():
                form.add_error(field if field in form.fields else None, message)
            for message in services.refusals_of_publication(form.instance, self.request.user):  # type: ignore[arg-type]  # the admin has no anonymous visitors
                form.add_error(None, message)
        if form.errors:
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()  # type: ignore[attr-defined]  # the view's
            return False
        return True

    def _is_approval(self) -> bool:
        # The last approval of a review publishes.
        return self.action == "workflow-action" and getattr(self, "workflow_action", "") == "approve"

    def form_invalid(self, form: Any) -> Any:
        """Say above the form what keeps it from being saved, field by field; nothing typed is lost."""
        if not self.expects_json_response and form.errors:  # type: ignore[attr-defined]  # the view's
            heading = self.produced_error_message or ""
            if self.action == "publish":
                heading = _("Not published yet. Please look at these points; what you wrote is still here:")
            items = format_html_join("", "<li>{}</li>", ((error,) for error in all_errors(form)))
            detail = format_html('<ul class="errorlist">{}</ul>', items)
            django_messages.error(self.request, messages.render(heading, None, detail=detail))
            self.produced_error_message = None
        return super().form_invalid(form)  # type: ignore[misc]  # Wagtail's view has it

    def publish_action(self) -> Any:
        """Publish what was just saved, through the service that asks the permission table."""
        response = self.run_hook("before_publish", self.request, self.object)  # type: ignore[attr-defined]
        if response is not None:
            return response
        services.publish(
            item=self.object,  # type: ignore[attr-defined]  # the view's
            user=self.request.user,  # type: ignore[arg-type]  # the admin has no anonymous visitors
            revision=self.new_revision,  # type: ignore[attr-defined]  # set by the view when it saved
        )
        return self.run_hook("after_publish", self.request, self.object)  # type: ignore[attr-defined]

    def submit_action(self) -> Any:
        """Send in what was just saved; a second click finds it in review."""
        if self.object.workflow_in_progress:  # type: ignore[attr-defined]  # the view's
            return None
        return super().submit_action()  # type: ignore[misc]  # Wagtail's view has it


class ItemCreateView(PublicationFormMixin, CreateView):
    """A new item."""

    def get_initial_form_instance(self) -> Any:
        """Begin with the person as contributor, so that nobody's work is without a name."""
        instance = super().get_initial_form_instance() or self.model()
        instance.contributor = self.request.user
        return instance


class ItemCopyView(PublicationFormMixin, CopyView):
    """A new item that begins with what another holds."""

    #: What belongs to the other item alone.
    left_behind: ClassVar[list[str]] = [
        "slug",
        "first_published_at",
        "last_published_at",
        "live_revision",
        "latest_revision",
        "go_live_at",
        "expire_at",
        "confirmed_at",
        "review_on",
        "archived_at",
        "is_sample",
        "search_version",
        "locked",
        "locked_at",
        "locked_by",
    ]

    def get_initial_form_instance(self) -> Any:
        """Return the latest version of the other item, without its address."""
        latest = super().get_initial_form_instance().get_latest_revision_as_object()
        # Without this the form would hold the other item itself, and saving would overwrite it.
        reverse_relations = [field.name for field in latest._meta.private_fields]
        copy, _children = latest.copy_cluster(exclude_fields=[*self.left_behind, *reverse_relations])
        copy.contributor = self.request.user
        copy.live = False
        return copy


class ItemEditView(PublicationFormMixin, EditView):
    """An item in the making."""

    archive_url_name: ClassVar[str | None] = None
    bring_back_url_name: ClassVar[str | None] = None
    confirm_url_name: ClassVar[str | None] = None

    @cached_property
    def can_delete(self) -> bool:
        """Whether the item is a draft that this person may delete."""
        return self.live_object.may_be_deleted and may(self.request.user, Action.DELETE_DRAFT, self.live_object)

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Wagtail's actions and those of an item's life that the person has."""
        buttons: list[Any] = super().header_more_buttons
        item, user = self.live_object, self.request.user
        if item.live:
            buttons.append(Button(_("View on the site"), url=item.get_absolute_url(), icon_name="view", priority=5))
        if item.live and may(user, Action.EDIT, item):
            buttons.append(
                Button(
                    _("Confirm as still right"), url=self._url(self.confirm_url_name), icon_name="check", priority=40
                )
            )
        if may(user, Action.ARCHIVE, item) and item.archived_at is None and item.live:
            buttons.append(
                Button(_("Archive"), url=self._url(self.archive_url_name), icon_name="folder-inverse", priority=50)
            )
        if may(user, Action.ARCHIVE, item) and item.archived_at is not None:
            url = self._url(self.bring_back_url_name)
            buttons.append(Button(_("Bring back from the archive"), url=url, icon_name="undo", priority=50))
        return buttons

    def _url(self, name: str | None) -> str:
        return reverse(name, args=(self.object.pk,)) if name else ""


class ItemDeleteView(DeleteView):
    """Deletes a draft that was never public, after asking."""

    page_title = gettext_lazy("Delete the draft")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send the person back when the item was public."""
        if not self.object.may_be_deleted:
            text = _("“%(title)s” was public: withdraw or archive it instead.") % {"title": self.object}
            messages.error(request, text)
            return redirect(reverse(self.edit_url_name, args=(self.object.pk,)))
        return super().dispatch(request, *args, **kwargs)

    @property
    def confirmation_message(self) -> str:
        """The question before it happens."""
        return _("Delete the draft “%(title)s” with all its versions? This cannot be undone.") % {
            "title": get_latest_str(self.object)
        }

    def delete_action(self) -> None:
        """Delete through the service."""
        services.delete_draft(item=self.object, user=self.request.user)


class ItemHistoryView(HistoryView):
    """Everything that happened to an item."""


class ItemUnpublishView(UnpublishView):
    """Takes an item off the public site, after asking."""

    permission_required = "publish"
    page_title = gettext_lazy("Withdraw")
    success_message = gettext_lazy("“%(object)s” has been withdrawn.")
    template_name = "content/confirm_item_action.html"
    question = gettext_lazy(
        "Withdraw it from the public site? Its address will answer that it has been withdrawn; "
        "the text stays here, with all its versions, and can be published again."
    )
    button_label = gettext_lazy("Withdraw")

    def unpublish(self) -> Any:
        """Withdraw through the service."""
        response = self.run_hook("before_unpublish", self.request, self.object)
        if response is not None:
            return response
        services.withdraw(item=self.object, user=self.request.user)
        return self.run_hook("after_unpublish", self.request, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the form goes and where to go back to."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        back = reverse(self.edit_url_name, args=(self.object.pk,))
        return {**context, "action_url": context["unpublish_url"], "back_url": back}


class ItemWorkflowActionView(WorkflowActionView):
    """A decision of a review; the last approval publishes, so what is not ready is refused with the reasons."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Decide, or say what stands in the way."""
        try:
            with transaction.atomic():
                return super().post(request, *args, **kwargs)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(self.redirect_url)


class ItemActionView(RowGuardMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks before something happens to one item, and does it through its service."""

    template_name = "content/confirm_item_action.html"
    index_url_name: ClassVar[str | None] = None
    edit_url_name: ClassVar[str | None] = None
    question: "ClassVar[str | _StrPromise]" = ""
    button_label: "ClassVar[str | _StrPromise]" = ""
    success_message: "ClassVar[str | _StrPromise]" = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Load the item, which the guard has already found within reach."""
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(self.model, pk=kwargs["pk"])

    def perform(self) -> None:
        """Do it."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseRedirect:
        """Do it and say so."""
        try:
            self.perform()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, self.success_message % {"object": self.object})
        return HttpResponseRedirect(self.back_url)

    @property
    def back_url(self) -> str:
        """The item's own page."""
        return reverse(str(self.edit_url_name), args=(self.object.pk,))

    def get_page_subtitle(self) -> str:
        """The item's title."""
        return str(get_latest_str(self.object))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where the form goes and where to go back to."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "object": self.object, "action_url": self.request.path, "back_url": self.back_url}


class ArchiveView(ItemActionView):
    """Marks an item as kept for the record."""

    guarded_action = Action.ARCHIVE
    page_title = gettext_lazy("Archive")
    header_icon = "folder-inverse"
    question = gettext_lazy(
        "Archive it? It stays readable and can be found, marked as kept for the record, and is no longer shown "
        "among current content."
    )
    button_label = gettext_lazy("Archive")
    success_message = gettext_lazy("“%(object)s” has been archived.")

    def perform(self) -> None:
        """Archive through the service."""
        services.archive(item=self.object, user=self.request.user)  # type: ignore[arg-type]  # nobody else gets here


class BringBackView(ItemActionView):
    """Takes the mark of the archive off an item."""

    guarded_action = Action.ARCHIVE
    page_title = gettext_lazy("Bring back from the archive")
    header_icon = "undo"
    question = gettext_lazy("Bring it back from the archive? It is then shown among current content again.")
    button_label = gettext_lazy("Bring back")
    success_message = gettext_lazy("“%(object)s” is current again.")

    def perform(self) -> None:
        """Bring back through the service."""
        services.bring_back(item=self.object, user=self.request.user)  # type: ignore[arg-type]  # nobody else gets here


class ConfirmView(ItemActionView):
    """Records that an item is still right."""

    guarded_action = Action.EDIT
    page_title = gettext_lazy("Confirm as still right")
    header_icon = "check"
    question = gettext_lazy(
        "Is what it says still right? Today becomes the day of its last confirmation, and it will be due for "
        "review again in a year."
    )
    button_label = gettext_lazy("Yes, it is still right")
    success_message = gettext_lazy("“%(object)s” has been confirmed.")

    def perform(self) -> None:
        """Confirm through the service."""
        services.confirm(item=self.object, user=self.request.user)  # type: ignore[arg-type]  # nobody else gets here
