"""Where somebody who registered, but was not let in yet, is sent instead of every page of the site."""

from __future__ import annotations

from django.urls import reverse

from khuyencong.intake.models import Registration, RegistrationState
from khuyencong.people.models import User


def registration_of(user: User) -> Registration | None:
    """The person's latest registration; one query."""
    return Registration.objects.select_related("province").filter(user=user).order_by("-pk").first()


def waiting_page(user: User) -> str:
    """The address that says how the person's registration stands; "" for whoever does not wait for one."""
    waiting = Registration.objects.filter(user=user, state__in=[RegistrationState.WAITING, RegistrationState.REFUSED])
    return reverse("registration_waiting") if waiting.exists() else ""
