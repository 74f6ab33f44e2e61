"""Two at the same moment: one sheet, one answer, one decision."""

import pytest

from khuyencong.effects import actions
from khuyencong.effects.models import SheetState
from khuyencong.effects.tests.asking import answered, fresh, judge, link, officer, sheet_of, told
from khuyencong.testing import at_once, build_world, kinds

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_two_taps_on_one_button_are_one_answer():
    sheet = sheet_of(build_world())
    link(sheet)
    key = sheet.links.get().pk

    def tap():
        actions.answer_by_link(link_id=key, version=sheet.version, told=told(), origin="web")

    assert kinds(at_once(tap, tap)) == ["NoneType", "NoneType"]
    assert sheet.answers.count() == 1
    assert sheet.measures.count() == len(told().values)


def test_two_phones_with_different_figures_do_not_overwrite_each_other():
    sheet = sheet_of(build_world())
    link(sheet)
    key = sheet.links.get().pk

    def say(income):
        return lambda: actions.answer_by_link(
            link_id=key, version=sheet.version, told=told(income=income), origin="web"
        )

    assert kinds(at_once(say(8_000_000), say(9_000_000))) == ["NoneType", "Stale"]
    assert sheet.answers.count() == 1


def test_an_answer_and_a_confirmation_meet_in_order():
    world = build_world()
    sheet = answered(world)
    by, writer = judge(world), officer(world)

    def confirm():
        actions.confirm(sheet_id=sheet.pk, by=by, version=sheet.version)

    def correct():
        actions.record_by_phone(
            sheet_id=sheet.pk, by=writer, version=sheet.version, told=told(income=7_000_000), told_by="bà Ví Dụ"
        )

    assert kinds(at_once(confirm, correct)) == ["NoneType", "Stale"]
    found = fresh(sheet)
    assert (found.state == SheetState.CONFIRMED) == (found.income == 8_000_000)
