"""Handing a đề án in: nothing may be missing, nothing may ask for more than the law allows."""

import pytest

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.projects import actions
from khuyencong.projects.models import Project, SupportSheet
from khuyencong.testing import advance_to, complete, make_project


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def submit(project, by, version=None):
    return actions.submit(project_id=project.pk, by=by, version=project.version if version is None else version)


def write(project, by, **fields):
    """Change the description; the project at hand follows."""
    actions.update_project(project_id=project.pk, by=by, version=project.version, fields=fields)
    project.refresh_from_db()


def test_submission_freezes_the_calculation(world, officer):
    project = make_project(world, beneficiaries=2)
    submit(project, officer)
    project.refresh_from_db()
    assert (project.state, project.submission, project.submitted_by, project.submitted_on) == (
        "submitted",
        1,
        officer.user,
        today(),
    )
    sheets = SupportSheet.objects.filter(project=project)
    assert [(one.submission, one.asked) for one in sheets] == [(1, 200 * MILLION)] * 2
    assert all(one.allowed >= one.asked for one in sheets)
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.before["state"], event.after["state"]) == ("project.submit", "draft", "submitted")


def test_second_submission_freezes_anew_and_keeps_the_first(world, officer):
    project = make_project(world, state="returned")
    complete(world, project)
    submit(project, officer)
    assert list(SupportSheet.objects.filter(project=project).values_list("submission", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"necessity": ""}, "sự cần thiết"),
        ({"aims": "  \n"}, "mục tiêu"),
        ({"scale": ""}, "quy mô"),
        ({"superior": ""}, "vượt trội"),
        ({"organisation": ""}, "tổ chức thực hiện"),
        ({"effect_social": "", "sustainability": " "}, "hiệu quả: xã hội, tính bền vững"),
        ({"starts_on": None}, "thời gian"),
        ({"ends_on": None}, "thời gian"),
        ({"activity": "none-such"}, "danh mục"),
        ({"sector": ""}, "ngành nghề"),
    ],
)
def test_what_is_missing_is_named_with_its_article(world, officer, fields, says):
    project = make_project(world)
    write(project, officer, **fields)
    with pytest.raises(Refused, match=says) as refusal:
        submit(project, officer)
    assert refusal.value.findings[0].article
    project.refresh_from_db()
    assert (project.state, project.submission) == ("draft", 0)
    assert not SupportSheet.objects.exists()


