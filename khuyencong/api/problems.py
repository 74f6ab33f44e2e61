"""What is answered where something cannot be done: `application/problem+json` (RFC 9457), in Vietnamese.

An endpoint raises what its action raises; `problem_of` is the one place that turns an error into an answer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, Field

from khuyencong.core.again import is_knot
from khuyencong.core.errors import DomainError, NotAllowed, Stale
from khuyencong.core.findings import as_dicts

MEDIA_TYPE = "application/problem+json"
MOST_SHOWN = 100  # mistakes in one answer
BUSY_SECONDS = "5"  # after which it is worth asking again
FAILED = 500  # this status and above: not the caller's fault
logger = logging.getLogger(__name__)

TITLES: dict[int, str] = {
    400: "Yêu cầu không đọc được",
    401: "Chưa có mã truy cập hợp lệ",
    403: "Không được phép",
    404: "Không có",
    405: "Không có cách gọi này",
    409: "Chưa thực hiện được",
    411: "Thiếu độ dài của yêu cầu",
    412: "Hồ sơ đã thay đổi",
    413: "Yêu cầu quá lớn",
    415: "Không phải JSON mã hóa UTF-8",
    422: "Dữ liệu chưa đúng",
    428: "Thiếu phiên bản của hồ sơ",
    429: "Gọi quá nhiều",
    500: "Lỗi của hệ thống",
    503: "Hệ thống đang bận",
}


class Mistake(BaseModel):
    """One value that is wrong, and where it stands in the request."""

    where: str = Field(description="Chỗ sai: body.name, query.limit")
    sentence: str


class FindingOut(BaseModel):
    """What a rule has found: as long as a `blocker` holds, the step cannot be taken."""

    kind: str
    code: str
    sentence: str
    article: str


class Problem(BaseModel):
    """An error (RFC 9457). `detail` is a sentence for a person, `article` the provision that a refusal rests on."""

    type: str = Field(description="Mã ổn định để chương trình so")
    title: str
    status: int
    detail: str
    article: str = ""
    findings: list[FindingOut] = []
    mistakes: list[Mistake] = []


class ProblemError(Exception):
    """Something of the request itself, before any action is asked. `detail` is a Vietnamese sentence."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        mistakes: Sequence[Mistake] = (),
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers = dict(headers or {})
        self.mistakes = tuple(mistakes)


def wrong(where: str, sentence: str) -> ProblemError:
    """422 for one value that is wrong."""
    return ProblemError(422, "wrong_value", sentence, mistakes=[Mistake(where=where, sentence=sentence)])


