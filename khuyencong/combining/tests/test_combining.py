"""Money of other programmes is a part of «nguồn khác» and counted once; so is a common result."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from khuyencong.combining import actions
from khuyencong.combining.models import OtherProgramme
from khuyencong.combining.table import counted, listed, of_project, other_money, table
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
    asked = {"actor": actor, "year": YEAR, "until": today()}
    assert counted(**asked) == {"projects": 1, "money": 100_000_000, "results_here": 1}
    assert listed("money", **asked).count() == 2
    assert table(world.actor(*OTHER), year=YEAR) == []
    assert len(table(world.actor(*CUC), year=YEAR)) == 2
    actions.withdraw_combination(row_id=second.pk, by=actor, version=1, reason="Ghi nhầm đề án")
    with pytest.raises(Stale):
        actions.correct_combination(row_id=second.pk, by=actor, version=1, fields=row_fields(of))
    assert of_project(project).untold == 70_000_000
    actions.correct_combination(row_id=first.pk, by=actor, version=1, fields=row_fields(of, amount=100_000_000))
    assert counted(**asked)["money"] == 100_000_000


def test_what_is_refused(world):
    project, of = with_other(world), programme(world)
    for changed, words in (
        ({"year": YEAR - 2}, "không có năm"),
        ({"amount": 0}, "số tiền, hoặc kết quả"),
        ({"result": "Việc làm"}, "gồm tên, số lượng"),
        ({"content": " "}, "nội dung và chứng từ"),
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
