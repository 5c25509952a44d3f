"""The built front end, served from a table made at start: what is not in the table does not exist."""

import asyncio
import gzip
import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

# The build puts a hash of the content into these names: such a file never changes, and may be kept for ever.
HASHED = re.compile(r"^assets/.*-[\w-]{8}\.\w+$")
TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class File:
    path: Path
    etag: bytes
    content_type: bytes
    is_hashed: bool
    is_gzipped: bool


HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Opened by itself a file is looked at, not run: a drawing holds no script that works.
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'"),
]


class StaticFiles:
    """ASGI application for the files of `folder` below the address `prefix`; `fresh` looks at the disk each time."""

    def __init__(self, folder: Path, prefix: str, *, fresh: bool = False) -> None:
        self.folder = folder
        self.prefix = prefix
        self.fresh = fresh
        self.table = table_of(folder)

    async def __call__(self, scope: dict, receive: Callable, send: Callable[[dict], Awaitable[None]]) -> None:
        if self.fresh:
            self.table = table_of(self.folder)
        file = self.table.get(scope["path"].removeprefix(self.prefix))
        headers = dict(scope["headers"])
        if scope["method"] not in ("GET", "HEAD"):
            status, more, body = 405, [(b"allow", b"GET, HEAD")], b""
        elif file is None:
            status, more, body = 404, [(b"content-type", b"text/plain; charset=utf-8")], b"There is no such file."
        elif file.etag in headers.get(b"if-none-match", b""):
            status, more, body = 304, headers_of(file), b""
        else:
            status, more, body = 200, headers_of(file), await asyncio.to_thread(file.path.read_bytes)
            if file.is_gzipped and takes_gzip(headers):
                more.append((b"content-encoding", b"gzip"))
            elif file.is_gzipped:
                body = gzip.decompress(body)
        if status != 304:
            more.append((b"content-length", str(len(body)).encode()))
        more += HEADERS
        await send({"type": "http.response.start", "status": status, "headers": more})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def takes_gzip(headers: dict[bytes, bytes]) -> bool:
    accepted = headers.get(b"accept-encoding", b"").replace(b" ", b"")
    return any(word.split(b";")[0] == b"gzip" and not word.endswith(b";q=0") for word in accepted.split(b","))


def headers_of(file: File) -> list[tuple[bytes, bytes]]:
    kept = b"public, max-age=31536000, immutable" if file.is_hashed else b"no-cache"
    headers = [(b"content-type", file.content_type), (b"cache-control", kept), (b"etag", file.etag)]
    if file.is_gzipped:
        headers.append((b"vary", b"accept-encoding"))
    return headers


def table_of(folder: Path) -> dict[str, File]:
    """Every file of `folder` by its path below it. Where a gzipped copy lies beside a file, only that is read."""
    table = {}
    for path in folder.rglob("*"):
        if not path.is_file() or path.suffix == ".gz":
            continue
        copy = path.with_name(path.name + ".gz")
        name = path.relative_to(folder).as_posix()
        content_type = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if content_type.startswith("text/"):
            content_type += "; charset=utf-8"
        table[name] = File(
            path=copy if copy.exists() else path,
            etag=b'W/"%s"' % hashlib.sha256(path.read_bytes()).hexdigest()[:20].encode(),
            content_type=content_type.encode(),
            is_hashed=bool(HASHED.match(name)),
            is_gzipped=copy.exists(),
        )
    return table
