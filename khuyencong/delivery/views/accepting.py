"""The page on which what was delivered is accepted: filled in at the site, kept as it is typed, tried before it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.core.components import Fact
from khuyencong.core.errors import DomainError, NotAllowed, Refused
from khuyencong.core.money import format_dong
from khuyencong.core.web import SHOW_AND_ACT, run, version_of
from khuyencong.delivery import actions, payable
from khuyencong.delivery.assessing import Assessment, assess
from khuyencong.delivery.forms import LAST, AcceptanceForm, ItemForm, ParticipantForm
from khuyencong.delivery.found import Earlier
from khuyencong.delivery.minutes import minutes_of
from khuyencong.delivery.models import ParticipantRole
from khuyencong.delivery.sheets import assessment_sheet, payable_sheet
from khuyencong.finance import ledger
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import step_drafts
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.web import crumbs_to, project_for_step, to_project

COMMON = "chung"
TAB = "nghiem-thu"
MAX_ROWS, MAX_PEOPLE = 200, 30
LARGEST_KEY = 10
ITEMS, PEOPLE = "hang-muc", "nguoi"
NOT_WAITING = "Phần này không chờ nghiệm thu: đã nghiệm thu hoặc không có kinh phí được phê duyệt."


@dataclass
class Page:
    """The forms of one acceptance, empty, kept or sent."""

    project: Project
    beneficiary: Beneficiary | None
    lines: Sequence[EstimateLine]
    form: AcceptanceForm
    items: Any
    people: Any
    approved: dict[int | None, int] = field(default_factory=dict)

    @property
    def key(self) -> int | None:
        return self.beneficiary.pk if self.beneficiary else None

    def is_valid(self) -> bool:
        """All three, so that every mistake is told at once."""
        return all([self.form.is_valid(), self.items.is_valid(), self.people.is_valid()])

    def found(self) -> list[actions.ItemInput]:
        """What was found, row by row."""
        return [one.as_input() for one in self.items.forms]


@opens_to(Permission.ACCEPTANCE_RECORD)
@require_http_methods(SHOW_AND_ACT)
def project_accept(request: ActorRequest, code: str, part: str) -> HttpResponse:
    """Accept what one beneficiary has done, line by line of the estimate; `part` is its key, or 'chung' for none.

    The button «Xem trước» computes and judges without writing anything.
    """
    project = project_for_step(request, code, "accept")
    page = _page(request, project, _beneficiary_or_404(project, part))
    if request.method != "POST" and page.key not in payable.waiting_for_acceptance(project, page.approved):
        raise Refused(NOT_WAITING)
    tried: list[Assessment] = []
    if request.method == "POST" and page.is_valid():
        if "xem" in request.POST:
            run(page.form, lambda: tried.append(_try(page, request)))
        elif run(page.form, lambda: _accept(page, request)):
            step_drafts.drop(project, request.actor, _draft_key(page.key))
            messages.success(request, "Đã ghi nghiệm thu.")
            return to_project(project, TAB)
    return _show(request, page, tried[0] if tried else None)


@opens_to(Permission.ACCEPTANCE_RECORD)
@require_POST
def project_accept_keep(request: ActorRequest, code: str, part: str) -> HttpResponse:
    """Keep what is being typed at the site; nothing of the đề án changes."""
    project = project_for_step(request, code, "accept")
    beneficiary = _beneficiary_or_404(project, part)
    version = version_of(request)
    step = _draft_key(beneficiary.pk if beneficiary else None)
    try:
        draft = step_drafts.keep_fields(
            project=project, by=request.actor, step=step, sent=request.POST, version=version
        )
    except NotAllowed:
        raise
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=409)
    at = timezone.localtime(draft.saved_at)
    return JsonResponse({"saved": f"{at:%H:%M}", "version": project.version, "behind": project.version != version})


def _draft_key(key: int | None) -> str:
    return f"nghiem-thu-{key or COMMON}"[:20]


def _beneficiary_or_404(project: Project, part: str) -> Beneficiary | None:
    if part == COMMON:
        return None
    if not (part.isascii() and part.isdigit() and len(part) < LARGEST_KEY):
        raise Http404
    return get_object_or_404(project.beneficiaries.select_related("establishment"), pk=int(part))


def _page(request: ActorRequest, project: Project, beneficiary: Beneficiary | None) -> Page:
    key = beneficiary.pk if beneficiary else None
    lines = list(payable.lines_of_part(project, key))
    bound = request.POST if request.method == "POST" else None
    files = request.FILES if bound is not None else None
    draft = None if bound is not None else step_drafts.kept(project, request.actor, _draft_key(key))
    kept = step_drafts.as_sent(draft) if draft else QueryDict()
    earlier = payable.earlier_of(project, key)
    initial = [_row(line, earlier.get(line.pk)) for line in lines]
    people = _people(request, project, beneficiary)
    if draft:
        initial = [row | _kept_row(kept, ITEMS, number) for number, row in enumerate(initial)]
        people = _kept_people(kept) or people
    item_formset = forms.formset_factory(ItemForm, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS, validate_max=True)
    people_formset = forms.formset_factory(
        ParticipantForm, extra=1, max_num=MAX_PEOPLE, absolute_max=MAX_PEOPLE, validate_max=True
    )
    place = beneficiary.place_text if beneficiary else project.place_text
    start = {"place": place, **({name: kept[name] for name in kept} if draft else {}), "version": project.version}
    return Page(
        project=project,
        beneficiary=beneficiary,
        lines=lines,
        form=AcceptanceForm(bound, files, initial=start),
        items=item_formset(bound, prefix=ITEMS, initial=initial),
        people=people_formset(bound, prefix=PEOPLE, initial=people),
        approved=ledger.approved_by_beneficiary(project),
    )


def _row(line: EstimateLine, earlier: Earlier | None) -> dict[str, Any]:
    """The row of a line as it would be were everything done as planned, less what was accepted before."""
    row: dict[str, Any] = {"line": line.pk, "cost": max(line.total - (earlier.cost if earlier else 0), 0)}
    if line.quantity is not None and line.quantity == line.quantity.to_integral_value():
        left = int(line.quantity) - (earlier.quantity if earlier else 0)
        row["quantity"] = max(left, 1)
        if not earlier:
            row["unit_price"] = line.unit_price
    return row


def _kept_row(kept: QueryDict, prefix: str, number: int) -> dict[str, Any]:
    """What the draft holds of a row; the line of a row never comes from a draft."""
    head = f"{prefix}-{number}-"
    return {
        name.removeprefix(head): kept[name] for name in kept if name.startswith(head) and not name.endswith("-line")
    }


def _kept_people(kept: QueryDict) -> list[dict[str, Any]]:
    total = kept.get(f"{PEOPLE}-TOTAL_FORMS", "")
    count = min(int(total), MAX_PEOPLE) if total.isascii() and total.isdigit() and len(total) < LARGEST_KEY else 0
    rows = [{"present": False} | _kept_row(kept, PEOPLE, number) for number in range(count)]
    return [row for row in rows if row.get("name") or row.get("organisation")]


def _people(request: ActorRequest, project: Project, beneficiary: Beneficiary | None) -> list[dict[str, Any]]:
    """Who is expected: whoever records presides, the commune, the unit and the beneficiary are asked for a name."""
    actor = request.actor
    commune = project.commune
    rows: list[dict[str, Any]] = [
        {
            "role": ParticipantRole.CHAIR,
            "name": str(actor.user),
            "title": actor.role.label,
            "organisation": actor.agency.name,
        },
        {"role": ParticipantRole.COMMUNE, "organisation": f"UBND {commune}" if commune else ""},
        {"role": ParticipantRole.UNIT, "organisation": project.implementing_unit.name},
    ]
    if beneficiary is not None:
        rows.append({"role": ParticipantRole.BENEFICIARY, "organisation": str(beneficiary)})
    return [{"present": True, **row} for row in rows]


def _try(page: Page, request: ActorRequest) -> Assessment:
    data = page.form.cleaned_data
    if page.key not in payable.waiting_for_acceptance(page.project, page.approved):
        raise Refused(NOT_WAITING)
    return assess(
        page.project,
        page.key,
        lines={line.pk: line for line in page.lines},
        items=page.found(),
        approved=page.approved[page.key],
        accepted_on=data["accepted_on"],
        is_last=data["is_last"] == LAST,
        seen_by=request.actor,
    )


def _accept(page: Page, request: ActorRequest) -> None:
    data = page.form.cleaned_data
    people = [one.as_input() for one in page.people.forms]
    actions.accept(
        project_id=page.project.pk,
        by=request.actor,
        version=data["version"],
        beneficiary_id=page.key,
        number=data["number"],
        accepted_on=data["accepted_on"],
        items=page.found(),
        comment=data["comment"],
        is_last=data["is_last"] == LAST,
        undelivered=data["undelivered"],
        participants=[one for one in people if one is not None],
        unit_invoices=data["unit_invoices"],
        explanation=data["explanation"],
        spot=actions.Spot(data["place"], data["latitude"], data["longitude"]),
        photos=data["photos"],
    )


def _show(request: ActorRequest, page: Page, tried: Assessment | None) -> HttpResponse:
    project, beneficiary = page.project, page.beneficiary
    bound = request.method == "POST"
    invoices = bound and "unit_invoices" in request.POST
    context = {
        "project": project,
        "form": page.form,
        "title": f"Nghiệm thu: {beneficiary}" if beneficiary else "Nghiệm thu phần chung",
        "crumbs": crumbs_to(project, "Nghiệm thu", TAB),
        "formset": page.items,
        "people": page.people,
        "rows": _rows(page.items, page.lines),
        "minutes": minutes_of(project, unit_invoices=invoices),
        "facts": _facts(page),
        "part": beneficiary.pk if beneficiary else COMMON,
        "intro": "Ghi từng hạng mục như thấy tại cơ sở. Số tiền được thanh toán do hệ thống tính khi ghi.",
        **(_tried(tried, page.lines) if tried else {}),
    }
    if not bound:
        planned = sum(line.total for line in page.lines if line.in_cost_base)
        left = planned - sum(one.cost for one in payable.earlier_of(project, page.key).values())
        context["sheet"] = payable_sheet(
            payable.payable_for(project, page.key, approved=page.approved.get(page.key, 0), accepted_cost=max(left, 0)),
            f"Ví dụ khi nghiệm thu đúng dự toán: {format_dong(max(left, 0))} đồng chi phí làm căn cứ hỗ trợ",
        )
    return render(request, "delivery/accept.html", context, status=422 if bound and not tried else 200)


def _tried(tried: Assessment, lines: Sequence[EstimateLine]) -> Mapping[str, Any]:
    """What «Xem trước» shows: the calculation, what the rules say, and what differs from the approved list."""
    names = {line.pk: line.content for line in lines}
    return {
        "tried": tried,
        "sheet": assessment_sheet(tried),
        "findings": tried.findings,
        "differences": [(names[key], one) for key, found in tried.differences.items() for one in found if key in names],
    }


def _rows(formset: Any, lines: Sequence[EstimateLine]) -> list[tuple[EstimateLine | None, Any]]:
    """Each row with the line it speaks of; a row that names no line of this part has none, and the action refuses it."""
    known = {str(line.pk): line for line in lines}
    return [(known.get(str(form["line"].value())), form) for form in formset.forms]


def _facts(page: Page) -> list[Fact]:
    project, beneficiary = page.project, page.beneficiary
    total = sum(line.total for line in page.lines)
    before = list(project.acceptances.filter(payable.of_part(page.key)))
    facts = [
        Fact("Đề án", project.name),
        Fact("Cơ sở thụ hưởng", str(beneficiary or "")),
        Fact("Địa điểm", beneficiary.place_text if beneficiary else project.place_text),
        Fact("Dự toán của phần này", f"{format_dong(total)} đồng"),
        Fact("Hỗ trợ được phê duyệt", f"{format_dong(page.approved.get(page.key, 0))} đồng"),
    ]
    if before:
        told = "; ".join(f"{one}: {format_dong(one.payable)} đồng" for one in before)
        facts.append(Fact(f"Đã nghiệm thu {len(before)} lần", told))
    return facts
