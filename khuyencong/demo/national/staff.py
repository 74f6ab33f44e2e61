"""The people of the made-up nation: nobody can sign in as one of them, and they look made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from khuyencong.core.text import fold
from khuyencong.demo.national.sites import Site
from khuyencong.demo.national.tables import Checksum, Table
from khuyencong.people.models import Agency, AgencyKind, Membership, User
from khuyencong.people.models.user import name_key
from khuyencong.people.pattern import NATIONAL
from khuyencong.people.roles import Role

BEGUN = datetime(2013, 1, 2, 1, tzinfo=UTC)
NO_PASSWORD = "!"  # noqa: S105  # Django's own sign for «nobody can sign in with this»


@dataclass(frozen=True)
class Person:
    """Somebody as the trail names them."""

    key: int
    name: str
    role: Role


@dataclass(frozen=True)
class Staff:
    """Who works in one province: the Sở, and the officer of its centre."""

    officer: Person
    appraiser: Person
    leader: Person
    accountant: Person


class People:
    """The staff of every province and of the nation, made once."""

    def __init__(self, sites: list[Site], checksum: Checksum) -> None:
        self._users = Table(User, checksum, "username", "full_name", "password", "created_at", "folded", "sort_key")
        self._hats = Table(Membership, checksum, "user", "agency", "role", "is_active")
        self.cuc = Agency.objects.get(code=NATIONAL)
        self.national = self._staff(self.cuc, self.cuc, "cuc", "Cục")
        self.regional = {
            one.region: (one, self._person(one, one.code, one.short_name, Role.OFFICER))
            for one in Agency.objects.filter(kind=AgencyKind.REGIONAL_CENTRE).order_by("code")
        }
        self.of: dict[int, Staff] = {}
        for site in sites:
            if site.today.pk not in self.of:
                office = site.office_today
                self.of[site.today.pk] = self._staff(
                    office.centre, office.department, site.today.key, site.today.short_name
                )
        self.tables = (self._users, self._hats)

    def _staff(self, unit: Agency, agency: Agency, short: str, where: str) -> Staff:
        return Staff(
            officer=self._person(unit, short, where, Role.OFFICER),
            appraiser=self._person(agency, short, where, Role.APPRAISER),
            leader=self._person(agency, short, where, Role.LEADER),
            accountant=self._person(agency, short, where, Role.ACCOUNTANT),
        )

    def _person(self, agency: Agency, short: str, where: str, role: Role) -> Person:
        name, username = f"{role.label} Mẫu {where}", f"mau.{role.value}.{short.replace('@', '-')}"
        folded = fold(f"{name} {username} ")[:500]
        key = self._users.add(username, name, NO_PASSWORD, BEGUN, folded, name_key(name))
        self._hats.add(key, agency.pk, role.value, True)  # the value of a column
        return Person(key, name, role)
