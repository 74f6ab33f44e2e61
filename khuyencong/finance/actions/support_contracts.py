"""Tier two: the contract of the implementing unit with an establishment."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from khuyencong.audit.actions import record
from khuyencong.core.errors import Refused
from khuyencong.core.money import format_dong
from khuyencong.finance import ledger
from khuyencong.finance.contract_rules import check_in_use, support_signed
from khuyencong.finance.days import check_day
from khuyencong.finance.models import BankAccount, ContractPart, LedgerEntry, SupportContract, part_of
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.projects.door import lock_project, touch
from khuyencong.projects.keeping import files_or_nothing, keep_file
from khuyencong.projects.models import AttachmentKind, Beneficiary, Project
from khuyencong.projects.states import ProjectState


def record_support_contract(
    *,
    project_id: int,
    by: Actor,
    version: int,
    beneficiary_id: int,
    number: str,
    signed_on: date,
    support: int,
    counterpart: int = 0,
    other: int = 0,
    schedule: str = "",
    account: BankAccount | None = None,
    upload: UploadedFile[bytes] | None = None,
) -> SupportContract:
    """Keep the contract with one establishment, or correct the one that is there; amounts in đồng by source.

    Raises NotAllowed, Stale, and Refused where its support exceeds what is approved for that establishment, all of them
    together exceed the contract of the đề án, or the unit is itself the establishment.
    """
    with files_or_nothing() as kept, transaction.atomic():
        project = lock_project(project_id, by=by, permission=Permission.SUPPORT_CONTRACT_KEEP, version=version)
        beneficiary = project.beneficiaries.select_related("establishment").filter(pk=beneficiary_id).first()
        if beneficiary is None:
            raise Refused("Cơ sở này không còn trong đề án.")
        part = _check_place(project, beneficiary)
        if not number.strip():
            raise Refused("Hãy ghi số hợp đồng hỗ trợ.")
        check_day(signed_on, what="Ngày ký hợp đồng hỗ trợ", after={"ngày ký hợp đồng": part.contract.signed_on})
        _check_amounts(project, part, beneficiary, support, counterpart, other)
        _check_account(account, beneficiary, signed_on)
        found = SupportContract.objects.filter(beneficiary=beneficiary).first()
        before = _content(found) if found else None
        found = found or SupportContract(project=project, beneficiary=beneficiary)
        found.number, found.signed_on, found.schedule = number.strip(), signed_on, schedule.strip()
        found.support, found.counterpart, found.other = support, counterpart, other
        found.account, found.by = account, by.user
        if upload is not None:
            found.file = keep_file(project, kind=AttachmentKind.CONTRACT, upload=upload, by=by, kept=kept)
        found.save()
        touch(project)
        record(
            action="project.support_contract",
            by=by,
            subject=project,
            thread=project.thread,
            before=before,
            after=_content(found),
        )
        return found


def needs_none(project: Project, beneficiary: Beneficiary) -> bool:
    """Whether the implementing unit is itself the establishment: it signs no contract with itself."""
    return beneficiary.establishment.account_id == project.implementing_unit_id


def _check_place(project: Project, beneficiary: Beneficiary) -> ContractPart:
    part = part_of(project)
    if part is None or project.state != ProjectState.IN_PROGRESS:
        raise Refused(
            f"Hợp đồng hỗ trợ ghi khi đề án đang thực hiện; đề án ở trạng thái «{project.get_state_display()}».",
            article="TT 36/2013 Đ13",
        )
    if needs_none(project, beneficiary):
        raise Refused("Đơn vị thực hiện cũng là cơ sở thụ hưởng nên không cần hợp đồng hỗ trợ.")
    return part


def _check_amounts(
    project: Project, part: ContractPart, beneficiary: Beneficiary, support: int, counterpart: int, other: int
) -> None:
    if support <= 0 or counterpart < 0 or other < 0:
        raise Refused("Kinh phí khuyến công phải lớn hơn 0, các nguồn khác không được âm.")
    approved = ledger.approved_by_beneficiary(project).get(beneficiary.pk, 0)
    if support > approved:
        raise Refused(
            f"Hợp đồng hỗ trợ {format_dong(support)} đồng vượt số được duyệt cho cơ sở {format_dong(approved)} đồng.",
            article="TT 36/2013 Đ12.2",
        )
    together = support + support_signed(project, but=beneficiary.pk)
    if together > part.value:
        raise Refused(
            f"Các hợp đồng hỗ trợ cộng lại {format_dong(together)} đồng, vượt giá trị hợp đồng của đề án"
            f" {format_dong(part.value)} đồng.",
            article="TT 36/2013 Đ12.2",
        )
    rows = LedgerEntry.objects.filter(project=project, beneficiary=beneficiary)
    accepted = ledger.balances(rows, "beneficiary_id").get(beneficiary.pk, ledger.Balance()).accepted
    if support < accepted:
        raise Refused(f"Đã nghiệm thu {format_dong(accepted)} đồng cho cơ sở: hợp đồng hỗ trợ không được ít hơn.")


def _check_account(account: BankAccount | None, beneficiary: Beneficiary, on: date) -> None:
    if account is None:
        return
    if account.establishment_id != beneficiary.establishment_id:
        raise Refused(f"Tài khoản không phải của {beneficiary}.")
    check_in_use(account, on, what="Tài khoản của cơ sở")


def _content(one: SupportContract) -> dict[str, object]:
    """What the trail keeps; of the account only its last digits."""
    return {
        "cơ sở": str(one.beneficiary),
        "hợp đồng hỗ trợ": one.number,
        "ngày": one.signed_on.isoformat(),
        "khuyến công": one.support,
        "đóng góp": one.counterpart,
        "nguồn khác": one.other,
        "tài khoản": one.account.masked if one.account else "",
        "tệp": one.file.name if one.file else "",
    }
