"""A fair from the first draft to the last partner, through its actions: who may, what is refused, what is left behind."""

from datetime import timedelta
from uuid import uuid4

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.fairs import actions
from khuyencong.fairs.actions.fairs import FIELDS
from khuyencong.fairs.figures import NAMES, behind, counted
from khuyencong.fairs.models import Fair, Participant
from khuyencong.fairs.queries import days_of, results_of
from khuyencong.fairs.tests.making import (
    CENTRE,
    LEADER,
    MILLION,
    OFFICER,
    OWNER,
    SO,
    accepted,
    assigned,
    called,
    changed_booth,
    confirmed,
    fair_of,
    fair_project,
    fresh,
    laid,
    link,
    ready,
    registered,
    sold,
)
from khuyencong.finance.models import LedgerEntry
from khuyencong.notices.models import Notice
from khuyencong.projects.models import Project
from khuyencong.projects.received import received
from khuyencong.testing import make_establishment, make_project, owned_establishment


def test_an_owner_is_invited_registers_and_gets_a_booth(world):
    owner, officer = world.actor(*OWNER), world.actor(*OFFICER)
    place, named = owned_establishment(world), make_establishment(world)
    fair = fair_of(world)
    actions.invite(fair_id=fair.pk, by=officer, version=fair.version, establishments=[place, named])
    # Before the call the owner knows of nothing and cannot register.
    assert not Fair.objects.visible_to(owner).exists()
    with pytest.raises(Refused, match="không nhận đăng ký"):
        registered(world, fresh(fair), place, who=OWNER)
    fair = called(world, fair)
    assert Notice.objects.filter(user=owner.user, sentence__contains="Mời tham gia").count() == 1
    key = uuid4()
    mine = registered(world, fair, place, who=OWNER, key=key)
    assert registered(world, fair, place, who=OWNER, key=key) == mine  # pressed twice
    with pytest.raises(Refused, match="Đăng ký tham gia"):
        registered(world, fair, place, who=OWNER)
    with pytest.raises(NotAllowed):
        registered(world, fair, named, who=OWNER)
    actions.accept(participant_id=mine.pk, by=officer, version=mine.version)
    fair = assigned(world, laid(world, fair, rows=1, columns=2), mine, "A1")

    # Booths without anybody stand in the way until they are given out, pay alone or go.
    with pytest.raises(Refused, match="Gian A2 được hỗ trợ mà chưa gắn"):
        confirmed(world, fair)
    free = fair.booths.get(number="A2")
    actions.remove_booth(fair_id=fair.pk, by=officer, version=fresh(fair).version, booth_id=free.pk)
    with pytest.raises(NotAllowed):
        actions.confirm_list(
            fair_id=fair.pk, by=officer, version=fresh(fair).version, number="1", on=today(), norm_read=True
        )
    fair = confirmed(world, fair)
    with pytest.raises(Refused, match="lãnh đạo mở lại danh sách"):
        laid(world, fair)
    with pytest.raises(Refused, match="danh sách thay đổi khi lãnh đạo mở lại"):
        actions.withdraw(participant_id=mine.pk, by=owner, version=fresh(mine).version, reason="Bận.")
    said = list(AuditEvent.objects.filter(thread=fair.thread).order_by("seq").values_list("action", flat=True))
    assert said == [
        "fair.make", "fair.invite", "fair.call", "fair.register", "fair.accept", "fair.grid", "fair.assign",
        "fair.booth_remove", "fair.confirm",
    ]  # fmt: skip


