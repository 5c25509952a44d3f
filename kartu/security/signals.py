"""What `security` tells the apps above it, which it does not know. They connect in their contributes.py."""

from django.dispatch import Signal

# Sent in a transaction of its own, with what ("not_made", "bad"), why (in words) and key (one for each occasion).
# Whoever can reach people tells those who keep the backups.
backup_told = Signal()

# Sent several times a day for each red line of the health page, with key, label and todo (lazy words).
health_told = Signal()
