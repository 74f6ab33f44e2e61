"""Who is told of what: officers of the province, and the owners of an establishment."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.intake.models import Registration, SupportRequest
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.models import Membership, User
from khuyencong.people.roles import Role
from khuyencong.people.scope import PROVINCE_WIDE
from khuyencong.places.models import Province
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState, Transition

SHORT = 120  # letters of a title inside a sentence

# A đề án's states as its owner should read them; the notes of those who judge stay with them.
PROJECT_IN_PLAIN_WORDS: dict[str, str] = {
    ProjectState.DRAFT: "Cán bộ đang soạn hồ sơ đề án",
    ProjectState.SUBMITTED: "Hồ sơ đã gửi đi thẩm định",
    ProjectState.BASE_APPRAISED: "Sở Công Thương đã thẩm định, đồng ý",
    ProjectState.CENTRAL_APPRAISED: "Cục đã thẩm định, đồng ý",
    ProjectState.APPROVED: "Đã được phê duyệt trong kế hoạch",
    ProjectState.IN_PROGRESS: "Đã ký hợp đồng, đang thực hiện",
    ProjectState.ACCEPTED: "Đã nghiệm thu",
    ProjectState.SETTLED: "Đã quyết toán, hoàn thành",
    ProjectState.RETURNED: "Hồ sơ được trả lại để cán bộ hoàn thiện",
    ProjectState.REJECTED: "Không được đồng ý hỗ trợ",
    ProjectState.WITHDRAWN: "Đề án đã được rút",
    ProjectState.STOPPED: "Đề án đã ngừng thực hiện",
}


def province_officers(province: Province) -> list[User]:
    """The active officers of the department and the centre of that province, by name; one query."""
    hats = Membership.objects.filter(
        agency__kind__in=PROVINCE_WIDE,
        agency__province=province.current_id or province.pk,
        agency__active_to__isnull=True,
        role=Role.OFFICER,
        is_active=True,
    )
    return list(User.objects.filter(is_active=True, pk__in=hats.values("user")).order_by("full_name"))


def owners_of(request: SupportRequest) -> list[User]:
    """Who signs in for the establishment of the request; nobody where it has no account yet."""
    account = request.establishment.account
    return people_of(account, Role.OWNER) if account is not None else []


def tell_officers_of_registration(registration: Registration) -> None:
    """That somebody waits to be let in."""
    notify(
        users=province_officers(registration.province),
        sentence=f"Đăng ký tài khoản cơ sở chờ duyệt: {registration.name[:SHORT]}.",
        url=reverse("registration", args=[registration.pk]),
    )


def tell_officers_of_request(request: SupportRequest, what: str, *, but: User) -> None:
    """`what` happened to the request, e.g. "Đã gửi"; not told to `but`, who did it.

    Whoever has taken it up answers for it; before that every officer of the province may.
    """
    handler = request.handled_by
    people = [handler] if handler is not None else province_officers(request.establishment.province)
    notify(
        users=[one for one in people if one.pk != but.pk],
        sentence=f"{request.establishment.name[:SHORT]}: {what.lower()} đề nghị hỗ trợ «{request.title[:SHORT]}».",
        url=request.get_absolute_url(),
    )


def tell_owners(request: SupportRequest, sentence: str, *, but: User | None = None) -> None:
    """Something about their request; not told to `but`, who did it."""
    notify(
        users=[one for one in owners_of(request) if but is None or one.pk != but.pk],
        sentence=f"Đề nghị «{request.title[:SHORT]}»: {sentence}",
        url=request.get_absolute_url(),
    )


def follow_project(project: Project, transition: Transition) -> None:
    """A đề án that came of a request has moved: its owner is told in plain words. Called by the door of its states."""
    request = (
        SupportRequest.objects.filter(project=project).select_related("establishment__account").first()
        if project.pk
        else None
    )
    if request is not None:
        words = PROJECT_IN_PLAIN_WORDS[transition.target]
        tell_owners(request, f"{words[:1].lower()}{words[1:]}.")
