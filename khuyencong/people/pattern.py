"""How agencies are called and coded where nobody has said otherwise: the pattern by which they are created from data.

Departments and centres are named after their province. That is how most of them are called; no document was read for any
single one, so that every name and parent made here is unverified until an administrator corrects it.
"""

import datetime as dt
from dataclasses import dataclass, field

from khuyencong.core.dates import today
from khuyencong.people.models import Agency, AgencyKind, AgencyName
from khuyencong.places.models import Province, ProvinceKind, Region
from khuyencong.places.queries import cities_on

SOURCE = "Theo mẫu chung, chưa đối chiếu với văn bản"
NATIONAL = "cuc"
NATIONAL_NAME = "Cục Đổi mới sáng tạo, Chuyển đổi xanh và Khuyến công"
# The days on which the name changed are not known here: each name counts from the earliest document read that uses it.
NATIONAL_NAMES = (
    ("Cục Công nghiệp địa phương", dt.date(2013, 12, 27), "Thông tư 36/2013/TT-BCT"),
    ("Cục Công Thương địa phương", dt.date(2017, 8, 31), "Thông tư 15/2017/TT-BCT"),
    (NATIONAL_NAME, dt.date(2025, 9, 23), "Quyết định 2646/QĐ-BCT"),
)
REGIONAL_CENTRES = ((1, Region.NORTH), (2, Region.CENTRAL), (3, Region.SOUTH))
# Officially written with a capital even inside a sentence, since the city bears the name of a person.
CAPITALISED_CITY = "79"
TITLES = {
    AgencyKind.DEPARTMENT: ("Sở Công Thương", "Sở Công Thương"),
    AgencyKind.CENTRE: ("Trung tâm Khuyến công", "TTKC"),
}
PREFIXES = {AgencyKind.DEPARTMENT: "sct", AgencyKind.CENTRE: "ttkc"}


@dataclass
class Spec:
    """An agency that should exist; one that does is left as users made it. `parent` and `successor` are codes."""

    code: str
    kind: AgencyKind
    name: str
    short_name: str
    parent: str = ""
    successor: str = ""
    province: Province | None = None
    region: str = ""
    names: list[AgencyName] = field(default_factory=list)

    @property
    def from_on(self) -> dt.date | None:
        return self.province.valid_from if self.province else None

    @property
    def to_on(self) -> dt.date | None:
        return self.province.valid_to if self.province else None


def department_code(province: Province) -> str:
    """Code of the Sở Công Thương of a province: «sct-25», of one that ended on 30/06/2025 «sct-25-2025»."""
    return _code(AgencyKind.DEPARTMENT, province)


def centre_code(province: Province) -> str:
    """Code of the Trung tâm Khuyến công of a province: «ttkc-25», «ttkc-25-2025»."""
    return _code(AgencyKind.CENTRE, province)


def regional_centre_code(number: int) -> str:
    """Code of regional centre 1, 2 or 3: «ttkv-1»."""
    return f"ttkv-{number}"


def levels() -> tuple[list[Spec], ...]:
    """Every agency that the data give: parents before children, successors before what they succeeded."""
    national = Spec(
        NATIONAL,
        AgencyKind.NATIONAL,
        NATIONAL_NAME,
        "Cục ĐMST, CĐX và Khuyến công",
        names=[AgencyName(name=name, seen_on=seen_on, source=source) for name, seen_on, source in NATIONAL_NAMES],
    )
    regional = [
        Spec(
            regional_centre_code(number),
            AgencyKind.REGIONAL_CENTRE,
            name := f"Trung tâm Khuyến công và Tư vấn phát triển công nghiệp khu vực {number}",
            f"TTKC khu vực {number}",
            parent=NATIONAL,
            region=region,
            names=[AgencyName(name=name, source=SOURCE)],
        )
        for number, region in REGIONAL_CENTRES
    ]
    rows = list(Province.objects.select_related("city_status", "current").order_by("sort_key", "key"))
    cities = cities_on(today())
    now, past = [row for row in rows if row.is_today], [row for row in rows if not row.is_today]
    kinds = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE)
    of_provinces = [[of_province(kind, row, cities) for row in part] for part in (now, past) for kind in kinds]
    return [national], regional, *of_provinces


def of_province(kind: AgencyKind, province: Province, cities: set[int]) -> Spec:
    """The department or the centre of a province, as the pattern has it; `cities`: the centrally-run cities of today."""
    title, short_title = TITLES[kind]
    # What is gone keeps the kind of its first day: no province became a city before it ended.
    is_city_now = province.is_today and province.pk in cities
    kind_now = ProvinceKind.CITY if is_city_now else ProvinceKind(province.kind)
    spec = Spec(
        _code(kind, province),
        kind,
        f"{title} {_called(province, kind_now)}",
        f"{short_title} {province.short_name}",
        parent=department_code(province) if kind == AgencyKind.CENTRE else "",
        successor="" if province.is_today or province.current is None else _code(kind, province.current),
        province=province,
    )
    spec.names = [AgencyName(name=spec.name, from_on=spec.from_on, to_on=spec.to_on, source=SOURCE)]
    if kind_now != province.kind:
        # It became a city after the first day of its row, and its agencies changed their names with it.
        status = province.city_status
        before = status.starts_on - dt.timedelta(days=1) if status.starts_on else None
        first = f"{title} {_called(province, ProvinceKind(province.kind))}"
        spec.names = [
            AgencyName(name=first, from_on=spec.from_on, to_on=before, source=SOURCE),
            AgencyName(name=spec.name, from_on=status.starts_on, source=status.document, verified=status.verified),
        ]
    return spec


def standing(kind: AgencyKind, province: Province) -> Agency | None:
    """The agency of that kind that works in a province of today, whatever its code."""
    return Agency.objects.filter(kind=kind, province=province, active_to__isnull=True).order_by("pk").first()


def _code(kind: AgencyKind, province: Province) -> str:
    return f"{PREFIXES[kind]}-{province.key.replace('@', '-')}"


def _called(province: Province, kind: ProvinceKind) -> str:
    label = kind.label.capitalize() if province.code == CAPITALISED_CITY else kind.label
    return f"{label} {province.short_name}"
