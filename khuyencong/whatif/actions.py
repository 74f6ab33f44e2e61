"""Making a trial of other norms, and counting it slice by slice. Nothing but the trial itself is ever written."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min, Q

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused, Stale
from khuyencong.law.norms import NormBook
from khuyencong.normbook.book import current_book
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.places.models import Province
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, AnnualPlan, FundingSource
from khuyencong.projects.states import EDITABLE
from khuyencong.whatif import shifts
from khuyencong.whatif.changes import Change, Changes, as_json, fingerprint, from_json, scratch_book
from khuyencong.whatif.count import Slice, count_slice, population, tally_from
from khuyencong.whatif.models import Trial, TrialRow, TrialState

SLICE_SECONDS = 1.0
MOVED_ON = "Phép thử đã được tính tiếp ở một trang khác: trang này hiện tiến độ mới nhất."
FINISHED = "Phép thử đã tính xong."


@transaction.atomic
def make_trial(
    *,
    by: Actor,
    creation_key: UUID,
    name: str,
    changes: Changes,
    first_year: int,
    last_year: int,
    source: str = "",
    plan: AnnualPlan | None = None,
) -> Trial:
    """Prepare a trial of `changes` over the đề án of a plan, or of some years and a source ("" both).

    The same `creation_key` twice gives the first one back. Raises NotAllowed, Refused where the changes are impossible,
    concern another province, or there is nothing to count.
    """
    require(by, Permission.TRIAL_MAKE)
    earlier = Trial.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.made_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if plan is not None:
        first_year = last_year = plan.year
        source = plan.source
    _check_population(by, first_year, last_year, source, plan)
    _check_scopes(by, changes)
    trial = Trial(
        creation_key=creation_key,
        name=name.strip(),
        agency=by.agency,
        made_by=by.user,
        changes=as_json(changes),
        first_year=first_year,
        last_year=last_year,
        source=source,
        plan=plan,
    )
    book = current_book()
    _begin(trial, by, book, scratch_book(book, changes))
    if not trial.total:
        raise Refused("Không có đề án nào có dự toán trong phạm vi đã chọn: hãy chọn năm, nguồn hoặc kế hoạch khác.")
    earlier = save_once(trial, author="made_by")
    if earlier is not None:
        return earlier
    record(
        action="trial.make",
        by=by,
        subject=trial,
        thread=trial.thread,
        after={"tên": trial.name, "thay đổi": trial.changes, "từ năm": first_year, "đến năm": last_year},
    )
    return trial


def count_on(*, trial_id: int, by: Actor, version: int, clock: Callable[[], float] = time.monotonic) -> Trial:
    """Count for about a second more, and store the sums together with the position; one event when all is counted.

    The đề án are read and calculated before anything is locked, so that others can write meanwhile; where somebody else
    has counted the same ones in between (`version` is no longer the trial's), the work is thrown away. Where the norms
    in use have changed since the count began, it begins anew. Raises NotAllowed, Stale, Refused.
    """
    trial = Trial.objects.select_related("agency__province").get(pk=trial_id)
    _check_turn(trial, by, version)
    book = current_book()
    scratch = scratch_book(book, from_json(trial.changes))
    anew = trial.result.get("book") != fingerprint(book)
    done = None if anew else count_slice(trial, by, book, scratch, seconds=SLICE_SECONDS, clock=clock)
    with transaction.atomic():
        locked = Trial.objects.select_for_update(of=("self",)).select_related("agency__province").get(pk=trial_id)
        _check_turn(locked, by, version)
        # A count that somebody began anew meanwhile stands at the same đề án again, but with other norms.
        if (locked.last_project_id, locked.result.get("book")) != (trial.last_project_id, trial.result.get("book")):
            raise Stale(MOVED_ON)
        if done is None:
            locked.rows.all().delete()
            _begin(locked, by, book, scratch, again=True)
            locked.save()
            return locked
        _store(locked, done)
        if locked.state == TrialState.DONE:
            record(action="trial.done", by=by, subject=locked, thread=locked.thread, after={"số đề án": locked.counted})
    return locked


def version_of_count(trial: Trial) -> int:
    """What a form that counts on carries: a number that changes with every slice, and is never 0."""
    return trial.counted + 1


def _check_turn(trial: Trial, by: Actor, version: int) -> None:
    require(by, Permission.TRIAL_MAKE, trial)
    if trial.state != TrialState.RUNNING:
        raise Refused(FINISHED)
    if version != version_of_count(trial):
        raise Stale(MOVED_ON)


def _check_population(by: Actor, first_year: int, last_year: int, source: str, plan: AnnualPlan | None) -> None:
    if not FIRST_YEAR <= first_year <= last_year <= LAST_YEAR:
        raise Refused(f"Các năm phải theo thứ tự, từ {FIRST_YEAR} đến {LAST_YEAR}.")
    if source and source not in FundingSource.values:
        raise Refused(f"Không có nguồn kinh phí mã «{source}».")
    if plan is not None and not AnnualPlan.objects.visible_to(by).filter(pk=plan.pk).exists():
        raise Refused("Kế hoạch này không thuộc phạm vi của bạn.")


def _check_scopes(by: Actor, changes: Changes) -> None:
    """Every province named exists, and is the actor's own (as it is or was) unless the actor is the national agency."""
    wanted = {scope for one in changes for scope in _scopes(one) if scope is not None}
    known = dict(Province.objects.filter(key__in=wanted).values_list("key", "current"))
    for scope in sorted(wanted):
        if scope not in known:
            raise Refused(f"Không có tỉnh, thành phố mang khóa «{scope}».")
        if not by.is_national and known[scope] != by.province_id:
            raise Refused("Bạn chỉ thử được định mức của tỉnh mình và định mức khuyến công quốc gia.")


def _scopes(one: Any) -> Sequence[str | None]:
    return [one.scope] if isinstance(one, Change) else one.scopes


def _begin(trial: Trial, by: Actor, book: NormBook, scratch: NormBook, *, again: bool = False) -> None:
    """Set a trial to its beginning: how much there is to count, and what is changed, as of this book."""
    on = today()
    writing = Q(state__in=EDITABLE, recorded_from="")
    found = population(trial, by).aggregate(
        total=Count("pk"),
        first=Min("submitted_on"),
        last=Max("submitted_on"),
        writing=Count("pk", filter=writing),
        recorded=Count("pk", filter=~writing & Q(submitted_on=None)),
    )
    # The days by whose law the đề án are judged, see `count.law_day`.
    days = [day for day in (found["first"], found["last"]) if day is not None]
    days += [on] if found["writing"] else []
    days += [date(trial.first_year, 1, 1), date(trial.last_year, 1, 1)] if found["recorded"] else []
    provinces = list(Province.objects.select_related("current").order_by("key"))
    changed = shifts.shifts_between(
        book,
        scratch,
        first=min(days, default=on),
        last=max(days, default=on),
        places={one.key: str(one) if one.is_today else f"{one} ({one.ended})" for one in provinces},
        formerly={
            one.key: [old.key for old in provinces if old.current_id == one.pk and not old.is_today]
            for one in provinces
            if one.is_today
        },
    )
    trial.total, trial.counted, trial.last_project_id = found["total"], 0, 0
    trial.result = {"book": fingerprint(book), "on": on.isoformat(), "again": again, "shifts": shifts.as_json(changed)}


def _store(trial: Trial, done: Slice) -> None:
    """Add a slice to what the trial has; it must be locked and stand where the slice began."""
    for row in done.rows:
        row.trial = trial
    TrialRow.objects.bulk_create(done.rows)
    tally = tally_from(trial.result) + done.tally
    trial.result = {**trial.result, **tally.as_dict()}
    trial.counted += done.counted
    trial.last_project_id = done.last_project_id
    # Đề án may have come or gone since the count began: the end is where no more are found.
    trial.total = trial.counted if done.finished else max(trial.total, trial.counted)
    if done.finished:
        trial.state = TrialState.DONE
    trial.save()
