"""The pages: who sees what, forms, lists at one and three rows, the export, risk, what comes after the end, and dues."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.core.dates import today
from khuyencong.desk.due import dues, question
from khuyencong.finance.models import Contract, PaymentKind
from khuyencong.inspections import actions
from khuyencong.inspections.after_end import to_look_at_again
from khuyencong.inspections.models import AfterCare, FileKind, Inspection, InspectionFinding, Visit
from khuyencong.inspections.queries import after_care_of
from khuyencong.inspections.risk import Sign, risks_for
from khuyencong.inspections.tests.making import (
    CENTRE,
    SO,
    answered,
    concluded,
    followed,
    found,
    fresh,
    order,
    plan_of,
    visited,
    waiting,
)
from khuyencong.projects.models import Project
from khuyencong.testing import PDF, accept_next, make_establishment, make_project, owned_establishment, pay

OFFICER, UNIT, CUC, OTHER = (SO, "officer"), (CENTRE, "officer"), ("national", "officer"), ("phu-tho", "officer")
LISTS = ("inspections", "inspection_findings")


def seen_by(world, *people):
    return {who: set(Inspection.objects.visible_to(world.actor(*who))) for who in people}


# --- who sees what ---------------------------------------------------------------------------------------------------


def test_a_sudden_inspection_is_not_announced(world, visit):
    inspection = order(world)
    url = inspection.get_absolute_url()
    assert seen_by(world, OFFICER, UNIT, CUC, OTHER) == {
        OFFICER: {inspection}, UNIT: set(), CUC: {inspection}, OTHER: set(),
    }  # fmt: skip
    for who, status in ((OFFICER, 200), (UNIT, 404), (CUC, 200), (OTHER, 404)):
        assert visit(world.actor(*who)).get(url).status_code == status, who
    tab = visit(world.actor(*UNIT)).get(inspection.project.get_absolute_url(), {"tab": "kiem-tra"}).content.decode()
    assert "Chưa có cuộc kiểm tra nào" in tab
    trail = visit(world.actor(*UNIT)).get(inspection.project.get_absolute_url(), {"tab": "nhat-ky"}).content.decode()
    assert "kiểm tra" not in trail.split("<main")[1].split("Nhật ký</h2>")[1]
    visited(world, inspection)
    assert visit(world.actor(*UNIT)).get(url).status_code == 200
    assert visit(world.actor(*OTHER)).get(url).status_code == 404


def test_a_planned_one_is_known_to_the_unit_and_why_it_was_chosen_is_not(world, visit):
    inspection = order(world, plan=plan_of(world), reason="complaint", why="Ông Nguyễn phản ánh máy đã bán")
    for who, reads in ((OFFICER, True), (UNIT, False), (CUC, True)):
        page = visit(world.actor(*who)).get(inspection.get_absolute_url()).content.decode()
        assert ("phản ánh máy đã bán" in page) is reads, who


def test_the_records_answer_as_their_lists_do(world):
    place = owned_establishment(world)
    national = make_project(world, state="in_progress", source="national")
    order(world, national, who=CUC)
    order(world, establishment=place)
    planned = order(world, make_project(world, state="in_progress"), plan=plan_of(world))
    waiting(world, visited(world, order(world, make_project(world, state="in_progress"))))
    found(world, visited(world, order(world, establishment=make_establishment(world))))
    waiting(world, visited(world, Inspection.objects.get(establishment=place)))
    assert planned.plan.is_in_scope(world.actor(*OFFICER))
    assert not planned.plan.is_in_scope(world.actor(*UNIT))
    for actor in world.actors.values():
        for model in (Inspection, InspectionFinding):
            seen = set(model.objects.visible_to(actor))
            assert seen == {one for one in model.objects.with_all() if one.is_in_scope(actor)}, (actor, model)


def test_the_inspected_read_findings_once_they_are_concluded(world, visit):
    finding = found(world)
    unit = visit(world.actor(*UNIT))
    assert unit.get(finding.get_absolute_url()).status_code == 404
    page = unit.get(finding.inspection.get_absolute_url()).content.decode()
    assert "Máy dùng cho việc khác" not in page
    assert "Kiến nghị hiện ra khi có kết luận" in page
    concluded(world, finding.inspection)
    assert "Máy dùng cho việc khác" in unit.get(finding.inspection.get_absolute_url()).content.decode()
    assert unit.get(finding.get_absolute_url()).status_code == 200


def test_the_papers_of_the_inspectors_wait_for_the_conclusion(world, visit):
    inspection = visited(world)
    for kind in ("minutes", "evidence"):
        actions.add_files(
            inspection_id=inspection.pk, by=world.actor(*OFFICER), version=fresh(inspection).version,
            kind=FileKind(kind), uploads=[SimpleUploadedFile(f"{kind}.pdf", PDF + kind.encode())],
            visit=inspection.visits.get() if kind == "evidence" else None,
        )  # fmt: skip
    unit, staff = visit(world.actor(*UNIT)), visit(world.actor(*OFFICER))
    urls = [reverse("inspection_file", args=[inspection.pk, one.pk]) for one in inspection.files.order_by("pk")]

    def had_by(client):
        answers = [client.get(url) for url in urls]
        return [answer.streaming and b"".join(answer.streaming_content).startswith(PDF) for answer in answers]

    assert (had_by(unit), had_by(staff)) == ([True, False], [True, True])
    page = unit.get(inspection.get_absolute_url()).content.decode()
    assert ("minutes.pdf" in page, "evidence.pdf" in page) == (True, False)
    concluded(world, inspection)
    assert had_by(unit) == [True, True]


def test_an_owner_sees_only_what_is_his_own(world, visit):
    place = owned_establishment(world)
    mine = waiting(world, visited(world, order(world, establishment=place)))
    others = waiting(world)
    client = visit(world.actor("owner", "owner"))
    page = client.get(reverse("own_findings")).content.decode()
    assert mine.get_absolute_url() in page
    assert others.get_absolute_url() not in page
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert client.get(others.get_absolute_url()).status_code == 404
    assert client.get(mine.inspection.get_absolute_url()).status_code == 403
    for name in LISTS:
        assert client.get(reverse(name)).status_code == 403
    url = reverse("inspection_finding_answer", args=[mine.pk])
    assert client.post(url, {"version": mine.version, "text": "Đã sửa xong."}).status_code == 302
    followed(world, mine)
    assert "Đã khắc phục" in client.get(reverse("own_findings")).content.decode()


def test_a_file_of_an_answer_is_for_those_who_read_the_finding(world, visit):
    finding = waiting(world, visited(world, order(world, establishment=owned_establishment(world))))
    answered(world, finding, who=("owner", "owner"), uploads=[SimpleUploadedFile("giay.pdf", PDF + b"x")])
    key = finding.inspection.files.get().pk
    url = reverse("inspection_finding_file", args=[finding.pk, key])
    for who in (("owner", "owner"), OFFICER, (SO, "auditor")):
        assert b"".join(visit(world.actor(*who)).get(url).streaming_content) == PDF + b"x", who
    assert visit(world.actor(*OTHER)).get(url).status_code == 404
    other = waiting(world)
    assert visit(world.actor(*OFFICER)).get(
        reverse("inspection_finding_file", args=[other.pk, key])
    ).status_code == 404  # fmt: skip
    assert visit(world.actor(*OFFICER)).get(
        reverse("inspection_file", args=[finding.inspection_id, key])
    ).status_code == 404  # fmt: skip


# --- forms -----------------------------------------------------------------------------------------------------------


def visit_data(inspection, **changed):
    return {
        "version": inspection.version, "visited_on": f"{today():%d/%m/%Y}", "met": "Bà B", "place": "Ấp",
        "result": "Máy chạy tốt", "doan-TOTAL_FORMS": 1, "doan-INITIAL_FORMS": 0, "doan-0-role": "lead",
        "doan-0-user": inspection.lead_id, **changed,
    }  # fmt: skip


def test_a_visit_is_written_on_a_telephone_or_by_hand(world, visit):
    inspection = order(world)
    client = visit(world.actor(*OFFICER))
    url = reverse("inspection_visit", args=[inspection.pk])
    line = inspection.project.lines.get()
    page = client.get(url).content.decode()
    assert f'name="may_d{line.pk}"' in page
    assert "data-place" in page
    bad = client.post(url, visit_data(inspection, latitude="91", longitude="105"))
    assert (bad.status_code, set(bad.context["form"].errors)) == (422, {"latitude"})
    sold = client.post(url, visit_data(inspection, **{f"may_d{line.pk}": "sold"}))
    assert (sold.status_code, "hãy ghi rõ" in sold.content.decode(), "Máy chạy tốt" in sold.content.decode()) == (
        422, True, True,
    )  # fmt: skip
    phone = {"latitude": "10,4567891", "longitude": "105.6325012", "placed_by": "phone", "accuracy": "8"}
    data = visit_data(inspection, **{f"may_d{line.pk}": "running"}, **phone)
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 422  # the second click
    made = Visit.objects.get()
    assert (str(made.latitude), str(made.longitude), made.placed_by, made.accuracy) == (
        "10.45679", "105.63250", "phone", 8,
    )  # fmt: skip
    assert made.items.get().state == "running"


def test_of_a_group_it_is_asked_first_where_one_was(world, visit):
    project = make_project(world, state="in_progress", beneficiaries=2)
    inspection = order(world, project)
    client, url = visit(world.actor(*OFFICER)), reverse("inspection_visit", args=[inspection.pk])
    assert "Đoàn đã đến cơ sở nào?" in client.get(url).content.decode()
    assert client.post(url, visit_data(inspection)).status_code == 422
    assert client.get(f"{url}?co-so=999999").status_code == 404
    second = project.beneficiaries.last().establishment
    assert client.post(f"{url}?co-so={second.pk}", visit_data(inspection)).status_code == 302
    assert Visit.objects.get().establishment == second


def test_an_inspection_is_ordered_from_the_page_of_a_project(world, visit):
    project = make_project(world, state="in_progress")
    client = visit(world.actor(*OFFICER))
    tab = client.get(project.get_absolute_url(), {"tab": "kiem-tra"}).content.decode()
    url = f"{reverse('inspection_new')}?de-an={project.code}"
    assert url in tab
    assert url not in visit(world.actor(*UNIT)).get(project.get_absolute_url(), {"tab": "kiem-tra"}).content.decode()
    plan = plan_of(world)
    page = client.get(f"{url}&ke-hoach={plan.pk}")
    assert "order_number" not in page.context["form"].fields
    for wrong in (
        "",
        "?de-an=khong-co",
        "?co-so=x",
        f"?de-an={project.code}&ke-hoach=x",
        f"?de-an={project.code}&ke-hoach=999999",
    ):
        assert client.get(reverse("inspection_new") + wrong).status_code == 404, wrong


def test_the_section_of_an_establishment(world, visit):
    project = make_project(world, state="in_progress")
    place = project.beneficiaries.get().establishment
    inspection = visited(world, order(world, project))
    url = reverse("establishment", args=[place.pk])
    page = visit(world.actor(*OFFICER)).get(url, {"tab": "kiem-tra"}).content.decode()
    assert inspection.get_absolute_url() in page
    assert f"{reverse('inspection_new')}?co-so={place.pk}" in page
    place.commune = world.agencies["dong-thap-commune"].commune
    place.save()
    other = visit(world.actor("dong-thap-commune", "collaborator")).get(url, {"tab": "kiem-tra"}).content.decode()
    assert inspection.get_absolute_url() not in other


def test_a_serious_finding_leads_to_stopping_with_its_reason(world, visit):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 10_000_000)
    finding = waiting(world, visited(world, order(world, project)), severity="serious", amount=5_000_000)
    page = visit(world.actor(SO, "leader")).get(finding.get_absolute_url())
    way = page.context["ways"][0]
    assert way.label == "Ngừng đề án"
    form = visit(world.actor(SO, "leader")).get(way.url).context["action"].form
    assert form.initial["reason"].startswith("Kết luận kiểm tra 5/KL")
    assert "5.000.000 đồng" in form.initial["reason"]
    assert visit(world.actor(*OFFICER)).get(finding.get_absolute_url()).context["ways"][0].url == ""


def test_money_not_earned_leads_to_recovery(world, visit):
    project = make_project(world, state="in_progress")
    pay(world, project, PaymentKind.ADVANCE, 10_000_000)
    finding = waiting(world, visited(world, order(world, project)), severity="serious", amount=5_000_000)
    Project.objects.filter(pk=project.pk).update(state="stopped")
    way = visit(world.actor(SO, "accountant")).get(finding.get_absolute_url()).context["ways"][0]
    assert (way.label, way.url.split("?")[0]) == (
        "Quyết định thu hồi",
        reverse("project_claim_new", args=[project.code]),
    )
    form = visit(world.actor(SO, "accountant")).get(way.url).context["form"]
    assert form.initial["reason"].startswith("Kết luận kiểm tra")


def test_the_signed_minutes_are_attached(world, visit):
    inspection = visited(world)
    client, url = visit(world.actor(*OFFICER)), reverse("inspection_files", args=[inspection.pk])
    files = lambda: SimpleUploadedFile("bien-ban.pdf", PDF + b"signed")  # noqa: E731
    data = {"version": inspection.version, "kind": "minutes", "visit": inspection.visits.get().pk, "uploads": files()}
    assert client.post(url, data).status_code == 302
    assert inspection.files.get().visit == inspection.visits.get()
    page = client.get(inspection.get_absolute_url()).content.decode()
    assert "Biên bản đã ký" in page
    version = fresh(inspection).version
    again = client.post(url, {**data, "version": version, "uploads": files()})
    assert (again.status_code, "đã có trong cuộc kiểm tra" in again.content.decode()) == (422, True)
    assert client.post(url, {**data, "version": version, "kind": "photo", "uploads": files()}).status_code == 422


def test_the_minutes_are_the_same_bytes_for_the_same_records(world, visit):
    inspection = visited(world, order(world, make_project(world, state="accepted")), states=["missing"])
    found(world, inspection)
    url = reverse("inspection_minutes", args=[inspection.pk, 1])
    client = visit(world.actor(*OFFICER))
    first, second = (client.get(url).content for _ in range(2))
    assert first.startswith(b"%PDF")
    assert first == second
    assert first != visit(world.actor(*UNIT)).get(url).content  # the finding is not told yet
    assert client.get(reverse("inspection_minutes", args=[inspection.pk, 2])).status_code == 404


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "name", ["inspections", "inspection_findings", "inspection_choose", "inspection_plan", "tab", "page", "work"]
)
def test_lists_take_as_many_queries_for_three_as_for_one(world, visit, rows, name, django_assert_max_num_queries):
    plan = plan_of(world)
    for number in range(rows):
        project = make_project(world, state="in_progress")
        Contract.objects.update(ends_on=today() - timedelta(days=1), signed_on=today() - timedelta(days=9))
        waiting(world, visited(world, order(world, project, plan=plan if number % 2 == 0 else None)))
        order(world, project, plan=plan)
    inspection = Inspection.objects.filter(state="concluded").first()
    for _ in range(rows):  # on the page of one: visits and findings
        Inspection.objects.filter(pk=inspection.pk).update(state="done")
        found(world, visited(world, inspection))
    url = {
        "inspection_plan": reverse("inspection_plan", args=[plan.pk]),
        "tab": f"{inspection.project.get_absolute_url()}?tab=kiem-tra",
        "page": inspection.get_absolute_url(),
    }.get(name) or reverse(name)
    client = visit(world.actor(*OFFICER))
    client.get(url)
    with django_assert_max_num_queries(QUERIES[name]):
        assert client.get(url).status_code == 200


QUERIES = {
    "inspections": 10,
    "inspection_findings": 7,
    "inspection_choose": 15,
    "inspection_plan": 8,
    "tab": 18,
    "page": 15,
    "work": 52,
}


def test_the_list_of_a_year_and_its_filters(world, visit):
    done = visited(world, order(world, plan=plan_of(world)))
    sudden = order(world, make_project(world, state="in_progress"), reason="risk", why="Dấu hiệu")
    late = order(world, make_project(world, state="in_progress"))
    Inspection.objects.filter(pk=late.pk).update(planned_on=today() - timedelta(days=1))
    client = visit(world.actor(*OFFICER))

    def shown(**query):
        return {one for one, _, _ in client.get(reverse("inspections"), query).context["rows"]}

    year = {one for one in (done, sudden, late) if fresh(one).planned_on.year == today().year}
    assert shown() == year
    assert shown(year="") == {done, sudden, late}
    assert shown(state="done", year="") == {done}
    assert shown(reason="risk") == {sudden}
    assert shown(q=sudden.project.name) == {sudden}
    assert shown(q="không có gì như vậy") == set()
    assert shown(year="1999") == shown(year="x") == set()
    assert shown(agency=str(world.agencies["phu-tho"].pk)) == set()
    page = client.get(reverse("inspections"), {"year": ""})
    assert [stat.value for stat in page.context["stats"]] == ["3", "1", "1", "0", "0"]
    assert [(row.label, row.plan, row.actual) for row in page.context["plans"]] == [
        ("Kế hoạch kiểm tra", 1, 1), ("Đột xuất, ngoài kế hoạch", 2, 0),
    ]  # fmt: skip


def test_the_page_of_a_plan_is_for_those_who_made_it(world, visit):
    plan = plan_of(world)
    order(world, plan=plan)
    for who, status in ((OFFICER, 200), (CUC, 200), (UNIT, 404), (OTHER, 404)):
        assert visit(world.actor(*who)).get(plan.get_absolute_url()).status_code == status, who
    for who, url in ((OFFICER, plan.get_absolute_url()), (UNIT, "")):
        rows = visit(world.actor(*who)).get(reverse("inspections"), {"year": ""}).context["plans"]
        assert [row.url for row in rows] == [url], who


def test_findings_by_deadline(world, visit):
    inspection = visited(world)
    later, sooner = found(world, inspection), found(world, inspection, due_on=today())
    concluded(world, inspection)
    InspectionFinding.objects.filter(pk=sooner.pk).update(due_on=today() - timedelta(days=2))
    client = visit(world.actor(*OFFICER))

    def shown(**query):
        return [one.finding for one in client.get(reverse("inspection_findings"), query).context["rows"]]

    assert shown() == [sooner, later]
    assert shown(state="overdue") == [sooner]
    assert shown(state="closed") == []
    assert shown(q=inspection.project.code) == [sooner, later]


def test_the_export_shows_what_the_page_shows(world, visit):
    inspection = visited(world)
    waiting(world, inspection)
    order(world, make_project(world, state="in_progress"), reason="random")
    client = visit(world.actor(*OFFICER))
    answer = client.get(reverse("inspections_xlsx"), {"year": "", "state": "concluded"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    rows = [row for row in book.get_sheet_by_name("Cuộc kiểm tra").to_python() if inspection.project.code in row]
    assert len(rows) == 1
    text = [cell for row in book.get_sheet_by_name("Kiến nghị còn mở").to_python() for cell in row]
    assert "Máy dùng cho việc khác." in text
    assert sum("LKT" in str(cell) for row in book.get_sheet_by_name("Cuộc kiểm tra").to_python() for cell in row) == 1
    assert visit(world.actor(*OTHER)).get(reverse("inspections_xlsx")).status_code == 200


# --- risk ------------------------------------------------------------------------------------------------------------


def risk_of(world, project, on=None, who=OFFICER):
    return next((one.signs for one in risks_for(world.actor(*who), on or today()) if one.project_id == project.pk), {})


def test_a_large_advance_and_little_done(world):
    project = make_project(world, state="in_progress", support=200_000_000, beneficiaries=2)
    assert risk_of(world, project) == {}
    pay(world, project, PaymentKind.ADVANCE, project.contract_part.advance_ceiling)
    ceiling = project.contract_part.advance_ceiling
    told = risk_of(world, project)
    assert (Sign.ADVANCE in told) is (ceiling >= 200_000_000)
    assert risks_for(world.actor(*OFFICER), today())[0].at_stake == ceiling
    accept_next(world, project)
    assert (Sign.ADVANCE in risk_of(world, project)) is (ceiling > 400_000_000)


def test_late_and_long_unseen(world):
    local = make_project(world, state="in_progress")
    national = make_project(world, state="in_progress", source="national")
    Contract.objects.update(signed_on=today() - timedelta(days=40), ends_on=today() - timedelta(days=1))
    assert "hết hạn" in risk_of(world, local)[Sign.LATE]
    assert "báo cáo" not in risk_of(world, local)[Sign.LATE]
    assert "chưa có báo cáo tiến độ nào" in risk_of(world, national)[Sign.LATE]
    Contract.objects.update(signed_on=today() - timedelta(days=400), ends_on=None)
    assert Sign.UNSEEN in risk_of(world, local)
    visited(world, order(world, local))
    assert Sign.UNSEEN not in risk_of(world, local)
    assert {one.project_id for one in risks_for(world.actor(*CUC), today())} == {national.pk}
    assert risks_for(world.actor(*OTHER), today()) == []


def test_many_supports_of_one_establishment(world):
    projects = [make_project(world, state="in_progress") for _ in range(3)]
    place = projects[0].beneficiaries.get().establishment
    assert risk_of(world, projects[0]) == {}
    for one in projects[1:]:
        one.beneficiaries.update(establishment=place)
    assert risk_of(world, projects[2])[Sign.MANY] == f"{place.name}: 3 đề án đã phê duyệt"


def test_the_page_of_signs_is_filtered(world, visit):
    project = make_project(world, state="in_progress")
    Contract.objects.update(signed_on=today() - timedelta(days=40), ends_on=today() - timedelta(days=1))
    client, url = visit(world.actor(*OFFICER)), reverse("inspection_choose")
    for query, there in (
        ({}, True),
        ({"sign": "cham"}, True),
        ({"sign": "nhieu-lan"}, False),
        ({"sign": "x\x00"}, True),
    ):
        page = client.get(url, query).content.decode()
        assert (f"de-an={project.code}" in page) is there, query
    assert visit(world.actor(*UNIT)).get(url).status_code == 403


# --- after the end, and dues -----------------------------------------------------------------------------------------


def test_settled_projects_are_looked_at_again_for_as_long_as_the_agency_says(world, visit):
    project = make_project(world, state="settled")
    actor = world.actor(*OFFICER)
    next_year = today().replace(year=today().year + 1, month=3, day=1)
    none = after_care_of(actor.agency)
    assert none.years is None
    assert list(to_look_at_again(actor, none, next_year)) == []
    setting = AfterCare.objects.create(agency=actor.agency, years=2, document="Quy chế 1")
    assert list(to_look_at_again(actor, setting, today())) == []  # of this year: from the next on
    assert list(to_look_at_again(actor, setting, next_year)) == [project]
    assert list(to_look_at_again(actor, setting, next_year.replace(year=today().year + 3))) == []
    asked = question(actor, on=next_year)
    told = [due for due in dues(asked) if due.key.startswith("after_end")]
    assert [(due.title.split(":")[1].strip()[:9], due.last_day.month) for due in told] == [("1 đề án c", 12)]
    page = visit(actor).get(reverse("inspection_after_end")).content.decode()
    assert "Cơ quan theo dõi 2 năm" in page
    inspection = visited(world, order(world, project, reason="after_end"), states=["running"])
    Visit.objects.filter(inspection=inspection).update(visited_on=next_year)
    assert list(to_look_at_again(actor, setting, next_year)) == []


def keys(world, who, on=None):
    return {due.key: due for due in dues(question(world.actor(*who), on=on or today()))}


def test_what_falls_due(world):
    inspection = order(world, plan=plan_of(world))
    planned = f"inspection:{inspection.pk}:planned"
    assert keys(world, OFFICER)[planned].last_day == inspection.planned_on
    assert planned not in keys(world, UNIT)
    assert planned not in keys(world, OTHER)
    visited(world, inspection)
    assert f"inspection:{inspection.pk}:done" in keys(world, OFFICER)
    finding = waiting(world, inspection)
    mine, theirs = f"finding:{finding.pk}:open:unit", f"finding:{finding.pk}:open:agency"
    assert mine in keys(world, UNIT)
    assert theirs not in keys(world, OFFICER)
    late = finding.due_on + timedelta(days=1)
    assert keys(world, OFFICER, late)[theirs].is_overdue(late)
    assert keys(world, UNIT, late)[mine].is_overdue(late)
    answered(world, finding)
    assert mine not in keys(world, UNIT)
    assert f"finding:{finding.pk}:answered:agency" in keys(world, OFFICER)
    followed(world, finding)
    assert not [key for key in keys(world, OFFICER, late) if key.startswith(("finding", "inspection"))]


def test_work_shows_it(world, visit):
    waiting(world)
    page = visit(world.actor(*UNIT)).get(reverse("work")).content.decode()
    assert "Khắc phục kiến nghị 1" in page


def test_cancelled_ones_are_left_out_of_what_was_to_be_done(world, visit):
    inspection = order(world)
    actions.cancel(inspection_id=inspection.pk, by=world.actor(*OFFICER), version=1, reason="Đã ngừng.")
    stats = visit(world.actor(*OFFICER)).get(reverse("inspections"), {"year": ""}).context["stats"]
    assert stats[0].value == "0"
