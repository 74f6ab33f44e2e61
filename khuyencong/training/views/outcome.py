"""What follows from having been there: certificates, allowances, work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from khuyencong.audit.actions import record
from khuyencong.core.components import Crumb
from khuyencong.core.dates import format_date
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, take_away
from khuyencong.establishments.models import Establishment
from khuyencong.finance.used import used_of
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.training import actions, paper
from khuyencong.training.forms import AllowanceForm, CertifyForm, EmploymentForm, ReasonForm, TieForm
from khuyencong.training.models import Course, CoursePayList, CourseState, Employment, Learner, LearnerCertificate
from khuyencong.training.models.course import ALLOWANCES
from khuyencong.training.money import gone_sentence, is_taken_back, postings_for, total_of, unfounded
from khuyencong.training.queries import certifiable
from khuyencong.training.web import course_or_404, crumbs_to, learner_of, permitted, step_page

MANAGE, DECIDE = Permission.TRAINING_MANAGE, Permission.TRAINING_DECIDE
MOST_POSTINGS = 50


@opens_to(DECIDE)
@require_http_methods(SHOW_AND_ACT)
def certify(request: ActorRequest, pk: int) -> HttpResponse:
    """The decision, and to whom."""
    found = permitted(request, pk, DECIDE)
    able = certifiable(found)
    initial = {"version": found.version, "learners": [one.pk for one in able], "signed_by": str(request.actor.user)}
    form = CertifyForm(request.POST or None, able=able, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.certify(
            course_id=found.pk, by=request.actor, version=data["version"], creation_key=data["creation_key"],
            learner_ids=data["learners"], word=data["word"], number=data["number"], decided_on=data["decided_on"],
            signed_by=data["signed_by"],
        )  # fmt: skip

    return step_page(
        request, course=found, form=form, title="Cấp giấy chứng nhận", act=act, done="Đã cấp giấy chứng nhận.",
        submit_label="Ghi quyết định và cấp giấy",
        intro="" if able else "Không còn ai đủ số buổi mà chưa có giấy.",
    )  # fmt: skip


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def certificates_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """All certificates of the class that stand, one on each page."""
    found = course_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    rows = LearnerCertificate.objects.filter(decision__course=found, withdrawn_on__isnull=True)
    certificates = list(rows.select_related("learner__commune", "decision").order_by("learner__number"))
    if not certificates:
        raise Http404("Lớp chưa cấp giấy nào.")
    with transaction.atomic():
        whole = allowed(request.actor, Permission.PERSONAL_VIEW, found)
        content = paper.certificates_pdf(found, certificates, whole=whole)
        record(
            action="course.certificates_pdf", by=request.actor, subject=found, thread=found.thread,
            after={"số giấy": len(certificates)},
        )  # fmt: skip
    return take_away(content, f"giay-chung-nhan-{found.pk}.pdf")


@opens_to(DECIDE)
@require_http_methods(SHOW_AND_ACT)
def certificate_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a certificate back."""
    one = get_object_or_404(LearnerCertificate.objects.select_related("learner", "decision"), pk=pk)
    found = permitted(request, one.decision.course_id, DECIDE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.withdraw_certificate(certificate_id=one.pk, by=request.actor, **form.cleaned_data)

    return step_page(
        request, course=found, form=form, title=f"Thu hồi giấy số {one.number}", act=act, done="Đã thu hồi giấy.",
        submit_label="Thu hồi", intro=f"Giấy của {one.learner.name}.",
    )  # fmt: skip


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def allowances_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Make a list of what is paid to those who came."""
    found = permitted(request, pk, MANAGE)
    kinds = list(found.rates.filter(kind__in=ALLOWANCES).values_list("kind", flat=True))
    people = list(found.learners.attended().filter(salaried=False).only("pk", "number", "name"))
    form = AllowanceForm(request.POST or None, kinds=kinds, people=people, initial={"version": found.version})
    made: list[CoursePayList] = []

    def act() -> None:
        made.append(actions.prepare_list(course_id=found.pk, by=request.actor, **form.cleaned_data))

    rates = "; ".join(
        f"{one.get_kind_display().lower()} {format_dong(one.amount)} đồng/{one.get_unit_display()}"
        for one in found.rates.filter(kind__in=ALLOWANCES)
    )
    intro = (
        f"Mức của lớp: {rates}. Chi theo ngày có mặt; người hưởng lương từ ngân sách không được chi."
        if kinds
        else "Lớp chưa có mức tiền ăn, đi lại, chỗ nghỉ: hãy ghi mức chi kèm văn bản trước."
    )
    return step_page(
        request, course=found, form=form, title="Lập bảng kê chi cho người dự", act=act, done="Đã lập bảng kê.",
        submit_label="Lập bảng kê", intro=intro,
    )  # fmt: skip


def _list_or_404(request: ActorRequest, pk: int, permission: Permission | None = None) -> CoursePayList:
    found = get_object_or_404(CoursePayList.objects.select_related("posting__answered_by", "by"), pk=pk)
    found.course = course_or_404(request.actor, found.course_id)
    if permission is not None:
        require(request.actor, permission, found.course)
    return found


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def course_pay_list(request: ActorRequest, pk: int) -> HttpResponse:
    """One list: who gets what for which days."""
    found = _list_or_404(request, pk)
    lines = paper.allowance_lines(found, whole=allowed(request.actor, Permission.PERSONAL_VIEW, found.course))
    gone = unfounded(found) if found.annulled_on is None else []
    context = {
        "course": found.course,
        "list": found,
        "lines": lines,
        "total": total_of(found),
        "taken_back": found.posting is not None and is_taken_back(found.posting),
        "gone": gone_sentence(gone) if gone else "",
        "may_manage": allowed(request.actor, MANAGE, found.course) and found.annulled_on is None,
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found.course),
        "crumbs": crumbs_to(found.course, str(found)),
    }
    return render(request, "training/course_pay_list.html", context)


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def course_pay_list_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The list to be signed by each."""
    found = _list_or_404(request, pk, Permission.FILE_DOWNLOAD)
    with transaction.atomic():
        content = paper.allowance_pdf(found, whole=allowed(request.actor, Permission.PERSONAL_VIEW, found.course))
        record(
            action="course.allowances_pdf", by=request.actor, subject=found.course, thread=found.course.thread,
            after={"bảng kê": str(found)},
        )  # fmt: skip
    return take_away(content, f"bang-ke-{found.course_id}-{found.number}.pdf")


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def course_pay_list_tie(request: ActorRequest, pk: int) -> HttpResponse:
    """Which row of the ledger paid the list."""
    found = _list_or_404(request, pk, MANAGE)
    rows = postings_for(found.course)[:MOST_POSTINGS]
    offered = [
        (
            str(one.pk),
            (
                f"{format_date(one.on)}: {one.get_kind_display().lower()} {format_dong(one.amount)} đồng, {one.document}; "
                f"còn {format_dong(one.amount - used_of(one))} đồng chưa gắn"
            ),
        )
        for one in rows
    ]
    form = TieForm(request.POST or None, postings=offered, initial={"version": found.version})

    def act() -> None:
        data = form.cleaned_data
        actions.tie_list(list_id=found.pk, by=request.actor, version=data["version"], posting_id=int(data["posting"]))

    intro = f"{found}: {format_dong(total_of(found))} đồng."
    if not offered:
        intro += (
            " Sổ kinh phí chưa có khoản tạm ứng, thanh toán nào của đề án: lập, duyệt và chi ở trang của đề án trước."
        )
    return _step_of_list(request, found, form, "Khoản chi của bảng kê", act, "Đã gắn.", "Gắn với khoản chi", intro)


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def course_pay_list_annul(request: ActorRequest, pk: int) -> HttpResponse:
    """Take back a list that was not paid."""
    found = _list_or_404(request, pk, MANAGE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})

    def act() -> None:
        actions.annul_list(list_id=found.pk, by=request.actor, **form.cleaned_data)

    return _step_of_list(request, found, form, "Hủy bảng kê", act, "Đã hủy bảng kê.", "Hủy bảng kê", str(found))