def test_the_days_of_a_fair_and_the_partners_after_it(world):
    owner, officer = world.actor(*OWNER), world.actor(*OFFICER)
    place, project = owned_establishment(world), fair_project(world)
    named, entries = project.beneficiaries.get().establishment, LedgerEntry.objects.count()
    fair = called(world, fair_of(world, project))
    mine, other = accepted(world, fair, place, who=OWNER), accepted(world, fair, named)
    assigned(world, laid(world, fair, rows=1, columns=3), mine, "A1", "A2")
    fair = confirmed(world, assigned(world, fair, other, "A3"))

    sold(world, mine, today() - timedelta(days=1), who=OWNER)
    sold(world, mine, who=OWNER)
    sold(world, mine, who=OWNER, sales=20 * MILLION)  # the day is written again
    for values, sentence in (
        ({"on": today() + timedelta(days=1)}, "chưa tới"),
        ({"on": today() - timedelta(days=9)}, "không phải ngày của hội chợ"),
        ({"contracts": 0}, "Giá trị hợp đồng"),
    ):
        with pytest.raises(Refused, match=sentence):
            sold(world, mine, **values)
    actions.record_visitors(fair_id=fair.pk, by=officer, version=fresh(fair).version, on=today(), visitors=900)
    partner = link(world, mine, who=OWNER)
    with pytest.raises(Refused, match="bế mạc"):
        actions.close_fair(fair_id=fair.pk, by=officer, version=fresh(fair).version)
    Fair.objects.filter(pk=fair.pk).update(ends_on=today())
    actions.close_fair(fair_id=fair.pk, by=officer, version=fresh(fair).version)
    with pytest.raises(Refused, match="đến khi kết thúc"):
        sold(world, mine)
    # A leader opens the days again where a figure is missing; the list stays as it was confirmed.
    again = {"fair_id": fair.pk, "reason": "Thiếu một ngày."}
    with pytest.raises(NotAllowed):
        actions.resume_fair(**again, by=officer, version=fresh(fair).version)
    actions.resume_fair(**again, by=world.actor(*LEADER), version=fresh(fair).version)
    sold(world, mine, sales=20 * MILLION)
    assert fresh(fair).confirmed_number == "8/XN"
    actions.close_fair(fair_id=fair.pk, by=officer, version=fresh(fair).version)
    told = {"outcome": "ordered", "value": 70 * MILLION, "told": "Đặt 200 thùng.", "due_on": None}
    actions.follow_link(link_id=partner.pk, by=owner, version=partner.version, fields=told)

    first = next(one for one in results_of(fair) if one.participant.pk == mine.pk)
    assert (first.days, first.sales, first.contracts, first.contract_value) == (2, 32 * MILLION, 2, 100 * MILLION)
    assert (first.rent.support, first.links, first.open_links, first.after) == (16 * MILLION, 1, 0, 70 * MILLION)
    assert [(one.on == today(), one.visitors) for one in days_of(fair)][-1] == (True, 900)
    assert counted(actor=world.actor(*LEADER), year=fair.starts_on.year, until=today()) == {
        "fairs": 1, "establishments": 2, "booths": 3, "rent": 30 * MILLION, "support": 24 * MILLION,
        "own": 6 * MILLION, "visitors": 900, "sales": 32 * MILLION, "contracts": 2, "contract_value": 100 * MILLION,
        "links": 1, "after": 70 * MILLION,
    }  # fmt: skip
    assert counted(actor=world.actor("phu-tho", "leader"), year=fair.starts_on.year, until=today())["fairs"] == 0
    listed = {key: behind(key, actor=officer, year=fair.starts_on.year, until=today()).count() for key in NAMES}
    assert (listed["establishments"], listed["rent"], listed["sales"], listed["after"]) == (2, 3, 2, 1)
    # The money is the đề án's: nothing was posted, and what each got stands once.
    assert LedgerEntry.objects.count() == entries
    got = received([place, named], seen_by=world.actor(*LEADER))
    assert [(one.amount, one.items) for one in got[place.pk]] == [
        (16 * MILLION, ("Thuê gian A1, A2, Hội chợ Thử Nghiệm",))
    ]
    assert [(one.project, "Thuê gian" in one.items_text) for one in got[named.pk]] == [(project, False)]
    hidden = received([place], seen_by=world.actor("phu-tho", "leader"))[place.pk][0]
    assert (hidden.seen, hidden.amount) == (False, 16 * MILLION)
    # Who was not taken after all counts neither day by day nor in the sum; a settled đề án stays as it is.
    Participant.objects.filter(pk=mine.pk).update(state="refused", reason="Thử.")
    assert {one.sales for one in days_of(fair)} == {0}
    Project.objects.filter(pk=project.pk).update(state="settled")
    with pytest.raises(Refused, match="quyết toán"):
        actions.resume_fair(**again, by=world.actor(*LEADER), version=fresh(fair).version)
    assert verify_chain() is None


