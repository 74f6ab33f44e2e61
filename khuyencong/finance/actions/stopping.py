"""Stopping a đề án before its end."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.finance import ledger
from khuyencong.finance.days import check_day, last_accepted_on, last_booked
from khuyencong.finance.ending import lock_with_envelopes, release
from khuyencong.finance.models import CASH, OPEN_PAYMENTS, Payment, part_of
from khuyencong.people.actors import Actor
from khuyencong.projects.door import lock_for_step
from khuyencong.projects.models import Project
from khuyencong.projects.states import move


@transaction.atomic
def stop(*, project_id: int, by: Actor, version: int, document: str, on: date, reason: str) -> Project:
    """Stop an approved đề án by decision (TT 36/2013 Đ11): what is neither earned nor paid out returns to the envelope.

    Money paid out beyond what was accepted stays to be recovered. Raises NotAllowed, Stale, Refused.
    """
    envelopes = lock_with_envelopes(project_id)
    project = lock_for_step(project_id, "stop", by=by, version=version)
    if not document.strip() or not reason.strip():
        raise Refused("Hãy ghi số quyết định và lý do ngừng.", article="TT 36/2013 Đ11")
    part = part_of(project)
    check_day(
        on,
        what="Ngày quyết định",
        after={
            "quyết định phê duyệt": project.plan.decision_on if project.plan else None,
            "ngày ký hợp đồng": part.contract.signed_on if part else None,
            "ngày nghiệm thu": last_accepted_on(project),
            "lần chi gần nhất": last_booked(project, *CASH),
        },
    )
    if Payment.objects.filter(project=project, state__in=OPEN_PAYMENTS).exists():
        raise Refused("Còn khoản chi chưa xong: hãy ghi đã chi hoặc trả lại trước.")
    release(project, envelopes, by=by, on=on, document=document.strip())
    ledger.enforce(projects=[project], envelopes=envelopes)
    before = {"state": project.state}
    move(project, "stop")
    record(
        action="project.stop",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={"state": project.state, "quyết định": document.strip(), "ngày": on.isoformat()},
        note=reason.strip(),
    )
    return project
