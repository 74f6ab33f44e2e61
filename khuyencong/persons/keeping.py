"""How long rows are kept: whose business they are, what an agency's documents say, what still stands against hiding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Q, QuerySet
from django.db.models.functions import Cast

from khuyencong.core.dates import format_date
from khuyencong.core.findings import Blocker
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.people.scope import NOTHING, PROVINCE_WIDE
from khuyencong.persons.holding import ACCOUNTING, NO_RULE, RULES, Holding, Rule
from khuyencong.persons.models import HiddenRow, RetentionTerm
from khuyencong.persons.where import HOLDINGS
from khuyencong.places.models import Province
from khuyencong.projects.models import Project

Rows = QuerySet[Any, Any]
PAPERS = "papers"
NO_TERM = "Cơ quan chưa đặt thời hạn lưu «{rule}»: hãy đặt theo văn bản của cơ quan."


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


def years_before(on: date, years: int) -> date:
    """The same day so many years earlier; 28/02 for 29/02."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


@dataclass(frozen=True)
class Terms:
    """The terms of one agency on one day."""

    by_rule: Mapping[str, RetentionTerm]
    on: date

    def limit(self, rule: str) -> date | None:
        """Days before this one are past the term; None where the agency has set none."""
        term = self.by_rule.get(rule)
        return years_before(self.on, term.years) if term else None

    def past(self, holding: Holding, rows: Rows) -> Rows:
        """Those of `rows` that may be hidden today by their rule; none where a term is missing."""
        limit = self.limit(holding.rule)
        if holding.stays or holding.rule == NO_RULE or limit is None:
            return rows.none()
        found = self.free(holding, rows)
        if holding.since is None:
            return found.filter(pk__in=found.filter(**{f"{holding.projects}__isnull": False}).order_by().values("pk"))
        return found.filter(day__lt=limit)

    def free(self, holding: Holding, rows: Rows) -> Rows:
        """Those that nothing stands against: not in use, no paper that must be kept, not hidden yet."""
        hidden = HiddenRow.objects.filter(model=holding.key, hidden_at__isnull=False)
        found = with_day(holding, rows).filter(holding.ended).exclude(pk__in=hidden.values("row"))
        if holding.projects:
            needed = self.needed_projects()
            found = found.exclude(pk__in=rows.filter(**{f"{holding.projects}__in": needed}).order_by().values("pk"))
        return found

    def needed_projects(self) -> Rows:
        """Keys of the đề án whose papers must still be kept: not settled, or settled within the term, or no term is set."""
        limit = self.limit(PAPERS)
        rows = Project.objects.order_by()
        return (rows if limit is None else rows.exclude(settlement__settled_on__lt=limit)).values("pk")

    def why_kept(self, holding: Holding, pk: int) -> Blocker | None:
        """What stands against hiding this row when the person asks for it, with the basis; None where nothing does."""
        rows = holding.model._default_manager.filter(pk=pk)  # noqa: SLF001  # Django documents it
        if holding.stays:
            return Blocker("kept_as_it_is", holding.stays)
        if HiddenRow.objects.filter(model=holding.key, row=pk, hidden_at__isnull=False).exists():
            return Blocker("hidden_already", "Mục này đã được ẩn.")
        if not with_day(holding, rows).filter(holding.ended).exists():
            return Blocker("in_use", holding.in_use)
        if holding.projects:
            return self._why_papers_are_kept(rows, holding.projects)
        return None

    def _why_papers_are_kept(self, rows: Rows, path: str) -> Blocker | None:
        keys = rows.filter(**{f"{path}__in": self.needed_projects()}).order_by().values(path)
        project = Project.objects.filter(pk__in=keys).select_related("settlement").order_by("pk").first()
        if project is None:
            return None
        settlement, term = getattr(project, "settlement", None), self.by_rule.get(PAPERS)
        if settlement is None:
            sentence = f"Đề án {project.code or project.name} chưa quyết toán: hồ sơ phải giữ nguyên cho quyết toán, kiểm toán."
        elif term is None:
            sentence = NO_TERM.format(rule=RULES[PAPERS].label)
        else:
            until = years_before(settlement.settled_on, -term.years)
            sentence = f"Hồ sơ đề án {project.code or project.name} phải lưu đến hết {format_date(until)}, theo {term.document}."
        return Blocker("papers_kept", sentence, article=ACCOUNTING)


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