def test_whoever_stays_away_frees_the_booth_and_its_contract(world):
    fair, participant = ready(world)
    booth = fair.booths.get()
    officer = world.actor(*OFFICER)
    contract = actions.keep_contract(
        fair_id=fair.pk, by=officer, creation_key=uuid4(), booths=[booth], number="7/HĐ", signed_on=today(),
        party="Công ty Sự Kiện",
    )  # fmt: skip
    with pytest.raises(Refused, match="đã có hợp đồng khác"):
        actions.keep_contract(
            fair_id=fair.pk, by=officer, creation_key=uuid4(), booths=[fair.booths.get()], number="8/HĐ",
            signed_on=today(), party="Công ty Sự Kiện",
        )  # fmt: skip
    assert fair.booths.get().contract == contract
    # A second officer's page shows the booth as free, which it is no more.
    with pytest.raises(Refused, match="đã có hợp đồng khác"):
        actions.keep_contract(
            fair_id=fair.pk, by=officer, creation_key=uuid4(), booths=[booth], number="9/HĐ", signed_on=today(),
            party="Công ty Sự Kiện",
        )  # fmt: skip

    # Written down wrong it is corrected, or taken away.
    def corrected(*booths, number="7a/HĐ"):
        return actions.change_contract(
            fair_id=fair.pk, by=officer, version=fresh(fair).version, contract_id=contract.pk, booths=booths,
            number=number, signed_on=today(), party="Công ty Khác", reason="Ghi nhầm số.",
        )  # fmt: skip

    assert (corrected(booth).number, str(fair.booths.get().contract.party)) == ("7a/HĐ", "Công ty Khác")
    assert corrected() is None
    assert (fair.booths.get().contract, fair.booth_contracts.count()) == (None, 0)
    with pytest.raises(Refused, match="đã được bỏ"):
        corrected(booth)
    actions.keep_contract(
        fair_id=fair.pk, by=officer, creation_key=uuid4(), booths=[booth], number="7/HĐ", signed_on=today(),
        party="Công ty Sự Kiện",
    )  # fmt: skip
    with pytest.raises(Refused, match="đang của"):
        actions.remove_booth(fair_id=fair.pk, by=officer, version=fresh(fair).version, booth_id=booth.pk)
    actions.refuse(
        participant_id=participant.pk, by=officer, version=fresh(participant).version, reason="Sản phẩm không phù hợp."
    )
    booth.refresh_from_db()
    assert (booth.participant, booth.contract) == (None, None)
    with pytest.raises(Refused, match="đã đăng ký hoặc được nhận"):
        assigned(world, fair, participant, "A1")


