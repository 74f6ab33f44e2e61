"""Telling units that the report of a month is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.monitoring.models import Reminding
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.roles import Role
from khuyencong.projects.models import Project

MOST_AT_ONCE = 500
MOST_NAMED = 5


@transaction.atomic
def remind(*, by: Actor, month: date, projects: Sequence[Project]) -> int:
    """Tell the officers of each unit which reports of the month are missing: one notice for each unit, once a day.

    `projects`: those that the list shows as missing; those that the actor may not remind of, and those reminded of today,
    are left out. How many đề án were told of. Raises NotAllowed, and Refused where none is left.
    """
    require(by, Permission.MONTHLY_REMIND)
    # One agency's clicks queue here: two at once must not tell twice. Its key stays free: rows elsewhere point at it.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    mine = [one for one in projects[:MOST_AT_ONCE] if allowed(by, Permission.MONTHLY_REMIND, one)]
    if not mine:
        raise Refused("Không có đề án nào thiếu báo cáo mà cơ quan bạn được nhắc.")
    done = Reminding.objects.filter(project__in=mine, month=month, on=today()).values_list("project_id", flat=True)
    already = set(done)
    left = [one for one in mine if one.pk not in already]
    if not left:
        raise Refused("Hôm nay đã nhắc các đơn vị này rồi; mỗi đề án được nhắc một lần một ngày.")
    Reminding.objects.bulk_create(
        [Reminding(project=one, month=month, on=today(), by=by.user) for one in left], ignore_conflicts=True
    )
    by_unit: dict[Agency, list[Project]] = defaultdict(list)
    for one in left:
        by_unit[one.implementing_unit].append(one)
    url = f"{reverse('monthly_reports')}?thang={month:%Y-%m}&tinh_trang=missing"
    for unit, of_unit in by_unit.items():
        notify(users=_officers(unit, of_unit), sentence=_sentence(by, month, of_unit), url=url)
    record(
        action="monthly.remind", by=by, subject=by.agency, thread=f"monthly:{by.agency.pk}",
        after={"tháng": f"{month:%m/%Y}", "đơn vị": [str(unit) for unit in by_unit], "đề án": [one.code for one in left]},
    )  # fmt: skip
    return len(left)


def _officers(unit: Agency, projects: Sequence[Project]) -> list[User]:
    """The officers of the unit, and whoever is in charge of one of the đề án."""
    return [*people_of(unit, Role.OFFICER), *(one.in_charge for one in projects if one.in_charge is not None)]


def _sentence(by: Actor, month: date, projects: Sequence[Project]) -> str:
    codes = ", ".join(one.code for one in projects[:MOST_NAMED])
    more = f" và {len(projects) - MOST_NAMED} đề án khác" if len(projects) > MOST_NAMED else ""
    return f"{by.agency.short_name} nhắc nộp báo cáo tiến độ tháng {month:%m/%Y}: {codes}{more}."
