"""Asking establishments: a letter by e-mail or on paper, and the round of every day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Max

from khuyencong.audit.actions import Entry, record, record_many
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.effects.door import lock_for, lock_several
from khuyencong.effects.letters import SUBJECT, text_of
from khuyencong.effects.links import MOST_LIVE, make_link
from khuyencong.effects.models import OPEN, EffectSheet, How, Moment
from khuyencong.effects.opening import DONE, open_sheets
from khuyencong.notices.letters import can_be_reached, send_letter
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project

ORIGIN = "lệnh digest"
# When nobody answers: two reminders, the software's own rhythm.
REMIND_AFTER = timedelta(days=14)
MOST_MAILS = 3
MOST_LETTERS = 50
MOST_A_ROUND = 500
NO_ADDRESS = "Hồ sơ cơ sở không có địa chỉ thư điện tử dùng được: hãy in thư, hoặc gọi điện và ghi theo lời kể."
SETTLED = "Phiếu này đang chờ cơ quan xác nhận hoặc đã xác nhận: không cần hỏi nữa."
TOO_MANY = "Phiếu này có quá nhiều liên kết còn hạn. Hãy gọi điện cho cơ sở."


@transaction.atomic
def send_link(*, sheet_id: int, by: Actor, version: int) -> EffectSheet:
    """Write to the establishment's e-mail address. Raises NotAllowed, Stale, and Refused where it has none or owes nothing."""
    sheet = lock_for(sheet_id, Permission.EFFECT_RECORD, by=by, version=version)
    _check_asking(sheet)
    if not can_be_reached(sheet.beneficiary.establishment.email):
        raise Refused(NO_ADDRESS)
    _mail(sheet, by=by)
    sheet.version += 1
    sheet.save(update_fields=["version"])
    record(
        action="effect.ask",
        by=by,
        subject=sheet,
        thread=sheet.thread,
        after={"phiếu": str(sheet), "gửi bằng": How.MAIL.label},
    )
    return sheet


@transaction.atomic
def print_letters(*, sheet_ids: Sequence[int], by: Actor) -> list[tuple[EffectSheet, str]]:
    """A letter with a secret of its own for each of these sheets; the secrets can be read nowhere else afterwards.

    Raises NotAllowed where one of them is not the actor's to ask, Refused where one owes nothing.
    """
    if not sheet_ids or len(sheet_ids) > MOST_LETTERS:
        raise Refused(f"Hãy chọn từ 1 đến {MOST_LETTERS} phiếu.")
    sheets = lock_several(sheet_ids)
    made = []
    for sheet in sheets:
        require(by, Permission.EFFECT_RECORD, sheet)
        _check_asking(sheet)
        made.append((sheet, make_link(sheet, How.LETTER, by=by.user)))
        record(
            action="effect.ask",
            by=by,
            subject=sheet,
            thread=sheet.thread,
            after={"phiếu": str(sheet), "gửi bằng": How.LETTER.label},
        )
    return made


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went: sheets that were opened late, first letters, reminders, and those whom no letter reaches."""

    opened: int
    asked: int
    reminded: int
    unreachable: int


def ask_round(*, on: date, dry_run: bool = False) -> Round:
    """Open what is missing, write to those whose +12 or +24 months have come, and remind those who were silent.

    Each sheet in a transaction of its own: one that fails stops no other. Running it twice on a day writes once.
    """
    opened = 0 if dry_run else sum(_open_missing())
    asked = reminded = unreachable = 0
    due = (
        EffectSheet.objects.filter(state__in=OPEN, moment__in=[Moment.AFTER_12, Moment.AFTER_24], due_on__lte=on)
        .filter(beneficiary__left_on__isnull=True)
        .annotate(sent=Count("links"), last=Max("links__made_on"))
        .order_by("due_on", "pk")
    )
    for key, email, sent, last in due.values_list("pk", "beneficiary__establishment__email", "sent", "last"):
        if sent >= MOST_MAILS or (last is not None and last + REMIND_AFTER > on):
            continue
        if not can_be_reached(email):
            unreachable += 1
            continue
        if asked + reminded == MOST_A_ROUND:
            break
        asked, reminded = asked + (sent == 0), reminded + (sent > 0)
        if not dry_run:
            _ask_one(key)
    return Round(opened, asked, reminded, unreachable)


@transaction.atomic
def _ask_one(sheet_id: int) -> None:
    (sheet,) = lock_several([sheet_id])
    if sheet.state not in OPEN or _live(sheet) >= MOST_LIVE:
        return
    _mail(sheet, by=None)
    after = {"phiếu": str(sheet), "gửi bằng": How.MAIL.label}
    record_many(entries=[Entry("effect.ask", sheet, sheet.thread, after=after)], by=None, origin=ORIGIN)


def _open_missing() -> Iterable[int]:
    """đề án accepted before this software asked, or that got beneficiaries by an adjustment."""
    rows = (
        Project.objects.filter(state__in=DONE, beneficiaries__left_on__isnull=True, beneficiaries__isnull=False)
        .exclude(beneficiaries__effect_sheets__moment=Moment.AFTER_24)
        .order_by("pk")
        .values_list("pk", flat=True)
        .distinct()
    )
    for key in list(rows[:MOST_A_ROUND]):
        with transaction.atomic():
            yield len(open_sheets(Project.objects.select_for_update(of=("self",)).get(pk=key)))


def _check_asking(sheet: EffectSheet) -> None:
    if sheet.state not in OPEN:
        raise Refused(SETTLED)
    if _live(sheet) >= MOST_LIVE:
        raise Refused(TOO_MANY)


def _live(sheet: EffectSheet) -> int:
    return sheet.links.filter(expires_on__gte=today()).count()


def _mail(sheet: EffectSheet, *, by: Actor | None) -> None:
    token = make_link(sheet, How.MAIL, by=by.user if by else None)
    send_letter(to=sheet.beneficiary.establishment.email, subject=SUBJECT, text=text_of(sheet, token))
