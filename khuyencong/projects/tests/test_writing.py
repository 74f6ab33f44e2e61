"""A đề án is written: opened once, filled in, and only by its own unit while it is a draft."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.people.roles import STAFF, Role
from khuyencong.projects import actions
from khuyencong.projects.models import Project
from khuyencong.projects.states import EDITABLE, ProjectState
from khuyencong.testing import PDF, make_establishment, make_project

YEAR = today().year
FIELDS = {"name": "Hỗ trợ máy sấy nông sản", "kind": "single", "activity": "machinery", "year": YEAR}
AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def create(world, by, **changed):
    values = {
        "creation_key": uuid4(),
        "source": "local",
        "province": world.provinces["82"],
        "fields": FIELDS,
        **changed,
    }
    return actions.create_project(by=by, **values)


def events(project):
    """What the trail says of the project, oldest first."""
    return list(AuditEvent.objects.filter(thread=project.thread).order_by("seq").values_list("action", flat=True))


# --- opening ---------------------------------------------------------------------------------------------------------


def test_project_belongs_to_the_unit_the_province_and_the_holder_of_the_money(world, officer):
    project = create(world, officer)
    assert (project.state, project.version, project.route, project.submission) == ("draft", 1, "local", 0)
    assert project.implementing_unit == world.agencies["dong-thap-centre"]
    assert project.department == project.funder == world.agencies["dong-thap"]
    assert project.created_by == officer.user
    assert events(project) == ["project.create"]


def test_national_money_is_held_by_the_national_agency(world, officer):
    project = create(world, officer, source="national")
    assert (project.route, project.funder, project.department) == (
        "national",
        world.agencies["national"],
        world.agencies["dong-thap"],
    )


def test_regional_centres_go_straight_to_the_national_agency(world):
    project = create(world, world.actor("region", "officer"), source="national")
    assert (project.route, project.implementing_unit) == ("national_direct", world.agencies["region"])


def test_same_key_twice_is_one_project(world, officer):
    key = uuid4()
    first = create(world, officer, creation_key=key)
    assert create(world, officer, creation_key=key, fields={**FIELDS, "name": "Tên khác"}) == first
    assert Project.objects.get().name == FIELDS["name"]
    assert AuditEvent.objects.filter(action="project.create").count() == 1
    assert create(world, officer).code == f"82-{YEAR}-DP-0002"


def test_key_of_somebody_else_gives_nothing_away(world, officer):
    key = uuid4()
    create(world, officer, creation_key=key)
    with pytest.raises(Refused):
        create(world, world.actor("phu-tho-centre", "officer"), creation_key=key, province=world.provinces["25"])
    assert Project.objects.count() == 1


def test_codes_are_numbered_by_province_year_and_source(world, officer):
    other = world.actor("phu-tho-centre", "officer")
    codes = [
        create(world, officer).code,
        create(world, officer).code,
        create(world, officer, source="national").code,
        create(world, officer, fields={**FIELDS, "year": YEAR + 1}).code,
        create(world, other, province=world.provinces["25"]).code,
        create(world, officer).code,
    ]
    assert codes == [
        f"82-{YEAR}-DP-0001", f"82-{YEAR}-DP-0002", f"82-{YEAR}-QG-0001", f"82-{YEAR + 1}-DP-0001", f"25-{YEAR}-DP-0001", f"82-{YEAR}-DP-0003",
    ]  # fmt: skip


def test_number_of_a_project_that_was_not_opened_is_not_lost(world, officer):
    create(world, officer)
    with pytest.raises(Refused):
        create(world, world.actor("phu-tho-centre", "officer"))
    assert create(world, officer).code == f"82-{YEAR}-DP-0002"


def test_province_of_before_counts_as_the_province_of_today(world, officer):
    project = create(world, officer, province=world.provinces["87@2025"])
    assert project.code.startswith("82-")
    assert Project.objects.visible_to(officer).get() == project
    assert not Project.objects.visible_to(world.actor("phu-tho", "officer")).exists()


def test_unit_of_another_province_is_refused(world):
    for agency in ("phu-tho", "phu-tho-centre"):
        with pytest.raises(Refused, match="trong tỉnh"):
            create(world, world.actor(agency, "officer"))
    assert not Project.objects.exists()


def test_only_officers_open_projects(world):
    for agency in AGENCIES:
        for role in STAFF:
            if role != Role.OFFICER:
                with pytest.raises(NotAllowed):
                    create(world, world.actor(agency, role.value))
    assert not Project.objects.exists()


def test_national_agency_writes_no_local_project(world):
    for agency in ("national", "region"):
        with pytest.raises(Refused, match="quốc gia"):
            create(world, world.actor(agency, "officer"))


def test_year_that_is_over_is_refused(world, officer):
    """What was carried out in a past year is recorded, with its source; it is not begun now."""
    with pytest.raises(Refused, match="đã qua"):
        create(world, officer, fields={**FIELDS, "year": YEAR - 1})
    assert create(world, officer, fields={**FIELDS, "year": YEAR - 1}, recorded_from="Báo cáo").year == YEAR - 1


def test_project_without_holder_of_the_money_is_refused(world, officer):
    world.agencies["dong-thap"].active_to = "2026-01-01"
    world.agencies["dong-thap"].save()
    with pytest.raises(Refused, match="Chưa có cơ quan"):
        create(world, officer)


# --- filling in ------------------------------------------------------------------------------------------------------


def test_description_changes_with_its_trail(world, officer):
    project = create(world, officer)
    changed = actions.update_project(
        project_id=project.pk, by=officer, version=1, fields={"name": "Hỗ trợ máy ép", "aims": "Tăng năng suất"}
    )
    assert (changed.name, changed.aims, changed.version) == ("Hỗ trợ máy ép", "Tăng năng suất", 2)
    assert changed.haystack.startswith(" ho tro may ep ")
    event = AuditEvent.objects.latest("seq")
    assert (event.before["name"], event.after["name"]) == (FIELDS["name"], "Hỗ trợ máy ép")
    assert "aims" not in event.before


def test_what_is_decided_once_cannot_be_written(world, officer):
    """Source, route, state, unit and code are not among what a person may write."""
    project = create(world, officer)
    sent = {"source": "national", "route": "national", "state": "approved", "code": "X", "version": 9, "year": YEAR + 5}
    actions.update_project(project_id=project.pk, by=officer, version=1, fields=sent)
    project.refresh_from_db()
    assert (project.source, project.route, project.state, project.version) == ("local", "local", "draft", 2)
    assert project.year == YEAR
    assert project.code == f"82-{YEAR}-DP-0001"


def test_single_project_has_one_beneficiary(world, officer):
    project = create(world, officer)
    actions.add_beneficiary(project_id=project.pk, by=officer, version=1, establishment=make_establishment(world))
    with pytest.raises(Refused, match="Đề án nhóm"):
        actions.add_beneficiary(project_id=project.pk, by=officer, version=2, establishment=make_establishment(world))
    assert project.beneficiaries.count() == 1


def test_same_beneficiary_twice_is_refused(world, officer):
    project = make_project(world, beneficiaries=2)
    again = project.beneficiaries.first().establishment
    with pytest.raises(Refused, match="đã có"):
        actions.add_beneficiary(project_id=project.pk, by=officer, version=project.version, establishment=again)


def test_beneficiary_of_another_province_is_refused(world, officer):
    project = make_project(world, beneficiaries=2)
    stranger = make_establishment(world, province="25")
    with pytest.raises(Refused, match="trong tỉnh"):
        actions.add_beneficiary(project_id=project.pk, by=officer, version=project.version, establishment=stranger)
    direct = make_project(world, beneficiaries=2, source="national", unit="region")
    by = world.actor("region", "officer")
    with pytest.raises(Refused, match="trong tỉnh"):
        actions.add_beneficiary(project_id=direct.pk, by=by, version=direct.version, establishment=stranger)
    assert direct.beneficiaries.count() == 2


def test_beneficiary_goes_with_its_lines(world, officer):
    project = make_project(world, beneficiaries=2)
    part = project.beneficiaries.first()
    actions.remove_beneficiary(project_id=project.pk, by=officer, version=project.version, beneficiary_id=part.pk)
    assert project.beneficiaries.count() == project.lines.count() == 1
    event = AuditEvent.objects.latest("seq")
    assert event.before == {"cơ sở": part.establishment.name, "số dòng dự toán": 1}
    project.refresh_from_db()
    with pytest.raises(Refused, match="không còn"):
        actions.remove_beneficiary(project_id=project.pk, by=officer, version=project.version, beneficiary_id=part.pk)


def save_lines(project, by, *lines):
    return actions.save_estimate(project_id=project.pk, by=by, version=project.version, lines=lines)


def test_estimate_is_replaced_as_a_whole(world, officer):
    project = make_project(world)
    part = project.beneficiaries.get()
    line = actions.LineInput("Máy sấy", 500 * MILLION, 200 * MILLION, 250 * MILLION, 50 * MILLION, part.pk)
    save_lines(project, officer, line, actions.LineInput("Lắp đặt", 10, 0, 10, in_cost_base=False, note="tự làm"))
    found = [(one.position, one.content, one.total, one.in_cost_base, one.note) for one in project.lines.all()]
    assert found == [(1, "Máy sấy", 500 * MILLION, True, ""), (2, "Lắp đặt", 10, False, "tự làm")]
    event = AuditEvent.objects.latest("seq")
    assert [one["tổng"] for one in event.before["dòng"]] == [600 * MILLION]
    assert [one["tổng"] for one in event.after["dòng"]] == [500 * MILLION, 10]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (actions.LineInput("Máy", 100, 50, 40), "Dòng 1: tổng 100 đồng khác tổng các nguồn 90 đồng"),
        (actions.LineInput("Máy", -100, 0, -100), "không hợp lệ"),
        (actions.LineInput("Máy", 100, 150, -50), "không hợp lệ"),
        (actions.LineInput("Máy", 10**15 + 1, 0, 10**15 + 1), "không hợp lệ"),
        (actions.LineInput("Máy", 100, 0, 100, 0, 999_999), "không thuộc đề án"),
    ],
)
def test_line_that_breaks_mau_1_is_refused(world, officer, line, says):
    project = make_project(world)
    with pytest.raises(Refused, match=says):
        save_lines(project, officer, line)
    assert project.lines.get().total == 600 * MILLION


def test_line_of_the_beneficiary_of_another_project_is_refused(world, officer):
    project, other = make_project(world), make_project(world)
    with pytest.raises(Refused, match="không thuộc đề án"):
        save_lines(project, officer, actions.LineInput("Máy", 1, 0, 1, 0, other.beneficiaries.get().pk))


def test_estimate_has_a_largest_number_of_lines(world, officer):
    project = make_project(world)
    with pytest.raises(Refused, match="tối đa 200 dòng"):
        save_lines(project, officer, *[actions.LineInput("Máy", 1, 0, 1)] * 201)


# --- who, when -------------------------------------------------------------------------------------------------------


def changes(world, project):
    """Every change of the contents, by name, as (by, version) → action."""
    part, line = project.beneficiaries.first(), actions.LineInput("Máy", 1, 0, 1)
    spare = make_establishment(world)

    def upload():
        return SimpleUploadedFile("x.pdf", PDF + str(uuid4()).encode())

    def call(action, **arguments):
        return lambda by, version: action(project_id=project.pk, by=by, version=version, **arguments)

    return {
        "update": call(actions.update_project, fields={"name": "Tên khác"}),
        "add_beneficiary": call(actions.add_beneficiary, establishment=spare),
        "remove_beneficiary": call(actions.remove_beneficiary, beneficiary_id=part.pk),
        "save_estimate": call(actions.save_estimate, lines=[line]),
        "attach_file": lambda by, version: actions.attach_file(
            project_id=project.pk, by=by, version=version, kind="other", upload=upload()
        ),
        "remove_file": call(actions.remove_file, attachment_id=project.attachments.first().pk),
    }


def look(project):
    """What a change of the contents could touch."""
    return (
        Project.objects.filter(pk=project.pk).values_list().get(),
        list(project.beneficiaries.values_list("pk", "establishment")),
        list(project.lines.values_list()),
        list(project.attachments.values_list()),
        AuditEvent.objects.count(),
    )


@pytest.mark.parametrize("state", [one for one in ProjectState.values if one != "central_appraised"])
def test_contents_change_only_by_the_own_officer_while_written(world, officer, state):
    """Each change × everybody × every state: NotAllowed for others, Refused where the state is past writing."""
    project = make_project(world, state=state, beneficiaries=2)
    names = changes(world, project)
    before = look(project)
    for name, change in names.items():
        for agency in AGENCIES:
            for role in STAFF:
                actor = world.actor(agency, role.value)
                if actor != officer:
                    with pytest.raises(NotAllowed):
                        change(actor, project.version)
        closed = {"settled", "rejected", "withdrawn"} if name == "attach_file" else set(ProjectState.values) - EDITABLE
        if state in closed or (name == "remove_file" and project.submission):
            with pytest.raises(Refused):
                change(officer, project.version)
        for version in (project.version - 1, project.version + 1):
            with pytest.raises(Stale):
                change(officer, version)
    assert look(project) == before


@pytest.mark.parametrize(
    "name", ["update", "add_beneficiary", "save_estimate", "attach_file", "remove_file", "remove_beneficiary"]
)
def test_each_change_counts_once_and_leaves_one_event(world, officer, name):
    project = make_project(world, beneficiaries=2)
    change = changes(world, project)[name]
    seen = events(project)
    change(officer, project.version)
    row = Project.objects.get(pk=project.pk)
    assert (row.state, row.version) == ("draft", project.version + 1)
    assert events(project) == [*seen, "project.attach" if name == "attach_file" else f"project.{name}"]
    with pytest.raises(Stale):
        change(officer, project.version)


# --- files -----------------------------------------------------------------------------------------------------------


def test_file_is_kept_under_a_made_up_name(world, officer):
    project = make_project(world)
    attached = actions.attach_file(
        project_id=project.pk, by=officer, version=project.version, kind="quotation",
        upload=SimpleUploadedFile("Báo giá.pdf", PDF + b"gia"),
    )  # fmt: skip
    assert attached.name == "Báo giá.pdf"
    assert "gia" not in attached.file.name
    assert (attached.content_type, attached.size, attached.uploaded_by) == (
        "application/pdf",
        len(PDF) + 3,
        officer.user,
    )
    with attached.file.open() as kept:
        assert kept.read() == PDF + b"gia"


def test_file_of_a_draft_leaves_the_disk_with_its_row(world, officer, django_capture_on_commit_callbacks):
    project = make_project(world)
    attached = project.attachments.get()
    storage, path = attached.file.storage, attached.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_file(project_id=project.pk, by=officer, version=project.version, attachment_id=attached.pk)
    assert not project.attachments.exists()
    assert not storage.exists(path)


def test_file_that_was_submitted_stays(world, officer):
    project = make_project(world, state="returned")
    with pytest.raises(Refused, match="giữ lại"):
        actions.remove_file(
            project_id=project.pk, by=officer, version=project.version, attachment_id=project.attachments.get().pk
        )


def test_largest_number_of_files(world, officer, monkeypatch):
    project = make_project(world)
    monkeypatch.setattr("khuyencong.projects.keeping.MAX_FILES", 1)
    with pytest.raises(Refused, match="tối đa 1 tệp"):
        actions.attach_file(
            project_id=project.pk, by=officer, version=project.version, kind="other",
            upload=SimpleUploadedFile("x.pdf", PDF),
        )  # fmt: skip
