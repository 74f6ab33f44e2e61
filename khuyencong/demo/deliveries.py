"""What a day at the site leaves behind in the demo: a first round, a wrong one that was taken back, a handing over."""

from __future__ import annotations

from decimal import Decimal

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.delivery.actions import (
    InvoiceInput,
    ItemInput,
    ParticipantInput,
    Signatory,
    Spot,
    TrialInput,
    accept,
    annul_acceptance,
    hand_over,
)
from khuyencong.delivery.models import Acceptance, ParticipantRole, TrialResult
from khuyencong.demo.walk import World
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.projects.models import Project

FIRST = 400 * MILLION  # of the machine's estimate: the rest is to be accepted another day


def show_a_day_at_the_site(world: World, project: Project) -> None:
    """The first beneficiary: a round with a wrong serial number, taken back, recorded again, and handed over."""
    wrong = _accept(world, project, number="11/BB-NT (ví dụ)", serial="TM-2026-711")
    annul_acceptance(
        acceptance_id=wrong.pk,
        by=world.actor("dong-thap", "leader"),
        version=project.version,
        number="05/QĐ-VIDU",
        on=today(),
        reason="Ghi nhầm số máy so với tem trên máy (ví dụ).",
    )
    project.refresh_from_db()
    right = _accept(world, project, number="12/BB-NT (ví dụ)", serial="TM-2026-117")
    hand_over(
        project_id=project.pk,
        by=world.actor("dong-thap-centre", "officer"),
        version=project.version,
        number="04/BB-BG (ví dụ)",
        handed_on=today(),
        item_ids=[one.pk for one in right.items.all()],
        given=Signatory("Bà Giao Ví Dụ", "Giám đốc Trung tâm"),
        received=Signatory("Ông Nhận Ví Dụ", "Giám đốc hợp tác xã"),
        papers="Hướng dẫn sử dụng (bản ví dụ)\nPhiếu bảo hành 12 tháng (bản ví dụ)",
        place="Ấp Ví Dụ",
        remark="Máy chạy được, đủ phụ kiện.",
    )
    project.refresh_from_db()


def _accept(world: World, project: Project, *, number: str, serial: str) -> Acceptance:
    part = project.beneficiaries.order_by("pk")[0]
    line = project.lines.filter(beneficiary=part)[0]
    found = accept(
        project_id=project.pk,
        by=world.actor("dong-thap", "appraiser"),
        version=project.version,
        beneficiary_id=part.pk,
        number=number,
        accepted_on=today(),
        items=[
            ItemInput(
                line_id=line.pk,
                cost=FIRST,
                unit_price=FIRST,
                description=f"{line.content} TM-64",
                maker="Hãng Ví Dụ",
                model="TM-64",
                country="Việt Nam",
                year_made=today().year,
                serial=serial,
                invoice=InvoiceInput(made_up_tax_code(7), "1C26TVD", "117", today(), FIRST, "Công ty Máy Ví Dụ"),
                trial=TrialInput(TrialResult.PASSED, Decimal(8), "3 tấn/giờ", "3,1 tấn/giờ", "Chạy ổn định."),
            )
        ],
        is_last=False,
        comment="Phần cấp liệu và sàng chưa lắp, nghiệm thu đợt sau (ví dụ).",
        participants=[
            ParticipantInput(ParticipantRole.CHAIR, "Bà Chủ Trì Ví Dụ", "Trưởng phòng", "Sở Công Thương"),
            ParticipantInput(ParticipantRole.COMMUNE, "Ông Xã Ví Dụ", "Phó Chủ tịch", "UBND xã Ví Dụ"),
            ParticipantInput(ParticipantRole.UNIT, "Bà Giao Ví Dụ", "Giám đốc", "Trung tâm Khuyến công"),
            ParticipantInput(
                ParticipantRole.BENEFICIARY,
                "Ông Nhận Ví Dụ",
                "Giám đốc",
                str(part),
                opinion="Đề nghị lắp phần còn lại sớm.",
            ),
        ],
        spot=Spot("Ấp Ví Dụ", Decimal("10.45673"), Decimal("105.63250")),
    )
    project.refresh_from_db()
    return found
