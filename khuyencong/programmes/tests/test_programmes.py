"""A programme from its first draft to the decision that amends it, and everything that is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.programmes import actions, from_law, rules
from khuyencong.programmes.differences import money_differences, target_differences
from khuyencong.programmes.indicators import INDICATORS, Measure, indicator, indicator_choices
from khuyencong.programmes.models import (
    Programme,
    ProgrammeMoney,
    ProgrammeTarget,
    ProgrammeVersion,
    ProgrammeYear,
    VersionState,
)
from khuyencong.programmes.tests.writing import LEADER, OFFICER, amended, approve, approved, enter, money, target

YEAR = today().year


def save(world, programme, *targets, monies=(), who=OFFICER, **more):
    more.setdefault("version", programme.version)
    return actions.save_draft(
        programme_id=programme.pk, by=world.actor(*who), targets=list(targets), money=list(monies), **more
    )


# --- entering --------------------------------------------------------------------------------------------------------


def test_programme_begins_with_an_empty_draft(world):
    programme = enter(world)
    draft = programme.versions.get()
    assert (draft.number, draft.state, draft.targets.count()) == (1, VersionState.DRAFT, 0)
    assert list(programme.years.values_list("year", flat=True)) == [YEAR, YEAR + 1, YEAR + 2, YEAR + 3, YEAR + 4]
    assert AuditEvent.objects.get(action="programme.create").thread == programme.thread


def test_second_click_finds_the_first_programme(world):
    key, officer = uuid4(), world.actor(*OFFICER)
    made = [
        actions.create_programme(by=officer, creation_key=key, name="A", first_year=YEAR, last_year=YEAR)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Refused, match="đã được dùng"):
        actions.create_programme(
            by=world.actor("phu-tho", "officer"), creation_key=key, name="A", first_year=YEAR, last_year=YEAR
        )


@pytest.mark.parametrize(("first", "last"), [(YEAR, YEAR), (YEAR - 3, YEAR), (YEAR + 4, YEAR + 8)])
def test_a_year_belongs_to_one_programme_of_an_agency(world, first, last):
    enter(world)
    with pytest.raises(Refused, match="mỗi năm chỉ thuộc một chương trình"):
        enter(world, first=first, last=last)
    assert Programme.objects.count() == 1
    enter(world, agency="phu-tho", first=first, last=last)


@pytest.mark.parametrize(("last", "sentence"), [(YEAR - 1, "không được trước"), (YEAR + 15, "dài nhất 15 năm")])
def test_impossible_period_is_refused(world, last, sentence):
    with pytest.raises(Refused, match=sentence):
        enter(world, last=last)


@pytest.mark.parametrize(
    "who", [LEADER, ("dong-thap", "accountant"), ("dong-thap-centre", "officer"), ("region", "officer")]
)
def test_only_officers_of_a_department_or_the_nation_enter(world, who):
    with pytest.raises(NotAllowed):
        actions.create_programme(by=world.actor(*who), creation_key=uuid4(), name="A", first_year=YEAR, last_year=YEAR)


def test_name_and_period_change_until_the_first_decision(world):
    programme = enter(world, target(first_year=YEAR + 1, last_year=YEAR + 2))
    values = {"programme_id": programme.pk, "by": world.actor(*OFFICER), "name": "Tên khác"}
    changed = actions.edit_programme(**values, version=programme.version, first_year=YEAR + 1, last_year=YEAR + 2)
    assert list(changed.years.values_list("year", flat=True)) == [YEAR + 1, YEAR + 2]
    with pytest.raises(Refused, match="nằm trong"):
        actions.edit_programme(**values, version=changed.version, first_year=YEAR + 2, last_year=YEAR + 2)
    programme.refresh_from_db()
    approve(world, programme)
    with pytest.raises(Refused, match="đã được phê duyệt"):
        actions.edit_programme(**values, version=programme.version, first_year=YEAR, last_year=YEAR + 4)


# --- what the law room ships -----------------------------------------------------------------------------------------


def test_national_programmes_of_the_law_room_are_known(world):
    found = {one.id: (one.first_year, one.last_year) for one in from_law.not_yet_entered()}
    assert found == {"qd-2646-2025": (2026, 2030), "qd-1881-2020": (2021, 2025), "qd-1288-2014": (2014, 2020)}


def test_national_programme_takes_its_targets_from_the_law(world):
    programme = enter(world, agency="national", first=2014, last=2020, law_document="qd-1288-2014")
    draft = programme.versions.get()
    assert [(one.indicator, one.low, one.period, one.verified) for one in draft.targets.all()] == [
        ("vocational_training", 40_000, "2014–2015", True),
        ("vocational_training", 60_000, "2016–2020", True),
        ("startup_training", 10_000, "2014–2020", True),
        ("technology_transfer", 250, "2014–2015", True),
        ("technology_transfer", 600, "2016–2020", True),
    ]
    total = draft.money.get()
    assert (total.source, total.low, total.verified) == ("total", 1_212_000_000_000, True)
    assert {one.id for one in from_law.not_yet_entered()} == {"qd-2646-2025", "qd-1881-2020"}
    with pytest.raises(Refused, match="đã được ghi"):
        enter(world, agency="national", first=2026, last=2026, law_document="qd-1288-2014")


def test_programme_that_could_not_be_read_stays_empty_and_may_be_approved(world):
    programme = enter(world, agency="national", first=2026, last=2030, law_document="qd-2646-2025")
    assert programme.versions.get().targets.count() == 0
    approve(world, programme, decision_number="2646/QĐ-BCT")
    assert programme.versions.get().state == VersionState.APPROVED


def test_a_province_takes_nothing_from_the_law(world):
    with pytest.raises(Refused, match="Chỉ Cục"):
        enter(world, law_document="qd-2646-2025")


def test_every_shipped_target_has_an_indicator():
    codes = {one.code for one in INDICATORS}
    for shipped in from_law.shipped_programmes().values():
        assert {one.indicator for one in from_law.targets_of(shipped)} <= codes


# --- the draft -------------------------------------------------------------------------------------------------------


def test_draft_is_replaced_by_what_is_sent(world):
    programme = enter(world, target())
    draft = save(world, programme, target(low=7, high=9), target("trademark"), monies=[money()])
    assert [str(one) for one in draft.targets.all()] == ["Máy móc: 7–9 cơ sở", "Nhãn hiệu: 100 cơ sở"]
    assert str(draft.money.get()) == "Khuyến công địa phương: 5.000.000.000 đồng"
    assert str(target(low=None)) == "Máy móc: chưa đọc được cơ sở"


def test_what_was_compared_stays_compared_only_while_it_says_the_same(world):
    programme = enter(world, target(), target("trademark"))
    approve(world, programme, compared=True)
    assert set(programme.versions.get().targets.values_list("verified", flat=True)) == {True}
    draft = amended(world, programme, target(low=120), target("trademark"), target("showroom", low=None))
    assert list(draft.targets.values_list("indicator", "verified")) == [
        ("machinery", False), ("trademark", True), ("showroom", False),
    ]  # fmt: skip


def test_what_was_not_read_is_never_compared(world):
    programme = enter(world, target(low=None), monies=[money(low=None)])
    version = approve(world, programme, compared=True)
    assert not version.targets.get().verified
    assert not version.money.get().verified


@pytest.mark.parametrize(
    ("rows", "monies", "sentence"),
    [
        ([target("no_such")], [], "Không có chỉ tiêu mã"),
        ([target(first_year=YEAR - 1)], [], "nằm trong"),
        ([target(first_year=YEAR + 2, last_year=YEAR + 1)], [], "theo thứ tự"),
        ([target(low=9, high=8)], [], "thấp nhất và cao nhất"),
        ([target(low=0)], [], "thấp nhất và cao nhất"),
        ([ProgrammeTarget(indicator="machinery", label="M", high=3, first_year=YEAR, last_year=YEAR)], [], "một số"),
        ([target(), target(low=5)], [], "Ghi hai lần: chỉ tiêu"),
        ([], [money(), money()], "Ghi hai lần: nguồn"),
        ([], [money(low=9, high=8)], "thấp nhất và cao nhất"),
        ([], [money("total", 10), money("local", 8), money("national", 3)], "nhiều hơn tổng kinh phí"),
        ([target(label=f"Máy {n}") for n in range(rules.MOST_ROWS + 1)], [], "nhiều nhất 60"),
    ],
)
def test_impossible_rows_are_refused_and_nothing_is_lost(world, rows, monies, sentence):
    programme = enter(world, target())
    with pytest.raises(Refused, match=sentence):
        save(world, programme, *rows, monies=monies)
    assert str(programme.versions.get().targets.get()) == "Máy móc: 100 cơ sở"


def test_form_of_an_old_page_is_stale(world):
    programme = enter(world, target())
    for act in (
        lambda version: save(world, programme, version=version),
        lambda version: actions.discard_draft(programme_id=programme.pk, by=world.actor(*OFFICER), version=version),
        lambda version: actions.amend(programme_id=programme.pk, by=world.actor(*OFFICER), version=version),
    ):
        with pytest.raises(Stale, match="đã được thay đổi"):
            act(programme.version - 1)


@pytest.mark.parametrize("who", [("phu-tho", "officer"), ("national", "officer"), LEADER])
def test_draft_of_another_agency_is_not_written(world, who):
    with pytest.raises(NotAllowed):
        save(world, enter(world), target(), who=who)


def test_first_draft_that_is_dropped_takes_its_programme_along(world):
    programme = enter(world, target())
    left = actions.discard_draft(programme_id=programme.pk, by=world.actor(*OFFICER), version=programme.version)
    assert left is None
    assert not Programme.objects.exists()
    assert not ProgrammeYear.objects.exists()
    assert AuditEvent.objects.filter(action="programme.discard").exists()
    with pytest.raises(Refused, match="không còn"):
        actions.discard_draft(programme_id=programme.pk, by=world.actor(*OFFICER), version=1)
    enter(world)


def test_later_draft_that_is_dropped_leaves_what_was_decided(world):
    programme = approved(world)
    amended(world, programme, target(low=7))
    actions.discard_draft(programme_id=programme.pk, by=world.actor(*OFFICER), version=programme.version)
    assert str(programme.versions.get().targets.get()) == "Máy móc: 100 cơ sở"


# --- the decision ----------------------------------------------------------------------------------------------------


def test_decision_puts_the_draft_into_force(world):
    programme = enter(world, target())
    version = approve(world, programme)
    assert (version.state, version.decision_number) == (VersionState.APPROVED, "12/QĐ-UBND")
    assert version.approved_as == world.actor(*LEADER).signature
    assert version.holds_on(today())
    assert not version.holds_on(today() - timedelta(days=1))
    assert AuditEvent.objects.get(action="programme.approve").after["quyết định"] == "12/QĐ-UBND"
    assert verify_chain() is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"decision_number": " "}, "số quyết định"),
        ({"decided_by": ""}, "người ký"),
        ({"decision_on": today() + timedelta(days=1)}, "tương lai"),
    ],
)
def test_decision_that_cannot_be_is_refused(world, changed, sentence):
    programme = enter(world, target())
    with pytest.raises(Refused, match=sentence):
        approve(world, programme, **changed)
    assert programme.versions.get().is_draft


def test_empty_draft_of_a_province_is_not_approved(world):
    with pytest.raises(Refused, match="ít nhất một chỉ tiêu"):
        approve(world, enter(world))


def test_who_wrote_a_version_does_not_approve_it(world):
    programme = enter(world, target())
    ProgrammeVersion.objects.update(created_by=world.actor(*LEADER).user)
    with pytest.raises(Refused, match="không tự phê duyệt"):
        approve(world, programme)


@pytest.mark.parametrize("who", [OFFICER, ("phu-tho", "leader"), ("national", "leader")])
def test_only_the_leader_of_its_agency_approves(world, who):
    with pytest.raises(NotAllowed):
        approve(world, enter(world, target()), by=world.actor(*who))


def test_next_decision_makes_a_version_and_leaves_the_one_before(world):
    programme = approved(world)
    amended(world, programme, target(low=120, high=150), note="Theo Nghị quyết mới.")
    with pytest.raises(Refused, match="không được trước ngày của phiên bản 1"):
        approve(world, programme, effective_on=today() - timedelta(days=1))
    approve(world, programme, decision_number="20/QĐ-UBND")
    first, second = programme.versions.all()
    assert str(first.targets.get()) == "Máy móc: 100 cơ sở"
    assert str(second.targets.get()) == "Máy móc: 120–150 cơ sở"
    with pytest.raises(Refused, match="không có dự thảo"):
        save(world, programme, target())


def test_one_draft_at_a_time(world):
    programme = approved(world)
    amended(world, programme, target())
    with pytest.raises(Refused, match="đang có một dự thảo"):
        actions.amend(programme_id=programme.pk, by=world.actor(*OFFICER), version=programme.version)


def test_difference_of_two_versions(world):
    programme = enter(world, target(), target("trademark"), monies=[money(), money("other", 3)])
    approve(world, programme)
    draft = amended(world, programme, target(low=120), target("showroom"))
    first = programme.versions.first()
    found = target_differences(first.targets.all(), draft.targets.all())
    assert [(one.label.split(",")[0], one.kind, one.before, one.after) for one in found] == [
        ("Máy móc", "Đổi", "100", "120"),
        ("Phòng trưng bày", "Thêm", "", "100"),
        ("Nhãn hiệu", "Bỏ", "100", ""),
    ]
    same = money_differences(first.money.all(), first.money.all())
    assert [one.kind for one in same] == ["Giữ nguyên", "Giữ nguyên"]


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_programme_of_a_province_is_seen_there_and_by_the_nation(world):
    programme = approved(world)
    seen = {
        code for code in world.agencies if (code, "officer") in world.actors
        and Programme.objects.visible_to(world.actor(code, "officer")).exists()
    }  # fmt: skip
    assert seen == {"national", "dong-thap", "dong-thap-centre"}
    for code in seen | {"phu-tho", "region"}:
        assert programme.is_in_scope(world.actor(code, "officer")) == (code in seen)


def test_national_programme_is_seen_by_all_once_it_is_decided(world):
    programme = enter(world, target(), agency="national")
    reader = world.actor("phu-tho", "officer")
    assert not Programme.objects.visible_to(reader).exists()
    assert not programme.is_in_scope(reader)
    approve(world, programme)
    assert Programme.objects.visible_to(reader).get() == programme
    assert programme.is_in_scope(reader)
    assert not programme.shows_drafts_to(reader)
    assert programme.shows_drafts_to(world.actor("national", "auditor"))


# --- the database ----------------------------------------------------------------------------------------------------


def breaks(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def test_database_holds_what_it_can(world):
    programme = approved(world)
    version, row = programme.versions.get(), programme.versions.get().targets.get()
    programmes = Programme.objects.filter(pk=programme.pk)
    targets = ProgrammeTarget.objects.filter(pk=row.pk)
    breaks("programme_years_in_order", lambda: programmes.update(first_year=2031))
    breaks("programme_years_in_order", lambda: programmes.update(first_year=2000))
    breaks("programme_approved_by_decision", lambda: programme.versions.update(decision_number=""))
    breaks("programme_approved_by_decision", lambda: programme.versions.update(effective_on=None))
    breaks("programme_target_in_order", lambda: targets.update(low=None))
    breaks("programme_target_in_order", lambda: targets.update(low=9, high=8))
    breaks("programme_target_in_order", lambda: targets.update(low=0))
    breaks("programme_target_years_in_order", lambda: targets.update(first_year=2050))
    ProgrammeMoney.objects.create(version=version, source="local", low=1, high=1)
    breaks("programme_money_in_order", lambda: ProgrammeMoney.objects.update(high=None))


def test_database_refuses_twins(world):
    programme = approved(world)
    version = programme.versions.get()
    by = world.actor(*OFFICER).user

    def twin(make):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()

    twin(lambda: ProgrammeYear.objects.create(programme=programme, agency=programme.agency, year=YEAR))
    twin(lambda: ProgrammeVersion.objects.create(programme=programme, number=1, created_by=by))
    ProgrammeVersion.objects.create(programme=programme, number=2, created_by=by)
    twin(lambda: ProgrammeVersion.objects.create(programme=programme, number=3, created_by=by))
    twin(lambda: version.targets.get().copy_to(version).save())
    money("local").copy_to(version).save()
    twin(lambda: money("local").copy_to(version).save())
    Programme.objects.filter(pk=programme.pk).update(law_document="qd-1881-2020")
    other = enter(world, agency="national", first=2021, last=2025)
    twin(lambda: Programme.objects.filter(pk=other.pk).update(law_document="qd-1881-2020"))


# --- the catalogue ---------------------------------------------------------------------------------------------------


def test_catalogue_says_how_each_indicator_is_counted():
    assert len({one.code for one in INDICATORS}) == len(INDICATORS)
    for one in INDICATORS:
        assert one.how.endswith(".")
        assert one.is_counted == (one.measure is not Measure.NOTHING)
    assert "chưa ghi" in indicator("startup_training").how
    assert "lớp đã kết thúc" in indicator("vocational_training").how
    assert "mỗi cơ sở tính một lần" in indicator("machinery").how
    assert not indicator("no_such").is_counted


def test_choices_follow_the_contents_of_the_law():
    groups = indicator_choices()
    assert [name.split(".")[0] for name, _ in groups] == ["Chung", "1", "2", "3", "4", "5", "6", "7", "9", "Khác"]
    assert sum(len(rows) for _, rows in groups) == len(INDICATORS)
