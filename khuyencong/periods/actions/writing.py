"""Beginning a report, writing what no figure can say, and handing it in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.creation import USED, save_once
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import blockers
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency
from khuyencong.people.permissions import Permission, require
from khuyencong.periods.content import canonical, content_now, digest, plain
from khuyencong.periods.door import lock_for_step, lock_to_write
from khuyencong.periods.indicators import list_agency_id
from khuyencong.periods.models import (
    LONGEST,
    IndicatorValue,
    PeriodReport,
    PeriodReportState,
    ReportIndicator,
    ReportVersion,
)
from khuyencong.periods.narrative import TITLES
from khuyencong.periods.node import REPORTERS, receiver_of
from khuyencong.periods.rules import check_closing_day, findings_of, to_explain
from khuyencong.periods.states import move
from khuyencong.periods.tell import tell
from khuyencong.reporting.period import Period

TAKEN = "Cơ quan này đã có báo cáo của kỳ ấy: hãy mở báo cáo đó."


@transaction.atomic
def begin(
    *, by: Actor, creation_key: UUID, agency: Agency, period: Period, closing_on: date, by_hand: bool = False
) -> PeriodReport:
    """Begin the report of an agency and period, its figures as of `closing_on`.

    Of another agency only a table by hand is begun, by who receives it. The same key twice gives the first one back.
    Raises NotAllowed, Refused.
    """
    receiver = receiver_of(agency)
    own = agency.pk in by.agency_ids
    report = PeriodReport(
        creation_key=creation_key,
        agency=agency,
        keeper=agency if own else by.agency,
        receiver=receiver,
        kind=period.kind,
        year=period.year,
        number=period.number,
        closing_on=closing_on,
        by_hand=by_hand,
        created_by=by.user,
    )
    require(by, Permission.PERIOD_REPORT_WRITE, report)
    earlier = PeriodReport.objects.filter(creation_key=creation_key).first()
    if earlier is not None:
        if earlier.created_by_id != by.user.pk:
            raise Refused(USED)
        return earlier
    if agency.kind not in REPORTERS:
        raise Refused(f"{agency} không lập báo cáo theo kỳ.")
    if not own and receiver.pk not in by.agency_ids:
        raise Refused("Chỉ nơi nhận báo cáo nhập bảng thay cho cơ quan chưa dùng hệ thống.")
    if not own and not by_hand:
        raise Refused("Báo cáo lập thay cho cơ quan khác là báo cáo bằng bảng.")
    wrong = check_closing_day(period, closing_on)
    if wrong:
        raise Refused(wrong)
    if PeriodReport.objects.filter(agency=agency, kind=period.kind, year=period.year, number=period.number).exists():
        raise Refused(TAKEN)
    made = save_once(report, author="created_by")
    if made is not None:
        return made
    record(
        action="period_report.begin",
        by=by,
        subject=report,
        thread=report.thread,
        after={
            "cơ quan": str(agency),
            "kỳ": str(period),
            "số liệu đến ngày": closing_on.isoformat(),
            "bằng bảng": by_hand,
        },
    )
    return report


@transaction.atomic
def write_section(*, report_id: int, by: Actor, version: int, section: str, text: str, comment: str) -> PeriodReport:
    """Put the agency's own words in the place of a section ("" gives the sentences of the figures back), and a comment.

    Raises NotAllowed, Stale, Refused.
    """
    report = lock_to_write(report_id, by=by, version=version)
    if section not in TITLES:
        raise Refused("Báo cáo không có phần này.")
    if max(len(text), len(comment)) > LONGEST:
        raise Refused(f"Mỗi phần viết nhiều nhất {LONGEST} ký tự.")
    before = {"nội dung": report.texts.get(section, ""), "nhận xét": report.comments.get(section, "")}
    report.texts = _with(report.texts, section, text)
    report.comments = _with(report.comments, section, comment)
    report.version += 1
    report.save()
    record(
        action="period_report.write",
        by=by,
        subject=report,
        thread=report.thread,
        before=before,
        after={"phần": TITLES[section], "nội dung": text.strip(), "nhận xét": comment.strip()},
    )
    return report


def _with(words: Mapping[str, str], section: str, text: str) -> dict[str, str]:
    kept = {key: value for key, value in words.items() if key != section}
    return {**kept, section: text.strip()} if text.strip() else kept


@transaction.atomic
def type_indicators(*, report_id: int, by: Actor, version: int, values: Mapping[int, Decimal | None]) -> PeriodReport:
    """Write the indicators that no record answers, by their keys; None takes one away. Raises NotAllowed, Stale, Refused."""
    report = lock_to_write(report_id, by=by, version=version)
    asked = {
        one.pk: one
        for one in ReportIndicator.objects.in_force().filter(agency=list_agency_id(report), figure="", pk__in=values)
    }
    if len(asked) != len(values):
        raise Refused("Có chỉ tiêu không thuộc danh mục ghi tay của cơ quan: hãy mở lại trang.")
    for pk, value in values.items():
        if value is not None and value < 0:
            raise Refused(f"{asked[pk]}: số không được âm.")
        IndicatorValue.objects.filter(report=report, indicator=pk).delete()
        if value is not None:
            IndicatorValue.objects.create(report=report, indicator_id=pk, value=value)
    report.version += 1
    report.save(update_fields=["version"])
    record(
        action="period_report.indicators",
        by=by,
        subject=report,
        thread=report.thread,
        after={str(asked[pk]): str(value) if value is not None else "" for pk, value in values.items()},
    )
    return report


@transaction.atomic
def submit(
    *, report_id: int, by: Actor, version: int, document: str, document_on: date, explanation: str = ""
) -> ReportVersion:
    """Hand the report in: its figures are reckoned, checked and kept as they are now (TT 36/2013 Đ21.5, Đ22.2).

    Raises NotAllowed, Stale; Refused where something contradicts itself, or what must be explained is not.
    """
    report = lock_for_step(report_id, "submit", by=by, version=version)
    report.document, report.document_on = document.strip(), document_on
    report.explanation = explanation.strip()
    if not report.document:
        raise Refused("Hãy ghi số văn bản của báo cáo.")
    if document_on > today():
        raise Refused("Ngày văn bản không được ở tương lai.")
    content = content_now(report)
    findings = findings_of(report, content)
    stopping = blockers(findings)
    if stopping:
        raise Refused(" ".join(one.sentence for one in stopping), findings=findings)
    doubtful = to_explain(findings)
    if doubtful and not report.explanation:
        sentences = " ".join(one.sentence for one in doubtful)
        raise Refused(f"Hãy giải trình các điểm sau: {sentences}", findings=findings)
    text = canonical(plain(report, content, findings))
    number = report.versions.count() + 1
    kept = ReportVersion.objects.create(
        report=report,
        number=number,
        content=text,
        sha256=digest(text),
        made_by=by.user,
        made_as=by.signature,
    )
    before = {"trạng thái": report.get_state_display()}
    report.submitted_by, report.submitted_as, report.submitted_on = by.user, by.signature, today()
    move(report, "submit")
    tell(report, by=by)
    record(
        action="period_report.submit",
        by=by,
        subject=report,
        thread=report.thread,
        before=before,
        after={
            "trạng thái": report.get_state_display(),
            "lần nộp": number,
            "văn bản": report.document,
            "ngày": document_on.isoformat(),
            "mã kiểm tra": kept.sha256,
        },
        note=report.explanation,
    )
    return kept


@transaction.atomic
def discard(*, report_id: int, by: Actor, version: int) -> None:
    """Throw a report away that was never handed in. Raises NotAllowed, Stale, Refused."""
    report = lock_to_write(report_id, by=by, version=version)
    if report.state != PeriodReportState.DRAFT:
        raise Refused("Báo cáo đã từng nộp thì không bỏ được: hãy sửa rồi nộp lại.")
    thread, agency, period = report.thread, report.agency, report.period
    report.delete()
    record(
        action="period_report.discard",
        by=by,
        subject=agency,
        thread=thread,
        before={"cơ quan": str(agency), "kỳ": str(period)},
    )
