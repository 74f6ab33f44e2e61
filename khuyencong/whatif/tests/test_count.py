"""What a trial comes to, checked by hand, and how it is counted: in slices, once each, by whoever may."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count as numbers

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.law.norms import NormBook, shipped_norms
from khuyencong.projects.models import Project
from khuyencong.projects.support import beneficiaries_of, sheets_for
from khuyencong.testing import make_project
from khuyencong.whatif import actions
from khuyencong.whatif import count as counting
from khuyencong.whatif.changes import Change, Rule, scratch_book
from khuyencong.whatif.count import Sums, count_slice, law_day, tally_from
from khuyencong.whatif.models import Effect, Trial, TrialRow, TrialState
from khuyencong.whatif.queries import result_of
from khuyencong.whatif.tests.conftest import LOWER_CAP, OFFICER

SAME = Rule((None, "82", "87@2025"), Decimal(100))
HIGHER_CAP = Change("machinery", "82", Decimal(50), 400 * MILLION)


def millions(sums):
    """The money of some sums: asked, most allowed before and after, payable before and after."""
    amounts = (sums.asked, sums.before, sums.after, sums.within_before, sums.within_after)
    return tuple(amount // MILLION for amount in amounts)


def effects_of(trial):
    rows = TrialRow.objects.filter(trial=trial).order_by("project")
    return {
        row.project_id: (
            row.effect,
            *(amount // MILLION for amount in (row.asked, row.allowed_before, row.allowed_after)),
        )
        for row in rows
    }


# --- results ---------------------------------------------------------------------------------------------------------


def test_lower_cap_by_hand(five, trial_of, count):
    trial = count(trial_of())
    assert (trial.state, trial.total, trial.counted) == (TrialState.DONE, 5, 5)
    assert effects_of(trial) == {
        five.enough.pk: ("cheaper", 200, 300, 240),
        five.too_little.pk: ("inadmissible", 280, 300, 240),
        five.two.pk: ("inadmissible", 500, 560, 480),
    }
    result = result_of(trial)
    assert millions(result.total.sums) == (1480, 1810, 1610, 1480, 1420)
    assert (result.total.sums.projects, result.total.sums.affected) == (5, 3)
    assert {line.key: (line.sums.projects, *millions(line.sums)) for line in result.effects} == {
        "inadmissible": (2, 780, 860, 720, 780, 720),
        "cheaper": (1, 200, 300, 240, 200, 200),
        "dearer": (0, 0, 0, 0, 0, 0),
        "admitted": (0, 0, 0, 0, 0, 0),
        "unchanged": (2, 500, 650, 650, 500, 500),
    }
    assert {line.key: millions(line.sums) for line in result.activities} == {
        "demonstration_model": (300, 450, 450, 300, 300),
        "machinery": (1180, 1360, 1160, 1180, 1120),
    }


def test_higher_cap_by_hand(world, trial_of, count):
    more = make_project(world, total=1000 * MILLION, support=200 * MILLION)
    admitted = make_project(world, total=1000 * MILLION, support=350 * MILLION)
    still_over = make_project(world, total=1000 * MILLION, support=450 * MILLION)
    trial = count(trial_of(HIGHER_CAP))
    assert effects_of(trial) == {
        more.pk: ("dearer", 200, 300, 400),
        admitted.pk: ("admitted", 350, 300, 400),
        still_over.pk: ("dearer", 450, 300, 400),
    }
    assert result_of(trial).tally.over_already == 2


def test_province_without_a_norm(world, trial_of, count):
    """Phú Thọ's đề án name a norm of their own; without one there is nothing before, and the tried norm admits it."""
    declared = make_project(world, province="25", total=600 * MILLION, support=280 * MILLION)
    bare = make_project(world, province="25", total=600 * MILLION, support=200 * MILLION)
    Project.objects.filter(pk=bare.pk).update(declared_norm_document="")
    # The norm of Phú Thọ is that of 2026 where the release knows it: go where it knows none.
    Project.objects.update(year=2024)
    change = Change("machinery", "25", Decimal(50), 240 * MILLION)
    trial = trial_of(change, who=("phu-tho", "officer"), first_year=2024, last_year=2024)
    trial = count(trial, who=("phu-tho", "officer"))
    rows = {row.project_id: row for row in trial.rows.all()}
    assert rows[declared.pk].effect == Effect.INADMISSIBLE
    assert (rows[bare.pk].effect, rows[bare.pk].allowed_before) == (Effect.ADMITTED, None)
    assert rows[bare.pk].allowed_after == 240 * MILLION
    assert trial.result["shifts"][0]["before"].startswith("chưa có định mức")


