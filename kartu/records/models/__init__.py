from kartu.records.models.change_set import ChangeSet
from kartu.records.models.file import File
from kartu.records.models.imports import Import, ImportRow
from kartu.records.models.kept_answer import KeptAnswer

__all__ = ["ChangeSet", "File", "Import", "ImportRow", "KeptAnswer"]
