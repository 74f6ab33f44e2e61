"""Entered documents: the list, one of them, and writing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.audit.actions import record
from khuyencong.audit.handing_out import hand_out, opened
from khuyencong.core.components import Action
from khuyencong.core.findings import Blocker, blockers
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.normbook import actions
from khuyencong.normbook.book import all_documents, as_law
from khuyencong.normbook.door import is_author
from khuyencong.normbook.entering.beside import beside
from khuyencong.normbook.entering.export import as_zip, law_files
from khuyencong.normbook.entering.forms import (
    EditDocumentForm,
    EntryForms,
    NewDocumentForm,
    UploadForm,
    document_initial,
    norm_initial,
    tier_initial,
)
from khuyencong.normbook.entering.pages import (
    button,
    crumbs_to,
    entry_or_404,
    events_of,
    facts_of,
    force_of,
    step_page,
)
from khuyencong.normbook.entering.starting import start_from
from khuyencong.normbook.links import law_tabs
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.normbook.queries import waiting_for
from khuyencong.normbook.rules import findings, ground_for
from khuyencong.normbook.states import check_editable, transition
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission, allowed, require
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.people.web import ActorRequest, opens_to, signed_in
from khuyencong.places.models import Province

PER_PAGE = 50


@signed_in
@require_safe
def entries(request: ActorRequest) -> HttpResponse:
    """The documents entered for my place, and which of them wait for me."""
    inside = EnteredDocument.objects.filter(province_scope(request.actor, implementing_unit="agency"))
    rows = inside.select_related("province", "agency", "entered_by").annotate(norm_count=Count("norms"))
    page = Paginator(rows.order_by("-changed_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    laws = {one.id: one for one in all_documents()}
    context = {
        "waiting": waiting_for(request.actor),
        "page": page,
        "rows": [(row, force_of(row, laws.get(row.document_id))) for row in page.object_list],
        "may_enter": allowed(request.actor, Permission.NORM_EDIT),
        "tabs": law_tabs(request.actor, "norm_entries"),
    }
    return render(request, "normbook/entry_list.html", context)


@signed_in
@require_safe
def entry(request: ActorRequest, pk: int) -> HttpResponse:
    """One document: what it says beside what counts today, what is missing, and what I may do next."""
    document = entry_or_404(request.actor, pk)
    return _entry_page(request, document)


def _entry_page(
    request: ActorRequest, document: EnteredDocument, upload: UploadForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The page of one document; `upload` is a form that was refused."""
    open_ = document.state in {EntryState.DRAFT, EntryState.SENT}
    may_edit = document.state == EntryState.DRAFT and allowed(request.actor, Permission.NORM_EDIT, document)
    if may_edit and upload is None:
        upload = UploadForm(initial={"version": document.version})
    context: dict[str, Any] = {
        "document": document,
        "upload": upload,
        "may_edit": may_edit,
        "crumbs": crumbs_to(document),
    }
    if open_:
        ground = ground_for(document)
        found = findings(document, ground)
        stopping = blockers(found)
        context |= {
            "missing": stopping,
            "findings": [one for one in found if one not in stopping],
            "rows": beside(document, ground),
            "facts": facts_of(document, ground.known),
            "actions": _open_actions(request.actor, document, stopping),
        }
    else:
        known = {one.id: one for one in all_documents()}
        context |= {
            "force": force_of(document, known.get(document.document_id)),
            "law": as_law(document),
            "facts": facts_of(document, known),
            "actions": _closed_actions(request.actor, document),
        }
    if is_inside(request.actor, province=document.province, implementing_unit_id=document.agency_id):
        context["events"] = events_of(document)
    return render(request, "normbook/entry.html", context, status=status)


