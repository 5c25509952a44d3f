"""Sent inside the transaction of an act on clients, for whoever keeps something in step with them."""

from django.dispatch import Signal

# With ids (of clients), before (the id of the person who looked after them, or None), to (a User) and by. Many at once
# where somebody goes. What a handler writes belongs to the act and is taken back with it.
handed_over = Signal()

# With client, the card that is about to take over another one with all that points at it, and other, that one.
merging = Signal()
