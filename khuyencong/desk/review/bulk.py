"""One decision for several đề án that are alike: each is judged by itself, as if it had been opened alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, QueryDict

from khuyencong.appraisal.actions import Judgement, appraise
from khuyencong.appraisal.models import POINTS, Outcome
from khuyencong.core.dates import today
from khuyencong.core.errors import DomainError, Refused
from khuyencong.core.fields import NFCField, VNDateField
from khuyencong.core.forms import StyledForm
from khuyencong.desk.review.queue import level_of, step_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import require
from khuyencong.projects.models import Project
from khuyencong.projects.states import permission_of

CHOSEN, VERSION = "chon", "version"  # names of the fields, one pair for each đề án
MOST_AT_ONCE = 50
LONGEST_NUMBER = 18  # digits; fits a key of the database
OUTCOMES = (
    (Outcome.AGREE.value, "Đồng ý, cả năm nội dung đều đạt"),
    (Outcome.RETURN.value, Outcome.RETURN.label),
)


@dataclass(frozen=True)
class Result:
    """What became of one of them; `refused` is the sentence that says why nothing was written, "" where it was."""

    project: Project
    refused: str = ""


def chosen_in(data: QueryDict, actor: Actor) -> list[Project]:
    """The đề án that the address or the form names, in that order; two queries.

    Http404 where one is out of sight, NotAllowed where the matrix refuses one, Refused where they are too many.
    """
    keys = list(dict.fromkeys(_number(text) for text in data.getlist(CHOSEN)))
    if len(keys) > MOST_AT_ONCE:
        raise Refused(f"Mỗi lần nhiều nhất {MOST_AT_ONCE} đề án: hãy chọn bớt.")
    found = Project.objects.visible_to(actor).select_related("province__current").in_bulk(keys) if keys else {}
    if len(found) < len(keys):
        raise Http404
    permission = permission_of(step_of(level_of(actor)))
    for project in found.values():
        require(actor, permission, project)
    return [found[key] for key in keys]


def versions_in(data: QueryDict) -> dict[int, int]:
    """The version of each đề án that the form was made from; 0, which is never current, where it is missing or no number."""
    keys, versions = data.getlist(CHOSEN), data.getlist(VERSION)
    if len(keys) != len(versions):
        return {}
    return {_number(key): _number(version) for key, version in zip(keys, versions, strict=True)}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else 0


class BulkForm(StyledForm):
    """The one decision: all five points met, or the points that are not and why."""

    outcome = forms.ChoiceField(label="Kết quả thẩm định", choices=OUTCOMES, widget=forms.RadioSelect)
    unmet = forms.MultipleChoiceField(
        label="Nội dung chưa đạt",
        choices=[(number, f"{number}. {title}") for number, (title, _) in POINTS.items()],
        required=False,
        help_text="Chỉ đánh dấu khi trả lại.",
        widget=forms.CheckboxSelectMultiple,
    )
    comment = NFCField(
        label="Nhận xét chung, lý do",
        required=False,
        max_length=5_000,
        help_text="Ghi như nhau cho mọi đề án; bắt buộc khi trả lại: đơn vị cần biết phải sửa gì.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    minutes_number = NFCField(
        label="Số biên bản hoặc phiếu thẩm định",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"data-short": True}),
    )
    appraised_on = VNDateField(label="Ngày thẩm định", initial=today)
    read = forms.BooleanField(
        label="Tôi đã xem hồ sơ của từng đề án trên theo năm nội dung tại Điều 9 Thông tư 36/2013/TT-BCT"
    )

    def clean(self) -> dict[str, Any]:
        """What belongs to one of the two outcomes only."""
        data: dict[str, Any] = super().clean() or {}
        outcome = data.get("outcome")
        if outcome == Outcome.RETURN and not data.get("unmet"):
            self.add_error("unmet", "Hãy đánh dấu ít nhất một nội dung chưa đạt.")
        if outcome == Outcome.RETURN and not data.get("comment", "").strip():
            self.add_error("comment", "Trả lại thì phải ghi lý do.")
        if outcome == Outcome.AGREE and data.get("unmet"):
            self.add_error("unmet", "Đồng ý thì cả năm nội dung đều phải đạt: hãy bỏ đánh dấu, hoặc trả lại.")
        return data


def decide_each(
    projects: Sequence[Project],
    *,
    by: Actor,
    versions: Mapping[int, int],
    outcome: Outcome,
    unmet: Collection[int],
    comment: str,
    minutes_number: str,
    appraised_on: date,
) -> list[Result]:
    """Appraise each of them in a transaction of its own; what is refused leaves the others as they are.

    `versions`: those that the form was made from, by key. Nothing that needs a confirmation of its own (a norm that
    waits for verification) is agreed to here.
    """
    level = level_of(by)
    results = []
    for project in projects:
        try:
            appraise(
                project_id=project.pk,
                by=by,
                version=versions.get(project.pk, 0),
                level=level,
                outcome=outcome,
                points={number: Judgement(number not in unmet) for number in POINTS},
                appraised_on=appraised_on,
                comment=comment,
                minutes_number=minutes_number,
            )
        except DomainError as error:
            results.append(Result(project, str(error)))
        else:
            results.append(Result(project))
    return results
