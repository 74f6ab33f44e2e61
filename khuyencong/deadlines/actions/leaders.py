"""Overdue work that is laid before an agency's leaders: after how long, and that it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from khuyencong.audit.actions import Entry, record, record_many
from khuyencong.core.errors import Stale
from khuyencong.deadlines.due import Due
from khuyencong.deadlines.models import DEFAULT_ESCALATION, LONGEST_KEY, Escalation, EscalationSetting
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require

ORIGIN = "lệnh digest"
_LONGEST_TITLE, _LONGEST_OWED = 600, 300


@transaction.atomic
def set_escalation(*, by: Actor, version: int, working_days: int) -> EscalationSetting:
    """After how many working days overdue work of the own agency is laid before its leaders. Raises NotAllowed, Stale."""
    require(by, Permission.DEADLINE_KEEP)
    agency = Agency.objects.select_for_update(of=("self",)).get(pk=by.agency.pk)
    setting, _ = EscalationSetting.objects.get_or_create(agency=agency)
    if setting.version != version:
        raise Stale("Mức báo lãnh đạo vừa được người khác đổi. Chưa có gì được ghi; hãy xem lại.")
    before, setting.working_days = setting.working_days, working_days
    setting.version += 1
    setting.save()
    record(
        action="deadline.escalation_setting",
        by=by,
        subject=agency,
        thread=agency.thread,
        before={"số ngày làm việc": before},
        after={"số ngày làm việc": working_days},
    )
    return setting


def escalation_days(agency: Agency) -> int:
    """After how many working days; one query."""
    found = EscalationSetting.objects.filter(agency=agency).values_list("working_days", flat=True).first()
    return DEFAULT_ESCALATION if found is None else found


@transaction.atomic
def escalate(*, agency: Agency, dues: Sequence[Due], on: date) -> list[Escalation]:
    """Write down what is laid before the agency's leaders for the first time; what was written before is left alone."""
    # Two rounds at one moment queue here, and the second finds the rows of the first.
    Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    earlier = Escalation.objects.filter(agency=agency, key__in=[due.key for due in dues])
    known = set(earlier.values_list("key", "due_on"))
    fresh = [
        Escalation(
            agency=agency,
            key=due.key[:LONGEST_KEY],
            due_on=due.last_day,
            title=due.title[:_LONGEST_TITLE],
            owed_by=due.owed_by[:_LONGEST_OWED],
            on=on,
        )
        for due in dues
        if due.last_day is not None and (due.key, due.last_day) not in known
    ]
    Escalation.objects.bulk_create(fresh)
    entries = [
        Entry(
            action="deadline.escalate",
            subject=agency,
            thread=agency.thread,
            after={"việc": one.title, "hạn": one.due_on, "ai làm": one.owed_by},
        )
        for one in fresh
    ]
    record_many(entries=entries, by=None, origin=ORIGIN)
    return fresh
