"""Packages of our own locked reports."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.federation.door import locked
from khuyencong.federation.models import OutgoingPackage
from khuyencong.federation.package import build
from khuyencong.federation.states import answered
from khuyencong.notices.actions import notify
from khuyencong.people.actors import IN_BACKGROUND, Actor
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.content import digest
from khuyencong.periods.models import PeriodReport, PeriodReportState

NOT_LOCKED = "Chỉ đóng gói số liệu đã khóa: báo cáo này đang ở trạng thái «{state}»."


@transaction.atomic
def make_package(*, report_id: int, by: Actor) -> OutgoingPackage:
    """Sign the locked figures of a report as a package; one that was made before is given back. Raises NotAllowed, Refused."""
    report = PeriodReport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=report_id)
    require(by, Permission.FEDERATION_SEND, report)
    if report.state != PeriodReportState.LOCKED:
        raise Refused(NOT_LOCKED.format(state=report.get_state_display()))
    version = report.versions.order_by("-number").first()
    if version is None or digest(version.content) != version.sha256:
        raise Refused("Số liệu đã khóa không khớp mã kiểm tra: hãy báo cho quản trị.")
    earlier = OutgoingPackage.objects.filter(report_version=version).first()
    if earlier is not None:
        return earlier
    version.report = report
    text = build(version)
    made = OutgoingPackage.objects.create(report_version=version, text=text, sha256=digest(text), made_by=by.user)
    record(
        action="federation.make",
        by=by,
        subject=made,
        thread=made.thread,
        after={"kỳ": str(report.period), "lần nộp": version.number, "mã kiểm tra của gói": made.sha256},
    )
    return made


@transaction.atomic
def take_away_package(*, package_id: int, by: Actor) -> OutgoingPackage:
    """The package as a file; that somebody took it away is kept. Raises NotAllowed."""
    found = OutgoingPackage.objects.select_related("report_version__report").get(pk=package_id)
    require(by, Permission.FEDERATION_SEND, found)
    record(
        action="federation.take_away", by=by, subject=found, thread=found.thread, after={"mã kiểm tra": found.sha256}
    )
    return found


@transaction.atomic
def note_answer(*, package_id: int, by: Actor, version: int, state: str, answer: str) -> OutgoingPackage:
    """Keep what the receiver has answered. Raises NotAllowed, Stale; Refused for an answer that cannot follow."""
    rows = OutgoingPackage.objects.select_related("report_version__report", "made_by")
    found = locked(rows, package_id, by=by, permission=Permission.FEDERATION_SEND, version=version)
    before = {"trạng thái": found.get_state_display()}
    found.answer, found.asked_at = answer.strip()[:2_000], timezone.now()
    answered(found, state)
    found.save()
    if by.origin == IN_BACKGROUND:
        notify(
            users=[found.made_by],
            sentence=f"{found}: {found.get_state_display().lower()}.",
            url=found.get_absolute_url(),
        )
    record(
        action="federation.answer",
        by=by,
        subject=found,
        thread=found.thread,
        before=before,
        after={"trạng thái": found.get_state_display(), "mã kiểm tra": found.sha256},
        note=found.answer,
    )
    return found
