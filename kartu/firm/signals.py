"""What the firm tells the apps above it, which it does not know. They connect in their contributes.py."""

from django.dispatch import Signal

# Sent once in the life of an installation, in the transaction of the first run, with firm (Firm), language ("id")
# and by (the owner). Whoever has short lists to fill fills them here, in that language.
founded = Signal()

# Sent in the transaction of an act on the firm, with verb (as in the log: "create", "change", "setting", "sign_in"),
# row (of any model here, or None), by (who), values ({"before": {...}, "after": {...}}, or details) and request
# (or None; given where the session has just changed). `security` writes the log's row.
told = Signal()