def answer(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """The answer itself."""
    problem = Problem(type=f"urn:khuyencong:{code}", title=TITLES[status], status=status, detail=detail, **more)
    return HttpResponse(
        json.dumps(problem.model_dump(), ensure_ascii=False),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def problem_of(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: C901, PLR0911  # one answer for each kind of error
    """Turn an error into its answer; what nobody expected is logged and becomes 500."""
    match error:
        case ProblemError():
            return answer(error.status, error.code, error.detail, headers=error.headers, mistakes=list(error.mistakes))
        case NotAllowed():
            return answer(403, "not_allowed", error.sentence, article=error.article)
        case Stale():
            return answer(412, "stale", error.sentence)
        case DomainError():
            findings = [FindingOut(**one) for one in as_dicts(error.findings)]
            return answer(409, "refused", error.sentence, article=error.article, findings=findings)
        case Http404():
            return answer(404, "not_found", "Không có bản ghi này, hoặc nó ở ngoài phạm vi của mã truy cập.")
        case ValidationError():
            mistakes = [_mistake(one) for one in error.errors[:MOST_SHOWN]]
            return answer(422, "wrong_value", "Có giá trị chưa đúng: xem từng chỗ ở `mistakes`.", mistakes=mistakes)
        case HttpError() if isinstance(error.__cause__, ProblemError):  # what the reader of JSON found
            return problem_of(request, error.__cause__)
        case TooManyFieldsSent() | TooManyFilesSent():
            return answer(400, "bad_request", "Biểu mẫu có quá nhiều mục hoặc quá nhiều tệp.")
        case SuspiciousOperation() | BadRequest() | MultiPartParserError():
            return answer(400, "bad_request", "Không đọc được yêu cầu này.")
        case HttpError():
            return answer(error.status_code, "bad_request", "Không đọc được yêu cầu này.")
    if is_knot(error):
        raise error  # the whole question is asked once more: see operations.py
    if isinstance(error, OperationalError):
        return busy(request, error)
    logger.error("An endpoint has failed: %s", request.path, exc_info=error)
    return answer(500, "failed", "Có lỗi của hệ thống; chưa có gì được ghi. Lỗi đã được ghi lại cho người quản trị.")


def busy(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database had no time for this, or was away: nothing was written, and asking again later may help."""
    logger.error("The database was busy or away: %s", request.path, exc_info=error)
    sentence = "Cơ sở dữ liệu đang bận; chưa có gì được ghi. Hãy gửi lại nguyên yêu cầu này sau vài giây."
    return answer(503, "busy", sentence, headers={"Retry-After": BUSY_SECONDS})


def _mistake(error: Mapping[str, Any]) -> Mistake:
    parts = [str(part) for part in error["loc"]]
    if parts[:2] == ["body", "body"]:  # the argument of the endpoint is called so too
        parts = parts[1:]
    return Mistake(where=".".join(parts), sentence=_sentence(error))


# What pydantic finds, in words; its own numbers and names stand in `ctx`.
_SENTENCES = {
    "missing": "Thiếu mục này.",
    "extra_forbidden": "Không có mục này: hãy xem lại tên.",
    "string_too_long": "Dài quá {max_length} ký tự.",
    "string_too_short": "Ngắn hơn {min_length} ký tự.",
    "too_long": "Nhiều hơn {max_length} phần tử.",
    "too_short": "Ít hơn {min_length} phần tử.",
    "greater_than_equal": "Ít nhất là {ge}.",
    "greater_than": "Phải lớn hơn {gt}.",
    "less_than_equal": "Nhiều nhất là {le}.",
    "literal_error": "Phải là một trong: {expected}.",
    "string_type": "Phải là chuỗi ký tự.",
    "string_pattern_mismatch": "Không đúng dạng {pattern}.",
    "int_type": "Phải là số nguyên.",
    "int_parsing": "Phải là số nguyên.",
    "bool_type": "Phải là true hoặc false.",
    "bool_parsing": "Phải là true hoặc false.",
    "list_type": "Phải là một danh sách.",
    "model_type": "Phải là một đối tượng JSON.",
    "model_attributes_type": "Phải là một đối tượng JSON.",
    "dict_type": "Phải là một đối tượng JSON.",
    "uuid_parsing": "Phải là một UUID.",
}


def _sentence(error: Mapping[str, Any]) -> str:
    context = error.get("ctx") or {}
    if error["type"] == "value_error":
        return str(context.get("error", error["msg"]))
    if "expected" in context:  # pydantic writes 'a', 'b' or 'c'
        context = context | {"expected": str(context["expected"]).replace("' or '", "', '")}
    known = _SENTENCES.get(error["type"])
    return known.format(**context) if known else "Giá trị này không đúng dạng."


def of_http_status(status: int) -> HttpResponse:
    """For what was answered before the API itself was asked: an unknown address, a method that is not there, too much."""
    known = status if status in TITLES else FAILED if status >= FAILED else HTTPStatus.BAD_REQUEST
    sentences = {
        404: "Không có địa chỉ này: danh sách ở /api/v1/docs.",
        405: "Địa chỉ này không nhận cách gọi (phương thức) ấy.",
        413: "Yêu cầu lớn hơn mức nhận.",
        500: "Có lỗi của hệ thống. Hãy thử lại sau.",
        503: "Hệ thống đang bận. Hãy gửi lại sau vài giây.",
    }
    return answer(known, f"http_{known}", sentences.get(known, "Không đọc được yêu cầu này."))
