"""The row of the outbox: one e-mail to one person about one event."""

import datetime as dt
from typing import Any, ClassVar, Final, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.languages import CHOICES

#: Whatever has waited for so long tells of a worker or a mail server that does not work.
LATE_AFTER: Final = dt.timedelta(minutes=15)


class MailState(models.TextChoices):
    """Where an e-mail stands."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    PARKED = "parked", _("Not sent, put aside")
    IN_DOUBT = "in-doubt", _("Perhaps sent")


class Keeping(models.TextChoices):
    """What of an e-mail stays once it is sent."""

    TEXT = "text", _("the text, for a month")
    ADDRESS = "address", _("the address, not the text")
    NOTHING = "nothing", _("nothing personal")


class OutboxQuerySet(models.QuerySet["OutboxMail"]):
    """E-mails."""

    def due(self) -> Self:
        """What may be sent now, the oldest first."""
        return self.filter(state=MailState.QUEUED, not_before__lte=timezone.now()).order_by("not_before", "pk")

    def abandoned(self) -> Self:
        """What a worker began to send and never finished."""
        return self.filter(state=MailState.SENDING, lease_until__lt=timezone.now())

    def needs_attention(self) -> Self:
        """What an administrator should look at."""
        return self.filter(state__in=(MailState.PARKED, MailState.IN_DOUBT)).order_by("-pk")

    def late(self) -> Self:
        """What should have been sent by now."""
        waits = (MailState.QUEUED, MailState.SENDING)
        return self.filter(state__in=waits, created_at__lt=timezone.now() - LATE_AFTER)

    def attention_first(self) -> Self:
        """Everything, newest first, with what an administrator can still do something about on top."""
        stopped = models.Q(state__in=(MailState.PARKED, MailState.IN_DOUBT)) & ~models.Q(text="")
        place = models.Case(models.When(stopped, then=0), default=1, output_field=models.SmallIntegerField())
        return self.order_by(place, "-pk")


class OutboxMail(models.Model):
    """An e-mail, rendered when its event happened; ``recipient_id`` is the key of a person, for erasure."""

    key = models.CharField(_("key"), max_length=200, unique=True)
    kind = models.SlugField(_("kind"), max_length=60, db_index=True)
    to = models.EmailField(_("to"), max_length=254, blank=True)
    recipient_id = models.PositiveBigIntegerField(null=True, blank=True, db_index=True)
    language = models.CharField(_("language"), max_length=2, choices=CHOICES, default="en")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    unsubscribe_url = models.URLField(max_length=500, blank=True)
    message_id = models.CharField(max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    resend_in_doubt = models.BooleanField(default=False)
    keeping = models.CharField(max_length=7, choices=Keeping.choices, default=Keeping.TEXT)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        app_label = "core"
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "not_before"], name="outbox_mail_due")]

    #: Fields that the audit log never repeats.
    private_fields: ClassVar[frozenset[str]] = frozenset({"to", "subject", "text", "html", "reply_to"})

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def may_hold_code(self) -> bool:
        """Whether the text may let its reader sign in: nobody else may see it, administrators neither."""
        return self.resend_in_doubt

    @property
    def can_be_sent_again(self) -> bool:
        """Whether an administrator can put it back into the queue."""
        return self.state in {MailState.PARKED, MailState.IN_DOUBT} and bool(self.text)

    def headers(self) -> dict[str, Any]:
        """The headers beside sender, recipient and subject."""
        found = {
            "Message-ID": self.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": self.language,
        }
        if self.unsubscribe_url:
            # One click at the provider's own button (RFC 8058).
            found["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return found
