"""The envelope of a backup: AES-256-GCM in chunks, written and read with bounded memory.

    magic (16 bytes) · mark of the recovery key (8) · salt (32) · chunks of 64 kB, each with its tag (16)

Each file has a key of its own, derived from the recovery key and the salt. A chunk's nonce is its number and whether it
is the last, and the head is bound to every chunk: none can be changed, moved, left out or cut off unseen.
"""

import io
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kartu.security.backup.errors import Unusable
from kartu.security.backup.keys import RecoveryKey

MAGIC = b"kartu-sealed-1\r\n"
MARK, SALT, TAG = 8, 32, 16
HEAD = len(MAGIC) + MARK + SALT
CHUNK = 64 * 1024
PURPOSE = b"kartu backup file"


class KeyNeeded(Unusable):
    """None of the keys at hand opens this backup."""


def is_sealed(path: Path) -> bool:
    """Whether the file at `path` begins like a sealed backup; False for one that cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


class SealingFile(io.RawIOBase):
    """A file to write to, in order; what arrives at `target` is sealed. Without `seal_end` it is no backup."""

    def __init__(self, target: IO[bytes], key: RecoveryKey) -> None:
        self.target = target
        salt = secrets.token_bytes(SALT)
        self.head = MAGIC + key.mark + salt
        self.cipher = AESGCM(key.derived(PURPOSE, salt))
        self.waiting = bytearray()
        self.number = 0
        target.write(self.head)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.waiting += data
        while len(self.waiting) > CHUNK:  # at least a byte stays behind, for the chunk that says it is the last
            self.seal(bytes(self.waiting[:CHUNK]), is_last=False)
            del self.waiting[:CHUNK]
        return len(data)

    def seal_end(self) -> None:
        self.seal(bytes(self.waiting), is_last=True)

    def seal(self, plain: bytes, *, is_last: bool) -> None:
        self.target.write(self.cipher.encrypt(nonce(self.number, is_last), plain, self.head))
        self.number += 1


class OpenedFile(io.RawIOBase):
    """A sealed file as it was before, to be read at any place; only chunks that are right are ever given out.

    Raises KeyNeeded if none of `keys` fits, Unusable if it is cut short or a chunk is not what was written.
    """

    def __init__(self, path: Path, keys: Sequence[RecoveryKey]) -> None:
        self.path = path
        self.file = open(path, "rb")  # noqa: SIM115 - closed with this object
        try:
            self.read_head(keys)
        except BaseException:
            self.file.close()
            raise
        self.place = 0
        self.number = -1  # of the chunk in hand

    def read_head(self, keys: Sequence[RecoveryKey]) -> None:
        self.head = self.file.read(HEAD)
        sealed_size = os.fstat(self.file.fileno()).st_size - HEAD
        self.chunks = -(-sealed_size // (CHUNK + TAG))
        self.size = sealed_size - self.chunks * TAG
        if self.chunks < 1 or self.size < 0:
            raise self.damaged()
        mark = self.head[len(MAGIC) : len(MAGIC) + MARK]
        key = next((key for key in keys if key.mark == mark), None)
        if key is None:
            raise KeyNeeded(f"{self.path} opens with another recovery key than those at hand. Nothing was changed.")
        self.cipher = AESGCM(key.derived(PURPOSE, self.head[-SALT:]))

    def damaged(self) -> Unusable:
        return Unusable(f"{self.path} is damaged or cut short. Nothing was changed.")

    def verify(self) -> None:
        """Open every chunk once. Raises Unusable at the first that is not what was written."""
        for number in range(self.chunks):
            self.open_chunk(number)

    def open_chunk(self, number: int) -> bytes:
        if number != self.number:
            self.file.seek(HEAD + number * (CHUNK + TAG))
            sealed = self.file.read(CHUNK + TAG)
            try:
                self.chunk = self.cipher.decrypt(nonce(number, number == self.chunks - 1), sealed, self.head)
            except InvalidTag:
                raise self.damaged() from None
            self.number = number
        return self.chunk

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.place = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        if self.place < 0:
            raise ValueError(f"There is no place {self.place} in a file")
        return self.place

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer: memoryview) -> int:
        if self.place >= self.size:
            return 0
        number, start = divmod(self.place, CHUNK)
        piece = self.open_chunk(number)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self.place += len(piece)
        return len(piece)

    def close(self) -> None:
        self.file.close()
        super().close()
