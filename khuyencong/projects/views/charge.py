"""Giving a đề án to somebody to look after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission, require
from khuyencong.people.web import ActorRequest, opens_to
from khuyencong.projects import actions
from khuyencong.projects.actions.charge import officers_of
from khuyencong.projects.models import Project
from khuyencong.projects.web import project_or_404, step_page


class ChargeForm(VersionedForm):
    user = forms.ModelChoiceField(label="Người phụ trách", queryset=User.objects.none(), empty_label="– chọn –")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = officers_of(project.implementing_unit)


@opens_to(Permission.PROJECT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def project_in_charge(request: ActorRequest, code: str) -> HttpResponse:
    """Another officer of the unit looks after the đề án."""
    project = project_or_404(request.actor, code)
    require(request.actor, Permission.PROJECT_EDIT, project)
    initial = {"user": project.in_charge_id, "version": project.version}
    form = ChargeForm(request.POST or None, project=project, initial=initial)
    return step_page(
        request,
        project=project,
        form=form,
        title="Giao người phụ trách",
        submit_label="Giao",
        act=lambda: actions.put_in_charge(
            project_id=project.pk,
            by=request.actor,
            version=form.cleaned_data["version"],
            user_id=form.cleaned_data["user"].pk,
        ),
        done="Đã giao người phụ trách.",
    )
