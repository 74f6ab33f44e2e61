"""The published cases: loaded as they were printed, and handed to the demo as đề án of the past.

Both read `data/press_cases.yaml`; a slip in that file is reported with its line (LawFileError).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.db import transaction

from khuyencong.establishments.models import EstablishmentKind
from khuyencong.law.catalogue import catalogue
from khuyencong.law.yamlfile import Item, read
from khuyencong.places.models import Province, Region
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import ProjectKind
from khuyencong.reporting.models import CheckKind, FigureUnit, PublishedCase, PublishedCheck, PublishedFigure

FILE = Path(__file__).with_name("data") / "press_cases.yaml"


@dataclass(frozen=True)
class PressBeneficiary:
    """A beneficiary as far as it was published, with its part of the money (whole đồng)."""

    name: str
    form: str
    form_published: bool
    place: str
    total: int
    support: int
    counterpart: int


@dataclass(frozen=True)
class PressProject:
    """A published đề án; money in whole đồng. `split_equally`: the parts of the beneficiaries are not published."""

    case: str
    province: str  # Province.key of the province as it was then
    year: int
    source: str
    recorded_from: str
    name: str
    unit: str
    kind: str
    activity: str
    sector: str
    total: int
    support: int
    counterpart: int
    approximate: bool
    split_equally: bool
    derived: tuple[str, ...]
    beneficiaries: tuple[PressBeneficiary, ...]


@transaction.atomic
def load_published_cases(path: Path = FILE) -> int:
    """Write the published cases, figures and checks as the file has them; how many cases there are.

    Running it again changes nothing, and figures that have left the file leave the database. Raises LawFileError on a
    slip in the file, Province.DoesNotExist where the provinces are not loaded.
    """
    top = read(path)
    source = top.text("source")
    count = 0
    for item in top.items("cases"):
        _load_case(item, source)
        count += 1
    top.finish()
    return count


def press_projects(path: Path = FILE) -> list[PressProject]:
    """The published đề án that become records, with the money of each beneficiary. No query."""
    top = read(path)
    source = top.text("source")
    return [project for case in top.items("cases") for project in _projects(case, source)]


def equal_shares(amount: int, parts: int) -> list[int]:
    """`amount` đồng in `parts` equal parts; what does not divide goes to the first."""
    share, rest = divmod(amount, parts)
    return [share + rest, *[share] * (parts - 1)]


def _load_case(item: Item, source: str) -> None:
    key = item.text("province", default="")
    case, _ = PublishedCase.objects.update_or_create(
        slug=item.text("slug"),
        defaults={
            "title": item.text("title"),
            "province": Province.objects.get(key=key) if key else None,
            "region": item.one_of("region", ("", *Region.values), default=""),
            "year": item.whole("year"),
            "period": item.text("period", default=""),
            "source": source,
            "note": item.text("note", default=""),
        },
    )
    figures = {one.text("key"): _load_figure(case, one) for one in item.items("figures")}
    case.figures.exclude(key__in=figures).delete()
    checks = [_load_check(case, one, figures) for one in item.items("checks")]
    case.checks.exclude(pk__in=[check.pk for check in checks]).delete()
    item.items("projects")  # read by press_projects
    item.finish()


def _load_figure(case: PublishedCase, item: Item) -> PublishedFigure:
    values: dict[str, Any] = {
        "label": item.text("label"),
        "value": _decimal(item, "value"),
        "unit": item.one_of("unit", tuple(FigureUnit.values)),
        "unit_label": item.text("unit_label", default=""),
        "approximate": item.flag("approx", default=False),
    }
    figure, _ = PublishedFigure.objects.update_or_create(case=case, key=item.text("key"), defaults=values)
    item.finish()
    return figure


def _load_check(case: PublishedCase, item: Item, figures: dict[str, PublishedFigure]) -> PublishedCheck:
    known = tuple(figures)
    operands = list(item.texts("operands"))
    for key in operands:
        if key not in known:
            raise item.error(f"«{key}» không phải một số liệu của trường hợp này.", key="operands")
    check, _ = PublishedCheck.objects.update_or_create(
        case=case,
        kind=item.one_of("kind", tuple(CheckKind.values)),
        stated=figures[item.one_of("stated", known)],
        defaults={"operands": operands, "explanation": item.text("explanation", default="")},
    )
    item.finish()
    return check


def _decimal(item: Item, key: str) -> Decimal:
    try:
        return Decimal(item.text(key))
    except InvalidOperation:
        raise item.error(f"«{key}» phải là một số.", key=key) from None


def _projects(case: Item, source: str) -> Iterator[PressProject]:
    for item in case.items("projects"):
        total, support, counterpart = (_money(item, name) for name in ("total", "support", "counterpart"))
        if total != support + counterpart:
            raise item.error("tổng kinh phí khác hỗ trợ cộng đối ứng.", key="total")
        split = item.one_of("split", ("", "equal"), default="") == "equal"
        rows = item.items("beneficiaries")
        if len(rows) > 1 and not split:
            raise item.error("nhiều cơ sở chung một số tiền phải ghi «split: equal».")
        project = PressProject(
            case=case.text("slug"),
            province=case.text("province"),
            year=case.whole("year", low=1) or 0,
            recorded_from=f"{case.text('title')}: {source}",
            name=item.text("name"),
            unit=item.text("unit", default=""),
            source=item.one_of("source", tuple(FundingSource.values)),
            kind=item.one_of("kind", tuple(ProjectKind.values)),
            activity=item.one_of("activity", tuple(catalogue().activities)),
            sector=item.one_of("sector", ("", *catalogue().sectors), default=""),
            total=total,
            support=support,
            counterpart=counterpart,
            approximate=item.flag("approx", default=False),
            split_equally=split,
            derived=item.texts("derived"),
            beneficiaries=_beneficiaries(rows, total, support),
        )
        item.finish()
        yield project


def _beneficiaries(rows: list[Item], total: int, support: int) -> tuple[PressBeneficiary, ...]:
    if not rows:
        return ()
    shares = zip(rows, equal_shares(total, len(rows)), equal_shares(support, len(rows)), strict=True)
    found = []
    for item, part, support_part in shares:
        found.append(
            PressBeneficiary(
                name=item.text("name"),
                form=item.one_of("form", tuple(EstablishmentKind.values)),
                form_published=item.flag("form_published", default=True),
                place=item.text("place", default=""),
                total=part,
                support=support_part,
                counterpart=part - support_part,
            )
        )
        item.finish()
    return tuple(found)


def _money(item: Item, key: str) -> int:
    amount = item.whole(key)
    if amount is None:
        raise item.error(f"thiếu «{key}» (đồng).", key=key)
    return amount
