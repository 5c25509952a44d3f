"""Where the bytes lie: settings.MEDIA_ROOT/ab/cd/<128 random bits>, written whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Stored:
    """Bytes on disk: `name` is the random one, `sha256` in hex."""

    name: str
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        return path_of(self.name)


class TooBig(ValueError):
    """More bytes than settings.MAX_FILE_SIZE. Nothing of it was kept."""


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name[:2] / name[2:4] / name


def keep(chunks: Iterable[bytes]) -> Stored:
    """Write `chunks` under a new random name. They are on the disk when this returns."""
    name = secrets.token_hex(16)
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.MAX_FILE_SIZE:
                    raise TooBig(size)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Stored(name, size, digest.hexdigest())


def discard(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def digest_of(name: str) -> str | None:
    """The SHA-256 of what lies under `name` now; None if nothing does."""
    try:
        with path_of(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def names_on_disk() -> Iterable[Path]:
    return (path for path in Path(settings.MEDIA_ROOT).glob("??/??/*") if path.is_file())
