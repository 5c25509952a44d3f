"""Live messages: what the open pages of a person hear of at once, over one stream at /events."""

from kartu.core.live.bus import LOOK_AGAIN, cursor, send

__all__ = ["LOOK_AGAIN", "cursor", "send"]
