"""Versions of a đề án: when they are made, that they stay, and what differs between two."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.core.append_only import is_installed
from khuyencong.core.money import MILLION
from khuyencong.law.catalogue import activity_name
from khuyencong.projects import versions
from khuyencong.projects.actions import update_project
from khuyencong.projects.models import Beneficiary, EstimateLine, Project, ProjectVersion, VersionCause
from khuyencong.projects.versions import BOOKKEEPING, PARTS, content_of, differences, freeze, freeze_before, is_whole
from khuyencong.testing import advance_to, make_project
from tests.looking import signed_in

MINE = ("dong-thap-centre", "officer")


def part(content, name):
    return next(one for one in content["parts"] if one["name"] == name)


def test_submission_and_approval_make_a_version_each(world):
    project = make_project(world, state="returned")
    project = advance_to(world, project, "approved")
    made = [(one.number, one.cause, one.document) for one in project.versions.all()]
    assert made == [
        (1, "submission", "Lần gửi 1"),
        (2, "submission", "Lần gửi 2"),
        (3, "approval", f"Quyết định {project.plan.decision_number}"),
    ]
    assert [one.made_as for one in project.versions.all()] == [
        str(project.submitted_by), str(project.submitted_by), project.plan.approved_as
    ]  # fmt: skip


def test_version_holds_all_that_stands_in_the_project(world):
    project = make_project(world, beneficiaries=2)
    content = content_of(project)
    assert [one["name"] for one in content["parts"]] == [one.name for one in PARTS]
    description = part(content, "description")["rows"][0]
    for field in Project._meta.concrete_fields:
        if field.name not in BOOKKEEPING:
            assert field.name in description["values"]
    assert description["words"]["activity"] == activity_name("machinery")
    assert description["values"]["activity"] == "machinery"
    lines = part(content, "estimate")["rows"]
    assert [row["values"]["support"] for row in lines] == [200 * MILLION] * 2
    assert lines[0]["words"]["support"] == "200.000.000 đồng"
    assert part(content, "beneficiaries")["rows"][0]["words"]["commits_own_capital"] == "có"
    assert len(part(content, "files")["rows"]) == 1


def test_tables_beside_a_project_are_in_the_list_or_named_here():
    """A new table of child rows is a part of the version, or says here why it is none."""
    others = {
        "SupportSheet": "chốt riêng",
        "ProjectVersion": "chính nó",
        "Appraisal": "có ngày và người riêng, không sửa",
        "ContractPart": "giấy tờ riêng",
        "Payment": "sổ",
        "LedgerEntry": "sổ",
        "Settlement": "sổ",
        "Acceptance": "giấy tờ riêng",
        "Adjustment": "giấy tờ riêng",
        "SupportRequest": "của cơ sở",
        "AskedPaper": "giấy tờ có phiên bản riêng",
        "PaperVersion": "giấy tờ có phiên bản riêng",
        "PaperComment": "trao đổi, không sửa",
        "Letter": "sổ văn bản",
        "LetterOfProject": "sổ văn bản",
        "StepDraft": "chữ đang gõ của một người",
    }
    children = {
        one.related_model.__name__
        for one in Project._meta.related_objects
        if one.related_model._meta.app_label == "projects"
    }
    tables = {
        "Beneficiary", "EstimateLine", "Attachment", "WorkItem", "ExpectedIndicator", "LinkedActivity", "ProjectProvince",
    }  # fmt: skip
    assert children - set(others) == tables
    assert len(PARTS) == len(tables) + 1


def test_versions_are_never_changed(world):
    project = make_project(world, state="submitted")
    version = project.versions.get()
    assert is_installed(ProjectVersion._meta.db_table, connection)
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()
    for attempt in (
        lambda: ProjectVersion.objects.filter(pk=version.pk).update(document="khác"),
        lambda: ProjectVersion.objects.filter(pk=version.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert is_whole(version)
    version.content["parts"] = []
    assert not is_whole(version)


def test_two_versions_never_have_one_number(world):
    project = make_project(world, state="submitted")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectVersion.objects.create(project=project, number=1, cause="before", content={}, sha256="0")


def test_what_differs_is_told_in_words(world):
    project = make_project(world, beneficiaries=2)
    first = freeze(project, cause=VersionCause.SUBMISSION)
    by = world.actor(*MINE)
    update_project(
        project_id=project.pk, by=by, version=project.version, fields={"place_text": "ấp Khác", "sector": ""}
    )
    line, gone = project.lines.order_by("position")
    EstimateLine.objects.filter(pk=line.pk).update(support=150 * MILLION, counterpart=450 * MILLION)
    gone.delete()
    second = freeze(project, cause=VersionCause.ADJUSTMENT)
    told = [(one.part, one.field, one.before, one.after) for one in differences(first.content, second.content)]
    assert ("Thuyết minh", "địa điểm thực hiện", "(không có)", "ấp Khác") in told
    assert ("Dự toán kinh phí (Mẫu số 1)", "kinh phí khuyến công", "200.000.000 đồng", "150.000.000 đồng") in told
    removed = next(one for one in differences(first.content, second.content) if not one.field)
    assert (removed.row, removed.after) == ("Máy thử nghiệm 2", "(không có)")
    assert "kinh phí khuyến công: 200.000.000 đồng" in removed.before
    assert not differences(second.content, second.content)


def test_version_before_is_only_made_where_something_changed(world):
    project = make_project(world, state="submitted")
    by = world.actor(*MINE)
    assert freeze_before(project, document="1/QĐ", by=by) is None
    EstimateLine.objects.filter(project=project).update(note="ghi thêm")
    assert freeze_before(project, document="1/QĐ", by=by).number == 2


def test_version_reads_when_a_table_is_gone(world, monkeypatch):
    """A page of the past asks the content alone."""
    project = make_project(world, state="submitted")
    monkeypatch.setattr(versions, "PARTS", ())
    shown = [versions.part_for_page(one) for one in project.versions.get().content["parts"]]
    assert [one.label for one in shown][:2] == ["Thuyết minh", "Nội dung công việc và tiến độ"]


def test_beneficiary_that_left_is_not_in_the_next_version(world):
    project = make_project(world, beneficiaries=2)
    gone = project.beneficiaries.first()
    Beneficiary.objects.filter(pk=gone.pk).update(left_on=project.ends_on)
    assert len(part(content_of(project), "beneficiaries")["rows"]) == 1


def test_number_of_queries_does_not_grow(world):
    counts = []
    for many in (1, 3):
        project = make_project(world, beneficiaries=many)
        with CaptureQueriesContext(connection) as queries:
            content_of(project)
        counts.append(len(queries))
    assert counts == [len(PARTS), len(PARTS)]


# --- pages -----------------------------------------------------------------------------------------------------------


def test_page_of_a_version_reads_as_it_was(world):
    project = make_project(world, state="approved")
    client = signed_in(world.actor(*MINE))
    Project.objects.filter(pk=project.pk).update(name="Tên đã đổi")
    page = client.get(reverse("project_version", args=[project.code, 1])).content.decode()
    assert project.necessity in page
    assert "600.000.000 đồng" in page
    assert project.versions.get(number=1).sha256[:12] in page
    assert client.get(reverse("project_version", args=[project.code, 9])).status_code == 404


def test_page_of_differences_compares_the_last_two_or_those_asked_for(world):
    project = make_project(world, state="approved")
    client = signed_in(world.actor(*MINE))
    address = reverse("project_version_differences", args=[project.code])
    assert "Nội dung hai phiên bản như nhau" in client.get(address).content.decode()
    EstimateLine.objects.filter(project=project).update(note="ghi thêm")
    freeze(project, cause=VersionCause.ADJUSTMENT, document="1/QĐ")
    page = client.get(address, {"tu": 1, "den": 3}).content.decode()
    assert "1 điểm khác" in page
    assert "ghi thêm" in page
    for wrong in ("0", "9", "-1", "x", "9" * 40, "①", "1\x00"):
        assert client.get(address, {"tu": wrong}).status_code == 404, wrong


def test_damaged_version_says_so(world, monkeypatch):
    project = make_project(world, state="submitted")
    monkeypatch.setattr("khuyencong.projects.views.versions.is_whole", lambda _version: False)
    page = signed_in(world.actor(*MINE)).get(reverse("project_version", args=[project.code, 1])).content.decode()
    assert "không khớp mã kiểm tra" in page


def test_other_province_sees_no_version(world):
    project = make_project(world, state="approved")
    client = signed_in(world.actor("phu-tho", "officer"))
    assert client.get(reverse("project_version", args=[project.code, 1])).status_code == 404
    assert client.get(reverse("project_version_differences", args=[project.code])).status_code == 404


def test_every_column_can_be_kept(world):
    """No kind of field is lost in the plain data."""
    project = make_project(world)
    kinds = {type(one) for one in Project._meta.concrete_fields if one.name not in BOOKKEEPING}
    assert models.DecimalField in kinds
    values = part(content_of(project), "description")["rows"][0]["values"]
    assert values["priority_multiplier"] == "1"
    assert values["starts_on"] == project.starts_on.isoformat()
