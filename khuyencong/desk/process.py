"""The transition tables of every room as one page shows them; `docs/transitions.md` is written from the same tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Choices

from khuyencong.intake.states import REGISTRATION_TRANSITIONS, REQUEST_TRANSITIONS
from khuyencong.normbook.states import TRANSITIONS as NORM_TRANSITIONS
from khuyencong.people.permissions import Permission
from khuyencong.people.wording import who_may
from khuyencong.projects.states import STEPS, TRANSITIONS, Route

NOBODY_YET = "người đăng ký"


class _Row(Protocol):
    """What the rows of all tables have in common."""

    @property
    def label(self) -> str: ...
    @property
    def source(self) -> Choices: ...
    @property
    def target(self) -> Choices: ...
    @property
    def permission(self) -> Permission | None: ...


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step in words."""

    source: str
    label: str
    target: str
    who: str


@dataclass(frozen=True, slots=True)
class Life:
    """One kind of record: the states when all goes well ("" none is drawn), and all its steps."""

    key: str
    title: str
    road: tuple[str, ...]
    steps: tuple[StepRow, ...]


def lives() -> list[Life]:
    """A đề án on each of its routes, then the other records that have a table; no query."""
    found = [
        Life(
            f"de-an-{route.value}".replace("_", "-"),
            f"Đề án: {route.label}",
            tuple(str(state.label) for state in STEPS[route]),
            _steps(row for row in TRANSITIONS if route in row.routes),
        )
        for route in Route
    ]
    others: tuple[tuple[str, str, Iterable[_Row]], ...] = (
        ("van-ban-dinh-muc", "Văn bản định mức do người dùng nhập", NORM_TRANSITIONS),
        ("dang-ky", "Đăng ký của cơ sở", REGISTRATION_TRANSITIONS),
        ("de-nghi", "Đề nghị hỗ trợ", REQUEST_TRANSITIONS),
    )
    return [*found, *(Life(key, title, (), _steps(rows)) for key, title, rows in others)]


def _steps(rows: Iterable[_Row]) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(
            source=str(row.source.label),
            label=row.label,
            target=str(row.target.label),
            who=who_may(row.permission) if row.permission else NOBODY_YET,
        )
        for row in rows
    )
