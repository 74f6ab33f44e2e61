"""What reports count of the network; each figure has one condition, for the number and for the list behind it.

`people`, `communes`: who serves on the last day asked for, and where. `notes`, `surveys`, `reported`: what was done in the
year up to that day (`reported`: surveys taken into the registry). `prepared`, `paid`: đồng of lists that were approved for
months of the year, and of those tied to a payment that stands; the money itself is in the ledger of the task, never added to it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Count, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from khuyencong.collaborators.coverage import communes_seen, covered_communes
from khuyencong.collaborators.models import AllowanceLine, AllowanceState, Collaborator, MonthlyNote, Term
from khuyencong.collaborators.models.people import kept_scope
from khuyencong.people.actors import Actor
from khuyencong.projects.subjects import Count as Figure
from khuyencong.projects.subjects import Subject, number_behind, sum_behind
from khuyencong.surveys.models import Survey, SurveyState

LABELS = {
    "people": "Cộng tác viên đang giữ nhiệm vụ",
    "communes": "Xã, phường có cộng tác viên",
    "notes": "Ghi chép tháng",
    "surveys": "Phiếu khảo sát của cộng tác viên",
    "reported": "Cơ sở do cộng tác viên phát hiện đã vào hồ sơ",
    "prepared": "Thù lao đã duyệt (đồng)",
    "paid": "Thù lao đã chi (đồng)",
}
MONEY = ("prepared", "paid")


def counted(*, actor: Actor, year: int, until: date) -> dict[str, int]:
    """The figures by the keys of LABELS, up to the day `until` of the year; money in đồng. One query each."""
    found = {}
    for key in LABELS:
        rows = listed(key, actor=actor, year=year, until=until)
        found[key] = rows.aggregate(total=Sum("amount"))["total"] or 0 if key in MONEY else rows.count()
    return found


def listed(key: str, *, actor: Actor, year: int, until: date) -> QuerySet[Any]:
    """The records behind one figure. KeyError for an unknown key."""
    first, last = date(year, 1, 1), min(until, date(year, 12, 31))
    people = Collaborator.objects.filter(kept_scope(actor))
    surveys = Survey.objects.visible_to(actor).filter(
        surveyed_by__in=people.order_by().values("user"), surveyed_on__range=(first, last)
    )
    approved = AllowanceLine.objects.filter(
        kept_scope(actor, "collaborator__"),
        counts=True,
        month__range=(first, last),
        allowance_list__state=AllowanceState.APPROVED,
    )
    rows: dict[str, QuerySet[Any]] = {
        "people": people.serving(until),
        "communes": communes_seen(actor).filter(pk__in=covered_communes(until)),
        "notes": MonthlyNote.objects.filter(kept_scope(actor, "collaborator__"), month__range=(first, last)),
        "surveys": surveys,
        "reported": surveys.filter(state=SurveyState.TAKEN_IN),
        "prepared": approved,
        "paid": approved.filter(
            allowance_list__posting__isnull=False, allowance_list__posting__answered_by__isnull=True
        ),
    }
    return rows[key]


def network_between(first_on: date, last_on: date) -> QuerySet[Collaborator]:
    """Who served or was paid for the time between the days, and what each did in it; money in đồng.

    Whoever left before the last day stays with the work and the money; `serving` says who holds a term on that day.
    """
    approved = AllowanceLine.objects.filter(
        counts=True, month__range=(first_on, last_on), allowance_list__state=AllowanceState.APPROVED
    )
    surveyed = Survey.objects.filter(surveyed_on__range=(first_on, last_on), surveyed_by=OuterRef("user")).order_by()
    counted = surveyed.values("surveyed_by").annotate(found=Count("pk")).values("found")
    taken_in = surveyed.filter(state=SurveyState.TAKEN_IN).values("surveyed_by").annotate(found=Count("pk"))
    served = Term.objects.between(first_on, last_on).order_by().values("collaborator")
    serving = Q(pk__in=Term.objects.on(last_on).order_by().values("collaborator"))
    people = Collaborator.objects.filter(Q(pk__in=served) | Q(pk__in=approved.order_by().values("collaborator")))
    return people.annotate(
        serving=Case(When(serving, then=1), default=0, output_field=BigIntegerField()),
        months_noted=number_behind(MonthlyNote.objects.filter(month__range=(first_on, last_on)), "collaborator"),
        surveyed=Coalesce(Subquery(counted), 0, output_field=BigIntegerField()),
        reported=Coalesce(Subquery(taken_in.values("found")), 0, output_field=BigIntegerField()),
        approved=sum_behind(approved, "collaborator", "amount"),
    )


SUBJECT = Subject(
    code="cong-tac-vien",
    title="Cộng tác viên khuyến công",
    one="cộng tác viên",
    when="Giữ nhiệm vụ trong thời gian ấy, hoặc có thù lao đã duyệt của các tháng ấy",
    counts=(
        Figure("serving", "Đang giữ nhiệm vụ", "người", "Vào ngày cuối của kỳ"),
        Figure("months_noted", "Ghi chép tháng", "bản", "Của các tháng trong kỳ"),
        Figure("surveyed", "Phiếu khảo sát", "phiếu", "Khảo sát trong kỳ"),
        Figure("reported", "Cơ sở vào hồ sơ", "cơ sở", "Trong số phiếu ấy"),
        Figure("approved", "Thù lao đã duyệt", "đồng", "Của các tháng trong kỳ; tiền chi nằm trong sổ của nhiệm vụ"),
    ),
    rows=network_between,
    province="province",
    unit="kept_by",
)
