"""Competitions, consulting, the portal, papers and files, and the requests of this room itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, Max, Model, Q

from khuyencong.adjustments.models import AdjustmentPaper
from khuyencong.api.models import Delivery, KeptAnswer
from khuyencong.competitions.models import (
    Complaint,
    EntryPaper,
    EntryPhoto,
    Member,
    RoundPaper,
    SheetPrint,
    SheetPrintPart,
    SheetSignature,
)
from khuyencong.consulting.models import Advice, Client, ConsultingFile
from khuyencong.effects.models import EffectFile
from khuyencong.establishments.models import Paper as EstablishmentPaper
from khuyencong.fairs.models import Booth, BoothContract, FairFile, PartnerLink
from khuyencong.inspections.models import InspectionFile
from khuyencong.intake.models import RequestPaper
from khuyencong.outreach.models import WorkFile
from khuyencong.papers.models import BatchItem, Paper, PaperBatch, Scan
from khuyencong.persons.holding import Holding, Kind, Sort
from khuyencong.persons.models import PersonRequest, RequestState
from khuyencong.portal.models import Feedback, FeedbackState
from khuyencong.projects.models import Attachment
from khuyencong.training.models import CourseFile

N, F_ = Sort.NAME, Sort.FILE
MADE_PAPER = "Giấy tờ đã lập là văn bản của cơ quan, không đổi sau khi lập; hủy cùng hồ sơ khi hết thời hạn lưu trữ."
FILE = (
    "Tệp đính kèm được giữ cùng hồ sơ tới khi hết thời hạn lưu trữ; khi ấy cơ quan hủy theo biên bản của mình, "
    "hệ thống không tự xóa."
)
SIGNED_SHEET = "Phiếu đã ký được giữ nguyên như lúc ký (TT 26/2014 Đ12)."
BUSINESS = "Tên đối tác làm ăn của cơ sở, do cơ sở khai; giữ cùng hồ sơ hội chợ."
SHORT = "Tự bị xóa sau nhiều nhất 14 ngày."

_FILES = (
    Attachment, EstablishmentPaper, RequestPaper, AdjustmentPaper, EffectFile, InspectionFile, CourseFile, FairFile,
    WorkFile, ConsultingFile, RoundPaper, EntryPaper, EntryPhoto,
)  # fmt: skip
# Whose own papers they are: the account of the establishment.
_BROUGHT: Mapping[type[Model], str] = {
    EstablishmentPaper: "establishment__account__memberships__user",
    RequestPaper: "request__establishment__account__memberships__user",
}
HOLDINGS = (
    Holding(
        Member,
        Kind.JUROR,
        {"full_name": N, "position": Sort.POSITION, "tax_code": Sort.IDENTITY, "address": Sort.ADDRESS},
        owner="round__agency",
        rule="competition",
        since=F("round__announced_on"),
        ended=Q(round__announced_on__isnull=False),
        in_use="Kỳ bình chọn chưa công bố kết quả.",
        account="user",
    ),
    Holding(
        Complaint,
        Kind.COMPLAINANT,
        {"complainant": N},
        owner="round__agency",
        rule="competition",
        since=F("answered_on"),
        ended=~Q(result=""),
        in_use="Khiếu nại chưa giải quyết xong (TT 26/2014 Đ20).",
    ),
    Holding(SheetSignature, Kind.JUROR, {"content": Sort.COPY}, stays=SIGNED_SHEET, searched=False),
    Holding(SheetPrint, Kind.JUROR, {"file": F_, "keys": Sort.COPY}, stays=SIGNED_SHEET, searched=False),
    Holding(SheetPrintPart, Kind.JUROR, {"content": F_}, stays=SIGNED_SHEET, searched=False),
    Holding(
        Client,
        Kind.CONTACT,
        {"contact": N, "phone": Sort.PHONE, "note": Sort.TEXT},
        owner="agency",
        rule="client",
        since=Max("jobs__done_on"),
        ended=Q(day__isnull=False),
        in_use="Khách hàng còn việc tư vấn chưa xong.",
        writes={"contact": "", "note": ""},
    ),
    Holding(
        Advice,
        Kind.RECIPIENT,
        {"consultant": N},
        owner="beneficiary__project__implementing_unit",
        rule="papers",
        projects="beneficiary__project",
    ),
    Holding(
        Feedback,
        Kind.ASKER,
        {"name": N, "email": Sort.EMAIL, "phone": Sort.PHONE, "question": Sort.TEXT, "answer": Sort.TEXT},
        owner="agency",
        rule="question",
        since=F("answered_on"),
        ended=~Q(state=FeedbackState.NEW),
        in_use="Câu hỏi chưa được trả lời.",
        writes={"phone": "Đã ẩn"},  # one way to answer must stand there
        noticed=True,
    ),
    Holding(
        PersonRequest,
        Kind.ANY,
        {
            "person": N, "birth_year": Sort.BIRTH, "phone": Sort.PHONE, "email": Sort.EMAIL,
            "identity_number": Sort.IDENTITY, "paper": Sort.TEXT, "answer": Sort.TEXT, "chosen": Sort.COPY,
        },
        owner="agency",
        rule="request",
        since=F("answered_on"),
        ended=~Q(state=RequestState.OPEN),
        in_use="Yêu cầu chưa được trả lời.",
        writes={"chosen": [], "answer": ""},
    ),
    Holding(PartnerLink, Kind.CONTACT, {"partner": N}, owner="participant__fair__project__implementing_unit",
            projects="participant__fair__project", stays=BUSINESS),
    Holding(Booth, Kind.CONTACT, {"holder": N}, owner="fair__project__implementing_unit", projects="fair__project",
            stays=BUSINESS),
    Holding(BoothContract, Kind.CONTACT, {"party": N}, owner="fair__project__implementing_unit", projects="fair__project",
            stays=BUSINESS),
    Holding(Paper, Kind.ANY, {"title": Sort.TEXT, "about": Sort.TEXT, "data": Sort.COPY, "file": F_}, owner="agency",
            stays=MADE_PAPER, searched=False),
    Holding(BatchItem, Kind.ANY, {"label": Sort.TEXT, "told": Sort.TEXT}, stays=MADE_PAPER, searched=False),
    Holding(PaperBatch, Kind.ANY, {"title": Sort.TEXT}, owner="agency", stays=MADE_PAPER, searched=False),
    Holding(Scan, Kind.ANY, {"name": Sort.TEXT, "file": F_}, owner="agency", stays=MADE_PAPER, searched=False),
    Holding(KeptAnswer, Kind.ANY, {"body": Sort.COPY}, stays=SHORT, searched=False),
    Holding(Delivery, Kind.ANY, {"body": Sort.COPY}, stays=SHORT, searched=False),
    *(Holding(one, Kind.ANY, {"file": F_}, account=_BROUGHT.get(one, ""), stays=FILE, searched=False) for one in _FILES),
)  # fmt: skip
