"""The file of a backup: how it is written, and how it is read without trusting it."""

import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from kartu.security.backup.contents import Contents
from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey
from kartu.security.backup.sealed import OpenedFile, SealingFile, is_sealed

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1024 * 1024
# What a member may be called: a relative path of plain parts, the same on every system.
NAME = re.compile(r"(databases|files)(/(?!\.\.?(/|$))[^/\\:*?\"<>|\x00-\x1f]+)+")


@dataclass(frozen=True)
class Member:
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`database` is "sqlite" or "postgresql", `migrations` all that had been applied: ["clients.0001_initial", ...].

    `tables` (contents.py) is what they held at that moment; empty in backups of the first versions. `log_head` is the
    newest seal of the log in it, "NUMBER:HASH", for `kartu audit verify --anchor`.
    """

    made_at: str
    database: str
    migrations: list[str]
    members: list[Member]
    log_head: str = ""
    format: int = FORMAT
    tables: Contents = field(default_factory=dict)


class Writer:
    """Writes a backup beside `path` and puts it there whole, or not at all; sealed with `key`, where there is one."""

    def __init__(self, path: Path, key: RecoveryKey | None = None) -> None:
        self.path = path
        self.part = path.with_name(path.name + ".part")
        handle = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.file = os.fdopen(handle, "wb")
        self.sealing = SealingFile(self.file, key) if key else None
        target = self.sealing or self.file
        self.zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)
        self.members: list[Member] = []

    def add(self, name: str, source: IO[bytes]) -> None:
        whole, size = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                whole.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.members.append(Member(name, size, whole.hexdigest()))

    def finish(
        self,
        made_at: str,
        database: str,
        migrations: list[str],
        tables: Contents | None = None,
        *,
        log_head: str = "",
    ) -> Manifest:
        manifest = Manifest(made_at, database, migrations, self.members, log_head, tables=tables or {})
        self.zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        self.zip.close()
        if self.sealing:
            self.sealing.seal_end()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.part.replace(self.path)
        return manifest

    def give_up(self) -> None:
        with suppress(OSError, ValueError):  # on a full disk even the end of the file cannot be written
            self.zip.close()
        self.file.close()
        self.part.unlink(missing_ok=True)


class Reader:
    """Reads a backup; every way in which the file is not what it was when it was written raises Unusable.

    A sealed one is opened with whichever of `keys` fits (else KeyNeeded), and looked through to its end at once.
    """

    def __init__(self, path: Path, keys: Sequence[RecoveryKey] = ()) -> None:
        self.path = path
        self.opened: OpenedFile | None = None
        try:
            self.open(keys)
        except BaseException:
            self.close()
            raise
        told = sorted([MANIFEST, *(member.name for member in self.manifest.members)])
        if sorted(self.zip.namelist()) != told:
            self.close()
            raise self.damaged("what it holds is not what it says")

    def open(self, keys: Sequence[RecoveryKey]) -> None:
        path = self.path
        try:
            if is_sealed(path):
                self.opened = OpenedFile(path, keys)
                self.opened.verify()
            self.zip = zipfile.ZipFile(io.BufferedReader(self.opened, CHUNK) if self.opened else path)
            self.manifest = parse(self.zip.read(MANIFEST))
        except FileNotFoundError:
            raise Unusable(f"There is no file {path}.") from None
        except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, NotImplementedError, OSError) as error:
            raise Unusable(f"{path} is no backup of Kartu, or it is damaged ({error}).") from error

    def close(self) -> None:
        if hasattr(self, "zip"):
            self.zip.close()
        if self.opened:
            self.opened.close()

    def damaged(self, what: str) -> Unusable:
        return Unusable(f"{self.path} is damaged ({what}). Nothing was changed.")

    def extract(self, folder: Path) -> None:
        """Unpack everything below `folder`, comparing each byte with what the manifest says."""
        for member in self.manifest.members:
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "wb") as file:
                for chunk in self.checked(member):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())

    def checked(self, member: Member) -> Iterator[bytes]:
        """The bytes of a member, never more than it should have; raises Unusable at the end if they are others."""
        whole, size = hashlib.sha256(), 0
        try:
            with self.zip.open(member.name) as source:
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    if size > member.size:
                        break
                    whole.update(chunk)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise self.damaged(f"{member.name}: {error}") from error
        if size != member.size or whole.hexdigest() != member.sha256:
            raise self.damaged(member.name)


def parse(text: bytes) -> Manifest:
    """The manifest, or ValueError, KeyError or TypeError where it is none."""
    told = json.loads(text)
    if told["format"] != FORMAT:
        raise ValueError(f"its format is {told['format']}, this version knows {FORMAT}")
    members = [Member(**member) for member in told["members"]]
    if bad := [member.name for member in members if not NAME.fullmatch(member.name)]:
        raise ValueError(f"it holds a file called {bad[0]!r}")
    if len({member.name for member in members}) != len(members):
        raise ValueError("it holds a file twice")
    kept = {name: told[name] for name in ("log_head", "tables") if name in told}
    return Manifest(told["made_at"], told["database"], told["migrations"], members, **kept)
