"""Who is told of what happens to an inspection; called inside the action's transaction."""

from __future__ import annotations

from khuyencong.core.dates import format_date
from khuyencong.inspections.models import Inspection, InspectionFinding
from khuyencong.notices.actions import notify, people_of
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.people.roles import Role


def tell_concluded(inspection: Inspection, findings: list[InspectionFinding], *, by: Actor) -> None:
    """Those who must mend something, each of what is theirs."""
    for finding in findings:
        sentence = f"{inspection}: {finding.demand} Hạn {format_date(finding.due_on)}."
        _tell(owing(finding), sentence, finding.get_absolute_url(), by)


def tell_answered(finding: InspectionFinding, *, by: Actor) -> None:
    """Whoever leads the inspection, and whoever wrote the finding."""
    inspection = finding.inspection
    sentence = f"{inspection}: kiến nghị {finding.number} đã có trả lời."
    _tell([inspection.lead, finding.by], sentence, finding.get_absolute_url(), by)


def tell_followed_up(finding: InspectionFinding, words: str, *, by: Actor) -> None:
    """Those who had to mend it."""
    sentence = f"{finding.inspection}: kiến nghị {finding.number} {words}."
    _tell(owing(finding), sentence, finding.get_absolute_url(), by)


def owing(finding: InspectionFinding) -> list[User]:
    """The owner of the establishment where there is one with an account, and the officers of the unit."""
    establishment, project = finding.establishment, finding.inspection.project
    owners = people_of(establishment.account, Role.OWNER) if establishment and establishment.account else []
    if project is None:
        return owners
    in_charge = [project.in_charge] if project.in_charge else people_of(project.implementing_unit, Role.OFFICER)
    return [*owners, *in_charge]


def _tell(users: list[User], sentence: str, url: str, by: Actor) -> None:
    notify(users=[user for user in users if user.pk != by.user.pk], sentence=sentence, url=url)
