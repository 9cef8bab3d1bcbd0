"""Background work of ``content``."""

from celery import shared_task
from django.core.management import call_command

from content.services import refuse_unready_schedules


@shared_task(name="content.tasks.publish_scheduled")
def publish_scheduled() -> None:
    """Publish what is due and withdraw what has expired; beat calls this every minute, twice does no harm."""
    refuse_unready_schedules()
    call_command("publish_scheduled")
