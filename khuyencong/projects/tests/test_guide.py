"""The guided form: steps with their state, text kept while one types, two people and two tabs."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.permissions import Permission, allowed
from khuyencong.projects import actions, step_drafts
from khuyencong.projects.guide import steps
from khuyencong.projects.models import Project, StepDraft
from khuyencong.testing import make_project
from tests.looking import signed_in

OFFICER = ("dong-thap-centre", "officer")
WRITING = [step.key for step in steps.STEPS if step.writes]


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


@pytest.fixture
def client(officer):
    return signed_in(officer)


def url(project, step, name="project_write"):
    return reverse(name, args=[project.code, step])


def sent(client, project, step, **changed):
    """What a browser sends back from the step, with some of it changed."""
    context = client.get(url(project, step)).context
    form, rows = context["form"], context["rows"]
    data = {}
    for part in [form] + ([rows.formset.management_form, *rows.formset.forms] if rows else []):
        for bound in part:
            value = bound.value()
            if getattr(bound.field, "show_hidden_initial", False):
                data[bound.html_initial_name] = form[bound.name].field.widget.format_value(bound.initial) or ""
            if value is None or value is False:
                continue
            shown = (
                value if isinstance(value, list) else bound.field.widget.format_value(bound.field.prepare_value(value))
            )
            if isinstance(shown, list):
                shown = shown[0] if len(shown) == 1 else shown
            data[bound.html_name] = "on" if value is True else shown
    return {key: value for key, value in data.items() if value is not None} | changed


def new_draft(world, officer, **fields):
    return actions.create_project(
        by=officer, creation_key=uuid4(), source=fields.pop("source", "local"), province=world.provinces["82"],
        fields={"name": "Trống", "kind": "single", "activity": "machinery", "year": today().year, **fields},
    )  # fmt: skip


def states(answer):
    return {one.step.key: one.state for one in answer.context["progress"]}


def test_every_step_opens_and_says_how_far_it_is(world, officer, client):
    empty, full = new_draft(world, officer), make_project(world)
    for step in steps.STEPS:
        answer = client.get(url(empty, step.key))
        assert answer.status_code == 200, step.key
        assert answer.text.count('aria-current="step"') == 1
        assert client.get(url(full, step.key)).status_code == 200
    shown = states(answer)
    assert shown["thuyet-minh"] == "thiếu 5"
    assert shown["ho-so"] == "đủ"  # the law's papers are a reference for local money
    assert shown["kiem-tra"].startswith("còn thiếu")
    shown = states(client.get(url(full, "kiem-tra")))
    assert set(shown.values()) == {"đủ", "gửi được"}


def test_resuming_leads_to_what_is_lacking(world, officer, client):
    empty, full = new_draft(world, officer, sector="agro_processing"), make_project(world)
    assert client.get(reverse("project_resume", args=[full.code])).url == url(full, "kiem-tra")
    assert client.get(reverse("project_resume", args=[empty.code])).url == url(empty, "thuyet-minh")
    client.post(url(full, "hieu-qua", "project_keep"), {"version": full.version, "effect_social": "Thêm"})
    assert client.get(reverse("project_resume", args=[full.code])).url == url(full, "hieu-qua")


@pytest.mark.parametrize("step", WRITING)
def test_step_that_was_not_touched_changes_nothing(world, client, step):
    project = make_project(world)
    before = AuditEvent.objects.count()
    answer = client.post(url(project, step), sent(client, project, step))
    assert (answer.status_code, answer.url) == (302, url(project, steps.step_after(step)))
    assert AuditEvent.objects.count() == before
    assert Project.objects.get(pk=project.pk).version == project.version


def test_step_is_saved_with_one_event_and_leads_where_one_goes(world, client):
    project = make_project(world)
    before = AuditEvent.objects.count()
    data = sent(client, project, "thuyet-minh", superior="Hơn hẳn.", next="du-toan")
    assert client.post(url(project, "thuyet-minh"), data).url == url(project, "du-toan")
    assert Project.objects.get(pk=project.pk).superior == "Hơn hẳn."
    assert AuditEvent.objects.count() == before + 1


def test_work_and_indicators_are_written_from_their_steps(world, client):
    project = make_project(world)
    data = sent(client, project, "noi-dung") | {"viec-2-content": "Tập huấn", "viec-0-DELETE": "on"}
    assert client.post(url(project, "noi-dung"), data).status_code == 302
    assert [str(one) for one in project.work_items.all()] == ["Chạy thử, nghiệm thu", "Tập huấn"]
    data = sent(client, project, "hieu-qua") | {
        "chi-tieu-2-code": "other", "chi-tieu-2-name": "Mẫu mới", "chi-tieu-2-unit": "mẫu", "chi-tieu-2-target": "2,5",
    }  # fmt: skip
    assert client.post(url(project, "hieu-qua"), data).status_code == 302
    assert [one.change for one in project.indicators.all()] == ["0 → 3 người", "90 → 120 tấn/năm", "2,5 mẫu"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"code": "other", "target": "1"}, "name"),
        ({"code": "other", "target": "1", "name": "Khác"}, "unit"),
        ({"code": "income", "target": "1", "name": "Khác"}, "name"),
        ({"code": "income", "target": "âm"}, "target"),
        ({"code": "income"}, "target"),
    ],
)
def test_indicator_is_refused_at_its_field(world, client, row, field):
    project = make_project(world)
    data = sent(client, project, "hieu-qua") | {f"chi-tieu-2-{name}": value for name, value in row.items()}
    answer = client.post(url(project, "hieu-qua"), data)
    assert answer.status_code == 422
    assert field in answer.context["rows"].formset.forms[2].errors


def test_estimate_multiplies_and_shows_years_and_quotations(world, officer, client):
    project = make_project(world)
    actions.update_project(
        project_id=project.pk, by=officer, version=project.version,
        fields={"ends_on": date(project.year + 1, 3, 1)},
    )  # fmt: skip
    data = sent(client, project, "du-toan") | {
        "dong-1-content": "Máy nhỏ", "dong-1-quantity": "2,5", "dong-1-unit_price": "2 triệu", "dong-1-total": "",
        "dong-1-counterpart": "5 triệu", "dong-1-year": str(project.year + 1),
    }  # fmt: skip
    assert client.post(url(project, "du-toan"), data).status_code == 302
    line = project.lines.last()
    assert (line.total, line.year, line.unit_price) == (5_000_000, project.year + 1, 2_000_000)
    data = sent(client, project, "du-toan") | {"dong-2-content": "Máy", "dong-2-quantity": "1"}
    answer = client.post(url(project, "du-toan"), data)
    assert {"unit_price", "total"} & answer.context["rows"].formset.forms[2].errors.keys()


def test_flagship_links_its_activities_on_the_first_step(world, officer, client):
    project = make_project(world, source="national")
    actions.update_project(project_id=project.pk, by=officer, version=project.version, fields={"kind": "flagship"})
    data = sent(client, project, "chung") | {"lien-ket-0-activity": "trademark", "lien-ket-0-link": "Một sản phẩm"}
    data["further_provinces"] = [world.provinces["25"].pk]
    assert client.post(url(project, "chung"), data).status_code == 302
    assert project.linked_activities.get().link == "Một sản phẩm"
    assert project.further_provinces.get().province == world.provinces["25"]


# --- kept while one types ----------------------------------------------------------------------------------------------


def keep(client, project, step, **fields):
    return client.post(url(project, step, "project_keep"), {"version": project.version, **fields})


def test_half_typed_text_is_kept_and_the_record_is_not_touched(world, client):
    project = make_project(world)
    before = AuditEvent.objects.count()
    data = sent(client, project, "noi-dung", starts_on="1/1", content="Đang viết\x00 dở")
    answer = client.post(url(project, "noi-dung", "project_keep"), data)
    assert answer.json()["version"] == project.version
    assert answer.json()["behind"] is False
    assert AuditEvent.objects.count() == before
    assert Project.objects.get(pk=project.pk).content == project.content
    page = client.get(url(project, "noi-dung"))
    assert "Đang viết dở" in page.text
    assert 'value="1/1"' in page.text
    assert "đang soạn dở" in states(page)["noi-dung"]
    keep(client, project, "noi-dung", content="Viết thêm")
    assert StepDraft.objects.get().fields["content"] == ["Viết thêm"]


def test_kept_text_is_seen_by_its_author_only(world, client):
    project = make_project(world)
    keep(client, project, "thuyet-minh", aims="Bí mật của tôi")
    for who in (("dong-thap", "officer"), ("dong-thap", "leader"), ("dong-thap-centre", "leader")):
        assert "Bí mật của tôi" not in signed_in(world.actor(*who)).get(project.get_absolute_url()).text
    assert step_drafts.kept(project, world.actor("dong-thap-centre", "leader"), "thuyet-minh") is None


def test_going_on_with_half_typed_text_keeps_it(world, client):
    project = make_project(world)
    data = sent(client, project, "noi-dung", starts_on="32/13", next="hieu-qua")
    answer = client.post(url(project, "noi-dung"), data, follow=True)
    assert answer.redirect_chain[-1][0] == url(project, "hieu-qua")
    assert "chưa ghi vào đề án" in answer.text
    assert StepDraft.objects.get().fields["starts_on"] == ["32/13"]


def test_saving_a_step_clears_what_was_kept(world, client):
    project = make_project(world)
    keep(client, project, "thuyet-minh", aims="Dở")
    assert (
        client.post(url(project, "thuyet-minh"), sent(client, project, "thuyet-minh", aims="Xong")).status_code == 302
    )
    assert not StepDraft.objects.exists()
    assert Project.objects.get(pk=project.pk).aims == "Xong"


def test_kept_text_can_be_given_up(world, client):
    project = make_project(world)
    keep(client, project, "thuyet-minh", aims="Dở")
    assert client.post(url(project, "thuyet-minh", "project_drop")).url == url(project, "thuyet-minh")
    assert not StepDraft.objects.exists()
    assert "Dở" not in client.get(url(project, "thuyet-minh")).context["form"]["aims"].value()


def test_nothing_is_handed_in_while_text_waits(world, officer, client):
    project = make_project(world)
    keep(client, project, "thuyet-minh", aims="Dở")
    with pytest.raises(Refused, match="soạn dở"):
        actions.submit(project_id=project.pk, by=officer, version=project.version)
    page = client.get(url(project, "kiem-tra"))
    assert "Hãy lưu hoặc bỏ trước khi gửi" in page.text
    assert reverse("project_submit", args=[project.code]) not in page.text
    step_drafts.drop(project, officer, "thuyet-minh")
    assert reverse("project_submit", args=[project.code]) in client.get(url(project, "kiem-tra")).text


@pytest.mark.parametrize("step", ["ho-so", "kiem-tra", "khac", "chung\x00"])
def test_only_steps_with_a_form_keep_text(world, client, step):
    assert keep(client, make_project(world), step).status_code == 404


def test_submitted_project_keeps_no_text_and_opens_no_step(world, client):
    project = make_project(world, state="submitted")
    answer = keep(client, project, "thuyet-minh", aims="Muộn")
    assert (answer.status_code, "không sửa được" in answer.json()["error"]) == (409, True)
    assert client.get(url(project, "thuyet-minh")).status_code in {302, 409}
    assert not StepDraft.objects.exists()


def test_book_is_not_kept(world, client, monkeypatch):
    monkeypatch.setattr(step_drafts, "LONGEST", 100)
    assert keep(client, make_project(world), "thuyet-minh", aims="a" * 200).status_code == 409


def test_expired_session_answers_the_browser_with_the_sign_in_page(world):
    from django.test import Client

    project = make_project(world)
    answer = Client().post(url(project, "thuyet-minh", "project_keep"), {"version": 1})
    assert answer.status_code == 302
    assert not StepDraft.objects.exists()


def test_stranger_finds_no_step(world, client):
    project = make_project(world, province="25")
    for name in ("project_write", "project_keep", "project_drop"):
        assert client.post(url(project, "thuyet-minh", name), {"version": project.version}).status_code == 404
    assert client.get(reverse("project_copy", args=[project.code])).status_code == 404
    assert client.get(reverse("project_resume", args=[project.code])).status_code == 404


@pytest.mark.parametrize("name", ["project_keep", "project_drop", "project_copy"])
def test_only_officers_of_the_unit_keep_drop_and_copy(world, name):
    project = make_project(world)
    address = reverse(name, args=[project.code] if name == "project_copy" else [project.code, "thuyet-minh"])
    counts = Project.objects.count(), AuditEvent.objects.filter(action__startswith="project.").count()
    for (agency, role), actor in world.actors.items():
        if (agency, role) == OFFICER:
            continue
        answer = signed_in(actor).post(address, {"version": project.version, "aims": "Của người khác"})
        seen = allowed(actor, Permission.PROJECT_EDIT) and not project.is_in_scope(actor)
        assert answer.status_code == (404 if seen else 403), (agency, role)
    assert not StepDraft.objects.exists()
    assert counts == (Project.objects.count(), AuditEvent.objects.filter(action__startswith="project.").count())


# --- two people, two tabs ----------------------------------------------------------------------------------------------


def test_another_step_saved_in_another_tab_does_not_disturb_this_one(world, client):
    project = make_project(world)
    first = sent(client, project, "thuyet-minh", aims="Tab một")
    second = sent(client, project, "noi-dung") | {"viec-2-content": "Tab hai"}
    assert client.post(url(project, "thuyet-minh"), first).status_code == 302
    assert client.post(url(project, "noi-dung"), second).status_code == 302
    project.refresh_from_db()
    assert (project.aims, project.work_items.count()) == ("Tab một", 3)


def test_same_table_changed_by_another_is_shown_beside_mine(world, officer, client):
    project = make_project(world)
    mine = sent(client, project, "noi-dung") | {"viec-2-content": "Việc của tôi"}
    rows = actions.ContentRows(work_items=[actions.WorkInput("Việc của đồng nghiệp")])
    actions.update_project(project_id=project.pk, by=officer, version=project.version, fields={}, rows=rows)
    answer = client.post(url(project, "noi-dung"), mine)
    assert answer.status_code == 422
    assert "Bảng đang lưu, do người khác vừa ghi" in answer.text
    assert "Việc của đồng nghiệp" in answer.text
    assert "Việc của tôi" in answer.text
    assert [str(one) for one in project.work_items.all()] == ["Việc của đồng nghiệp"]


def test_kept_text_meets_what_a_colleague_has_written(world, officer, client):
    project = make_project(world)
    client.post(url(project, "thuyet-minh", "project_keep"), sent(client, project, "thuyet-minh", aims="Của tôi"))
    actions.update_project(project_id=project.pk, by=officer, version=project.version, fields={"aims": "Của bạn"})
    page = client.get(url(project, "thuyet-minh"))
    assert "Những chỗ người khác vừa sửa" in page.text
    assert page.context["form"]["aims"].value() == "Của tôi"
    again = {
        name: page.context["form"][name].value() for name in ("aims", "necessity", "scale", "superior", "organisation")
    }
    again |= {"version": page.context["form"]["version"].value()}
    assert client.post(url(project, "thuyet-minh"), again).status_code == 302
    assert Project.objects.get(pk=project.pk).aims == "Của tôi"


# --- copying -------------------------------------------------------------------------------------------------------------


def test_copy_takes_words_and_estimate_and_leaves_people_files_and_days(world, officer, client):
    source = make_project(world, state="settled")
    page = client.get(reverse("project_copies"))
    assert source.name in page.text
    key = uuid4()
    data = {"creation_key": key, "name": "Năm sau", "year": source.year + 1}
    answer = client.post(reverse("project_copy", args=[source.code]), data)
    copy = Project.objects.get(creation_key=key)
    assert answer.url == url(copy, "chung")
    assert (copy.state, copy.year, copy.name, copy.aims) == ("draft", source.year + 1, "Năm sau", source.aims)
    assert [str(one) for one in copy.work_items.all()] == [str(one) for one in source.work_items.all()]
    assert {one.starts_on for one in copy.work_items.all()} == {None}
    assert copy.indicators.count() == 2
    assert [(line.total, line.beneficiary) for line in copy.lines.all()] == [(600_000_000, None)]
    assert (copy.starts_on, copy.plan, copy.submission) == (None, None, 0)
    assert not copy.beneficiaries.exists()
    assert not copy.attachments.exists()
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.after["chép từ"]) == ("project.copy", source.code)
    count = Project.objects.count()
    assert client.post(reverse("project_copy", args=[source.code]), data).url == url(copy, "chung")
    assert Project.objects.count() == count


def test_copy_into_a_past_year_is_refused(world, client):
    source = make_project(world)
    data = {"creation_key": uuid4(), "name": "Năm trước", "year": 2014}
    answer = client.post(reverse("project_copy", args=[source.code]), data)
    assert answer.status_code == 422
    assert "đã qua" in answer.text


def test_only_my_units_projects_are_offered_to_copy(world):
    own, other = make_project(world), make_project(world, province="25")
    department = signed_in(world.actor("dong-thap", "officer")).get(reverse("project_copies"))
    assert own.name not in department.text
    centre = signed_in(world.actor(*OFFICER)).get(reverse("project_copies"), {"tim": "thu nghiem"})
    assert own.name in centre.text
    assert other.name not in centre.text
