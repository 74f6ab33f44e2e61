"""What an adjustment proposes, as typed data: the fields that change, who leaves, who comes in, and the new estimate.

Only what differs is kept. `Changed` is the đề án as it would then be, in memory: rules and pages look at it, and
nothing of it is ever saved.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from khuyencong.adjustments.models import Adjustment
from khuyencong.establishments.models import Establishment
from khuyencong.places.models import Commune
from khuyencong.projects.models import Beneficiary, EstimateLine, Project
from khuyencong.projects.support import beneficiaries_of

# What of the description an adjustment may change; `commune` is kept by its key, days in ISO form.
FIELDS = (
    "activity",
    "commune",
    "place_text",
    "cooperating_unit",
    "starts_on",
    "ends_on",
    "aims",
    "scale",
    "content",
    "organisation",
    "effects",
)
DAYS = frozenset({"starts_on", "ends_on"})


@dataclass(frozen=True)
class Newcomer:
    """An establishment that would become a beneficiary, with the commitments it has given."""

    establishment: int
    place_text: str = ""
    commits_own_capital: bool = False
    declares_no_other_support: bool = False


@dataclass(frozen=True)
class ProposedLine:
    """One line of Mẫu 1, in đồng; `line` is the key of the line that it was.

    `establishment` None: of the whole. `year` None: paid from the plan year's money.
    """

    content: str
    total: int
    support: int
    counterpart: int
    other: int
    line: int | None = None
    establishment: int | None = None
    in_cost_base: bool = True
    note: str = ""
    year: int | None = None

    @property
    def amounts(self) -> tuple[Any, ...]:
        """What makes two lines the same in the eyes of the law and of the budget; they can be sorted."""
        parts = (self.total, self.support, self.counterpart, self.other)
        return (self.content, *parts, self.in_cost_base, self.year or 0)


@dataclass(frozen=True)
class Proposal:
    """The whole proposal; `lines` None: the estimate stays, but for the lines of whoever leaves.

    `substance`: the proposer says that what is done becomes another activity, though its code stays (TT 36/2013 Đ11.2.a).
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    leaving: tuple[int, ...] = ()  # keys of establishments
    newcomers: tuple[Newcomer, ...] = ()
    lines: tuple[ProposedLine, ...] | None = None
    substance: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the JSON column."""
        return {
            "fields": dict(self.fields),
            "leaving": list(self.leaving),
            "newcomers": [asdict(one) for one in self.newcomers],
            "lines": None if self.lines is None else [asdict(one) for one in self.lines],
            "substance": self.substance,
        }

    @property
    def is_empty(self) -> bool:
        return self == Proposal()


def proposal_of(adjustment: Adjustment) -> Proposal:
    """What the adjustment proposes."""
    data = adjustment.proposal
    if not data:
        return Proposal()
    lines = data["lines"]
    return Proposal(
        fields=data["fields"],
        leaving=tuple(data["leaving"]),
        newcomers=tuple(Newcomer(**one) for one in data["newcomers"]),
        lines=None if lines is None else tuple(ProposedLine(**one) for one in lines),
        substance=data["substance"],
    )


def field_as_data(name: str, value: Any) -> Any:
    """One value of a form as the proposal keeps it."""
    if name == "commune":
        return value.pk if value is not None else None
    return value.isoformat() if isinstance(value, date) else value


def field_now(project: Project, name: str) -> Any:
    """The approved value, as the proposal would keep it."""
    return project.commune_id if name == "commune" else field_as_data(name, getattr(project, name))


def field_as_value(name: str, data: Any) -> Any:
    """What the model's field takes; `commune` as its key."""
    return date.fromisoformat(data) if name in DAYS and data else data


def lines_now(project: Project) -> tuple[ProposedLine, ...]:
    """The approved estimate, as a proposal would write it; one query."""
    return tuple(_line_of(line) for line in project.lines.select_related("beneficiary", "project"))


def _line_of(line: EstimateLine) -> ProposedLine:
    return ProposedLine(
        content=line.content,
        total=line.total,
        support=line.support,
        counterpart=line.counterpart,
        other=line.other,
        line=line.pk,
        establishment=line.beneficiary.establishment_id if line.beneficiary else None,
        in_cost_base=line.in_cost_base,
        note=line.note,
        year=None if line.year == line.project.year else line.year,
    )


