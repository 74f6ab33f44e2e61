"""Papers of records that the demo has none of, and for whom they are not."""

import pytest
from django.http import Http404

from khuyencong.adjustments.tests.steps import group
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION, format_dong
from khuyencong.delivery.tests.spot import one, take
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.codes import SAMPLE_TOKEN
from khuyencong.papers.filling import fill
from khuyencong.papers.tests.reading import differences, rows_of, text_of
from khuyencong.projects.models import Project
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db


def made(code, actor, key):
    """The data of the paper, of the shape of its sample, and the file."""
    form = FORMS[code]
    data = form.data(form.subject.find(actor, str(key)), actor)
    assert differences(data, form.sample) == []
    return data, fill(form.template.read_bytes(), data, form=form, token=SAMPLE_TOKEN)


def test_a_group_without_names_has_the_sheet_4a_and_a_plan_of_what_is_still_to_be_chosen(world):
    project = group(world, state="base_appraised")
    actor = world.actor("dong-thap", "appraiser")
    appraisal = project.appraisals.get()

    _, sheet = made("mau-4a", actor, appraisal.pk)
    assert "Mẫu số 4a" in text_of(sheet)
    assert len(rows_of(sheet)[0]) == 1 + 5
    with pytest.raises(Refused, match="theo nhóm"):
        made("mau-4b", actor, appraisal.pk)

    data, plan = made("mau-11", actor, project.code)
    assert data["beneficiaries"][0]["name"] == "Phần chung của đề án"
    assert "Còn 3 cơ sở chưa chọn." in text_of(plan)
    assert rows_of(plan)[0][-1][3:5] == [format_dong(1800 * MILLION), format_dong(600 * MILLION)]


def test_one_paper_5b_holds_all_parts_of_its_number_and_no_stranger_finds_it(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = project.beneficiaries.all()
    for part in (first, second):
        take(world, project, one(project, line=part.lines.get()), part=part, unit_invoices=True, number="BB-CHUNG")
    acceptance = project.acceptances.first()
    actor = world.actor("dong-thap", "officer")

    data, content = made("mau-5b", actor, acceptance.pk)
    assert [part["title"] for part in data["parts"]] == [str(first), str(second)]
    assert data["payable"] == {"figures": format_dong(200 * MILLION), "words": "Hai trăm triệu đồng"}
    assert len(rows_of(content)) == 2
    with pytest.raises(Refused, match="hãy lập Mẫu số 5b"):
        made("mau-5a", actor, acceptance.pk)
    for code, key in (("mau-5b", acceptance.pk), ("mau-1", project.code), ("mau-8b", project.code)):
        with pytest.raises(Http404):
            made(code, world.actor("phu-tho", "officer"), key)


def test_what_the_agency_itself_accepts_is_5c_and_a_name_of_300_letters_stands_whole(world):
    project = make_project(world, source="national", unit="region", state="accepted")
    name = ("Hỗ trợ «máy & {{ thử }}» <b>" + "rất dài " * 40)[:300].strip()
    Project.objects.filter(pk=project.pk).update(name=name)
    actor = world.actor("national", "officer")

    _, content = made("mau-5c", actor, project.acceptances.get().pk)
    assert name in text_of(content)
    _, estimate = made("mau-1", actor, project.code)
    assert name in text_of(estimate)
