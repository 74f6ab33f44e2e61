"""Some đề án of a list in one request: each is an action of its own."""

from __future__ import annotations

from typing import Final

from khuyencong.establishments.importing.lists import load_lists
from khuyencong.people.actors import Actor
from khuyencong.projects.actions.proposals import make_next
from khuyencong.projects.importing.matching import KnownProjects
from khuyencong.projects.models import ProposalList, ProposalListState

AT_ONCE: Final = 50
# In one transaction: each ends with a writing to the disk, while others wait a third of a second for it.
TOGETHER: Final = 10


def go_on(*, list_id: int, by: Actor, version: int) -> ProposalList:
    """Make the next đề án; what is made stays made. Raises NotAllowed, Stale, Refused."""
    found = ProposalList.objects.get(pk=list_id)
    lists, known = load_lists(by), KnownProjects(by.agency, found.year)
    for _ in range(0, AT_ONCE, TOGETHER):
        found = make_next(
            list_id=list_id, by=by, version=version, lists=lists, known=known, most=min(TOGETHER, AT_ONCE)
        )
        version = found.version
        if found.state == ProposalListState.APPLIED:
            break
    return found
