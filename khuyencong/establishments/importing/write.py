"""Making happen what was planned for some rows: entries added and corrected in bulk, each with its own event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from khuyencong.audit.actions import Entry, record_many
from khuyencong.core.dates import today
from khuyencong.establishments.actions.registry import TAKEN, snapshot
from khuyencong.establishments.door import thread_of
from khuyencong.establishments.duplicates import raise_suspicions
from khuyencong.establishments.importing.fields import field_of, yearly_key
from khuyencong.establishments.importing.plan import Planned
from khuyencong.establishments.importing.rows import Reading
from khuyencong.establishments.models import Establishment, RowOutcome, YearFigure
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.places.models import Province

# What people leave out of a short list; the entry says «chưa rõ» until somebody completes it.
UNKNOWN_SECTOR: Final = ""
NO_AGENCY: Final = "Chưa có Sở Công Thương của {} trong hệ thống để giữ hồ sơ này: hãy lập cơ quan trước."
# Another value of these may make an entry look like another one.
_TELLING: Final = frozenset({"name", "tax_code", "phone", "commune", "province"})


def write_rows(planned: Sequence[Planned], *, by: Actor | None, origin: str, source: str) -> None:
    """Write the rows that are to be created or updated; a row that the database refuses comes back with an error.

    Must be called in a transaction, with the entries locked (`plan_rows(lock=True)`). `origin` names the system's own
    hand where `by` is None; `source` names the file, for the events.
    """
    created = _create([one for one in planned if one.outcome is RowOutcome.CREATE], by)
    updated = _update([one for one in planned if one.outcome is RowOutcome.UPDATE])
    _write_figures([*created, *(one for one, _ in updated)])
    entries = [
        *(_event(one, "establishment.register", None, source) for one in created),
        *(_event(one, "establishment.update", before, source) for one, before in updated),
    ]
    raise_suspicions(
        [
            *(_entry(one).pk for one in created),
            *(_entry(one).pk for one, _ in updated if _TELLING & one.new.keys()),
        ]
    )
    record_many(entries=entries, by=by, origin=origin)


def lock_provinces(rows: Iterable[Reading]) -> None:
    """Let one import at a time write into a province: two of the same file would both add what neither finds yet.

    Always the first lock taken, in one order, and weak enough for those who only refer to the province.
    """
    ids = {province.pk for row in rows if isinstance(province := row.values.get("province"), Province)}
    list(Province.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _entry(one: Planned) -> Establishment:
    if one.establishment is None:
        raise AssertionError(one.number)
    return one.establishment


def _create(rows: Sequence[Planned], by: Actor | None) -> list[Planned]:
    keepers = {} if by else _departments()
    ready = []
    for one in rows:
        keeper = by.agency if by else keepers.get(one.new["province"].pk)
        if keeper is None:
            one.reading.refuse("commune", NO_AGENCY.format(one.new["province"]))
            continue
        one.establishment = Establishment(
            registered_by=by.user if by else None, registered_for=keeper, **{"sector": UNKNOWN_SECTOR, **one.new}
        )
        one.establishment.derive()
        ready.append(one)
    try:
        with transaction.atomic():
            Establishment.objects.bulk_create([_entry(one) for one in ready])
    except IntegrityError:
        # Somebody else has entered one of them meanwhile: which one is found by trying each.
        return [one for one in ready if _saved_alone(one)]
    return ready


def _departments() -> dict[int, Agency]:
    """The department that keeps the registry of each province of today, else the national agency."""
    kinds = Q(kind__in=(AgencyKind.DEPARTMENT, AgencyKind.NATIONAL))
    agencies = list(Agency.objects.active_on(today()).filter(kinds, successor=None).select_related("province"))
    national = next((one for one in agencies if one.kind == AgencyKind.NATIONAL), None)
    found: dict[int, Agency] = {}
    if national is not None:
        found = dict.fromkeys(Province.objects.filter(valid_to=None).values_list("pk", flat=True), national)
    return found | {
        one.home_province_id: one
        for one in agencies
        if one.kind == AgencyKind.DEPARTMENT and one.home_province_id is not None
    }


def _update(rows: Sequence[Planned]) -> list[tuple[Planned, dict[str, Any]]]:
    """The rows that were written, each with what the entry was before."""
    ready = []
    for one in rows:
        entry = _entry(one)
        before = snapshot(entry)
        for key, value in one.new.items():
            setattr(entry, key, value)
        entry.version += 1
        entry.derive()
        ready.append((one, before))
    try:
        with transaction.atomic():
            _write_over([_entry(one) for one, _ in ready])
    except IntegrityError:
        return [(one, before) for one, before in ready if _saved_alone(one)]
    return ready


def _write_over(entries: Sequence[Establishment]) -> None:
    """All columns of many entries in a few statements; the rows are there and locked, so that each meets its own."""
    columns = [column.name for column in Establishment._meta.concrete_fields if not column.primary_key]  # noqa: SLF001  # Django documents it
    Establishment.objects.bulk_create(entries, update_conflicts=True, unique_fields=["id"], update_fields=columns)
    # Former names, and entries merged into these, are found with them as well.
    others = Q(formernames__isnull=False) | Q(merged__isnull=False)
    ids = Establishment.objects.filter(others, pk__in=[entry.pk for entry in entries]).values_list("pk", flat=True)
    Establishment.objects.filter(pk__in=set(ids)).refresh_haystacks()


def _saved_alone(one: Planned) -> bool:
    try:
        with transaction.atomic():
            _entry(one).save()
    except IntegrityError:
        one.reading.refuse("tax_code", TAKEN)
        return False
    return True


def _write_figures(rows: Sequence[Planned]) -> None:
    """What the rows say of single years, added to what is known of that year."""
    rows = [one for one in rows if one.figures]
    kept = {
        (figure.establishment_id, figure.year): figure
        for figure in YearFigure.objects.filter(establishment__in=[_entry(one).pk for one in rows])
    }
    fresh: dict[tuple[int, int], YearFigure] = {}
    changed: dict[tuple[int, int], YearFigure] = {}
    for one in rows:
        entry = _entry(one)
        for (year, figure), amount in one.figures.items():
            key = entry.pk, year
            where = changed if key in kept else fresh
            row = where.setdefault(key, kept.get(key) or YearFigure(establishment=entry, year=year))
            setattr(row, figure, amount)
    YearFigure.objects.bulk_create(fresh.values())
    YearFigure.objects.bulk_update(changed.values(), ["revenue", "tax_paid"], batch_size=100)


def _event(one: Planned, action: str, before: dict[str, Any] | None, source: str) -> Entry:
    entry = _entry(one)
    figures = {field_of(yearly_key(figure, year)).heading: amount for (year, figure), amount in one.figures.items()}
    return Entry(
        action=action,
        subject=entry,
        thread=thread_of(entry),
        before=before,
        after=snapshot(entry) | figures,
        note=f"Nhập từ tệp «{source}», dòng {one.number}.",
    )
