"""Signing out, choosing a hat, and the page that shows the permission matrix."""

from django.conf import settings
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from khuyencong.people.actors import SESSION_KEY
from khuyencong.people.permissions import Permission
from khuyencong.people.queries import matrix_rows
from khuyencong.people.relations import Relation
from khuyencong.people.roles import ROLE_EXPLANATIONS, Role
from khuyencong.people.web import ActorRequest, next_or, opens_to, public, signed_in

logout = public(LogoutView.as_view(http_method_names=["post", "options"]))


@require_POST
@signed_in
def switch(request: ActorRequest) -> HttpResponse:
    """Wear another of one's own hats; somebody else's, or one that was taken away, does not exist here."""
    wanted = request.POST.get("membership", "")
    chosen = next((membership for membership in request.memberships if str(membership.pk) == wanted), None)
    if chosen is None:
        raise Http404("Không có vai trò này.")
    request.session[SESSION_KEY] = chosen.pk
    return HttpResponseRedirect(next_or(request, str(settings.LOGIN_REDIRECT_URL)))


@require_safe
@opens_to(Permission.MATRIX_VIEW)
def matrix(request: ActorRequest) -> HttpResponse:
    """«Ai được làm gì»: the matrix as it is in force, for all roles or for one (`?role=`)."""
    wanted = request.GET.get("role", "")
    shown = [role for role in Role if role == wanted] or list(Role)
    context = {
        "roles": [{"label": role.label, "explanation": ROLE_EXPLANATIONS[role]} for role in shown],
        "rows": matrix_rows(shown),
        "relations": [{"label": one.label, "explanation": one.explanation} for one in Relation],
        "choices": Role.choices,
        "wanted": wanted if len(shown) == 1 else "",
    }
    return render(request, "people/matrix.html", context)
