"""What should stand at an establishment: the lines of the estimate, and where they were accepted, the accepted machines."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from khuyencong.core.money import format_dong
from khuyencong.delivery.models import AcceptanceItem
from khuyencong.establishments.models import Establishment
from khuyencong.inspections.models import Inspection
from khuyencong.projects.models import EstimateLine

MOST = 100


@dataclass(frozen=True)
class Machine:
    """One thing to look for. `key` names it in a form."""

    key: str
    name: str
    serial: str
    promised: str
    line_id: int | None
    accepted_id: int | None


def machines_at(inspection: Inspection, establishment: Establishment | None) -> list[Machine]:
    """What the inspection looks for at this place; two queries.

    In a đề án: its lines for the establishment and those for nobody in particular (None: just these), each accepted item in
    the place of its line. Without one: everything that was accepted there in any đề án.
    """
    standing = AcceptanceItem.objects.filter(acceptance__annulment__isnull=True)
    accepted = standing.select_related("line", "acceptance__project").order_by("pk")
    if inspection.project is None:
        if establishment is None:
            return []
        here = Q(acceptance__beneficiary__establishment=establishment) | Q(
            acceptance__beneficiary__establishment__merged_into=establishment
        )
        return [_accepted(one, with_code=True) for one in accepted.filter(here)[:MOST]]
    # What a group shares may stand anywhere: it is looked for at every one of its establishments.
    place = Q(beneficiary__isnull=True)
    if establishment is not None:
        place |= Q(beneficiary__establishment=establishment)
    lines = list(EstimateLine.objects.filter(place, project=inspection.project)[:MOST])
    by_line: dict[int | None, list[AcceptanceItem]] = {}
    for item in accepted.filter(line__in=[line.pk for line in lines]):
        by_line.setdefault(item.line_id, []).append(item)
    found: list[Machine] = []
    for line in lines:
        items = by_line.get(line.pk)
        found += [_accepted(item) for item in items] if items else [_planned(line)]
    return found


def _planned(line: EstimateLine) -> Machine:
    amount = line.priced or f"{format_dong(line.total)} đồng"
    return Machine(f"d{line.pk}", line.content, "", f"Dự toán: {amount}; chưa nghiệm thu", line.pk, None)


def _accepted(item: AcceptanceItem, *, with_code: bool = False) -> Machine:
    acceptance = item.acceptance
    told = [
        f"Nghiệm thu {acceptance.number}: số lượng {item.quantity}, {format_dong(item.cost)} đồng",
        f"số máy {item.serial}" if item.serial else "",
        item.description,
        f"đề án {acceptance.project.code}" if with_code else "",
    ]
    promised = ", ".join(part for part in told if part)[:500]
    return Machine(f"n{item.pk}", str(item.line or item), item.serial, promised, item.line_id, item.pk)
