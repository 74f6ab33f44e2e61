"""Consulting paid by khuyến công: what follows from costs that are not all known, putting right, taking back, figures."""

from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.consulting import actions, queries
from khuyencong.consulting.figures import advice_between, given_advice
from khuyencong.consulting.shown import advice_panel
from khuyencong.consulting.tests.making import CENTRE, MILLION, OFFICER, advice_fields, advised, advised_project, fresh
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db
SO = ("dong-thap", "officer")


def terms_of(world, project):
    (_, found), *rest = advice_panel(world.actor(*SO), project)["parts"]
    assert not rest
    return found


def test_half_finished_consulting_raises_no_alarm(world, visit):
    project = advised_project(world)
    first = advised(world, project, cost=20 * MILLION)
    advised(world, project, cost=None)
    found = terms_of(world, project)
    assert (found.by_cost, found.unknown, found.exceeds) == (10 * MILLION, 1, False)
    page = visit(world.actor(*SO)).get(first.get_absolute_url()).content.decode()
    assert "20.000.000 đồng; còn 1 lần chưa biết chi phí" in page
    assert "ít hơn 30.000.000 đồng" not in page


def test_the_amount_is_reckoned_with_the_norm_that_is_shown(world):
    """The frozen calculation, as the acceptance will use it, whatever the book says today."""
    project = advised_project(world)
    advised(world, project, cost=60 * MILLION)
    found = terms_of(world, project)
    assert (found.norm.rate, found.by_cost, found.exceeds) == (Fraction(1, 2), 30 * MILLION, False)
    row = project.sheets.get()
    row.sheet["norm"]["rate"] = [3, 10]
    project.sheets.filter(pk=row.pk).update(sheet=row.sheet)
    found = terms_of(world, project)
    assert (found.norm.rate, found.by_cost, found.exceeds) == (Fraction(3, 10), 18 * MILLION, True)


def test_queries_do_not_grow_with_establishments(world):
    counts = []
    for many in (1, 3):
        project = make_project(
            world, state="in_progress", source="national", activity="consulting", total=60 * MILLION, support=30 * MILLION,
            beneficiaries=many,
        )  # fmt: skip
        for part in project.beneficiaries.all():
            actions.record_advice(
                by=world.actor(*OFFICER), creation_key=uuid4(), project=project,
                fields=advice_fields(project, beneficiary=part.pk),
            )  # fmt: skip
        again = Project.objects.get(pk=project.pk)
        with CaptureQueriesContext(connection) as asked:
            panel = advice_panel(world.actor(*OFFICER), again)
            assert len(panel["parts"]) == many
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_putting_right_and_taking_back(world, visit):
    """What may be written may be put right as long; what was taken back is in no figure."""
    project = advised_project(world)
    kept, wrong = advised(world, project), advised(world, project, cost=5 * MILLION)
    by, year = world.actor(*OFFICER), today().year
    fields = advice_fields(project, beneficiary=str(kept.beneficiary_id), subject="Viết lại", days=Decimal("0.5"))
    Beneficiary.objects.filter(project=project).update(left_on=today())
    Project.objects.filter(pk=project.pk).update(state="settled")
    correct = {"advice_id": kept.pk, "by": by, "version": 1}
    # The establishment has left the đề án since: what was done for it can still be written right.
    actions.correct_advice(**correct, fields=fields)
    page = visit(by).get(reverse("advice_edit", args=[kept.pk])).content.decode()
    assert f'value="{kept.beneficiary_id}" selected' in page
    take_back = {"advice_id": wrong.pk, "version": 1}
    with pytest.raises(NotAllowed):
        actions.withdraw_advice(**take_back, by=world.actor(CENTRE, "leader"), reason="Nhầm")
    with pytest.raises(Refused, match="lý do"):
        actions.withdraw_advice(**take_back, by=by, reason=" ")
    url = reverse("advice_withdraw", args=[wrong.pk])
    assert visit(world.actor("phu-tho", "officer")).get(url).status_code == 404
    assert visit(by).post(url, {"version": 1, "reason": "Ghi hai lần"}).status_code == 302
    with pytest.raises(Stale):
        actions.withdraw_advice(**take_back, by=by, reason="Nhầm")
    with pytest.raises(Refused, match="đã được bỏ"):
        actions.correct_advice(advice_id=wrong.pk, by=by, version=2, fields=fields)
    assert list(advice_between(today(), today())) == list(given_advice(by, year, today())) == [fresh(kept)]
    assert [one.recorded_cost for _, one in advice_panel(by, project)["parts"]] == [60 * MILLION]
    assert "Ghi hai lần" in visit(by).get(wrong.get_absolute_url()).content.decode()


def test_a_year_that_no_calendar_has_is_not_asked(world, visit):
    for text in ("99999", "0", "1989", "2101"):
        assert queries.read_filters({"year": text}).year is None
        assert visit(world.actor(*OFFICER)).get(reverse("consulting"), {"year": text}).status_code == 200
    assert queries.read_filters({"year": "2026"}).year == 2026
