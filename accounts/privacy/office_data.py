"""What Wagtail keeps of people who work in the editorial office, and of contributors whose versions it stores."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.users.models import UserProfile

from accounts.models import User
from accounts.privacy.registry import PersonalData, register, rows
from accounts.privacy.scrubbing import BLANK

#: What only ever served the person's own work in the office.
_OWN_TOOLS: Final = (EditingSession, FormState, APIToken, PageSubscription)

_SETTINGS_TITLES: Final = {
    "settings": _("Settings"),
    "tokens": _("Access keys for programs"),
    "subscriptions": _("Pages you follow"),
    "page__title": _("Title"),
    "open_editors": _("Open editors"),
    "unsaved_forms": _("Unsaved forms"),
    "unfinished_uploads": _("Unfinished uploads"),
}
_WORK_TITLES: Final = {
    "versions": _("Versions you have saved"),
    "pages": _("Pages you have created"),
    "log": _("History"),
    "asked_for_review": _("What you have sent to review"),
    "reviewed": _("What you have reviewed"),
    "comments": _("Comments"),
}


def _export_settings(user: User) -> dict[str, Any]:
    fields = ("preferred_language", "current_time_zone", "avatar", "theme", "contrast", "density")
    return {
        "settings": rows(UserProfile.objects.filter(user=user), *fields),
        "tokens": rows(APIToken.objects.filter(user=user), "name", "created", "last_used_at"),
        "subscriptions": rows(PageSubscription.objects.filter(user=user), "page__title"),
        "open_editors": rows(EditingSession.objects.filter(user=user), "last_seen_at", "is_editing"),
        "unsaved_forms": rows(FormState.objects.filter(user=user), "data"),
        "unfinished_uploads": rows(UploadedFile.objects.filter(uploaded_by_user=user), "file"),
    }


def _office_files(user: User) -> "Iterator[tuple[str, File[Any]]]":
    for profile in UserProfile.objects.filter(user=user).exclude(avatar=""):
        yield profile.avatar.name, profile.avatar
    for upload in UploadedFile.objects.filter(uploaded_by_user=user):
        yield upload.file.name, upload.file


def _erase_settings(user: User, *, keep_credit: bool) -> None:
    for _name, file in list(_office_files(user)):
        transaction.on_commit(partial(file.storage.delete, file.name))  # type: ignore[attr-defined]  # a field's file
    UserProfile.objects.filter(user=user).delete()
    UploadedFile.objects.filter(uploaded_by_user=user).delete()
    for model in _OWN_TOOLS:
        model._default_manager.filter(user=user).delete()


def _export_work(user: User) -> dict[str, Any]:
    return {
        "versions": rows(Revision.objects.filter(user=user), "created_at", "object_str"),
        "pages": rows(Page.objects.filter(owner=user), "title", "first_published_at"),
        "log": [
            *rows(ModelLogEntry.objects.filter(user=user), "timestamp", "action", "label"),
            *rows(PageLogEntry.objects.filter(user=user), "timestamp", "action", "label"),
        ],
        "asked_for_review": rows(WorkflowState.objects.filter(requested_by=user), "created_at", "status"),
        "reviewed": rows(TaskState.objects.filter(finished_by=user), "finished_at", "status", "comment"),
        "comments": [
            *rows(Comment.objects.filter(user=user), "created_at", "text"),
            *rows(CommentReply.objects.filter(user=user), "created_at", "text"),
        ],
    }


def _erase_work(user: User, *, keep_credit: bool) -> None:
    """Let go of what the person holds; take the name out of the log's own copies of it."""
    Page.objects.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)
    about = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(content_type=about, object_id=str(user.pk)).update(label=BLANK, data={})


def register_office_data() -> None:
    """Register what Wagtail keeps."""
    register(
        PersonalData(
            code="office-settings",
            label=_("Your settings in the editorial office"),
            models=(
                "wagtailusers.UserProfile",
                "wagtailadmin.EditingSession",
                "wagtailadmin.FormState",
                "wagtailcore.APIToken",
                "wagtailcore.PageSubscription",
                "wagtailcore.UploadedFile",
            ),
            export=_export_settings,
            titles=lambda: _SETTINGS_TITLES,
            files=_office_files,
            erase=_erase_settings,
            erase_rule="delete",
        )
    )
    register(
        PersonalData(
            code="office-work",
            label=_("Your work in the editorial office"),
            models=(
                "wagtailcore.Revision",
                "wagtailcore.ModelLogEntry",
                "wagtailcore.PageLogEntry",
                "wagtailcore.Page",
                "wagtailcore.WorkflowState",
                "wagtailcore.TaskState",
                "wagtailcore.Comment",
                "wagtailcore.CommentReply",
                # Replaced by the portal's own models; their tables stay empty.
                "wagtailimages.Image",
                "wagtaildocs.Document",
            ),
            export=_export_work,
            titles=lambda: _WORK_TITLES,
            erase=_erase_work,
            erase_rule="keep: the history of published content stays, and points at an empty account",
        )
    )
