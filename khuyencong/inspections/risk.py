"""Which đề án under way to look at first: signs read off the records, each with its figure.

The measures are our own and no rule of law; a sign is no reproach, only a reason to go and see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from django.db.models import Count, Max

from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong, percent
from khuyencong.finance.ledger import Balance, balances
from khuyencong.finance.models import ContractPart, LedgerEntry
from khuyencong.inspections.after_end import inspected_by
from khuyencong.inspections.models import Visit
from khuyencong.monitoring.models import ProgressReport
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Beneficiary
from khuyencong.projects.states import COMMITTED, ProjectState, Route

UNDER_WAY = (ProjectState.IN_PROGRESS, ProjectState.ACCEPTED)
LARGE_ADVANCE = Fraction(1, 2)  # of what was contracted
LITTLE_DONE = Fraction(1, 2)  # of what was advanced
REPORT_EVERY = timedelta(days=31)  # a month, as TT 36/2013 Đ23.3.a asks of national money
MANY_SUPPORTS = 3  # approved đề án of one establishment, whatever their year
LONG_UNSEEN = timedelta(days=365)


class Sign(StrEnum):
    """What makes one look at a đề án."""

    ADVANCE = "tam-ung"
    LATE = "cham"
    MANY = "nhieu-lan"
    UNSEEN = "chua-kiem-tra"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def measure(self) -> str:
        """How it is found, for the page."""
        return _LABELS[self][1]


_LABELS = {
    Sign.ADVANCE: (
        "Tạm ứng nhiều, làm ít",
        "Đã tạm ứng từ một nửa giá trị hợp đồng, mà số được nghiệm thu chưa bằng một nửa số đã tạm ứng.",
    ),
    Sign.LATE: (
        "Chậm báo cáo, quá hạn hợp đồng",
        (
            "Nguồn quốc gia: quá một tháng không có báo cáo tiến độ (TT 36/2013 Đ23.3.a). Mọi nguồn: hợp đồng đã hết hạn "
            "mà chưa nghiệm thu xong."
        ),
    ),
    Sign.MANY: (
        "Cơ sở được hỗ trợ nhiều lần",
        f"Có cơ sở thụ hưởng từ {MANY_SUPPORTS} đề án đã phê duyệt trở lên, mọi năm và nguồn.",
    ),
    Sign.UNSEEN: ("Lâu chưa kiểm tra", "Ký hợp đồng đã quá một năm, hoặc lần kiểm tra trước đã quá một năm."),
}


@dataclass(frozen=True)
class Risk:
    """The signs of one đề án, each with the figures behind it."""

    project_id: int
    signs: Mapping[Sign, str]
    at_stake: int  # đồng paid out and not yet earned

    @property
    def sentences(self) -> list[tuple[str, str]]:
        return [(sign.label, sentence) for sign, sentence in self.signs.items()]


def risks_for(actor: Actor, on: date) -> list[Risk]:
    """The đề án under way that show a sign, most signs first, then the most money; six queries, whatever their number."""
    projects = inspected_by(actor).filter(state__in=UNDER_WAY).order_by()
    keys = projects.values("pk")
    rows = list(projects.values_list("pk", "route", "state"))
    money = balances(LedgerEntry.objects.filter(project__in=keys), "project_id")
    parts = {one.project_id: one for one in ContractPart.objects.filter(project__in=keys).select_related("contract")}
    reports = ProgressReport.objects.filter(project__in=keys, filed_on__isnull=False).order_by()
    reported = dict(reports.values_list("project").annotate(last=Max("filed_on")))
    visits = Visit.objects.filter(inspection__project__in=keys).order_by()
    seen = dict(visits.values_list("inspection__project").annotate(last=Max("visited_on")))
    many = _many_supports(keys)
    found = []
    for pk, route, state in rows:
        balance, part = money.get(pk, Balance()), parts.get(pk)
        told = {
            Sign.ADVANCE: _advance(balance),
            Sign.LATE: _late(route, state, part, reported.get(pk), on),
            Sign.MANY: many.get(pk, ""),
            Sign.UNSEEN: _unseen(part, seen.get(pk), on),
        }
        signs = {sign: sentence for sign, sentence in told.items() if sentence}
        if signs:
            found.append(Risk(pk, signs, balance.unearned))
    return sorted(found, key=lambda one: (-len(one.signs), -one.at_stake, one.project_id))


def _advance(balance: Balance) -> str:
    if not balance.contracted or balance.advanced < LARGE_ADVANCE * balance.contracted:
        return ""
    if balance.accepted >= LITTLE_DONE * balance.advanced:
        return ""
    share = f"{percent(balance.advanced, balance.contracted)}".replace(".", ",")
    return (
        f"đã tạm ứng {format_dong(balance.advanced)} đồng ({share}% hợp đồng), "
        f"mới nghiệm thu {format_dong(balance.accepted)} đồng"
    )


def _late(route: str, state: str, part: ContractPart | None, reported: date | None, on: date) -> str:
    if state != ProjectState.IN_PROGRESS or part is None:
        return ""
    contract, told = part.contract, []
    if contract.ends_on is not None and contract.ends_on < on:
        told.append(f"hợp đồng hết hạn {format_date(contract.ends_on)}, chưa nghiệm thu xong")
    since = reported or contract.signed_on
    if route != Route.LOCAL and on - since > REPORT_EVERY:
        what = "báo cáo tiến độ gần nhất" if reported else "chưa có báo cáo tiến độ nào từ ngày ký"
        told.append(f"{what} {format_date(since)}")
    return "; ".join(told)


def _unseen(part: ContractPart | None, seen: date | None, on: date) -> str:
    since = seen or (part.contract.signed_on if part else None)
    if since is None or on - since <= LONG_UNSEEN:
        return ""
    return f"kiểm tra lần cuối {format_date(since)}" if seen else f"chưa lần nào kể từ ngày ký {format_date(since)}"


def _many_supports(keys: object) -> dict[int, str]:
    """For each of these đề án, its establishment with the most supports, where there are many; two queries."""
    here = list(
        Beneficiary.objects.filter(project__in=keys)
        .order_by("pk")
        .values_list("project", "establishment", "establishment__name")
    )
    counts = (
        Beneficiary.objects.filter(project__state__in=COMMITTED)
        .filter(establishment__in=Beneficiary.objects.filter(project__in=keys).order_by().values("establishment"))
        .order_by()
        .values("establishment")
        .annotate(times=Count("project", distinct=True))
        .filter(times__gte=MANY_SUPPORTS)
    )
    times = dict(counts.values_list("establishment", "times"))
    most: dict[int, tuple[int, str]] = {}
    for project, establishment, name in here:
        if establishment in times and times[establishment] > most.get(project, (0, ""))[0]:
            most[project] = (times[establishment], name)
    return {project: f"{name}: {number} đề án đã phê duyệt" for project, (number, name) in most.items()}
