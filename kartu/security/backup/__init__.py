"""Backups: all data of a firm in one file, made while people work, and brought back only when every byte is right.

Inside is a zip file: `databases/...`, `files/...` and, last, `manifest.json` with the size and SHA-256 of every
member and what each table held. Around it lies a seal that the recovery key opens (`sealed.py`, `keys.py`). The secret
key of the installation is not in it: whoever opens a backup cannot make himself a session.
"""

from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey, in_use, keyring
from kartu.security.backup.outgrowing import Moved, outgrow
from kartu.security.backup.proof import Untried, prove
from kartu.security.backup.restore import bring_back
from kartu.security.backup.save import save
from kartu.security.backup.sealed import KeyNeeded

__all__ = [
    "KeyNeeded",
    "Moved",
    "RecoveryKey",
    "Untried",
    "Unusable",
    "bring_back",
    "in_use",
    "keyring",
    "outgrow",
    "prove",
    "save",
]
