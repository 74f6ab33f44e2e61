"""What falls due after a competition: complaints to answer, results to tell, certificates that run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse

from khuyencong.competitions.models import Certificate, Complaint, Round, RoundState
from khuyencong.competitions.outcome.holders import RUNNING_OUT
from khuyencong.competitions.outcome.validity import SOON_DAYS
from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.law.deadlines import Deadline
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.roles import Role

HANDS = frozenset({Role.OFFICER, Role.APPRAISER})
RUN = (Permission.COMPETITION_MANAGE, Permission.COMPETITION_DECIDE)
MOST = 200
ANSWER, END = "TT 26/2014 Đ20.2", "TT 26/2014 Đ17.3"


def certificate_dues(asked: Asked) -> Iterable[Due]:
    """For who organises competitions; three queries."""
    if not HANDS & asked.roles:
        return
    yield from _complaints(asked)
    yield from _to_tell(asked)
    yield from _running_out(asked)


def _complaints(asked: Asked) -> Iterable[Due]:
    rows = Complaint.objects.filter(round__agency__in=asked.actor.agency_ids, result="").select_related("round__agency")
    for one in rows.order_by("answer_by", "pk")[:MOST]:
        # Colleagues are told; only who runs the round or decides on it may read the complaint (Đ10.3).
        reads = any(allowed(asked.actor, one_of, one.round) for one_of in RUN)
        sentence = f"Trả lời khiếu nại: chậm nhất ngày {format_date(one.answer_by)}."
        yield Due(
            f"complaint:{one.pk}",
            f"Trả lời khiếu nại của {one.complainant}: {one.round.name}",
            reverse("award_complaint", args=[one.pk]) if reads else "",
            DueKind.LEGAL,
            HANDS,
            asked.actor.agency.short_name,
            deadline=Deadline(one.answer_by, sentence, ANSWER, verified=True, inclusive=True),
        )


def _to_tell(asked: Asked) -> Iterable[Due]:
    rows = Round.objects.filter(
        agency__in=asked.actor.agency_ids, state=RoundState.DECIDED, announced_on__isnull=True
    ).order_by("pk")
    for one in rows[:MOST]:
        key, title = f"competition_told:{one.pk}", f"Thông báo kết quả bình chọn: {one.name}"
        yield Due(key, title, one.get_absolute_url(), DueKind.OWN, HANDS, asked.actor.agency.short_name)


def _running_out(asked: Asked) -> Iterable[Due]:
    """One line for each last day: certificates of a year end together, and their makers must be told in time."""
    rows = (
        Certificate.objects.filter(
            decision__round__agency__in=asked.actor.agency_ids,
            withdrawn_on__isnull=True,
            valid_until__gte=asked.on,
            valid_until__lte=max(asked.last, asked.on + timedelta(days=SOON_DAYS)),
        )
        .order_by("valid_until")
        .values_list("valid_until")
        .annotate(count=Count("pk"))
    )
    url = f"{reverse('award_holders')}?gia-tri={RUNNING_OUT}"
    for on, count in rows:
        sentence = f"Giấy chứng nhận có giá trị đến hết ngày {format_date(on)}."
        yield Due(
            f"certificates_end:{on:%Y-%m-%d}",
            f"{count} giấy chứng nhận sản phẩm tiêu biểu hết giá trị",
            url,
            DueKind.LEGAL,
            HANDS,
            asked.actor.agency.short_name,
            deadline=Deadline(on, sentence, END, verified=True, inclusive=True),
            reminder=True,
        )
