"""What the API offers, for programs (OpenAPI 3.1) and for those who write them."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.api.api import description
from khuyencong.api.operations import as_json
from khuyencong.api.scopes import DOORS, roles_of
from khuyencong.people.web import public

JSON_TYPE = "application/json; charset=utf-8"


@public
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    text, mark = _document()
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    return HttpResponse(text, content_type=JSON_TYPE, headers={"ETag": mark, "Cache-Control": "public, max-age=300"})


@public
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same as a page that needs no script and nothing from elsewhere."""
    scopes = [
        (scope, door.label, ", ".join(role.label.lower() for role in roles_of(scope))) for scope, door in DOORS.items()
    ]
    return render(request, "api/docs.html", {"about": description()["info"], "groups": _groups(), "scopes": scopes})


@cache
def _document() -> tuple[str, str]:
    text = as_json(description())
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'


@cache
def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """The operations by subject, each with what the page shows of it."""
    groups: dict[str, list[dict[str, Any]]] = {}
    document = description()
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            groups.setdefault(one["tags"][0], []).append(
                {
                    "id": one["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": one["summary"],
                    "scope": one["x-scope"],
                    "parameters": [_parameter(parameter) for parameter in one["parameters"]],
                    "body": _fields(document, one.get("requestBody")),
                }
            )
    return list(groups.items())


def _parameter(one: dict[str, Any]) -> dict[str, Any]:
    where = {"query": "tham số", "path": "trong địa chỉ", "header": "đầu mục"}
    return {
        "name": one["name"],
        "where": where[one["in"]],
        "required": one["required"],
        "kind": _kind(one["schema"]),
        "description": one.get("description") or one["schema"].get("description", ""),
    }


def _fields(document: dict[str, Any], body: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The names of a body, with what each holds."""
    if body is None:
        return []
    (content,) = body["content"].values()
    schema = _resolved(document, content["schema"])
    required = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "kind": _kind(_resolved(document, one)),
            "required": name in required,
            "description": one.get("description", ""),
        }
        for name, one in schema.get("properties", {}).items()
    ]


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _kind(schema: dict[str, Any]) -> str:
    """In a word or two: «số nguyên», «ngày», «một trong: local, national»."""
    if "anyOf" in schema:
        return " hoặc ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return f"một trong: {', '.join(map(str, schema['enum']))}"
    if schema.get("format") in {"date", "binary"}:
        return "ngày" if schema["format"] == "date" else "tệp"
    words = {
        "integer": "số nguyên",
        "number": "số",
        "string": "chữ",
        "boolean": "true, false",
        "array": "danh sách",
        "null": "null",
    }
    return words.get(schema.get("type", ""), "đối tượng")
