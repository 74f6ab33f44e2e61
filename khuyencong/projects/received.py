"""What an establishment has received from the State or asked it for: in đề án of any province, source and year, and outside.

Records stay with the entry under which they were made; what belongs to one establishment is found by its identity.
Whoever may not know of a đề án is told the agency, the year, the item and the amount, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch, Q

from khuyencong.core.money import format_dong
from khuyencong.establishments.models import Establishment, PastSupport
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import TEXT_FIELDS, Beneficiary, EstimateLine, Project
from khuyencong.projects.states import COMMITTED, ProjectState

# What nobody has asked for yet, or was given up or refused, brings its beneficiaries nothing.
WITHOUT_SUPPORT = (ProjectState.DRAFT, ProjectState.WITHDRAWN, ProjectState.REJECTED)
APPROVED, ASKED, GIVEN = "được phê duyệt", "đề nghị", "đã hỗ trợ"
MOST_ITEMS = 3  # named in one sentence


@dataclass(frozen=True)
class Received:
    """One support: of a đề án (`project`) or written down from elsewhere (`past`).

    `items` and `amount` (đồng; None: unknown or not told apart) are those of this establishment alone. `seen`: whether
    the reader may know of the đề án, or of the entry under which the support was written down; `entry_name` is the name
    of that entry, "" out of sight.
    """

    entry_id: int
    entry_name: str
    year: int
    agency: str
    source: str
    items: tuple[str, ...]
    amount: int | None
    amount_label: str
    state: str
    seen: bool
    project: Project | None = None
    past: PastSupport | None = None

    @property
    def money(self) -> str:
        return f"{format_dong(self.amount)} đồng" if self.amount else "chưa ghi số tiền riêng của cơ sở"

    @cached_property
    def items_text(self) -> str:
        return self.quoted(self.items)

    def quoted(self, items: Sequence[str]) -> str:
        """The items as a sentence names them, the first few of many."""
        more = f" và {len(items) - MOST_ITEMS} hạng mục khác" if len(items) > MOST_ITEMS else ""
        return ", ".join(f"«{one}»" for one in items[:MOST_ITEMS]) + more

    def phrase(self, items: Sequence[str] = ()) -> str:
        """The support as a sentence names it, by these of its items."""
        what = self.quoted(items or self.items)
        if not self.seen:
            return ", ".join(part for part in (self.agency, f"năm {self.year}", what, self.money) if part)
        name = f"đề án {self.project.code}" if self.project else f"{self.agency} ({self.source})"
        state = f"{self.state[:1].lower()}{self.state[1:]}" if self.project else ""
        return ", ".join(part for part in (name, f"năm {self.year}", what, self.money, state) if part)


# Rooms above in which support comes another way than to a beneficiary; each gives the supports under these entries.
further_sources: list[Callable[[Collection[int], Actor | None], list[Received]]] = []


def received(establishments: Iterable[Establishment], *, seen_by: Actor) -> dict[int, list[Received]]:
    """What each of the establishments received or has asked for, by key, the latest first; six queries, whatever their number."""
    identities = {one.pk: one.identity_id for one in establishments}
    wanted = set(identities.values())
    rows = Establishment.objects.filter(Q(pk__in=wanted) | Q(merged_into__in=wanted)).order_by()
    identity_of = {pk: merged_into or pk for pk, merged_into in rows.values_list("pk", "merged_into_id")}
    found: dict[int, list[Received]] = defaultdict(list)
    for one in supports_of(identity_of, seen_by=seen_by):
        found[identity_of[one.entry_id]].append(one)
    return {pk: found[identity] for pk, identity in identities.items()}


def received_beside(
    project: Project, beneficiaries: Sequence[Beneficiary], *, seen_by: Actor
) -> list[tuple[Establishment, list[Received]]]:
    """What each beneficiary of a đề án received or asked for besides it; as many queries as `received`."""
    places = [one.establishment for one in beneficiaries]
    found = received(places, seen_by=seen_by)
    return [
        (place, [one for one in found[place.pk] if one.project is None or one.project.pk != project.pk])
        for place in places
    ]


def supports_of(entry_ids: Collection[int], *, seen_by: Actor | None) -> list[Received]:
    """All that stands under these entries, the latest first; at most five queries. `seen_by` None: whoever may see all.

    Requests that were refused or taken back are only for those who may see them.
    """
    found = [*_of_projects(entry_ids, seen_by), *_from_elsewhere(Q(establishment__in=entry_ids), seen_by)]
    found += [one for source in further_sources for one in source(entry_ids, seen_by)]
    return sorted(found, key=lambda one: -one.year)


def supports_with_serial(serials: Collection[str], *, seen_by: Actor | None) -> list[Received]:
    """Support written down for a machine of one of these serial numbers (`keys.serial_key`); at most one query."""
    return _from_elsewhere(Q(folded_serial__in=serials), seen_by) if serials else []


def _of_projects(entry_ids: Collection[int], seen_by: Actor | None) -> list[Received]:
    visible = Project.objects.all() if seen_by is None else Project.objects.visible_to(seen_by)
    lines = EstimateLine.objects.filter(support__gt=0)
    rows = (
        Beneficiary.objects.filter(establishment__in=entry_ids)
        # Never asked for: a draft, and one that was given up before it was sent.
        .exclude(project__state__in=(ProjectState.DRAFT, ProjectState.WITHDRAWN), project__submission=0)
        .exclude(project__state=ProjectState.DRAFT)
        .select_related("project__funder", "establishment")
        # There may be thousands of rows: what is long in them is not carried along.
        .defer(*(f"project__{name}" for name in (*TEXT_FIELDS, "haystack")), "establishment__haystack")
        .annotate(seen=Exists(visible.order_by().filter(pk=OuterRef("project"))))
        .prefetch_related(Prefetch("lines", lines))
        .order_by("-project__year", "-project_id")
    )
    # `get_…_display` makes its list of choices anew at every call, and there may be thousands of rows.
    sources, states = dict(FundingSource.choices), dict(ProjectState.choices)
    found = []
    for one in rows:
        project, seen = one.project, bool(vars(one)["seen"])  # the annotation is not declared by the model
        if not seen and project.state in WITHOUT_SUPPORT:
            continue
        paid_lines = list(one.lines.all())
        found.append(
            Received(
                entry_id=one.establishment_id,
                entry_name=one.establishment.name if seen else "",
                year=project.year,
                agency=project.funder.name,
                source=sources[project.source],
                items=tuple(line.content for line in paid_lines),
                amount=sum(line.support for line in paid_lines) or None,
                amount_label=_label(project),
                state=states[project.state],
                seen=seen,
                project=project,
            )
        )
    return found


def _label(project: Project) -> str:
    """What the amount is, as far as the state says: money that was paid stands in the ledger of the đề án."""
    if project.recorded_from:
        return GIVEN
    return APPROVED if project.state in COMMITTED else ASKED


def _from_elsewhere(condition: Q, seen_by: Actor | None) -> list[Received]:
    visible = Establishment.objects.all() if seen_by is None else Establishment.objects.visible_to(seen_by)
    rows = (
        PastSupport.objects.standing()
        .filter(condition)
        .select_related("establishment")
        .annotate(seen=Exists(visible.order_by().filter(pk=OuterRef("establishment"))))
        .order_by("-year", "pk")
    )
    return [
        Received(
            entry_id=one.establishment_id,
            entry_name=one.establishment.name if vars(one)["seen"] else "",
            year=one.year,
            agency=one.agency_name,
            source=one.source,
            items=(one.item,),
            amount=one.amount,
            amount_label=GIVEN,
            state="Ngoài hệ thống",
            seen=bool(vars(one)["seen"]),
            past=one,
        )
        for one in rows
    ]
