"""All resources put together: the addresses of /api/v1 and its schema."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.operation import Operation

from kartu.core.access import Declaration, declare_by_method
from kartu.core.api import resources
from kartu.core.api.errors import no_method, refusals
from kartu.core.api.openapi import finished


class Interface(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


@cache
def interface() -> NinjaAPI:
    """The interface with all that the apps have added. Called when the addresses are read: all apps are there then."""
    # Its own pages would bring scripts from elsewhere.
    api = Interface(title="Kartu", version="1", urls_namespace="api", docs_url=None, openapi_url=None)
    for refusal in refusals:
        api.add_exception_handler(refusal.exception, refusal.answer)
    api.add_exception_handler(Exception, fail)
    for resource in resources:
        api.add_router("", resource.router)
    return api


def fail(request: HttpRequest, exception: Exception) -> HttpResponse:
    raise exception


def declarations() -> dict[str, dict[str, Declaration]]:
    """Path of the interface -> method -> who may. LookupError for an operation that does not say so."""
    found: dict[str, dict[str, Declaration]] = {}
    for resource in resources:
        for route, view in resource.router.path_operations.items():
            for operation in view.operations:
                declared = getattr(operation.view_func, "kartu_access", None)
                if declared is None:
                    raise LookupError(f"{operation.methods} {route} declares no access")
                found.setdefault(route, {}).update(dict.fromkeys(operation.methods, declared))
    return found


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document, as plain data."""
    declared = {as_told(route): by_method for route, by_method in declarations().items()}
    return finished(interface().get_openapi_schema(path_prefix="api/v1"), declared)


def addresses() -> list[URLPattern]:
    """One address for each path, whatever its methods; its name is its path: "clients/{pk}"."""
    views = {str(pattern.pattern): pattern.callback for pattern in interface().urls[0] if pattern.name != "api-root"}
    return [
        path(as_django(route), answering(views[as_django(route)], by_method), name=as_told(route))
        for route, by_method in declarations().items()
    ]


def as_django(route: str) -> str:
    return re.sub(r"{([^}]+)}", r"<\1>", route).lstrip("/")


def as_told(route: str) -> str:
    """A path as the schema spells it: "clients/{pk}"."""
    return re.sub(r"{[^}:]+:", "{", route).lstrip("/")


def answering(view: Callable, by_method: dict[str, Declaration]) -> Callable:
    def operation(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in by_method:
            return no_method(sorted(by_method))
        response = view(request, *args, **kwargs)
        for name, value in getattr(request, "api_headers", {}).items():
            response.headers[name] = value
        return response

    # Cookies open nothing here, so there is nothing to be forged.
    operation.csrf_exempt = True
    return declare_by_method(operation, by_method)
