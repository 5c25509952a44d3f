"""Work in the background: backups, the seals of the log, the watching of it."""

from kartu.security.jobs import alerts, backups, log

__all__ = ["alerts", "backups", "log"]
