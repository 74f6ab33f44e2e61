"""A made-up resolution of Đồng Tháp that waits for its second person, and a trial of what it would change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World
from khuyencong.documents.pdf import render
from khuyencong.normbook.actions import NormInput, TierInput, attach_file, enter_document, send_document
from khuyencong.whatif.actions import count_on, make_trial, version_of_count
from khuyencong.whatif.changes import Change
from khuyencong.whatif.models import TrialState

CAP = 280 * MILLION
NUMBER = "00/VÍ-DỤ/NQ-HĐND"


def load_norms(world: World) -> None:
    """Enter and send the resolution; count the trial to its end. Nothing of it counts until somebody confirms it."""
    officer = world.actor("dong-thap", "officer")
    document = enter_document(
        by=officer,
        creation_key=uuid4(),
        fields={
            "province": world.provinces["82"],
            "kind": "Nghị quyết",
            "number": NUMBER,
            "title": "Mức chi hoạt động khuyến công địa phương (văn bản ví dụ, không có thật)",
            "issuer": "Hội đồng nhân dân tỉnh Đồng Tháp (ví dụ)",
            "issued_on": today(),
            "valid_from": date(today().year + 1, 1, 1),
            "replaces": ["dong-thap-08-2024"],
            "note": "Nhập để dùng thử: mở tệp, đối chiếu rồi xác nhận hoặc trả lại.",
        },
        norms=(
            NormInput("machinery", "cơ sở", Decimal(50), CAP, "khoản 1 Điều 4", "Chi phí mua máy móc, thiết bị"),
            NormInput("demonstration_model", "mô hình", Decimal(30), 900 * MILLION, "khoản 2 Điều 4"),
            NormInput(
                "enterprise_founding",
                "doanh nghiệp",
                article="khoản 3 Điều 4",
                tier_by="charter_capital",
                tiers=(
                    TierInput("vốn điều lệ đến 10 tỷ đồng", cap=5 * MILLION, up_to=10_000 * MILLION),
                    TierInput("vốn điều lệ trên 10 tỷ đồng", cap=10 * MILLION, above=10_000 * MILLION),
                ),
            ),
        ),
    )
    upload = SimpleUploadedFile("nghi-quyet-vi-du.pdf", _resolution())
    document = attach_file(document_id=document.pk, by=officer, version=document.version, upload=upload)
    send_document(document_id=document.pk, by=officer, version=document.version)
    trial = make_trial(
        by=officer,
        creation_key=uuid4(),
        name=f"Máy móc tối đa {CAP // MILLION} triệu đồng (ví dụ)",
        changes=[Change("machinery", "87@2025", cap=CAP)],
        first_year=today().year,
        last_year=today().year + 1,
    )
    while trial.state == TrialState.RUNNING:
        trial = count_on(trial_id=trial.pk, by=officer, version=version_of_count(trial))


def _resolution() -> bytes:
    """The file to compare with: one page that says the same amounts, and that it is no real resolution."""
    day = today()
    paper = {
        "title": "Nghị quyết",
        "subject": "Mức chi hoạt động khuyến công địa phương",
        "organ_above": "",
        "organ": "Hội đồng nhân dân tỉnh Đồng Tháp (ví dụ)",
        "number": NUMBER,
        "place_and_date": f"Đồng Tháp, ngày {day.day} tháng {day.month} năm {day.year}",
        "date": [day.year, day.month, day.day],
        "mark": "văn bản ví dụ để dùng thử, không có thật",
        "stamp": "Ví dụ",
        "foot": NUMBER,
        "signatures": [],
    }
    paragraphs = [
        f"Điều 4. Mức hỗ trợ, áp dụng từ ngày 01/01/{day.year + 1}:",
        f"1. Ứng dụng máy móc, thiết bị tiên tiến: 50 % chi phí, không quá {CAP // MILLION} triệu đồng/cơ sở.",
        "2. Xây dựng mô hình trình diễn kỹ thuật: 30 % chi phí, không quá 900 triệu đồng/mô hình.",
        (
            "3. Thành lập doanh nghiệp: vốn điều lệ đến 10 tỷ đồng, không quá 5 triệu đồng/doanh nghiệp; "
            "vốn điều lệ trên 10 tỷ đồng, không quá 10 triệu đồng/doanh nghiệp."
        ),
    ]
    return render("paragraphs", {"paper": paper, "paragraphs": paragraphs})
