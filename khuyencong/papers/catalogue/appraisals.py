"""Papers about an appraisal and a meeting of its council (TT 36/2013 Đ8, Đ9, Đ10.2.a)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from khuyencong.appraisal.meeting import meeting_of
from khuyencong.appraisal.models import Appraisal, CouncilSession, Outcome
from khuyencong.appraisal.paper import Sheet, appraisal_data, appraisal_paper, minutes_data, minutes_paper
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import NOTHING
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.shape import DRAFT_FORM, SEAL, frame, named, of_agency, project_fields, signed
from khuyencong.papers.catalogue.subjects import APPRAISAL, SESSION
from khuyencong.papers.form import Data, Form
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, require

TITLES = {
    Sheet.GROUP: "Phiếu thẩm định đề án khuyến công cấp cơ sở (đề án theo nhóm)",
    Sheet.NAMED: "Phiếu thẩm định đề án khuyến công cấp cơ sở (theo đối tượng cụ thể)",
    Sheet.CENTRAL: "Phiếu thẩm định đề án khuyến công cấp Bộ",
}
VOTES = ("member", "proposal", "amount", "comment")
MARK = "mẫu tạm: văn bản đọc được không quy định mẫu"
# What the notice says comes next, by the outcome.
NEXT = {
    Outcome.AGREE: "Đề án được tổng hợp vào kế hoạch khuyến công để trình cấp có thẩm quyền phê duyệt.",
    Outcome.AGREE_WITH_CONDITIONS: (
        "Đề nghị đơn vị đáp ứng các điều kiện nêu trên trước khi đề án được phê duyệt trong kế hoạch khuyến công."
    ),
    Outcome.RETURN: "Đề nghị đơn vị hoàn thiện các điểm nêu trên và gửi lại hồ sơ.",
    Outcome.REFUSE: "Đề án không được tổng hợp vào kế hoạch khuyến công.",
}


def sheet(kind: Sheet) -> Callable[[Appraisal, Actor], Data]:
    """The data of the sheet of that kind; Refused for an appraisal that has another (TT 36/2013 Đ10.2.a)."""

    def data_of(appraisal: Appraisal, _actor: Actor) -> Data:
        paper = appraisal_paper(appraisal.project, appraisal)
        if paper.sheet != kind:
            raise Refused(f"Với lần thẩm định này hãy lập «{TITLES[paper.sheet]}».")
        return {**appraisal_data(paper), "project": project_fields(appraisal.project, appraisal.appraised_on)}

    return data_of


def notice(appraisal: Appraisal, _actor: Actor) -> Data:
    """The letter that tells the unit what came of the appraisal."""
    project, on = appraisal.project, today()
    unit = project.implementing_unit
    data = appraisal_data(appraisal_paper(project, appraisal))
    number = f" số {appraisal.minutes_number}" if appraisal.minutes_number else ""
    return {
        "paper": frame(
            **of_agency(appraisal.agency, on),
            on=on,
            title="Thông báo",
            subject=f"Kết quả thẩm định đề án «{project.name}»",
            mark=MARK,
            signatures=[signed("Thủ trưởng cơ quan", hint=SEAL)],
        ),
        "project": project_fields(project, on),
        "to": unit.name_on(on),
        "level": appraisal.get_level_display().lower(),
        "basis": f"{'biên bản' if appraisal.by_council else 'phiếu'} thẩm định{number} ngày {format_date(appraisal.appraised_on)}",
        "conclusion": data["conclusion"],
        "comment": data["comment"],
        "points": [one for one in data["points"] if one["comment"]],
        "conditions": data["conditions"],
        "completion": data["completion"],
        "next": NEXT[Outcome(appraisal.outcome)],
    }


def _minutes(session: CouncilSession, actor: Actor, *, only: int | None = None) -> dict[str, Any]:
    """What was recorded of the meeting; with `only`, of that appraisal alone."""
    meeting = meeting_of(session, actor)
    if only is not None:
        meeting = type(meeting)(
            meeting.session,
            meeting.members,
            meeting.present,
            [one for one in meeting.items if one.item.appraisal_id == only],
            meeting.is_clerk,
        )
    data = minutes_data(minutes_paper(meeting))
    return {**data, "items": [{**one, "votes": _votes(one["votes"])} for one in data["items"]]}


def _votes(rows: list[list[str]]) -> list[dict[str, str]]:
    return [{**one, "amount": one["amount"] or NOTHING} for one in named(rows, VOTES)]


def council_minutes(session: CouncilSession, actor: Actor) -> Data:
    """The minutes of a meeting; the same as the PDF."""
    return _minutes(session, actor)


def appraisal_minutes(appraisal: Appraisal, actor: Actor) -> Data:
    """The minutes of the council about one đề án (TT 36/2013 Đ8.3), for whoever may read the council.

    Refused where no meeting of a council stands behind the appraisal.
    """
    item = getattr(appraisal, "council_item", None)
    if item is None:
        raise Refused("Lần thẩm định này không qua phiên họp Hội đồng trong hệ thống: hãy lập phiếu thẩm định.")
    session = item.session
    require(actor, Permission.COUNCIL_VIEW, session.council)
    data = _minutes(session, actor, only=appraisal.pk)
    title = f"Biên bản thẩm định đề án khuyến công {appraisal.get_level_display().lower()}"
    return {
        **data,
        "paper": {**data["paper"], "title": title, "subject": appraisal.project.name},
        "project": project_fields(appraisal.project, appraisal.appraised_on),
    }


def invitation(session: CouncilSession, _actor: Actor) -> Data:
    """The invitation to a meeting: whom, when, where, and the đề án of its agenda."""
    council = session.council
    on = min(today(), session.held_on)
    return {
        "paper": frame(
            **of_agency(council.agency, on),
            on=on,
            title="Giấy mời",
            subject=f"Họp {council.title}",
            mark=MARK,
            signatures=[signed("Thủ trưởng cơ quan", hint=SEAL)],
        ),
        "council": council.title,
        "basis": f"Quyết định số {council.decision_number} ngày {format_date(council.decision_on)}",
        "members": [
            {"name": str(one), "position": one.position, "role": one.get_role_display()}
            for one in council.members.select_related("user")
        ],
        "held_on": format_date(session.held_on),
        "place": session.place,
        "agenda": [
            {
                "number": str(one.number),
                "code": one.project.code,
                "name": one.project.name,
                "unit": str(one.project.implementing_unit),
            }
            for one in session.agenda.select_related("project__implementing_unit")
        ],
        "secretary": ", ".join(str(one) for one in council.members.select_related("user") if one.role == "secretary"),
    }


_POINT = {"title": "1. Phù hợp với nguyên tắc", "article": "TT 36/2013 Đ9.1, Đ4", "met": "đạt", "comment": "Phù hợp."}
_SHEET: dict[str, Any] = {
    "project": samples.PROJECT,
    "facts": samples.FACTS,
    "points": [_POINT],
    "findings": ["Lưu ý: câu thử"],
    "votes": "Năm phiếu đồng ý.",
    "conclusion": "Đồng ý có điều kiện",
    "comment": "Nhận xét thử.",
    "conditions": ["1. Bổ sung báo giá"],
    "completion": ["1. Bổ sung bản vẽ"],
}
_MINUTES: dict[str, Any] = {
    "facts": samples.FACTS,
    "attendance": ["Người Thử Một – Chủ tịch: có mặt"],
    "items": [
        {
            "title": f"1. {samples.FACTS[0]['value']}",
            "declared": ["Người Thử Hai: góp vốn ở cơ sở"],
            "votes": [
                {"member": "Người Thử Một", "proposal": "Đồng ý", "amount": samples.MILLIONS_100, "comment": "Nên làm."}
            ],
            "points": ["1. Phù hợp với nguyên tắc: đạt"],
            "findings": ["Lưu ý: câu thử"],
            "result": "Đồng ý. Một phiếu trên một phiếu.",
            "conditions": ["1. Bổ sung báo giá"],
            "comment": "Nhận xét thử.",
        }
    ],
}
_CLERKS = ("Thư ký Hội đồng", "Chủ tịch Hội đồng")


def _sheet_form(kind: Sheet, number: str, article: str) -> Form:
    return Form(
        code=kind.value,
        number=number,
        title=TITLES[kind],
        article=article,
        subject=APPRAISAL,
        official_layout=False,
        data=sheet(kind),
        sample={
            "paper": samples.paper(
                "Phiếu thẩm định đề án khuyến công",
                "Người thẩm định",
                "Giám đốc Sở",
                mark=f"{number or TITLES[kind]}; {DRAFT_FORM}",
            ),
            **_SHEET,
        },
    )


FORMS = (
    _sheet_form(Sheet.GROUP, "Mẫu số 4a", "TT 36/2013 Đ9, Đ10.2.a"),
    _sheet_form(Sheet.NAMED, "Mẫu số 4b", "TT 36/2013 Đ9, Đ10.2.a"),
    _sheet_form(Sheet.CENTRAL, "", "TT 36/2013 Đ8.2, Đ9"),
    Form(
        code="bien-ban-tham-dinh",
        number="",
        title="Biên bản thẩm định đề án khuyến công",
        article="TT 36/2013 Đ8, Đ9",
        subject=APPRAISAL,
        official_layout=False,
        data=appraisal_minutes,
        sample={
            "paper": samples.paper("Biên bản thẩm định đề án khuyến công cấp cơ sở", *_CLERKS, number="01/BB-HĐTĐ"),
            "project": samples.PROJECT,
            **_MINUTES,
        },
    ),
    Form(
        code="bien-ban-hoi-dong",
        number="",
        title="Biên bản họp Hội đồng thẩm định",
        article="TT 36/2013 Đ8.1.a, Đ8.2",
        subject=SESSION,
        official_layout=False,
        data=council_minutes,
        sample={
            "paper": samples.paper(
                "Biên bản họp Hội đồng thẩm định", *_CLERKS, subject="Phiên họp ngày 05/08/2026", number="01/BB-HĐTĐ"
            ),
            **_MINUTES,
        },
    ),
    Form(
        code="giay-moi-hoi-dong",
        number="",
        title="Giấy mời họp Hội đồng thẩm định",
        article="TT 36/2013 Đ8.1.a, Đ8.2",
        subject=SESSION,
        official_layout=False,
        data=invitation,
        sample={
            "paper": samples.paper("Giấy mời", "Thủ trưởng cơ quan", subject="Họp Hội đồng thẩm định thử", mark=MARK),
            "council": "Hội đồng thẩm định thử",
            "basis": "Quyết định số 01/QĐ-THU ngày 01/08/2026",
            "members": [{"name": "Người Thử Một", "position": "Phó Giám đốc Sở", "role": "Chủ tịch"}],
            "held_on": "10/08/2026",
            "place": "Phòng họp thử",
            "agenda": [
                {"number": "1", "code": samples.PROJECT["code"], "name": samples.PROJECT_NAME, "unit": samples.UNIT},
            ],
            "secretary": "Người Thử Ba",
        },
    ),
    Form(
        code="thong-bao-ket-qua",
        number="",
        title="Thông báo kết quả thẩm định",
        article="TT 36/2013 Đ8, Đ9",
        subject=APPRAISAL,
        official_layout=False,
        data=notice,
        sample={
            "paper": samples.paper(
                "Thông báo",
                "Thủ trưởng cơ quan",
                subject=f"Kết quả thẩm định đề án «{samples.PROJECT_NAME}»",
                mark=MARK,
            ),
            "project": samples.PROJECT,
            "to": samples.UNIT,
            "level": "cấp cơ sở",
            "basis": "phiếu thẩm định số 01/PTĐ ngày 05/08/2026",
            "conclusion": "Đồng ý có điều kiện",
            "comment": "Nhận xét thử.",
            "points": [_POINT],
            "conditions": ["1. Bổ sung báo giá"],
            "completion": ["1. Bổ sung bản vẽ"],
            "next": NEXT[Outcome.AGREE_WITH_CONDITIONS],
        },
    ),
)
