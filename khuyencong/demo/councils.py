"""A made-up council of the department with one meeting: one đề án agreed to with conditions, one still open for sheets.

Besides: a visit to the spot, and a remark to the national agency.
"""

from __future__ import annotations

from uuid import uuid4

from khuyencong.appraisal import actions
from khuyencong.appraisal.actions import Judgement, MemberInput, SheetInput
from khuyencong.appraisal.models import POINTS, AgendaItem, Council, CouncilSession, MemberRole, Outcome, Quorum
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.people.actors import Actor
from khuyencong.places.models import Commune
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, Route

GUEST = "Ông Ví Dụ Khách Mời"
ALL_MET = {number: Judgement(met=True) for number in POINTS}


def load_councils(world: World) -> None:
    """Write two đề án for the meeting, and walk it; the remark stands beside a national đề án that waits already."""
    appraiser = world.actor("dong-thap", "appraiser")
    with_conditions = _submitted(world, "Máy ép dầu dừa (ví dụ)", "Máy ép dầu", "Hợp tác xã Thử Nghiệm Ba Mốt")
    waiting = _submitted(world, "Máy cưa xẻ tre (ví dụ)", "Máy cưa xẻ", "Hộ kinh doanh Ví Dụ Ba Hai")
    council = _council(world, appraiser)
    session = actions.call_session(
        council_id=council.pk,
        by=appraiser,
        version=council.version,
        held_on=today(),
        place="Phòng họp số 2 (ví dụ)",
        projects=[with_conditions, waiting],
    )
    _visit(with_conditions, appraiser)
    present = [one.pk for one in council.members.all()]
    actions.mark_attendance(
        session_id=session.pk, by=appraiser, version=session.version, present=present, minutes_number="01/BB-VIDU"
    )
    first = session.agenda.get(project=with_conditions)
    _sheets(session, first, world)
    session.refresh_from_db()
    actions.close_sheets(session_id=session.pk, by=appraiser, version=session.version, item_id=first.pk)
    session.refresh_from_db()
    with_conditions.refresh_from_db()
    actions.conclude(
        session_id=session.pk,
        by=appraiser,
        version=session.version,
        item_id=first.pk,
        project_version=with_conditions.version,
        comment="Đề án cần thiết, đơn giá máy phải có thêm căn cứ (ví dụ).",
        conditions="Nộp thêm báo giá của nhà cung cấp thứ hai\nCam kết sử dụng ít nhất 5 lao động trong xã",
        norm_confirmed=True,
    )
    _answer_first(world, with_conditions)
    national = Project.objects.filter(route=Route.NATIONAL, state=ProjectState.SUBMITTED).earliest("pk")
    actions.remark(
        project_id=national.pk,
        by=appraiser,
        version=national.version,
        text="Sở đã xem máy tại nơi bán; đề nghị Cục lưu ý đơn giá của hai đề án cùng loại (ví dụ).",
    )


def _submitted(world: World, name: str, machine: str, establishment: str) -> Project:
    commune = Commune.objects.filter(province=world.provinces["82"]).order_by("code")[7]
    owner = make_establishment(
        world,
        name=f"{establishment} (không có thật)",
        kind="cooperative" if establishment.startswith("Hợp") else "household",
        commune=commune,
        place_text="Ấp Ví Dụ",
        workers=9,
    )
    items = [Item(machine, 420 * MILLION, 200 * MILLION, owner)]
    fields = {"name": name, "commune": commune}
    project = write_project(
        world, unit="dong-thap-centre", source=FundingSource.LOCAL, province="82", items=items, fields=fields
    )
    return advance_to(world, project, ProjectState.SUBMITTED)


def _council(world: World, appraiser: Actor) -> Council:
    seats = (("leader", MemberRole.CHAIR), ("appraiser", MemberRole.SECRETARY))
    members = [MemberInput(role, world.actor("dong-thap", hat).user) for hat, role in seats]
    members += [
        MemberInput(MemberRole.DEPUTY, guest="Bà Ví Dụ Phó Chủ Tịch", position="Phó Giám đốc Sở (ví dụ)"),
        MemberInput(MemberRole.MEMBER, guest=GUEST, position="Sở Tài chính (ví dụ)"),
    ]
    return actions.create_council(
        by=appraiser,
        creation_key=uuid4(),
        fields={
            "title": "Hội đồng thẩm định cấp cơ sở (ví dụ)",
            "decision_number": "00/QĐ-VIDU",
            "decision_on": today(),
            "active_from": today(),
            "active_to": None,
            "quorum": Quorum.HALF,
        },
        members=members,
    )


def _sheets(session: CouncilSession, item: AgendaItem, world: World) -> None:
    """The chair and the secretary with their accounts, the guests on paper; one of them has an interest."""
    session.refresh_from_db()
    for member in session.council.members.select_related("user"):
        hat = "leader" if member.role == MemberRole.CHAIR else "appraiser"
        sheet = (
            SheetInput(conflict=True, conflict_reason="Có cổ phần tại đơn vị bán máy (ví dụ)")
            if member.guest == GUEST
            else SheetInput(
                outcome=Outcome.AGREE_WITH_CONDITIONS,
                points=ALL_MET,
                comment="Cần thêm một báo giá để so (ví dụ).",
            )
        )
        actions.hand_in_sheet(
            session_id=session.pk,
            by=world.actor("dong-thap", hat),
            version=session.version,
            item_id=item.pk,
            member_id=member.pk,
            sheet=sheet,
        )


def _visit(project: Project, appraiser: Actor) -> None:
    project.refresh_from_db()
    actions.record_visit(
        project_id=project.pk,
        by=appraiser,
        version=project.version,
        fields={
            "visited_on": today(),
            "people": "Đoàn thẩm định của Sở, chủ cơ sở (ví dụ)",
            "place": "Ấp Ví Dụ",
            "latitude": None,
            "longitude": None,
            "findings": "Nhà xưởng đủ chỗ đặt máy; máy đang dùng đã cũ (ví dụ).",
        },
    )


def _answer_first(world: World, project: Project) -> None:
    """The unit has met the first condition and waits for the word of the appraiser; the second is open."""
    project.refresh_from_db()
    condition = project.appraisals.get().requirements.get(number=1)
    actions.answer_condition(
        project_id=project.pk,
        by=world.actor("dong-thap-centre", "officer"),
        version=project.version,
        condition_id=condition.pk,
        answer="Đã nhận báo giá của nhà cung cấp thứ hai (ví dụ).",
    )
