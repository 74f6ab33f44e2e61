"""What TT 36/2013 Đ5 asks for in a đề án: rows, kinds, years and provinces."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.core.findings import blockers
from khuyencong.core.money import MILLION
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects import actions
from khuyencong.projects.actions import ContentRows, IndicatorInput, LineInput, LinkedInput, WorkInput
from khuyencong.projects.dossier import dossier_of
from khuyencong.projects.models import (
    Attachment,
    EstimateLine,
    ExpectedIndicator,
    LinkedActivity,
    Project,
    ProjectProvince,
    StepDraft,
    WorkItem,
)
from khuyencong.projects.rules import missing_for_submission
from khuyencong.projects.states import Route
from khuyencong.projects.support import beneficiaries_of
from khuyencong.projects.years import lines_by_year, years_of
from khuyencong.testing import advance_to, make_establishment, make_project

START = date(2027, 3, 1)


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def update(project, by, rows=None, **fields):
    actions.update_project(project_id=project.pk, by=by, version=project.version, fields=fields, rows=rows)
    project.refresh_from_db()


def estimate(project, by, *lines):
    actions.save_estimate(project_id=project.pk, by=by, version=project.version, lines=lines)
    project.refresh_from_db()


def found(project):
    """The findings by code."""
    dossier = dossier_of(project, on=today(), has_beneficiaries=project.beneficiaries.exists())
    findings = missing_for_submission(project, beneficiaries_of(project), list(project.lines.all()), dossier)
    return {one.code: one for one in findings}


def test_made_up_project_lacks_nothing(world):
    assert not blockers(found(make_project(world)).values())


def test_rows_are_written_in_order_with_one_event(world, officer):
    project = make_project(world)
    before = AuditEvent.objects.count()
    rows = ContentRows(
        work_items=[WorkInput("Khảo sát", "Trung tâm", START, START, "Báo cáo", 5 * MILLION), WorkInput("Mua máy")],
        indicators=[
            IndicatorInput("jobs_new", Decimal(5), Decimal("1.5")),
            IndicatorInput("other", Decimal(2), name="Mẫu mã mới", unit="mẫu"),
        ],
        linked_activities=[LinkedInput("trademark", "Cùng một sản phẩm")],
    )
    update(project, officer, rows, aims="Mục tiêu khác")
    assert [str(one) for one in project.work_items.all()] == ["Khảo sát", "Mua máy"]
    assert [(str(one), one.change) for one in project.indicators.all()] == [
        ("Việc làm mới", "1,5 → 5 người"),
        ("Mẫu mã mới", "2 mẫu"),
    ]
    assert [str(one) for one in project.linked_activities.all()] == ["Xây dựng, đăng ký thương hiệu, nhãn hiệu"]
    event = AuditEvent.objects.latest("seq")
    assert AuditEvent.objects.count() == before + 1
    assert [one["content"] for one in event.after["công việc"]] == ["Khảo sát", "Mua máy"]
    assert event.before["nội dung liên kết"] == []


def test_lists_that_are_not_given_stay(world, officer):
    project = make_project(world)
    update(project, officer, ContentRows(indicators=[]))
    assert project.work_items.count() == 2
    assert not project.indicators.exists()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (ContentRows(work_items=[WorkInput(" ")]), "nội dung công việc"),
        (ContentRows(work_items=[WorkInput("Mua", "", START, START - timedelta(1))]), "không được trước"),
        (ContentRows(work_items=[WorkInput("Mua", cost=-1)]), "không hợp lệ"),
        (ContentRows(work_items=[WorkInput("Mua")] * 101), "tối đa 100"),
        (ContentRows(indicators=[IndicatorInput("none-such", Decimal(1))]), "danh mục"),
        (ContentRows(indicators=[IndicatorInput("other", Decimal(1), unit="cái")]), "tên riêng"),
        (ContentRows(indicators=[IndicatorInput("jobs_new", Decimal(1), name="Khác")]), "tên riêng"),
        (ContentRows(indicators=[IndicatorInput("other", Decimal(1), name="Khác")]), "đơn vị tính"),
        (ContentRows(indicators=[IndicatorInput("jobs_new", Decimal(-1))]), "không được âm"),
        (ContentRows(indicators=[IndicatorInput("jobs_new", Decimal(1))] * 2), "đã có"),
        (ContentRows(linked_activities=[LinkedInput("none-such")]), "danh mục"),
        (ContentRows(linked_activities=[LinkedInput("machinery")]), "đã có trong đề án"),
    ],
)
def test_rows_that_break_a_rule_change_nothing(world, officer, rows, says):
    project = make_project(world)
    with pytest.raises(Refused, match=says):
        update(project, officer, rows, aims="Khác")
    fresh = Project.objects.get(pk=project.pk)
    assert (fresh.version, fresh.aims) == (project.version, project.aims)
    assert fresh.work_items.count() == 2


def test_work_without_people_or_days_is_named(world, officer):
    project = make_project(world)
    late = project.ends_on + timedelta(1)
    update(project, officer, ContentRows(work_items=[WorkInput("Mua"), WorkInput("Chạy thử", "Cơ sở", late, late)]))
    findings = found(project)
    assert "«Mua»: chưa ghi ai thực hiện, từ ngày nào đến ngày nào" in findings["work_incomplete"].sentence
    assert "«Chạy thử»" in findings["work_outside_project"].sentence


def test_flagship_links_two_activities_for_more_than_a_year(world, officer):
    project = make_project(world, source="national")
    update(project, officer, kind="flagship", starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))
    assert {"flagship_one_activity", "flagship_too_short"} <= found(project).keys()
    update(project, officer, ContentRows(linked_activities=[LinkedInput("trademark")]), ends_on=date(2027, 3, 1))
    findings = found(project)
    assert "flagship_link_unsaid" in findings
    assert not {"flagship_one_activity", "flagship_too_short"} & findings.keys()
    update(project, officer, kind="single")
    assert found(project)["linked_elsewhere"].kind == "warning"


def test_flagship_from_a_leap_day(world, officer):
    project = make_project(world, source="national")
    update(project, officer, kind="flagship", starts_on=date(2028, 2, 29), ends_on=date(2029, 2, 28))
    assert "flagship_too_short" in found(project)
    update(project, officer, ends_on=date(2029, 3, 1))
    assert "flagship_too_short" not in found(project)


def test_every_year_of_a_longer_project_has_lines(world, officer):
    project = make_project(world)
    part = project.beneficiaries.get()
    update(project, officer, ends_on=date(project.year + 1, 6, 30))
    assert years_of(project) == (project.year, project.year + 1)
    assert str(project.year + 1) in found(project)["year_without_estimate"].sentence
    lines = [
        LineInput("Máy", 10, 4, 6, beneficiary_id=part.pk, year=project.year),
        LineInput("Máy", 10, 4, 6, beneficiary_id=part.pk, year=project.year + 1),
        LineInput("Máy", 10, 4, 6, beneficiary_id=part.pk, year=project.year + 2),
    ]
    estimate(project, officer, *lines[:2])
    assert not {"year_without_estimate", "line_outside_years"} & found(project).keys()
    rows = list(project.lines.all())
    assert [one.year for one in rows] == [None, project.year + 1]  # the plan year is kept as none
    assert [len(part) for part in lines_by_year(project, rows).values()] == [1, 1]
    estimate(project, officer, *lines)
    assert str(project.year + 2) in found(project)["line_outside_years"].sentence


@pytest.mark.parametrize(
    ("activity", "selection", "code"),
    [
        ("fair_domestic_organise", "chosen", "tender_expected"),
        ("fair_domestic_organise", "tender", None),
        ("machinery", "", "selection_unsaid"),
        ("machinery", "assigned", None),
    ],
)
def test_how_the_unit_is_chosen_is_asked_of_national_money_only(world, officer, activity, selection, code):
    project = make_project(world, source="national")
    update(project, officer, activity=activity, selection=selection)
    assert {"tender_expected", "selection_unsaid"} & found(project).keys() == ({code} if code else set())
    local = make_project(world)
    update(local, officer, activity=activity, selection="")
    assert not {"tender_expected", "selection_unsaid"} & found(local).keys()


def quotation(project, by):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from khuyencong.testing import PDF

    upload = SimpleUploadedFile("bao-gia.pdf", PDF + project.code.encode() + b"gia")
    actions.attach_file(project_id=project.pk, by=by, version=project.version, kind="quotation", upload=upload)
    project.refresh_from_db()
    return Attachment.objects.get(project=project, kind="quotation")


def test_line_keeps_quantity_price_cost_item_and_quotation(world, officer):
    project = make_project(world)
    offer = quotation(project, officer)
    line = LineInput(
        "Máy sấy", 5, 2, 3, cost_item="Chi phí mua máy", unit="bộ", quantity=Decimal("2.5"), unit_price=2,
        quotation_id=offer.pk,
    )  # fmt: skip
    estimate(project, officer, line)
    kept = project.lines.get()
    assert (kept.cost_item, kept.unit, kept.quantity, kept.unit_price, kept.quotation) == (
        "Chi phí mua máy",
        "bộ",
        Decimal("2.5"),
        2,
        offer,
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (LineInput("Máy", 5, 2, 3, quantity=Decimal(2)), "đi cùng nhau"),
        (LineInput("Máy", 5, 2, 3, quantity=Decimal(2), unit_price=2), "số lượng × đơn giá 4 đồng"),
        (LineInput("Máy", 0, 0, 0, quantity=Decimal(0), unit_price=2), "không hợp lệ"),
        (LineInput("Máy", 5, 2, 3, year=1999), "năm"),
    ],
)
def test_line_that_does_not_multiply_is_refused(world, officer, line, says):
    project = make_project(world)
    with pytest.raises(Refused, match=says):
        estimate(project, officer, line)


def test_quotation_is_a_quotation_of_this_project(world, officer):
    project, other = make_project(world), make_project(world)
    for wrong in (quotation(other, officer), project.attachments.get()):
        with pytest.raises(Refused, match="báo giá"):
            estimate(project, officer, LineInput("Máy", 5, 2, 3, quotation_id=wrong.pk))


def test_several_provinces_go_straight_to_the_national_agency(world, officer):
    project = make_project(world, source="national")
    assert project.route == Route.NATIONAL
    further = ContentRows(further_provinces=[world.provinces["25"], world.provinces["82"]])
    update(project, officer, further)
    assert project.route == Route.NATIONAL_DIRECT
    assert [one.province for one in project.further_provinces.all()] == [world.provinces["25"]]
    update(project, officer, ContentRows(further_provinces=[]))
    assert project.route == Route.NATIONAL
    assert advance_to(world, project, "base_appraised").state == "base_appraised"


def test_local_money_stays_in_its_province(world, officer):
    project = make_project(world)
    with pytest.raises(Refused, match="địa phương mình"):
        update(project, officer, ContentRows(further_provinces=[world.provinces["25"]]))


def test_beneficiary_lies_in_a_province_of_the_project(world, officer):
    project = make_project(world, source="national")
    update(project, officer, kind="group")
    abroad = make_establishment(world, province="25")

    def add():
        actions.add_beneficiary(project_id=project.pk, by=officer, version=project.version, establishment=abroad)
        project.refresh_from_db()

    with pytest.raises(Refused, match="trong tỉnh"):
        add()
    update(project, officer, ContentRows(further_provinces=[world.provinces["25"]]))
    add()
    with pytest.raises(Refused, match="không còn trong đề án"):
        update(project, officer, ContentRows(further_provinces=[]))


def test_regional_centre_names_its_provinces_too(world):
    centre = world.actor("region", "officer")
    project = actions.create_project(
        by=centre, creation_key=uuid4(), source="national", province=world.provinces["82"],
        fields={"name": "Hai tỉnh", "kind": "group", "activity": "machinery", "year": 2027},
        rows=ContentRows(further_provinces=[world.provinces["25"]]),
    )  # fmt: skip
    assert project.route == Route.NATIONAL_DIRECT
    actions.add_beneficiary(
        project_id=project.pk,
        by=centre,
        version=project.version,
        establishment=make_establishment(world, province="25"),
    )


def test_further_province_sees_the_project_and_may_do_nothing_with_it(world, officer):
    project, hidden = make_project(world, source="national"), make_project(world, source="national")
    update(project, officer, ContentRows(further_provinces=[world.provinces["25"]]))
    other = world.actor("phu-tho", "officer")
    assert not Project.objects.visible_to(other).exists()  # a draft is its unit's own
    assert not project.is_in_scope(other)
    project = advance_to(world, project, "submitted")
    for (agency, role), actor in world.actors.items():
        visible = set(Project.objects.visible_to(actor))
        assert visible == {one for one in (project, hidden) if one.is_in_scope(actor)}, (agency, role)
    for agency in ("phu-tho", "phu-tho-centre"):
        for role in ("officer", "appraiser", "leader", "accountant"):
            actor = world.actor(agency, role)
            assert set(Project.objects.visible_to(actor)) == {project}
            assert set(Project.objects.counted_for(actor)) == set()
            can = {one for one in Permission if allowed(actor, one) and allowed(actor, one, project)}
            assert not can & {
                Permission.PROJECT_EDIT, Permission.PROJECT_SUBMIT, Permission.PROJECT_WITHDRAW,
                Permission.APPRAISE_BASE, Permission.APPRAISE_CENTRAL, Permission.CONTRACT_SIGN,
                Permission.PAYMENT_PREPARE, Permission.PAYMENT_APPROVE, Permission.ACCEPTANCE_RECORD,
                Permission.SETTLE, Permission.RECOVER, Permission.PROJECT_STOP,
            }  # fmt: skip
    with pytest.raises(NotAllowed):
        update(project, world.actor("phu-tho-centre", "officer"), aims="Của tỉnh khác")
    assert not Project.objects.visible_to(world.actor("region", "officer")).exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda project, _: WorkItem(project=project, content="Mua", starts_on=START, ends_on=START - timedelta(1)),
        lambda project, _: WorkItem(project=project, content="Mua", cost=-1),
        lambda project, _: ExpectedIndicator(project=project, code="jobs_new", unit="người", target=-1),
        lambda project, _: ExpectedIndicator(project=project, code="income", unit="đồng", target=1, baseline=-1),
        lambda project, _: ExpectedIndicator(project=project, code="jobs_new", unit="người", target=1),  # twice
        lambda project, _: ExpectedIndicator(project=project, code="other", unit="cái", target=1),
        lambda project, _: ExpectedIndicator(project=project, code="income", name="Tên", unit="cái", target=1),
        lambda project, _: EstimateLine(project=project, content="Máy", total=0, quantity=1),
        lambda project, _: EstimateLine(project=project, content="Máy", total=0, quantity=0, unit_price=1),
        lambda project, _: EstimateLine(project=project, content="Máy", total=0, year=1999),
        lambda project, user: StepDraft(
            project=project, user=user, step="chung", version=1, fields={}, saved_at="2026-01-01T00:00Z"
        ),
        lambda project, _: LinkedActivity(project=project, activity="trademark"),
        lambda project, _: ProjectProvince(project=project, province=project.province),
    ],
)
def test_database_refuses_rows_that_cannot_be(world, officer, make):
    project = make_project(world)
    StepDraft.objects.create(
        project=project, user=officer.user, step="chung", version=1, fields={}, saved_at="2026-01-01T00:00Z"
    )
    LinkedActivity.objects.create(project=project, activity="trademark")
    ProjectProvince.objects.create(project=project, province=project.province)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(project, officer.user).save()