def test_trial_without_a_difference_gives_the_amounts_of_the_projects(world, five, trial_of, count):
    """The same functions as the pages of the đề án: what was frozen at submission comes out again."""
    sent = [make_project(world, state=state, beneficiaries=2) for state in ("submitted", "settled")]
    trial = count(trial_of(SAME))
    result = result_of(trial)
    assert not trial.rows.exists()
    assert result.total.sums.before == result.total.sums.after
    frozen = sum(sheet.allowed for project in sent for sheet in project.sheets.filter(submission=project.submission))
    of_drafts = 1810 * MILLION
    assert result.total.sums.after == frozen + of_drafts


def test_no_number_is_no_amount(world, trial_of, count):
    """What is paid by contract stays so, and a number where there was none limits it."""
    project = make_project(world, source="national", activity="fair_abroad", total=900 * MILLION)
    Project.objects.filter(pk=project.pk).update(activity="conference")
    trial = count(trial_of(Change("machinery", None, Decimal(40))))
    result = result_of(trial)
    assert (result.tally.unmeasured, result.total.sums.before) == (1, 0)
    assert result.total.sums.within_before == result.total.sums.within_after == 200 * MILLION


# --- which đề án, by which day ---------------------------------------------------------------------------------------


def test_day_of_the_law(world):
    """As the page of the đề án computes: what is written is judged today, what was sent by its day, the past by its year."""
    tomorrow = today() + timedelta(days=1)
    draft = make_project(world)
    assert law_day(draft, tomorrow) == tomorrow
    assert law_day(make_project(world, state="returned"), tomorrow) == tomorrow
    assert law_day(make_project(world, state="submitted"), tomorrow) == today()
    draft.recorded_from = "Báo cáo năm trước"
    assert law_day(draft, tomorrow) == date(today().year, 1, 1)


def test_drafts_are_counted_by_the_law_of_their_own_page(world, trial_of, count, monkeypatch):
    """A norm that began during the plan year holds for what is not submitted yet."""
    project = make_project(world, total=600 * MILLION, support=280 * MILLION)
    old = next(norm for norm in shipped_norms().all_of("machinery", "87@2025") if norm.cap == 300 * MILLION)
    since = replace(old, valid_from=today(), cap=290 * MILLION)
    before = replace(old, valid_to=today() - timedelta(days=1))
    norms = [norm for norm in shipped_norms().norms if norm is not old]
    book = NormBook([*norms, before, since], shipped_norms().documents)
    monkeypatch.setattr(actions, "current_book", lambda: book)
    (real,) = sheets_for(project, beneficiaries_of(project), project.lines.all(), on=today(), book=book)
    assert real.sheet.allowed == 290 * MILLION
    assert (
        result_of(count(trial_of(Change("demonstration_model", "82", Decimal(40), 1)))).total.sums.before
        == 290 * MILLION
    )


