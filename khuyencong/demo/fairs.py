"""Made-up fairs: one that is being held, with booths, sales and partners, and one that takes registrations.

Everything goes through the real actions; no fair, establishment or buyer of these exists.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.owners import ESTABLISHMENT, ORIGIN
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.establishments.models import Establishment
from khuyencong.fairs import actions
from khuyencong.fairs.models import Fair, Participant
from khuyencong.people.actors import Actor, actor_for
from khuyencong.projects.models import Project

SO, UNIT = "dong-thap", "dong-thap-centre"
RENT = 8 * MILLION
SUPPORT = RENT * 80 // 100
# Who stands where: each of the đề án's own establishments in two booths, the last in one, an owner in one besides.
NAMES = ("Một", "Hai", "Ba", "Bốn")
BOOTHS = (("A1", "A2"), ("A4", "A5"), ("B1", "B2"), ("B4",))
PRODUCTS = ("Bánh phồng tôm (ví dụ)", "Chiếu lác (ví dụ)", "Gốm men tro (ví dụ)", "Khô cá lóc (ví dụ)")


def load_fairs(world: World) -> None:
    """Both fairs, on a đề án of national money for joining fairs."""
    officer = world.actor(UNIT, "officer")
    places = [make_establishment(world, name=f"Cơ sở Hội Chợ Ví Dụ {one} (không có thật)") for one in NAMES]
    # One booth more in the last, so that the owner who can sign in has one as well.
    project = _project(world, places, [2, 2, 2, 2], "Tham gia hội chợ hàng công nghiệp nông thôn (ví dụ)")
    owned = Establishment.objects.filter(name=ESTABLISHMENT, account__isnull=False).first()
    owner = _owner(owned)
    on = today()
    fair = _called(
        world, project, "Hội chợ công nghiệp nông thôn Ví Dụ", on - timedelta(days=2), on + timedelta(days=2)
    )
    people = [_take(world, fair, place, officer, number) for number, place in enumerate(places)]
    if owned is not None and owner is not None:
        people.append(_take(world, fair, owned, owner, 0))
    _lay(world, fair, people)
    actions.confirm_list(
        fair_id=fair.pk,
        by=world.actor(SO, "leader"),
        version=_version(fair),
        number="00/XN-VIDU",
        on=on,
        norm_read=True,
    )
    _results(world, fair, people)

    later = _project(world, places[:1], [6], "Tham gia hội chợ hàng thủ công (ví dụ)")
    coming = _called(world, later, "Hội chợ hàng thủ công Ví Dụ", on + timedelta(days=40), on + timedelta(days=44))
    actions.invite(fair_id=coming.pk, by=officer, version=_version(coming), establishments=places[:3])
    _register(coming, places[0], officer, 0)
    actions.lay_grid(fair_id=coming.pk, by=officer, version=_version(coming), rows=2, columns=3, price=RENT)


def _project(world: World, places: list[Establishment], booths: list[int], name: str) -> Project:
    items = [
        Item("Thuê gian hàng tiêu chuẩn", RENT * number, SUPPORT * number, place)
        for place, number in zip(places, booths, strict=True)
    ]
    project = write_project(
        world,
        unit=UNIT,
        source="national",
        province="82",
        fields={"name": name, "activity": "fair_domestic_join"},
        items=items,
    )
    return advance_to(world, project, "in_progress")


def _owner(owned: Establishment | None) -> Actor | None:
    if owned is None or owned.account is None:
        return None
    hat = owned.account.memberships.select_related("user").first()
    return actor_for(hat.user, origin=ORIGIN) if hat else None


def _version(fair: Fair) -> int:
    return Fair.objects.values_list("version", flat=True).get(pk=fair.pk)


def _called(world: World, project: Project, name: str, starts_on: Any, ends_on: Any) -> Fair:
    officer, on = world.actor(UNIT, "officer"), today()
    fair = actions.make_fair(
        by=officer,
        creation_key=uuid4(),
        project=project,
        fields={
            "name": f"{name} (ví dụ)",
            "organiser": "Công ty Sự kiện Ví Dụ (không có thật)",
            "place": "Nhà thi đấu Ví Dụ",
            "starts_on": starts_on,
            "ends_on": ends_on,
            "register_until": max(on, starts_on - timedelta(days=10)),
            "about": "Trưng bày, bán hàng, kết nối nhà phân phối (ví dụ).",
        },
    )
    actions.call_fair(fair_id=fair.pk, by=officer, version=_version(fair), number="00/GM-VIDU", on=on, on_portal=True)
    return fair


def _register(fair: Fair, place: Establishment, by: Actor, number: int) -> Participant:
    return actions.register(
        fair_id=fair.pk,
        by=by,
        creation_key=uuid4(),
        establishment=place,
        fields={"products": PRODUCTS[number], "booths_wanted": 2, "note": ""},
    )


def _take(world: World, fair: Fair, place: Establishment, by: Actor, number: int) -> Participant:
    one = _register(fair, place, by, number)
    return actions.accept(participant_id=one.pk, by=world.actor(UNIT, "officer"), version=one.version)


def _lay(world: World, fair: Fair, people: list[Participant]) -> None:
    officer = world.actor(UNIT, "officer")
    actions.lay_grid(fair_id=fair.pk, by=officer, version=_version(fair), rows=2, columns=5, price=RENT)
    standing = {number: one for one, numbers in zip(people, (*BOOTHS, ("B5",)), strict=False) for number in numbers}
    for booth in fair.booths.all():
        one = standing.get(booth.number)
        if one is None:
            actions.remove_booth(fair_id=fair.pk, by=officer, version=_version(fair), booth_id=booth.pk)
        else:
            actions.assign_booth(
                fair_id=fair.pk, by=officer, version=_version(fair), booth_id=booth.pk, participant_id=one.pk
            )
    actions.keep_contract(
        fair_id=fair.pk,
        by=officer,
        creation_key=uuid4(),
        booths=list(fair.booths.filter(number__startswith="A")),
        number="00/HĐ-VIDU",
        signed_on=today(),
        party="Công ty Sự kiện Ví Dụ (không có thật)",
    )


def _results(world: World, fair: Fair, people: list[Participant]) -> None:
    """Two days of sales for all but the last, how many came, and partners who are to be asked again."""
    officer, on = world.actor(UNIT, "officer"), today()
    for number, one in enumerate(people[:-1], start=1):
        for ago in (2, 1):
            actions.record_day(
                participant_id=one.pk,
                by=officer,
                version=Participant.objects.values_list("version", flat=True).get(pk=one.pk),
                on=on - timedelta(days=ago),
                fields={
                    "sales": (number + ago) * 3 * MILLION,
                    "contacts": 20 + 7 * number,
                    "contracts": number % 2,
                    "contract_value": 40 * MILLION * (number % 2),
                },
            )
    for ago, visitors in ((2, 1_250), (1, 2_400)):
        actions.record_visitors(
            fair_id=fair.pk, by=officer, version=_version(fair), on=on - timedelta(days=ago), visitors=visitors
        )
    for one, days in ((people[0], 30), (people[-1], 14)):
        actions.add_link(
            participant_id=one.pk,
            by=officer,
            creation_key=uuid4(),
            fields={
                "partner": "Chuỗi cửa hàng Ví Dụ (không có thật)",
                "about": "Hỏi giá sỉ, mẫu bao bì (ví dụ).",
                "due_on": on + timedelta(days=days),
            },
        )
