"""What the pages of sheets show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page
from django.urls import reverse

from khuyencong.core.components import Action, Fact, Tone
from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker
from khuyencong.core.money import format_dong
from khuyencong.core.pages import page_of
from khuyencong.effects.actions.judging import OWN
from khuyencong.effects.figures import questions_for, with_unit
from khuyencong.effects.filters import SheetFilter
from khuyencong.effects.models import OPEN, EffectAnswer, EffectMeasure, EffectSheet, SheetState
from khuyencong.effects.states import steps_from
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects.indicators import INDICATORS

if TYPE_CHECKING:
    from khuyencong.effects.web import Asking

TONES: dict[SheetState, Tone] = {
    SheetState.WAITING: "",
    SheetState.ANSWERED: "info",
    SheetState.RETURNED: "warning",
    SheetState.CONFIRMED: "success",
}


def listed(asked: SheetFilter, *, number: str | None, size: int) -> Page[EffectSheet]:
    """One page of the list, what has been due longest first; a constant number of queries."""
    rows = asked.sheets().order_by("due_on", "pk")
    return page_of(rows, shown=EffectSheet.objects.with_names(), number=number, size=size)


@dataclass(frozen=True)
class SheetLine:
    """One figure of one sheet: what was said last, how often it was corrected, and whether it is in force."""

    name: str
    said: str
    source: str
    versions: int
    in_force: bool


def lines_of(asking: Asking) -> list[SheetLine]:
    """Every figure that the sheet asks for; what is not known says so. No query."""
    sheet = asking.sheet
    found = []
    for one in questions_for(sheet.project.activity, baseline=sheet.is_baseline):
        last = asking.said.get(one.code)
        known = last is not None and last.value is not None
        found.append(
            SheetLine(
                one.name,
                with_unit(one.code, last.value) if last is not None and known else "chưa biết",
                f"{last.answer}{REMEMBERED if asking.is_recalled(last.answer) else ''}" if last is not None else "",
                last.number if last is not None else 0,
                known and last is not None and getattr(sheet, one.code) == last.value,
            )
        )
    return found


def facts_of(sheet: EffectSheet) -> list[Fact]:
    """Whose sheet it is, of when, and what was paid."""
    establishment, project = sheet.beneficiary.establishment, sheet.project
    rows = [
        Fact("Cơ sở", establishment.name, reverse("establishment", args=[establishment.pk])),
        Fact("Đề án", f"{project.code} – {project.name}", project.get_absolute_url()),
        Fact("Đến hạn hỏi", format_date(sheet.due_on) if sheet.due_on else "không hỏi: chưa được nghiệm thu khoản nào"),
        Fact("Hỗ trợ được nghiệm thu", _dong(sheet.support)),
        Fact("Chi phí được nghiệm thu", _dong(sheet.cost)),
    ]
    if sheet.closed:
        rows.append(Fact("Tình trạng", "Cơ sở đã ngừng hoạt động"))
    if sheet.remark:
        rows.append(Fact("Ý kiến của cơ quan", sheet.remark))
    return rows


def _dong(amount: int | None) -> str:
    return "chưa biết riêng cho cơ sở này" if amount is None else f"{format_dong(amount)} đồng"


@dataclass(frozen=True)
class Said:
    """One answer with the figures that it changed."""

    answer: EffectAnswer
    changes: list[tuple[str, str]]
    recalled: bool


def history_of(asking: Asking) -> list[Said]:
    """Every answer that was ever given, newest first; two queries."""
    rows = asking.sheet.answers.select_related("by").prefetch_related("measures").order_by("-pk")
    return [
        Said(one, [_change(measure) for measure in one.measures.all()], asking.is_recalled(one)) for one in rows
    ]  # fmt: skip


def _change(measure: EffectMeasure) -> tuple[str, str]:
    said = with_unit(measure.code, measure.value) or "chưa biết"
    return INDICATORS[measure.code].name, f"{said}{' (sửa)' if measure.number > 1 else ''}"


REMEMBERED = " (nhớ lại)"
ICONS = {"confirm": "check", "send_back": "arrow-back-up", "reopen": "refresh"}


def buttons(asking: Asking, actor: Actor) -> list[Action]:
    """The steps that this actor may take now; one that something stands against says what."""
    sheet = asking.sheet
    made = list(_asking_buttons(sheet, actor))
    for step in steps_from(sheet):
        if step.permission is None or not allowed(actor, step.permission, sheet):
            continue
        own = step.name == "confirm" and asking.answer is not None and asking.answer.by_id == actor.user.pk
        made.append(
            Action(
                key=step.name,
                label=step.label,
                url=reverse(f"effect_{step.name}", args=[sheet.pk]),
                method="get",
                icon=ICONS[step.name],
                tone="primary" if step.name == "confirm" else "",
                blocked=Blocker("own", OWN) if own else None,
            )
        )
    return made


def _asking_buttons(sheet: EffectSheet, actor: Actor) -> Iterable[Action]:
    if sheet.state == SheetState.CONFIRMED or not allowed(actor, Permission.EFFECT_RECORD, sheet):
        return
    yield Action(
        key="record",
        label="Ghi theo lời kể",
        url=reverse("effect_record", args=[sheet.pk]),
        method="get",
        icon="pencil",
        tone="primary" if sheet.state in OPEN else "",
    )
    if sheet.state in OPEN:
        reached: dict[str, Any] = {}
        if not sheet.beneficiary.establishment.email:
            reached["blocked"] = Blocker("no_address", "Hồ sơ cơ sở chưa có địa chỉ thư điện tử.")
        yield Action(
            key="send",
            label="Gửi liên kết qua thư điện tử",
            url=reverse("effect_send", args=[sheet.pk]),
            icon="send",
            hidden={"version": sheet.version},
            **reached,
        )
        yield Action(
            key="letter",
            label="In thư có mã QR",
            url=reverse("effect_letters"),
            icon="printer",
            hidden={"phieu": sheet.pk},
        )
