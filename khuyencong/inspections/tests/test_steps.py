"""An inspection from plan to end, and everything that is refused on the way."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.finance.models import LedgerEntry, PaymentKind
from khuyencong.inspections import actions
from khuyencong.inspections.actions import MemberInput, Seen
from khuyencong.inspections.machines import machines_at
from khuyencong.inspections.models import (
    FindingState,
    FollowUp,
    Inspection,
    InspectionPlan,
    InspectionState,
    ItemState,
    TeamRole,
)
from khuyencong.inspections.states import (
    FINDING_TRANSITIONS,
    INSPECTION_TRANSITIONS,
    check_finding_step,
    check_step,
    permission_of,
)
from khuyencong.inspections.tests.making import (
    CENTRE,
    SO,
    answered,
    concluded,
    followed,
    found,
    fresh,
    last_day,
    order,
    plan_of,
    team,
    visited,
    waiting,
)
from khuyencong.notices.models import Notice
from khuyencong.testing import PDF, make_establishment, make_project, owned_establishment, pay

DAY = timedelta(days=1)


def events(inspection):
    return list(AuditEvent.objects.filter(thread=inspection.thread).order_by("seq").values_list("action", flat=True))


def paper(mark=b"x"):
    return SimpleUploadedFile("giay.pdf", PDF + mark)


def test_an_inspection_from_plan_to_end(world):
    plan = plan_of(world)
    inspection = order(world, plan=plan)
    assert (inspection.state, inspection.basis) == ("planned", f"1/QĐ-KT ngày {today():%d/%m/%Y}")
    inspection = visited(world, inspection, states=["other_use"])
    assert inspection.state == "done"
    item = inspection.visits.get().items.get()
    assert (item.state, item.note, item.name[:4]) == ("other_use", "Ghi chú.", "Máy ")
    finding = found(world, inspection)
    assert finding.number == 1
    assert not Notice.objects.filter(url=finding.get_absolute_url()).exists()
    inspection = concluded(world, inspection)
    assert inspection.state == "concluded"
    told = Notice.objects.filter(url=finding.get_absolute_url()).values_list("user__username", flat=True)
    assert set(told) == {"dong-thap-centre.officer"}
    assert answered(world, finding).state == "answered"
    assert followed(world, finding, "send_back", text="Chưa thấy ảnh.").state == "open"
    answered(world, finding, text="Gửi ảnh.", uploads=[paper()])
    finding = followed(world, finding)
    assert (finding.state, finding.closed_on) == ("closed", today())
    assert (finding.inspection.state, finding.inspection.closed_on) == ("closed", today())
    assert events(inspection) == [
        "inspection.plan", "inspection.visit", "inspection.finding", "inspection.conclude", "inspection.answer",
        "inspection.send_back", "inspection.answer", "inspection.close",
    ]  # fmt: skip
    assert [one.step for one in FollowUp.objects.order_by("pk")] == ["answer", "send_back", "answer", "close"]


def test_one_without_findings_ends_with_its_conclusion(world):
    inspection = concluded(world, visited(world))
    assert (inspection.state, inspection.closed_on) == ("closed", today())


def test_it_ends_only_when_every_finding_is_mended(world):
    inspection = visited(world)
    one, other = found(world, inspection), found(world, inspection, by_unit=True)
    concluded(world, inspection)
    followed(world, answered(world, one))
    assert fresh(inspection).state == "concluded"
    followed(world, answered(world, other))
    assert fresh(inspection).state == "closed"


def test_an_inspection_moves_no_money(world):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 10_000_000)
    before = list(LedgerEntry.objects.order_by("pk").values_list())
    finding = waiting(world, visited(world, order(world, project)), severity="serious", amount=10_000_000)
    followed(world, answered(world, finding))
    assert list(LedgerEntry.objects.order_by("pk").values_list()) == before


# --- the tables ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", InspectionState.values)
def test_only_steps_of_the_table_lead_on(state):
    inspection = Inspection(state=state)
    for name in {row.name for row in INSPECTION_TRANSITIONS}:
        if any(row.name == name and row.source == state for row in INSPECTION_TRANSITIONS):
            check_step(inspection, name)
        else:
            with pytest.raises(Refused, match="Không thể"):
                check_step(inspection, name)


@pytest.mark.django_db
@pytest.mark.parametrize("state", FindingState.values)
def test_a_finding_moves_by_its_table_and_after_the_conclusion(world, state):
    finding = found(world)
    finding.state = state
    for name in {row.name for row in FINDING_TRANSITIONS}:
        finding.inspection.state = "done"
        with pytest.raises(Refused, match="chưa có kết luận"):
            check_finding_step(finding, name)
        finding.inspection.state = "concluded"
        if any(row.name == name and row.source == state for row in FINDING_TRANSITIONS):
            check_finding_step(finding, name)
        else:
            with pytest.raises(Refused, match="Không thể"):
                check_finding_step(finding, name)
    with pytest.raises(KeyError):
        permission_of("fly")


# --- planning --------------------------------------------------------------------------------------------------------


def test_a_plan_is_entered_once(world):
    plan_of(world)
    with pytest.raises(Refused, match="đã được ghi"):
        plan_of(world)
    plan_of(world, "phu-tho")
    for changed in (
        {"decision_on": today() + DAY},
        {"title": " "},
        {"decision_number": " "},
        {"year": today().year + 9},
    ):
        with pytest.raises(Refused):
            plan_of(world, number=changed.pop("decision_number", "2/QĐ"), **changed)
    for who in ((CENTRE, "officer"), (SO, "accountant"), (SO, "auditor")):
        with pytest.raises(NotAllowed):
            actions.make_inspection_plan(by=world.actor(*who), creation_key=uuid4(), fields={})


def test_the_same_form_makes_one_plan_and_one_inspection(world):
    fields = {"year": today().year, "title": "A", "decision_number": "3/QĐ", "decision_on": today()}
    key = uuid4()
    made = [
        actions.make_inspection_plan(by=world.actor(SO, "officer"), creation_key=key, fields=fields) for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Refused, match="đã được dùng"):
        actions.make_inspection_plan(by=world.actor(SO, "leader"), creation_key=key, fields=fields)
    project = make_project(world, state="in_progress")
    assert order(world, project, key=key) == order(world, project, key=key)
    with pytest.raises(Refused, match="đã được dùng"):
        order(world, project, key=key, who=(SO, "leader"))
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"order_number": " "}, "đột xuất phải có số"),
        ({"order_on": None}, "đột xuất phải có số"),
        ({"order_on": today() + DAY}, "tương lai"),
        ({"planned_on": today() - DAY}, "không được trước ngày quyết định"),
        ({"reason": "complaint"}, "nội dung phản ánh"),
        ({"reason": "risk", "why": "  "}, "nội dung phản ánh"),
    ],
)
def test_a_sudden_inspection_rests_on_an_order(world, changed, words):
    with pytest.raises(Refused, match=words):
        order(world, **changed)
    assert not Inspection.objects.exists()


def test_an_inspection_of_a_plan_lies_in_its_year(world):
    plan = plan_of(world)
    project = make_project(world, state="in_progress")
    with pytest.raises(Refused, match="trong năm"):
        order(world, project, plan=plan, planned_on=last_day() + DAY)
    with pytest.raises(Refused, match="cơ quan khác"):
        order(world, project, plan=plan_of(world, "phu-tho"))
    order(world, project, plan=plan)
    with pytest.raises(Refused, match="đang chờ"):
        order(world, project)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected", "withdrawn", "base_appraised"])
def test_what_is_not_approved_is_not_inspected(world, state):
    with pytest.raises(Refused, match="đã phê duyệt"):
        order(world, make_project(world, state=state))


def test_the_cuc_inspects_national_money_and_a_department_its_province(world):
    local, national = (make_project(world, state="in_progress", source=one) for one in ("local", "national"))
    order(world, national, who=("national", "officer"))
    order(world, national)
    with pytest.raises(Refused, match=r"Đ20\.3"):
        order(world, local, who=("national", "officer"))
    with pytest.raises(Refused, match="địa bàn"):
        order(world, local, who=("phu-tho", "officer"))
    with pytest.raises(Refused, match="địa bàn"):
        order(world, establishment=make_establishment(world), who=("phu-tho", "officer"))
    with pytest.raises(Refused, match="không thụ hưởng"):
        order(world, local, make_establishment(world))
    with pytest.raises(Refused, match="đề án hoặc cơ sở"):
        actions.plan_inspection(by=world.actor(SO, "officer"), creation_key=uuid4(), fields={})


def test_whoever_wrote_the_project_does_not_inspect_it(world):
    """The officer of the centre wrote it, and wears a hat at the department as well."""
    writer = world.actor(CENTRE, "officer")
    hat = writer.user.memberships.create(agency=world.agencies[SO], role="officer")
    assert hat.pk
    project = make_project(world, state="in_progress")
    with pytest.raises(Refused, match="lập, sửa hoặc gửi đề án"):
        order(world, project, lead=writer.user)
    inspection = order(world, project)
    with pytest.raises(Refused, match="lập, sửa hoặc gửi đề án"):
        visited(world, inspection, members=[*team(world), MemberInput(TeamRole.MEMBER, writer.user)])
    with pytest.raises(Refused, match="phải là người của cơ quan"):
        order(world, make_project(world, state="in_progress"), lead=world.actor("phu-tho", "officer").user)


def test_another_day_or_none_at_all(world):
    inspection = order(world)
    other = world.actor(SO, "appraiser").user
    values = {"planned_on": today(), "lead": other, "why": "Đổi người."}
    changed = actions.reschedule(inspection_id=inspection.pk, by=world.actor(SO, "leader"), version=1, **values)
    assert (changed.lead, changed.planned_on, changed.version) == (other, today(), 2)
    with pytest.raises(Stale):
        actions.reschedule(inspection_id=inspection.pk, by=world.actor(SO, "leader"), version=1, **values)
    with pytest.raises(Refused, match="lý do"):
        actions.cancel(inspection_id=inspection.pk, by=world.actor(SO, "leader"), version=2, reason=" ")
    gone = actions.cancel(inspection_id=inspection.pk, by=world.actor(SO, "leader"), version=2, reason="Đã ngừng.")
    assert gone.state == "cancelled"
    with pytest.raises(Refused, match="Không thể"):
        actions.cancel(inspection_id=inspection.pk, by=world.actor(SO, "leader"), version=3, reason="Lại.")
    with pytest.raises(Refused, match="khi chưa kiểm tra"):
        actions.reschedule(inspection_id=inspection.pk, by=world.actor(SO, "leader"), version=3, **values)
    with pytest.raises(Refused, match="Không thể"):
        visited(world, inspection)


# --- visiting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"visited_on": today() + DAY}, "tương lai"),
        ({"visited_on": today() - DAY}, "trước ngày quyết định"),
        ({"met": " "}, "người làm việc"),
        ({"place": ""}, "địa điểm"),
        ({"result": "\n"}, "kết quả"),
        ({"latitude": 10}, "vĩ độ và kinh độ"),
        ({"states": ["sold"], "note": ""}, "hãy ghi rõ"),
        ({"members": [MemberInput(TeamRole.LEAD, guest="Ai")] * 2}, "đúng một trưởng đoàn"),
        ({"members": [MemberInput(TeamRole.MEMBER, guest="Ai")]}, "đúng một trưởng đoàn"),
        ({"members": [MemberInput(TeamRole.LEAD)]}, "một tên ghi tay"),
    ],
)
def test_a_visit_is_whole(world, changed, words, monkeypatch):
    if "note" in changed:
        changed = {"states": ["sold"]}
        monkeypatch.setattr("khuyencong.inspections.tests.making.Seen", lambda state, _note: Seen(state))
    with pytest.raises(Refused, match=words):
        visited(world, **changed)
    assert Inspection.objects.get().state == "planned"


def test_a_team_names_nobody_twice(world):
    officer = world.actor(SO, "officer").user
    with pytest.raises(Refused, match="hai lần"):
        visited(world, members=[MemberInput(TeamRole.LEAD, officer), MemberInput(TeamRole.MEMBER, officer)])


def test_a_group_is_visited_place_by_place(world):
    project = make_project(world, state="in_progress", beneficiaries=2)
    inspection = order(world, project)
    first, second = (one.establishment for one in project.beneficiaries.all())
    with pytest.raises(Refused, match="chọn cơ sở"):
        visited(world, inspection, at=None)
    with pytest.raises(Refused, match="không thuộc cuộc kiểm tra"):
        visited(world, inspection, at=make_establishment(world))
    visited(world, inspection, at=first, states=["running"])
    inspection = visited(world, inspection, at=second)
    assert [(one.number, one.establishment, one.items.get().state) for one in inspection.visits.all()] == [
        (1, first, "running"), (2, second, "unchecked"),
    ]  # fmt: skip
    # What they share is looked for at each of them.
    shared = project.lines.get(beneficiary__establishment=first)
    shared.pk, shared.beneficiary, shared.content, shared.position = None, None, "Kho chung", 90
    shared.save()
    names = [{one.name for one in machines_at(inspection, place)} for place in (first, second, None)]
    assert ["Kho chung" in one for one in names] == [True] * 3
    assert names[2] == {"Kho chung"}


def test_the_longest_serial_that_can_be_accepted_can_be_looked_for(world):
    project = make_project(world, state="accepted")
    text = "; ".join(f"SN-{number:013}" for number in range(11))
    assert len(text) > 180
    project.acceptances.get().items.update(serial=text)
    item = visited(world, order(world, project), states=["running"]).visits.get().items.get()
    item.full_clean(exclude=["line", "accepted"])
    assert item.serial == text


def test_accepted_machines_stand_in_the_place_of_their_lines(world):
    project = make_project(world, state="accepted")
    inspection = visited(world, order(world, project), states=["missing"])
    item = inspection.visits.get().items.get()
    assert item.accepted is not None
    assert item.promised.startswith("Nghiệm thu BB-")
    # Without a đề án: whatever was accepted there.
    place = project.beneficiaries.get().establishment
    alone = visited(world, order(world, establishment=place), states=["running"])
    item = alone.visits.get().items.get()
    assert (item.accepted.acceptance.project, project.code in item.promised) == (project, True)


def test_a_machine_that_is_not_there_cannot_be_named(world):
    inspection = order(world)
    with pytest.raises(Refused, match="đã thay đổi"):
        actions.record_visit(
            inspection_id=inspection.pk, by=world.actor(SO, "officer"), version=1,
            establishment=inspection.project.beneficiaries.get().establishment,
            fields={"visited_on": today(), "met": "A", "place": "B", "result": "C"}, members=team(world),
            items={"n999": Seen(ItemState.SOLD, "Bán")},
        )  # fmt: skip


def test_two_tabs_and_strangers(world):
    inspection = order(world)
    visited(world, inspection)
    with pytest.raises(Stale):
        visited(world, inspection, version=1)
    for who in ((CENTRE, "officer"), ("phu-tho", "officer"), ("national", "officer"), (SO, "leader"), (SO, "auditor")):
        with pytest.raises(NotAllowed):
            visited(world, inspection, who=who)
        with pytest.raises(NotAllowed):
            found(world, inspection, who=who)
        with pytest.raises(NotAllowed):
            concluded(world, inspection, who=who)
    assert fresh(inspection).visits.count() == 1


# --- findings and the conclusion -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": " "}, "nội dung"),
        ({"demand": ""}, "yêu cầu"),
        ({"due_on": today() - DAY}, "Hạn khắc phục"),
        ({"amount": 1_000}, "Nghiêm trọng"),
        ({"amount": 0, "severity": "serious"}, "lớn hơn 0"),
        ({"amount": 1_000, "severity": "serious"}, "nhiều hơn số đã chi"),
    ],
)
def test_a_finding_is_whole(world, changed, words):
    with pytest.raises(Refused, match=words):
        found(world, **changed)


def test_who_must_mend_it_is_there(world):
    alone = visited(world, order(world, establishment=make_establishment(world)))
    with pytest.raises(Refused, match="không gắn với đề án"):
        found(world, alone, by_unit=True)
    with pytest.raises(Refused, match="không gắn với đề án"):
        found(world, alone, severity="serious", amount=1_000)
    assert found(world, alone).owed_by == str(alone.establishment)
    assert found(world, by_unit=True).owed_by == "Trung tâm Khuyến công Đồng Tháp"


def test_findings_are_written_between_visit_and_conclusion(world):
    inspection = order(world)
    with pytest.raises(Refused, match="sau khi kiểm tra"):
        found(world, inspection)
    inspection = concluded(world, visited(world, inspection))
    with pytest.raises(Refused, match="trước kết luận"):
        found(world, inspection)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": " "}, "số văn bản"),
        ({"conclusion": ""}, "kết luận"),
        ({"on": today() + DAY}, "tương lai"),
        ({"on": today() - DAY}, "lần kiểm tra cuối"),
    ],
)
def test_a_conclusion_is_a_document(world, changed, words):
    inspection = visited(world)
    with pytest.raises(Refused, match=words):
        concluded(world, inspection, **changed)
    assert fresh(inspection).state == "done"


def test_nobody_is_late_before_being_told(world):
    finding = found(world, due_on=today())
    type(finding).objects.filter(pk=finding.pk).update(due_on=today() - DAY)
    with pytest.raises(Refused, match="chưa được báo"):
        concluded(world, finding.inspection)


def test_nothing_is_concluded_twice_or_unseen(world):
    inspection = order(world)
    with pytest.raises(Refused, match="Không thể"):
        concluded(world, inspection)
    concluded(world, visited(world, inspection))
    with pytest.raises(Refused, match="Không thể"):
        concluded(world, inspection)
    with pytest.raises(Stale):
        concluded(world, inspection, version=1)


# --- following up ----------------------------------------------------------------------------------------------------


def test_closing_needs_an_answer_or_evidence(world):
    finding = waiting(world)
    with pytest.raises(Refused, match="chứng minh"):
        followed(world, finding)
    with pytest.raises(Refused, match="Không thể"):
        followed(world, finding, "send_back")
    with pytest.raises(Refused, match="căn cứ"):
        followed(world, finding, text=" ", uploads=[paper()])
    assert followed(world, finding, uploads=[paper()]).state == "closed"
    with pytest.raises(Refused, match="Không thể"):
        answered(world, finding)


def test_an_answer_says_something_and_comes_from_the_inspected(world):
    finding = waiting(world)
    with pytest.raises(Refused, match="khắc phục thế nào"):
        answered(world, finding, text=" ")
    for who in ((SO, "officer"), (CENTRE, "leader"), ("phu-tho-centre", "officer"), ("owner", "owner")):
        with pytest.raises(NotAllowed):
            answered(world, finding, who=who)
    answered(world, finding)
    with pytest.raises(Refused, match="Không thể"):
        answered(world, finding)
    with pytest.raises(Stale):
        followed(world, finding, version=1)
    for who in ((CENTRE, "officer"), ("phu-tho", "officer"), ("national", "officer"), (SO, "accountant")):
        with pytest.raises(NotAllowed):
            followed(world, finding, who=who)


def test_whoever_answered_does_not_close(world):
    finding = answered(world, waiting(world, visited(world, order(world, establishment=owned_establishment(world)))),
                       who=("owner", "owner"))  # fmt: skip
    FollowUp.objects.update(by=world.actor(SO, "officer").user)
    with pytest.raises(Refused, match="không tự kết luận"):
        followed(world, finding)
    assert followed(world, finding, who=(SO, "appraiser")).state == "closed"


def test_the_owner_answers_what_is_his(world):
    place = owned_establishment(world)
    finding = waiting(world, visited(world, order(world, establishment=place)))
    told = Notice.objects.filter(url=finding.get_absolute_url()).values_list("user__username", flat=True)
    assert set(told) == {"owner.owner"}
    assert answered(world, finding, who=("owner", "owner"), uploads=[paper()]).state == "answered"
    assert finding.inspection.files.get().name == "giay.pdf"


def test_a_refused_step_leaves_no_file(world, settings):
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    finding = waiting(world)
    before = sorted(one for one in folder.rglob("*") if one.is_file())
    for uploads in ([paper(b"a"), paper(b"a")], [paper(b"b"), SimpleUploadedFile("x.exe", b"MZ")], [paper()] * 21):
        with pytest.raises(Refused):
            answered(world, finding, uploads=uploads)
    assert sorted(one for one in folder.rglob("*") if one.is_file()) == before
    assert not FollowUp.objects.exists()


# --- the database, and what an agency sets ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"state": "concluded"},
        {"state": "cancelled"},
        {"state": "closed"},
        {"order_number": ""},
        {"project": None},
        {"closed_on": today()},
    ],
)
def test_the_database_holds_what_an_inspection_is(world, values):
    inspection = order(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=inspection.pk).update(**values)


def test_the_database_holds_one_plan_for_a_decision(world):
    plan = plan_of(world)
    plan.pk, plan.creation_key, plan._state.adding = None, uuid4(), True
    with pytest.raises(IntegrityError), transaction.atomic():
        plan.save()
    assert InspectionPlan.objects.count() == 1


def test_an_agency_sets_its_own_number_of_years(world):
    leader = world.actor(SO, "leader")
    with pytest.raises(Refused, match="văn bản"):
        actions.set_after_care(by=leader, version=1, years=3, document=" ")
    setting = actions.set_after_care(by=leader, version=1, years=3, document="Quy chế 1")
    assert (setting.years, setting.version) == (3, 2)
    with pytest.raises(Stale):
        actions.set_after_care(by=leader, version=1, years=5, document="Quy chế 2")
    for who in ((SO, "accountant"), (CENTRE, "leader"), (SO, "auditor")):
        with pytest.raises(NotAllowed):
            actions.set_after_care(by=world.actor(*who), version=2, years=5, document="Quy chế 2")
    assert actions.set_after_care(by=leader, version=2, years=None, document="").years is None
