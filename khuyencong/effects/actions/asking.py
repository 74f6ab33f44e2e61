"""Asking establishments: a letter by e-mail or on paper, and the round of every day."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone

from khuyencong.audit.actions import Entry, record, record_many
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.delivery.models import Acceptance
from khuyencong.effects.door import lock_for, lock_several
from khuyencong.effects.links import MOST_LIVE, is_live, make_link
from khuyencong.effects.mailing import mail_to
from khuyencong.effects.models import OPEN, EffectLink, EffectSheet, EffectSheetQuerySet, How, Moment, SheetState
from khuyencong.effects.opening import DONE, open_sheets, still_asked
from khuyencong.notices.letters import can_be_reached
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.projects.models import Project
from khuyencong.projects.states import RUNNING

log = logging.getLogger(__name__)

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
    if not mail_to(sheet, by=by):
        raise Refused(NO_ADDRESS)
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
        made.append((sheet, make_link(sheet, How.LETTER, by=by.user)[1]))
        record(
            action="effect.ask",
            by=by,
            subject=sheet,
            thread=sheet.thread,
            after={"phiếu": str(sheet), "gửi bằng": How.LETTER.label},
        )
    return made


@transaction.atomic
def revoke_link(*, sheet_id: int, link_id: int, by: Actor, version: int) -> EffectLink:
    """Shut an address that went to the wrong person: it opens nothing from now on. Raises NotAllowed, Stale, Refused."""
    sheet = lock_for(sheet_id, Permission.EFFECT_RECORD, by=by, version=version)
    link = sheet.links.filter(pk=link_id).first()
    if link is not None:
        link.sheet = sheet
    if link is None or not is_live(link):
        raise Refused("Liên kết này không còn mở được nữa: không cần thu hồi.")
    link.revoked_at, link.revoked_by = timezone.now(), by.user
    link.save(update_fields=["revoked_at", "revoked_by"])
    sheet.version += 1
    sheet.save(update_fields=["version"])
    record(
        action="effect.revoke",
        by=by,
        subject=sheet,
        thread=sheet.thread,
        after={"phiếu": str(sheet), "liên kết": str(link)},
    )
    return link


@dataclass(frozen=True, slots=True)
class Round:
    """How a round went: sheets that were opened late, first letters, reminders, and those whom no letter reaches."""

    opened: int
    asked: int
    reminded: int
    unreachable: int


def ask_round(*, on: date, dry_run: bool = False) -> Round:
    """Open what is missing, write to those whose moment has come, and remind those who were silent.

    Each sheet in a transaction of its own: one that fails stops no other. Running it twice on a day writes once. A letter
    that no mail server took does not count as one; the letters before a sheet was sent back do not either.
    """
    opened = 0 if dry_run else sum(_open_missing())
    asked = reminded = unreachable = 0
    # A letter of today may still be on its way.
    written = Q(links__how=How.LETTER) | Q(links__delivered_at__isnull=False) | Q(links__made_on=on)
    written &= Q(links__returns=F("returns"), links__revoked_at__isnull=True)
    due = (
        owed(EffectSheet.objects.all())
        .filter(due_on__lte=on)
        .annotate(sent=Count("links", filter=written), last=Max("links__made_on", filter=written))
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
        if dry_run or _asked_one(key):
            asked, reminded = asked + (sent == 0), reminded + (sent > 0)
    return Round(opened, asked, reminded, unreachable)


def owed(sheets: EffectSheetQuerySet) -> EffectSheetQuerySet:
    """Those of `sheets` that an establishment is still asked for.

    How it was before is asked only until something was accepted: afterwards nobody writes for it any more.
    """
    accepted = Acceptance.objects.filter(project=OuterRef("project")).order_by()
    before = Q(moment=Moment.BASELINE, project__state__in=RUNNING) & ~Exists(accepted)
    return sheets.filter(~Q(moment=Moment.BASELINE) | before, state__in=OPEN)


def _asked_one(sheet_id: int) -> bool:
    """Whether a letter was written; a sheet that fails is told in the log."""
    try:
        return _ask_one(sheet_id)
    except Exception:
        log.exception("Sheet %s of effects could not be asked for", sheet_id)
        return False


@transaction.atomic
def _ask_one(sheet_id: int) -> bool:
    (sheet,) = lock_several([sheet_id])
    if sheet.state not in OPEN or _live(sheet) >= MOST_LIVE:
        return False
    # What dossier or publication say is not asked: where they say all of it, nobody is written to.
    if sheet.state == SheetState.WAITING and not still_asked(sheet):
        return False
    mail_to(sheet, by=None)
    after = {"phiếu": str(sheet), "gửi bằng": How.MAIL.label}
    record_many(entries=[Entry("effect.ask", sheet, sheet.thread, after=after)], by=None, origin=ORIGIN)
    return True


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
        try:
            with transaction.atomic():
                yield len(open_sheets(Project.objects.select_for_update(of=("self",)).get(pk=key)))
        except Exception:
            log.exception("The sheets of đề án %s could not be opened", key)


def _check_asking(sheet: EffectSheet) -> None:
    if sheet.state not in OPEN:
        raise Refused(SETTLED)
    if _live(sheet) >= MOST_LIVE:
        raise Refused(TOO_MANY)


def _live(sheet: EffectSheet) -> int:
    """How many addresses somebody may hold, since the sheet was sent back last."""
    held = Q(how=How.LETTER) | Q(delivered_at__isnull=False) | Q(made_on=today())
    return sheet.links.filter(held, expires_on__gte=today(), revoked_at__isnull=True, returns=sheet.returns).count()
