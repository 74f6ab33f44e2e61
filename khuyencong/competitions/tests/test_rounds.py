"""A round from its preparation to the opening of its scoring: levels, council, jury, scale, days."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.competitions import actions
from khuyencong.competitions.actions import CriterionInput
from khuyencong.competitions.models import Part, Round, RoundState
from khuyencong.competitions.rules import council_findings, jury_findings, scale_findings
from khuyencong.competitions.tests.making import (
    COUNCIL,
    JURY,
    LEADER,
    OFFICER,
    SCALE,
    accepted,
    called,
    fresh,
    opened,
    round_of,
    scaled,
    seat,
    seated,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.findings import blockers
from khuyencong.law.competition import council_size, level_holds, levels_on, part_points, valid_until

CUC = ("national", "officer")


def codes(findings):
    return {one.code for one in blockers(findings)}


# --- the law ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "on", "sizes", "verified"),
    [
        ("district", date(2025, 6, 30), (5, 7), True),
        ("commune", date(2025, 7, 1), (5, 7), False),
        ("province", date(2023, 1, 1), (7, 9), True),
        ("region", date(2023, 1, 1), (9, 11), True),
        ("nation", date(2026, 1, 1), (11, 13), True),
    ],
)
def test_a_council_has_one_of_two_sizes(level, on, sizes, verified):
    found = council_size(level, on)
    assert (found.sizes, found.verified) == (sizes, verified)


def test_the_commune_took_the_place_of_the_district():
    assert levels_on(date(2025, 6, 30)) == ("district", "province", "region", "nation")
    assert levels_on(date(2025, 7, 1)) == ("commune", "province", "region", "nation")
    assert not level_holds("county", today())
    assert council_size("district", date(2025, 7, 1)) is None


def test_points_and_days_of_the_law():
    assert {part: int(points) for part, points in part_points(today()).items()} == {
        "market": 40, "impact": 40, "beauty": 10, "other": 10,
    }  # fmt: skip
    assert valid_until(date(2023, 12, 31)) == date(2025, 12, 31)
    assert valid_until(date(2024, 1, 1)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([("market", "40"), ("impact", "40"), ("beauty", "10"), ("other", "10")], set()),
        ([("market", "39.5"), ("market", "0.5"), ("impact", "40"), ("beauty", "10"), ("other", "10")], set()),
        ([("market", "40"), ("impact", "40"), ("beauty", "10")], {"part_sum"}),
        ([("market", "41"), ("impact", "39"), ("beauty", "10"), ("other", "10")], {"part_sum"}),
        ([("market", "39.75"), ("market", "0.25"), ("impact", "40"), ("beauty", "10"), ("other", "10")], {"criterion_step"}),
    ],
)  # fmt: skip
def test_the_parts_of_the_scale_sum_to_what_the_sheet_says(rows, found):
    pairs = [(part, Decimal(points)) for part, points in rows]
    assert codes(scale_findings(pairs, step=Decimal("0.5"), on=today())) == found


# --- the way of a round ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_round_is_called_by_a_council_that_is_whole(world):
    round_ = round_of(world)
    seat(world, round_, "chair")
    with pytest.raises(Refused, match="Hội đồng phải có 7 hoặc 9 thành viên, đang có 1"):
        called(world, round_)
    assert fresh(round_).state == RoundState.DRAFT
    round_ = called(world, seated(world, fresh(round_), council=COUNCIL[1:]))
    assert (round_.state, round_.call_number) == (RoundState.CALLED, "9/TB-SCT")
    with pytest.raises(Refused) as refusal:
        actions.open_scoring(round_id=round_.pk, by=world.actor(*OFFICER), version=round_.version)
    assert codes(refusal.value.findings) == {"part_sum", "scale_open", "nothing_to_score", "still_receiving"}


@pytest.mark.django_db
def test_scoring_opens_when_everything_stands(world):
    round_ = called(world)
    accepted(world, round_)
    scaled(world, round_)
    Round.objects.filter(pk=round_.pk).update(entries_until=today())
    round_ = fresh(round_)
    with pytest.raises(Refused, match="ngày cuối nhận hồ sơ"):
        actions.open_scoring(round_id=round_.pk, by=world.actor(*OFFICER), version=round_.version)
    actions.open_scoring(round_id=round_.pk, by=world.actor(*OFFICER), version=round_.version, last_day=True)
    round_ = fresh(round_)
    assert round_.state == RoundState.SCORING
    for act in (
        lambda: scaled(world, round_),
        lambda: seat(world, round_, "judge"),
        lambda: actions.change_round(round_id=round_.pk, by=world.actor(*OFFICER), version=round_.version, fields={}),
    ):
        with pytest.raises(Refused):
            act()
    assert [one.action for one in AuditEvent.objects.filter(thread=round_.thread).order_by("seq")][-3:] == [
        "competition.scale_propose", "competition.scale_approve", "competition.open_scoring",
    ]  # fmt: skip


@pytest.mark.django_db
def test_who_organises_what(world):
    for who, level, sentence in (
        (CUC, "province", "không tổ chức bình chọn cấp tỉnh"),
        (OFFICER, "nation", "không tổ chức bình chọn cấp quốc gia"),
        (OFFICER, "district", "không có bình chọn cấp huyện"),
    ):
        with pytest.raises(Refused, match=sentence):
            round_of(world, who=who, level=level)
    with pytest.raises(NotAllowed):
        round_of(world, who=LEADER)
    region = round_of(world, who=CUC, level="region", region="south", name="Khu vực thử")
    assert (region.place_key, region.place) == ("region:south", "Phía Nam")
    commune = round_of(world, level="commune", commune=world.agencies["dong-thap-commune"].commune, name="Xã thử")
    assert commune.place == "Xã Thử Nghiệm Đồng Tháp, Đồng Tháp"
    # Of a district only what was held while there were districts.
    held = {"entries_from": date(2025, 3, 1), "entries_until": date(2025, 4, 1), "year": 2025}
    assert (
        round_of(world, level="district", district="Huyện Thử", name="Huyện thử", **held).place
        == "Huyện Thử, Đồng Tháp"
    )


@pytest.mark.django_db
def test_the_same_round_is_made_once_and_the_next_takes_over_the_scale(world):
    key = uuid4()
    first = round_of(world, key=key)
    assert round_of(world, key=key).pk == first.pk
    with pytest.raises(Refused, match="Đã có kỳ bình chọn"):
        round_of(world)
    seated(world, first)
    scaled(world, first)
    second = round_of(world, previous=fresh(first), name="Kỳ sau")
    assert second.criteria.count() == len(SCALE)
    assert not second.criteria_approved
    taken = {"decision_number": "8/QĐ-UBND", "decision_on": today(), "from_on": today()}
    count = actions.copy_members(round_id=second.pk, by=world.actor(*OFFICER), version=second.version, **taken)
    assert count == len(COUNCIL) + len(JURY)
    second = fresh(second)
    with pytest.raises(Refused, match="Trưởng ban Giám khảo chưa đề xuất"):
        actions.approve_scale(round_id=second.pk, by=world.actor(*LEADER), version=second.version, document="3/QĐ")


@pytest.mark.django_db
def test_a_jury_is_odd_and_led_and_a_judge_is_replaced_midway(world):
    round_ = called(world)
    on = today()
    rows = list(round_.members.all())
    assert codes(jury_findings(rows, on)) == set()
    assert codes(jury_findings([one for one in rows if one.role != "judge"], on)) == {"even_jury"}
    assert codes(jury_findings([one for one in rows if one.role == "judge"], on)) == {"no_head", "no_jury_deputy"}
    accepted(world, round_)
    scaled(world, round_)
    round_ = opened(world, round_)
    judge = round_.members.get(role="judge")
    new = {
        "full_name": "Giám khảo Thay", "position": "", "user": world.actor("dong-thap-centre", "leader").user,
        "decision_number": "5/QĐ", "decision_on": on, "from_on": on,
    }  # fmt: skip
    by = world.actor(*OFFICER)
    with pytest.raises(Stale):
        actions.replace_member(round_id=round_.pk, by=by, version=1, member_id=judge.pk, fields=new)
    member = actions.replace_member(round_id=round_.pk, by=by, version=round_.version, member_id=judge.pk, fields=new)
    judge.refresh_from_db()
    assert (judge.until_on, member.replaces_id, member.role) == (on - timedelta(days=1), judge.pk, "judge")
    assert codes(jury_findings(list(round_.members.all()), on)) == set()
    assert member.is_in_scope(world.actor("dong-thap-centre", "leader"))
    assert not member.is_in_scope(by)


@pytest.mark.django_db
def test_nobody_sits_twice_in_one_group_but_a_judge_may_sit_in_the_council(world):
    round_ = round_of(world)
    user = world.actor(*LEADER).user
    seat(world, round_, "chair", user=user)
    for role in ("council_member", "chair"):
        with pytest.raises(Refused):
            seat(world, round_, role, user=user)
    seat(world, round_, "judge", user=user)
    assert round_.members.count() == 2
    assert codes(council_findings(round_, list(round_.members.all()), today())) == {"council_size", "no_deputy"}


@pytest.mark.django_db
def test_who_proposes_the_scale_does_not_decide_on_it(world):
    round_ = seated(world, round_of(world))
    head, chair = world.actor("dong-thap", "appraiser"), round_.members.get(role="chair")
    lines = [CriterionInput(Part(part), text, Decimal(points)) for part, text, points in SCALE]
    with pytest.raises(NotAllowed):
        actions.propose_scale(
            round_id=round_.pk, by=world.actor("phu-tho", "officer"), version=round_.version, rows=lines
        )
    actions.propose_scale(round_id=round_.pk, by=head, version=round_.version, rows=lines)
    chair.user = head.user
    chair.save()
    round_ = fresh(round_)
    with pytest.raises(Refused, match="không tự quyết định"):
        actions.approve_scale(round_id=round_.pk, by=head, version=round_.version)
    with pytest.raises(Refused, match="Chủ tịch Hội đồng đã ký"):
        actions.approve_scale(round_id=round_.pk, by=world.actor(*LEADER), version=round_.version)
    actions.approve_scale(round_id=round_.pk, by=world.actor(*LEADER), version=round_.version, document="2/QĐ")
    round_ = fresh(round_)
    assert round_.criteria_approved
    actions.propose_scale(round_id=round_.pk, by=head, version=round_.version, rows=lines)
    assert not fresh(round_).criteria_approved


@pytest.mark.django_db
def test_once_called_the_last_day_only_moves_on(world):
    round_ = called(world)
    until, by = round_.entries_until, world.actor(*OFFICER)
    fields = {"entries_until": until - timedelta(days=1), "scoring_until": None, "where": "Nơi khác"}
    with pytest.raises(Refused, match="chỉ gia hạn"):
        actions.change_round(round_id=round_.pk, by=by, version=round_.version, fields=fields)
    fields["entries_until"] = until + timedelta(days=5)
    actions.change_round(round_id=round_.pk, by=by, version=round_.version, fields=fields)
    assert fresh(round_).entries_until == until + timedelta(days=5)
    round_ = fresh(round_)
    actions.cancel_round(round_id=round_.pk, by=world.actor(*LEADER), version=round_.version, reason="Thiếu sản phẩm")
    assert fresh(round_).state == RoundState.CANCELLED
