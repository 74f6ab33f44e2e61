"""Priority of a đề án: written with its article, counted only with its decision, told on the sheet."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.projects import actions
from khuyencong.projects.support import beneficiaries_of, priority_basis, reckon, sheets_for
from khuyencong.testing import make_project

PLACE = "difficult_area"
DECISION = "Công văn 12/UBND-KT"


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


def write(project, by, **fields):
    actions.update_project(project_id=project.pk, by=by, version=project.version, fields=fields)
    project.refresh_from_db()


def posted(project, **changed):
    """What the form needs to be taken, and what is changed."""
    needed = {"version": project.version, "name": project.name, "kind": project.kind, "activity": project.activity}
    return {**needed, **changed}


def sheet_of(project):
    (found,) = sheets_for(project, beneficiaries_of(project), project.lines.all(), on=today())
    return found.sheet


@pytest.mark.parametrize(
    ("decision", "place", "counts", "code"),
    [
        (DECISION, PLACE, True, "priority_unverified"),
        (DECISION, "", True, "priority_without_basis"),
        ("", PLACE, False, "priority_not_approved"),
    ],
)
def test_multiplier_counts_only_with_its_decision(world, officer, decision, place, counts, code):
    project = make_project(world, total=1_000 * MILLION)
    write(
        project, officer,
        priority_place=place, priority_multiplier=Decimal("1.5"), priority_decision=decision,
    )  # fmt: skip
    sheet = sheet_of(project)
    assert sheet.multiplier == (Fraction(3, 2) if counts else 1)
    assert sheet.allowed == (450 if counts else 300) * MILLION
    assert code in {one.code for one in sheet.findings}


def test_basis_names_place_and_trade_with_their_articles_and_the_decision(world, officer):
    project = make_project(world)
    assert priority_basis(project) == ""
    write(project, officer, priority_decision=DECISION)
    assert priority_basis(project) == ""
    write(project, officer, priority_place=PLACE, priority_trade="certified_key_export_local")
    basis = priority_basis(project)
    assert basis.count("46/2012/TT-BCT") == 2
    assert basis.endswith(DECISION)
    write(project, officer, priority_multiplier=Decimal("1.5"))
    assert any(basis in step.formula for step in sheet_of(project).steps)


def test_form_offers_places_and_trades_with_articles_folded_until_used(world, officer, visit):
    project = make_project(world)
    client, url = visit(officer), reverse("project_edit", args=[project.code])
    page = client.get(url).content.decode()
    assert "điểm d khoản 1 Điều 6 Thông tư 46/2012/TT-BCT" in page
    assert "chỉ được tính khi đã ghi văn bản chấp thuận" in page
    assert "<details" in page
    assert 'kc-fold" open' not in page
    assert client.post(url, posted(project, priority_place=PLACE, priority_multiplier="1,25")).status_code == 302
    project.refresh_from_db()
    assert (project.priority_place, project.priority_multiplier) == (PLACE, Decimal("1.25"))
    assert client.get(url).content.decode().count('kc-fold" open') == 1
    event = AuditEvent.objects.latest("seq")
    assert (event.before["priority_multiplier"], event.after["priority_multiplier"]) == ("1", "1.25")
    overview = client.get(project.get_absolute_url()).content.decode()
    assert "1,25 – chưa có văn bản chấp thuận nên chưa được tính" in overview


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("priority_place", "moon"),
        ("priority_trade", "x"),
        ("priority_multiplier", "0,5"),
        ("priority_multiplier", "2,5"),
        ("priority_multiplier", "1,234"),
        ("priority_multiplier", "gấp rưỡi"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_the_group_stands_open(world, officer, visit, name, value):
    project = make_project(world)
    url = reverse("project_edit", args=[project.code])
    answer = visit(officer).post(url, posted(project, **{name: value}))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {name}
    assert answer.content.decode().count('kc-fold" open') == 1


def test_unchanged_priority_leaves_no_trace_in_the_trail(world, officer):
    project = make_project(world)
    write(project, officer, aims="Khác", priority_multiplier=Decimal(1))
    event = AuditEvent.objects.latest("seq")
    changed = {name for name in event.after if event.before.get(name) != event.after[name]}
    assert changed == {"aims", "version"}


def test_what_every_sheet_of_a_group_says_is_said_once(world, officer):
    project = make_project(world, beneficiaries=3)
    write(project, officer, priority_place=PLACE, priority_multiplier=Decimal("1.5"), priority_decision="")
    found = reckon(project, beneficiaries_of(project), project.lines.all(), on=today())
    assert [len(one.sheet.findings) > 0 for one in found.sheets] == [True] * 3
    assert [one.code for one in found.findings].count("priority_not_approved") == 1
