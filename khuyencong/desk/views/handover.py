"""A departing officer's work, given to colleagues in one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from khuyencong.accounts.queries import people_in_scope
from khuyencong.core.components import Crumb
from khuyencong.core.forms import VersionedForm
from khuyencong.core.web import SHOW_AND_ACT, run
from khuyencong.desk.handover import Section, colleagues_of, hand_over, remainder_of, sections_of
from khuyencong.people.models import User
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


class HandoverForm(VersionedForm):
    """One colleague for each agency that has work to give, and whether the roles go too."""

    take_roles = forms.BooleanField(
        label="Thu mọi vai trò của người này sau khi bàn giao",
        required=False,
        help_text="Tài khoản vẫn còn; khóa tài khoản ở trang của người ấy nếu không dùng nữa.",
    )

    def __init__(self, *args: Any, sections: Sequence[Section], leaving: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        for section in sections:
            people = colleagues_of(section, leaving)
            self.fields[section.field_name] = forms.TypedChoiceField(
                label=f"Người nhận việc tại {section.agency.short_name}",
                choices=[("", "– chưa giao –"), *((one.pk, str(one)) for one in people)],
                coerce=int,
                required=False,
                empty_value=None,
                help_text="" if people else "Cơ quan chưa có chuyên viên nào khác: hãy mời hoặc giao vai trò trước.",
            )
        self.order_fields([*(section.field_name for section in sections), "take_roles"])

    def receivers(self) -> dict[int, int]:
        """Agency → colleague, where one was chosen."""
        chosen = {section.agency.pk: self.cleaned_data[section.field_name] for section in self.sections}
        return {agency: person for agency, person in chosen.items() if person is not None}


@opens_to(Permission.ACCOUNT_EDIT)
@require_http_methods(SHOW_AND_ACT)
def handover(request: ActorRequest, pk: int) -> HttpResponse:
    """List the open work of a person in my scope, and move what can be moved."""
    person = get_object_or_404(people_in_scope(request.actor), pk=pk)
    sections = sections_of(person, request.actor)
    form = HandoverForm(request.POST or None, sections=sections, leaving=person, initial={"version": person.version})
    moved: list[int] = []

    def act() -> None:
        moved.append(
            hand_over(
                user_id=person.pk,
                by=request.actor,
                version=form.cleaned_data["version"],
                to=form.receivers(),
                take_roles=form.cleaned_data["take_roles"],
            )
        )

    if request.method == "POST" and form.is_valid() and run(form, act):
        messages.success(request, f"Đã bàn giao {moved[0]} việc.")
        return redirect("account", pk=person.pk)
    context = {
        "person": person,
        "sections": sections,
        "remainder": remainder_of(person, request.actor),
        "form": form,
        "is_me": person.pk == request.actor.user.pk,
        "crumbs": [
            Crumb("Tài khoản", reverse("accounts")),
            Crumb(str(person), reverse("account", args=[person.pk])),
            Crumb("Bàn giao"),
        ],
    }
    return render(request, "desk/handover.html", context, status=422 if request.method == "POST" else 200)