def _open_actions(actor: Actor, document: EnteredDocument, stopping: list[Blocker]) -> list[Action]:
    """What may be done now with a document that does not count yet."""
    if document.state == EntryState.DRAFT and allowed(actor, Permission.NORM_EDIT, document):
        step = transition("send")
        return [
            _link("sua", "Sửa", "norm_entry_edit", document, icon="pencil"),
            Action(
                key="gui",
                label=step.label,
                url=reverse("norm_entry_send", args=[document.pk]),
                tone="primary",
                icon="send",
                blocked=Blocker("missing", "Chưa gửi được: xem các chỗ còn thiếu ở trên.") if stopping else None,
                hidden={"version": document.version},
            ),
        ]
    if document.state == EntryState.SENT and allowed(actor, Permission.NORM_CONFIRM, document):
        blocked = Blocker("same_person", actions.SAME_PERSON) if is_author(document, actor) else None
        label = "Đối chiếu và xác nhận"
        confirm = _link("xac-nhan", label, "norm_entry_confirm", document, icon="clipboard-check", blocked=blocked)
        return [confirm, _link("tra-lai", "Trả lại", "norm_entry_return", document, icon="arrow-back-up")]
    return []


def _closed_actions(actor: Actor, document: EnteredDocument) -> list[Action]:
    """What may be done now with a document that was confirmed."""
    if document.state != EntryState.CONFIRMED:
        return []
    found = [
        Action("xem", "Trang văn bản", document.get_absolute_url(), method="get", icon="file-text"),
        _link("yaml", "Xuất YAML", "norm_entry_yaml", document, icon="table-export"),
    ]
    if allowed(actor, Permission.NORM_EDIT, document):
        new, key = reverse("norm_entry_new"), document.document_id
        found.append(Action("thay", "Nhập văn bản thay thế", f"{new}?replaces={key}", method="get", icon="plus"))
        if not document.corrects:
            found.append(Action("dinh-chinh", "Đính chính", f"{new}?corrects={key}", method="get", icon="pencil"))
    if allowed(actor, Permission.NORM_CONFIRM, document):
        found.append(_link("huy", "Hủy bỏ", "norm_entry_revoke", document, icon="ban"))
    return found


def _link(
    key: str, label: str, name: str, document: EnteredDocument, *, icon: str, blocked: Blocker | None = None
) -> Action:
    url = reverse(name, args=[document.pk])
    return Action(key=key, label=label, url=url, method="get", icon=icon, blocked=blocked)


@opens_to(Permission.NORM_EDIT)
@require_http_methods(SHOW_AND_ACT)
def entry_new(request: ActorRequest) -> HttpResponse:
    """Begin a document; `?corrects=ID&activity=CODE` and `?replaces=ID` fill in what is known of the other."""
    provinces, documents = _provinces(request.actor), all_documents()
    start = start_from(request.GET.dict(), documents=documents, provinces=provinces)
    data = request.POST if request.method == "POST" else None
    head = NewDocumentForm(data, provinces=provinces, documents=documents, initial=start.head)
    forms = EntryForms(data, head, norms=start.norms, tiers=start.tiers)
    created: list[EnteredDocument] = []

    def act() -> None:
        key = head.cleaned_data["creation_key"]
        values = head.cleaned_data
        created.append(actions.enter_document(by=request.actor, creation_key=key, fields=values, norms=forms.inputs()))

    if data is not None and forms.is_valid() and run(head, act):
        messages.success(request, "Đã lưu dự thảo. Tiếp theo: đính kèm tệp văn bản rồi gửi xác nhận.")
        return redirect("norm_entry", pk=created[0].pk)
    context = {"forms": forms, "title": "Nhập văn bản và định mức", "crumbs": crumbs_to(None, "Nhập văn bản")}
    return render(request, "normbook/entry_form.html", context, status=200 if data is None else 422)


