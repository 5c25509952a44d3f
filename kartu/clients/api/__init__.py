"""Clients and all that hangs on them, for programs: the same actions as on the card."""

from kartu.clients.api import (  # noqa: F401 - each adds its operations
    bulk,
    clients,
    collaborators,
    duplicates,
    own_files,
    parts,
    relations,
    revealing,
    rows,
    told_of,
    touches,
)
from kartu.clients.api.at_hand import QUALITY
from kartu.clients.api.directories import DIRECTORIES
from kartu.clients.api.duplicates import DUPLICATES
from kartu.clients.api.part_operations import open_parts
from kartu.clients.api.resource import CLIENTS
from kartu.clients.api.segments import SEGMENTS

for kind in parts.KINDS:
    open_parts(kind)

RESOURCES = (CLIENTS, DIRECTORIES, DUPLICATES, SEGMENTS, QUALITY)
