"""What an establishment is written: by e-mail, and on paper with a QR code."""

from __future__ import annotations

from dataclasses import dataclass

from khuyencong.core.components import Paper
from khuyencong.core.dates import format_date, today
from khuyencong.effects.links import LIVES, address_of, qr_of
from khuyencong.effects.models import EffectSheet
from khuyencong.projects.models import Project

SUBJECT = "Khuyến công: xin cơ sở cho biết kết quả sau khi được hỗ trợ"


def text_of(sheet: EffectSheet, token: str) -> str:
    """The letter by e-mail."""
    return (
        f"Kính gửi: {sheet.beneficiary.establishment.name}\n\n"
        f"Cơ sở đã được hỗ trợ trong đề án «{sheet.project.name}» ({sheet.project.code}). {_why(sheet)}\n\n"
        f"Xin mở liên kết sau, không cần tài khoản, trả lời mất vài phút, số chưa biết thì để trống:\n{address_of(token)}\n\n"
        f"Liên kết dùng được đến hết ngày {format_date(today() + LIVES)}; trước đó cơ sở có thể mở lại để sửa.\n\n"
        f"{sheet.project.implementing_unit.name}{_by_phone(sheet)}"
    )


def who_helps(project: Project) -> str:
    """«bà Ví Dụ, điện thoại 0912 …»: whom an establishment may call; "" where the one in charge has no number."""
    person = project.in_charge
    return f"{person}, điện thoại {person.phone}" if person is not None and person.phone else ""


def _by_phone(sheet: EffectSheet) -> str:
    person = who_helps(sheet.project)
    return f"\nCần giúp, xin gọi {person}." if person else ""


def _why(sheet: EffectSheet) -> str:
    remark = f" Lý do hỏi lại: {sheet.remark}" if sheet.remark and sheet.state == "returned" else ""
    return (
        f"Chúng tôi xin hỏi về việc làm, thu nhập, doanh thu ở thời điểm: {sheet.get_moment_display().lower()}.{remark}"
    )


@dataclass(frozen=True)
class PrintedLetter:
    """One letter on paper."""

    sheet: EffectSheet
    address: str
    qr: str
    heading: Paper
    why: str
    last_day: str
    phone: str


def printed(sheet: EffectSheet, token: str) -> PrintedLetter:
    """The letter for paper: the address to be typed, and the same as a QR code."""
    unit, on, address = sheet.project.implementing_unit, today(), address_of(token)
    province = sheet.project.province.current or sheet.project.province
    heading = Paper(organ=unit.name, place=province.short_name, on=on, title="Phiếu hỏi kết quả sau khi được hỗ trợ")
    return PrintedLetter(
        sheet, address, qr_of(address), heading, _why(sheet), format_date(on + LIVES), who_helps(sheet.project)
    )
