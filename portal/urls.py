"""Every address of the portal."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts import account_views
from content import attachments
from core import health
from portal import sitemaps, views

handler400 = "portal.views.bad_request"
handler403 = "portal.views.permission_denied"
handler404 = "portal.views.page_not_found"
handler429 = "portal.views.too_many_requests"  # asked for by the account pages
handler500 = "portal.views.server_error"

urlpatterns = [
    # One sign-in for everybody, with limits and second factors: the office's own pages lead there.
    path("admin/login/", account_views.sign_in_elsewhere),
    path("admin/password_reset/", account_views.reset_elsewhere),
    path("admin/", include(wagtailadmin_urls)),
    # In front of Wagtail's own view of the same address, which makes the links.
    re_path(r"^documents/([0-9]{1,18})/(.*)$", attachments.serve),
    path("documents/", include(wagtaildocs_urls)),
    path("id/<str:uid>", views.stable_address, name="stable-address"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path(".well-known/security.txt", views.security_contact, name="security-contact"),
    path("accounts/", include("accounts.provider_urls")),
]

if settings.DEBUG:
    from django.conf.urls.static import static

    urlpatterns += [
        path("pattern-library/", include("core.components.urls")),
        *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    ]

urlpatterns += i18n_patterns(
    path("accounts/", include("accounts.urls")),
    path("my/", include("accounts.my.urls")),
    path("search/", include("search.urls")),
    path("themes/", views.themes, name="themes"),
    re_path(r"^themes/(?P<code>[a-z-]{1,80})/$", views.theme, name="theme"),
    path("good-practices/", include("goodpractices.urls")),
    path("", include("contributions.urls")),
    # Wagtail's sign-in for pages asks for the password alone: nobody gets past the second factor here.
    path("_util/login/", account_views.sign_in_elsewhere),
    path("", include(wagtail_urls)),
)
