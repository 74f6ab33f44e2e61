"""Which sheets there are, and what they know from the start."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from khuyencong.core.money import MILLION
from khuyencong.delivery.models import Acceptance
from khuyencong.delivery.tests.spot import one, take, take_back
from khuyencong.effects.figures import CODES, asked, load, questions_for
from khuyencong.effects.models import EffectMeasure, EffectSheet, Moment, SheetState, Source
from khuyencong.effects.opening import accepted_of, months_later, open_sheets
from khuyencong.effects.tests.asking import answered
from khuyencong.law.catalogue import catalogue
from khuyencong.law.yamlfile import LawFileError
from khuyencong.projects.indicators import INDICATORS
from khuyencong.projects.models import ExpectedIndicator
from khuyencong.testing import advance_to, make_project


def moments_of(project):
    return list(project.effect_sheets.order_by("pk").values_list("moment", flat=True))


def test_approval_opens_what_was_before_and_acceptance_the_rest(world):
    project = make_project(world, state="approved")
    assert moments_of(project) == [Moment.BASELINE]

    advance_to(world, project, "accepted")
    assert moments_of(project) == list(Moment)

    due = dict(project.effect_sheets.values_list("moment", "due_on"))
    accepted = project.acceptances.get().accepted_on
    assert due[Moment.ACCEPTANCE] == accepted
    assert due[Moment.AFTER_12] == months_later(accepted, 12)
    assert due[Moment.AFTER_24] == months_later(accepted, 24)


def test_every_beneficiary_has_its_own_with_its_own_money(world):
    project = make_project(world, state="accepted", beneficiaries=2)

    assert EffectSheet.objects.filter(moment=Moment.AFTER_12).count() == 2
    assert set(project.effect_sheets.filter(moment=Moment.AFTER_12).values_list("support", "cost")) == {
        (200 * MILLION, 600 * MILLION)
    }


def test_opening_again_adds_nothing_and_mends_the_money(world):
    project = make_project(world, state="settled")
    project.effect_sheets.update(support=1, cost=None)

    assert open_sheets(project) == []
    assert set(project.effect_sheets.values_list("support", "cost")) == {(200 * MILLION, 600 * MILLION)}


def test_an_acceptance_taken_back_makes_nothing_due(world):
    project = make_project(world, state="accepted")
    take_back(world, project.acceptances.get())
    rows = project.effect_sheets.exclude(moment=Moment.BASELINE)
    assert set(rows.values_list("support", "cost", "due_on")) == {(None, None, None)}
    assert project.effect_sheets.filter(support=None).count() == 4

    on = take(world, project, one(project, cost=300 * MILLION)).accepted_on
    due = dict(project.effect_sheets.values_list("moment", "due_on"))
    assert (due[Moment.ACCEPTANCE], due[Moment.AFTER_12]) == (on, months_later(on, 12))
    assert set(project.effect_sheets.values_list("support", "cost")) == {(150 * MILLION, 300 * MILLION)}


def test_who_was_accepted_for_nothing_got_nothing_and_is_not_asked(world):
    project = make_project(world, state="in_progress", beneficiaries=2, support=100 * MILLION, total=300 * MILLION)
    first, second = project.beneficiaries.all()
    take(world, project, one(project, line=first.lines.get()), part=first)
    take(world, project, one(project, line=second.lines.get(), cost=0), part=second, undelivered="Thôi đầu tư.")
    rows = project.effect_sheets.filter(moment=Moment.AFTER_12).order_by("beneficiary")
    assert list(rows.values_list("support", flat=True)) == [100 * MILLION, 0]
    assert [one_.due_on is None for one_ in rows] == [False, True]


def test_a_record_of_the_past_has_the_cost_that_its_source_states(world):
    project = make_project(world, state="settled")
    project.recorded_from = "báo chí"
    Acceptance.all_ever.filter(project=project).update(project=make_project(world, state="in_progress"))
    assert {one_.cost for one_ in accepted_of(project, list(project.beneficiaries.all())).values()} == {600 * MILLION}
    project.lines.update(counterpart=0, total=F("support"))
    assert {one_.cost for one_ in accepted_of(project, list(project.beneficiaries.all())).values()} == {None}


def test_before_approval_there_is_nothing(world):
    assert moments_of(make_project(world, state="base_appraised")) == []


def test_the_dossier_answers_for_a_single_beneficiary(world):
    project = make_project(world, state="submitted")
    ExpectedIndicator.objects.filter(project=project).delete()
    for code, baseline in (("income", 6_000_000), ("workers", 12), ("jobs_new", None)):
        ExpectedIndicator.objects.create(
            project=project, code=code, unit=INDICATORS[code].unit, baseline=baseline, target=20
        )
    advance_to(world, project, "approved")

    sheet = project.effect_sheets.get()
    assert (sheet.income, sheet.workers, sheet.jobs_new, sheet.revenue) == (6_000_000, 12, None, None)
    assert {one.answer.source for one in sheet.measures.all()} == {Source.DOSSIER}
    assert sheet.state == SheetState.WAITING  # what the dossier does not say is still asked


def test_figures_of_a_group_belong_to_no_one_of_it(world):
    project = make_project(world, state="submitted", beneficiaries=2)
    ExpectedIndicator.objects.filter(project=project).delete()
    ExpectedIndicator.objects.create(
        project=project, code="workers", unit=INDICATORS["workers"].unit, baseline=30, target=40
    )
    advance_to(world, project, "approved")

    assert list(project.effect_sheets.values_list("workers", flat=True)) == [None, None]


def test_months_later_stays_in_the_month():
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2024, 12, 31), 24) == date(2026, 12, 31)
    assert months_later(date(2024, 11, 30), 3) == date(2025, 2, 28)


# --- the list of questions -------------------------------------------------------------------------------------------


def test_every_activity_is_asked_something_that_has_a_column_and_a_unit():
    columns = {field.name for field in EffectSheet._meta.get_fields()}
    assert set(CODES) <= columns
    for code in catalogue().activities:
        found = questions_for(code, baseline=False)
        assert found
        assert all(one.unit and one.text for one in found)


def test_before_nobody_is_asked_for_new_jobs():
    assert {one.code for one in questions_for("machinery", baseline=True)}.isdisjoint({"jobs_new", "jobs_kept"})
    assert "jobs_new" in asked().codes_of("machinery")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("questions:\n  - {code: gold, text: Vàng?}\nusual: []\n", "gold"),
        ("questions:\n  - {code: income, text: Bao nhiêu?}\nusual: [revenue]\n", "revenue"),
        ("questions: []\nusual: []\nactivities:\n  - {codes: [flying], asks: []}\n", "flying"),
    ],
)
def test_a_slip_in_the_list_is_named_with_its_line(tmp_path, text, word):
    path = tmp_path / "asked.yaml"
    path.write_text(text)
    with pytest.raises(LawFileError, match=word):
        load(path)


# --- the tables ------------------------------------------------------------------------------------------------------


def test_what_was_said_cannot_be_changed(world):
    sheet = answered(world)
    for rows in (EffectMeasure.objects.filter(sheet=sheet), sheet.answers.all()):
        for change in (lambda rows=rows: rows.update(sheet=sheet), lambda rows=rows: rows._raw_delete(rows.db)):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


def test_a_figure_below_zero_is_refused_by_the_database(world):
    sheet = answered(world)
    sheet.income = Decimal(-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        sheet.save()
