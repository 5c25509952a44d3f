from kartu.search.models.doc import Doc, Word

__all__ = ["Doc", "Word"]