def test_a_count_begun_anew_is_not_mixed_with_a_slice_of_the_old_norms(world, five, trial_of, count, monkeypatch):
    """Another page begins anew with other norms while this one still calculates the very first slice."""
    monkeypatch.setattr(counting, "BATCH", 2)
    trial, real = trial_of(), actions.count_slice
    lower = NormBook(
        [replace(norm, cap=norm.cap and norm.cap // 2) for norm in shipped_norms().norms], shipped_norms().documents
    )

    def overtaken(*args, **more):
        monkeypatch.setattr(actions, "count_slice", real)
        monkeypatch.setattr(actions, "current_book", lambda: lower)
        assert one_slice(world, trial).counted == 0
        return real(*args, **more)

    monkeypatch.setattr(actions, "count_slice", overtaken)
    with pytest.raises(Stale):
        one_slice(world, trial)
    assert Trial.objects.get().counted == 0


def test_population(world, trial_of):
    """Alive, with an estimate, of the years and the source, in the province; a plan instead of the years."""
    make_project(world)
    for state in ("withdrawn", "rejected", "stopped"):
        make_project(world, state=state)
    make_project(world).lines.all().delete()
    make_project(world, province="25")
    make_project(world, source="national")
    planned = make_project(world, state="approved", source="national")
    make_project(world, year=today().year + 1)
    assert trial_of().total == 3
    assert trial_of(source="local").total == 1
    assert trial_of(source="national").total == 2
    assert trial_of(last_year=today().year + 1).total == 4
    assert trial_of(Change("machinery", None, Decimal(40)), who=("national", "officer")).total == 4
    trial = trial_of(Change("machinery", None, Decimal(40)), who=("national", "officer"), plan=planned.plan)
    assert (trial.total, trial.first_year, trial.source) == (1, planned.year, "national")


def test_later_slices_stay_in_the_province(world, five, trial_of, count, monkeypatch):
    """The scope is asked anew for each slice, for the agency of the trial."""
    monkeypatch.setattr(counting, "BATCH", 2)
    trial = trial_of()
    trial = actions.count_on(trial_id=trial.pk, by=world.actor(*OFFICER), version=1, clock=numbers().__next__)
    assert trial.counted == 2
    far_away = make_project(world, province="25")
    Project.objects.filter(pk=five.two.pk).update(province=world.provinces["25"])
    trial = count(trial)
    assert (trial.counted, trial.total) == (4, 4)
    assert not trial.rows.filter(project__in=[far_away.pk, five.two.pk]).exists()


@pytest.mark.parametrize(
    ("who", "scope", "allowed"),
    [
        (("dong-thap", "leader"), "82", True),
        (("dong-thap", "appraiser"), "87@2025", True),
        (("dong-thap", "officer"), None, True),
        (("dong-thap", "officer"), "25", False),
        (("dong-thap", "officer"), "17@2025", False),
        (("dong-thap", "officer"), "99", False),
        (("national", "officer"), "25", True),
    ],
)
def test_whose_norms_may_be_tried(world, trial_of, who, scope, allowed):
    make_project(world)
    change = Change("machinery", scope, Decimal(50), 240 * MILLION)
    if allowed:
        assert trial_of(change, who=who).total == 1
    else:
        with pytest.raises(Refused):
            trial_of(change, who=who)


@pytest.mark.parametrize("who", [("dong-thap", "accountant"), ("dong-thap-centre", "officer"), ("region", "leader")])
def test_others_make_no_trial(world, trial_of, who):
    make_project(world)
    with pytest.raises(NotAllowed):
        trial_of(who=who)


def test_nothing_to_count_is_said(world, trial_of):
    with pytest.raises(Refused, match="Không có đề án"):
        trial_of()
    make_project(world)
    with pytest.raises(Refused, match="theo thứ tự"):
        trial_of(first_year=today().year + 1)
    with pytest.raises(Refused, match="nguồn"):
        trial_of(source="khac")
    plan = make_project(world, province="25", state="approved").plan
    with pytest.raises(Refused, match="phạm vi"):
        trial_of(plan=plan)


def test_same_key_finds_the_first_trial(world, five, trial_of):
    trial = trial_of()
    values = {"name": "Hai", "changes": [LOWER_CAP], "first_year": today().year, "last_year": today().year}
    again = actions.make_trial(by=world.actor(*OFFICER), creation_key=trial.creation_key, **values)
    assert (again, Trial.objects.count()) == (trial, 1)
    with pytest.raises(Refused):
        actions.make_trial(by=world.actor("dong-thap", "leader"), creation_key=trial.creation_key, **values)


# --- slices ----------------------------------------------------------------------------------------------------------


def one_slice(world, trial, version=None):
    """Count one batch only: the clock has run out as soon as it is looked at again."""
    version = actions.version_of_count(trial) if version is None else version
    return actions.count_on(trial_id=trial.pk, by=world.actor(*OFFICER), version=version, clock=numbers().__next__)


def test_slices_come_to_the_same_as_one(world, five, trial_of, count, monkeypatch):
    whole = count(trial_of())
    monkeypatch.setattr(counting, "BATCH", 2)
    trial, seen = trial_of(), []
    while trial.state == TrialState.RUNNING:
        trial = one_slice(world, trial)
        seen.append(trial.counted)
    assert seen == [2, 4, 5]
    assert trial.result == whole.result
    assert effects_of(trial) == effects_of(whole)


def test_count_goes_on_after_a_crash(world, five, trial_of, count, monkeypatch):
    """What fails in the middle of a slice leaves the slices before it, and is counted again."""
    whole = count(trial_of())
    monkeypatch.setattr(counting, "BATCH", 2)
    trial = one_slice(world, trial_of())
    with monkeypatch.context() as broken:
        broken.setattr(counting, "outcome_of", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            one_slice(world, trial)
    with monkeypatch.context() as broken:
        broken.setattr(actions, "record", lambda **_: 1 / 0)
        trial = one_slice(world, trial)
        with pytest.raises(ZeroDivisionError):  # the last slice fails after everything was written
            one_slice(world, trial)
    trial.refresh_from_db()
    assert (trial.counted, trial.state) == (4, TrialState.RUNNING)
    trial = count(trial)
    assert trial.result == whole.result
    assert effects_of(trial) == effects_of(whole)


def test_slice_of_an_old_page_counts_nothing(world, five, trial_of, monkeypatch):
    monkeypatch.setattr(counting, "BATCH", 2)
    trial = one_slice(world, trial_of())
    with pytest.raises(Stale):
        one_slice(world, trial, version=1)
    for _ in range(2):
        trial = one_slice(world, trial)
    with pytest.raises(Refused, match="tính xong"):
        one_slice(world, trial)
    assert trial.counted == 5


def test_two_pages_at_once_count_once(world, five, trial_of, monkeypatch):
    """The other page stores its slice while this one is still calculating: this one's work is thrown away."""
    monkeypatch.setattr(counting, "BATCH", 2)
    trial = trial_of()
    real = actions.count_slice

    def overtaken(*args, **more):
        monkeypatch.setattr(actions, "count_slice", real)
        one_slice(world, trial)
        return real(*args, **more)

    monkeypatch.setattr(actions, "count_slice", overtaken)
    with pytest.raises(Stale):
        one_slice(world, trial)
    trial.refresh_from_db()
    assert trial.counted == 2
    assert tally_from(trial.result).total.projects == 2


def test_new_norms_begin_the_count_anew(world, five, trial_of, count, monkeypatch):
    """A document confirmed between two slices must not leave one half counted by each book."""
    monkeypatch.setattr(counting, "BATCH", 2)
    trial = one_slice(world, trial_of())
    assert trial.rows.exists()
    book = shipped_norms()
    # From today Đồng Tháp's own cap is 250 triệu.
    old = next(norm for norm in book.all_of("machinery", "87@2025") if norm.cap == 300 * MILLION)
    other = NormBook([replace(norm, cap=250 * MILLION) if norm is old else norm for norm in book.norms], book.documents)
    monkeypatch.setattr(actions, "current_book", lambda: other)
    trial = one_slice(world, trial)
    assert (trial.counted, trial.rows.count(), trial.state) == (0, 0, TrialState.RUNNING)
    trial = count(trial)
    assert result_of(trial).again
    assert trial.rows.get(project=five.enough).allowed_before == 250 * MILLION


def test_end_is_where_no_more_are_found(world, five, trial_of, count, monkeypatch):
    """Đề án may come and go while it is counted."""
    monkeypatch.setattr(counting, "BATCH", 2)
    trial = one_slice(world, trial_of())
    for _ in range(3):
        make_project(world)
    trial = count(trial)
    assert (trial.counted, trial.total) == (8, 8)


def test_counting_writes_only_the_trial(world, five, trial_of, count):
    before = list(Project.objects.order_by("pk").values_list())
    count(trial_of())
    assert list(Project.objects.order_by("pk").values_list()) == before
    events = AuditEvent.objects.filter(action__startswith="trial.").order_by("seq")
    assert list(events.values_list("action", flat=True)) == ["trial.make", "trial.done"]


def queries_of_a_slice(world, trial):
    book = shipped_norms()
    scratch = scratch_book(book, [LOWER_CAP])
    with CaptureQueriesContext(
        connection,
    ) as captured:
        done = count_slice(trial, world.actor(*OFFICER), book, scratch, seconds=1, clock=lambda: 0)
    return len(captured), done.counted


def test_batch_costs_the_same_however_many_projects(world, trial_of):
    make_project(world)
    trial = trial_of()
    few, counted = queries_of_a_slice(world, trial)
    assert counted == 1
    for _ in range(2):
        make_project(world, beneficiaries=2)
    assert queries_of_a_slice(world, trial) == (few, 3)
    assert few == 5  # provinces, đề án, beneficiaries, their establishments, lines


def test_sums_add_up():
    assert Sums(1, 1, 10, 8, 6, 8, 6) + Sums(1, 0, 5, 5, 5, 5, 5) == Sums(2, 1, 15, 13, 11, 13, 11)
    assert (Sums(before=8, after=6).difference, Sums(within_before=8, within_after=7).within_difference) == (-2, -1)
