"""Accepting what was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.findings import as_dicts
from khuyencong.delivery.assessing import Assessment, assess
from khuyencong.delivery.found import ItemInput, counts
from khuyencong.delivery.invoices import keep_invoices
from khuyencong.delivery.keeping import keep_all
from khuyencong.delivery.minutes import Minutes, ParticipantInput, absent, minutes_of, present_or_recorder
from khuyencong.delivery.models import Acceptance, AcceptanceItem, MinutesForm, Participant
from khuyencong.delivery.payable import lines_of_part, of_part, payable_as_dict, waiting_for_acceptance
from khuyencong.delivery.serials import keep_serials, refuse_supported
from khuyencong.finance import ledger
from khuyencong.finance.actions.contracts import refuse_unnamed
from khuyencong.finance.days import check_day
from khuyencong.finance.models import ContractPart, EntryKind
from khuyencong.finance.years import envelope_for_work
from khuyencong.people.actors import Actor
from khuyencong.projects.door import has_written, lock_for_step, touch
from khuyencong.projects.keeping import files_or_nothing
from khuyencong.projects.models import AttachmentKind, Beneficiary, EstimateLine, Project
from khuyencong.projects.states import move


@dataclass(frozen=True)
class Spot:
    """Where the acceptance took place: in words, and in degrees where a device told them."""

    place: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def accept(
    *,
    project_id: int,
    by: Actor,
    version: int,
    beneficiary_id: int | None,
    number: str,
    accepted_on: date,
    items: Sequence[ItemInput],
    comment: str = "",
    is_last: bool = True,
    undelivered: str = "",
    participants: Sequence[ParticipantInput] = (),
    unit_invoices: bool = False,
    explanation: str = "",
    spot: Spot = Spot(),  # frozen
    photos: Sequence[UploadedFile[bytes]] = (),
) -> Acceptance:
    """Accept items of one beneficiary (None: of the project itself); what is payable follows from the law.

    `is_last` closes the part, and so does an acceptance after which nothing of the approved list is left; the last part
    closes acceptance of the whole project. `undelivered` says why something was never delivered, `explanation` answers
    what needs a word. Raises NotAllowed, Stale, and Refused also where a machine of one of the serial numbers, or an
    invoice, was accepted before, anywhere.
    """
    with files_or_nothing() as kept, transaction.atomic():
        project = lock_for_step(project_id, "accept", by=by, version=version)
        if has_written(project, by):
            raise Refused("Người lập hoặc gửi đề án không được nghiệm thu đề án đó.")
        approved = ledger.approved_by_beneficiary(project)
        lines = {line.pk: line for line in lines_of_part(project, beneficiary_id)}
        if beneficiary_id is None:
            refuse_unnamed(project, approved, what="Nghiệm thu phần chung")
        minutes = minutes_of(project, unit_invoices=unit_invoices)
        _check(project, beneficiary_id, approved, accepted_on)
        _check_number(project, beneficiary_id, minutes, number.strip())
        _check_spot(spot)
        people = present_or_recorder(participants, by)
        found = assess(
            project,
            beneficiary_id,
            lines=lines,
            items=items,
            approved=approved[beneficiary_id],
            accepted_on=accepted_on,
            is_last=is_last,
            seen_by=by,
        )
        _check_words(found, undelivered, explanation)
        paid = {item.line_id: item.serial for item in found.items if item.cost and counts(lines[item.line_id or 0])}
        refuse_supported(list(paid.values()), seen_by=by)
        beneficiary = Beneficiary.objects.get(pk=beneficiary_id) if beneficiary_id is not None else None
        missing = absent(participants, has_beneficiary=beneficiary is not None, partly=bool(found.missing))
        acceptance: Acceptance = Acceptance.objects.create(
            project=project,
            beneficiary=beneficiary,
            round=Acceptance.all_ever.filter(of_part(beneficiary_id), project=project).count() + 1,
            form=minutes.form,
            form_reason=minutes.reason,
            form_article=minutes.article,
            number=number.strip(),
            accepted_on=accepted_on,
            place=spot.place.strip(),
            latitude=spot.latitude,
            longitude=spot.longitude,
            comment=comment,
            is_last=found.is_last,
            undelivered=undelivered.strip() if found.missing else "",
            findings=as_dicts([*found.findings, *(missing if participants else ())]),
            explanation=explanation.strip() if found.to_confirm else "",
            payable=found.payable.amount,
            calculation=payable_as_dict(found.payable),
            by=by.user,
            agency=by.agency,
        )
        ledger.post(
            kind=EntryKind.ACCEPTED,
            amount=acceptance.payable,
            envelope=envelope_for_work(project, acceptance.payable),
            project=project,
            beneficiary=beneficiary,
            by=by,
            on=accepted_on,
            document=acceptance.document,
        )
        rows = AcceptanceItem.objects.bulk_create(_row(acceptance, one, lines, found) for one in found.items)
        Participant.objects.bulk_create(
            Participant(
                acceptance=acceptance,
                position=position,
                role=one.role,
                name=one.name.strip(),
                title=one.title.strip(),
                organisation=one.organisation.strip(),
                present=one.present,
                opinion=one.opinion.strip(),
            )
            for position, one in enumerate(people, start=1)
        )
        keep_serials([row for row in rows if row.line_id in paid], seen_by=by)
        keep_invoices(project, [one.invoice for one in found.items if one.invoice is not None and one.cost])
        keep_all(acceptance, photos, kind=AttachmentKind.PHOTO, by=by, kept=kept)
        ledger.enforce(projects=[project])
        _move_and_record(acceptance, found, approved, by)
        return acceptance


def _move_and_record(acceptance: Acceptance, found: Assessment, approved: dict[int | None, int], by: Actor) -> None:
    project = acceptance.project
    before = {"state": project.state}
    if waiting_for_acceptance(project, approved):
        touch(project)
    else:
        move(project, "accept")
    after = {
        "state": project.state,
        "cơ sở": str(acceptance.beneficiary or ""),
        "biên bản": acceptance.number,
        "lần": acceptance.round,
        "lần cuối": acceptance.is_last,
        "chi phí nghiệm thu": found.cost,
        "được thanh toán": found.payable.amount,
        "không thực hiện": "; ".join(found.missing),
        "giải trình": acceptance.explanation,
    }
    record(
        action="project.accept",
        by=by,
        subject=project,
        thread=project.thread,
        before=before,
        after={name: value for name, value in after.items() if value != "" or name == "cơ sở"},
    )


def _row(acceptance: Acceptance, one: ItemInput, lines: dict[int, EstimateLine], found: Assessment) -> AcceptanceItem:
    line, paper = lines[one.line_id or 0], one.invoice
    return AcceptanceItem(
        acceptance=acceptance,
        line=line,
        approved_name=line.content,
        description=one.description,
        maker=one.maker,
        country=one.country,
        model=one.model,
        year_made=one.year_made,
        serial=one.serial,
        condition=one.condition,
        quantity=one.quantity,
        unit_price=one.unit_price,
        cost=one.cost,
        seller=paper.seller if paper else "",
        seller_tax_code=paper.seller_tax_code if paper else "",
        invoice_symbol=paper.symbol if paper else "",
        invoice_number=paper.number if paper else "",
        invoice_on=paper.issued_on if paper else None,
        invoice_amount=paper.amount if paper else None,
        invoice_key=paper.key if paper else "",
        trial_hours=one.trial.hours,
        trial_promised=one.trial.promised,
        trial_output=one.trial.output,
        trial_result=one.trial.result,
        trial_note=one.trial.note,
        differences=[difference.as_dict() for difference in found.differences[line.pk]],
    )


def _check(project: Project, beneficiary_id: int | None, approved: dict[int | None, int], accepted_on: date) -> None:
    if beneficiary_id not in waiting_for_acceptance(project, approved):
        raise Refused("Phần này không chờ nghiệm thu: đã nghiệm thu hoặc không có kinh phí được phê duyệt.")
    contract = ContractPart.objects.select_related("contract").get(project=project).contract
    after = {"ngày ký hợp đồng": contract.signed_on}
    before = Acceptance.objects.filter(of_part(beneficiary_id), project=project).order_by("-accepted_on").first()
    check_day(
        accepted_on,
        what="Ngày nghiệm thu",
        after=after | {"lần nghiệm thu trước": before and before.accepted_on},
        article="TT 36/2013 Đ14, Đ21.1",
    )


def _check_number(project: Project, beneficiary_id: int | None, minutes: Minutes, number: str) -> None:
    """Each acceptance has its own number; only minutes for the whole đề án (5b, 5c) may hold several parts."""
    if not number:
        raise Refused("Hãy ghi số biên bản nghiệm thu.")
    used = Acceptance.all_ever.filter(project=project, number=number)
    if minutes.form != MinutesForm.SITE:
        used = used.filter(of_part(beneficiary_id))
    if used.exists():
        raise Refused(f"Số biên bản {number} đã dùng cho một lần nghiệm thu khác của đề án này.")


def _check_spot(spot: Spot) -> None:
    if (spot.latitude is None) != (spot.longitude is None):
        raise Refused("Ghi cả vĩ độ và kinh độ, hoặc để trống cả hai.")


def _check_words(found: Assessment, undelivered: str, explanation: str) -> None:
    """What was never delivered is declared with its reason; what needs a word has one."""
    if found.missing and not undelivered.strip():
        raise Refused(
            f"Lần nghiệm thu cuối mà còn phần không thực hiện: {', '.join(found.missing)}. Hãy ghi lý do, hoặc chọn còn"
            " nghiệm thu tiếp.",
            article="TT 36/2013 Đ18.4",
        )
    if found.to_confirm and not explanation.strip():
        told = " ".join(one.sentence for one in found.to_confirm)
        raise Refused(
            f"Cần giải trình trước khi ghi: {told}", article=found.to_confirm[0].article, findings=found.to_confirm
        )
