"""What ``content`` tells the layers above."""

from django.dispatch import Signal

#: Sent inside the transaction that changes what the public may see of an item (published, corrected, withdrawn,
#: archived, deleted, moved); arguments: ``sender`` (the model), ``item``, ``version`` (int, grows with every change).
item_changed = Signal()
