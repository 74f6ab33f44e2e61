"""A result that the other programme reports is in no count of khuyến công, which says how many there are; the rows are a table."""

from types import SimpleNamespace

import pytest

from khuyencong.combining.actions import withdraw_combination
from khuyencong.combining.figures import DAY_OF
from khuyencong.combining.models import LeftTo
from khuyencong.combining.tests.making import OFFICER, YEAR, combine, programme, with_other
from khuyencong.core.dates import today
from khuyencong.periods.others import other_lines
from khuyencong.programmes.indicators import indicator
from khuyencong.programmes.models import Programme
from khuyencong.programmes.tests.writing import enter
from khuyencong.progress.counting import Asked, Scope
from khuyencong.progress.held import count_held, held_behind, left_out
from khuyencong.reporting.activities import BY_CODE, done
from khuyencong.reporting.figures import Question
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.training.tests import making as training

pytestmark = pytest.mark.django_db
QUESTION = Question(period=Period(PeriodKind.YEAR, YEAR))
LIST = "/ket-qua/hoat-dong/danh-sach/"


def test_what_the_other_programme_reports_is_left_out_and_named(world, visit):
    course = training.running(world)
    training.attended(world, course, training.enter(world, course), training.enter(world, course, "Người Thứ Hai"))
    course = training.finished(world, course)
    other = training.running(world)
    training.attended(world, other, training.enter(world, other))
    training.finished(world, other)
    subject = BY_CODE["dao-tao"]
    assert done(subject, QUESTION).total[0] == 2
    scope = Scope(
        Programme.objects.select_related("agency__province").get(pk=enter(world).pk),
        world.actor("dong-thap", "officer"), today(),
    )  # fmt: skip
    asked = Asked(indicator("vocational_training"), YEAR, YEAR)
    assert count_held(scope, asked) == 3  # people
    result = {"amount": 0, "result": "Lớp nghề", "quantity": 1, "unit": "lớp"}
    combine(world, course.project, programme(world), **result)  # reported here: nothing changes
    assert done(subject, QUESTION).total[0] == 2
    row = combine(
        world,
        course.project,
        programme(world, name="Chương trình Kia"),
        **result,
        counted_by="there",
        left_to="dao-tao",
    )
    found = done(subject, QUESTION)
    assert (found.total[0], found.left_out) == (1, 1)
    assert done(subject, QUESTION, actor=world.actor(*OFFICER)).total[0] == 1
    assert (count_held(scope, asked), list(held_behind(scope, asked)), left_out(scope, asked)) == (
        1,
        [training.fresh(other)],
        1,
    )
    reader = visit(world.actor("dong-thap", "officer"))
    page = " ".join(reader.get(LIST, {"year": YEAR, "muc": "dao-tao"}).content.decode().split())
    assert f"Không tính 1 {subject.one} do" in page
    assert course.get_absolute_url() not in page
    lines = other_lines(SimpleNamespace(by_hand=False), QUESTION)
    assert [one.value for one in lines if one.label.startswith("Không tính")] == [1]
    withdraw_combination(row_id=row.pk, by=world.actor(*OFFICER), version=1, reason="Nhầm")
    assert (done(subject, QUESTION).total[0], done(subject, QUESTION).left_out) == (2, 0)


def test_the_rows_are_a_table_of_their_own_and_once_in_a_year(world):
    project, of = with_other(world), programme(world)
    combine(world, project, of)
    combine(world, project, of, amount=0, result="Việc làm", quantity=5, unit="người", counted_by="there")
    combine(world, with_other(world, state="draft"), of)  # not approved
    subject = BY_CODE["long-ghep"]
    found = done(subject, QUESTION)
    assert (found.total, [line[0] for line in found.lines()]) == ((2, 30_000_000, 0, 1), ["Đồng Tháp"])
    quarters = [
        done(subject, Question(period=Period(PeriodKind.QUARTER, YEAR, number))).total[0] for number in range(1, 5)
    ]
    assert quarters == [2, 0, 0, 0]


def test_what_may_be_left_to_others_are_subjects_of_reports():
    assert set(DAY_OF) == set(LeftTo.values)
    assert set(DAY_OF) <= set(BY_CODE)
