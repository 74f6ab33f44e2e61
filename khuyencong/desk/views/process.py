"""«Quy trình»: the transition tables as they are in force, for whoever works with them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khuyencong.desk.process import lives
from khuyencong.finance.rule_book import RULES, kinds
from khuyencong.people.permissions import Permission
from khuyencong.people.web import ActorRequest, opens_to


@opens_to(Permission.AGENCY_VIEW)
@require_safe
def process(request: ActorRequest) -> HttpResponse:
    """Every life of a record, each step with who may take it; and the rules that the ledger obeys."""
    return render(request, "desk/process.html", {"lives": lives(), "rules": RULES, "kinds": kinds()})
