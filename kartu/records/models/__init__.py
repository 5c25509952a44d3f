from kartu.records.models.change_set import ChangeSet

__all__ = ["ChangeSet"]