@dataclass(frozen=True)
class Side:
    """The đề án on one side of an adjustment: as approved, or as proposed."""

    project: Project
    beneficiaries: tuple[Beneficiary, ...]
    lines: tuple[ProposedLine, ...]

    @property
    def support(self) -> int:
        return sum(line.support for line in self.lines)

    @property
    def establishments(self) -> set[int]:
        return {one.establishment_id for one in self.beneficiaries}

    def part(self, establishment: int | None) -> tuple[ProposedLine, ...]:
        """The lines of one establishment, or (None) of the whole."""
        return tuple(line for line in self.lines if line.establishment == establishment)

    def asked(self, establishment: int | None) -> int:
        """The support of one part, in đồng."""
        return sum(line.support for line in self.part(establishment))

    def of_year(self, year: int, establishment: int | None) -> int:
        """The support of one part that the money of a budget year pays, in đồng."""
        rows = self.part(establishment)
        return sum(line.support for line in rows if (line.year or self.project.year) == year)

    def support_of(self, year: int) -> int:
        """All support that the money of a budget year pays, in đồng."""
        return sum(line.support for line in self.lines if (line.year or self.project.year) == year)

    @property
    def years(self) -> set[int]:
        """The budget years whose money the estimate names."""
        return {line.year or self.project.year for line in self.lines}

    def estimate(self) -> list[EstimateLine]:
        """The lines as the law's rules take them, in memory."""
        keys = {one.establishment_id: one.pk for one in self.beneficiaries}
        return [
            EstimateLine(
                project=self.project,
                position=position,
                content=line.content,
                total=line.total,
                support=line.support,
                counterpart=line.counterpart,
                other=line.other,
                beneficiary_id=keys.get(line.establishment) if line.establishment else None,
                in_cost_base=line.in_cost_base,
                note=line.note,
                year=line.year,
            )
            for position, line in enumerate(self.lines, start=1)
        ]


@dataclass(frozen=True)
class Changed:
    """Both sides of an adjustment."""

    before: Side
    after: Side
    proposal: Proposal

    @property
    def comes_in(self) -> set[int]:
        return self.after.establishments - self.before.establishments

    @property
    def leaves(self) -> set[int]:
        return self.before.establishments - self.after.establishments

    @property
    def changed_parts(self) -> set[int | None]:
        """The establishments (None: the whole) whose lines differ in what the law looks at; all with another activity."""
        keys: set[int | None] = {None, *self.before.establishments, *self.after.establishments}
        if self.before.project.activity != self.after.project.activity:
            return keys
        return {key for key in keys if _amounts(self.before.part(key)) != _amounts(self.after.part(key))}

    @property
    def touches_money(self) -> bool:
        """Whether the law's answer to how much and for whom must be asked again."""
        return bool(self.changed_parts or self.comes_in or self.leaves)


def _amounts(lines: Sequence[ProposedLine]) -> list[tuple[Any, ...]]:
    return sorted(line.amounts for line in lines)


def changed_by(adjustment: Adjustment) -> Changed:
    """The đề án of the adjustment before and after it; a few queries, whatever the number of beneficiaries."""
    project, proposal = adjustment.project, proposal_of(adjustment)
    before = Side(project, tuple(beneficiaries_of(project)), lines_now(project))
    after = Side(_project_after(project, proposal), _people_after(before, proposal), ())
    there = after.establishments
    lines = before.lines if proposal.lines is None else proposal.lines
    kept = tuple(line for line in lines if line.establishment is None or line.establishment in there)
    return Changed(before, replace(after, lines=kept), proposal)


def _project_after(project: Project, proposal: Proposal) -> Project:
    after = copy.copy(project)
    for name, data in proposal.fields.items():
        if name == "commune":
            after.commune = Commune.objects.get(pk=data) if data else None
        else:
            setattr(after, name, field_as_value(name, data))
    return after


def _people_after(before: Side, proposal: Proposal) -> tuple[Beneficiary, ...]:
    staying = [one for one in before.beneficiaries if one.establishment_id not in proposal.leaving]
    new = {one.establishment: one for one in proposal.newcomers}
    rows = Establishment.objects.filter(pk__in=new).select_related(
        "province__current", "province_before", "commune", "craft_village"
    )
    coming = [
        Beneficiary(
            pk=-establishment.pk,  # no such row: only to tell its lines in memory
            project=before.project,
            establishment=establishment,
            place_text=new[establishment.pk].place_text or establishment.place_text,
            commits_own_capital=new[establishment.pk].commits_own_capital,
            declares_no_other_support=new[establishment.pk].declares_no_other_support,
        )
        for establishment in rows.order_by("pk")
    ]
    return (*staying, *coming)
