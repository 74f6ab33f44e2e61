"""Who is told of what happens to an adjustment."""

from __future__ import annotations

from khuyencong.adjustments.models import Adjustment, AdjustmentState
from khuyencong.adjustments.states import Transition
from khuyencong.law.authority import Level
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.roles import Role
from khuyencong.programmes.models import FundingSource


def tell(adjustment: Adjustment, step: Transition, *, by: Actor) -> None:
    """Let know whoever must act next, or whoever waited for the answer; called inside the action's transaction."""
    users = _next(adjustment) if adjustment.is_open and step.forward else _waited(adjustment)
    sentence = f"{adjustment}: {step.done[:1].lower()}{step.done[1:]}."
    notify(users=[one for one in users if one.pk != by.user.pk], sentence=sentence, url=adjustment.get_absolute_url())


def _next(adjustment: Adjustment) -> list[User]:
    if adjustment.state == AdjustmentState.PROPOSED and adjustment.needs_opinion:
        return people_of(adjustment.project.department, Role.APPRAISER) if adjustment.project.department else []
    key = adjustment.related_agency_id(Relation.DECIDING)
    return people_of(Agency.objects.get(pk=key), Role.LEADER) if key else []


def _waited(adjustment: Adjustment) -> list[User]:
    """The unit; and Cục, which follows what Sở decides on national money (TT 36/2013 Đ11.4, Đ23.3)."""
    project = adjustment.project
    users = [one for one in (adjustment.created_by, adjustment.proposed_by, project.in_charge) if one is not None]
    decided = adjustment.state == AdjustmentState.DECIDED
    if decided and adjustment.level == Level.DEPARTMENT and project.source == FundingSource.NATIONAL:
        users += people_of(project.funder, Role.OFFICER, Role.ACCOUNTANT)
    if decided and adjustment.level in {Level.AGENCY, Level.MINISTRY} and project.department is not None:
        users += people_of(project.department, Role.APPRAISER)
    return users
