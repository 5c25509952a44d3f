"""Backups: all data of a firm in one file, made while people work, and brought back only when every byte is right.

A backup is a zip file: `databases/...`, `files/...` and, last, `manifest.json` with the size and SHA-256 of every
member. The key of the installation is not in it: whoever finds a backup cannot make himself a session.
"""

from kartu.security.backup.archive import Unusable
from kartu.security.backup.restore import bring_back
from kartu.security.backup.save import save

__all__ = ["Unusable", "bring_back", "save"]
