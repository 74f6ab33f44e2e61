"""Money on its way through the agencies and the years: given, delegated, carried over, returned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max

from khuyencong.audit.actions import record
from khuyencong.audit.queries import last_change
from khuyencong.core.errors import Refused, Stale
from khuyencong.core.money import MAX_DONG, format_dong
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, first_given
from khuyencong.finance.holders import HEIRS, check_source
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.programmes.models import Envelope, Spending
from khuyencong.projects.door import touch
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import ProjectState

STALE = "Hạn mức đã thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại số còn lại rồi ghi lại."
DECISION_DAY = "Ngày quyết định"
# The states in which a đề án still has money to spend in the next year.
UNDER_WAY = frozenset({ProjectState.APPROVED, ProjectState.IN_PROGRESS, ProjectState.ACCEPTED})


@transaction.atomic
def give_envelope(
    *,
    by: Actor,
    year: int,
    source: str,
    amount: int,
    document: str,
    on: date,
    spending: str = Spending.RECURRENT,
) -> LedgerEntry:
    """Enter the decision that gives (or, negative, takes back) `amount` đồng for a year, source and kind of spending.

    The same document is entered once for an envelope. Raises NotAllowed, Refused.
    """
    require(by, Permission.ENVELOPE_GIVE)
    check_source(by, source)
    _check_decision(amount, document, on, negative=True)
    wanted = ledger.open_envelope(agency_id=by.agency.pk, year=year, source=source, spending=spending)
    envelope = ledger.lock_envelopes([wanted.pk])[wanted.pk]
    _check_once(envelope, EntryKind.GIVEN, document)
    if amount < 0:
        _check_after_given(envelope, on)
    entry = _post(EntryKind.GIVEN, amount, envelope, by=by, on=on, document=document)
    ledger.enforce(envelopes=[envelope])
    record(action="envelope.give", by=by, subject=envelope, thread=envelope.thread, after=_kept(amount, document, on))
    return entry


@transaction.atomic
def delegate_envelope(
    *, envelope_id: int, version: int, by: Actor, to: Agency, amount: int, document: str, on: date
) -> LedgerEntry:
    """Hand `amount` đồng of an envelope on to an agency below, or, negative, take it back.

    The Cục delegates to a regional centre, a Sở to its centre. Raises NotAllowed, Stale, and Refused where it is more than is free here, or more than is free there when taken back.
    """
    envelope, heir = _lock_two(envelope_id, by=by, version=version, agency_of=to)
    if to.parent_id != envelope.agency_id or to.kind not in HEIRS or not _is_active(to, on):
        raise Refused(f"{to} không phải là đơn vị cấp dưới đang hoạt động của {envelope.agency}.")
    _check_decision(amount, document, on, negative=True)
    _check_once(envelope, EntryKind.DELEGATED, document, other=heir)
    _check_once(heir, EntryKind.GIVEN, document)
    _check_after_given(envelope, on)
    if amount < 0:
        given_on = first_given(envelope, EntryKind.DELEGATED, to=heir)
        check_day(on, what=DECISION_DAY, after={"ngày giao lại cho đơn vị": given_on})
    entry = _post(EntryKind.DELEGATED, amount, envelope, by=by, on=on, document=document, other=heir)
    _post(EntryKind.GIVEN, amount, heir, by=by, on=on, document=document, other=envelope)
    ledger.enforce(envelopes=[envelope, heir])
    record(
        action="envelope.delegate",
        by=by,
        subject=envelope,
        thread=envelope.thread,
        after=_kept(amount, document, on, **{"đơn vị": str(to)}),
    )
    return entry


@transaction.atomic
def return_money(*, envelope_id: int, version: int, by: Actor, amount: int, document: str, on: date) -> LedgerEntry:
    """Give `amount` đồng of an envelope back to the budget by decision. Raises NotAllowed, Stale, Refused."""
    envelope = _lock_one(envelope_id, by=by, version=version)
    _check_decision(amount, document, on)
    _check_once(envelope, EntryKind.RETURNED, document)
    _check_after_given(envelope, on)
    entry = _post(EntryKind.RETURNED, amount, envelope, by=by, on=on, document=document)
    ledger.enforce(envelopes=[envelope])
    record(action="envelope.return", by=by, subject=envelope, thread=envelope.thread, after=_kept(amount, document, on))
    return entry


@transaction.atomic
def carry_over(
    *, envelope_id: int, version: int, by: Actor, free: int, parts: Mapping[int, int], document: str, on: date
) -> LedgerEntry:
    """Carry money over into the next year's envelope by decision.

    `free`: đồng that were promised to nobody; `parts`: by key of the đề án the đồng that were approved and are not paid
    out. What a đề án takes along stands approved in the next year as it did in this one, beneficiary by beneficiary.
    Raises NotAllowed, Stale, and Refused with the first sum that is not there.
    """
    envelope, following = _lock_two(envelope_id, by=by, version=version)
    if free < 0 or any(amount <= 0 for amount in parts.values()):
        raise Refused("Số tiền chuyển nguồn phải lớn hơn 0.")
    total = free + sum(parts.values())
    _check_decision(total, document, on)
    if on.year not in {envelope.year, envelope.year + 1}:
        raise Refused(f"Quyết định chuyển nguồn phải ở năm {envelope.year} hoặc {envelope.year + 1}.")
    _check_once(envelope, EntryKind.CARRIED, document)
    _check_once(following, EntryKind.GIVEN, document)
    _check_after_given(envelope, on)
    projects = {
        one.pk: one
        for one in Project.objects.select_for_update(of=("self",)).filter(pk__in=parts).order_by("pk")
        if one.state in UNDER_WAY
    }
    if projects.keys() != parts.keys():
        raise Refused("Có đề án không còn ở trạng thái được chuyển nguồn: hãy mở lại trang.")
    for key, amount in parts.items():
        _carry_project(projects[key], amount, envelope, following, by=by, on=on, document=document)
    entry = _post(EntryKind.CARRIED, total, envelope, by=by, on=on, document=document, other=following)
    _post(EntryKind.GIVEN, total, following, by=by, on=on, document=document, other=envelope)
    ledger.enforce(projects=projects.values(), envelopes=[envelope, following])
    for project in projects.values():
        touch(project)
    codes = {one.code: parts[one.pk] for one in projects.values()}
    after = _kept(total, document, on, **({"đề án": codes} if codes else {}))
    record(action="envelope.carry", by=by, subject=envelope, thread=envelope.thread, after=after)
    return entry


def _carry_project(
    project: Project, amount: int, envelope: Envelope, following: Envelope, *, by: Actor, on: date, document: str
) -> None:
    here = LedgerEntry.objects.filter(project=project, envelope=envelope)
    balance = ledger.balances(here, "project_id").get(project.pk, ledger.Balance())
    unspent = balance.committed - balance.paid_out
    if amount > unspent:
        raise Refused(f"{project.code} chỉ còn {format_dong(max(0, unspent))} đồng chưa chi để chuyển sang năm sau.")

    approved_on = here.filter(kind=EntryKind.APPROVED).aggregate(last=Max("on"))["last"]
    check_day(on, what=DECISION_DAY, after={f"quyết định phê duyệt {project.code}": approved_on})

    def post(kind: EntryKind, share: int, place: Envelope, beneficiary: Beneficiary | None = None) -> None:
        ledger.post(
            kind=kind,
            amount=share,
            envelope=place,
            project=project,
            beneficiary=beneficiary,
            by=by,
            on=on,
            document=document.strip(),
        )

    beneficiaries = {one.pk: one for one in project.beneficiaries.all()}
    for part, share in _in_parts(ledger.balances(here, "beneficiary_id"), amount):
        beneficiary = None if part is None else beneficiaries[part]
        post(EntryKind.REDUCED, share, envelope, beneficiary)
        post(EntryKind.APPROVED, share, following, beneficiary)
    post(EntryKind.PLANNED, -amount, envelope)
    post(EntryKind.PLANNED, amount, following)


def _in_parts(sums: Mapping[int, ledger.Balance], amount: int) -> Iterator[tuple[int | None, int]]:
    """`amount` taken from what is approved and unpaid of each beneficiary (None: of none), one after the other."""
    for key in sorted(sums, key=lambda one: one or 0):
        share = min(amount, max(0, sums[key].approved_now - sums[key].paid_out))
        if share > 0:
            yield key, share
            amount -= share


def _lock_one(envelope_id: int, *, by: Actor, version: int) -> Envelope:
    envelope = ledger.lock_envelopes([envelope_id])[envelope_id]
    require(by, Permission.ENVELOPE_GIVE, envelope)
    _check_version(envelope, version)
    return envelope


def _check_version(envelope: Envelope, version: int) -> None:
    if version != ledger.version_of(envelope):
        raise Stale(f"{STALE} {last_change(envelope.thread)}".strip())


def _lock_two(
    envelope_id: int, *, by: Actor, version: int, agency_of: Agency | None = None
) -> tuple[Envelope, Envelope]:
    """The envelope, and the one that money goes to: of the agency below, or of the next year."""
    place = Envelope.objects.select_related("agency").get(pk=envelope_id)
    require(by, Permission.ENVELOPE_GIVE, place)
    other = ledger.open_envelope(
        agency_id=agency_of.pk if agency_of else place.agency_id,
        year=place.year if agency_of else place.year + 1,
        source=place.source,
        spending=place.spending,
    )
    if other.pk == envelope_id:
        raise Refused("Không giao lại cho chính mình.")
    locked = ledger.lock_envelopes([envelope_id, other.pk])
    _check_version(locked[envelope_id], version)
    return locked[envelope_id], locked[other.pk]


def _is_active(agency: Agency, on: date) -> bool:
    return Agency.objects.active_on(on).filter(pk=agency.pk).exists()


def _check_decision(amount: int, document: str, on: date, *, negative: bool = False) -> None:
    if amount == 0 or abs(amount) > MAX_DONG:
        raise Refused("Số tiền phải khác 0.")
    if amount < 0 and not negative:
        raise Refused("Số tiền phải lớn hơn 0.")
    if not document.strip():
        raise Refused("Hãy ghi số quyết định.")
    check_day(on, what=DECISION_DAY, after={})


def _check_after_given(envelope: Envelope, on: date) -> None:
    """Money is not moved by a decision that is older than the first one that gave some."""
    check_day(on, what=DECISION_DAY, after={"ngày giao dự toán": first_given(envelope)})


def _check_once(envelope: Envelope, kind: EntryKind, document: str, *, other: Envelope | None = None) -> None:
    rows = LedgerEntry.objects.filter(envelope=envelope, kind=kind, document=document.strip())
    if other is not None:
        rows = rows.filter(other_envelope=other)
    if rows.exists():
        raise Refused(f"Quyết định «{document.strip()}» đã được ghi vào hạn mức này.")


def _post(
    kind: EntryKind,
    amount: int,
    envelope: Envelope,
    *,
    by: Actor,
    on: date,
    document: str,
    other: Envelope | None = None,
) -> LedgerEntry:
    entry = ledger.post(
        kind=kind, amount=amount, envelope=envelope, other=other, by=by, on=on, document=document.strip()
    )
    if entry is None:
        raise Refused("Số tiền phải khác 0.")
    return entry


def _kept(amount: int, document: str, on: date, **more: object) -> dict[str, object]:
    """What the trail keeps of a decision about an envelope."""
    return {"số tiền": amount, "văn bản": document.strip(), "ngày": on.isoformat(), **more}
