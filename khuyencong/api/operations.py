"""How an endpoint is declared, and what holds for all of them.

`read`, `create`, `act`, `change` and `remove` put a function on a router. Around it stands `_guarded`: token, limit, scope,
parameters, Idempotency-Key or If-Match, then the function, then the ETag. The function itself fetches its record in the
actor's scope and calls one action or query, as a view does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.decorators import decorate_view

from khuyencong.api import limits, once
from khuyencong.api.door import ApiRequest, TokenAuth, let_in
from khuyencong.api.problems import MEDIA_TYPE, ProblemError, busy, problem_of, wrong
from khuyencong.api.reading import LARGEST, StrictParser
from khuyencong.api.scopes import Scope
from khuyencong.core.again import is_knot, once_more
from khuyencong.people.permissions import require
from khuyencong.quarantine.door import look_at

# A tag that a proxy has made weak (W/) because it compressed the answer names the same version.
MATCH = re.compile(r'(?:W/)?"?([0-9]{1,9})(?:\.[0-9a-f]{16})?"?', re.ASCII)
PREFIX = "api/v1/"
PARSER = StrictParser()
LARGEST_FORM = 22 * 1024 * 1024  # a file of the largest size and the form around it
OK, CREATED, NOT_MODIFIED = 200, 201, 304
_OF_ALL = (400, 401, 403, 404, 422, 429)

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Declared:
    """What an operation says of itself."""

    scope: Scope
    once: bool = False  # a POST: asked again with the same key, it does nothing again
    versioned: bool = False  # it changes a record that the caller must have seen as it is
    takes_file: bool = False
    stands_at: str = ""  # of what was made: its address, with names of the answer


def read(router: Router, path: str, scope: Scope, answer: Any, summary: str) -> Callable[[F], F]:
    """A GET, and the HEAD that goes with it."""
    return _operation(router, "GET", path, Declared(scope), answer, OK, summary)


def create(
    router: Router, path: str, scope: Scope, answer: Any, summary: str, *, stands_at: str = ""
) -> Callable[[F], F]:
    """A POST that makes a record; `stands_at`: where it is read from then on, `/establishments/{id}`."""
    declared = Declared(scope, once=True, stands_at=stands_at)
    return _operation(router, "POST", path, declared, answer, CREATED, summary)


def act(
    router: Router,
    path: str,
    scope: Scope,
    answer: Any,
    summary: str,
    *,
    takes_file: bool = False,
    versioned: bool = True,
) -> Callable[[F], F]:
    """A POST on a record that stands: a step, or something added to it."""
    declared = Declared(scope, once=True, versioned=versioned, takes_file=takes_file)
    return _operation(router, "POST", path, declared, answer, OK, summary)


def change(
    router: Router, path: str, scope: Scope, answer: Any, summary: str, *, whole: bool = False
) -> Callable[[F], F]:
    """A PATCH: what is named is changed, the rest stays. `whole`: a PUT, which replaces all."""
    method = "PUT" if whole else "PATCH"
    return _operation(router, method, path, Declared(scope, versioned=True), answer, OK, summary)


def remove(router: Router, path: str, scope: Scope, answer: Any, summary: str) -> Callable[[F], F]:
    """A DELETE: of a part of a record, which is answered as it stands then, or of a draft, of which the key is."""
    return _operation(router, "DELETE", path, Declared(scope, versioned=True), answer, OK, summary)


def _operation(
    router: Router, method: str, path: str, declared: Declared, answer: Any, status: int, summary: str
) -> Callable[[F], F]:
    def decorate(endpoint: F) -> F:
        decorate_view(lambda run: _guarded(run, declared))(endpoint)
        router.api_operation(
            ["GET", "HEAD"] if method == "GET" else [method],
            path,
            auth=TokenAuth(),
            response={status: answer},
            operation_id=endpoint.__name__,
            summary=summary,
            openapi_extra=_described(method, declared, status),
        )(endpoint)
        return endpoint

    return decorate


def _guarded(run: Callable[..., HttpResponse], declared: Declared) -> Callable[..., HttpResponse]:
    """What happens around every endpoint, in this order."""
    operation = cast("Any", run).__self__
    takes_json = any(model.__ninja_param_source__ == "body" for model in operation.models)

    @wraps(run)
    def guarded(request: HttpRequest, **values: Any) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]  # whoever is signed in with a browser does not count here
        try:
            let_in(request)
            asking = cast("ApiRequest", request)
            limits.count(asking.api_token)
            _check_scope(asking, declared.scope)
            _check_size(asking, declared)
            _check_names(asking, operation)
            if declared.takes_file:
                look_at(asking)
            if declared.versioned:
                asking.expected_version = _expected(asking)
            if takes_json and asking.body:  # read before a transaction begins: a large one would hold up all others
                asking.parsed = PARSER.parse_body(asking)
            if declared.once:
                answer = once.answer_once(asking, lambda: run(request, **values))
            else:
                answer = once_more(lambda: run(request, **values))
        except Exception as error:  # noqa: BLE001  # the one place where errors become answers
            return busy(request, error) if is_knot(error) else problem_of(request, error)
        return _tagged(asking, answer, declared)

    return guarded


def _check_scope(request: ApiRequest, scope: Scope) -> None:
    if scope not in request.api_token.scopes:
        raise ProblemError(403, "no_scope", f"Mã truy cập này không có phạm vi «{scope}» ({scope.label.lower()}).")
    require(request.actor, scope.permission)


def _check_size(request: ApiRequest, declared: Declared) -> None:
    """Before anything is read."""
    if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
        sentence = "Hãy gửi Content-Length: nội dung gửi từng đoạn (Transfer-Encoding: chunked) không được nhận."
        raise ProblemError(411, "no_length", sentence)
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = LARGEST_FORM if declared.takes_file else LARGEST
    if length.isdigit() and int(length[:15]) > most:
        raise ProblemError(413, "too_large", f"Yêu cầu lớn hơn {most // 1024} KB.")


def _check_names(request: ApiRequest, operation: Any) -> None:
    """A parameter with a slip in its name would else be passed over in silence."""
    known = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in model.__ninja_flatten_map__
    }
    for name in request.GET:
        if name not in known:
            shown = name[:60].replace("\x00", "?")
            raise wrong(f"query.{shown}", f"Không có tham số «{shown}».")


def _expected(request: ApiRequest) -> int:
    text = request.headers.get("If-Match", "")
    found = MATCH.fullmatch(text)
    if found is None:
        sentence = 'Hãy gửi If-Match với phiên bản đã đọc (mục `version`), ví dụ If-Match: "3".'
        raise ProblemError(428 if not text else 400, "no_version", sentence)
    return int(found[1])


def _tagged(request: ApiRequest, answer: HttpResponse, declared: Declared) -> HttpResponse:
    """With the ETag: the version of the record, where it has one, and what the answer holds; 304 where the caller has it."""
    answer.headers["Vary"] = "Authorization"
    if answer.status_code not in {OK, CREATED}:
        return answer
    answer.headers["Cache-Control"] = "private, no-cache"
    mark = hashlib.sha256(answer.content).hexdigest()[:16]
    version = _version_in(answer.content)
    answer.headers["ETag"] = f'"{version}.{mark}"' if version else f'"{mark}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if declared.stands_at and answer.status_code == CREATED:
        answer.headers["Location"] = f"/{PREFIX.strip('/')}{declared.stands_at.format(**json.loads(answer.content))}"
    if request.method in {"GET", "HEAD"} and ("*" in known or answer.headers["ETag"] in known):
        kept = {name: answer.headers[name] for name in ("ETag", "Vary", "Cache-Control")}
        return HttpResponse(status=NOT_MODIFIED, headers=kept)
    return answer


# Written by ninja's renderer: a record begins with its version.
_VERSION = re.compile(rb'\{"version": ([0-9]{1,9})[,}]')


def _version_in(content: bytes) -> str:
    found = _VERSION.match(content)
    return found[1].decode() if found else ""


# --- the description -------------------------------------------------------------------------------------------------


def _described(method: str, declared: Declared, status: int) -> dict[str, Any]:
    """What OpenAPI says besides what ninja finds by itself."""
    parameters = []
    if declared.once:
        parameters.append(_header(once.HEADER, "Giá trị mới cho mỗi việc mới, ví dụ một UUID", pattern=once.PATTERN))
    if declared.versioned:
        parameters.append(_header("If-Match", "Phiên bản đã đọc (`version` hoặc ETag)", pattern=rf"^{MATCH.pattern}$"))
    statuses = [*_OF_ALL, 500, 503]
    if method != "GET":
        statuses += [409, 411, 413, 415]
    if declared.versioned:
        statuses += [412, 428]
    responses: dict[int, Any] = {one: {"$ref": f"#/components/responses/{one}"} for one in sorted(statuses)}
    if method == "GET":
        responses[NOT_MODIFIED] = {"description": "Không đổi so với ETag đã có"}
    always: Mapping[str, Any] = {"schema": {"type": "string"}, "required": True}
    headers = {"ETag": always, "Location": always} if declared.stands_at else {"ETag": always}
    responses[status] = {"headers": headers}
    return {"parameters": parameters, "responses": responses, "x-scope": declared.scope.value}


def _header(name: str, description: str, *, pattern: str) -> Mapping[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"in": "header", "name": name, "required": True, "description": description, "schema": schema}


def problem_responses() -> dict[str, Any]:
    """The answers that several operations share, for `components.responses`."""
    from khuyencong.api.problems import TITLES

    again = {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "required": True}}
    more = {
        401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
        429: again,
        503: again,
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": title, "content": content, **({"headers": more[status]} if status in more else {})}
        for status, title in TITLES.items()
    }


def as_json(found: Any) -> str:
    """The description as it is sent."""
    return json.dumps(found, ensure_ascii=False)
