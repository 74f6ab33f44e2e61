"""Writing down what an establishment says: by its link, by its account, or told to an officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record, record_system
from khuyencong.core.errors import Refused
from khuyencong.core.files import check_upload
from khuyencong.effects.door import lock_for, lock_sheet
from khuyencong.effects.figures import MONEY, PEOPLE, questions_for
from khuyencong.effects.links import is_live
from khuyencong.effects.models import EffectFile, EffectLink, EffectSheet, FileKind, SheetState, Source
from khuyencong.effects.opening import is_known, latest, write_answer
from khuyencong.effects.plausible import plain
from khuyencong.effects.states import check_step, move
from khuyencong.effects.tell import tell_officers
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission, require
from khuyencong.quarantine.holding import answered_by

Upload: TypeAlias = "UploadedFile[bytes] | None"
MOST_FILES = 12
MOST_ANSWERS = 200
MOST = Decimal(10) ** 15
DEAD = "Liên kết này không còn dùng được."
NOTHING_SAID = "Hãy ghi ít nhất một số liệu, hoặc đánh dấu cơ sở đã ngừng hoạt động. Số chưa biết thì để trống."


@dataclass(frozen=True)
class Told:
    """What was said: figures by code (None: not known), whether the establishment is out of business, and a file.

    `as_known`: what dossier or publication say is right.
    """

    values: Mapping[str, Decimal | None] = field(default_factory=dict)
    closed: bool = False
    note: str = ""
    as_known: bool = False
    upload: Upload = None
    kind: str = FileKind.OTHER


@transaction.atomic
def answer_by_link(*, link_id: int, version: int, told: Told, origin: str) -> EffectSheet:
    """Take the answer of whoever holds the link. The same answer again changes nothing.

    Raises Refused where the link is dead by now or the figures cannot be, Stale.
    """
    sheet = lock_sheet(EffectLink.objects.values_list("sheet_id", flat=True).get(pk=link_id))
    link = EffectLink.objects.get(pk=link_id)
    link.sheet = sheet
    if not is_live(link):
        raise Refused(DEAD)
    if _take(sheet, told, version=version, source=Source.LINK, user=None):
        record_system(
            action="effect.answer",
            origin=origin,
            subject=sheet,
            thread=sheet.thread,
            after={"phiếu": str(sheet), "nguồn": Source.LINK.label, **_said(told)},
            note=told.note,
        )
    return sheet


@transaction.atomic
def answer_as_owner(*, sheet_id: int, by: Actor, version: int, told: Told) -> EffectSheet:
    """Take the answer of an owner with an account; the same answer again changes nothing. Raises NotAllowed, Stale, Refused."""
    sheet = lock_sheet(sheet_id)
    require(by, Permission.OWN_ESTABLISHMENT, sheet)
    if _take(sheet, told, version=version, source=Source.ACCOUNT, user=by.user):
        record(
            action="effect.answer",
            by=by,
            subject=sheet,
            thread=sheet.thread,
            after={"phiếu": str(sheet), "nguồn": Source.ACCOUNT.label, **_said(told)},
            note=told.note,
        )
    return sheet


@transaction.atomic
def record_by_phone(
    *, sheet_id: int, by: Actor, version: int, told: Told, told_by: str, source: Source = Source.PHONE
) -> EffectSheet:
    """Write down what somebody of the establishment told an officer, or what a source has published, marked as such.

    `told_by`: who said it, or where it stands. Raises NotAllowed, Stale, Refused.
    """
    sheet = lock_for(sheet_id, Permission.EFFECT_RECORD, by=by, version=version)
    if not told_by.strip():
        raise Refused("Hãy ghi ai kể, hoặc số liệu lấy ở đâu.")
    if source not in {Source.PHONE, Source.PUBLISHED}:
        raise Refused("Cán bộ chỉ ghi theo lời kể hoặc theo nguồn đã công bố.")
    _take(sheet, told, version=version, source=source, user=by.user, told_by=told_by.strip())
    record(
        action="effect.record",
        by=by,
        subject=sheet,
        thread=sheet.thread,
        after={"phiếu": str(sheet), "nguồn": source.label, **_published(source, told_by), **_said(told)},
        note=told.note,
    )
    return sheet


def _published(source: Source, told_by: str) -> dict[str, str]:
    """Where it stands; who told it on the telephone is a person, and is read at the answer (ADR 0038)."""
    return {"theo": told_by.strip()} if source is Source.PUBLISHED else {}


def asked_codes(sheet: EffectSheet) -> list[str]:
    """What the sheet may hold, by its activity and moment."""
    return [one.code for one in questions_for(sheet.project.activity, baseline=sheet.is_baseline)]


def _take(
    sheet: EffectSheet, told: Told, *, version: int, source: Source, user: User | None, told_by: str = ""
) -> bool:
    """Check, write, keep the file and move; False where just this was said last already."""
    before, last = latest(sheet), sheet.answers.order_by("-number").first()
    # An establishment is not asked for what dossier or publication say; an officer may correct it.
    known = {code for code, one in before.items() if is_known(one)}
    fixed = known if source in {Source.LINK, Source.ACCOUNT} else set()
    values = {code: value for code, value in told.values.items() if code not in fixed}
    _check(sheet, values, told, has_known=bool(known))
    same = all((before[code].value if code in before else None) == value for code, value in values.items())
    # A second click; said again after it was sent back, the same figures are an answer.
    if same and told.upload is None and last is not None and sheet.state == SheetState.ANSWERED:
        said = (last.source, last.closed, last.note)
        if said == (source, told.closed, told.note) and source in {Source.LINK, Source.ACCOUNT}:
            return False
    sheet.check_version(version)
    check_step(sheet, "answer")
    if last is not None and last.number >= MOST_ANSWERS:
        raise Refused("Phiếu này đã được ghi quá nhiều lần: hãy liên hệ cơ quan khuyến công.")
    write_answer(sheet, values, source=source, by=user, told_by=told_by, note=told.note, closed=told.closed)
    _keep(sheet, told, user=user)
    move(sheet, "answer")
    tell_officers(sheet, source)
    return True


def _check(sheet: EffectSheet, values: Mapping[str, Decimal | None], told: Told, *, has_known: bool) -> None:
    codes = asked_codes(sheet)
    if any(code not in codes for code in values):
        raise Refused("Phiếu này không hỏi một trong các số liệu đã ghi.")
    known = {code: value for code, value in values.items() if value is not None}
    if not known and not told.closed and not (told.as_known and has_known):
        raise Refused(NOTHING_SAID)
    for code, value in known.items():
        whole = code in PEOPLE or code in MONEY
        if not 0 <= value < MOST or (whole and value != value.to_integral_value()):
            raise Refused("Có số liệu không hợp lệ: phải từ 0 trở lên, số người và số tiền phải là số nguyên.")


def _keep(sheet: EffectSheet, told: Told, *, user: User | None) -> None:
    """Keep the evidence; where the transaction fails afterwards the file has no row and is nobody's."""
    if told.upload is None:
        return
    if sheet.files.count() >= MOST_FILES:
        raise Refused(f"Mỗi phiếu giữ nhiều nhất {MOST_FILES} tệp.")
    found = check_upload(told.upload)
    if user is None:
        answered_by(told.upload, sheet.project.implementing_unit)
    row = EffectFile(
        sheet=sheet,
        kind=told.kind,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        uploaded_by=user,
    )
    row.file.save(found.arrive(), told.upload, save=False)
    try:
        row.save()
    except Exception:
        row.file.delete(save=False)
        raise


def _said(told: Told) -> dict[str, str]:
    said = plain(told.values)
    if told.as_known:
        said["số đã có trong hồ sơ"] = "đúng"
    if told.closed:
        said["cơ sở đã ngừng hoạt động"] = "có"
    if told.upload is not None:
        said["tệp"] = "có"
    return said
