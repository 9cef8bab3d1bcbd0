"""What people ask for about their own data: a download of it, or the end of their account."""

import datetime as dt
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: How long a download stays.
KEPT: Final = dt.timedelta(days=7)
#: How long somebody can change their mind about the end of their account.
GRACE: Final = dt.timedelta(days=7)
#: How long the link in the e-mail can be used.
LINK_VALID: Final = dt.timedelta(days=3)


class ExportState(models.TextChoices):
    """Where a download stands."""

    WAITING = "waiting", _("Being put together")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be put together")


class DataExportQuerySet(models.QuerySet["DataExport"]):
    """Downloads."""

    def of(self, user: "models.Model") -> Self:
        """The downloads of ``user`` that are not past, the newest first."""
        gone = models.Q(expires_at__lte=timezone.now())
        return self.filter(user_id=user.pk).exclude(gone).order_by("-pk")

    def expired(self) -> Self:
        """What is to be deleted: old downloads, and old failures."""
        now = timezone.now()
        failed = models.Q(state=ExportState.FAILED, requested_at__lte=now - KEPT)
        return self.filter(models.Q(expires_at__lte=now) | failed)


class DataExport(models.Model):
    """A download of everything the portal keeps of one person; ``file`` is a path beneath the private folder."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(
        _("state"), max_length=10, choices=ExportState.choices, default=ExportState.WAITING, db_index=True
    )
    requested_at = models.DateTimeField(_("asked for"), default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    file = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        verbose_name = _("download of personal data")
        verbose_name_plural = _("downloads of personal data")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state=ExportState.WAITING), name="one_export_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class ErasureState(models.TextChoices):
    """Where the end of an account stands."""

    ASKED = "asked", _("Waits for the link in the e-mail")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Taken back")
    DONE = "done", _("Done")


OPEN_STATES: Final = (ErasureState.ASKED, ErasureState.CONFIRMED)


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Requests to erase an account."""

    def open_of(self, user: "models.Model") -> Self:
        """The request of ``user`` that is under way: at most one."""
        stale = models.Q(state=ErasureState.ASKED, asked_at__lte=timezone.now() - LINK_VALID)
        return self.filter(user_id=user.pk, state__in=OPEN_STATES).exclude(stale)

    def due(self) -> Self:
        """What is to be done now."""
        return self.filter(state=ErasureState.CONFIRMED, due_at__lte=timezone.now()).order_by("due_at", "pk")


class ErasureRequest(models.Model):
    """Somebody wants their account erased; outlives it, as the proof that it was done."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasure_requests")
    state = models.CharField(_("state"), max_length=10, choices=ErasureState.choices, default=ErasureState.ASKED)
    keep_credit = models.BooleanField(_("the name stays on what is published"), default=False)
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    due_at = models.DateTimeField(_("due"), null=True, db_index=True)
    ended_at = models.DateTimeField(_("taken back or done"), null=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        verbose_name = _("request to erase an account")
        verbose_name_plural = _("requests to erase an account")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(state__in=["asked", "confirmed"]), name="one_erasure_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