def _step_of_list(
    request: ActorRequest,
    found: CoursePayList,
    form: TieForm | ReasonForm,
    title: str,
    act: Callable[[], None],
    done: str,
    submit_label: str,
    intro: str,
) -> HttpResponse:
    back = reverse("course_pay_list", args=[found.pk])
    return step_page(
        request, course=found.course, form=form, title=title, act=act, done=done, submit_label=submit_label,
        back_url=back, intro=intro, crumbs=crumbs_to(found.course, Crumb(str(found), back), title),
    )  # fmt: skip


@opens_to(Permission.PROJECT_VIEW)
@require_safe
def employment(request: ActorRequest, pk: int) -> HttpResponse:
    """Who works in what was learnt, who does not, of whom nobody has said (TT 36/2013 Đ14.1)."""
    found = _vocational(course_or_404(request.actor, pk))
    rows = list(found.learners.attended().select_related("employment"))
    known = [one.employment for one in rows if hasattr(one, "employment")]
    context = {
        "course": found,
        "rows": [(one, getattr(one, "employment", None)) for one in rows],
        "employed": sum(one.employed for one in known),
        "known": len(known),
        "may_manage": found.state == CourseState.DONE and allowed(request.actor, MANAGE, found),
        "may_download": allowed(request.actor, Permission.FILE_DOWNLOAD, found),
        "crumbs": crumbs_to(found, "Việc làm sau đào tạo"),
    }
    return render(request, "training/employment.html", context)


