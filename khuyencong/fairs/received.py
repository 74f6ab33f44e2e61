"""Support that came to an establishment as a booth, beside the beneficiaries that the đề án names itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from khuyencong.fairs.models import COUNTED, Booth, FairState
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import TEXT_FIELDS, Beneficiary, Project
from khuyencong.projects.received import APPROVED, GIVEN, Received


def booths_received(entry_ids: Collection[int], seen_by: Actor | None) -> list[Received]:
    """One support for each establishment and fair whose list is confirmed; one query.

    Where the đề án of the fair names the establishment as its beneficiary, its own row says the amount: the booths are
    left out, so that nothing is counted twice.
    """
    visible = Project.objects.all() if seen_by is None else Project.objects.visible_to(seen_by)
    named = Beneficiary.objects.filter(project=OuterRef("fair__project")).filter(
        Q(establishment=OuterRef("participant__establishment"))
        | Q(establishment__merged_into=OuterRef("participant__establishment"))
        | Q(establishment=OuterRef("participant__establishment__merged_into"))
    )
    booths = (
        Booth.objects.filter(participant__establishment__in=entry_ids, fair__state__in=COUNTED, support__gt=0)
        .exclude(Exists(named))
        .select_related("fair__project__funder", "participant__establishment")
        .defer(
            *(f"fair__project__{name}" for name in (*TEXT_FIELDS, "haystack")), "participant__establishment__haystack"
        )
        .annotate(seen=Exists(visible.order_by().filter(pk=OuterRef("fair__project"))))
        .order_by("-fair__starts_on", "participant_id", "number")
    )
    of_each: dict[int, list[Booth]] = defaultdict(list)
    for one in booths:
        of_each[one.participant_id or 0].append(one)
    sources = dict(FundingSource.choices)
    return [_received(rows, sources) for rows in of_each.values()]


def _received(rows: list[Booth], sources: dict[str, str]) -> Received:
    first = rows[0]
    fair, participant = first.fair, first.participant
    project, seen = fair.project, bool(vars(first)["seen"])  # the annotation is not declared by the model
    numbers = ", ".join(one.number for one in rows)
    return Received(
        entry_id=participant.establishment_id if participant else 0,
        entry_name=str(participant) if seen else "",
        year=fair.starts_on.year,
        agency=project.funder.name,
        source=sources[project.source],
        items=(f"Thuê gian {numbers}, {fair.name}",),
        amount=sum(one.support for one in rows),
        amount_label=GIVEN if fair.state == FairState.CLOSED else APPROVED,
        state=fair.get_state_display(),
        seen=seen,
        project=project,
    )
