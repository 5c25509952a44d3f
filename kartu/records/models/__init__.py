from kartu.records.models.change_set import ChangeSet
from kartu.records.models.file import File
from kartu.records.models.imports import Import, ImportFix, ImportRow
from kartu.records.models.kept_answer import KeptAnswer
from kartu.records.models.list_view import ExportFile, ListSetting, SavedView

__all__ = [
    "ChangeSet",
    "ExportFile",
    "File",
    "Import",
    "ImportFix",
    "ImportRow",
    "KeptAnswer",
    "ListSetting",
    "SavedView",
]
