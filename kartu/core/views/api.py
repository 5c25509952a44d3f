"""The programs' interface as a document for programs, and as a page for whoever writes one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kartu.core.access import for_programs, public, signed_in
from kartu.core.api import PREFIX, build, resources


@require_GET
@for_programs
@public("says what the program can do, and nothing of the firm")
def schema(request: HttpRequest) -> JsonResponse:
    return JsonResponse(build.schema())


@require_GET
@signed_in("everybody may read how programs are written for it")
def reference(request: HttpRequest) -> HttpResponse:
    document = build.schema()
    schemas = document["components"]["schemas"]
    sections = [
        {"key": each.key, "title": each.title, "operations": operations_of(each.key, document)} for each in resources
    ]
    shapes = [shape_of(name, schema) for name, schema in sorted(schemas.items())]
    base = request.build_absolute_uri(PREFIX)
    return render(request, "core/api.html", {"sections": sections, "shapes": shapes, "base": base})


def operations_of(key: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "method": method.upper(),
            "path": path,
            "id": operation["operationId"],
            "text": operation.get("description", "").replace("`", ""),
            "right": "".join(operation["security"][0]["token"]),
            "parameters": [parameter_of(each) for each in operation["parameters"] if each["in"] != "path"],
            "body": body_of(operation),
            "answers": [
                {"status": status, "shape": name_in(answer.get("content", {}))}
                for status, answer in sorted(operation["responses"].items())
            ],
        }
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if key in operation["tags"]
    ]


def parameter_of(parameter: dict[str, Any]) -> dict[str, Any]:
    text = parameter.get("description", "").replace("`", "")
    return {"name": parameter["name"], "in": parameter["in"], "type": type_of(parameter["schema"]), "text": text}


def body_of(operation: dict[str, Any]) -> str:
    return name_in(operation.get("requestBody", {}).get("content", {}))


def name_in(content: dict[str, Any]) -> str:
    """The shape that is sent or answered; for a file the kind of its content."""
    for kind, told in content.items():
        return type_of(told["schema"]) if kind == "application/json" else kind
    return ""


def shape_of(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    needed = schema.get("required", [])
    fields = [
        {"name": key, "type": type_of(each), "needed": key in needed, "text": each.get("description", "")}
        for key, each in schema.get("properties", {}).items()
    ]
    return {"name": name, "text": schema.get("description", ""), "fields": fields}


def type_of(schema: dict[str, Any]) -> str:
    """A type in a few signs: "text", "whole number", "ClientOut", "list of Named"."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        return " / ".join(type_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " / ".join(map(repr, schema["enum"])).replace("'", '"')
    if schema.get("type") == "array":
        return f"{type_of(schema.get('items', {}))}[]"
    limit = f" ≤ {schema['maxLength']}" if "maxLength" in schema else ""
    return schema.get("format") or schema.get("const") or schema.get("type", "any") + limit
