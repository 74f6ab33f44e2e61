"""Who is who: suspected duplicates, two entries side by side, merging and undoing it, a new name."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khuyencong.core.web import SHOW_AND_ACT, form_page, press, version_of
from khuyencong.establishments import actions
from khuyencong.establishments.comparing import compared
from khuyencong.establishments.duplicates import waiting_between, waiting_for
from khuyencong.establishments.forms.identity import MergeForm, RenameForm, UndoMergeForm
from khuyencong.establishments.models import Establishment, Merge, Reason, Suspicion
from khuyencong.establishments.web import establishment_or_404
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to

PAGE_SIZE = 50


@dataclass(frozen=True)
class Side:
    """One entry of a suspicion; of one that lies out of sight only the province, the kind, and whom to ask."""

    entry: Establishment
    seen: bool
    ask: str = ""


@dataclass(frozen=True)
class Doubt:
    """A suspicion as the list shows it."""

    suspicion: Suspicion
    sides: tuple[Side, Side]
    reasons: tuple[str, ...]

    @property
    def both_seen(self) -> bool:
        return all(one.seen for one in self.sides)


@opens_to(Permission.ESTABLISHMENT_MERGE)
@require_safe
def duplicates(request: ActorRequest) -> HttpResponse:
    """Pairs that look like one establishment, of which a side at least lies in my area."""
    page = Paginator(waiting_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "establishments/duplicates.html", {"page": page, "doubts": _doubts(page, request.actor)})


def _doubts(page: Page[Suspicion], actor: Actor) -> list[Doubt]:
    """The rows of one page; two queries, whatever their number."""
    pairs = [(one, one.first.merged_into or one.first, one.second.merged_into or one.second) for one in page]
    ids = {entry.pk for _, *sides in pairs for entry in sides}
    seen = set(Establishment.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    far = {entry.province.current_id for _, *sides in pairs for entry in sides if entry.pk not in seen}
    departments = Agency.objects.filter(kind=AgencyKind.DEPARTMENT, province__in=far, active_to__isnull=True)
    ask = {one.province_id: one.name for one in departments}

    def side(entry: Establishment) -> Side:
        return Side(entry, entry.pk in seen, ask.get(entry.province.current_id, "Cục"))

    return [
        Doubt(one, (side(first), side(second)), tuple(Reason(code).label for code in one.reasons))
        for one, first, second in pairs
    ]


@opens_to(Permission.ESTABLISHMENT_MERGE)
@require_POST
def suspicion_dismiss(request: ActorRequest, first: int, second: int) -> HttpResponse:
    """Decide that they are two."""
    pair = _pair(request, first, second)
    version = version_of(request)
    press(
        request,
        lambda: actions.dismiss_suspicion(first_id=pair[0].pk, second_id=pair[1].pk, version=version, by=request.actor),
        done="Đã ghi: hai cơ sở khác nhau.",
    )
    return redirect("establishment_duplicates")


@opens_to(Permission.ESTABLISHMENT_MERGE)
@require_http_methods(SHOW_AND_ACT)
def compare(request: ActorRequest, first: int, second: int) -> HttpResponse:
    """Two entries side by side, and the form by which they become one."""
    pair = _pair(request, first, second)
    form = MergeForm(request.POST or None, first=pair[0], second=pair[1])
    merged = [one for one in pair if one.merged_into_id]
    suspicion = waiting_between(*pair, actor=request.actor).first()
    return form_page(
        request,
        form=form,
        act=lambda: actions.merge(by=request.actor, **form.decision()),
        done="Đã gộp hai hồ sơ.",
        back=lambda: redirect("establishment", pk=form.decision()["kept_id"]),
        template="establishments/compare.html",
        context={
            "first": pair[0],
            "second": pair[1],
            "rows": compared(pair[0], pair[1], actor=request.actor),
            "merged": merged,
            "suspicion": suspicion,
            "version": actions.pair_version(*pair),
            "reasons": [Reason(code).label for code in suspicion.reasons] if suspicion else [],
            "far": len({one.province.current_id for one in pair}) > 1 and not request.actor.is_national,
        },
    )


@opens_to(Permission.ESTABLISHMENT_MERGE)
@require_http_methods(SHOW_AND_ACT)
def unmerge(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a merged entry stand for itself again."""
    found = _entry(request, pk)
    require(request.actor, Permission.ESTABLISHMENT_MERGE, found)
    merge = Merge.objects.filter(dropped=found, undone_at__isnull=True).select_related("kept", "merged_by").first()
    if merge is None and request.method != "POST":
        messages.info(request, "Hồ sơ này không gộp vào hồ sơ nào.")
        return redirect("establishment", pk=pk)
    form = UndoMergeForm(request.POST or None, initial={"version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.undo_merge(
            dropped_id=pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
        ),
        done="Đã hủy việc gộp: hồ sơ trở lại như trước.",
        back=lambda: redirect("establishment", pk=pk),
        template="establishments/unmerge.html",
        context={"establishment": found, "merge": merge, "title": "Hủy việc gộp", "tab": "tong-quan"},
    )


@opens_to(Permission.ESTABLISHMENT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Give the establishment its new name."""
    found = establishment_or_404(request.actor, pk)
    require(request.actor, Permission.ESTABLISHMENT_EDIT, found)
    form = RenameForm(request.POST or None, initial={"name": found.name, "version": found.version})
    return form_page(
        request,
        form=form,
        act=lambda: actions.rename_establishment(
            establishment_id=found.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            name=form.cleaned_data["name"],
            document=form.cleaned_data["document"],
            on=form.cleaned_data["on"],
        ),
        done="Đã đổi tên; tên cũ vẫn tìm được.",
        back=lambda: redirect(f"{reverse('establishment', args=[found.pk])}?tab=tong-quan"),
        template="establishments/detail_form.html",
        context={"establishment": found, "title": "Đổi tên", "tab": "tong-quan"},
    )


def _pair(request: ActorRequest, first: int, second: int) -> tuple[Establishment, Establishment]:
    """Two entries in my scope on which I may decide."""
    if first == second:
        raise Http404
    pair = _entry(request, first), _entry(request, second)
    for one in pair:
        require(request.actor, Permission.ESTABLISHMENT_MERGE, one)
    return pair


def _entry(request: ActorRequest, pk: int) -> Establishment:
    """An entry in my scope, with everything that is compared."""
    related = ("province__current", "province_before", "commune", "craft_village", "merged_into", "registered_for")
    visible = Establishment.objects.visible_to(request.actor).select_related(*related)
    return get_object_or_404(visible.prefetch_related("formernames", "machines"), pk=pk)
