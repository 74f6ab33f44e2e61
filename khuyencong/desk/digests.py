"""The round of letters about what waits (`khuyencong digest`), and what leaders are told of on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from khuyencong.deadlines.actions import escalate
from khuyencong.deadlines.letters import SUBJECT, Part, claim, give_back, is_due, text_of, waiting
from khuyencong.deadlines.models import Reminder
from khuyencong.desk.due import dues, question, too_late
from khuyencong.law.workdays import is_working_day
from khuyencong.notices.letters import can_be_reached, deliver, letter
from khuyencong.people.actors import Actor, as_actor, memberships_of
from khuyencong.people.models import User
from khuyencong.people.roles import STAFF, Role

ORIGIN = "lệnh digest"


@dataclass(slots=True)
class Round:
    """How a round went: letters taken by the mail server, letters it did not take, and things newly laid before leaders."""

    sent: int = 0
    failed: int = 0
    escalated: int = 0


def send_digests(*, on: date, dry_run: bool = False, tell: Callable[[str], object] = lambda _line: None) -> Round:
    """Write to everybody whose letter is due on the day `on`; twice on one day writes once. On days off nothing happens.

    `dry_run` only tells (one line for each letter) what would leave. Not in one transaction: a letter that left cannot
    be taken back, and the database must not wait for a mail server.
    """
    done = Round()
    if not is_working_day(on):
        return done
    chosen = {one.user_id: one for one in Reminder.objects.all()}
    people = User.objects.filter(is_active=True, is_system=False)
    staff = people.filter(memberships__role__in=STAFF, memberships__is_active=True).distinct()
    for user in staff.order_by("pk").iterator():
        reminder = chosen.get(user.pk) or Reminder(user=user)
        hats = [as_actor(hat, user=user, origin=ORIGIN) for hat in memberships_of(user)]
        writes = is_due(reminder.every, on) and can_be_reached(user.email) and reminder.sent_on != on
        parts = [_part(hat, on, done, dry_run=dry_run, whole=writes) for hat in hats if hat.role in STAFF]
        text = text_of(parts, on=on) if writes else ""
        if not text:
            continue
        if dry_run:
            tell(f"{user.username}: {sum(len(part.dues) + len(part.overdue) for part in parts)} việc")
            done.sent += 1
        else:
            _send(user, text, on, reminder.sent_on, done)
    return done


def _part(actor: Actor, on: date, done: Round, *, dry_run: bool, whole: bool) -> Part:
    """What waits for one hat; leaders are told of overdue work whether or not they want letters."""
    asked = question(actor, on=on)
    late = too_late(asked) if whole or actor.role == Role.LEADER else []
    if late and not dry_run:
        done.escalated += len(escalate(agency=actor.agency, dues=late, on=on))
    own = waiting(dues(asked), on) if whole else []
    return Part(f"{actor.role.label}, {actor.agency.short_name}", own, late)


def _send(user: User, text: str, on: date, before: date | None, done: Round) -> None:
    if not claim(user, on):
        return
    greeting = f"{user.get_full_name()},\n\n{text}"
    if deliver(letter(to=user.email, subject=SUBJECT, text=greeting)):
        done.sent += 1
    else:
        give_back(user, on, before=before)
        done.failed += 1
