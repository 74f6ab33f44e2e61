"""What a fair may and may not: its đề án, its days, its list before it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import Blocker, Finding, blockers
from khuyencong.core.public_text import personal_findings
from khuyencong.establishments.models import Establishment
from khuyencong.fairs.models import LONGEST_DAYS, Booth, Fair, FairState, Participant, ParticipantState
from khuyencong.fairs.rent import ABROAD, FAIR_ACTIVITIES, RentShare, against_the_project, sums_of, supported_elsewhere
from khuyencong.finance.ledger import balance_of
from khuyencong.law.catalogue import activity_name
from khuyencong.law.regulations import regulations
from khuyencong.projects.models import Project
from khuyencong.projects.states import COMMITTED, ProjectState

# Beside a competition its own đề án may pay for the show.
BESIDE = "competition_"
ENDED = (ProjectState.REJECTED, ProjectState.WITHDRAWN, ProjectState.STOPPED)
MOST_NAMED = 5
TIMES_ABROAD = "fair_abroad_times_per_year"
CONFIRMED_LIST = "khoản 10, khoản 11 Điều 14 Thông tư 36/2013/TT-BCT"


def may_hold_fairs(project: Project) -> bool:
    """Whether the activity of the đề án is one in which fairs take place."""
    return project.activity in FAIR_ACTIVITIES or project.activity.startswith(BESIDE)


def check_project(fair: Fair) -> None:
    """Refused where the đề án is of another activity or has been given up."""
    project = fair.project
    if project.state in ENDED:
        raise Refused(f"Đề án ở trạng thái «{project.get_state_display()}»: không lập hội chợ.")
    if project.activity in FAIR_ACTIVITIES:
        return
    if not project.activity.startswith(BESIDE):
        raise Refused(
            f"Đề án «{activity_name(project.activity)}» không chi cho hội chợ: chọn đề án tổ chức hoặc tham gia hội chợ.",
            article="khoản 4 Điều 4 Nghị định 45/2012/NĐ-CP",
        )
    if fair.round is None:
        raise Refused(
            "Hội chợ của đề án bình chọn đi cùng một kỳ bình chọn: hãy chọn kỳ ấy.",
            article="khoản 7 Điều 4 Thông tư 46/2012/TT-BCT",
        )


def check_days(fair: Fair) -> None:
    """Refused where the days contradict each other."""
    if fair.ends_on < fair.starts_on:
        raise Refused("Ngày bế mạc không được trước ngày khai mạc.")
    if (fair.ends_on - fair.starts_on).days >= LONGEST_DAYS:
        raise Refused(f"Hội chợ kéo dài nhiều nhất {LONGEST_DAYS} ngày: hãy kiểm tra lại ngày bế mạc.")
    if fair.register_until is not None and fair.register_until > fair.ends_on:
        raise Refused("Ngày cuối nhận đăng ký không được sau ngày bế mạc.")


def check_results_inside(fair: Fair) -> None:
    """Refused where a day for which something was written would no longer be one of the fair."""
    outside = Q(on__lt=fair.starts_on) | Q(on__gt=fair.ends_on)
    if (
        fair.visitor_days.filter(outside).exists()
        or fair.participants.filter(Q(days__on__lt=fair.starts_on) | Q(days__on__gt=fair.ends_on)).exists()
    ):
        raise Refused("Đã có số liệu của ngày nằm ngoài các ngày mới: hãy giữ những ngày ấy.")


def check_past(on: date, what: str) -> None:
    """Refused where a day that should have passed lies ahead."""
    if on > today():
        raise Refused(f"{what} {format_date(on)} chưa tới.")


def check_day_of(fair: Fair, on: date) -> None:
    """Refused where the day is none of the fair, or has not come."""
    if not fair.starts_on <= on <= fair.ends_on:
        raise Refused(
            f"Ngày {format_date(on)} không phải ngày của hội chợ ({format_date(fair.starts_on)} – {format_date(fair.ends_on)})."
        )
    check_past(on, "Ngày")


def check_unsettled(fair: Fair) -> None:
    """Refused where the đề án was settled: what the State paid at its fairs does not change any more."""
    if fair.project.state == ProjectState.SETTLED:
        raise Refused("Đề án đã quyết toán: không mở lại hội chợ của đề án nữa.")


def check_all_abroad(fair: Fair) -> None:
    """As `check_abroad`, for everybody who is taken to the fair."""
    if fair.project.activity != ABROAD:
        return
    rows = fair.participants.filter(state=ParticipantState.ACCEPTED).select_related("establishment").order_by("pk")
    for participant in rows:
        participant.fair = fair
        check_abroad(participant)


def check_abroad(participant: Participant) -> None:
    """An establishment is supported at fairs abroad at most twice a year; Refused with the fairs it had (TT 46/2012 Đ4.1.b).

    Two fairs may take it at one moment: both wait for the row of the establishment, so in a transaction.
    """
    fair = participant.fair
    if fair.project.activity != ABROAD:
        return
    limit = regulations().parameter(TIMES_ABROAD, fair.starts_on)
    if limit is None:
        return
    identity = participant.establishment.identity_id
    same = Establishment.objects.filter(Q(pk=identity) | Q(merged_into=identity)).order_by()
    list(Establishment.objects.select_for_update().filter(pk=identity).values_list("pk"))
    others = (
        Participant.objects.filter(
            establishment__in=same,
            state=ParticipantState.ACCEPTED,
            fair__project__activity=ABROAD,
            fair__starts_on__year=fair.starts_on.year,
        )
        .exclude(fair=fair)
        .exclude(fair__state=FairState.CANCELLED)
        .select_related("fair")
    )
    names = [one.fair.name for one in others]
    if len(names) >= limit.value:
        raise Refused(
            f"{participant} đã được nhận ở {len(names)} hội chợ nước ngoài năm {fair.starts_on.year} "
            f"({', '.join(names[:MOST_NAMED])}): mỗi cơ sở không quá {limit.value} lần một năm.",
            article=limit.citation,
        )


def confirming_findings(fair: Fair, booths: Sequence[Booth], share: RentShare) -> list[Finding]:
    """What stands in the way of confirming the list, and what else should be known. Expects `participant` loaded."""
    found: list[Finding] = []
    project = fair.project
    if project.state not in COMMITTED:
        found.append(
            Blocker(
                "not_committed",
                f"Đề án ở trạng thái «{project.get_state_display()}»: chưa có kinh phí được duyệt để xác nhận.",
            )
        )
    accepted = fair.participants.filter(state=ParticipantState.ACCEPTED).count()
    if not accepted:
        found.append(Blocker("nobody", "Chưa có cơ sở nào được nhận tham gia.", CONFIRMED_LIST))
    waiting = fair.participants.filter(state=ParticipantState.REGISTERED).count()
    if waiting:
        found.append(Blocker("waiting", f"Còn {waiting} cơ sở đăng ký chưa được trả lời: nhận hoặc không nhận."))
    twice = _twice(fair)
    if twice:
        found.append(
            Blocker(
                "one_establishment_twice",
                f"{twice} có mặt hai lần trong danh sách (hồ sơ cơ sở đã gộp): chỉ nhận một.",
                CONFIRMED_LIST,
            )
        )
    gone = [one.number for one in booths if one.participant and one.participant.state != ParticipantState.ACCEPTED]
    if gone:
        found.append(Blocker("of_nobody", f"Gian {_some(gone)} gắn với cơ sở không tham gia: gắn lại."))
    free = [one.number for one in booths if one.supported and not one.participant_id and not one.holder]
    if free:
        found.append(
            Blocker(
                "unassigned",
                f"Gian {_some(free)} được hỗ trợ mà chưa gắn với ai: gắn, hoặc ghi là không được hỗ trợ.",
                CONFIRMED_LIST,
            )
        )
    if share.per_establishment:
        others = [one.number for one in booths if one.supported and one.holder]
        if others:
            found.append(
                Blocker(
                    "not_an_establishment",
                    f"Gian {_some(others)} không phải của cơ sở: định mức này hỗ trợ cơ sở công nghiệp nông thôn.",
                    share.citation,
                )
            )
    priceless = [one.number for one in booths if one.supported and not one.price]
    if priceless:
        found.append(Blocker("no_price", f"Gian {_some(priceless)} chưa có giá thuê.", CONFIRMED_LIST))
    found += [one for one in share.findings if isinstance(one, Blocker) and any(booth.supported for booth in booths)]
    found += [one for one in _against(fair, booths) if isinstance(one, Blocker)]
    return found


def _twice(fair: Fair) -> str:
    """The name of an establishment that is taken twice, since two entries were merged afterwards; "" for none."""
    seen: set[int] = set()
    for one in fair.participants.filter(state=ParticipantState.ACCEPTED).select_related("establishment"):
        if one.establishment.identity_id in seen:
            return one.establishment.name
        seen.add(one.establishment.identity_id)
    return ""


def _against(fair: Fair, booths: Sequence[Booth]) -> list[Finding]:
    return against_the_project(sums_of(booths), balance_of(fair.project), supported_elsewhere(fair))


def check_portal(fair: Fair) -> None:
    """Raise Refused where everybody would read something of a person."""
    if fair.on_portal:
        refuse_on(
            personal_findings(
                {
                    "Tên hội chợ": fair.name,
                    "Địa điểm": fair.place,
                    "Nước": fair.country,
                    "Nội dung, yêu cầu": fair.about,
                }
            )
        )


def refuse_on(findings: Iterable[Finding]) -> None:
    """Refused with everything that stands in the way, where anything does."""
    stopping = blockers(findings)
    if stopping:
        more = f" (và {len(stopping) - 1} điều khác)" if len(stopping) > 1 else ""
        raise Refused(stopping[0].sentence + more, article=stopping[0].article, findings=stopping)


def _some(numbers: Sequence[str]) -> str:
    more = len(numbers) - MOST_NAMED
    return ", ".join(numbers[:MOST_NAMED]) + (f" và {more} gian khác" if more > 0 else "")
