from kartu.records.models.change_set import ChangeSet
from kartu.records.models.custom import Customised, Field, ProjectedValue, Section
from kartu.records.models.departure import Departure
from kartu.records.models.export_mark import ExportMark
from kartu.records.models.export_request import ExportRequest
from kartu.records.models.file import File
from kartu.records.models.imports import Import, ImportFix, ImportRow, ImportStep
from kartu.records.models.kept_answer import KeptAnswer
from kartu.records.models.list_view import ExportFile, ListSetting, SavedView

__all__ = [
    "ChangeSet",
    "Customised",
    "Departure",
    "ExportFile",
    "ExportMark",
    "ExportRequest",
    "Field",
    "File",
    "Import",
    "ImportFix",
    "ImportRow",
    "ImportStep",
    "KeptAnswer",
    "ListSetting",
    "ProjectedValue",
    "SavedView",
    "Section",
]
