"""What pages show of requests and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from khuyencong.core.components import Crumb, Tone
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Finding
from khuyencong.core.personal import masked, masked_email
from khuyencong.people.actors import Actor
from khuyencong.persons.actions.requests import answer_by
from khuyencong.persons.finding import MOST_FOUND, Asked, find
from khuyencong.persons.holding import Holding, Sort
from khuyencong.persons.keeping import Terms
from khuyencong.persons.models import HiddenRow, PersonRequest, RequestState
from khuyencong.persons.where import BY_KEY

__all__ = ["MOST_FOUND"]
TONES: dict[str, Tone] = {
    RequestState.OPEN: "warning",
    RequestState.ANSWERED: "success",
    RequestState.REFUSED: "danger",
}
# Enough to tell persons of one name apart, not enough to use: the whole is in the copy that a leader has agreed to.
_SEEN: Mapping[Sort, Callable[[str], str]] = {
    Sort.NAME: str,
    Sort.LOGIN: str,
    Sort.BIRTH: str,
    Sort.PHONE: masked,
    Sort.EMAIL: masked_email,
    Sort.IDENTITY: masked,
    Sort.POSITION: str,
}


@dataclass(frozen=True)
class ShownRow:
    """One row as a page shows it: what is there of the person, and by what it was found or why it stays."""

    key: str
    kind: str
    number: str
    says: str
    by: str = ""
    state: str = ""
    reason: Finding | None = None
    free: bool = False

    @property
    def label(self) -> str:
        return f"{self.kind}: {self.says}"


def rows_found(asked: PersonRequest, actor: Actor) -> list[ShownRow]:
    """The rows in which this person may stand, and those chosen before."""
    wanted = Asked.of(
        name=asked.person,
        birth_year=asked.birth_year,
        phone=asked.phone,
        email=asked.email,
        identity_number=asked.identity_number,
    )
    found = {(one.holding.key, one.pk): ", ".join(one.by) for one in find(wanted, actor)}
    # The request itself names the person, and so do earlier ones: they are rows like any other, but this one is open.
    found.pop((BY_KEY["persons.PersonRequest"].key, asked.pk), None)
    for model, pk in asked.chosen:
        found.setdefault((model, pk), "đã chọn trước")
    says = _says([(BY_KEY[model], pk) for model, pk in found])
    return [
        ShownRow(f"{model}:{pk}", BY_KEY[model].label, f"số {pk}", says[model, pk], by=by)
        for (model, pk), by in found.items()
        if (model, pk) in says
    ]


def holdings_of(asked: PersonRequest) -> list[tuple[Holding, int]]:
    """The rows chosen."""
    return [(BY_KEY[model], pk) for model, pk in asked.chosen if model in BY_KEY]


def chosen_rows(asked: PersonRequest, terms: Terms) -> list[ShownRow]:
    """The rows chosen: hidden already, free to be hidden, or why they stay."""
    rows = holdings_of(asked)
    says = _says(rows)
    told = {(one.model, one.row): one for one in HiddenRow.objects.filter(request=asked)}
    shown = []
    for holding, pk in rows:
        one = told.get((holding.key, pk))
        hidden = one is not None and one.hidden_at is not None
        reason = None if hidden else terms.why_kept(holding, pk)
        shown.append(
            ShownRow(
                f"{holding.key}:{pk}",
                holding.label,
                f"số {pk}",
                says.get((holding.key, pk), "bản ghi không còn"),
                state="Đã ẩn" if hidden else "",
                reason=reason,
                free=not hidden and reason is None,
            )
        )
    return shown


def _says(rows: list[tuple[Holding, int]]) -> dict[tuple[str, int], str]:
    """What stands of the person in each row, in one line; a query for each kind of row."""
    by_holding: dict[str, list[int]] = {}
    for holding, pk in rows:
        by_holding.setdefault(holding.key, []).append(pk)
    said = {}
    for key, pks in by_holding.items():
        holding = BY_KEY[key]
        seen = {name: _SEEN[sort] for name, sort in holding.fields.items() if sort in _SEEN}
        for pk, *values in holding.model._default_manager.filter(pk__in=pks).values_list("pk", *seen):  # noqa: SLF001  # Django documents it
            shown = [show(str(value)) for show, value in zip(seen.values(), values, strict=True) if value]
            said[key, pk] = ", ".join(shown) or "không còn mục nào"
    return said


def facts(asked: PersonRequest) -> list[tuple[str, str]]:
    """What is known of the request."""
    rows: list[tuple[str, Any]] = [
        ("Yêu cầu", asked.get_kind_display()),
        ("Người yêu cầu", asked.person),
        ("Năm sinh", asked.birth_year),
        ("Số định danh", asked.identity_number),
        ("Điện thoại", asked.phone),
        ("Thư điện tử", asked.email),
        ("Văn bản yêu cầu", asked.paper),
        ("Đã kiểm tra người yêu cầu", asked.get_identity_check_display()),
        ("Ngày nhận", format_date(asked.received_on)),
        ("Phản hồi chậm nhất (chờ xác minh)", format_date(answer_by(asked)) if asked.is_open else ""),
        ("Người ghi", asked.taken_by),
        ("Đồng ý giao bản sao", asked.copy_agreed_by),
        ("Ngày trả lời", format_date(asked.answered_on) if asked.answered_on else ""),
        ("Số văn bản trả lời", asked.answer_number),
        ("Nội dung trả lời", asked.answer),
    ]
    return [(label, str(value)) for label, value in rows if value not in (None, "")]


def proposed_answer(asked: PersonRequest) -> str:
    """What is said of the rows that stay, as a beginning of the answer."""
    kept = HiddenRow.objects.filter(request=asked, hidden_at__isnull=True)
    return "\n".join(dict.fromkeys(one.told for one in kept))


def counted(rows: list[tuple[Holding, int]]) -> list[tuple[str, int]]:
    """How many rows of each kind."""
    found = Counter(holding.label for holding, _ in rows)
    return sorted(found.items())


def my_crumbs() -> list[Crumb]:
    """The own account, this page."""
    return [Crumb("Tài khoản của tôi", reverse("my_account")), Crumb("Dữ liệu của tôi")]
