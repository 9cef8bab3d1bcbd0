"""What accounts, core and allauth keep of people."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files import File
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.privacy import exporting, scrubbing
from accounts.privacy.models import DataExport, ErasureRequest
from accounts.privacy.registry import PersonalData, register, rows
from core import cache
from core.mail.models import Keeping, MailState, OutboxMail
from core.mail.services import erase_for
from core.models import AuditEntry, PortalDocument, PortalImage

#: The person's own row, as it is handed out; the password's hash is no information for anybody.
_OWN = (
    "email",
    "first_name",
    "last_name",
    "interface_language",
    "organisation",
    "about",
    "languages",
    "credit_by_name",
    "public_page",
    "show_organisation",
    "show_country",
    "show_languages",
    "show_about",
    "date_joined",
    "last_login",
    "is_active",
)
#: Fields that become empty; all others are emptied by name below.
_CLEARED = ("first_name", "last_name", "organisation", "about")
_SWITCHED_OFF = (
    "credit_by_name",
    "public_page",
    "show_organisation",
    "show_country",
    "show_languages",
    "show_about",
    "is_active",
    "is_staff",
    "is_superuser",
)


def _export_person(user: User) -> dict[str, Any]:
    return {
        **rows(User.objects.filter(pk=user.pk), *_OWN)[0],
        "country": str(user.country or ""),
        "target_area": str(user.target_area or ""),
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "countries": [str(country) for country in user.countries.all()],
    }


def _erase_person(user: User, *, keep_credit: bool) -> None:
    for name in _CLEARED:
        setattr(user, name, "")
    for name in _SWITCHED_OFF:
        setattr(user, name, False)
    user.email = f"erased-{user.pk}@invalid"
    user.country = user.target_area = user.last_login = None
    user.languages = []
    user.erased_at = timezone.now()
    # Sessions that no list names end with it: they hold a digest of the password's hash.
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.countries.clear()
    user.user_permissions.clear()
    # Their public page, and the links to it.
    cache.purge(f"person-{user.pk}")


def _erase_requests(user: User, *, keep_credit: bool) -> None:
    for export in DataExport.objects.filter(user=user):
        exporting.drop(export)


def _erase_sessions(user: User, *, keep_credit: bool) -> None:
    known = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()


def _erase_sign_in(user: User, *, keep_credit: bool) -> None:
    EmailAddress.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()


def _export_mail(user: User) -> list[dict[str, Any]]:
    mails = OutboxMail.objects.filter(recipient_id=user.pk)
    fields = ("kind", "to", "language", "subject", "state", "created_at", "sent_at")
    # Those that may go out twice carry a code to sign in with.
    with_codes = rows(mails.filter(resend_in_doubt=True), *fields)
    return with_codes + rows(mails.filter(resend_in_doubt=False), *fields, "text")


def _erase_mail(user: User, *, keep_credit: bool) -> None:
    erase_for(user.pk)
    # Written before the address had an account, about a practice whose contact it is, or by the person to others.
    nameless = Q()
    for address in scrubbing.addresses_of(user):
        nameless |= Q(to__iexact=address) | Q(reply_to__iexact=address)
    others = OutboxMail.objects.filter(nameless)
    others.filter(state=MailState.QUEUED).update(keeping=Keeping.NOTHING)
    others.exclude(state=MailState.QUEUED).update(to="", subject="", text="", html="", reply_to="")


def _export_audit(user: User) -> list[dict[str, Any]]:
    fields = ("created_at", "action", "model", "object_key", "label")
    about = Q(model=User._meta.label_lower, object_key=str(user.pk))
    return rows(AuditEntry.objects.filter(Q(user=user) | about), *fields)


def _erase_audit(user: User, *, keep_credit: bool) -> None:
    scrubbing.scrub_own(user)
    scrubbing.scrub(scrubbing.mentioning(user), user)


def _uploads(user: User) -> "Iterator[tuple[str, File[Any]]]":
    for model in (PortalDocument, PortalImage):
        for row in model.objects.filter(uploaded_by_user=user).order_by("pk"):
            yield row.filename, row.file


def _export_uploads(user: User) -> list[dict[str, Any]]:
    return [
        *rows(PortalDocument.objects.filter(uploaded_by_user=user), "title", "file", "created_at"),
        *rows(PortalImage.objects.filter(uploaded_by_user=user), "title", "file", "credit", "created_at"),
    ]


def _erase_uploads(user: User, *, keep_credit: bool) -> None:
    PortalDocument.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)
    PortalImage.objects.filter(uploaded_by_user=user).update(uploaded_by_user=None)


def _register_accounts() -> None:
    register(
        PersonalData(
            code="account",
            label=_("Account and profile"),
            models=("accounts.User",),
            export=_export_person,
            erase=_erase_person,
            erase_rule="anonymise: an empty, inactive row stays, because contributions and the audit log point at it",
            order=100,
        )
    )
    register(
        PersonalData(
            code="privacy-requests",
            label=_("Downloads of your data and requests to erase them"),
            models=("accounts.DataExport", "accounts.ErasureRequest"),
            export=lambda user: [
                *rows(DataExport.objects.filter(user=user), "requested_at", "state", "expires_at"),
                *rows(ErasureRequest.objects.filter(user=user), "asked_at", "state", "confirmed_at", "due_at"),
            ],
            erase=_erase_requests,
            erase_rule="delete: downloads with their files; the request itself stays as proof, and names nobody",
        )
    )
    register(
        PersonalData(
            code="sign-in",
            label=_("Ways to sign in"),
            models=("account.EmailAddress", "socialaccount.SocialAccount", "mfa.Authenticator"),
            export=lambda user: [
                *rows(EmailAddress.objects.filter(user=user), "email", "verified", "primary"),
                *rows(SocialAccount.objects.filter(user=user), "provider", "uid", "extra_data", "date_joined"),
                # Their secrets stay where they are: who has them can sign in.
                *rows(Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
            ],
            erase=_erase_sign_in,
            erase_rule="delete",
            # The audit log is searched for the addresses first.
            order=95,
        )
    )
    register(
        PersonalData(
            code="sessions",
            label=_("Where you are signed in"),
            models=("usersessions.UserSession",),
            export=lambda user: rows(
                UserSession.objects.filter(user=user), "created_at", "last_seen_at", "ip", "user_agent"
            ),
            erase=_erase_sessions,
            erase_rule="delete",
        )
    )


def _register_core() -> None:
    register(
        PersonalData(
            code="e-mails",
            label=_("E-mails to you"),
            models=("core.OutboxMail",),
            export=_export_mail,
            erase=_erase_mail,
            erase_rule="anonymise: addresses and texts are emptied, what waits is not sent",
        )
    )
    register(
        PersonalData(
            code="audit-log",
            label=_("What was done with your account and by you"),
            models=("core.AuditEntry",),
            export=_export_audit,
            erase=_erase_audit,
            erase_rule="anonymise: entries stay with the number of the account, names and addresses are taken out",
            order=90,
        )
    )
    register(
        PersonalData(
            code="uploads",
            label=_("Files and pictures you uploaded"),
            models=("core.PortalDocument", "core.PortalImage"),
            export=_export_uploads,
            files=_uploads,
            erase=_erase_uploads,
            erase_rule="anonymise: files of published content stay, without who uploaded them",
        )
    )


def register_own_data() -> None:
    """Register what accounts, core and allauth keep."""
    _register_accounts()
    _register_core()