def test_booths_cannot_lie_on_each_other_nor_cost_more_than_was_approved(world):
    fair, participant = ready(world, fair_of(world, fair_project(world, support=8 * MILLION, total=10 * MILLION)))
    assert confirmed(world, fair).state == "confirmed"  # 8 triệu of 8
    # Another fair of the same đề án finds nothing left.
    second, _ = ready(world, fair_of(world, fair.project))
    with pytest.raises(Refused, match="cùng hội chợ khác của đề án"):
        confirmed(world, second)
    actions.reopen_list(fair_id=fair.pk, by=world.actor(*LEADER), version=fresh(fair).version, reason="Thêm gian.")
    fair = laid(world, fair, rows=1, columns=2)
    with pytest.raises(Refused, match="Ô này của sơ đồ đã có gian khác"):
        changed_booth(world, fair, fair.booths.get(number="A2"), column=1)
    for number in ("a1", "A 1"):
        with pytest.raises(Refused, match="Đã có gian mang số A1"):
            changed_booth(world, fair, fair.booths.get(number="A2"), number=number)
    with pytest.raises(Refused, match="ngày cuối nhận đăng ký"):
        actions.change_fair(
            fair_id=fair.pk, by=world.actor(*OFFICER), version=fresh(fair).version,
            fields={name: getattr(fair, name) for name in FIELDS} | {"register_until": None},
        )  # fmt: skip
    fair = assigned(world, fair, participant, "A2")
    with pytest.raises(Refused, match="nhiều hơn kinh phí được duyệt"):
        confirmed(world, fair)
    with pytest.raises(Stale):
        actions.lay_grid(fair_id=fair.pk, by=world.actor(*OFFICER), version=1, rows=2, columns=2, price=0)


def test_an_establishment_is_taken_to_fairs_abroad_twice_a_year(world):
    place = make_establishment(world)
    project = fair_project(world, activity="fair_abroad", support=50 * MILLION, total=50 * MILLION)
    days = {"starts_on": today(), "ends_on": today(), "country": "Lào"}
    fairs = [called(world, fair_of(world, project, name=f"Hội chợ Lào {number}", **days)) for number in range(3)]
    for fair in fairs[:2]:
        accepted(world, fair, place)
    with pytest.raises(Refused, match="không quá 2 lần một năm") as refused:
        accepted(world, fairs[2], place)
    assert "46/2012" in refused.value.article
    # One that is not held does not count.
    actions.cancel_fair(
        fair_id=fairs[0].pk, by=world.actor(*LEADER), version=fresh(fairs[0]).version, reason="Dịch bệnh."
    )
    participant = fairs[2].participants.get()
    actions.accept(participant_id=participant.pk, by=world.actor(*OFFICER), version=participant.version)
    # Of the next year it is free; moved into this one it is the third.
    later = today().replace(year=today().year + 1, month=3, day=1)
    days |= {"starts_on": later, "ends_on": later, "register_until": today()}
    fair = called(world, fair_of(world, project, name="Hội chợ năm sau", **days))
    accepted(world, fair, place)
    with pytest.raises(Refused, match="không quá 2 lần một năm"):
        actions.change_fair(
            fair_id=fair.pk, by=world.actor(*OFFICER), version=fresh(fair).version,
            fields={name: getattr(fair, name) for name in FIELDS} | {"starts_on": today(), "ends_on": today()},
        )  # fmt: skip


def test_only_a_de_an_for_fairs_or_beside_a_competition_holds_one(world):
    with pytest.raises(Refused, match="không chi cho hội chợ"):
        fair_of(world, make_project(world))
    with pytest.raises(Refused, match="hãy chọn kỳ ấy"):
        fair_of(world, make_project(world, source="national", activity="competition_region"))
    project = make_project(world, activity="fair_domestic_join")
    for who in ((CENTRE, "leader"), (SO, "appraiser"), ("phu-tho", "officer"), OWNER):
        with pytest.raises(NotAllowed):
            fair_of(world, project, who=who)
    with pytest.raises(Refused, match="bế mạc không được trước"):
        fair_of(world, project, ends_on=today() - timedelta(days=3))
    draft, _ = ready(world, fair_of(world, project))
    with pytest.raises(Refused, match="chưa có kinh phí được duyệt"):
        confirmed(world, draft)


def test_the_records_answer_as_their_lists_do(world):
    place = owned_establishment(world)
    fair_of(world, fair_project(world), name="Nháp")
    fair, _ = ready(world)
    registered(world, fair, place, who=OWNER)
    for actor in world.actors.values():
        for model in (Fair, Participant):
            seen = set(model.objects.visible_to(actor))
            assert seen == {one for one in model.objects.with_all() if one.is_in_scope(actor)}, (actor, model)
