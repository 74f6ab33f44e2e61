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
from khuyencong.api.problems import TITLES
from khuyencong.api.scopes import DOORS, roles_of
from khuyencong.api.webhooks import event_choices, letter_example, scope_of
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
    context = {
        "about": description()["info"],
        "groups": _groups(),
        "objects": _objects(),
        "scopes": scopes,
        "events": [(code, label, scope_of(code)) for code, label in event_choices()],
        "letter": letter_example(),
        "statuses": TITLES,
    }
    return render(request, "api/docs.html", context)


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
                    "body": _body(document, one.get("requestBody")),
                    "answer": _answer(document, one["responses"]),
                    "errors": [status for status in one["responses"] if status >= "400"],
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


@cache
def _objects() -> list[tuple[str, list[dict[str, Any]]]]:
    """What is answered, each kind of record once, with all its fields."""
    document = description()
    names = {one["answer"][0] for _, operations in _groups() for one in operations}
    schemas = document["components"]["schemas"]
    return [(name, _fields(document, schemas[name])) for name in sorted(names)]


def _body(document: dict[str, Any], body: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The names of a body, with what each holds."""
    if body is None:
        return []
    (content,) = body["content"].values()
    return _fields(document, content["schema"])


def _answer(document: dict[str, Any], responses: dict[str, Any]) -> tuple[str, str]:
    """The kind of record that is answered, and whether one, a list of them, or a page of a list."""
    (found,) = [one for status, one in responses.items() if status in {"200", "201"}]
    (content,) = found["content"].values()
    schema = content["schema"]
    if schema.get("type") == "array":
        return _name(schema["items"]), "danh sách"
    items = _resolved(document, schema).get("properties", {}).get("items")
    if items is not None and "next" in _resolved(document, schema)["properties"]:
        return _name(items["items"]), "một trang: items, next"
    return _name(schema), ""


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _fields(document: dict[str, Any], schema: dict[str, Any], within: str = "") -> list[dict[str, Any]]:
    """The fields of an object and of what stands in it: `lines`, `lines[].unit_price`."""
    found = []
    whole = _resolved(document, schema)
    required = set(whole.get("required", ()))
    for name, one in whole.get("properties", {}).items():
        field = _resolved(document, one)
        found.append(
            {
                "name": f"{within}{name}",
                "kind": _kind(field),
                "required": name in required,
                "description": one.get("description") or field.get("description", ""),
            }
        )
        for inner in field.get("anyOf", [field]):
            inside, sign = _resolved(document, inner), "."
            if inside.get("type") == "array":
                inside, sign = _resolved(document, inside["items"]), "[]."
            found += _fields(document, inside, f"{within}{name}{sign}")
    return found


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = _name(schema)
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
