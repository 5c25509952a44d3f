"""What the firm tells the apps above it, which it does not know. They connect in their contributes.py."""

from django.dispatch import Signal

# Sent once in the life of an installation, in the transaction of the first run, with firm (Firm), language ("id")
# and by (the owner). Whoever has short lists to fill fills them here, in that language.
founded = Signal()

# Sent in the transaction of an act on the firm, with verb (as in the log: "create", "change", "setting", "sign_in"),
# row (of any model here, or None), by (who), values ({"before": {...}, "after": {...}}, or details) and request
# (or None; given where the session has just changed). `security` writes the log's row.
told = Signal()

# Sent in the transaction in which a person's access is closed, with person and by: whatever acts in his name ends here.
shown_out = Signal()

# Sent in the transaction of an act on how somebody signs in, with what ("second_off", "second_reset", "recovery"),
# person (of whom) and by (who). Whoever can reach people tells the person, who may have had nothing to do with it; of a
# recovery on the server all owners.
sign_in_changed = Signal()

# Sent in the transaction in which a person is let in again, with person and by.
let_in = Signal()

# The last year of the calendar of the country that was announced ends in some weeks. `year`.
calendar_ends = Signal()
