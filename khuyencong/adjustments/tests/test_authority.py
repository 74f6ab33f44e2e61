"""Who decides on which change: national and local, single and group, found from the difference alone."""

from dataclasses import replace
from datetime import date

import pytest

from khuyencong.adjustments.kinds import kinds_of, ruled
from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.proposal import changed_by, lines_now
from khuyencong.adjustments.tests import steps
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.money import MILLION
from khuyencong.law.authority import Case, Change, Level, authority_for
from khuyencong.testing import make_establishment, make_project

SOURCES = ("national", "local")


def first(project):
    return project.beneficiaries.first().establishment_id


def swap(world, adjustment):
    """Somebody leaves, somebody comes with the same money."""
    project, gone = adjustment.project, first(adjustment.project)
    steps.turn(world, adjustment, gone)
    new = steps.newcomer(world, adjustment)
    kept = [one for one in lines_now(project) if one.establishment != gone]
    taken = [replace(one, line=None, establishment=new.pk) for one in lines_now(project) if one.establishment == gone]
    steps.estimate(world, adjustment, [*kept, *taken])


def shift(world, adjustment):
    """Another cost, the same support."""
    one, *rest = lines_now(adjustment.project)
    steps.estimate(world, adjustment, [replace(one, content="Máy khác cùng loại"), *rest])


def more(world, adjustment):
    steps.give(world, adjustment.project, 100 * MILLION)
    steps.estimate(world, adjustment, steps.supported(adjustment.project, 210 * MILLION))


CHANGES = {
    Change.MORE_SUPPORT: more,
    Change.LESS_SUPPORT: lambda w, a: steps.estimate(w, a, steps.supported(a.project, 150 * MILLION)),
    Change.ACTIVITY: lambda w, a: steps.write(w, a, substance=True),
    Change.NEXT_YEAR: lambda w, a: steps.write(w, a, ends_on=date(today().year + 2, 6, 30)),
    Change.TIME: lambda w, a: steps.write(w, a, ends_on=a.project.ends_on.replace(day=1)),
    Change.PLACE: lambda w, a: steps.write(w, a, place_text="ấp Khác"),
    Change.COOPERATION: lambda w, a: steps.write(w, a, cooperating_unit="Phòng Kinh tế"),
    Change.BENEFICIARY: swap,
    Change.ESTIMATE: shift,
    Change.OTHER: lambda w, a: steps.write(w, a, content="Mua máy, chạy thử, nghiệm thu sớm."),
}
HIGH = {Change.MORE_SUPPORT, Change.ACTIVITY, Change.NEXT_YEAR}
OF_SO = {Change.PLACE, Change.COOPERATION, Change.BENEFICIARY}  # of a group, TT 36/2013 Đ11.4


def expected(kind, source, beneficiaries):
    if source == "local":
        return Level.COMMITTEE if kind in HIGH else Level.DEPARTMENT
    if kind in HIGH:
        return Level.MINISTRY
    return Level.DEPARTMENT if beneficiaries > 1 and kind in OF_SO else Level.AGENCY


@pytest.mark.parametrize("beneficiaries", [1, 2])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("kind", CHANGES)
def test_each_change_goes_to_its_level_and_is_decided_there(world, kind, source, beneficiaries):
    project = make_project(world, state="approved", source=source, beneficiaries=beneficiaries)
    adjustment = steps.begin(world, project)
    CHANGES[kind](world, adjustment)
    adjustment.refresh_from_db()
    assert kinds_of(changed_by(adjustment)) == (kind,)
    steps.propose(world, adjustment)
    adjustment.refresh_from_db()
    level = expected(kind, source, beneficiaries)
    assert adjustment.level == level
    assert adjustment.needs_opinion == (level in {Level.AGENCY, Level.MINISTRY})
    if adjustment.needs_opinion:
        with pytest.raises(Refused, match="Sở Công Thương phải có ý kiến trước"):
            steps.decide(world, adjustment)
        steps.endorse(world, adjustment)
    else:
        with pytest.raises(Refused, match="Không thể «Ghi ý kiến của Sở»"):
            steps.endorse(world, adjustment)
    done = steps.decide(world, adjustment)
    assert done.state == "decided"


def test_highest_of_several_changes_decides(world):
    project = make_project(world, state="approved", source="national")
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác", ends_on=date(today().year + 2, 6, 30))
    steps.propose(world, adjustment)
    adjustment.refresh_from_db()
    assert [one.kind for one in ruled(changed_by(adjustment), today())] == [Change.NEXT_YEAR, Change.PLACE]
    assert adjustment.level == Level.MINISTRY


