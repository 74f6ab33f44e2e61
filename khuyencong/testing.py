"""A small made-up world for tests: two provinces, their agencies and one person for every role at each.

The walks through the life of a đề án are those of the demo (`khuyencong.demo.walk`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from threading import Barrier
from typing import Any

from django.db import connection
from django.db.models import F

from khuyencong.audit.verify import verify_chain
from khuyencong.core.errors import DomainError
from khuyencong.core.text import fold, sort_key
from khuyencong.demo import walk
from khuyencong.demo.handing_in import PDF
from khuyencong.demo.walk import (
    World,
    accept_next,
    advance_to,
    approve_in_plan,
    asked,
    complete,
    give_money,
    judge,
    make_establishment,
    pay,
    pay_rest,
    put_in_new_plan,
    ready_to_settle,
    settle,
)
from khuyencong.establishments.models import Establishment
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.roles import STAFF, Role
from khuyencong.places.models import Commune, CommuneKind, Province, ProvinceKind, ProvinceSuccession, Region
from khuyencong.projects.models import Project
from khuyencong.testing_kept import keeper

__all__ = [
    "PDF",
    "World",
    "accept_next",
    "advance_to",
    "approve_in_plan",
    "asked",
    "at_once",
    "build_world",
    "complete",
    "give_money",
    "in_a_commune",
    "judge",
    "kinds",
    "make_establishment",
    "make_project",
    "owned_establishment",
    "pay",
    "pay_rest",
    "put_in_new_plan",
    "ready_to_settle",
    "settle",
]


# Communes and establishments have one kind of user each.
ROLES_AT = {AgencyKind.COMMUNE: (Role.COLLABORATOR,), AgencyKind.ESTABLISHMENT: (Role.OWNER,)}
# Who stands below whom; the organisation of an establishment stands in no tree.
PARENT_OF = {
    "region": "national",
    "dong-thap-centre": "dong-thap",
    "phu-tho-centre": "phu-tho",
    "dong-thap-commune": "dong-thap",
}
PATIENCE = 60  # seconds; only a deadlock takes that long
# Nearly every test builds the same world; its names are read once.
folded, sorted_by = cache(fold), cache(sort_key)


def at_once(*calls: Callable[[], Any]) -> list[BaseException | None]:
    """Start all calls at one moment, each with a connection of its own; what each of them raised, or None.

    Anything but a domain error is a failure, and so is a broken chain of events.
    """
    barrier = Barrier(len(calls))

    def work(call: Callable[[], Any]) -> None:
        try:
            barrier.wait(PATIENCE)
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        outcome = [future.exception(PATIENCE) for future in [pool.submit(work, call) for call in calls]]
    for error in outcome:
        if error is not None and not isinstance(error, DomainError):
            raise error
    assert verify_chain() is None  # noqa: S101  # this is a test's own check
    return outcome


def kinds(outcome: Iterable[BaseException | None]) -> list[str]:
    """The names of what `at_once` gave, in order of the alphabet."""
    return sorted(type(error).__name__ for error in outcome)


def _province(code: str, name: str, current: Province | None = None) -> Province:
    key = code if current is None else f"{code}@2025"
    row = Province(
        code=code,
        key=key,
        name=f"Tỉnh {name}",
        short_name=name,
        kind=ProvinceKind.PROVINCE,
        folded=folded(f"Tỉnh {name}"),
        sort_key=sorted_by(name),
        valid_from=None if current else date(2025, 7, 1),
        valid_to=date(2025, 6, 30) if current else None,
        current=current,
    )
    row.save()
    if current is None:
        row.current = row
        row.save()
    else:
        ProvinceSuccession.objects.create(old=row, new=current)
    return row


def make_project(world: World, **wanted: Any) -> Project:
    """As `demo.walk.make_project`; where a test begins with it, the rows of an earlier walk are put back."""
    return keeper.project(wanted, lambda: walk.make_project(world, **wanted))


def owned_establishment(world: World, **fields: Any) -> Establishment:
    """An establishment of Đồng Tháp, in the commune with a collaborator, whose owner is `actor("owner", "owner")`."""
    commune = world.agencies["dong-thap-commune"].commune
    establishment = make_establishment(world, commune=commune, **fields)
    establishment.account = world.agencies["owner"]
    establishment.save()
    return establishment


def in_a_commune(project: Project) -> Project:
    """The same đề án, its beneficiaries now in a known commune: then the law of national money finds nothing against it."""
    commune = Commune.objects.get(province=project.province, current=F("pk"))
    Establishment.objects.filter(benefits__project=project).update(commune=commune)
    return project


def build_world() -> World:
    """Đồng Tháp (with a known norm) and Phú Thọ, the national agency and one regional centre, six roles at each.

    Besides a commune of Đồng Tháp with its collaborator, and an organisation of an establishment with its owner.
    """
    world = World()
    dong_thap, phu_tho = _province("82", "Đồng Tháp"), _province("25", "Phú Thọ")
    world.provinces = {
        "82": dong_thap,
        "25": phu_tho,
        "87@2025": _province("87", "Đồng Tháp", dong_thap),
        "17@2025": _province("17", "Hòa Bình", phu_tho),
    }
    commune_of = {}
    for province, code in ((dong_thap, "29869"), (phu_tho, "07900")):
        commune = Commune.objects.create(
            code=code,
            key=code,
            name=f"Xã Thử Nghiệm {province.short_name}",
            kind=CommuneKind.COMMUNE,
            province=province,
            latitude=10,
            longitude=105,
            folded=folded(f"Xã Thử Nghiệm {province.short_name}"),
            sort_key=sorted_by("Thử Nghiệm"),
        )
        commune.current = commune
        commune.save()
        commune_of[province.pk] = commune
    rows: tuple[tuple[str, AgencyKind, str, Province | None, str], ...] = (
        ("national", AgencyKind.NATIONAL, "Cục Khuyến công", None, ""),
        ("region", AgencyKind.REGIONAL_CENTRE, "Trung tâm khu vực 3", None, Region.SOUTH),
        ("dong-thap", AgencyKind.DEPARTMENT, "Sở Công Thương Đồng Tháp", dong_thap, ""),
        ("dong-thap-centre", AgencyKind.CENTRE, "Trung tâm Khuyến công Đồng Tháp", dong_thap, ""),
        ("phu-tho", AgencyKind.DEPARTMENT, "Sở Công Thương Phú Thọ", phu_tho, ""),
        ("phu-tho-centre", AgencyKind.CENTRE, "Trung tâm Khuyến công Phú Thọ", phu_tho, ""),
        ("dong-thap-commune", AgencyKind.COMMUNE, "UBND Xã Thử Nghiệm Đồng Tháp", dong_thap, ""),
        ("owner", AgencyKind.ESTABLISHMENT, "Hộ kinh doanh Chủ Thử Nghiệm", dong_thap, ""),
    )
    # In bulk: nearly every test builds this world.
    agencies = Agency.objects.bulk_create(
        Agency(
            code=key,
            kind=kind,
            name=name,
            short_name=name,
            province=home,
            region=region,
            folded=folded(name),
            sort_key=sorted_by(name),
            commune=commune_of[home.pk] if home and kind == AgencyKind.COMMUNE else None,
        )
        for key, kind, name, home, region in rows
    )
    world.agencies = {agency.code: agency for agency in agencies}
    for code, above in PARENT_OF.items():
        world.agencies[code].parent = world.agencies[above]
        Agency.objects.filter(code=code).update(parent=world.agencies[above])
    pairs = [(agency, role) for agency in agencies for role in ROLES_AT.get(AgencyKind(agency.kind), STAFF)]
    users = User.objects.bulk_create(
        User(
            username=f"{agency.code}.{role.value}",
            full_name=f"{role.label} {agency.name}",
            folded=folded(f"{role.label} {agency.name} {agency.code}.{role.value}"),
            sort_key=sorted_by(f"{role.label} {agency.name}"),
        )
        for agency, role in pairs
    )
    hats = list(zip(pairs, users, strict=True))
    Membership.objects.bulk_create(Membership(user=user, agency=agency, role=role) for (agency, role), user in hats)
    world.actors = {
        (agency.code, role.value): Actor(user=user, agency=agency, role=role, origin="thử nghiệm")
        for (agency, role), user in hats
    }
    return world
