"""The Word templates of my agency: uploading one, looking at its sample, putting a version in force or taking it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from khuyencong.core.components import Crumb
from khuyencong.core.web import SHOW_AND_ACT, form_page, press, take_away, version_of
from khuyencong.papers import actions, queries
from khuyencong.papers.codes import SAMPLE_TOKEN
from khuyencong.papers.filling import fill
from khuyencong.papers.forms import TemplateForm
from khuyencong.papers.models import PaperTemplate, TemplateUse
from khuyencong.papers.models.template import use_version
from khuyencong.papers.web import bytes_or_404, crumbs, form_or_404, tabs
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to

HIGHEST = 32_767


@opens_to(Permission.PAPER_TEMPLATE)
@require_safe
def paper_templates(request: ActorRequest) -> HttpResponse:
    """Every form, and what my agency's papers of it are made with."""
    context = {"rows": queries.template_rows(request.actor), "tabs": tabs(request.actor, "paper_templates")}
    return render(request, "papers/templates.html", context)


@opens_to(Permission.PAPER_TEMPLATE)
@require_http_methods(SHOW_AND_ACT)
def paper_template(request: ActorRequest, form: str) -> HttpResponse:
    """The versions of one template, and the form for a new one."""
    actor, wanted = request.actor, form_or_404(form)
    upload = TemplateForm(request.POST, request.FILES) if request.method == "POST" else TemplateForm()
    uses = TemplateUse.objects.filter(agency=actor.agency, form=wanted.code).select_related(
        "template__agency", "put_by"
    )
    history = list(uses)
    return form_page(
        request,
        form=upload,
        act=lambda: actions.add_template(
            form=wanted,
            by=actor,
            creation_key=upload.cleaned_data["creation_key"],
            upload=upload.cleaned_data["file"],
        ),
        done="Mẫu đọc được và điền thử được. Hãy tải bản thử về xem, rồi bấm «Dùng mẫu này».",
        back=lambda: redirect("paper_template", wanted.code),
        template="papers/template.html",
        context={
            "wanted": wanted,
            "versions": PaperTemplate.objects.filter(agency=actor.agency, form=wanted.code).select_related(
                "uploaded_by"
            ),
            "in_force": history[0].template_id if history else None,
            "history": history,
            "version": use_version(actor.agency.pk, wanted.code),
            "fields": _fields(wanted.sample),
            "crumbs": crumbs(Crumb("Mẫu của cơ quan", reverse("paper_templates")), wanted.title),
        },
    )


def _fields(sample: object, start: str = "") -> list[tuple[str, str]]:
    """The fields that a template may name, each with its value in the sample; of a list the first row."""
    if isinstance(sample, (list, tuple)):
        return [(f"for dòng in {start}", "danh sách"), *_fields(sample[0] if sample else "", "dòng")]
    if not hasattr(sample, "items"):
        return [(start, str(sample) if sample is not None else "–")]
    return [one for key, value in sample.items() for one in _fields(value, f"{start}.{key}" if start else str(key))]


@opens_to(Permission.PAPER_TEMPLATE)
@require_POST
def paper_template_use(request: ActorRequest, form: str) -> HttpResponse:
    """Make papers with that version from now on; 0 is the shipped template."""
    wanted = form_or_404(form)
    text = request.POST.get("number", "")
    number = int(text) if text.isascii() and text.isdigit() and int(text) <= HIGHEST else HIGHEST
    press(
        request,
        lambda: actions.put_in_force(form=wanted, by=request.actor, version=version_of(request), number=number),
        done="Giấy lập từ bây giờ dùng mẫu này; giấy đã lập giữ nguyên.",
    )
    return redirect("paper_template", wanted.code)


@opens_to(Permission.PAPER_TEMPLATE)
@require_GET
def paper_template_file(request: ActorRequest, form: str, number: int) -> HttpResponse:
    """One version as it was uploaded; 0 is the shipped template, which an office may change and upload."""
    wanted = form_or_404(form)
    return take_away(_content(request, form, number), f"mau-{wanted.code}-{number}.docx")


@opens_to(Permission.PAPER_TEMPLATE)
@require_GET
def paper_template_sample(request: ActorRequest, form: str, number: int) -> HttpResponse:
    """One version filled with made-up data."""
    wanted = form_or_404(form)
    content = fill(_content(request, form, number), wanted.sample, form=wanted, token=SAMPLE_TOKEN)
    return take_away(content, f"ban-thu-{wanted.code}-{number}.docx")


def _content(request: ActorRequest, form: str, number: int) -> bytes:
    if number == 0:
        return form_or_404(form).template.read_bytes()
    rows = PaperTemplate.objects.filter(agency=request.actor.agency, form=form)
    version = get_object_or_404(rows, number=number)
    return bytes_or_404(version.file.storage, version.file.name or "")
