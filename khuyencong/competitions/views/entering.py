"""A product is entered by its maker or by an officer, completed, handed in, checked, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from khuyencong.competitions import actions
from khuyencong.competitions.actions import FIELDS
from khuyencong.competitions.eligibility import certificates_below, findings_of, registered_below
from khuyencong.competitions.entry_forms import (
    AcceptForm,
    AskForm,
    EditEntryForm,
    EntryPapersForm,
    NewEntryForm,
    PhotosForm,
    WithdrawForm,
)
from khuyencong.competitions.forms import ReasonForm
from khuyencong.competitions.models import Entry, Round
from khuyencong.competitions.queries import earlier_products
from khuyencong.competitions.web import crumbs_to, entry_or_404, permitted_entry, round_or_404, step_page
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.core.findings import NeedsApproval
from khuyencong.core.web import SHOW_AND_ACT, press, run, version_of
from khuyencong.establishments.models import Establishment
from khuyencong.law.competition import BELOW
from khuyencong.people.permissions import Permission
from khuyencong.people.roles import Role
from khuyencong.people.web import ActorRequest, opens_to

MOST_FOUND = 20


def _key(request: ActorRequest, name: str) -> int | None:
    """A key of the address; None where it is not said, 404 where it is no number."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004  # fits an int column
        raise Http404
    return int(text)


def _establishment(request: ActorRequest) -> Establishment | None:
    """The owner's own, or the one that an officer has chosen (`?co-so=`); None where none is chosen yet."""
    rows = Establishment.objects.visible_to(request.actor).current()
    rows = rows.select_related("province__current", "commune__current", "account")
    if request.actor.role == Role.OWNER:
        return get_object_or_404(rows, account=request.actor.agency.pk)
    key = _key(request, "co-so")
    return get_object_or_404(rows, pk=key) if key else None


