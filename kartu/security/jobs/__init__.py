"""Work in the background: backups, health, the seals of the log, the watching of it, and what leavers leave."""

from kartu.security.jobs import alerts, backups, health, leaving, log

__all__ = ["alerts", "backups", "health", "leaving", "log"]
