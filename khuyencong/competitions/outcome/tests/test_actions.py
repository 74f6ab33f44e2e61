"""From the council's choice to certificates, and what comes afterwards."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import QueryDict

from khuyencong.audit.models import AuditEvent
from khuyencong.competitions.actions import close_round
from khuyencong.competitions.judging.results import results_of
from khuyencong.competitions.models import Certificate, CouncilChoice, Entry, Prize, Sheet
from khuyencong.competitions.outcome.actions import certificates, complaints, prizes, recognising
from khuyencong.competitions.outcome.holders import HolderFilters, certificates_for, later_support
from khuyencong.competitions.outcome.prizes import is_paid, norm_of, postings_for, unpaid, waits
from khuyencong.competitions.outcome.statistics import BY, StatFilters, lines, listed
from khuyencong.competitions.outcome.tests import making
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.actions import remove_detail
from khuyencong.finance import actions as finance
from khuyencong.finance.models import EntryKind, LedgerEntry, PaymentKind
from khuyencong.finance.ranking import _establishments, _facts
from khuyencong.finance.used import used_of
from khuyencong.law.workdays import add_working_days
from khuyencong.notices.models import Notice
from khuyencong.testing import advance_to, make_establishment, make_project, owned_establishment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_choice_needs_the_mark_a_reason_for_passing_over_and_the_right_hands(world):
    round_ = making.make_scored(world, ("90", "80", "69.99"), groups=("food",))
    first, second, third = Entry.objects.filter(round=round_).order_by("pk")
    with pytest.raises(NotAllowed):
        making.choose(world, round_, [first.pk], by=making.leader(world))
    with pytest.raises(Stale):
        making.choose(world, round_, [first.pk], version=99)
    with pytest.raises(Refused, match="chưa đạt 70 điểm"):
        making.choose(world, round_, [third.pk])
    with pytest.raises(Refused, match="ít nhất một"):
        making.choose(world, round_, [])
    with pytest.raises(Refused, match="hãy ghi lý do của Hội đồng"):
        making.choose(world, round_, [second.pk], reason=" ")
    assert not CouncilChoice.objects.exists()
    making.choose(world, round_, [second.pk], reason="Sản phẩm đầu đã được công nhận kỳ trước.")
    kept = {one.entry_id: (one.chosen, one.mean, one.reason) for one in CouncilChoice.objects.all()}
    assert kept == {
        first.pk: (False, "90/1", "Sản phẩm đầu đã được công nhận kỳ trước."),
        second.pk: (True, "80/1", ""),
        third.pk: (False, "6999/100", ""),
    }


def test_recognition_issues_certificates_and_writes_them_into_the_register(world):
    project = make_project(world, state="base_appraised")
    maker = project.beneficiaries.get().establishment
    maker.account = world.agencies["owner"]
    maker.save()
    assert _facts(project, _establishments([project]), {}, today()).certificate == ""
    round_ = making.choose(world, making.make_scored(world, ("90", "80", "60"), establishments=[maker] * 3))
    with pytest.raises(NotAllowed):
        making.recognise(world, round_, by=making.officer(world))
    with pytest.raises(Refused, match="không được trước"):
        making.recognise(world, round_, minutes_on=today(), decided_on=today() - DAY)
    with pytest.raises(Refused, match="sau hôm nay"):
        making.recognise(world, round_, decided_on=today() + DAY, issued_on=today() + DAY)
    with pytest.raises(Refused, match="hơn một năm"):
        making.recognise(world, round_, issued_on=today() + timedelta(days=400))
    assert not Certificate.objects.exists()
    round_ = making.recognise(world, round_)
    assert round_.state == "decided"
    one, two = making.certificates_of(round_)
    assert [one.number, two.number] == ["01/GCN-THU", "02/GCN-THU"]
    assert one.valid_until == today().replace(year=today().year + 2, month=12, day=31)
    assert one.secret != two.secret
    assert maker.certificates.count() == 2
    assert maker.certificate_on(today()) == "province"
    # The ranking of proposals reads the register: a holder stands before others without knowing this room.
    assert _facts(project, _establishments([project]), {}, today()).certificate == "province"
    # What a competition has written is not corrected by hand.
    maker.refresh_from_db()
    with pytest.raises(Refused, match="ghi thu hồi"):
        remove_detail(
            establishment_id=maker.pk, by=making.officer(world), version=maker.version, kind="certificate",
            detail_id=one.record_id,
        )  # fmt: skip
    with pytest.raises(Refused, match="Không thể"):
        making.choose(world, round_)
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert [actions.filter(action=f"competition.{name}").count() for name in ("recognise", "certify")] == [1, 2]
    making.announced(world, round_)
    told = Notice.objects.filter(user=world.actor("owner", "owner").user).values_list("sentence", flat=True)
    assert sorted("không được công nhận" in one for one in told) == [False, False, True]


def test_thai_nguyen_2023_recognised_30_of_43_products_that_had_passed(world):
    """By the real actions: enough points are no certificate, and the council decides how many of which group."""
    means = [str(95 - place % 25) for place in range(43)]
    round_ = making.make_scored(world, means, groups=("craft", "food", "food", "machine", "food", "others"))
    assert len(making.passed(round_)) == 43
    best = [one.entry.pk for one in results_of(round_)][:30]
    round_ = making.recognise(world, making.choose(world, round_, best))
    assert Certificate.objects.count() == 30
    assert set(Certificate.objects.values_list("entry", flat=True)) == set(best)
    assert Certificate.objects.order_by("pk").last().number == "30/GCN-THU"
    assert lines(making.officer(world), StatFilters())[1].counts[:3] == (43, 43, 30)


def test_scores_that_changed_after_the_choice_stop_the_decision(world):
    round_ = making.choose(world, making.make_scored(world, ("90", "80")))
    Sheet.objects.filter(total=90).update(total=91, market_points=91)
    with pytest.raises(Refused, match="ghi lại kết luận"):
        making.recognise(world, round_)
    making.recognise(world, making.choose(world, round_))


def test_withdrawal_ends_the_certificate_here_and_in_the_register(world):
    round_ = making.decided(world, ("90", "80"))
    one, other = making.certificates_of(round_)
    Certificate.objects.filter(pk=one.pk).update(issued_on=today() - 10 * DAY)
    type(one.record).objects.filter(pk=one.record_id).update(issued_on=today() - 10 * DAY)
    with pytest.raises(NotAllowed):
        making.revoke(world, one, by=making.officer(world))
    with pytest.raises(Refused, match="lý do"):
        making.revoke(world, one, reason=" ")
    with pytest.raises(Refused, match="không được trước"):
        making.revoke(world, one, on=today() - 11 * DAY)
    one = making.revoke(world, one)
    assert (one.state, one.is_valid_on(today() - DAY), one.is_valid_on(today())) == ("withdrawn", True, False)
    assert one.record.valid_until == today() - DAY
    with pytest.raises(Refused, match="Không thể"):
        making.revoke(world, one)
    # One that is withdrawn on its very first day never counted.
    other = making.revoke(world, other)
    assert other.record_id is None
    assert other.entry.establishment.certificates.count() == 1


def test_complaint_in_time_late_and_upheld(world):
    round_ = making.decided(world, ("90", "80"), told=False)
    with pytest.raises(Refused, match="sau khi thông báo"):
        making.complaint(world, round_)
    round_ = making.announced(world, round_)
    key = uuid4()
    found = making.complaint(world, round_, key=key)
    assert making.complaint(world, round_, key=key).pk == found.pk
    assert found.last_on == add_working_days(today(), 15).on
    assert found.answer_by == add_working_days(today(), 10).on
    with pytest.raises(Refused, match="không sửa ngày này"):
        making.announced(world, round_)
    with pytest.raises(Refused, match="trong thời hiệu"):
        making.answered(world, found, "out_of_time")
    with pytest.raises(Refused, match="Còn 1 khiếu nại"):
        close_round(round_id=round_.pk, by=making.officer(world), version=making.fresh(round_).version)
    making.answered(world, found)
    with pytest.raises(Refused, match="đã được trả lời"):
        making.answered(world, found)
    with pytest.raises(Refused, match="Còn trong thời hiệu"):
        close_round(round_id=round_.pk, by=making.officer(world), version=making.fresh(round_).version)
    # As if all of it had happened long ago: the next complaint comes too late, and then the round may end.
    long_ago = today() - timedelta(days=60)
    type(round_).objects.filter(pk=round_.pk).update(announced_on=long_ago)
    late = making.complaint(world, round_)
    assert late.is_late
    with pytest.raises(Refused, match="chỉ trả lời là quá thời hiệu"):
        making.answered(world, late, "upheld")
    making.answered(world, late, "out_of_time")
    close_round(round_id=round_.pk, by=making.officer(world), version=making.fresh(round_).version)
    assert making.fresh(round_).state == "closed"


def test_product_of_an_upheld_complaint_is_recognised_by_a_decision_of_its_own(world):
    round_ = making.make_scored(world, ("90", "80", "50"), groups=("food",))
    best, left, weak = Entry.objects.filter(round=round_).order_by("pk")
    round_ = making.announced(world, making.recognise(world, making.choose(world, round_, [best.pk])))

    def more(found):
        return recognising.recognise_after_complaint(
            complaint_id=found.pk, by=making.leader(world), version=making.fresh(round_).version,
            **making.decision_fields(number="101/QĐ-UBND"),
        )  # fmt: skip

    found = making.complaint(world, round_, entry=left)
    with pytest.raises(Refused, match="khiếu nại được chấp nhận"):
        more(found)
    making.answered(world, found, "upheld")
    more(found)
    assert [one.number for one in making.certificates_of(round_)] == ["01/GCN-THU", "02/GCN-THU"]
    with pytest.raises(Refused, match="đã có giấy chứng nhận"):
        more(found)
    hopeless = making.complaint(world, round_, entry=weak)
    making.answered(world, hopeless, "upheld")
    with pytest.raises(Refused, match="chưa đạt 70 điểm"):
        more(hopeless)


def test_owner_complains_about_the_own_product_only(world):
    maker = owned_establishment(world)
    round_ = making.decided(world, ("90", "80"), establishments=[maker, make_establishment(world, name="Cơ sở Khác")])
    own, other = Entry.objects.filter(round=round_).order_by("pk")
    owner = world.actor("owner", "owner")
    made = complaints.complain(entry_id=own.pk, by=owner, creation_key=uuid4(), text="Xin xem lại.", on=today())
    assert (made.complainant, made.entry) == (maker.name, own)
    with pytest.raises(NotAllowed):
        complaints.complain(entry_id=other.pk, by=owner, creation_key=uuid4(), text="Xin xem lại.", on=today())


def test_prizes_by_norm_tied_to_rows_of_the_ledger(world):
    project = make_project(world, state="accepted")
    maker = project.beneficiaries.get().establishment
    round_ = making.decided(world, ("90", "80"), establishments=[maker, maker])
    type(round_).objects.filter(pk=round_.pk).update(project=project)
    norm = norm_of(making.fresh(round_))
    assert norm.cap is None
    with pytest.raises(Refused, match="Hãy ghi văn bản"):
        making.award(world, round_, basis="")
    row = _paid(project, 8_000_000)
    making.award(world, round_, 5_000_000)
    with pytest.raises(Refused, match="đã có tiền thưởng"):
        making.award(world, round_, 5_000_000)
    one, other = Prize.objects.order_by("pk")

    def tie(prize, posting=row):
        prizes.tie_prize(
            prize_id=prize.pk, by=making.officer(world), version=making.fresh(round_).version, posting_id=posting.pk
        )

    assert row in postings_for(one)
    tie(one)
    with pytest.raises(Refused, match=r"chỉ còn 3\.000\.000 đồng"):
        tie(other)
    with pytest.raises(Refused, match="đã gắn"):
        tie(one)
    stranger = make_project(world, state="accepted")
    with pytest.raises(Refused, match="không phải của đề án thưởng"):
        tie(other, _paid(stranger, 9_000_000))


def test_prizes_are_prepared_as_one_payment_and_paid_by_the_ordinary_way(world):
    """Tied at once, posted by nobody here; given back they wait again, and what is paid is never prepared twice."""
    project = make_project(world, state="accepted", support=30_000_000)
    maker = project.beneficiaries.get().establishment
    round_ = making.decided(world, ("90", "80", "75"), establishments=[maker] * 3)
    type(round_).objects.filter(pk=round_.pk).update(project=project)
    making.award(world, round_, 5_000_000)
    accountant, key = world.actor(making.SO, "accountant"), uuid4()

    def prepare(by=accountant, key=None, version=None, project=project):
        return prizes.prepare_payment_of_prizes(
            round_id=round_.pk, by=by, version=version or making.fresh(round_).version, creation_key=key or uuid4(),
            project_id=project.pk, kind=PaymentKind.FINAL,
        )  # fmt: skip

    for stranger in (world.actor("phu-tho", "accountant"), world.actor("owner", "owner")):
        with pytest.raises(NotAllowed):
            prepare(stranger)
    with pytest.raises(Refused, match="không chi tiền thưởng"):
        prepare(making.officer(world))  # who runs the round prepares no payment
    with pytest.raises(Refused, match="không chi tiền thưởng"):
        prepare(project=make_project(world, state="accepted"))
    with pytest.raises(Stale):
        prepare(version=99)
    assert not Prize.objects.filter(payment__isnull=False).exists()
    rows = LedgerEntry.objects.count()
    payment = prepare(key=key)
    assert (payment.amount, payment.state, prepare(key=key).pk) == (15_000_000, "prepared", payment.pk)
    assert LedgerEntry.objects.count() == rows  # nothing is posted before it is paid
    with pytest.raises(Refused, match="Không có tiền thưởng nào"):
        prepare()
    one = Prize.objects.first()
    assert (is_paid(one), waits(one)) == (False, True)
    finance.return_payment(
        payment_id=payment.pk, by=making.leader(world), version=_version(project), reason="Sai tài khoản"
    )
    making.revoke(world, making.certificates_of(round_)[2])  # no money for a certificate that was withdrawn
    payment = prepare()
    assert payment.amount == 10_000_000
    finance.approve_payment(payment_id=payment.pk, by=making.leader(world), version=_version(project))
    finance.mark_paid(
        payment_id=payment.pk, by=accountant, version=_version(project), voucher_number="UNC 01", voucher_on=today()
    )
    paid = list(Prize.objects.filter(payment=payment).select_related("posting", "payment"))
    assert [is_paid(one) for one in paid] == [True, True]
    row = LedgerEntry.objects.get(payment=payment)
    assert (row.amount, used_of(row)) == (10_000_000, 10_000_000)
    assert unpaid(making.fresh(round_)).count() == 0
    with pytest.raises(Refused, match="đã gắn"):
        prizes.tie_prize(
            prize_id=paid[0].pk, by=making.officer(world), version=making.fresh(round_).version, posting_id=row.pk
        )


def _version(project):
    return type(project).objects.get(pk=project.pk).version


def _paid(project, amount):
    """A payment in the ledger, as if three hands had made it."""
    row = project.entries.filter(kind=EntryKind.ACCEPTED).first() or project.entries.first()
    return LedgerEntry.objects.create(
        kind=EntryKind.PAID, amount=amount, envelope=row.envelope, project=project, on=today(), document="UNC thử",
        by=row.by,
    )  # fmt: skip


def test_region_and_nation_have_the_norm_of_their_level(world):
    caps = {}
    for level in ("region", "nation"):
        round_ = making.decided(world, ("90",), level=level)
        found = norm_of(round_)
        caps[level] = found.cap
        assert found.warning is not None  # nobody has read Điều 8 of TT 28/2018 in the text
    assert caps == {"region": 5_000_000, "nation": 10_000_000}
    with pytest.raises(Refused, match=r"cao nhất một sản phẩm là 10\.000\.000 đồng"):
        prizes.award_prizes(
            round_id=round_.pk, by=world.actor("national", "leader"), version=making.fresh(round_).version,
            amount=10_000_001, basis="",
        )  # fmt: skip


def test_holder_reports_a_year_once_and_later_support_is_counted_from_the_day_of_issue(world):
    project = make_project(world, state="in_progress")
    maker = project.beneficiaries.get().establishment
    maker.account = world.agencies["owner"]
    maker.save()
    round_ = making.decided(world, ("90",), establishments=[maker])
    (one,) = making.certificates_of(round_)
    fields = {"year": today().year, "production": "Ổn định.", "support": "", "revenue": 1_000_000_000, "workers": 9}
    owner, key = world.actor("owner", "owner"), uuid4()

    def send(key, **changed):
        return certificates.report_holding(
            certificate_id=one.pk, by=owner, creation_key=key, fields={**fields, **changed}
        )

    assert send(key).pk == send(key).pk
    with pytest.raises(Refused, match="Đã có báo cáo"):
        send(uuid4())
    with pytest.raises(Refused, match="không nằm trong thời hạn"):
        send(uuid4(), year=today().year - 1)
    by = making.officer(world)
    assert later_support(by, [one])[one.pk].amount == 0
    advance_to(world, project, "accepted")
    accepted = project.entries.get(kind=EntryKind.ACCEPTED)
    found = later_support(by, [one])[one.pk]
    assert (found.amount, found.codes) == (accepted.amount, project.code)
    Certificate.objects.filter(pk=one.pk).update(issued_on=accepted.on + DAY)
    one.issued_on = accepted.on + DAY
    assert later_support(by, [one])[one.pk].amount == 0


def test_numbers_of_competitions(world):
    women = make_establishment(world, name="Cơ sở Một", women_owned=True)
    other = make_establishment(world, name="Cơ sở Hai", ethnic_minority_owned=True)
    making.decided(world, ("90", "80", "60"), establishments=[women, women, other], year=today().year - 2)
    round_ = making.decided(world, ("90", "85"), establishments=[women, other])
    first = making.certificates_of(round_)[0]
    up = making.make_scored(world, ("90",), level="region", establishments=[women])
    Entry.objects.filter(round=up).update(lower=first)
    by = making.officer(world)
    found, total = lines(by, StatFilters(by="nam", level="province"))
    # Handed in, admitted, certified, makers of those, new makers, of women, of minorities, gone up.
    assert [(one.label, one.counts) for one in found] == [
        (str(today().year - 2), (3, 3, 2, 1, 2, 2, 0, 0)),
        (str(today().year), (2, 2, 2, 2, 0, 1, 1, 1)),
    ]
    assert total.counts[5:] == (3, 1, 1)
    assert str(total.share_moved_up) == "25.0"
    groups, _ = lines(by, StatFilters(by="nhom", year=today().year, level="province"))
    assert sum(one.counts[0] for one in groups) == 2


def test_every_number_is_as_long_as_its_list(world):
    women = make_establishment(world, name="Cơ sở Một", women_owned=True)
    other = make_establishment(world, name="Cơ sở Hai", ethnic_minority_owned=True)
    making.decided(world, ("90", "80", "60"), establishments=[women, women, other], year=today().year - 2)
    making.decided(world, ("90", "85"), establishments=[women, other])
    kept = make_establishment(world, name="Cơ sở Gộp")
    type(other).objects.filter(pk=other.pk).update(merged_into=kept)
    silent = making.decided(world, ("90",), establishments=[women], told=False)
    by, colleague = making.officer(world), world.actor("dong-thap-centre", "officer")
    assert lines(by, StatFilters())[1].certified == 5
    assert lines(colleague, StatFilters())[1].certified == 4  # not told yet
    assert lines(colleague, StatFilters())[1].admitted == 6
    for actor in (by, colleague):
        for way in BY:
            filters = StatFilters(by=way)
            found, total = lines(actor, filters)
            for line in (*found, total):
                for cell in line.cells:
                    asked = QueryDict(cell.url.partition("?")[2])
                    if not cell.value:
                        assert cell.url == ""
                        continue
                    behind = listed(actor, filters, figure=asked["so"], line=asked.get("dong", ""))
                    count = behind.makers if behind.by_maker else behind.rows.count()
                    assert count == cell.value, (way, line.label, cell.label)
    assert silent.entries.get() not in listed(colleague, StatFilters(), figure="duoc-cap", line="").rows
    assert listed(by, StatFilters(), figure="x", line="") is None
    assert listed(by, StatFilters(by="nam"), figure="nop", line="chín") is None


def test_a_number_of_one_organ_and_year_is_given_once(world):
    making.decided(world, ("90",))
    second = making.choose(world, making.make_scored(world, ("90",)))
    with pytest.raises(Refused, match=r"đã có giấy chứng nhận số 01/GCN-THU"):
        making.recognise(world, second, suffix="/GCN-THU")
    assert making.fresh(second).state == "scored"
    nation = making.decided(world, ("90",), level="nation", establishments=None)
    assert making.certificates_of(nation)


def test_lists_of_certificates_narrow_by_what_they_are_worth_today(world):
    round_ = making.decided(world, ("90", "80"))
    one, _ = making.certificates_of(round_)
    making.revoke(world, one)
    by = making.officer(world)
    count = {
        name: certificates_for(by, HolderFilters(standing=name), today()).count()
        for name in ("", "valid", "expired", "withdrawn", "running_out")
    }
    assert count == {"": 2, "valid": 1, "expired": 0, "withdrawn": 1, "running_out": 0}
    stranger = world.actor("phu-tho", "officer")
    assert certificates_for(stranger, HolderFilters(), today()).count() == 0
