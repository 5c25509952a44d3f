"""The second place: another disk, a share of the network, or storage that speaks S3. It gets copies of sealed files."""

import hashlib
import hmac
import http.client
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote, urlsplit

from django.utils import timezone

from kartu.core.hosts import is_near
from kartu.security.backup.errors import Unusable

CHUNK = 1024 * 1024
TIMEOUT = 60
# What S3 takes in one piece.
LARGEST = 5 * 1024**3
EMPTY = hashlib.sha256().hexdigest()
SIGNED = "host;x-amz-content-sha256;x-amz-date"


class Place(Protocol):
    """Where copies go. Every way in which that fails is an Unusable, in words."""

    def put(self, path: Path) -> None:
        """Copy the file at `path` there, under its name, whole or not at all."""

    def delete(self, name: str) -> None:
        """Take a copy away; one that is not there is no failure."""


@dataclass(frozen=True)
class Folder:
    """A folder that is there already: an unplugged disk must not become a folder on this one."""

    root: Path

    def put(self, path: Path) -> None:
        part = self.root / f"{path.name}.part"
        try:
            if not self.root.is_dir():
                raise Unusable(f"The folder {self.root} is not there. Is the disk plugged in?")
            shutil.copyfile(path, part)
            with open(part, "rb") as copy, open(path, "rb") as original:
                if sha256(copy) != sha256(original):
                    raise Unusable(f"What arrived in {self.root} is not what was sent.")
            part.replace(self.root / path.name)
        except OSError as error:
            raise Unusable(f"The copy to {self.root} failed: {error.strerror or error}") from error

    def delete(self, name: str) -> None:
        try:
            (self.root / name).unlink(missing_ok=True)
        except OSError as error:
            raise Unusable(f"{name} in {self.root} could not be deleted: {error.strerror or error}") from error


@dataclass(frozen=True)
class Storage:
    """A bucket of S3-compatible storage at `address` ("https://s3.example.com"), signed by version 4."""

    address: str
    bucket: str
    region: str
    key_id: str
    secret: str
    allows_http: bool = False

    def put(self, path: Path) -> None:
        size = path.stat().st_size
        if size > LARGEST:
            raise Unusable(f"The backup has {size >> 30} GB; such storage takes 5 GB in one piece. Use a folder.")
        with open(path, "rb") as file:
            digest = sha256(file)
            file.seek(0)
            self.ask("PUT", path.name, digest, file, size)

    def delete(self, name: str) -> None:
        self.ask("DELETE", name, EMPTY)

    def ask(self, method: str, name: str, digest: str, body: IO[bytes] | None = None, size: int = 0) -> None:
        """One request; what it carries is checked by the storage against the digest that is signed."""
        parts = urlsplit(self.address)
        where = f"{parts.path.rstrip('/')}/{quote(self.bucket)}/{quote(name)}"
        headers = self.signed(method, parts.netloc, where, digest, timezone.now())
        if body is not None:
            headers["Content-Length"] = str(size)
        try:
            with closing(self.connection()) as connection:
                connection.request(method, where, body=chunks(body) if body else None, headers=headers)
                answer = connection.getresponse()
                said = answer.read(2000).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise Unusable(f"{parts.hostname} does not answer: {error}") from error
        if answer.status >= 300 and not (method == "DELETE" and answer.status == 404):
            raise Unusable(f"{parts.hostname} refused it: {answer.status} {code_in(said) or answer.reason}")

    def connection(self) -> http.client.HTTPConnection:
        """To the very address that was looked at. Redirects are not followed."""
        parts = urlsplit(self.address)
        if parts.scheme == "https" and parts.hostname:
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT)
        if parts.scheme != "http" or not parts.hostname or not self.allows_http:
            raise Unusable("The storage must have an address that begins with https://")
        address = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)[0][4][0]
        if not is_near(address):
            raise Unusable(f"Without https only storage in this building is used, and {parts.hostname} is outside.")
        return http.client.HTTPConnection(address, parts.port, timeout=TIMEOUT)

    def signed(self, method: str, host: str, where: str, digest: str, now: datetime, query: str = "") -> dict[str, str]:
        """The headers of a request, Authorization among them (AWS Signature Version 4)."""
        moment = now.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{moment[:8]}/{self.region}/s3/aws4_request"
        headers = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": moment}
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        request = "\n".join([method, where, query, lines, SIGNED, digest])
        to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
        key = f"AWS4{self.secret}".encode()
        for word in scope.split("/"):
            key = hmac.digest(key, word.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        told = f"Credential={self.key_id}/{scope},SignedHeaders={SIGNED},Signature={signature}"
        return {**headers, "Authorization": f"AWS4-HMAC-SHA256 {told}"}


def sha256(file: IO[bytes]) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def code_in(said: str) -> str:
    """The word by which the storage names what is wrong: "AccessDenied"."""
    return said.partition("<Code>")[2].partition("</Code>")[0][:60]
