"""What `make bench` measures of competitions: one round of 300 products, 9 judges and 12 criteria, scored to the last sheet.

The rows are made in bulk, as signing would have left them; a print of all 2.700 sheets is measured for one of its turns
and for the joining of all pages.
"""

import time
from datetime import date
from decimal import Decimal
from random import Random
from uuid import uuid4

from django.utils import timezone

from khuyencong.competitions.judging.actions import begin_print, print_next
from khuyencong.competitions.judging.results import COLUMNS
from khuyencong.competitions.models import (
    Criterion,
    Entry,
    EntryState,
    Member,
    Part,
    ProductGroup,
    Round,
    RoundState,
    Score,
    SeatRole,
    Sheet,
    SheetSignature,
    SheetState,
)
from khuyencong.core.dates import today
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import actor_for
from khuyencong.people.models import User
from tests.performance.page import Page

ENTRIES, JUDGES, BATCH = 300, 9, 2_000
SCALE = [(Part.MARKET, 10)] * 4 + [(Part.IMPACT, 10)] * 4 + [(Part.BEAUTY, 5)] * 2 + [(Part.OTHER, 5)] * 2
HEAD, NAME = "thamdinh", "Bình chọn của phép đo"
RESULT_MS = 200


def make_round(*, seed: int = 8) -> Round:
    """The round, closed; the head of its jury is a person of the demo."""
    chance = Random(seed)  # noqa: S311  # made-up data, the same at every run
    head = User.objects.get(username=HEAD)
    agency = head.memberships.select_related("agency__province").get().agency
    on = date(today().year, 1, 5)
    round_ = Round.objects.create(
        agency=agency, level="province", province=agency.province, place_key=f"bench:{uuid4().hex[:8]}", year=on.year,
        name=NAME, state=RoundState.SCORED, call_number="1/TB", call_on=on, entries_from=on, entries_until=on,
        created_by=head, criteria_approved_by=head, criteria_approved_at=timezone.now(), criteria_approved_as="Chủ tịch",
    )  # fmt: skip
    roles = [SeatRole.JURY_HEAD, SeatRole.JURY_DEPUTY, *[SeatRole.JUDGE] * (JUDGES - 2)]
    members = Member.objects.bulk_create(
        Member(
            round=round_, role=role, full_name=f"Giám khảo {number}", user=head if number == 0 else None,
            decision_number="1/QĐ", decision_on=on, from_on=on, added_by=head,
        )
        for number, role in enumerate(roles)
    )  # fmt: skip
    criteria = Criterion.objects.bulk_create(
        Criterion(round=round_, part=part, text=f"Tiêu chí {order} của phép đo", max_points=most, order=order)
        for order, (part, most) in enumerate(SCALE, start=1)
    )
    makers = list(Establishment.objects.filter(province=agency.province).order_by("pk")[:50])
    entries = Entry.objects.bulk_create(
        (
            Entry(
                round=round_, establishment=makers[number % len(makers)], product=f"Sản phẩm của phép đo {number}",
                group=ProductGroup.values[number % 4], number=number, code=f"SP-{number:03}", state=EntryState.ACCEPTED,
                submitted_at=timezone.now(), written_by=head, written_for=agency,
            )
            for number in range(1, ENTRIES + 1)
        ),
        BATCH,
    )  # fmt: skip
    _sign_all(entries, members, criteria, head, chance)
    return round_


def _sign_all(
    entries: list[Entry], members: list[Member], criteria: list[Criterion], head: User, chance: Random
) -> None:
    """Every judge for every product, in steps of half a point."""
    sheets, points = [], []
    for entry in entries:
        for member in members:
            given = [
                Decimal(chance.randrange(int(one.max_points), 2 * int(one.max_points) + 1)) / 2 for one in criteria
            ]
            sums = {
                part: sum(value for value, one in zip(given, criteria, strict=True) if one.part == part)
                for part in Part
            }
            parts = {name: sums[part] for name, part in zip(COLUMNS, Part, strict=True)}
            sheets.append(
                Sheet(
                    member=member,
                    entry=entry,
                    state=SheetState.SIGNED,
                    total=sum(given),
                    signed_at=timezone.now(),
                    **parts,
                )
            )
            points.append(given)
    made = Sheet.objects.bulk_create(sheets, BATCH)
    Score.objects.bulk_create(
        (
            Score(sheet=sheet, criterion=criterion, points=value)
            for sheet, given in zip(made, points, strict=True)
            for criterion, value in zip(criteria, given, strict=True)
        ),
        BATCH,
    )
    SheetSignature.objects.bulk_create(
        (
            SheetSignature(
                sheet=sheet, number=1, total=sheet.total, sha256="0" * 64, by=head,
                content={
                    "rows": [
                        {"part": one.part, "text": one.text, "most": str(one.max_points), "points": str(value), "note": ""}
                        for one, value in zip(criteria, given, strict=True)
                    ],
                    "remark": "",
                },
            )
            for sheet, given in zip(made, points, strict=True)
        ),
        BATCH,
    )  # fmt: skip


def _of(page: str) -> str:
    return f"/binh-chon/{Round.objects.get(name=NAME).pk}/{page}"


COMPETITIONS = [
    Page("Kết quả chấm, 300 × 9 × 12", lambda: _of("diem/"), "competitions.Sheet", HEAD, budget_ms=RESULT_MS),
    Page("Tiến độ chấm, 300 × 9", lambda: _of("giam-khao/"), "competitions.Sheet", HEAD, budget_ms=RESULT_MS),
    Page("Kỳ đã chấm, 300 sản phẩm", lambda: _of(""), "competitions.Entry", HEAD, budget_ms=RESULT_MS),
    Page(
        "Kết luận của Hội đồng, 300 sản phẩm", lambda: _of("ket-luan/"), "competitions.Entry", HEAD, budget_ms=RESULT_MS
    ),
    Page("Bàn chấm điểm, 300 sản phẩm", lambda: _of("cham/"), "competitions.Entry", HEAD, budget_ms=RESULT_MS),
    Page("Thống kê bình chọn, 300 sản phẩm", "/binh-chon/thong-ke/", "competitions.Entry", HEAD, budget_ms=RESULT_MS),
]


def print_rows() -> list[dict[str, object]]:
    """All sheets as one PDF: the longest turn, the joining of the pages, and the whole."""
    from django.db import connection

    round_, by = Round.objects.get(name=NAME), actor_for(User.objects.get(username=HEAD), origin="bench")
    if by is None:
        raise SystemExit("The head of the jury wears no hat.")
    found, times = begin_print(round_id=round_.pk, by=by, creation_key=uuid4()), []
    while found.runs:
        start = time.perf_counter()
        found = print_next(print_id=found.pk, by=by, version=found.version)
        times.append((time.perf_counter() - start) * 1000)
    shared = {"database": connection.vendor, "rows": found.wanted, "queries": 0}
    measured = (
        ("Phiếu chấm thành PDF, lượt lâu nhất (60 phiếu)", max(times[:-1])),
        ("Phiếu chấm thành PDF, ghép các trang", times[-1]),
        ("Phiếu chấm thành PDF, cả 2.700 phiếu", sum(times)),
    )
    return [{"name": name, "median_ms": round(ms, 2), "p95_ms": round(ms, 2), **shared} for name, ms in measured]