@opens_to(Permission.NORM_EDIT)
@require_http_methods(SHOW_AND_ACT)
def entry_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a draft: the document, its norms, their tiers."""
    document = _to_write(request, pk)
    data = request.POST if request.method == "POST" else None
    norms = list(document.norms.all())
    head = EditDocumentForm(
        data, provinces=_provinces(request.actor), documents=all_documents(), initial=document_initial(document)
    )
    forms = EntryForms(
        data,
        head,
        norms=[norm_initial(norm) for norm in norms],
        tiers=[tier_initial(tier, norm.activity) for norm in norms for tier in norm.tiers.all()],
    )

    def act() -> None:
        actions.update_document(
            document_id=document.pk,
            by=request.actor,
            version=head.cleaned_data["version"],
            fields=head.cleaned_data,
            norms=forms.inputs(),
        )

    if data is not None and forms.is_valid() and run(head, act):
        messages.success(request, "Đã lưu dự thảo.")
        return redirect("norm_entry", pk=document.pk)
    context = {"forms": forms, "document": document, "title": "Sửa dự thảo", "crumbs": crumbs_to(document, "Sửa")}
    return render(request, "normbook/entry_form.html", context, status=200 if data is None else 422)


@opens_to(Permission.NORM_EDIT)
@require_http_methods(SHOW_AND_ACT)
def entry_attach(request: ActorRequest, pk: int) -> HttpResponse:
    """Attach the text of the document itself."""
    document = _to_write(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"version": document.version})
    return step_page(
        request,
        document,
        form,
        lambda: actions.attach_file(
            document_id=document.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            upload=form.cleaned_data["file"],
        ),
        title="Đính kèm tệp văn bản",
        done="Đã đính kèm tệp văn bản.",
        context={"submit_label": "Tải lên"},
    )


@opens_to(Permission.NORM_EDIT)
@require_POST
def entry_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask a second person to confirm."""
    document = entry_or_404(request.actor, pk)
    require(request.actor, Permission.NORM_EDIT, document)
    return button(
        request,
        document,
        lambda version: actions.send_document(document_id=document.pk, by=request.actor, version=version),
        done=transition("send").done,
    )


@opens_to(Permission.NORM_EDIT)
@require_POST
def entry_delete(request: ActorRequest, pk: int) -> HttpResponse:
    """Take a draft away."""
    document = entry_or_404(request.actor, pk)
    require(request.actor, Permission.NORM_EDIT, document)
    return button(
        request,
        document,
        lambda version: actions.delete_document(document_id=document.pk, by=request.actor, version=version),
        done=f"Đã xóa dự thảo {document}.",
        gone=True,
    )


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def entry_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The text of the document, always as a download under its own name; the download is audited."""
    document = entry_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, document)
    if not document.file:
        raise Http404("Văn bản chưa có tệp.")
    return hand_out(
        opened(document.file),
        name=document.file_name,
        content_type=document.file_type,
        action="norm.download",
        by=request.actor,
        subject=document,
        thread=document.thread,
    )


@opens_to(Permission.FILE_DOWNLOAD)
@require_GET
def entry_yaml(request: ActorRequest, pk: int) -> HttpResponse:
    """The document as law files; a zip where it also ends other files. That somebody took it away is audited."""
    document = entry_or_404(request.actor, pk)
    require(request.actor, Permission.FILE_DOWNLOAD, document)
    files = law_files(document)
    record(action="norm.export", by=request.actor, subject=document, thread=document.thread, after={"tệp": [*files]})
    name, text = next(iter(files.items()))
    content, kind = text.encode(), "application/yaml; charset=utf-8"
    if len(files) > 1:
        name, content, kind = f"{name.removesuffix('.yaml')}.zip", as_zip(files), "application/zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


def _provinces(actor: Actor) -> list[Province]:
    """The provinces for which the actor's agency enters norms, today's first; none for the nation."""
    home = actor.province_id
    if home is None:
        return []
    return list(Province.objects.filter(Q(current=home) | Q(pk=home)).order_by("-valid_from", "sort_key", "key"))


def _to_write(request: ActorRequest, pk: int) -> EnteredDocument:
    """The draft in my scope that my agency may write; for a page that is only looked at, Refused when it is none."""
    document = entry_or_404(request.actor, pk)
    require(request.actor, Permission.NORM_EDIT, document)
    if request.method != "POST":
        check_editable(document)
    return document
