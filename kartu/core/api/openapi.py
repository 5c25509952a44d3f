"""What the library's schema lacks: who may, what is answered to mistakes, the headers."""

from typing import Any

from kartu.core.access import Declaration
from kartu.core.api import PREFIX
from kartu.core.api.errors import Error

ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
WORDS = {
    400: "Something in the address or the body cannot be read.",
    401: "No token, or one that opens nothing (any more).",
    403: "The token does not open this, or its person may not do it.",
    404: "Nothing is here, or it belongs to somebody else.",
    409: "Somebody else has changed the same meanwhile, or the act was done before and its answer is lost.",
    422: "Something sent is missing, wrong or not to be set here: `fields` names it.",
    429: "More calls than the token may make in a minute. Nothing was done.",
    503: "The database is busy or away. Nothing was done; go on after `Retry-After`, if it is there.",
    507: "The disk is full. Nothing was done.",
}
HEADERS = {
    429: {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "Seconds to wait."}}
}
INTRODUCTION = (
    "Send `Authorization: Bearer kartu_…`. A token is made under Settings, Access tokens. It acts in the name of its "
    "person, with the rights it was given and that the person has. Every act is logged and can be taken back."
)
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"},
    "description": "Any text of your own. The same act sent again with it is done once, and answered the same.",
}
MATCH_HEADER = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "pattern": r'^(\*|"?[0-9]{1,9}"?)$'},
    "description": "The version that you have read (or `*` to write over any), if `version` is not in the body.",
}


def finished(document: dict[str, Any], declared: dict[str, dict[str, Declaration]]) -> dict[str, Any]:
    """The library's `document` with all that holds for every operation."""
    schemas = document["components"]["schemas"]
    document["info"]["description"] = INTRODUCTION
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    schemas["Error"] = Error.model_json_schema()
    for route, operations in document["paths"].items():
        for method, operation in operations.items():
            declaration = declared[route.removeprefix(PREFIX)][method.upper()]
            operation["security"] = [{"token": [declaration.right] if declaration.right else []}]
            add_headers(operation, method, schemas)
            add_refusals(operation, method, route)
            for parameter in operation["parameters"]:
                narrow(parameter)
    return document


def add_headers(operation: dict[str, Any], method: str, schemas: dict[str, Any]) -> None:
    if method != "get":
        operation["parameters"].append(KEY_HEADER)
    if method == "patch" and "version" in body_of(operation, schemas).get("properties", {}):
        operation["parameters"].append(MATCH_HEADER)


def body_of(operation: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of the JSON body; empty where there is none."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)


def add_refusals(operation: dict[str, Any], method: str, route: str) -> None:
    is_asked_something = any(each["in"] == "query" for each in operation["parameters"])
    holds = {
        400: is_asked_something or "requestBody" in operation,
        401: True,
        403: True,
        404: "{" in route or method == "patch" or "/bulk" in route,
        409: method != "get",
        422: method != "get",
        429: True,
        503: True,
        507: method != "get",
    }
    for status in (status for status, is_so in holds.items() if is_so):
        headers = {"headers": HEADERS[status]} if status in HEADERS else {}
        operation["responses"][status] = {"description": WORDS[status], "content": ERROR, **headers}


def narrow(parameter: dict[str, Any]) -> None:
    """Numbers of records begin with 1, and JSON holds whole numbers up to 2^53."""
    if parameter["in"] == "path" and parameter["schema"].get("type") == "integer":
        parameter["schema"] |= {"minimum": 1, "maximum": 2**53}
