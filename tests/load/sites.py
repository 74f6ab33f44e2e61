"""Where the people of the day work: one province of the demo, or every province of the made-up nation."""

import secrets
from dataclasses import dataclass
from itertools import count
from typing import Any

ORIGIN = "đo tải"
PEOPLE = "nguoi.do.tai"
NUMBERS = count(1)  # of whatever is made: no two are called alike


@dataclass
class Site:
    """One province: its people under the keys of the walks, and how somebody new is let in."""

    world: Any
    administrator: Any
    national: bool = False  # one of all provinces: whoever looks at all of them sits at the national agency
    shared_plan: int | None = None  # into which all appraisers put what they appraised

    def hire(self, agency: str, role: str) -> tuple[Any, dict[str, str]]:
        """Somebody new at the agency: invited by letter, let in. The actor, and what signs in."""
        from khuyencong.accounts.actions import accept, invite
        from khuyencong.people.actors import actor_for
        from khuyencong.people.models import User
        from khuyencong.people.roles import Role

        number = next(NUMBERS)
        name, password = f"{PEOPLE}.{number}", secrets.token_urlsafe(16)
        _, link = invite(
            by=self.administrator, email=f"{name}@vi-du.invalid", full_name=f"Người Đo Tải {number}",
            agency_id=self.world.agencies[agency].pk, role=Role(role),
        )  # fmt: skip
        accept(token=link.rstrip("/").rpartition("/")[2], username=name, password=password, origin=ORIGIN)
        return actor_for(User.objects.get(username=name), origin=ORIGIN), {"name": name, "password": password}


def province_site() -> Site:
    """Đồng Tháp of the demo."""
    from khuyencong.demo.accounts import ACCOUNTS
    from khuyencong.demo.scenario import demo_world
    from khuyencong.people.models import User

    users = {one.username: one for one in User.objects.filter(username__in=[account.username for account in ACCOUNTS])}
    world = demo_world(users)
    return Site(world, world.actor("dong-thap", "administrator"))


def nation_sites() -> list[Site]:
    """Every province of today, with the made-up staff of the nation under the keys of the walks."""
    from khuyencong.demo.walk import World
    from khuyencong.people.actors import Actor, actor_for
    from khuyencong.people.models import AgencyKind, Membership, User
    from khuyencong.people.roles import Role
    from khuyencong.places.models import Province

    first = User.objects.get(username="quantri.cuc")
    administrator = actor_for(first, origin=ORIGIN)
    hats = Membership.objects.filter(user__username__startswith="mau.", agency__province__isnull=False)
    by_province: dict[int, list[Membership]] = {}
    for hat in hats.select_related("user", "agency__province__current").order_by("pk"):
        by_province.setdefault(hat.agency.province.current_id, []).append(hat)
    found = []
    for province in Province.objects.filter(pk__in=by_province).select_related("current").order_by("key"):
        before = Province.objects.filter(current=province).order_by("key").last() or province
        world = World(provinces={"82": province, "87@2025": before})
        for hat in by_province[province.pk]:
            key = "dong-thap" if hat.agency.kind == AgencyKind.DEPARTMENT else "dong-thap-centre"
            world.agencies[key] = hat.agency
            world.actors[key, hat.role] = Actor(user=hat.user, agency=hat.agency, role=Role(hat.role), origin=ORIGIN)
        world.agencies["national"] = administrator.agency
        site = Site(world, administrator, national=True)
        # The staff of the nation has no officer at the department, whom the walks ask for.
        world.actors["dong-thap", "officer"] = site.hire("dong-thap", "officer")[0]
        found.append(site)
    return found