def test_group_sent_straight_to_the_agency_has_no_department_to_decide(world):
    """TT 36/2013 Đ11.4 speaks of what Sở had appraised."""
    project = make_project(world, state="approved", source="national", unit="region", beneficiaries=2)
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác")
    steps.propose(world, adjustment)
    adjustment.refresh_from_db()
    assert (adjustment.level, adjustment.needs_opinion) == (Level.AGENCY, False)
    assert steps.decide(world, adjustment).state == "decided"


@pytest.mark.parametrize("source", SOURCES)
def test_naming_is_decided_by_the_department(world, source):
    project = steps.group(world, source=source)
    adjustment = steps.begin(world, project)
    new = steps.newcomer(world, adjustment)
    common = lines_now(project)[0]
    rest = replace(common, total=1200 * MILLION, support=400 * MILLION, counterpart=800 * MILLION)
    steps.estimate(world, adjustment, [rest, steps.line(new.pk, 200 * MILLION, 600 * MILLION)])
    adjustment.refresh_from_db()
    assert kinds_of(changed_by(adjustment)) == (Change.NAMING,)
    done = steps.through(world, adjustment)
    assert (done.level, done.state) == (Level.DEPARTMENT, "decided")


def test_naming_that_costs_more_goes_to_whoever_grants_more(world):
    project = steps.group(world, source="national")
    steps.give(world, project, 100 * MILLION)
    adjustment = steps.begin(world, project)
    new = steps.newcomer(world, adjustment)
    steps.estimate(world, adjustment, [lines_now(project)[0], steps.line(new.pk, 50 * MILLION, 600 * MILLION)])
    steps.propose(world, adjustment)
    adjustment.refresh_from_db()
    assert adjustment.level == Level.MINISTRY
    assert Change.MORE_SUPPORT in kinds_of(changed_by(adjustment))


def test_level_above_is_never_reached_by_declaring_less(world):
    """The kinds follow from the difference, so that nobody can call more support a change of place."""
    project = make_project(world, state="approved", source="national")
    steps.give(world, project, 100 * MILLION)
    adjustment = steps.begin(world, project, reason="Chỉ đổi địa điểm.")
    steps.write(world, adjustment, place_text="ấp Khác")
    steps.estimate(world, adjustment, steps.supported(project, 201 * MILLION))
    steps.propose(world, adjustment)
    assert Adjustment.objects.get(pk=adjustment.pk).level == Level.MINISTRY


@pytest.mark.parametrize("kind", Change)
@pytest.mark.parametrize("group", [True, False])
@pytest.mark.parametrize("source", SOURCES)
def test_table_answers_for_every_change(kind, group, source):
    found = authority_for(kind, Case(source, group, appraised_by_department=True), today())
    assert found.article
    read = source == "national" and (group or kind is not Change.NAMING)  # only a group has anybody to name
    assert (found.verified, bool(found.note)) == (read, not read)
    if kind in {Change.ADDITION, Change.STOP}:
        assert found.level == (Level.MINISTRY if source == "national" else Level.COMMITTEE)


def test_table_answers_for_no_day_before_the_circular():
    with pytest.raises(Refused, match="Chưa có quy định"):
        authority_for(Change.PLACE, Case("national", group=False, appraised_by_department=True), date(2014, 2, 9))


def test_merged_establishment_is_not_taken_in(world):
    project = make_project(world, state="approved", beneficiaries=2)
    adjustment = steps.begin(world, project)
    merged, kept = make_establishment(world), make_establishment(world)
    steps.newcomer(world, adjustment, merged)
    steps.estimate(
        world,
        adjustment,
        [*steps.supported(project, 100 * MILLION), steps.line(merged.pk, 100 * MILLION, 600 * MILLION)],
    )
    merged.__class__.objects.filter(pk=merged.pk).update(merged_into=kept)
    with pytest.raises(Refused, match="hồ sơ đã được gộp"):
        steps.propose(world, adjustment)


def test_one_establishment_under_two_entries_is_found(world):
    """The entry that is in the đề án was merged into the one that is named now."""
    project = make_project(world, state="approved", beneficiaries=2)
    adjustment = steps.begin(world, project)
    kept = steps.newcomer(world, adjustment)
    old = project.beneficiaries.first().establishment
    lines = [*steps.supported(project, 100 * MILLION), steps.line(kept.pk, 100 * MILLION, 600 * MILLION)]
    steps.estimate(world, adjustment, lines)
    old.__class__.objects.filter(pk=old.pk).update(merged_into=kept)
    with pytest.raises(Refused, match="là một cơ sở"):
        steps.propose(world, adjustment)
