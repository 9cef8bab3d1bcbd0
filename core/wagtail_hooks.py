"""Registers the audit log, the page on e-mails and the portal's own looks in the editorial office."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks

from core.audit_views import AuditViewSet
from core.mail.admin_views import OutboxViewSet
from core.mail.panels import OutboxPanel
from core.mail.services import may_see_mail


@hooks.register("register_admin_viewset")
def register_audit_log() -> AuditViewSet:
    """The audit log, read-only, for those who may view it."""
    return AuditViewSet("audit-log", url_prefix="audit-log")


@hooks.register("register_admin_viewset")
def register_outbox() -> OutboxViewSet:
    """The e-mails, among the reports."""
    return OutboxViewSet("outbox", url_prefix="outbox")


@hooks.register("construct_homepage_panels")
def begin_with_e_mails(request: HttpRequest, panels: list[Any]) -> None:
    """Say on the first page of the office that e-mails need a look."""
    if may_see_mail(request.user):
        panels.append(OutboxPanel())


@hooks.register("insert_global_admin_css")
def add_styles() -> SafeString:
    """The portal's additions to Wagtail's style sheet."""
    return format_html('<link rel="stylesheet" href="{}">', static("core/admin.css"))
