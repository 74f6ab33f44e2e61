"""Who holds certificates: the list, what each got later from khuyến công, and who has reported the year (TT 26/2014 Đ22.2, Đ23.2.g)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from khuyencong.competitions.models import Certificate, Entry, HolderReport, ProductGroup
from khuyencong.competitions.outcome.validity import SOON_DAYS, Standing, standing_on
from khuyencong.competitions.queries import product_or_maker
from khuyencong.core.dates import format_date
from khuyencong.core.text import clean
from khuyencong.documents.excel import Column, Sheet, workbook
from khuyencong.establishments.models import CertificateLevel, Establishment
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project

LONGEST = 200
RUNNING_OUT = "running_out"


@dataclass(frozen=True)
class HolderFilters:
    """What the list is narrowed to; it lives in the URL. What cannot be read counts as not asked."""

    text: str = ""
    level: str = ""
    group: str = ""
    standing: str = ""
    year: int | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.text or self.level or self.group or self.standing or self.year)


def read_filters(asked: Mapping[str, str]) -> HolderFilters:
    """The filters of a query string."""

    def one_of(name: str, known: Iterable[str]) -> str:
        value = asked.get(name, "")
        return value if value in set(known) else ""

    return HolderFilters(
        text=clean(asked.get("q", "")[:LONGEST]),
        level=one_of("cap", CertificateLevel.values),
        group=one_of("nhom", ProductGroup.values),
        standing=one_of("gia-tri", [*Standing, RUNNING_OUT]),
        year=read_year(asked.get("nam", "")),
    )


def read_year(text: str) -> int | None:
    """A year as an address carries it; None for anything else."""
    return int(text) if re.fullmatch(r"(19|20)[0-9]{2}", text) else None


def certificates_seen_by(actor: Actor) -> QuerySet[Certificate]:
    """Those of products that the actor may know of; before the makers were told, only for who runs the round."""
    told = Q(decision__round__announced_on__isnull=False) | Q(decision__round__agency__in=actor.agency_ids)
    seen = Entry.objects.visible_to(actor).order_by().values("pk")
    return Certificate.objects.filter(told, entry__in=seen).with_all()


def certificates_for(actor: Actor, filters: HolderFilters, on: date) -> QuerySet[Certificate]:
    """The certificates that the actor may know of, the latest first."""
    found = certificates_seen_by(actor)
    if filters.text:
        found = found.filter(product_or_maker(filters.text, of="entry__"))
    if filters.level:
        found = found.filter(decision__round__level=filters.level)
    if filters.group:
        found = found.filter(entry__group=filters.group)
    if filters.year:
        found = found.filter(issued_on__year=filters.year)
    return found.filter(_standing(filters.standing, on)).order_by("-issued_on", "number", "pk")


def _standing(asked: str, on: date) -> Q:
    not_withdrawn = Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on)
    match asked:
        case Standing.VALID:
            return not_withdrawn & Q(issued_on__lte=on, valid_until__gte=on)
        case Standing.EXPIRED:
            return not_withdrawn & Q(valid_until__lt=on)
        case Standing.WITHDRAWN:
            return Q(withdrawn_on__lte=on)
        case Standing.NOT_YET:
            return not_withdrawn & Q(issued_on__gt=on)
        case "running_out":
            last = date.fromordinal(on.toordinal() + SOON_DAYS)
            return not_withdrawn & Q(issued_on__lte=on, valid_until__gte=on, valid_until__lte=last)
        case _:
            return Q()


def standing_of(certificate: Certificate, on: date) -> Standing:
    """Where the certificate stands on the day."""
    return standing_on(
        on,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        withdrawn_on=certificate.withdrawn_on,
    )


@dataclass(frozen=True)
class LaterSupport:
    """What an establishment got from khuyến công since its certificate: accepted money in đồng, and the đề án."""

    amount: int = 0
    projects: tuple[Project, ...] = ()

    @property
    def codes(self) -> str:
        return ", ".join(one.code for one in self.projects)


def later_support(actor: Actor, certificates: Sequence[Certificate]) -> dict[int, LaterSupport]:
    """By certificate: what was accepted for its establishment from the day of issue on, in đề án the actor may know of.

    Two queries. An establishment of two entries is one; its two certificates each show the money that came after them.
    """
    stands = {one.entry.establishment_id: _stands(one.entry.establishment) for one in certificates}
    keys = set(stands.values())
    rows = (
        LedgerEntry.objects.filter(
            Q(beneficiary__establishment__in=keys) | Q(beneficiary__establishment__merged_into__in=keys),
            kind=EntryKind.ACCEPTED,
            answered_by__isnull=True,
            project__in=Project.objects.visible_to(actor).order_by().values("pk"),
        )
        .select_related("project", "beneficiary__establishment")
        .order_by("on", "pk")
    )
    by_place: dict[int, list[LedgerEntry]] = defaultdict(list)
    for row in rows:
        if row.beneficiary is not None:
            by_place[_stands(row.beneficiary.establishment)].append(row)
    found = {}
    for one in certificates:
        own = [row for row in by_place[stands[one.entry.establishment_id]] if row.on >= one.issued_on]
        projects = {row.project.pk: row.project for row in own if row.project is not None}
        found[one.pk] = LaterSupport(sum(row.amount for row in own), tuple(projects.values()))
    return found


def _stands(establishment: Establishment) -> int:
    return establishment.identity_id


def reported_in(certificates: Sequence[Certificate], year: int) -> dict[int, HolderReport]:
    """By certificate: what its holder has reported of the year; one query."""
    rows = HolderReport.objects.filter(certificate__in=[one.pk for one in certificates], year=year)
    return {one.certificate_id: one for one in rows}


def owes_report(certificate: Certificate, year: int, on: date) -> bool:
    """Whether a report of the year is owed: the certificate counted in it and was not withdrawn (Đ22)."""
    return certificate.issued_on.year <= year <= certificate.valid_until.year and standing_of(certificate, on) not in {
        Standing.WITHDRAWN,
        Standing.NOT_YET,
    }


HOLDER_COLUMNS = (
    Column("Sản phẩm", width=34),
    Column("Nhóm", width=24),
    Column("Cơ sở", width=34),
    Column("Tỉnh, thành phố", width=22),
    Column("Cấp", width=14),
    Column("Số giấy chứng nhận", width=20),
    Column("Ngày cấp", "date", 12),
    Column("Có giá trị đến", "date", 12),
    Column("Hiệu lực", width=16),
    Column("Hỗ trợ sau khi được cấp (đồng)", "dong", 20),
    Column("Đề án", width=24),
    Column("Báo cáo năm", width=14),
    Column("Doanh thu sản phẩm (đồng)", "dong", 20),
    Column("Lao động", "int", 10),
)


def holders_workbook(actor: Actor, filters: HolderFilters, year: int, on: date) -> bytes:
    """The yearly report of holders (Đ23.2.g): the same rows as the list, all of them. A constant number of queries."""
    certificates = list(certificates_for(actor, filters, on))
    support, reports = later_support(actor, certificates), reported_in(certificates, year)
    rows: list[tuple[Any, ...]] = []
    for one in certificates:
        report, got = reports.get(one.pk), support[one.pk]
        rows.append(
            (
                one.entry.product,
                one.entry.get_group_display(),
                one.entry.establishment.name,
                one.entry.establishment.province.short_name,
                one.decision.round.get_level_display(),
                one.number,
                one.issued_on,
                one.valid_until,
                standing_of(one, on).label,
                got.amount,
                got.codes or None,
                "có" if report else ("chưa có" if owes_report(one, year, on) else None),
                report.revenue if report else None,
                report.workers if report else None,
            )
        )
    seen = (f"Phạm vi: {actor.agency.name}", f"Năm báo cáo {year}", f"Lập ngày {format_date(on)}")
    title = "Cơ sở có sản phẩm công nghiệp nông thôn tiêu biểu và hỗ trợ đã nhận"
    return workbook([Sheet("Giấy chứng nhận", title, HOLDER_COLUMNS, rows, seen)])
