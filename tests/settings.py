"""Settings of the test suite: those of production, in a folder of its own, fast where security is not the question.

``DATABASE_URL`` chooses the database as ever; without it each process has an SQLite file.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Each process writes to a folder of its own; the one distribution of Elasticsearch they share.
os.environ.setdefault(
    "ELASTICSEARCH_FOLDER", str(Path(os.environ.get("VAR_DIR", "").strip() or "var").resolve() / "elasticsearch")
)
VAR = tempfile.mkdtemp(prefix="portal-test-")
atexit.register(shutil.rmtree, VAR, ignore_errors=True)
os.environ["VAR_DIR"] = VAR
os.environ.update(
    DEBUG="off",
    SECRET_KEY="tests-only-" + "x" * 50,
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    BASE_URL="http://testserver",
    CACHE_URL="locmem://",
    CELERY_BROKER_URL="memory://localhost",
    LOG_LEVEL="WARNING",
    SITE_BRAND="neutral",
    PAGE_CACHE_SECONDS="300",
    # Tests that need the server ask for it (TEST_ELASTICSEARCH_URL); all others search embedded.
    ELASTICSEARCH_URL="",
    # So do those that need the model (fixture `embedder`).
    SEARCH_EMBEDDER="off",
)

# Playwright keeps an event loop for as long as the browser runs; tests beside it in the same process use the database
# as ever, from one thread, and nothing of the portal is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A task runs where it is sent, after the commit; its errors are the test's errors.
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# No collectstatic before the tests: files are served from where they are made.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the browser tests' server answers from several threads.
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
# Tests of the editorial office sign people in as they are; those of second factors switch it on.
STAFF_SECOND_FACTOR = False