def test_missing_parts_are_all_named_at_once(world, officer):
    project = actions.create_project(
        by=officer, creation_key="7f1f3c1e-5d4b-4a7e-9b57-1f2d3c4b5a60", source="local", province=world.provinces["82"],
        fields={"name": "Trống", "kind": "single", "activity": "machinery", "year": today().year},
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        submit(project, officer)
    codes = {one.code for one in refusal.value.findings}
    assert codes >= {
        "missing_necessity", "missing_aims", "missing_work", "missing_effects", "missing_dates", "missing_estimate",
        "missing_beneficiary",
    }  # fmt: skip


def estimate(project, by, *lines):
    actions.save_estimate(project_id=project.pk, by=by, version=project.version, lines=lines)
    project.refresh_from_db()


def test_support_above_the_law_is_refused_with_the_article(world, officer):
    project = make_project(world)
    part = project.beneficiaries.get()
    estimate(project, officer, actions.LineInput("Máy", 600 * MILLION, 400 * MILLION, 200 * MILLION, 0, part.pk))
    with pytest.raises(Refused, match="vượt") as refusal:
        submit(project, officer)
    assert refusal.value.findings
    assert all(one.article for one in refusal.value.findings)
    project.refresh_from_db()
    assert project.state == "draft"


@pytest.mark.parametrize("source", ["local", "national"])
def test_just_what_the_law_allows_goes_through_and_a_dong_more_does_not(world, officer, source):
    project = make_project(world, source=source, support=1 * MILLION)
    part = project.beneficiaries.get()
    write(project, officer, name="Hỗ trợ vừa đúng mức")
    submitted = advance_to(world, make_project(world, source=source, support=1 * MILLION), "submitted")
    most = submitted.sheets.get().allowed
    for asked, through in ((most + 1, False), (most, True)):
        estimate(project, officer, actions.LineInput("Máy", 600 * MILLION, asked, 600 * MILLION - asked, 0, part.pk))
        if through:
            submit(project, officer)
        else:
            with pytest.raises(Refused):
                submit(project, officer)
    assert Project.objects.get(pk=project.pk).state == "submitted"


def test_each_beneficiary_is_judged_by_itself(world, officer):
    """Two that ask for 400 triệu together stay inside the law; one that asks for them all does not."""
    project = make_project(world, beneficiaries=2)
    first, second = project.beneficiaries.all()
    lines = (
        actions.LineInput("Máy 1", 800 * MILLION, 400 * MILLION, 400 * MILLION, 0, first.pk),
        actions.LineInput("Máy 2", 600 * MILLION, 0, 600 * MILLION, 0, second.pk),
    )
    estimate(project, officer, *lines)
    with pytest.raises(Refused, match="vượt"):
        submit(project, officer)


def test_support_without_a_beneficiary_is_refused(world, officer):
    project = make_project(world)
    part = project.beneficiaries.get()
    estimate(
        project, officer,
        actions.LineInput("Máy", 600 * MILLION, 200 * MILLION, 400 * MILLION, 0, part.pk),
        actions.LineInput("Chi chung", 10 * MILLION, 10 * MILLION),
    )  # fmt: skip
    with pytest.raises(Refused, match="gắn với cơ sở thụ hưởng"):
        submit(project, officer)


def test_beneficiary_without_lines_and_estimate_without_support_are_refused(world, officer):
    project = make_project(world, beneficiaries=2)
    first = project.beneficiaries.first()
    estimate(project, officer, actions.LineInput("Máy", 600 * MILLION, 0, 600 * MILLION, 0, first.pk))
    with pytest.raises(Refused) as refusal:
        submit(project, officer)
    assert {one.code for one in refusal.value.findings} >= {"no_support", "beneficiary_without_estimate"}


def test_local_money_without_any_norm_is_refused_until_one_is_declared(world):
    """Local money never falls back to the national norm: the officer names the province's own."""
    officer = world.actor("phu-tho-centre", "officer")
    project = make_project(world, province="25")
    write(
        project,
        officer,
        declared_norm_document="",
        declared_norm_article="",
        declared_norm_percent=None,
        declared_norm_cap=None,
    )
    with pytest.raises(Refused):
        submit(project, officer)
    write(
        project, officer, declared_norm_document="Nghị quyết thử nghiệm", declared_norm_article="Điều 1",
        declared_norm_percent=50, declared_norm_cap=300 * MILLION,
    )  # fmt: skip
    submit(project, officer)
    assert Project.objects.get(pk=project.pk).state == "submitted"


def test_old_form_submits_nothing(world, officer):
    project = make_project(world)
    for version in (project.version - 1, project.version + 1, 0):
        with pytest.raises(Stale):
            submit(project, officer, version)
    submit(project, officer)
    with pytest.raises(Stale):
        submit(project, officer)
    assert Project.objects.get(pk=project.pk).submission == 1


# --- taking back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_withdrawn_with_a_reason_before_the_decision(world, officer, state):
    project = make_project(world, state=state)
    actions.withdraw(project_id=project.pk, by=officer, version=project.version, reason="Cơ sở đổi kế hoạch.")
    project.refresh_from_db()
    assert project.state == "withdrawn"
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.before, event.note) == ("project.withdraw", {"state": state}, "Cơ sở đổi kế hoạch.")


def test_withdrawal_needs_a_reason(world, officer):
    project = make_project(world, state="submitted")
    with pytest.raises(Refused, match="lý do"):
        actions.withdraw(project_id=project.pk, by=officer, version=project.version, reason=" \n ")


def test_withdrawn_project_goes_nowhere(world, officer):
    project = make_project(world, state="withdrawn")
    with pytest.raises(Refused):
        submit(project, officer)
    with pytest.raises(Refused):
        actions.withdraw(project_id=project.pk, by=officer, version=project.version, reason="Lần nữa")
