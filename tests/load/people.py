"""Who works in the load run and on what: people invited and let in, and records made, all by the real actions.

Runs in a process of its own with the database of the run: `python -m tests.load.people PLAN.json USERS ROUNDS NATION`. What it
writes tells each person's name and password and the records that are this person's own, so that nobody's step is taken away by
a colleague; appraisers of one province share a plan on purpose, and plans of one province an envelope.
"""

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

from tests.load.records import (
    advance,
    draft_plan,
    list_of_establishments,
    new_establishment,
    project_in,
    report,
    rural_commune,
    statement,
)
from tests.load.sites import NUMBERS, ORIGIN, PEOPLE, Site, nation_sites, province_site

# Of a hundred users. Readers have no account, systems a token.
SHARES = {
    "officer": 30, "appraiser": 13, "leader": 8, "accountant": 11, "auditor": 5, "judge": 7, "collaborator": 8, "owner": 9,
    "reader": 6, "system": 3,
}  # fmt: skip
FIRST_NUMBER = 5_000


def shared_out(users: int) -> dict[str, int]:
    """How many of each role: at least one, so that no script is left out, the rest by the shares; officers fill up."""
    found = {role: max(1, users * share // 100) for role, share in SHARES.items()}
    found["officer"] = max(1, found["officer"] + users - sum(found.values()))
    return found


def main() -> int:
    """Make everybody and write the plan of the day."""
    django.setup()
    from khuyencong.demo import walk

    walk._numbers = count(FIRST_NUMBER)  # the demo has given the lower ones to its decisions
    target, users, rounds, nation = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1"
    sites = nation_sites() if nation else [province_site()]
    target.write_text(json.dumps(plan_of(sites, users, rounds), ensure_ascii=False), encoding="utf-8")
    return 0


def plan_of(sites: list[Site], users: int, rounds: int) -> dict[str, Any]:
    """Everybody with what they work on; `rounds` records for each step of a role that can be taken once."""
    makers: dict[str, Callable[[Site, int], dict[str, Any]]] = {
        "officer": _officer, "appraiser": _appraiser, "leader": _leader, "accountant": _accountant, "auditor": _auditor,
        "collaborator": _collaborator, "owner": _owner, "reader": lambda *_: {}, "system": _system,
    }  # fmt: skip
    shares = shared_out(users)
    people = []
    for role, number in shares.items():
        if role == "judge":
            people += [{"role": role, **one} for one in _judges(sites[0], number)]
            continue
        for site, _ in zip(cycle(sites), range(number), strict=False):
            people.append({"role": role, **makers[role](site, rounds)})
    return {"people": people}


def _officer(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap-centre", "officer")
    return {
        **person,
        "drafts": [project_in(site, "draft").code for _ in range(rounds)],
        "edited": project_in(site, "draft").code,
        "under_way": [project_in(site, "in_progress").code for _ in range(rounds)],
        "lists": [list_of_establishments(site) for _ in range(max(1, rounds // 2))],
    }


def _appraiser(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap", "appraiser")
    if site.shared_plan is None:
        site.shared_plan = draft_plan(site)
    return {
        **person,
        "plan": site.shared_plan,
        "submitted": [project_in(site, "submitted").code for _ in range(rounds)],
        "reports": [report(site) for _ in range(rounds)],
    }


def _leader(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap", "leader")
    return {
        **person,
        "plans": [draft_plan(site) for _ in range(rounds)],
        "payments": [advance(site, approved=False) for _ in range(rounds)],
    }


def _accountant(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap", "accountant")
    return {
        **person,
        "to_prepare": [project_in(site, "in_progress").code for _ in range(rounds)],
        "to_pay": [advance(site, approved=True) for _ in range(rounds)],
        "statements": [statement() for _ in range(max(1, rounds // 2))],
    }


def _auditor(site: Site, _rounds: int) -> dict[str, Any]:
    return site.hire("national" if site.national else "dong-thap", "auditor")[1]


def _collaborator(site: Site, _rounds: int) -> dict[str, Any]:
    """A collaborator with an account, in a commune of the province, appointed a year ago."""
    from khuyencong.accounts.actions import create_commune_agency
    from khuyencong.collaborators.actions import register_collaborator
    from khuyencong.demo.network import months_back
    from khuyencong.people.models import Agency
    from khuyencong.places.models import Commune

    own = {"province": site.world.provinces["82"], "valid_to": None}
    free = Commune.objects.filter(**own).exclude(pk__in=Agency.objects.filter(commune__isnull=False).values("commune"))
    commune = free.order_by("-code").first() or Commune.objects.filter(**own).order_by("-code")[0]
    site.world.agencies["commune"] = Agency.objects.filter(commune=commune).first() or create_commune_agency(
        by=site.administrator, commune_id=commune.pk
    )
    actor, person = site.hire("commune", "collaborator")
    found = register_collaborator(
        by=site.world.actor("dong-thap-centre", "officer"),
        creation_key=uuid4(),
        fields={
            "name": actor.user.full_name, "birth_year": 1985, "identity_number": "", "phone": "0900 000 000",
            "user": actor.user, "note": "Người đo tải, không có thật.", "commune": commune,
            "decision_number": "00/QĐ-VIDU", "decision_on": months_back(14), "starts_on": months_back(14), "ends_on": None,
        },
    )  # fmt: skip
    months = [f"{one:%Y-%m}" for one in (months_back(back) for back in range(3))]
    return {**person, "collaborator": found.pk, "months": months}


def _owner(site: Site, _rounds: int) -> dict[str, Any]:
    """An owner who registered an establishment and was let in, and was supported once."""
    from khuyencong.establishments.tax_code import made_up_tax_code
    from khuyencong.intake import actions

    number = next(NUMBERS)
    name, password, token = f"{PEOPLE}.{number}", secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    establishment = new_establishment(site, number)
    actions.register(
        creation_key=uuid4(),
        email=f"{name}@vi-du.invalid",
        fields={
            "name": establishment.name, "kind": establishment.kind, "tax_code": made_up_tax_code(5_000 + number),
            "province": establishment.province, "commune": rural_commune(site), "place_text": establishment.place_text,
            "full_name": f"Chủ Cơ Sở Đo Tải {number}", "phone": "0900 000 000",
        },
        origin=ORIGIN,
        token=token,
    )  # fmt: skip
    registration = actions.confirm_registration(token=token, password=password, origin=ORIGIN, username=name)
    actions.approve_registration(
        registration_id=registration.pk, by=site.world.actor("dong-thap-centre", "officer"),
        version=registration.version, entry=establishment.pk,
    )  # fmt: skip
    establishment.refresh_from_db()
    project_in(site, "in_progress", establishment)  # what the owner is asked about
    return {"name": name, "password": password}


def _system(site: Site, _rounds: int) -> dict[str, Any]:
    """Another system that reads đề án and places."""
    from khuyencong.api import actions
    from khuyencong.api.models import PER_MINUTE
    from khuyencong.api.scopes import Scope
    from khuyencong.core.dates import today
    from khuyencong.people.roles import Role

    _, secret = actions.make_token(
        by=site.administrator, creation_key=uuid4(), agency_id=site.world.agencies["dong-thap"].pk, role=Role.OFFICER,
        name=f"Hệ thống đo tải {next(NUMBERS)} (không có thật)", contact="Phòng Ví Dụ, 0900 000 000",
        scopes=[Scope.PROJECTS_READ, Scope.PLACES_READ], expires_on=today() + timedelta(days=30), per_minute=PER_MINUTE,
    )  # fmt: skip
    return {"token": secret}


def _judges(site: Site, number: int) -> Iterator[dict[str, Any]]:
    """A competition of the department that is being scored, with everybody in its jury."""
    from khuyencong.competitions import actions
    from khuyencong.competitions.models import Round, SeatRole
    from khuyencong.core.dates import today
    from khuyencong.demo import competitions as demo

    world = site.world
    missing = {("dong-thap", "accountant"), ("dong-thap", "appraiser"), ("dong-thap", "leader")} - world.actors.keys()
    assert not missing, missing
    round_ = demo._round(world, f"Bình chọn đo tải {next(NUMBERS)} (không có thật)", mode="on_site")
    hired = []
    for _ in range(number + number % 2):  # a jury is odd in number, and has three people before these
        actor, person = site.hire("dong-thap", "appraiser")
        fields = {
            "role": SeatRole.JUDGE, "full_name": actor.user.full_name, "position": "Giám khảo (không có thật)",
            "user": actor.user, "decision_number": f"00/QĐ-DOTAI-{round_.pk}", "decision_on": today(), "from_on": today(),
        }  # fmt: skip
        version = Round.objects.get(pk=round_.pk).version
        actions.add_member(round_id=round_.pk, by=world.actor("dong-thap", "officer"), version=version, fields=fields)
        hired.append(person)
    makers = [new_establishment(site, next(NUMBERS)) for _ in range(2)]
    for place, product in enumerate(demo.FIRST):
        officer = world.actor("dong-thap", "officer")
        demo._enter(world, round_, makers[place % 2], product, officer, seed=200 + place)
    demo._scale(world, round_)
    demo._open(world, round_)
    for person in hired[:number]:
        yield {**person, "round": round_.pk}


if __name__ == "__main__":
    sys.exit(main())
