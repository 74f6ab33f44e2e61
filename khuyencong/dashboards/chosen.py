"""The đề án behind the marks of the dashboard that are no figures of `reporting`: one condition for a count and its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from khuyencong.delivery.models import Acceptance
from khuyencong.effects.models import Moment
from khuyencong.effects.sums import paid
from khuyencong.law.catalogue import activity_name, catalogue, sector_choices
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.places.models import Commune
from khuyencong.projects.models import EstimateLine, Project, ProjectQuerySet
from khuyencong.projects.states import COMMITTED, ProjectState
from khuyencong.reporting.borders import Borders
from khuyencong.reporting.figures import Question, provinces_of_region

S = ProjectState
MACHINES = 3  # the content of NĐ 45/2012 Đ4 that pays for machines
NO_SECTOR = "Không ghi ngành nghề"


def narrowed(question: Question, actor: Actor, *, year: bool = True) -> ProjectQuerySet:
    """The đề án of the plan year (or of all years) that the question speaks of and the actor's agency counts."""
    found = Project.objects.counted_for(actor)
    if year:
        found = found.filter(year=question.period.year)
    if question.source:
        found = found.filter(source=question.source)
    if question.activity:
        found = found.filter(activity=question.activity)
    if question.unit:
        units = Agency.objects.filter(Q(pk=question.unit) | Q(successor=question.unit, active_to__isnull=False))
        found = found.filter(implementing_unit__in=units.order_by().values("pk"))
    if question.province:
        column = "province__current__key" if question.borders is Borders.TODAY else "province__key"
        found = found.filter(**{column: question.province})
    if question.region:
        found = found.filter(**{f"{question.borders.path}__in": provinces_of_region(question)})
    return found


@dataclass(frozen=True)
class Late:
    """Something that waits, or has waited too long, as of a day; of whichever year its plan is."""

    code: str
    label: str
    condition: Callable[[date], Q]


def _waiting(least: int, most: int | None = None) -> Callable[[date], Q]:
    """Sent in so many days ago and not appraised by anybody yet."""

    def condition(on: date) -> Q:
        found = Q(state=S.SUBMITTED, submitted_on__lte=on - timedelta(days=least))
        return found if most is None else found & Q(submitted_on__gt=on - timedelta(days=most))

    return condition


def _term(on: date, *, late: bool) -> Q:
    ends = Q(contract_part__contract__ends_on__lt=on)
    if not late:
        ends = Q(
            contract_part__contract__ends_on__gte=on, contract_part__contract__ends_on__lte=on + timedelta(days=30)
        )
    return Q(state=S.IN_PROGRESS) & ends


def _unsettled(on: date) -> Q:
    """More than fifteen days after its last acceptance: the day that TT 36/2013 Đ18.1 gives for national money."""
    newer = Acceptance.objects.filter(project=OuterRef("pk"), accepted_on__gte=on - timedelta(days=15))
    return Q(~Exists(newer), state=S.ACCEPTED)


LATE = (
    Late("cho-tham-dinh", "Đã gửi, chờ thẩm định dưới 15 ngày", _waiting(0, 15)),
    Late("cho-15", "Đã gửi, chờ thẩm định 15–30 ngày", _waiting(15, 31)),
    Late("cho-30", "Đã gửi, chờ thẩm định trên 30 ngày", _waiting(31)),
    Late("chua-ky", "Đã phê duyệt, chưa ký hợp đồng", lambda _: Q(state=S.APPROVED)),
    Late("sap-het-han", "Hợp đồng hết hạn trong 30 ngày tới", lambda on: _term(on, late=False)),
    Late("qua-han", "Hợp đồng quá hạn, chưa nghiệm thu xong", lambda on: _term(on, late=True)),
    Late("chua-quyet-toan", "Nghiệm thu xong quá 15 ngày, chưa quyết toán", _unsettled),
)
# The states of which LATE speaks, so that a count need not look at what is long settled.
WAITING = (S.SUBMITTED, S.APPROVED, S.IN_PROGRESS, S.ACCEPTED)
LATE_BY_CODE = {one.code: one for one in LATE}


def priced_lines(chosen: ProjectQuerySet) -> QuerySet[EstimateLine]:
    """What of these đề án is supported and has the price of one piece: machines and models (NĐ 45/2012 Đ4.3)."""
    machines = [one.code for one in catalogue().activities.values() if one.content == MACHINES]
    rows = chosen.filter(activity__in=machines).order_by().values("pk")
    return EstimateLine.objects.filter(project__in=rows, unit_price__gt=0, support__gt=0).order_by()


def behind(mark: str, value: str, question: Question, actor: Actor, on: date) -> tuple[str, ProjectQuerySet] | None:
    """What a mark is called and the đề án that it counts; None for a mark that there is not.

    `mark` and `value` as they stand in the address: «trang-thai» a state, «han» a code of LATE, «nganh» a sector, «may» the
    words of a line, «xa» the key of a commune, «viec-lam» an activity.
    """
    committed = narrowed(question, actor).filter(state__in=COMMITTED)
    found: tuple[str, ProjectQuerySet] | None = None
    match mark:
        case "trang-thai" if value in S.values:
            found = S(value).label, narrowed(question, actor).filter(state=value)
        case "han" if value in LATE_BY_CODE:
            late = LATE_BY_CODE[value]
            found = late.label, narrowed(question, actor, year=False).filter(late.condition(on))
        case "nganh":
            found = dict(sector_choices()).get(value) or NO_SECTOR, committed.filter(sector=value)
        case "may":
            lines = priced_lines(committed).filter(content=value)
            found = value, committed.filter(pk__in=lines.values("project"))
        case "xa":
            commune = Commune.objects.filter(key=value).first()
            found = (commune.name, committed.filter(commune=commune)) if commune else None
        case "viec-lam" if value in catalogue().activities:
            rows = narrowed(question, actor).filter(pk__in=with_jobs(question, actor).values("pk"), activity=value)
            found = f"{activity_name(value)}: biết số việc làm mới", rows
    return found


def with_jobs(question: Question, actor: Actor) -> ProjectQuerySet:
    """Those of the plan year, once for each sheet that tells both new jobs and support at acceptance."""
    # A range of one: by the bare moment SQLite would read the sheets of all years, and not those of the year's đề án.
    one = (Moment.ACCEPTANCE, Moment.ACCEPTANCE)
    return narrowed(question, actor).filter(paid("effect_sheets__"), effect_sheets__moment__range=one)
