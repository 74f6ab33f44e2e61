"""What the đề án of a year are: drawn by chance, nothing written yet. Whole đồng throughout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from khuyencong.core.money import MILLION
from khuyencong.demo.national.sites import Site
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import ProjectKind
from khuyencong.projects.states import COMMITTED, ProjectState, Route

FIRST_YEAR, LAST_YEAR = 2014, 2026
LAST_DAY = date(2026, 11, 20)  # nothing of the made-up nation happens later
NATIONAL_SHARE = 0.25
DIRECT_SHARE = 0.1  # of national money, what a regional centre carries out itself
SECOND_ROUND = 0.2
CAP = 300 * MILLION

S = ProjectState
T = TypeVar("T")
# Activity, how often, and what its lines are called; with beneficiaries or, as a task, without.
MACHINES = (
    ("Máy sấy lạnh", 180, 420), ("Máy sấy nông sản dùng năng lượng mặt trời", 220, 480), ("Máy cắt laser CNC", 380, 900),
    ("Máy chấn tôn thủy lực", 260, 640), ("Máy phay CNC 3 trục", 420, 980), ("Máy tiện CNC", 350, 820),
    ("Máy đóng gói tự động", 140, 360), ("Máy dán nhãn tự động", 90, 210), ("Máy chiết rót", 120, 340),
    ("Máy ép viên nén gỗ", 300, 720), ("Máy chẻ tre", 70, 180), ("Máy cưa lọng CNC", 150, 390),
    ("Máy chà nhám thùng", 160, 380), ("Máy xay xát gạo", 240, 560), ("Máy tách màu nông sản", 420, 860),
    ("Máy rang cà phê", 120, 420), ("Máy sao chè", 80, 240), ("Máy vò chè", 60, 160), ("Lò nung gốm dùng gas", 260, 620),
    ("Máy ép gạch không nung", 400, 950), ("Máy nghiền đá", 350, 880), ("Máy may công nghiệp", 60, 190),
    ("Máy dệt thổ cẩm bán tự động", 80, 220), ("Máy tráng bánh tự động", 90, 260), ("Máy cấp đông", 320, 780),
    ("Máy hút chân không", 60, 170), ("Máy chưng cất tinh dầu", 150, 380), ("Máy thổi chai nhựa", 260, 640),
    ("Máy khắc gỗ CNC", 180, 460), ("Máy nén khí trục vít", 110, 290),
)  # fmt: skip
WITH_MACHINES = (("machinery", 46), ("technology_transfer", 4), ("technology_line", 3), ("replication_model", 2))
OTHERS = (
    ("demonstration_model", 8, "Xây dựng mô hình trình diễn kỹ thuật"),
    ("cleaner_production_model", 3, "Thay thế thiết bị theo phương án sản xuất sạch hơn"),
    ("trademark", 6, "Thiết kế và đăng ký nhãn hiệu"),
    ("fair_domestic_join", 7, "Thuê và dựng gian hàng tại hội chợ"),
    ("showroom", 3, "Xây dựng phòng trưng bày sản phẩm"),
    ("consulting", 4, "Tư vấn lập dự án đầu tư"),
)
TASKS = (
    ("vocational_training", 5, "Đào tạo nghề cho lao động nông thôn"),
    ("management_training", 3, "Tập huấn quản lý cho cơ sở công nghiệp nông thôn"),
    ("information", 4, "Sản xuất chương trình truyền hình về khuyến công"),
    ("competition_province", 1, "Tổ chức bình chọn sản phẩm công nghiệp nông thôn tiêu biểu"),
    ("conference", 1, "Tổ chức hội nghị về khuyến công"),
)
SECTORS = ("agro_processing", "consumer_export", "mechanical_electrical", "handicraft", "building_materials")
MOST_PARTS = (1, 1, 1, 2, 2, 3, 3, 4, 5, 7)
# How đề án of a past year have ended, and how those of this year stand.
PAST = ((S.SETTLED, 91), (S.STOPPED, 3), (S.REJECTED, 4), (S.WITHDRAWN, 2))
LATE = ((S.SETTLED, 86), (S.ACCEPTED, 5), (S.STOPPED, 3), (S.REJECTED, 4), (S.WITHDRAWN, 2))
NOW = (
    (S.SETTLED, 14), (S.ACCEPTED, 16), (S.IN_PROGRESS, 34), (S.APPROVED, 10), (S.BASE_APPRAISED, 7), (S.SUBMITTED, 7),
    (S.RETURNED, 3), (S.DRAFT, 4), (S.REJECTED, 2), (S.WITHDRAWN, 1), (S.STOPPED, 2),
)  # fmt: skip
PENDING = frozenset({S.BASE_APPRAISED, S.CENTRAL_APPRAISED, S.SUBMITTED, S.RETURNED, S.DRAFT})
UNDER_CONTRACT = frozenset({S.IN_PROGRESS, S.ACCEPTED, S.SETTLED})
DONE = frozenset({S.ACCEPTED, S.SETTLED})


@dataclass
class Line:
    """A line of the estimate."""

    content: str
    unit: str
    quantity: int
    price: int
    support: int

    @property
    def total(self) -> int:
        return self.quantity * self.price


@dataclass
class Part:
    """One beneficiary with its lines and what was accepted; of a task, the work itself without one."""

    establishment: tuple[int, str, str] | None
    lines: list[Line]
    accepted: int = 0
    cost: int = 0
    key: int | None = None
    line_keys: list[int] = field(default_factory=list)

    @property
    def support(self) -> int:
        return sum(one.support for one in self.lines)


@dataclass
class Days:
    """When what happened; days that have not come are never read."""

    created: date
    submitted: date
    base: date
    central: date
    contracted: date
    advanced: date
    accepted: date
    paid: date
    settled: date


@dataclass
class Work:
    """One đề án before it is written."""

    site: Site
    year: int
    source: FundingSource
    route: Route
    state: ProjectState
    kind: ProjectKind
    activity: str
    sector: str
    name: str
    round: int
    decided: date
    parts: list[Part]
    days: Days
    key: int = 0
    code: str = ""

    @property
    def support(self) -> int:
        return sum(part.support for part in self.parts)

    @property
    def local(self) -> bool:
        return self.source == FundingSource.LOCAL

    @property
    def is_planned(self) -> bool:
        """Whether money was ever approved for it."""
        return self.state in COMMITTED or self.state == S.STOPPED


def standing_on(year: int) -> date:
    """As of which day the provinces and agencies of a plan year are taken: those of the mergers from the next year on."""
    return LAST_DAY if year == LAST_YEAR else date(year, 1, 1)


def _decision_day(site: Site, year: int, source: FundingSource, round_: int) -> date:
    """When the plan of that round is approved: one day for the nation, one for each Sở."""
    first = date(year, 1, 8) if round_ == 1 else date(year, 5, 20)
    agency = site.office_on(standing_on(year)).department.pk if source == FundingSource.LOCAL else 0
    return first + timedelta(days=(agency * 7 + year) % 30)


def make_work(chance: Random, site: Site, year: int, number: int) -> Work:
    """Draw one đề án of that year; `number` makes its name its own."""
    source = FundingSource.NATIONAL if chance.random() < NATIONAL_SHARE else FundingSource.LOCAL
    direct = source == FundingSource.NATIONAL and site.region != "" and chance.random() < DIRECT_SHARE
    route = Route.LOCAL if source == FundingSource.LOCAL else Route.NATIONAL_DIRECT if direct else Route.NATIONAL
    table = NOW if year == LAST_YEAR else LATE if year == LAST_YEAR - 1 else PAST
    state = _weighted(chance, table)
    if state == S.BASE_APPRAISED and (
        route == Route.NATIONAL_DIRECT or (route == Route.NATIONAL and chance.random() < 0.5)
    ):
        state = S.CENTRAL_APPRAISED
    activity, title, tasks = _activity(chance)
    round_ = 2 if chance.random() < SECOND_ROUND else 1
    decided = _decision_day(site, year, source, round_)
    days = _days(chance, year, source, decided, pending=state in PENDING or state in {S.REJECTED, S.WITHDRAWN})
    known = [] if tasks else _establishments(chance, site, days.created)
    parts = [Part(one, _lines(chance, activity, title)) for one in known] or [
        Part(None, _lines(chance, activity, title))
    ]
    if state in DONE:
        for part in parts:
            _accept(chance, part)
    what = parts[0].lines[0].content if parts[0].establishment else title
    return Work(
        site=site,
        year=year,
        source=source,
        route=route,
        state=state,
        kind=ProjectKind.GROUP if len(parts) > 1 else ProjectKind.SINGLE if known else ProjectKind.TASK,
        activity=activity,
        sector=chance.choice(SECTORS) if known else "",
        name=f"{'Hỗ trợ' if known else 'Nhiệm vụ'}: {what[:1].lower()}{what[1:]}, {site.before.short_name}, số {number}",
        round=round_,
        decided=decided,
        parts=parts,
        days=days,
    )


def _weighted(chance: Random, table: tuple[tuple[T, int], ...]) -> T:
    return chance.choices([one for one, _ in table], [weight for _, weight in table])[0]


def _activity(chance: Random) -> tuple[str, str, bool]:
    """The activity, what its line is called ("": a machine), and whether it is a task without beneficiary."""
    table = (
        *((("machine", code, ""), weight) for code, weight in WITH_MACHINES),
        *((("other", code, title), weight) for code, weight, title in OTHERS),
        *((("task", code, title), weight) for code, weight, title in TASKS),
    )
    kind, code, title = _weighted(chance, table)
    return code, title, kind == "task"


def _establishments(chance: Random, site: Site, on: date) -> list[tuple[int, str, str]]:
    """Some of those that were registered by that day, none twice."""
    there = site.establishments
    # They stand in the order in which they were entered, evenly over the years.
    begun = (on - date(FIRST_YEAR - 1, 1, 1)).days / (LAST_DAY - date(FIRST_YEAR - 1, 1, 1)).days
    known = there[: max(*MOST_PARTS, int(len(there) * begun))]
    return chance.sample(known, min(len(known), chance.choice(MOST_PARTS)))


def _lines(chance: Random, activity: str, title: str) -> list[Line]:
    machines = not title
    if machines:
        title, low, high = chance.choice(MACHINES)
    else:
        low, high = (60, 260) if activity != "demonstration_model" else (400, 1_200)
    quantity = 2 if machines and chance.random() < 0.1 else 1
    price = chance.randrange(low, high) * MILLION
    support = min(quantity * price // 2, CAP) // MILLION * MILLION
    lines = [Line(title, "máy" if machines else "gói", quantity, price, support)]
    if chance.random() < 0.3:
        lines.append(Line("Lắp đặt, chạy thử, đào tạo vận hành", "gói", 1, chance.randrange(5, 60) * MILLION, 0))
    return lines


def _accept(chance: Random, part: Part) -> None:
    """What was found on the spot: mostly as planned, sometimes cheaper, and then less is paid."""
    part.cost, part.accepted = sum(one.total for one in part.lines), part.support
    if chance.random() < 0.15:
        part.accepted -= part.support // 100 * chance.randrange(1, 9)
        part.cost = part.accepted * 2 + chance.randrange(0, 20) * MILLION


def _days(chance: Random, year: int, source: FundingSource, decided: date, *, pending: bool) -> Days:
    """Every day in its order; of the last year all before LAST_DAY."""
    if pending and year == LAST_YEAR:
        submitted = date(year, 8, 1) + timedelta(days=chance.randrange(60))
    elif year == LAST_YEAR:  # the first plan of the provinces of today
        submitted = date(year - 1, 8, 1) + timedelta(days=chance.randrange(60))
    elif source == FundingSource.NATIONAL:
        submitted = date(year - 1, 3, 10) + timedelta(days=chance.randrange(90))
    else:
        submitted = date(year - 1, 8, 1) + timedelta(days=chance.randrange(90))
    last = year == LAST_YEAR
    base = submitted + timedelta(days=chance.randrange(5, 20))
    contracted = decided + timedelta(days=chance.randrange(12, 45))
    accepted = min(
        contracted + timedelta(days=chance.randrange(50, 190)), date(year, 11, 1) if last else date(year, 12, 10)
    )
    paid = accepted + timedelta(days=chance.randrange(3, 9))
    return Days(
        created=submitted - timedelta(days=chance.randrange(5, 30)),
        submitted=submitted,
        base=base,
        central=base + timedelta(days=chance.randrange(5, 20)),
        contracted=contracted,
        advanced=contracted + timedelta(days=chance.randrange(3, 20)),
        accepted=accepted,
        paid=paid,
        settled=paid + timedelta(days=chance.randrange(2, 7 if last else 25)),
    )
