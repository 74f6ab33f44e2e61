"""Packages of other installations: received, accepted or returned."""

from __future__ import annotations

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import blockers
from khuyencong.federation.differences import recorded_cells
from khuyencong.federation.door import locked
from khuyencong.federation.models import IncomingPackage, IncomingState
from khuyencong.federation.package import Package, load
from khuyencong.federation.rules import before_accepting, check_order, check_sums, findings_of, signer_of
from khuyencong.federation.states import check_step, move
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.people.roles import Role
from khuyencong.periods.actions import take_over
from khuyencong.periods.actions.handing import RowInput
from khuyencong.periods.node import receiver_of
from khuyencong.periods.taken_in import ASKED
from khuyencong.reporting.figures import value_of

LONGEST = 200  # signs of how a package came


@transaction.atomic
def receive_package(*, by: Actor, package: Package, how: str) -> IncomingPackage:
    """Take in a package that came as `how` says; the same one twice is the first one, and nothing changes.

    Raises NotAllowed; Refused with a sentence: a signature that is not believed, sums that do not hold, figures that
    contradict themselves, a version older than one that came.
    """
    key = signer_of(package, _receivers(by))
    check_sums(package)
    found = IncomingPackage(
        receiver=key.receiver,
        agency=key.agency,
        trusted_key=key,
        kind=package.period.kind,
        year=package.period.year,
        number=package.period.number,
        closing_on=package.closing_on,
        sent_version=package.number,
        text=package.text,
        sha256=package.sha256,
        received_by=by.user,
        received_as=how[:LONGEST],
    )
    require(by, Permission.FEDERATION_RECEIVE, found)
    # Of two that come at once the second waits here, and finds the first.
    Agency.objects.select_for_update(of=("self",)).get(pk=key.agency_id)
    earlier = check_order(package, key)
    if earlier is not None:
        return earlier
    stopping = blockers(findings_of(package, key.agency))
    if stopping:
        raise Refused(" ".join(one.sentence for one in stopping), findings=stopping)
    found.save()
    waiting = IncomingPackage.objects.select_for_update().filter(
        receiver=found.receiver,
        agency=found.agency,
        kind=found.kind,
        year=found.year,
        number=found.number,
        state=IncomingState.WAITING,
    )
    for older in waiting.exclude(pk=found.pk):
        move(older, "replace")
    notify(
        users=[one for one in people_of(found.receiver, Role.LEADER, Role.OFFICER) if one.pk != by.user.pk],
        sentence=f"{found.agency}: đã nhận gói số liệu {found.period}, lần nộp {found.sent_version}, chờ xem.",
        url=found.get_absolute_url(),
    )
    record(
        action="federation.receive",
        by=by,
        subject=found,
        thread=found.thread,
        after={
            "cơ quan": found.agency.name,
            "kỳ": str(found.period),
            "lần nộp": found.sent_version,
            "nhận qua": how,
            "dấu của khóa": key.fingerprint,
            "mã kiểm tra của gói": found.sha256,
        },
    )
    return found


@transaction.atomic
def accept_package(*, package_id: int, by: Actor, version: int, note: str = "") -> IncomingPackage:
    """Take the figures over as the agency's locked report of the period.

    Raises NotAllowed, Stale; Refused under a key that is believed no more, and without a note where records of ours say otherwise.
    """
    found = _locked(package_id, by, version)
    check_step(found, "accept")
    package = load(found.text.encode())
    findings = before_accepting(found, package, recorded_cells(found))
    stopping = findings if not note.strip() else blockers(findings)
    if stopping:
        raise Refused(" ".join(one.sentence for one in stopping), findings=findings)
    kept = take_over(
        by=by,
        agency=found.agency,
        period=package.period,
        closing_on=package.closing_on,
        rows=rows_of(package),
        document=package.document,
        document_on=package.document_on,
        explanation=package.explanation,
        origin=f"Hệ thống của {found.agency.short_name}, lần nộp {found.sent_version}, gói {found.sha256[:12]}",
    )
    found.report_version = kept
    return _move_and_record(found, "accept", by=by, text=note)


@transaction.atomic
def return_package(*, package_id: int, by: Actor, version: int, reason: str) -> IncomingPackage:
    """Send it back with the reason, which the sender reads when it asks. Raises NotAllowed, Stale, Refused."""
    found = _locked(package_id, by, version)
    check_step(found, "return")
    if not reason.strip():
        raise Refused("Hãy ghi lý do trả lại.")
    return _move_and_record(found, "return", by=by, text=reason)


def rows_of(package: Package) -> list[RowInput]:
    """Its figures as rows of a table."""
    return [
        RowInput(
            source=source,
            activity=activity,
            values={code: value_of(values, code) for code in ASKED if value_of(values, code)},
        )
        for (source, activity), values in sorted(package.cells.items())
    ]


def _receivers(by: Actor) -> frozenset[int]:
    """Whose keys may be asked: those of the actor's own agency or, where a sender brings it itself, of who receives its reports."""
    return by.agency_ids | {receiver_of(by.agency).pk}


def _locked(package_id: int, by: Actor, version: int) -> IncomingPackage:
    rows = IncomingPackage.objects.select_related(
        "agency__province__current", "agency__parent", "receiver", "trusted_key"
    )
    return locked(rows, package_id, by=by, permission=Permission.FEDERATION_DECIDE, version=version)


def _move_and_record(found: IncomingPackage, step: str, *, by: Actor, text: str) -> IncomingPackage:
    before = {"trạng thái": found.get_state_display()}
    found.decided_by, found.decided_as, found.decided_on = by.user, by.signature, today()
    found.answer = text.strip()[:2_000]
    move(found, step)
    if found.received_by_id != by.user.pk:
        notify(
            users=[found.received_by],
            sentence=f"{found}: {found.get_state_display().lower()}.",
            url=found.get_absolute_url(),
        )
    record(
        action=f"federation.{step}",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after={"trạng thái": found.get_state_display(), "mã kiểm tra của gói": found.sha256},
        note=found.answer,
    )
    return found
