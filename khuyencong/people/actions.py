"""What happens to agencies and accounts in this room."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from khuyencong.core.dates import today
from khuyencong.core.text import fold, sort_key
from khuyencong.people.models import Agency, AgencyKind, AgencyName, Membership, User
from khuyencong.people.roles import Role
from khuyencong.places.models import Province, ProvinceKind, Region
from khuyencong.places.queries import cities_on

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


@dataclass
class AgencySpec:
    """An agency that should exist; one that does is left as users made it."""

    code: str
    kind: AgencyKind
    name: str
    short_name: str
    parent: str = ""
    province: Province | None = None
    region: str = ""
    names: list[AgencyName] = field(default_factory=list)


@transaction.atomic
def load_agencies() -> int:
    """Create the national agency, the three regional centres and each province's department and centre.

    Names of departments and centres follow a pattern and are there to be corrected: existing rows are never changed.
    Returns how many were created. Needs the places; raises nothing when there are none, it then creates only the Cục
    and the regional centres.
    """
    known = dict(Agency.objects.values_list("code", "pk"))
    created = 0
    for level in _levels():
        missing = [spec for spec in level if spec.code not in known]
        agencies = Agency.objects.bulk_create(_agency(spec, known) for spec in missing)
        known |= {agency.code: agency.pk for agency in agencies}
        names = []
        for spec in missing:
            for name in spec.names:
                name.agency_id = known[spec.code]
                names.append(name)
        AgencyName.objects.bulk_create(names)
        created += len(missing)
    return created


def department_code(province: Province) -> str:
    """Code of the Sở Công Thương of a province of today: «sct-25»."""
    return f"sct-{province.code}"


def centre_code(province: Province) -> str:
    """Code of the Trung tâm Khuyến công of a province of today: «ttkc-25»."""
    return f"ttkc-{province.code}"


def regional_centre_code(number: int) -> str:
    """Code of regional centre 1, 2 or 3: «ttkv-1»."""
    return f"ttkv-{number}"


def _levels() -> tuple[list[AgencySpec], ...]:
    """Parents before children."""
    provinces = list(Province.objects.in_force(today()).select_related("city_status"))
    cities = cities_on(today())
    national = AgencySpec(
        NATIONAL,
        AgencyKind.NATIONAL,
        NATIONAL_NAME,
        "Cục ĐMST, CĐX và Khuyến công",
        names=[AgencyName(name=name, seen_on=seen_on, source=source) for name, seen_on, source in NATIONAL_NAMES],
    )
    regional = [
        AgencySpec(
            regional_centre_code(number),
            AgencyKind.REGIONAL_CENTRE,
            f"Trung tâm Khuyến công và Tư vấn phát triển công nghiệp khu vực {number}",
            f"TTKC khu vực {number}",
            parent=NATIONAL,
            region=region,
        )
        for number, region in REGIONAL_CENTRES
    ]
    departments = [
        _of_province(AgencyKind.DEPARTMENT, province, _kind_today(province, cities), department_code(province))
        for province in provinces
    ]
    centres = [
        _of_province(
            AgencyKind.CENTRE,
            province,
            _kind_today(province, cities),
            centre_code(province),
            parent=department_code(province),
        )
        for province in provinces
    ]
    return [national], regional, departments, centres


_TITLES = {
    AgencyKind.DEPARTMENT: ("Sở Công Thương", "Sở Công Thương"),
    AgencyKind.CENTRE: ("Trung tâm Khuyến công", "TTKC"),
}


def _kind_today(province: Province, cities: set[int]) -> ProvinceKind:
    return ProvinceKind.CITY if province.pk in cities else ProvinceKind(province.kind)


def _of_province(
    kind: AgencyKind, province: Province, kind_today: ProvinceKind, code: str, parent: str = ""
) -> AgencySpec:
    title, short_title = _TITLES[kind]
    spec = AgencySpec(
        code,
        kind,
        f"{title} {_called(province, kind_today)}",
        f"{short_title} {province.short_name}",
        parent=parent,
        province=province,
    )
    if kind_today != province.kind:
        # It became a city after the first day of its row, and its agencies changed their names with it.
        status = province.city_status
        before = status.starts_on - dt.timedelta(days=1) if status.starts_on else None
        spec.names = [
            AgencyName(name=f"{title} {_called(province, ProvinceKind(province.kind))}", to_on=before),
            AgencyName(name=spec.name, from_on=status.starts_on, source=status.document, verified=status.verified),
        ]
    return spec


def _called(province: Province, kind: ProvinceKind) -> str:
    label = kind.label.capitalize() if province.code == CAPITALISED_CITY else kind.label
    return f"{label} {province.short_name}"


def _agency(spec: AgencySpec, known: dict[str, int]) -> Agency:
    return Agency(
        code=spec.code,
        kind=spec.kind,
        name=spec.name,
        short_name=spec.short_name,
        parent_id=known[spec.parent] if spec.parent else None,
        province=spec.province,
        region=spec.region,
        folded=fold(f"{spec.name} {spec.short_name}")[:300],
        sort_key=sort_key(spec.name),
    )


def add_account(*, username: str, full_name: str, password: str, agency: Agency, role: Role) -> User:
    """A person with a first role at an agency; the way in for the first administrator of an installation.

    Raises ValidationError (Vietnamese sentences) on a taken or malformed user name and on a weak password.
    """
    user = User(username=User.objects.normalize_username(username), full_name=full_name)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    with transaction.atomic():
        user.save()
        Membership.objects.create(user=user, agency=agency, role=role)
    return user
