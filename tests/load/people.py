"""Who works in the load run and on what: people invited and let in, and records made, all by the real actions.

Runs in a process of its own with the database of the run: `python -m tests.load.people PLAN.json USERS ROUNDS NATION`. What it
writes tells each person's name and password and the records that are this person's own, so that nobody's step is taken away by
a colleague; appraisers of one province share a plan on purpose, and plans of one province an envelope.
"""

import base64
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

ORIGIN = "đo tải"
PEOPLE = "nguoi.do.tai"
# Of a hundred users. Readers have no account, systems a token.
SHARES = {
    "officer": 30, "appraiser": 13, "leader": 8, "accountant": 11, "auditor": 5, "judge": 7, "collaborator": 8, "owner": 9,
    "reader": 6, "system": 3,
}  # fmt: skip
LINES_OF_A_STATEMENT, ROWS_OF_A_LIST = 20, 25
MILLION = 1_000_000
FIRST_NUMBER = 5_000
_numbers = count(1)


def shared_out(users: int) -> dict[str, int]:
    """How many of each role: at least one, so that no script is left out, the rest by the shares; officers fill up."""
    found = {role: max(1, users * share // 100) for role, share in SHARES.items()}
    found["officer"] = max(1, found["officer"] + users - sum(found.values()))
    return found


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

        number = next(_numbers)
        name, password = f"{PEOPLE}.{number}", secrets.token_urlsafe(16)
        _, link = invite(
            by=self.administrator, email=f"{name}@vi-du.invalid", full_name=f"Người Đo Tải {number}",
            agency_id=self.world.agencies[agency].pk, role=Role(role),
        )  # fmt: skip
        accept(token=link.rstrip("/").rpartition("/")[2], username=name, password=password, origin=ORIGIN)
        return actor_for(User.objects.get(username=name), origin=ORIGIN), {"name": name, "password": password}


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


# --- where -----------------------------------------------------------------------------------------------------------


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


# --- records ---------------------------------------------------------------------------------------------------------


def _establishment(site: Site, number: int) -> Any:
    """In a rural commune: in cities the place decides whether there is any support."""
    from khuyencong.demo.walk import make_establishment

    name = f"Cơ sở Đo Tải {number} (không có thật)"
    return make_establishment(site.world, name=name, commune=_first_commune(site))


def _project(site: Site, state: str, establishment: Any = None) -> Any:
    """A đề án of local money in that state, with a norm that is declared: not every province has one that is known."""
    from khuyencong.core.dates import today
    from khuyencong.demo.walk import Item, advance_to, write_project

    number = next(_numbers)
    establishment = establishment or _establishment(site, number)
    project = write_project(
        site.world,
        unit="dong-thap-centre",
        source="local",
        province="82",
        items=[Item(f"Máy đo tải {number}", 600 * MILLION, 100 * MILLION, establishment)],
        fields={
            "name": f"Hỗ trợ máy móc đo tải {number} (không có thật)",
            "year": today().year,
            "declared_norm_document": "Nghị quyết thử nghiệm",
            "declared_norm_article": "Điều 1",
            "declared_norm_percent": 50,
            "declared_norm_cap": 300 * MILLION,
        },
    )
    return advance_to(site.world, project, state)


def _advance(site: Site, *, approved: bool) -> list[Any]:
    """An advance that waits for the leader, or for being paid: code of the đề án and key of the payment."""
    from khuyencong.finance import actions as money
    from khuyencong.finance.models import PaymentKind

    project = _project(site, "in_progress")
    payment = money.prepare_payment(
        project_id=project.pk, by=site.world.actor("dong-thap", "accountant"), version=project.version,
        creation_key=uuid4(), kind=PaymentKind.ADVANCE, amount=20 * MILLION, condition_document="BC-01",
    )  # fmt: skip
    if payment.needs_check:
        project.refresh_from_db()
        money.check_payment(payment_id=payment.pk, by=site.world.actor("dong-thap", "officer"), version=project.version)
    if approved:
        project.refresh_from_db()
        money.approve_payment(
            payment_id=payment.pk, by=site.world.actor("dong-thap", "leader"), version=project.version
        )
    return [project.code, payment.pk]


def _draft_plan(site: Site) -> int:
    """A draft plan of one đề án; all of them are paid from one envelope, so that approving queues there."""
    from khuyencong.demo.walk import asked, give_money, put_in_new_plan

    project = _project(site, "base_appraised")
    give_money(site.world, agency="dong-thap", source=project.source, year=project.year, amount=asked(project))
    return int(put_in_new_plan(site.world, project).pk)


def _report(site: Site) -> int:
    """A monthly report that the unit handed in."""
    from khuyencong.core.dates import today
    from khuyencong.monitoring import actions
    from khuyencong.monitoring.figures import figures_of

    project, officer = _project(site, "in_progress"), site.world.actor("dong-thap-centre", "officer")
    report = actions.begin(
        project_id=project.pk, by=officer, version=project.version, creation_key=uuid4(), month=today()
    )
    figures = figures_of(report)
    parts = [replace(one, done=one.total * 4 // 10) for one in figures.parts]
    told = replace(figures, volume=Decimal(40), parts=parts)
    actions.write(report_id=report.pk, by=officer, version=report.version, figures=told)
    report.refresh_from_db()
    actions.submit(report_id=report.pk, by=officer, version=report.version)
    return int(report.pk)


def _file(rows: list[tuple[Any, ...]], name: str) -> str:
    from khuyencong.documents.tests.xlsx import written

    return base64.b64encode(written((name, rows))).decode()


def _list_of_establishments(site: Site) -> str:
    commune = _first_commune(site)
    heads = ("Tên cơ sở", "Loại hình", "Mã số thuế", "Mã xã", "Địa chỉ", "Lao động")
    rows = [
        (f"Hộ Nhập Đo Tải {next(_numbers)}", "HKD", "", commune.code if commune else "", "Ấp Ví Dụ", 5)
        for _ in range(ROWS_OF_A_LIST)
    ]
    return _file([heads, *rows], "DS")


def _statement() -> str:
    from khuyencong.core.dates import format_date, today

    heads = ("Ngày giao dịch", "Số chứng từ", "Nội dung", "Tài khoản nhận", "Ghi nợ", "Ghi có")
    rows = [
        (format_date(today()), f"UNC-T{next(_numbers)}", "Chi khác (đo tải)", "", str(1_000_000 + number), "")
        for number in range(LINES_OF_A_STATEMENT)
    ]
    return _file([heads, *rows], "Sao kê")


# --- roles -----------------------------------------------------------------------------------------------------------


def _officer(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap-centre", "officer")
    return {
        **person,
        "drafts": [_project(site, "draft").code for _ in range(rounds)],
        "edited": _project(site, "draft").code,
        "under_way": _project(site, "in_progress").code,
        "lists": [_list_of_establishments(site) for _ in range(max(1, rounds // 2))],
    }


def _appraiser(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap", "appraiser")
    if site.shared_plan is None:
        site.shared_plan = _draft_plan(site)
    return {
        **person,
        "plan": site.shared_plan,
        "submitted": [_project(site, "submitted").code for _ in range(rounds)],
        "reports": [_report(site) for _ in range(rounds)],
    }


def _leader(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap", "leader")
    return {
        **person,
        "plans": [_draft_plan(site) for _ in range(rounds)],
        "payments": [_advance(site, approved=False) for _ in range(rounds)],
    }


def _accountant(site: Site, rounds: int) -> dict[str, Any]:
    _, person = site.hire("dong-thap", "accountant")
    return {
        **person,
        "to_prepare": [_project(site, "in_progress").code for _ in range(rounds)],
        "to_pay": [_advance(site, approved=True) for _ in range(rounds)],
        "statements": [_statement() for _ in range(max(1, rounds // 2))],
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

    number = next(_numbers)
    name, password, token = f"{PEOPLE}.{number}", secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    establishment = _establishment(site, number)
    actions.register(
        creation_key=uuid4(),
        email=f"{name}@vi-du.invalid",
        fields={
            "name": establishment.name, "kind": establishment.kind, "tax_code": made_up_tax_code(5_000 + number),
            "province": establishment.province, "commune": _first_commune(site), "place_text": establishment.place_text,
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
    _project(site, "in_progress", establishment)  # what the owner is asked about
    return {"name": name, "password": password}


def _first_commune(site: Site) -> Any:
    """A rural commune of the province where there is one."""
    from khuyencong.places.models import Commune, CommuneKind

    own = Commune.objects.filter(province=site.world.provinces["82"], valid_to=None).order_by("code")
    return own.filter(kind=CommuneKind.COMMUNE).first() or own.first()


def _system(site: Site, _rounds: int) -> dict[str, Any]:
    """Another system that reads đề án and places."""
    from khuyencong.api import actions
    from khuyencong.api.models import PER_MINUTE
    from khuyencong.api.scopes import Scope
    from khuyencong.core.dates import today
    from khuyencong.people.roles import Role

    _, secret = actions.make_token(
        by=site.administrator, creation_key=uuid4(), agency_id=site.world.agencies["dong-thap"].pk, role=Role.OFFICER,
        name=f"Hệ thống đo tải {next(_numbers)} (không có thật)", contact="Phòng Ví Dụ, 0900 000 000",
        scopes=[Scope.PROJECTS_READ, Scope.PLACES_READ], expires_on=today() + timedelta(days=30), per_minute=PER_MINUTE,
    )  # fmt: skip
    return {"token": secret}


def _judges(site: Site, number: int) -> Iterator[dict[str, Any]]:
    """A competition of the department that is being scored, with everybody in its jury."""
    from khuyencong.competitions import actions
    from khuyencong.competitions.models import Round, SeatRole
    from khuyencong.core.dates import today
    from khuyencong.demo import competitions as demo
    from khuyencong.demo.walk import make_establishment

    world = site.world
    missing = {("dong-thap", "accountant"), ("dong-thap", "appraiser"), ("dong-thap", "leader")} - world.actors.keys()
    assert not missing, missing
    round_ = demo._round(world, f"Bình chọn đo tải {next(_numbers)} (không có thật)", mode="on_site")
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
    makers = [make_establishment(world, name=f"Cơ sở Bình Chọn Đo Tải {next(_numbers)}") for _ in range(2)]
    for place, product in enumerate(demo.FIRST):
        officer = world.actor("dong-thap", "officer")
        demo._enter(world, round_, makers[place % 2], product, officer, seed=200 + place)
    demo._scale(world, round_)
    demo._open(world, round_)
    for person in hired[:number]:
        yield {**person, "round": round_.pk}


if __name__ == "__main__":
    sys.exit(main())
