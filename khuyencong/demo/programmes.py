"""The national programmes that the law room ships, and a made-up one of Đồng Tháp with an amendment on the way."""

from __future__ import annotations

from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World
from khuyencong.programmes import actions, from_law
from khuyencong.programmes.indicators import indicator
from khuyencong.programmes.models import Programme, ProgrammeMoney, ProgrammeSource, ProgrammeTarget

FIRST, LAST = 2026, 2030
BILLION = 1_000 * MILLION
# Indicator, and from how many to how many are wanted; all made up.
WANTED = (
    ("machinery", 40, 50),
    ("demonstration_model", 3, 3),
    ("cleaner_production_model", 4, 4),
    ("trademark", 20, 25),
    ("consulting", 30, 30),
    ("vocational_training", 500, 600),
    ("fair_domestic_organise", 3, 3),
)
MONEY = (
    (ProgrammeSource.NATIONAL, 12 * BILLION, 15 * BILLION),
    (ProgrammeSource.LOCAL, 20 * BILLION, 25 * BILLION),
    (ProgrammeSource.COUNTERPART, 50 * BILLION, 50 * BILLION),
)


def load_programmes(world: World) -> None:
    """Enter and approve all of them; of the amendment, a draft with another number of machines."""
    for shipped in from_law.shipped_programmes().values():
        _national(world, shipped)
    programme = _enter(world, "dong-thap", "Chương trình khuyến công tỉnh Đồng Tháp 2026–2030 (ví dụ, không có thật)")
    officer = world.actor("dong-thap", "officer")
    actions.save_draft(
        programme_id=programme.pk,
        by=officer,
        version=programme.version,
        targets=_targets(),
        money=[ProgrammeMoney(source=source, low=low, high=high) for source, low, high in MONEY],
        note="Số liệu ví dụ để dùng thử, không phải chỉ tiêu của tỉnh.",
    )
    programme.refresh_from_db()
    actions.approve_version(
        programme_id=programme.pk,
        by=world.actor("dong-thap", "leader"),
        version=programme.version,
        decision_number="00/QĐ-VIDU",
        decision_on=min(today(), today().replace(month=1, day=15)),
        decided_by="Chủ tịch UBND tỉnh (ví dụ)",
        effective_on=min(today(), today().replace(month=1, day=15)),
        compared=True,
    )
    programme.refresh_from_db()
    actions.amend(programme_id=programme.pk, by=officer, version=programme.version)
    programme.refresh_from_db()
    actions.save_draft(
        programme_id=programme.pk,
        by=officer,
        version=programme.version,
        targets=_targets(machinery=(60, 80)),
        money=[ProgrammeMoney(source=source, low=low, high=high) for source, low, high in MONEY],
        note="Đề xuất tăng số cơ sở được hỗ trợ máy móc (ví dụ).",
    )


def _national(world: World, shipped: from_law.Shipped) -> None:
    programme = _enter(
        world,
        "national",
        shipped.name,
        first_year=shipped.first_year,
        last_year=shipped.last_year,
        law_document=shipped.id,
    )
    document = shipped.document
    issued = document.issued_on or today()
    actions.approve_version(
        programme_id=programme.pk,
        by=world.actor("national", "leader"),
        version=programme.version,
        decision_number=document.number,
        decision_on=issued,
        decided_by=document.issuer,
        effective_on=document.valid_from or issued,
    )


def _enter(
    world: World, agency: str, name: str, *, first_year: int = FIRST, last_year: int = LAST, law_document: str = ""
) -> Programme:
    officer = world.actor(agency, "officer" if (agency, "officer") in world.actors else "appraiser")
    return actions.create_programme(
        by=officer,
        creation_key=uuid4(),
        name=name,
        first_year=first_year,
        last_year=last_year,
        law_document=law_document,
    )


def _targets(**changed: tuple[int, int]) -> list[ProgrammeTarget]:
    found = []
    for code, low, high in WANTED:
        one = indicator(code)
        low, high = changed.get(code, (low, high))  # noqa: PLW2901  # the amended number takes its place
        found.append(
            ProgrammeTarget(
                indicator=code, label=one.label, unit=one.unit, low=low, high=high, first_year=FIRST, last_year=LAST
            )
        )
    return found
