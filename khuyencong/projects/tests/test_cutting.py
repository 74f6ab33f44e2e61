"""Giving a đề án less than it asked for: the estimate afterwards, every refusal, who is told, what the trail keeps."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.normbook.book import current_book
from khuyencong.notices.models import Notice
from khuyencong.projects.actions import cut_support
from khuyencong.projects.cutting import Limit, grant, limits_of
from khuyencong.projects.models import EstimateLine, Project
from khuyencong.projects.support import beneficiaries_of
from khuyencong.testing import give_money, make_project, put_in_new_plan

APPRAISER = ("dong-thap", "appraiser")


@pytest.fixture
def project(world):
    """Two beneficiaries who ask for 200 of 600 triệu each, appraised."""
    return make_project(world, state="base_appraised", beneficiaries=2)


@pytest.fixture
def cut(world):
    """`cut(project, amount)` by an appraiser of the Sở, with a reason."""

    def do(project, amount, who=APPRAISER, reason="Cân đối hạn mức.", version=None):
        project.refresh_from_db()
        return cut_support(
            project_id=project.pk, version=version or project.version, by=world.actor(*who), amount=amount,
            reason=reason,
        )  # fmt: skip

    return do


def lines_of(project):
    return list(project.lines.values_list("total", "support", "counterpart", "asked"))


def test_cut_lowers_support_and_raises_what_the_beneficiary_pays(project, cut):
    cut(project, 300 * MILLION + 1)
    assert lines_of(project) == [
        (600 * MILLION, 150 * MILLION + 1, 450 * MILLION - 1, 200 * MILLION),
        (600 * MILLION, 150 * MILLION, 450 * MILLION, 200 * MILLION),
    ]


def test_cut_is_the_same_whatever_was_granted_before(project, cut):
    cut(project, 300 * MILLION + 1)
    once = lines_of(project)
    cut(project, 17)
    cut(project, 300 * MILLION + 1)
    assert lines_of(project) == once


def test_cut_can_be_taken_back_to_what_was_asked(project, cut):
    before = lines_of(project)
    cut(project, 100 * MILLION)
    cut(project, 400 * MILLION, reason="")
    assert lines_of(project) == before


def test_cut_keeps_what_was_asked_in_the_frozen_sheets(project, cut):
    cut(project, 100 * MILLION)
    assert [sheet.asked for sheet in project.sheets.all()] == [200 * MILLION] * 2


def test_cut_is_in_the_trail_with_its_reason_and_the_unit_is_told(project, cut):
    cut(project, 100 * MILLION)
    event = AuditEvent.objects.get(action="project.cut_support")
    assert (event.thread, event.note) == (project.thread, "Cân đối hạn mức.")
    assert event.before["kinh phí khuyến công"] == 400 * MILLION
    assert event.after["kinh phí khuyến công"] == 100 * MILLION
    assert event.after["dòng"][0] == {
        "nội dung": "Máy thử nghiệm 1", "khuyến công": 50 * MILLION, "đóng góp": 550 * MILLION,
    }  # fmt: skip
    notice = Notice.objects.get()
    assert notice.user == project.in_charge
    assert "từ 400.000.000 thành 100.000.000 đồng. Lý do: Cân đối hạn mức." in notice.sentence


def test_officers_of_the_unit_are_told_where_nobody_is_in_charge(world, project, cut):
    Project.objects.filter(pk=project.pk).update(in_charge=None)
    cut(project, 100 * MILLION)
    assert Notice.objects.get().user == world.actor("dong-thap-centre", "officer").user


@pytest.mark.parametrize(
    ("amount", "reason", "sentence"),
    [
        (0, "Lý do", "phải lớn hơn 0"),
        (-1, "Lý do", "phải lớn hơn 0"),
        (400 * MILLION + 1, "Lý do", "không quá số đề nghị 400.000.000 đồng"),
        (400 * MILLION, "Lý do", "đã là 400.000.000 đồng"),
        (100 * MILLION, "  ", "Hãy ghi lý do cắt giảm"),
    ],
)
def test_cut_that_cannot_be_is_refused(project, cut, amount, reason, sentence):
    before = lines_of(project)
    with pytest.raises(Refused, match=sentence):
        cut(project, amount, reason=reason)
    assert lines_of(project) == before


def test_cut_beyond_what_the_law_allows_today_is_refused(project, cut):
    """As if the norm had become lower since: half of 300 triệu for each, where 200 were asked."""
    EstimateLine.objects.filter(project=project).update(total=300 * MILLION, counterpart=100 * MILLION)
    with pytest.raises(Refused, match=r"tối đa 300\.000\.000 đồng"):
        cut(project, 350 * MILLION)
    cut(project, 300 * MILLION)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved", "in_progress"])
def test_cut_only_after_appraisal_and_before_approval(world, cut, state):
    project = make_project(world, state=state)
    with pytest.raises(Refused):
        cut(project, 100 * MILLION)


def test_cut_of_what_is_in_a_plan_is_refused(world, project, cut):
    give_money(world, agency="dong-thap", source="local", year=project.year, amount=MILLION)
    put_in_new_plan(world, project)
    with pytest.raises(Refused, match="đang nằm trong một kế hoạch"):
        cut(project, 100 * MILLION)


@pytest.mark.parametrize(
    "who",
    [("dong-thap", "leader"), ("dong-thap", "accountant"), ("dong-thap-centre", "officer"), ("phu-tho", "appraiser"),
     ("national", "appraiser")],
)  # fmt: skip
def test_cut_is_for_whoever_plans_the_money(project, cut, who):
    with pytest.raises(NotAllowed):
        cut(project, 100 * MILLION, who=who)


def test_cut_of_an_older_version_is_stale(project, cut):
    with pytest.raises(Stale):
        cut(project, 100 * MILLION, version=project.version - 1)


def test_grant_never_gives_a_share_more_than_the_law_allows():
    first = [EstimateLine(total=100, support=60, counterpart=40), EstimateLine(total=100, support=40, counterpart=60)]
    second = [EstimateLine(total=200, support=100, counterpart=100)]
    grant([Limit(tuple(first), 20), Limit(tuple(second), None)], 90)
    assert [line.support for line in (*first, *second)] == [9, 6, 75]
    assert all(line.total == line.support + line.counterpart for line in (*first, *second))
    with pytest.raises(ValueError, match="121"):
        grant([Limit(tuple(first), 20), Limit(tuple(second), None)], 121)


def test_limits_are_those_of_the_estimate_as_it_was_asked_for(world, project, cut):
    cut(project, 100 * MILLION)
    limits = limits_of(
        project,
        beneficiaries_of(project),
        project.lines.all(),
        year=project.year,
        on=today() + timedelta(days=1),
        book=current_book(),
    )
    assert [(limit.asked, limit.allowed, limit.most) for limit in limits] == [
        (200 * MILLION, 300 * MILLION, 200 * MILLION)
    ] * 2


@pytest.fixture
def of_two_years(project):
    """Each beneficiary asks for 120 triệu of the plan year and 80 triệu of the next, out of 600 in all."""
    for line in project.lines.all():
        later = EstimateLine.objects.get(pk=line.pk)
        later.pk, later.year = None, project.year + 1
        later.total, later.support, later.counterpart = 200 * MILLION, 80 * MILLION, 120 * MILLION
        later.save()
    project.lines.filter(year=None).update(total=400 * MILLION, support=120 * MILLION, counterpart=280 * MILLION)
    Project.objects.filter(pk=project.pk).update(ends_on=today().replace(year=project.year + 1, month=6, day=1))
    project.refresh_from_db()
    return project


def by_year(project):
    rows = project.lines.order_by("year", "pk").values_list("year", "support", "counterpart", "asked")
    found = {}
    for year, *amounts in rows:
        found.setdefault(year, []).append(tuple(amounts))
    return found


def test_cut_of_several_years_lowers_the_plan_year_alone(of_two_years, cut):
    later = by_year(of_two_years)[of_two_years.year + 1]
    cut(of_two_years, 100 * MILLION)
    assert by_year(of_two_years) == {
        None: [(50 * MILLION, 350 * MILLION, 120 * MILLION)] * 2,
        of_two_years.year + 1: later,
    }
    cut(of_two_years, 240 * MILLION, reason="")
    assert by_year(of_two_years)[None] == [(120 * MILLION, 280 * MILLION, None)] * 2


def test_plan_year_of_several_asks_for_no_more_than_its_own_part(of_two_years, cut):
    with pytest.raises(Refused, match=r"không quá số đề nghị 240\.000\.000 đồng"):
        cut(of_two_years, 240 * MILLION + 1)


def test_plan_year_gets_what_the_law_leaves_after_the_later_years(of_two_years, cut):
    """The norm lets each have half of 300 triệu = 150; the next year takes 80 of them, 70 are left for this one."""
    of_two_years.lines.filter(year=None).update(total=220 * MILLION, counterpart=100 * MILLION)
    of_two_years.lines.exclude(year=None).update(total=80 * MILLION, counterpart=0)
    with pytest.raises(Refused, match=r"tối đa 140\.000\.000 đồng"):
        cut(of_two_years, 141 * MILLION)
    cut(of_two_years, 140 * MILLION)
    assert [support for support, _, _ in by_year(of_two_years)[None]] == [70 * MILLION] * 2


def test_database_refuses_a_cut_that_gives_more_than_was_asked(project):
    with pytest.raises(IntegrityError), transaction.atomic():
        project.lines.update(asked=200 * MILLION)
