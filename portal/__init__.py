"""The composition root: settings, addresses, the Celery app, base templates, home and static pages, demo content."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
