"""How long rows are kept: whose business they are, what an agency's documents say, what still stands against hiding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import DateField, Q, QuerySet
from django.db.models.functions import Cast

from khuyencong.core.findings import Blocker
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.scope import NOTHING, PROVINCE_WIDE
from khuyencong.persons.hiding import hidden_already
from khuyencong.persons.holding import NO_RULE, RULES, Holding, Rule
from khuyencong.persons.models import RetentionTerm
from khuyencong.persons.papers import ANSWERS, PaperTerms, years_before
from khuyencong.persons.where import HOLDINGS
from khuyencong.places.models import Province
from khuyencong.projects.models import Project

Rows = QuerySet[Any, Any]


def rows_in_scope(holding: Holding, actor: Actor) -> Rows:
    """The rows that an administrator may look through: of the agencies and the province that the own one answers for."""
    if actor.is_national:
        return holding.model._default_manager.all()  # noqa: SLF001  # Django documents it
    if _owner_of(holding) is Province:
        wide = actor.agency.kind in PROVINCE_WIDE
        return _owned(holding, Q(**{f"{holding.owner}__in": actor.province_ids}) if wide else NOTHING)
    agencies = Agency.objects.in_scope_of(actor).order_by().values("pk")
    return _owned(holding, Q(**{f"{holding.owner}__in": agencies}))


def own_rows(holding: Holding, actor: Actor) -> Rows:
    """The rows whose keeping is decided by the actor's agency: its own, and of the register those of the Sở's province."""
    if _owner_of(holding) is Province:
        keeps = actor.agency.kind == AgencyKind.DEPARTMENT
        return _owned(holding, Q(**{f"{holding.owner}__in": actor.province_ids}) if keeps else NOTHING)
    return _owned(holding, Q(**{f"{holding.owner}__in": actor.agency_ids}))


def _owned(holding: Holding, condition: Q) -> Rows:
    """By key: a path over several rows would give one row twice."""
    rows = holding.model._default_manager.all()  # noqa: SLF001  # Django documents it
    if not holding.owner:
        return rows.none()
    return rows.filter(pk__in=rows.order_by().filter(condition).values("pk"))


def _owner_of(holding: Holding) -> type[Any] | None:
    """Agency or Province: the model at the end of `owner`; None where there is none."""
    model: Any = holding.model
    for step in filter(None, holding.owner.split("__")):
        model = model._meta.get_field(step).related_model  # noqa: SLF001  # Django documents it
    return model if holding.owner else None


def terms_of(actor: Actor) -> dict[str, RetentionTerm]:
    """What the actor's agency has set, by rule; one query."""
    found: dict[str, RetentionTerm] = {}
    for term in RetentionTerm.objects.filter(agency__in=actor.agency_ids).select_related("set_by").order_by("pk"):
        found[term.rule] = term
    return found


@dataclass(frozen=True)
class Terms:
    """The terms of one agency on one day."""

    by_rule: Mapping[str, RetentionTerm]
    on: date

    @cached_property
    def papers(self) -> PaperTerms:
        """What all who answer for a đề án say of its papers."""
        return PaperTerms(self.on)

    def limit(self, rule: str) -> date | None:
        """Days before this one are past the term; None where the agency has set none."""
        term = self.by_rule.get(rule)
        return years_before(self.on, term.years) if term else None

    def past(self, holding: Holding, rows: Rows) -> Rows:
        """Those of `rows` that may be hidden today by their rule; none where a term is missing."""
        limit = self.limit(holding.rule)
        if holding.stays or holding.rule == NO_RULE or limit is None:
            return rows.none()
        found = self.free(holding, rows)  # of papers also what the others who answer for the đề án say
        if holding.since is None:
            return found.filter(pk__in=found.filter(**{f"{holding.projects}__isnull": False}).order_by().values("pk"))
        return found.filter(day__lt=limit)

    def free(self, holding: Holding, rows: Rows) -> Rows:
        """Those that nothing stands against: not in use, no paper that must be kept, not hidden yet."""
        found = with_day(holding, rows).filter(holding.ended).exclude(hidden_already(holding))
        if holding.projects:
            needed = self.papers.needed()
            found = found.exclude(pk__in=rows.filter(**{f"{holding.projects}__in": needed}).order_by().values("pk"))
        return found

    def why_kept(self, holding: Holding, pk: int) -> Blocker | None:
        """What stands against hiding this row when the person asks for it, with the basis; None where nothing does."""
        rows = holding.model._default_manager.filter(pk=pk)  # noqa: SLF001  # Django documents it
        if holding.stays:
            return Blocker("kept_as_it_is", holding.stays)
        if rows.filter(hidden_already(holding)).exists():
            return Blocker("hidden_already", "Mục này đã được ẩn.")
        if not with_day(holding, rows).filter(holding.ended).exists():
            return Blocker("in_use", holding.in_use)
        if holding.projects:
            return self._why_papers_are_kept(rows, holding.projects)
        return None

    def _why_papers_are_kept(self, rows: Rows, path: str) -> Blocker | None:
        keys = rows.filter(**{f"{path}__in": self.papers.needed()}).order_by().values(path)
        projects = Project.objects.select_related("settlement", *ANSWERS)
        project = projects.filter(pk__in=keys).order_by("pk").first()
        return None if project is None else self.papers.why(project)


def with_day(holding: Holding, rows: Rows) -> Rows:
    """The rows with `day`, from which their rule counts; without one where the rule counts from the settlement."""
    return rows if holding.since is None else rows.annotate(day=Cast(holding.since, DateField()))


@dataclass(frozen=True)
class DueRule:
    """What is past one rule today: its term, the rows of each holding, how many in all, and how many still wait for papers."""

    rule: Rule
    term: RetentionTerm | None
    rows: tuple[tuple[Holding, int], ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.rows)


def due_rules(actor: Actor, on: date) -> list[DueRule]:
    """What the actor's agency could hide today, rule by rule; a query for each kind of row."""
    terms = Terms(terms_of(actor), on)
    found = []
    for rule in RULES.values():
        holdings = [one for one in HOLDINGS if one.rule == rule.key and not one.stays]
        counts = tuple((one, terms.past(one, own_rows(one, actor)).count()) for one in holdings)
        found.append(DueRule(rule, terms.by_rule.get(rule.key), counts))
    return found
