"""A small client of Kartu's interface, to be copied and cut down. Python 3.11, standard library only.

kartu = Kartu("http://localhost:8420", os.environ["KARTU_TOKEN"])
client = kartu.add_client(name="PT Sinar", phone="0812 3456 789", tag_ids=[3])
kartu.log_touch(client["id"], kind="note", text="Ordered on our site")
for client in kartu.clients("city:any:Bandung", sort="-last_touch"):
    print(client["name"], client["phone"])
"""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any, NotRequired, TypedDict, Unpack
from urllib.parse import urlencode

TOO_MANY = 429


class Named(TypedDict):
    id: int
    name: str


class Client(TypedDict):
    """The fields that this example looks at; the interface tells more."""

    id: int
    version: int
    kind: str
    name: str
    about: str
    phone: str
    email: str
    city: str
    status: Named | None
    responsible: Named | None
    tags: list[Named]


class ClientFields(TypedDict):
    name: NotRequired[str]
    kind: NotRequired[str]
    about: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    status_id: NotRequired[int | None]
    source_id: NotRequired[int | None]
    tag_ids: NotRequired[list[int]]


class KartuError(Exception):
    """What Kartu refused: `status`, `code` for programs, a sentence, and `fields` by the names of what was sent."""

    def __init__(self, status: int, code: str, message: str, fields: dict[str, list[str]]) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.fields = status, code, fields


class Kartu:
    """Calls /api/v1 with an access token. A call that breaks off is repeated; its key lets it be done once."""

    def __init__(self, address: str, token: str, *, tries: int = 3, timeout: float = 30) -> None:
        self.base = f"{address.rstrip('/')}/api/v1/"
        self.token, self.tries, self.timeout = token, tries, timeout

    # --- clients -----------------------------------------------------------------------------------------------------

    def clients(self, *filters: str, words: str = "", sort: str = "", page: int = 200) -> Iterator[Client]:
        """All that the filters find, page by page: kartu.clients("status:empty", "city:any:Bandung")."""
        asked = [("f", each) for each in filters] + [("q", words), ("s", sort), ("limit", str(page))]
        after = ""
        while True:
            found = self.get("clients", *asked, ("after", after))
            yield from found["items"]
            if not (after := found["next"]):
                return

    def client(self, number: int) -> Client:
        return self.get(f"clients/{number}")

    def add_client(self, *, key: str = "", **fields: Unpack[ClientFields]) -> Client:
        """`key`: the order's number on your site, if a later run may send the same again; Kartu keeps it for a day."""
        return self.call("POST", "clients", fields, key=key)

    def change_client(self, client: Client, **fields: Unpack[ClientFields]) -> Client:
        """Over the version that you have read. KartuError with the code "conflict" if somebody changed the same."""
        return self.call("PATCH", f"clients/{client['id']}", {**fields, "version": client["version"]})

    def add_clients(self, items: list[ClientFields]) -> list[dict[str, int]]:
        """Up to 100, all or none."""
        return self.call("POST", "clients/bulk", {"items": items})["items"]

    def log_touch(self, number: int, *, kind: str = "note", text: str = "") -> dict[str, Any]:
        return self.call("POST", f"clients/{number}/touches", {"kind": kind, "text": text})

    # --- how it calls ------------------------------------------------------------------------------------------------

    def get(self, path: str, *asked: tuple[str, str]) -> Any:
        query = urlencode([pair for pair in asked if pair[1]])
        return self.call("GET", f"{path}?{query}" if query else path)

    def call(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """What Kartu answers, as Python; raises KartuError, or OSError where it cannot be reached."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if method != "GET":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        data = None if body is None else json.dumps(body).encode()
        for left in reversed(range(self.tries)):
            request = urllib.request.Request(self.base + path, data, headers, method=method)
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    text = answer.read()
                    return json.loads(text) if text else None
            except urllib.error.HTTPError as refused:
                if (refused.code < 500 and refused.code != TOO_MANY) or not left:
                    raise error_of(refused) from None
                time.sleep(min(60, int(refused.headers.get("Retry-After", 0))))
            except OSError:
                if not left:
                    raise
            time.sleep(2.0 ** (self.tries - left) / 4)
        raise AssertionError("never reached")


def error_of(refused: urllib.error.HTTPError) -> KartuError:
    try:
        told = json.loads(refused.read())
        return KartuError(refused.code, told["code"], told["message"], told["fields"])
    except (ValueError, KeyError):
        return KartuError(refused.code, "failed", refused.reason, {})
