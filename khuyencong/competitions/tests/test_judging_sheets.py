"""A judge's sheet: kept as it comes, signed and frozen, given back by the head; conflicts; a judge replaced midway."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.competitions.actions import replace_member
from khuyencong.competitions.judging.actions import (
    close_scoring,
    decide_conflicts,
    declare_conflict,
    find_conflicts,
    reopen_scoring,
    reopen_sheet,
    sign_sheet,
)
from khuyencong.competitions.judging.queries import desk_rows, my_rounds, progress
from khuyencong.competitions.judging.readiness import closing
from khuyencong.competitions.judging.results import results_of
from khuyencong.competitions.models import Conflict, Member, Score, Sheet, SheetSignature
from khuyencong.competitions.tests.judging import LEADER, ORGANISER, add_entry, being_scored, points
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.notices.models import Notice
from khuyencong.testing import make_establishment

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(world):
    return being_scored(world)


def refused(call, sentence):
    with pytest.raises(Refused, match=sentence):
        call()


def test_two_pages_of_one_sheet_lose_nothing(scored):
    """The slower page is refused and told; the faster one goes on, also after an answer that was lost."""
    first, second = uuid4(), uuid4()
    sheet = scored.keep(0, 0, [Decimal(20)], page=first, turn=1)
    assert (sheet.version, sheet.scores.get().points) == (2, Decimal(20))
    # The answer was lost: the same call comes again, then a later one that still says the old version.
    assert scored.keep(0, 0, [Decimal(20)], page=first, turn=1).version == 2
    assert scored.keep(0, 0, [Decimal(20), Decimal(10)], page=first, turn=2).version == 3
    # An earlier call that arrives late changes nothing.
    assert scored.keep(0, 0, [Decimal(1)], page=first, turn=1).version == 3
    with pytest.raises(Stale, match="ở một trang khác"):
        scored.keep(0, 0, [Decimal(5)], page=second, turn=1, version=1)
    assert scored.keep(0, 0, [Decimal(24)], page=second, turn=1, version=3).version == 4
    with pytest.raises(Stale):  # and now the first page is the older one
        scored.keep(0, 0, [Decimal(20)], page=first, turn=3, version=3)
    assert list(Score.objects.order_by("criterion__order").values_list("points", flat=True)) == [
        Decimal(24),
        Decimal(10),
    ]
    assert Sheet.objects.count() == 1
    assert not AuditEvent.objects.filter(action__startswith="competition.sheet").exists()  # typing is no event


def test_blank_is_not_zero_and_signing_freezes(scored):
    judge, entry = scored.judges[0], scored.entries[0]

    def sign(version):
        return sign_sheet(member=judge, entry=entry, by=scored.actor(0), version=version)

    refused(lambda: sign(1), "chưa có điểm nào")
    sheet = scored.keep(0, 0, [Decimal(0), Decimal(0), None, Decimal("7.5"), Decimal(10), Decimal(10)])
    refused(lambda: sign(sheet.version), r"Còn 1 tiêu chí chưa có điểm: 3\. Tiêu chí 3.*ghi số 0")
    sheet = scored.keep(0, 0, [Decimal(0), Decimal(0), Decimal(0)], version=sheet.version, remark="Cần nhãn rõ hơn.")
    with pytest.raises(Stale):
        sign(sheet.version - 1)
    signed = sign(sheet.version)
    assert (signed.total, signed.market_points, signed.impact_points) == (Decimal("27.5"), 0, Decimal("7.5"))
    signature = SheetSignature.objects.get()
    assert signature.content["rows"][3] == {
        "part": "impact",
        "text": "Tiêu chí 4",
        "most": "15",
        "points": "7,5",
        "note": "",
    }
    assert signature.content["remark"] == "Cần nhãn rõ hơn."
    refused(lambda: scored.keep(0, 0, [Decimal(9)], version=signed.version), "đã ký")
    refused(lambda: sign(signed.version), "Không thể «Ký phiếu»")
    event = AuditEvent.objects.get(action="competition.sheet_sign")
    assert event.thread == signed.thread  # nobody else's page shows it
    assert "27" not in str(event.after["sản phẩm"])
    assert event.after["sha256"] == signature.sha256
    with pytest.raises(IntegrityError), transaction.atomic():
        Sheet.objects.filter(pk=signed.pk).update(market_points=1)
    assert verify_chain() is None


def test_nobody_scores_for_another(scored):
    with pytest.raises(NotAllowed):
        sign_sheet(member=scored.judges[0], entry=scored.entries[0], by=scored.actor(1), version=1)
    scored.judges[1].user = None
    scored.judges[1].save()
    with pytest.raises(NotAllowed):
        scored.keep(1, 0, [Decimal(1)])
    assert not Sheet.objects.exists()


def test_points_beyond_the_scale_are_never_signed(scored):
    """The form says it first; a sheet written in another way is refused all the same."""
    sheet = scored.keep(0, 0, [Decimal(26), Decimal(15), Decimal(25), Decimal(15), Decimal(9), Decimal(10)])
    refused(
        lambda: sign_sheet(member=scored.judges[0], entry=scored.entries[0], by=scored.actor(0), version=sheet.version),
        "Tiêu chí 1: Tiêu chí này có tối đa 25 điểm",
    )


def test_only_the_head_gives_a_sheet_back_with_a_reason(scored):
    sheet = scored.sign(2, 0, points(95))
    head = scored.actor(0)

    def reopen(by, reason="Cộng nhầm cột", version=sheet.version):
        return reopen_sheet(sheet_id=sheet.pk, by=by, version=version, reason=reason)

    for by in (scored.actor(2), scored.actor(1), scored.world.actor(*LEADER), scored.world.actor(*ORGANISER)):
        with pytest.raises(NotAllowed):
            reopen(by)
    refused(lambda: reopen(head, " "), "lý do")
    with pytest.raises(Stale):
        reopen(head, version=1)
    opened = reopen(head)
    assert (opened.state, opened.total, opened.market_points) == ("open", None, None)
    assert SheetSignature.objects.get().total == 95  # what was signed is kept
    assert Notice.objects.get(user=scored.actor(2).user).sentence.endswith("Cộng nhầm cột")
    assert results_of(scored.round)[0].sheets == 0
    again = scored.keep(2, 0, [Decimal(20)], version=opened.version)
    sign_sheet(member=scored.judges[2], entry=scored.entries[0], by=scored.actor(2), version=again.version)
    assert list(SheetSignature.objects.values_list("number", "total")) == [(1, 95), (2, 90)]
    assert AuditEvent.objects.get(action="competition.sheet_reopen").note == "Cộng nhầm cột"


def test_conflicts_keep_a_judge_from_a_product(scored, world):
    head, deputy, judge = scored.judges
    Member.objects.filter(pk=deputy.pk).update(tax_code="1400123456")
    near = add_entry(world, scored.round, 9, establishment=make_establishment(
        world, name="Cơ sở Gần", owner_name="Vũ Thị Chủ", tax_code="0100109106",
    ))  # fmt: skip
    near.establishment.tax_code = "1400123456-001"
    near.establishment.save()
    scored.entries.append(near)
    officer, leader = world.actor(*ORGANISER), world.actor(*LEADER)
    # Found on the spot, before anybody has looked through the records.
    scored.judges[1].refresh_from_db()
    refused(lambda: scored.keep(1, 2, [Decimal(1)]), "cùng mã số thuế")
    refused(lambda: scored.keep(2, 2, [Decimal(1)]), "Chờ quyết định: cùng họ")
    assert find_conflicts(round_id=scored.round.pk, by=officer) == 2
    assert find_conflicts(round_id=scored.round.pk, by=officer) == 0
    assert set(Conflict.objects.values_list("member", "found_by", "decision")) == {
        (deputy.pk, "tax_code", "excluded"),
        (judge.pk, "family_name", ""),
    }
    assert "conflicts_waiting" in {one.code for one in closing(scored.round)}
    same_name = Conflict.objects.get(found_by="family_name")
    for by in (officer, scored.actor(0)):
        with pytest.raises(NotAllowed):
            decide_conflicts(round_id=scored.round.pk, by=by, keys=[same_name.pk], decision="allowed", reason="Không")
    refused(
        lambda: decide_conflicts(
            round_id=scored.round.pk, by=leader, keys=[same_name.pk], decision="allowed", reason=""
        ),
        "lý do",
    )
    decide_conflicts(
        round_id=scored.round.pk, by=leader, keys=[same_name.pk], decision="allowed", reason="Không họ hàng"
    )
    scored.sign(2, 2, points(80))
    # A judge who declares does not score from then on, and nobody decides otherwise.
    declare_conflict(member=head, entry=near, by=scored.actor(0), note="Chị dâu của chủ cơ sở")
    refused(lambda: scored.keep(0, 2, [Decimal(1)]), "giám khảo tự khai")
    own = Conflict.objects.get(found_by="declared")
    refused(
        lambda: decide_conflicts(round_id=scored.round.pk, by=leader, keys=[own.pk], decision="allowed", reason="x"),
        "tự khai",
    )
    refused(lambda: declare_conflict(member=judge, entry=near, by=scored.actor(2), note="Bạn"), "đã ký phiếu")
    # Excluded after signing: the sheet stays as it is and does not count.
    decide_conflicts(
        round_id=scored.round.pk, by=leader, keys=[same_name.pk], decision="excluded", reason="Hóa ra là em họ"
    )
    assert {one.entry: one.sheets for one in results_of(scored.round)}[near] == 0
    assert [row.status for row in desk_rows(scored.round, deputy)] == ["todo", "todo", "barred"]


def test_a_judge_replaced_midway_keeps_what_was_signed(scored, world):
    """The first signs one product and goes; the other scores the rest, and each product has one sheet of the seat."""
    scored.sign(1, 0, points(90))
    scored.keep(1, 1, [Decimal(5)])
    new = world.actor("phu-tho-centre", "officer")
    Member.objects.filter(round=scored.round).update(from_on=today() - timedelta(days=30))
    after = replace_member(
        round_id=scored.round.pk, by=world.actor(*ORGANISER), version=scored.round.version,
        member_id=scored.judges[1].pk,
        fields={
            "full_name": "Hồ Văn Thay", "user": new.user, "decision_number": "3/QĐ",
            "decision_on": today(), "from_on": today(),
        },
    )  # fmt: skip
    scored.round.refresh_from_db()
    refused(lambda: scored.keep(1, 1, [Decimal(6)], version=2), "đã thôi")
    rows = {row.shown.code: row.status for row in desk_rows(scored.round, after)}
    assert rows == {"SP-001": "earlier", "SP-002": "todo"}
    assert [row.left for row in my_rounds(new)] == [1]
    old, scored.judges[1] = scored.judges[1], after
    scored.actor = lambda judge: (
        new if judge == 1 else world.actor(*(("dong-thap", "appraiser"), None, ("phu-tho", "officer"))[judge])
    )
    refused(lambda: scored.keep(1, 0, [Decimal(1)]), "đã ký phiếu của ghế này")
    scored.sign(1, 1, points(60))
    for judge in (0, 2):
        scored.sign(judge, 0, points(75))
        scored.sign(judge, 1, points(75))
    results = {one.entry.code: one for one in results_of(scored.round)}
    assert results["SP-001"].totals == {scored.judges[0].pk: 75, old.pk: 90, scored.judges[2].pk: 75}
    assert results["SP-001"].mean == 80
    assert results["SP-002"].totals[after.pk] == 60
    assert [(row.signed, row.left) for row in progress(scored.round)] == [(2, 0)] * 3
    assert closing(scored.round) == []


def test_closing_asks_for_the_quorum_and_ends_the_signing(scored, world):
    head = scored.actor(0)

    def close(by=head, version=None):
        return close_scoring(round_id=scored.round.pk, by=by, version=version or scored.round.version)

    assert [row.left for row in my_rounds(head)] == [2]
    scored.sign(0, 0, points(70))
    scored.sign(1, 0, points("70"))
    scored.sign(0, 1, points(69))
    refused(close, r"Chưa đủ phiếu đã ký .*SP-002 \(1/3\)")
    scored.sign(2, 1, points("70.5"))
    for by in (scored.actor(1), world.actor(*LEADER)):
        with pytest.raises(NotAllowed):
            close(by)
    with pytest.raises(Stale):
        close(version=scored.round.version + 1)
    assert [one.code for one in closing(scored.round)] == ["sheets_missing"]
    closed = close()
    assert closed.state == "scored"
    refused(lambda: scored.sign(2, 0, points(10)), "không chấm điểm được")
    results = results_of(closed)
    assert [(one.entry.code, one.mean, one.rank, one.passed) for one in results] == [
        ("SP-001", Fraction(70), 1, True),
        ("SP-002", Fraction(279, 4), 2, False),
    ]
    sheet = Sheet.objects.get(member=scored.judges[0], entry=scored.entries[0])
    refused(
        lambda: reopen_sheet(sheet_id=sheet.pk, by=head, version=sheet.version, reason="Xem lại"),
        "mở lại chấm điểm trước",
    )
    with pytest.raises(NotAllowed):
        reopen_scoring(round_id=closed.pk, by=head, version=closed.version, reason="x")
    opened = reopen_scoring(
        round_id=closed.pk, by=world.actor(*LEADER), version=closed.version, reason="Có phiếu cộng nhầm"
    )
    reopen_sheet(sheet_id=sheet.pk, by=head, version=sheet.version, reason="Xem lại")
    refused(lambda: close(version=opened.version), "1/3")
    assert verify_chain() is None


def test_a_sheet_given_back_to_who_may_not_sign_it_any_more_holds_up_nothing(scored, world):
    """Who signed too early is told to ask for the sheet back and to declare: then the scoring can still be closed."""
    for judge in range(3):
        for entry in range(2):
            scored.sign(judge, entry, points(80))
    for judge in (1, 2):
        sheet = Sheet.objects.get(member=scored.judges[judge], entry=scored.entries[judge - 1])
        reopen_sheet(sheet_id=sheet.pk, by=scored.actor(0), version=sheet.version, reason="Quên khai quan hệ")
    assert [one.code for one in closing(scored.round)] == ["sheets_missing", "sheets_reopened"]
    declare_conflict(member=scored.judges[1], entry=scored.entries[0], by=scored.actor(1), note="Em dâu")
    assert "2 phiếu đã mở lại" not in " ".join(one.sentence for one in closing(scored.round))
    Member.objects.filter(pk=scored.judges[2].pk).update(until_on=today() - timedelta(days=1))
    assert [one.code for one in closing(scored.round)] == []
    # Two of the two who can: the third seat is empty and asks for no sheet of its own.
    assert [row.left for row in progress(scored.round)] == [0, 0, 0]
    close_scoring(round_id=scored.round.pk, by=scored.actor(0), version=scored.round.version)


def test_who_owns_the_maker_never_scores_its_product(scored, world):
    maker = scored.entries[0].establishment
    maker.account = world.agencies["owner"]
    maker.save()
    scored.entries[0].refresh_from_db()
    Member.objects.filter(pk=scored.judges[2].pk).update(user=world.actor("owner", "owner").user)
    scored.judges[2].refresh_from_db()
    scored.actor = lambda judge: world.actor(*(("owner", "owner") if judge == 2 else ("dong-thap", "appraiser")))
    refused(lambda: scored.keep(2, 0, [Decimal(1)]), "là chủ cơ sở")
    find_conflicts(round_id=scored.round.pk, by=world.actor(*ORGANISER))
    own = Conflict.objects.get(found_by="own")
    assert own.decision == "excluded"
    refused(
        lambda: decide_conflicts(
            round_id=scored.round.pk, by=world.actor(*LEADER), keys=[own.pk], decision="allowed", reason="x"
        ),
        "không quyết định khác được",
    )
