"""The list of all that other systems may ask for, and its description."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, cast

from django.http import Http404
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from khuyencong.api.endpoints import (
    acceptance,
    appraisal,
    contracts,
    establishments,
    federation,
    law,
    money,
    monthly,
    places,
    projects,
    reports,
    webhooks,
)
from khuyencong.api.operations import PARSER, PREFIX, as_json, problem_responses
from khuyencong.api.problems import Problem, problem_of

VERSION = "1"
ROUTERS: tuple[Router, ...] = (
    establishments.router,
    projects.router,
    appraisal.router,
    money.router,
    contracts.router,
    monthly.router,
    acceptance.router,
    reports.router,
    law.router,
    places.router,
    federation.router,
    webhooks.router,
)
ABOUT = (
    "Cùng quy tắc, cùng quyền và cùng phạm vi như trên các trang: mã truy cập của một tỉnh không đọc được tỉnh khác. "
    "Tiền là số đồng nguyên, ngày viết 2026-08-05."
)


class Renderer(JSONRenderer):
    """Vietnamese letters as they are."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="khuyencong",
    version=VERSION,
    description=ABOUT,
    openapi_url=None,  # our own views show it: `views/description.py`
    docs_url=None,
    parser=PARSER,
    renderer=Renderer(),
    urls_namespace="api",
)
for one in ROUTERS:
    api.add_router("", one)
for kind in (Exception, HttpError, Http404, ValidationError):  # the last three have handlers of ninja's own
    api.add_exception_handler(kind, cast("Any", problem_of))  # its type speaks of classes of errors as well


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document; it depends on the code alone."""
    found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    found["components"]["schemas"] |= {**schema.pop("$defs"), "Problem": schema}
    found["components"]["responses"] = problem_responses()
    _without_null(found)
    _without_notes(found)
    # As it is read by others: its keys are texts.
    return cast("dict[str, Any]", json.loads(as_json(found)))


def _without_notes(document: dict[str, Any]) -> None:
    """The sentences of the code are for those who read the code; the summaries and fields say what others need."""
    for methods in document["paths"].values():
        for one in methods.values():
            one.pop("description", None)
    for schema in document["components"]["schemas"].values():
        schema.pop("description", None)


def _without_null(document: dict[str, Any]) -> None:
    """A parameter that is left out has no value, it is never sent as «null»; and HEAD needs no description of its own."""
    for methods in document["paths"].values():
        methods.pop("head", None)  # every GET has it: see `operations.read`
        for one in methods.values():
            for parameter in one["parameters"]:
                kinds = [kind for kind in parameter["schema"].get("anyOf", ()) if kind != {"type": "null"}]
                if len(kinds) == 1:
                    parameter["schema"] = kinds[0]