def _vocational(course: Course) -> Course:
    if not course.is_vocational:
        raise Http404("Danh sách việc làm chỉ có ở lớp đào tạo nghề, truyền nghề.")
    return course


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def employment_pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The list of those employed, to be confirmed by the employer and the unit."""
    found = _vocational(course_or_404(request.actor, pk))
    require(request.actor, Permission.FILE_DOWNLOAD, found)
    with transaction.atomic():
        content = paper.employment_pdf(found, whole=allowed(request.actor, Permission.PERSONAL_VIEW, found))
        record(action="course.employment_pdf", by=request.actor, subject=found, thread=found.thread)
    return take_away(content, f"viec-lam-{found.pk}.pdf")


@opens_to(MANAGE)
@require_http_methods(SHOW_AND_ACT)
def learner_employment(request: ActorRequest, pk: int) -> HttpResponse:
    """Whether one of them found work."""
    learner: Learner = learner_of(request, pk)
    found = learner.course
    row = Employment.objects.filter(learner=learner).first()
    initial: dict[str, Any] = {"version": learner.version}
    if row is not None:
        initial |= {"employed": "co" if row.employed else "khong", "establishment": row.establishment_id}
        initial |= {"employer": "" if row.establishment_id else row.employer, "job": row.job}
        initial |= {"since_on": row.since_on, "proof": row.proof}
    places = Establishment.objects.filter(benefits__project=found.project, benefits__left_on__isnull=True).distinct()
    form = EmploymentForm(request.POST or None, establishments=places, initial=initial)

    def act() -> None:
        data = form.cleaned_data
        actions.record_employment(learner_id=learner.pk, by=request.actor, version=data["version"], fields=data)

    back = reverse("course_employment", args=[found.pk]) if found.is_vocational else found.get_absolute_url()
    return step_page(
        request, course=found, form=form, title=f"Việc làm: {learner.name}", act=act, done="Đã ghi việc làm.",
        submit_label="Ghi", back_url=back,
    )  # fmt: skip
