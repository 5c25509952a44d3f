"""Whether what an act told is what it told when it was written."""

from kartu.security import audit
from kartu.security.seals.spelling import decoded


def broken_payload(text: str | None, digest: str) -> str:
    """What is wrong with what an act told; empty: nothing."""
    if text is None:
        return "emptied"
    try:
        values = decoded(text)
    except (TypeError, ValueError):
        return "told"
    if audit.digest(values) == digest:
        return ""
    return "told" if values else "emptied"
