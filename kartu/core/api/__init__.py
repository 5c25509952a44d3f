"""The programs' interface, /api/v1: what an app adds to it, in its `api.py` (or `api/`).

    CLIENTS = Resource("clients", _("Clients"), order=100)

    @CLIENTS.get("/clients/{int:pk}", ClientOut)
    @access(VIEW)
    def read_client(request, pk): ...

The app's `contributes.py` adds the resource to the registry `core.api`; `build.py` puts all of them together.
An operation calls the action that the screen calls, and says by `access`, `signed_in` or `public` who may use it.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from ninja import Router

from kartu.core.registry import Registry

PREFIX = "/api/v1/"


class Resource:
    """The operations about one noun. `key` is its tag in the schema, `title` its heading in the reference."""

    def __init__(self, key: str, title: str | Promise, *, order: int) -> None:
        self.key, self.title, self.order = key, title, order
        self.router = Router(tags=[key])

    def get(self, path: str, response: Any) -> Callable:
        return self.router.get(path, response=response)

    def post(self, path: str, response: Any, *, status: int = 201) -> Callable:
        return self.router.post(path, response={status: response})

    def put(self, path: str, response: Any) -> Callable:
        return self.router.put(path, response={200: response})

    def patch(self, path: str, response: Any) -> Callable:
        return self.router.patch(path, response={200: response})

    def delete(self, path: str) -> Callable:
        return self.router.delete(path, response={204: None})


resources: Registry[Resource] = Registry("core.api", "Nouns of the programs' interface, /api/v1: a Resource.")


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(PREFIX)


def add_header(request: HttpRequest, name: str, value: str) -> None:
    """Let the answer of the running operation carry a header."""
    request.__dict__.setdefault("api_headers", {})[name] = value
