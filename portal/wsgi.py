"""The WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from search.warming import warm_up_beside

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# The first search of a process would wait a second for word lists and model.
warm_up_beside()
