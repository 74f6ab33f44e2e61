"""What the registry lets others know, since it imports none of the rooms that build on it."""

from django.dispatch import Signal

# The words by which some establishments are found have changed; `ids` are their keys. Sent inside the transaction.
found_by_other_words = Signal()
