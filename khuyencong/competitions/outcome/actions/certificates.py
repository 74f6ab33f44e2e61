"""Withdrawing a certificate (TT 26/2014 Đ20.3) and what its holder reports each year (Đ22.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import Entry as Event
from khuyencong.audit.actions import record, record_many
from khuyencong.competitions.door import need
from khuyencong.competitions.models import Certificate, HolderReport
from khuyencong.competitions.outcome.door import in_order, lock_certificate, lock_establishments
from khuyencong.competitions.outcome.register import end_in_register
from khuyencong.competitions.outcome.tell import tell_withdrawn
from khuyencong.competitions.rules import check_past
from khuyencong.competitions.states import check_step, move_certificate, permission_of
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require


@transaction.atomic
def revoke_certificate(
    *, certificate_id: int, by: Actor, version: int, number: str, on: date, reason: str
) -> Certificate:
    """Record that a certificate was withdrawn by a decision; it does not count from that day on, in the register either.

    Raises NotAllowed, Stale, Refused.
    """
    certificate = lock_certificate(certificate_id, permission_of("revoke"), by=by, version=version)
    check_step(certificate, "revoke")
    check_past(on, "Ngày thu hồi")
    in_order(("Ngày cấp", certificate.issued_on), ("Ngày thu hồi", on))
    certificate.withdrawal_number = need(number, "Hãy ghi số quyết định thu hồi.")
    certificate.withdrawal_reason = need(reason, "Hãy ghi lý do thu hồi.")
    certificate.withdrawn_on = on
    entry = certificate.entry
    lock_establishments([entry.establishment_id])
    move_certificate(certificate, "revoke")
    end_in_register(certificate)
    tell_withdrawn(certificate, by=by)
    told = {"số giấy": certificate.number, "quyết định": certificate.withdrawal_number, "ngày": on.isoformat()}
    record_many(
        by=by,
        entries=[
            Event("competition.revoke", entry, entry.thread, after=told, note=certificate.withdrawal_reason),
            Event(
                "establishment.detail_update",
                entry.establishment,
                f"establishment:{entry.establishment_id}",
                after={"detail": "certificate", **told},
            ),
        ],
    )
    return certificate


@transaction.atomic
def report_holding(*, certificate_id: int, by: Actor, creation_key: UUID, fields: Mapping[str, Any]) -> HolderReport:
    """What a holder reports of one year; the owner, or an officer as told. `fields`: year, production, support, revenue, workers.

    Raises NotAllowed, Refused for a year in which the certificate did not count or that was reported already.
    """
    earlier = HolderReport.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.by_id != by.user.pk or earlier.certificate_id != certificate_id:
            raise Refused(USED)
        return earlier
    certificate = Certificate.objects.with_all().select_for_update(of=("self",)).get(pk=certificate_id)
    require(by, Permission.COMPETITION_ENTER, certificate)
    year = int(fields["year"])
    last = certificate.withdrawn_on or certificate.valid_until
    if not certificate.issued_on.year <= year <= min(last.year, today().year):
        raise Refused(f"Năm {year} không nằm trong thời hạn của giấy chứng nhận.", article="TT 26/2014 Đ22")
    if certificate.reports.filter(year=year).exists():
        raise Refused(f"Đã có báo cáo năm {year} của giấy chứng nhận này.")
    report = HolderReport(
        creation_key=creation_key,
        certificate=certificate,
        year=year,
        production=need(fields["production"], "Hãy ghi tình hình sản xuất, kinh doanh."),
        support=str(fields.get("support") or "").strip(),
        revenue=fields.get("revenue"),
        workers=fields.get("workers"),
        by=by.user,
    )
    same = save_once(report, author="by")
    if same is not None:
        return same
    record(
        action="competition.holder_report",
        by=by,
        subject=certificate.entry,
        thread=certificate.entry.thread,
        after={
            "số giấy": certificate.number,
            "năm": year,
            "doanh thu (đồng)": report.revenue,
            "lao động": report.workers,
        },
    )
    return report