@opens_to(Permission.COMPETITION_ENTER)
@require_http_methods(SHOW_AND_ACT)
def entry_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Begin a dossier: an owner for the own establishment, an officer for one that is looked for first."""
    found = round_or_404(request.actor, pk)
    establishment = _establishment(request)
    if establishment is None:
        if request.method == "POST":
            raise Refused("Hãy tìm và chọn cơ sở trước khi đăng ký sản phẩm.")
        return _choose(request, found)
    earlier = _earlier(request, establishment)
    blank = Entry(round=found, establishment=establishment)
    form = NewEntryForm(
        request.POST or None,
        initial={name: getattr(earlier, name) for name in _COPIED} if earlier else {},
        **_below(blank),
    )
    made: list[Entry] = []

    def act() -> None:
        data = form.cleaned_data
        made.append(
            actions.begin_entry(
                by=request.actor,
                creation_key=data["creation_key"],
                round_=found,
                establishment=establishment,
                fields=data,
                earlier=earlier,
            )
        )

    bound = request.method == "POST"
    if bound and form.is_valid() and run(form, act):
        messages.success(request, "Đã lưu bản nháp. Bước tiếp: thêm ảnh và giấy tờ, rồi bấm «Nộp hồ sơ».")
        return redirect(made[0])
    context = {
        "round": found,
        "establishment": establishment,
        "form": form,
        "earlier": [] if earlier or bound else earlier_products(establishment, found, request.actor),
        "chosen": earlier,
        "query": f"co-so={establishment.pk}&" if request.actor.role != Role.OWNER else "",
        "title": "Đăng ký sản phẩm",
        "back_url": found.get_absolute_url(),
        "crumbs": crumbs_to(found, "Đăng ký sản phẩm"),
    }
    return render(request, "competitions/entry_form.html", context, status=422 if bound else 200)


_COPIED = tuple(
    name for name in FIELDS if name not in {"lower", "lower_record", "consents", "letter_number", "letter_on"}
)


def _earlier(request: ActorRequest, establishment: Establishment) -> Entry | None:
    key = _key(request, "tu")
    if key is None:
        return None
    seen = Entry.objects.visible_to(request.actor).filter(establishment=establishment)
    return get_object_or_404(seen.select_related("establishment"), pk=key)


def _below(entry: Entry) -> dict[str, Any]:
    """What the form offers of the level below; nothing where there is none."""
    if not BELOW[entry.round.level]:
        return {}
    # A certificate that held when the dossier was handed in stays among them while it is completed.
    on = entry.handed_in_on or today()
    return {"asks_below": True, "lower": certificates_below(entry, on), "registered": registered_below(entry, on)}


def _choose(request: ActorRequest, found: Round) -> HttpResponse:
    text = request.GET.get("q", "")[:200].strip()
    rows: list[Establishment] = []
    if text:
        visible = Establishment.objects.visible_to(request.actor).current().search(text)
        rows = list(visible.select_related("commune", "province")[:MOST_FOUND])
    context = {"q": text, "found": rows, "round": found, "crumbs": crumbs_to(found, "Chọn cơ sở"), "most": MOST_FOUND}
    return render(request, "competitions/choose.html", context)


@opens_to(Permission.COMPETITION_ENTER)
@require_http_methods(SHOW_AND_ACT)
def entry_write(request: ActorRequest, pk: int) -> HttpResponse:
    """The dossier again."""
    found = permitted_entry(request, pk, Permission.COMPETITION_ENTER)
    initial = {name: getattr(found, name) for name in FIELDS if name not in {"lower", "lower_record"}}
    initial |= {
        "version": found.version,
        "below": f"c{found.lower_id}"
        if found.lower_id
        else f"r{found.lower_record_id}"
        if found.lower_record_id
        else "",
    }
    form = EditEntryForm(request.POST or None, initial=initial, **_below(found))

    def act() -> None:
        data = dict(form.cleaned_data)
        actions.write_entry(entry_id=found.pk, by=request.actor, version=data.pop("version"), fields=data)

    return step_page(
        request, about=found, form=form, title="Sửa hồ sơ", act=act, done="Đã lưu.", submit_label="Lưu",
        template="competitions/entry_form.html", context={"round": found.round, "establishment": found.establishment},
    )  # fmt: skip


@opens_to(Permission.COMPETITION_ENTER)
@require_http_methods(SHOW_AND_ACT)
def entry_photos(request: ActorRequest, pk: int) -> HttpResponse:
    """Photos taken now, or there already."""
    found = permitted_entry(request, pk, Permission.COMPETITION_ENTER)
    there = set(found.photos.order_by().values_list("angle", flat=True))
    wanted = next((angle for angle in ("front", "side", "top") if angle not in there), "more")
    form = PhotosForm(request.POST or None, request.FILES or None, initial={"version": found.version, "angle": wanted})

    def act() -> None:
        data = form.cleaned_data
        actions.add_photos(
            entry_id=found.pk, by=request.actor, version=data["version"], angle=data["angle"], uploads=form.uploads
        )

    return step_page(
        request, about=found, form=form, title="Thêm ảnh", submit_label="Tải lên", act=act, done="Đã thêm ảnh.",
        context={"intro": "Cần ba ảnh màu chụp ở ba góc: chính diện, mặt bên, từ trên xuống."},
    )  # fmt: skip


@opens_to(Permission.COMPETITION_ENTER)
@require_http_methods(SHOW_AND_ACT)
def entry_papers(request: ActorRequest, pk: int) -> HttpResponse:
    """Papers of one kind."""
    found = permitted_entry(request, pk, Permission.COMPETITION_ENTER)
    form = EntryPapersForm(request.POST or None, request.FILES or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Thêm giấy tờ", submit_label="Tải lên", done="Đã thêm giấy tờ.",
        act=lambda: actions.add_papers(entry_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_ENTER)
@require_POST
def entry_remove(request: ActorRequest, pk: int, kind: str, file: int) -> HttpResponse:
    """Take a photo or paper out of a dossier that is being written."""
    found = entry_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.remove_file(
            entry_id=found.pk, by=request.actor, version=version_of(request), file_id=file, photo=kind == "anh"
        ),
        done="Đã bỏ tệp.",
    )
    return redirect(found)


@opens_to(Permission.COMPETITION_ENTER)
@require_POST
def entry_submit(request: ActorRequest, pk: int) -> HttpResponse:
    """Hand the dossier in."""
    found = entry_or_404(request.actor, pk)
    press(
        request,
        lambda: actions.submit_entry(entry_id=found.pk, by=request.actor, version=version_of(request)),
        done="Đã nộp hồ sơ. Bạn được báo khi cơ quan tổ chức kiểm tra xong.",
    )
    return redirect(found)


@opens_to(Permission.COMPETITION_ENTER)
@require_http_methods(SHOW_AND_ACT)
def entry_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    """Take the product out."""
    found = permitted_entry(request, pk, Permission.COMPETITION_ENTER)
    form = WithdrawForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Rút sản phẩm", submit_label="Rút sản phẩm", done="Đã rút sản phẩm.",
        act=lambda: actions.withdraw_entry(entry_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def entry_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """Say what is missing."""
    found = permitted_entry(request, pk, Permission.COMPETITION_MANAGE)
    form = AskForm(request.POST or None, initial={"version": found.version, "complete_by": found.round.entries_until})
    return step_page(
        request, about=found, form=form, title="Yêu cầu bổ sung", submit_label="Gửi yêu cầu", done="Đã gửi yêu cầu bổ sung.",
        act=lambda: actions.ask_to_complete(entry_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def entry_accept(request: ActorRequest, pk: int) -> HttpResponse:
    """Let the product take part."""
    found = permitted_entry(request, pk, Permission.COMPETITION_MANAGE)
    doubts = [one for one in findings_of(found, today(), checking=True) if isinstance(one, NeedsApproval)]
    form = AcceptForm(request.POST or None, initial={"version": found.version})
    form.fields["looked_at"].required = bool(doubts)
    if not doubts:
        del form.fields["looked_at"]
    return step_page(
        request, about=found, form=form, title="Cho tham gia", submit_label="Cho tham gia",
        done="Đã cho tham gia, mã số bình chọn đã được cấp.",
        act=lambda: actions.accept_entry(entry_id=found.pk, by=request.actor, **form.cleaned_data),
        context={"findings": doubts},
    )  # fmt: skip


@opens_to(Permission.COMPETITION_MANAGE)
@require_http_methods(SHOW_AND_ACT)
def entry_refuse(request: ActorRequest, pk: int) -> HttpResponse:
    """The product does not take part."""
    found = permitted_entry(request, pk, Permission.COMPETITION_MANAGE)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    return step_page(
        request, about=found, form=form, title="Không cho tham gia", submit_label="Ghi không cho tham gia",
        done="Đã ghi. Cơ sở được báo lý do.",
        act=lambda: actions.refuse_entry(entry_id=found.pk, by=request.actor, **form.cleaned_data),
    )  # fmt: skip
