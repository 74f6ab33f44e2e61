"""What was published in a year: each figure has one condition, for the number and the list behind it.

A work counts in the year of its publication, for the agency that counts its đề án. Cost is what the works name as cost;
what was paid stands in the ledger of their đề án and is not counted here again.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Sum

from khuyencong.outreach.models import Work, WorkKind, WorkState
from khuyencong.outreach.models.works import WorkQuerySet
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.projects.subjects import Count as Figure
from khuyencong.projects.subjects import Subject


def published_works(actor: Actor, year: int, until: date, kind: str = "") -> WorkQuerySet:
    """What came out in the year, of one kind or of all."""
    rows = Work.objects.filter(
        project__in=Project.objects.counted_for(actor).order_by(),
        state=WorkState.PUBLISHED,
        published_on__year=year,
        published_on__lte=until,
    )
    return rows.filter(kind=kind) if kind else rows


def counted(*, actor: Actor, year: int, until: date) -> dict[str, int]:
    """The year's figures under stable names, for reports; money in đồng, `outreach_<kind>` in works."""
    rows = published_works(actor, year, until).order_by()
    by_kind = {one["kind"]: one["n"] for one in rows.values("kind").annotate(n=Count("pk"))}
    sums = rows.aggregate(known=Count("reach"), reached=Sum("reach"), spent=Sum("cost"))
    return {
        "outreach_published": sum(by_kind.values()),
        **{f"outreach_{kind}": by_kind.get(kind, 0) for kind in WorkKind.values},
        "outreach_cost": int(sums["spent"] or 0),
        "outreach_reach": int(sums["reached"] or 0),
        "outreach_reach_known": sums["known"],
    }


def works_between(first_on: date, last_on: date) -> WorkQuerySet:
    """What came out between the days."""
    return Work.objects.filter(state=WorkState.PUBLISHED, published_on__range=(first_on, last_on))


SUBJECT = Subject(
    code="thong-tin",
    title="Thông tin, tuyên truyền",
    one="sản phẩm thông tin",
    when="Đăng, phát trong thời gian ấy",
    counts=(
        Figure("reach", "Lượt tiếp cận", "lượt", "Trong số sản phẩm biết lượt tiếp cận"),
        Figure("cost", "Chi phí", "đồng", "Theo từng sản phẩm; tiền chi nằm trong sổ của đề án"),
    ),
    rows=works_between,
    province="project__province",
    unit="project__implementing_unit",
)
