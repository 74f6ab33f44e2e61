"""Who is told that an answer has come, or that it goes back."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.effects.models import EffectSheet, Source
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.roles import Role


def tell_officers(sheet: EffectSheet, source: Source) -> None:
    """The one in charge of the đề án, where the establishment answered by itself."""
    if source not in {Source.LINK, Source.ACCOUNT}:
        return
    project = sheet.project
    people = [project.in_charge] if project.in_charge else people_of(project.implementing_unit, Role.OFFICER)[:3]
    sentence = (
        f"{sheet.beneficiary} đã trả lời phiếu hiệu quả {sheet.get_moment_display().lower()}, đề án {project.code}."
    )
    notify(users=people, sentence=sentence, url=sheet.get_absolute_url())


def tell_owners(sheet: EffectSheet) -> None:
    """The owners of the establishment who have an account, where its answer goes back to it."""
    account = sheet.beneficiary.establishment.account
    if account is None:
        return
    sentence = (
        f"Xin xem lại phiếu hiệu quả {sheet.get_moment_display().lower()}, đề án {sheet.project.code}: {sheet.remark}"
    )
    notify(users=people_of(account, Role.OWNER), sentence=sentence, url=reverse("own_effect", args=[sheet.pk]))
