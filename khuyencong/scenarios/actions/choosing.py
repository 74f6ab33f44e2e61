"""Choosing the proposals of a scenario, one by one or all at once, and bringing it up to the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance.queries import free_money
from khuyencong.people.actors import Actor
from khuyencong.scenarios.door import choices_of, lock_scenario, touch
from khuyencong.scenarios.models import Scenario, ScenarioChoice
from khuyencong.scenarios.picking import Bulk, cut_to_fit, pick_all, pick_down, pick_none, total_of, uncut
from khuyencong.scenarios.proposals import Reckoned, reckon_proposals
from khuyencong.scenarios.table import listed

COLUMNS = ["chosen", "amount", "reason"]


@dataclass(frozen=True, slots=True)
class Pick:
    """What somebody decides about one proposal; `amount` in đồng."""

    chosen: bool
    amount: int
    reason: str = ""


@transaction.atomic
def choose(*, scenario_id: int, by: Actor, version: int, picks: Mapping[int, Pick]) -> Scenario:
    """Take or leave some proposals, by key of the đề án; those that are not named stay as they are.

    Raises NotAllowed, Stale, and Refused with a sentence for each amount that cannot be.
    """
    scenario = lock_scenario(scenario_id, by=by, version=version)
    rows = {one.project_id: one for one in scenario.choices.select_related("project").filter(project__in=picks)}
    if picks.keys() - rows.keys():
        raise Refused("Có đề án không còn trong phương án này: hãy mở lại trang.")
    wrong = [f"{rows[key].project.code}: {told}" for key, pick in picks.items() if (told := refusal(rows[key], pick))]
    if wrong:
        raise Refused(" ".join(wrong))
    before, after = {}, {}
    for key, pick in picks.items():
        one = rows[key]
        then = _in_words(one)
        # Of what is not chosen, a cut is kept for later only with its reason.
        cut = pick.amount < one.most and (pick.chosen or pick.reason.strip())
        one.chosen, one.amount = pick.chosen, pick.amount if cut else one.most
        one.reason = pick.reason.strip() if cut else ""
        if _in_words(one) != then:
            before[one.project.code], after[one.project.code] = then, _in_words(one)
    ScenarioChoice.objects.bulk_update(rows.values(), COLUMNS)
    touch(scenario)
    record(action="scenario.choose", by=by, subject=scenario, thread=scenario.thread, before=before, after=after)
    return scenario


def refusal(one: ScenarioChoice, pick: Pick) -> str:
    """Why a proposal cannot be taken so, "" where it can."""
    if pick.amount < 0 or pick.amount > one.most:
        return f"nhiều nhất {format_dong(one.most)} đồng."
    if not pick.chosen:
        return ""
    if pick.amount == 0:
        return "quy định hiện nay không cho hỗ trợ." if one.most == 0 else "số hỗ trợ phải lớn hơn 0."
    if pick.amount < one.most and not pick.reason.strip():
        return "hãy ghi lý do cắt giảm."
    return ""


def _in_words(one: ScenarioChoice) -> str:
    if not one.chosen:
        return "không chọn"
    return f"{format_dong(one.amount)} đồng" + (f" ({one.reason})" if one.reason else "")


@transaction.atomic
def choose_in_bulk(*, scenario_id: int, by: Actor, version: int, what: Bulk, reason: str = "") -> str:
    """Do `what` to all choices; `reason` is that of `Bulk.FIT`. Returns what has come of it, in a sentence.

    Raises NotAllowed, Stale, Refused.
    """
    scenario = lock_scenario(scenario_id, by=by, version=version)
    choices = choices_of(scenario)
    before, then = total_of(choices), {one.pk: (one.chosen, one.amount) for one in choices}
    told = _do(what, choices, free_money(scenario.plan), reason.strip())
    _store(choices, then)
    touch(scenario)
    count, total = sum(one.chosen for one in choices), total_of(choices)
    record(
        action="scenario.choose",
        by=by,
        subject=scenario,
        thread=scenario.thread,
        before={"kinh phí": before},
        after={"việc": Bulk(what).label, "chọn": count, "kinh phí": total},
        note=reason.strip(),
    )
    return f"Đã chọn {count} đề án, {format_dong(total)} đồng. {told}".strip()


def _store(choices: list[ScenarioChoice], then: Mapping[int, tuple[bool, int]]) -> None:
    """Write what differs from `then`: of a thousand choices most buttons change only whether they are chosen."""
    ScenarioChoice.objects.bulk_update(
        [one for one in choices if one.amount != then[one.pk][1]], ["amount", "reason"], batch_size=200
    )
    for chosen in (True, False):
        turned = [one.pk for one in choices if one.chosen is chosen is not then[one.pk][0]]
        ScenarioChoice.objects.filter(pk__in=turned).update(chosen=chosen)


def _do(what: Bulk, choices: list[ScenarioChoice], free: int, reason: str) -> str:
    if what == Bulk.DOWN:
        return pick_down(choices, free)
    if what == Bulk.ALL:
        pick_all(choices)
    elif what == Bulk.NONE:
        pick_none(choices)
    elif what == Bulk.UNCUT:
        uncut(choices)
    else:
        if not reason:
            raise Refused("Hãy ghi lý do cắt giảm.")
        if not cut_to_fit(choices, free, reason):
            raise Refused("Hạn mức còn lại không đủ để mỗi đề án được chọn còn ít nhất một đồng: hãy bỏ bớt đề án.")
    return ""


@transaction.atomic
def refresh_scenario(*, scenario_id: int, by: Actor, version: int) -> str:
    """Reckon everything anew by the records and the law of today; choices stay, as far as they can.

    A full amount stays full, a cut one is lowered where less may be granted now. Returns what has changed, in
    sentences. Raises NotAllowed, Stale, Refused.
    """
    scenario = lock_scenario(scenario_id, by=by, version=version)
    old = {one.project_id: one for one in choices_of(scenario)}
    found = reckon_proposals(scenario.plan)
    told = _told(old, found)
    fresh = [_carried(one, position, old.get(one.project.pk)) for position, one in enumerate(found, start=1)]
    scenario.choices.all().delete()
    for one in fresh:
        one.scenario = scenario
    ScenarioChoice.objects.bulk_create(fresh)
    scenario.plan_version, scenario.reckoned_at = scenario.plan.version, timezone.now()
    scenario.version += 1
    scenario.save(update_fields=["plan_version", "reckoned_at", "version"])
    record(
        action="scenario.refresh",
        by=by,
        subject=scenario,
        thread=scenario.thread,
        before={"kinh phí": total_of(list(old.values()))},
        after={"kinh phí": total_of(fresh), "thay đổi": told},
    )
    return " ".join(told) or "Không có gì thay đổi."


def _carried(one: Reckoned, position: int, old: ScenarioChoice | None) -> ScenarioChoice:
    fresh = one.choice(position)
    if old is not None:
        fresh.amount = one.most if old.amount == old.most else min(old.amount, one.most)
        fresh.chosen = old.chosen and fresh.amount > 0
        fresh.reason = old.reason if fresh.amount < one.most else ""
    return fresh


def _told(old: Mapping[int, ScenarioChoice], found: list[Reckoned]) -> list[str]:
    """What a person who made the choices must know of the new numbers."""
    now = {one.project.pk: one for one in found}
    added = [one.project.code for key, one in now.items() if key not in old]
    gone = [
        one.project.code + (" (đang được chọn)" if one.chosen else "") for key, one in old.items() if key not in now
    ]
    other = [
        f"{one.project.code} từ {format_dong(one.most)} thành {format_dong(now[key].most)} đồng"
        for key, one in old.items()
        if key in now and now[key].most != one.most
    ]
    parts = (("Thêm", added), ("Không còn đề nghị", gone), ("Mức được chọn tối đa đổi", other))
    return [f"{label}: {listed(names)}." for label, names in parts if names]
