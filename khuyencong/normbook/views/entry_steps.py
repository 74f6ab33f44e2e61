"""What the second person does with an entered document: confirm it, return it, later revoke it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.core.errors import NotAllowed
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.normbook import actions
from khuyencong.normbook.door import is_author
from khuyencong.normbook.entering.beside import beside
from khuyencong.normbook.entering.forms import ConfirmForm, ReasonForm
from khuyencong.normbook.entering.pages import entry_for_step, facts_of, step_page
from khuyencong.normbook.models import EntryState
from khuyencong.normbook.rules import findings, ground_for
from khuyencong.normbook.states import transition
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.NORM_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def entry_confirm(request: ActorRequest, pk: int) -> HttpResponse:
    """Compare every value with the file and with what it takes the place of, then let the document count."""
    document = entry_for_step(request, pk, "confirm")
    if is_author(document, request.actor):
        raise NotAllowed(actions.SAME_PERSON)
    form = ConfirmForm(request.POST or None, initial={"version": document.version})
    ground = ground_for(document)
    context = {
        "findings": findings(document, ground) if document.state == EntryState.SENT else [],
        "rows": beside(document, ground),
        "facts": facts_of(document, ground.known),
    }
    return step_page(
        request,
        document,
        form,
        lambda: actions.confirm_document(
            document_id=document.pk, by=request.actor, version=form.cleaned_data["version"]
        ),
        title="Đối chiếu và xác nhận",
        done=transition("confirm").done,
        context=context,
        template="normbook/entry_confirm.html",
    )


@opens_to(Permission.NORM_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def entry_return(request: ActorRequest, pk: int) -> HttpResponse:
    """Give the document back to be put right, with the reason."""
    return _step_with_reason(
        request,
        pk,
        "return",
        actions.return_document,
        title="Trả lại người nhập",
        context={
            "submit_label": "Trả lại",
            "intro": "Văn bản trở lại là dự thảo; người nhập thấy lý do này, sửa rồi gửi lại.",
        },
    )


@opens_to(Permission.NORM_CONFIRM)
@require_http_methods(SHOW_AND_ACT)
def entry_revoke(request: ActorRequest, pk: int) -> HttpResponse:
    """Let a confirmed document count no more."""
    return _step_with_reason(
        request,
        pk,
        "revoke",
        actions.revoke_document,
        title="Hủy bỏ văn bản đã xác nhận",
        context={
            "submit_label": "Hủy bỏ",
            "danger": True,
            "intro": "Chỉ hủy bỏ khi văn bản nhập sai. Các mức của nó không còn được dùng cho lần tính mới; văn bản mà "
            "nó thay thế hoặc đính chính trở lại như trước. Bảng tính đã chốt giữ nguyên mức đã dùng. Nếu văn bản chỉ "
            "hết hiệu lực, hãy nhập văn bản thay thế.",
        },
    )


def _step_with_reason(
    request: ActorRequest, pk: int, step: str, action: Callable[..., Any], *, title: str, context: Mapping[str, Any]
) -> HttpResponse:
    """The page of a step of the table that asks for nothing but the reason."""
    document = entry_for_step(request, pk, step)
    form = ReasonForm(request.POST or None, initial={"version": document.version})
    return step_page(
        request,
        document,
        form,
        lambda: action(document_id=document.pk, by=request.actor, **form.cleaned_data),
        title=title,
        done=transition(step).done,
        context=context,
    )
