"""What falls due around the effects of đề án: establishments to be asked, and answers to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Max, Min, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from khuyencong.core.dates import format_date
from khuyencong.deadlines.due import Asked, Due, DueKind
from khuyencong.effects.actions.asking import owed
from khuyencong.effects.models import EffectSheet, Moment, SheetState
from khuyencong.law.deadlines import Deadline
from khuyencong.people.models import AgencyKind
from khuyencong.people.roles import Role
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.states import Route

ASKERS, JUDGES = frozenset({Role.OFFICER}), frozenset({Role.OFFICER, Role.APPRAISER})
DAYS = {
    Moment.BASELINE: "Ngày gửi đề án",
    Moment.ACCEPTANCE: "Ngày nghiệm thu",
    Moment.AFTER_12: "Tròn 12 tháng kể từ ngày nghiệm thu",
    Moment.AFTER_24: "Tròn 24 tháng kể từ ngày nghiệm thu",
}
MOST_NAMED = 50  # đề án that are named one by one; all the others share one line


def effect_dues(asked: Asked) -> Iterable[Due]:
    """đề án whose moments have come or are near, and answers that wait for my agency; three queries.

    What came long ago is one line: silence is shown, it does not bury everything else.
    """
    if Role.OFFICER in asked.roles:
        yield from _to_ask(asked)
    if JUDGES & asked.roles:
        yield from _to_confirm(asked)


def _to_ask(asked: Asked) -> Iterable[Due]:
    mine = EffectSheet.objects.filter(project__implementing_unit__in=asked.actor.agency_ids)
    still_owed = owed(mine).order_by()
    near = (
        still_owed.filter(due_on__gte=asked.first, due_on__lte=asked.last)
        .values_list("project", "project__code", "project__name", "moment")
        .annotate(count=Count("pk"), on=Min("due_on"))
        .order_by("on", "project")
    )
    for key, code, name, moment, count, on in near[:MOST_NAMED]:
        label = Moment(moment).label.lower()
        query = urlencode({"moment": moment, "status": "silent", "q": code})
        yield _due(
            asked,
            f"effect:{key}:{moment}",
            f"Hỏi hiệu quả {label} ({count} cơ sở): {name}",
            f"{reverse('effect_sheets')}?{query}",
            on,
            why=DAYS[Moment(moment)],
            about=code,
        )
    old = still_owed.filter(due_on__lt=asked.first).aggregate(count=Count("pk"), on=Max("due_on"))
    if old["count"]:
        url = f"{reverse('effect_sheets')}?{urlencode({'status': 'silent'})}"
        yield _due(asked, "effect:silent", f"{old['count']} phiếu hiệu quả lâu chưa có trả lời", url, None)


def _to_confirm(asked: Asked) -> Iterable[Due]:
    waiting = _mine(asked).filter(state=SheetState.ANSWERED).order_by().aggregate(count=Count("pk"))
    if waiting["count"]:
        url = f"{reverse('effect_sheets')}?{urlencode({'status': 'to_confirm'})}"
        title = f"Xác nhận {waiting['count']} phiếu hiệu quả đã trả lời"
        yield _due(asked, "effect:to_confirm", title, url, None, roles=JUDGES)


def _mine(asked: Asked) -> QuerySet[EffectSheet]:
    """Those that my agency confirms: its own as a department, the direct ones of national money for the nation."""
    if asked.actor.agency.kind == AgencyKind.NATIONAL:
        return EffectSheet.objects.filter(
            project__route=Route.NATIONAL_DIRECT,
            project__source=FundingSource.NATIONAL,
            project__funder__in=asked.actor.agency_ids,
        )
    return EffectSheet.objects.filter(project__department__in=asked.actor.agency_ids).exclude(
        project__route=Route.NATIONAL_DIRECT
    )


def _due(
    asked: Asked,
    key: str,
    title: str,
    url: str,
    on: date | None,
    *,
    why: str = "",
    about: str = "",
    roles: frozenset[Role] = ASKERS,
) -> Due:
    """No law names a day: the software asks at submission, at acceptance, and so many months after it."""
    deadline = None
    if on is not None:
        sentence = f"{why}: {format_date(on)}."
        deadline = Deadline(on, sentence, "Quy ước của phần mềm", verified=True, inclusive=True)
    return Due(
        key,
        title,
        url,
        DueKind.OWN,
        roles,
        asked.actor.agency.short_name,
        deadline=deadline,
        about=about,
        reminder=True,
    )
