"""Money of other programmes is a part of «nguồn khác» and counted once; so is a common result."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models import F
from django.urls import reverse

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.proposal import Proposal, changed_by, lines_now
from khuyencong.adjustments.rules import judge
from khuyencong.combining import actions
from khuyencong.combining.models import OtherProgramme
from khuyencong.combining.rules import combining_findings
from khuyencong.combining.table import of_project, other_money, table
from khuyencong.combining.tests.making import (
    CUC,
    OFFICER,
    OTHER,
    SO,
    YEAR,
    combine,
    programme,
    row_fields,
    with_other,
)
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.testing import advance_to

pytestmark = pytest.mark.django_db


def test_money_is_a_part_of_the_estimate_and_counted_once(world):
    project, of, key = with_other(world), programme(world), uuid4()
    first = combine(world, project, of, key=key)
    assert combine(world, project, of, key=key) == first
    second = combine(world, project, programme(world, name="Chương trình Ví Dụ Hai"), amount=70_000_000)
    with pytest.raises(Refused, match="một phần của nguồn khác"):
        combine(world, project, of, amount=1)
    result = {"amount": 0, "result": "Lao động có việc", "quantity": Decimal(5), "unit": "người"}
    combine(world, project, of, **result)
    combine(world, project, of, **result | {"quantity": Decimal(7), "counted_by": "there"})
    actor = world.actor(*OFFICER)
    rows = table(actor, year=YEAR)
    assert [(one.projects, one.money) for one in rows] == [(1, 30_000_000), (1, 70_000_000)]
    assert (rows[0].results_here, rows[0].results_there) == (
        ["5 người – Lao động có việc"],
        ["7 người – Lao động có việc"],
    )
    assert sum(one.money for one in rows) == other_money(actor, year=YEAR) == of_project(project).other
    assert table(world.actor(*OTHER), year=YEAR) == []
    assert len(table(world.actor(*CUC), year=YEAR)) == 2
    actions.withdraw_combination(row_id=second.pk, by=actor, version=1, reason="Ghi nhầm đề án")
    with pytest.raises(Stale):
        actions.correct_combination(row_id=second.pk, by=actor, version=1, fields=row_fields(of))
    assert of_project(project).untold == 70_000_000
    actions.correct_combination(row_id=first.pk, by=actor, version=1, fields=row_fields(of, amount=100_000_000))
    assert of_project(project).money == 100_000_000


def test_what_is_refused(world):
    project, of = with_other(world), programme(world)
    for changed, words in (
        ({"year": YEAR - 2}, "không có năm"),
        ({"amount": 0}, "số tiền, hoặc kết quả"),
        ({"result": "Việc làm"}, "gồm tên, số lượng"),
        ({"content": " "}, "nội dung và chứng từ"),
        ({"year": YEAR + 1}, "không ghi lồng ghép của năm"),
        ({"result": "Lớp", "quantity": 1, "unit": "lớp", "left_to": "dao-tao"}, "do chương trình kia báo cáo"),
    ):
        with pytest.raises(Refused, match=words):
            combine(world, project, of, **changed)
    for who in (OTHER, CUC, ("dong-thap-centre", "accountant")):
        with pytest.raises(NotAllowed):
            combine(world, project, of, who=who)
    assert combine(world, project, of, who=SO).pk
    with pytest.raises(Refused, match="tỉnh khác"):
        combine(world, project, programme(world, who=OTHER), amount=1)
    with pytest.raises(Refused, match="đã có trong danh mục"):
        programme(world, name="chương trình ví dụ")
    assert programme(world, who=CUC).province is None
    with pytest.raises(NotAllowed):
        actions.correct_programme(programme_id=of.pk, by=world.actor(*SO), version=1, fields={})
    with pytest.raises(Refused, match="ngoài thời gian"):
        actions.correct_programme(
            programme_id=of.pk, by=world.actor(*OFFICER), version=1,
            fields={"name": "X", "document": "Y", "first_year": YEAR + 1, "last_year": None},
        )  # fmt: skip


def test_each_year_has_its_own_money_of_others(world):
    project, of = with_other(world, state="draft"), programme(world)
    Project.objects.filter(pk=project.pk).update(ends_on=date(YEAR + 1, 12, 31))
    line = project.lines.get()
    EstimateLine.objects.filter(pk=line.pk).update(other=60_000_000, counterpart=line.total - line.support - 60_000_000)
    line.pk, line.year, line.position = None, YEAR + 1, line.position + 1
    line.other, line.counterpart = 40_000_000, line.total - line.support - 40_000_000
    line.save()
    with pytest.raises(Refused, match=rf"năm {YEAR + 1} ghi nguồn khác 40\.000\.000"):
        combine(world, project, of, year=YEAR + 1, amount=40_000_001)
    row = combine(world, project, of, year=YEAR + 1, amount=40_000_000)
    actions.correct_combination(
        row_id=row.pk, by=world.actor(*OFFICER), version=1, fields=row_fields(of, amount=60_000_000)
    )
    assert other_money(world.actor(*OFFICER), year=YEAR) == 0  # reports count what was approved
    assert combining_findings(project) == []


def test_an_estimate_that_is_cut_afterwards_is_named_and_not_submitted(world, visit):
    project = with_other(world, state="draft")
    combine(world, project, programme(world))
    EstimateLine.objects.filter(project=project).update(other=0, counterpart=F("counterpart") + 100_000_000)
    assert [one.code for one in combining_findings(project)] == ["combined_beyond_other"]
    page = visit(world.actor(*OFFICER)).get(f"{project.get_absolute_url()}?tab=du-toan").content.decode()
    assert "dự toán chỉ có 0 đồng nguồn khác" in page
    with pytest.raises(Refused, match="dự toán chỉ có 0 đồng nguồn khác"):
        advance_to(world, project, "submitted")


def test_an_adjustment_leaves_the_money_of_others_its_place(world):
    project = with_other(world)
    combine(world, project, programme(world))
    lines = lines_now(project)
    cut = Proposal(lines=tuple(replace(one, other=0, counterpart=one.counterpart + one.other) for one in lines))
    more = Proposal(lines=tuple(replace(one, other=one.other + 1, counterpart=one.counterpart - 1) for one in lines))
    found = [
        {
            one.code
            for one in judge(
                changed_by(Adjustment(project=project, proposal=one.as_dict())), on=today(), seen_by=world.actor(*SO)
            ).findings
        }
        for one in (cut, more)
    ]
    assert ["combined_beyond_other" in codes for codes in found] == [True, False]


def test_pages(world, visit):
    project, of = with_other(world), programme(world)
    officer = visit(world.actor(*OFFICER))
    sent = {
        "creation_key": str(uuid4()), "programme": of.pk, "year": YEAR, "amount": "30 triệu", "content": "Đường",
        "document": "HĐ", "result": "Lao động có việc", "quantity": "12", "unit": "người", "counted_by": "here",
    }  # fmt: skip
    url = reverse("project_combine", args=[project.code])
    assert officer.post(url, sent | {"amount": "200 triệu"}).status_code == 422
    assert officer.post(url, sent).status_code == 302
    tab = officer.get(f"{project.get_absolute_url()}?tab=du-toan").content.decode()
    assert "còn 70.000.000 đồng chưa rõ chương trình" in tab
    page = officer.get(reverse("combinations")).content.decode()
    assert "12 người – Lao động có việc" in page
    assert officer.get(reverse("combinations_xlsx"), {"year": YEAR}).status_code == 200
    assert project.name in officer.get(reverse("other_programme", args=[of.pk]), {"year": YEAR}).content.decode()
    stranger = visit(world.actor(*OTHER))
    assert stranger.get(reverse("other_programme", args=[of.pk])).status_code == 404
    assert OtherProgramme.objects.visible_to(world.actor(*OTHER)).count() == 0
