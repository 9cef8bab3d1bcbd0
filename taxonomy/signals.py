"""What the taxonomy tells the layers above."""

from django.dispatch import Signal

#: Sent inside the transaction that changes a term; arguments: ``sender`` (the model), ``term``.
term_changed = Signal()
