"""What ``contributions`` tells the layers above."""

from django.dispatch import Signal

#: Sent inside the transaction of every event; arguments: ``sender`` (Contribution), ``contribution``, ``event``.
contribution_event = Signal()
