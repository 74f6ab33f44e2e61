"""The list of establishments: what may be asked of it, all in the address, and what a row of it says.

It stands here and not in the registry's own room because it also asks what an establishment has received.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, F, Q, QuerySet, Sum

from khuyencong.core.dates import today
from khuyencong.core.finding import LONGEST_QUESTION
from khuyencong.core.forms import StyledForm
from khuyencong.core.text import clean
from khuyencong.desk.registry.facts import sector_name
from khuyencong.establishments.expiry import SOON_DAYS
from khuyencong.establishments.models import (
    Certificate,
    CertificateKind,
    Establishment,
    EstablishmentKind,
    EstablishmentQuerySet,
    NeedState,
    PastSupport,
)
from khuyencong.establishments.personal import Eyes
from khuyencong.law.catalogue import sector_choices
from khuyencong.people.actors import Actor
from khuyencong.people.models import AgencyKind
from khuyencong.people.permissions import Permission, allowed
from khuyencong.places.models import Commune, Province, covers
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.projects.states import COMMITTED

# Asked for less often than the words and the place, and folded away until one of them is used.
FOLDED = ("kind", "sector", "need", "support", "certificate", "papers", "sort")
ORDERS = {
    "ten": ("sort_key", "pk"),
    "moi": ("-pk",),
    "lao-dong": (F("workers").desc(nulls_last=True), "sort_key", "pk"),
}
ORDER_CHOICES = (("moi", "Mới đăng ký trước"), ("lao-dong", "Nhiều lao động trước"))
NEEDS = (("co", "Có nhu cầu chưa xử lý"),)
SUPPORTS = (("da", "Đã được hỗ trợ"), ("chua", "Chưa được hỗ trợ lần nào"))
CERTIFICATES = (("con", "Có giấy còn giá trị"), ("cnnt", "Sản phẩm CNNT tiêu biểu"), ("ocop", "OCOP"))
PAPERS = (("sap", f"Hết hạn trong {SOON_DAYS} ngày"), ("het", "Có giấy đã hết hạn"))
OF_PRODUCTS = {"cnnt": (CertificateKind.PRODUCT,), "ocop": (CertificateKind.OCOP,)}


class EstablishmentFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Search, filters and order; unknown values find nothing rather than everything."""

    q = django_filters.CharFilter(label="Tên, tên cũ hoặc mã số thuế", method="find", max_length=LONGEST_QUESTION)
    province = django_filters.ModelChoiceFilter(
        label="Tỉnh, thành phố",
        queryset=Province.objects.filter(valid_to__isnull=True),
        to_field_name="key",
        field_name="province__current",
        empty_label="Mọi tỉnh",
    )
    commune = django_filters.ModelChoiceFilter(
        label="Xã, phường, đặc khu",
        queryset=Commune.objects.none(),
        to_field_name="key",
        field_name="commune__current",
        empty_label="Mọi xã, phường",
    )
    kind = django_filters.ChoiceFilter(
        label="Loại hình", choices=EstablishmentKind.choices, empty_label="Mọi loại hình"
    )
    sector = django_filters.ChoiceFilter(label="Ngành nghề", choices=sector_choices, empty_label="Mọi ngành nghề")
    need = django_filters.ChoiceFilter(label="Nhu cầu", choices=NEEDS, method="with_need", empty_label="Tất cả")
    support = django_filters.ChoiceFilter(label="Hỗ trợ", choices=SUPPORTS, method="supported", empty_label="Tất cả")
    certificate = django_filters.ChoiceFilter(
        label="Chứng nhận", choices=CERTIFICATES, method="certified", empty_label="Tất cả"
    )
    papers = django_filters.ChoiceFilter(label="Giấy tờ", choices=PAPERS, method="expiring", empty_label="Tất cả")
    sort = django_filters.ChoiceFilter(label="Sắp xếp", choices=ORDER_CHOICES, method="as_is", empty_label="Theo tên")

    class Meta:
        model = Establishment
        fields: tuple[str, ...] = ()
        form = StyledForm

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data, queryset=Establishment.objects.visible_to(actor).current())
        self.actor = actor
        self._offer_places(actor)

    @property
    def qs(self) -> EstablishmentQuerySet:
        """The rows found, in the order asked for; none where a filter could not be read."""
        if not self.form.is_valid():
            return Establishment.objects.none()
        found: EstablishmentQuerySet = super().qs
        return found.order_by(*ORDERS[self.form.cleaned_data["sort"] or "ten"])

    @property
    def is_folded_open(self) -> bool:
        """Whether one of the folded filters is in use."""
        return any(self.data.get(name) for name in FOLDED)

    def find(self, queryset: EstablishmentQuerySet, _name: str, value: str) -> EstablishmentQuerySet:
        return queryset.search(value, by=self.actor)

    def as_is(self, queryset: EstablishmentQuerySet, _name: str, _value: str) -> EstablishmentQuerySet:
        return queryset

    def with_need(self, queryset: EstablishmentQuerySet, _name: str, _value: str) -> EstablishmentQuerySet:
        return queryset.filter(pk__in=Establishment.objects.filter(needs__state=NeedState.OPEN).standing())

    def supported(self, queryset: EstablishmentQuerySet, _name: str, value: str) -> EstablishmentQuerySet:
        known = received_anything()
        return queryset.filter(pk__in=known) if value == "da" else queryset.exclude(pk__in=known)

    def certified(self, queryset: EstablishmentQuerySet, _name: str, value: str) -> EstablishmentQuerySet:
        kinds = OF_PRODUCTS.get(value, CertificateKind.values)
        valid = Certificate.objects.filter(covers(today(), start="issued_on", end="valid_until"), kind__in=kinds)
        return queryset.filter(pk__in=_bearing(valid))

    def expiring(self, queryset: EstablishmentQuerySet, _name: str, value: str) -> EstablishmentQuerySet:
        day = today()
        days = {"lt": day} if value == "het" else {"gte": day, "lte": day + timedelta(days=SOON_DAYS)}

        def ends(field: str) -> Q:
            return Q(**{f"{field}__{lookup}": limit for lookup, limit in days.items()})

        of_papers = Establishment.objects.filter(ends("papers__expires_on")).standing()
        return queryset.filter(pk__in=of_papers.union(_bearing(Certificate.objects.filter(ends("valid_until")))))

    def _offer_places(self, actor: Actor) -> None:
        """Who works in one province or commune does not choose it; others choose a province before its communes."""
        fields = self.form.fields
        home = actor.province_id
        if home is not None:
            fields["province"].widget = forms.HiddenInput()
        elif actor.agency.kind == AgencyKind.REGIONAL_CENTRE:
            fields["province"].queryset = Province.objects.in_region(actor.agency.region, today())
        if actor.agency.kind == AgencyKind.COMMUNE:
            fields["commune"].widget = forms.HiddenInput()
        key = clean(str(self.data.get("province", "")))  # PostgreSQL cannot even be asked for a text with NUL
        chosen = Q(province=home) if home is not None else Q(province__key=key)
        fields["commune"].queryset = Commune.objects.filter(chosen, valid_to__isnull=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `tax_code` as this reader may see it, `projects` how many đề án of it this reader may know."""

    establishment: Establishment
    tax_code: str
    sector: str
    projects: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Of everything that was found, not only of the page."""

    establishments: int
    workers: int


def received_anything() -> QuerySet[Any, Any]:
    """Keys of the establishments that the State has supported, in an approved đề án of any province or outside."""
    in_projects = Establishment.objects.filter(
        benefits__project__state__in=COMMITTED, benefits__left_on__isnull=True
    ).standing()
    elsewhere = PastSupport.objects.standing().order_by().values("establishment")
    return in_projects.union(Establishment.objects.filter(pk__in=elsewhere).standing())


def sums_of(found: EstablishmentQuerySet) -> Sums:
    """Number and workers (persons) of what was found; one query."""
    sums = found.order_by().aggregate(rows=Count("pk"), workers=Sum("workers"))
    return Sums(sums["rows"], sums["workers"] or 0)


def rows(establishments: Iterable[Establishment], *, actor: Actor) -> list[Row]:
    """The lines of a page; three queries for the đề án of all of them."""
    shown = list(establishments)
    eyes = Eyes(allowed(actor, Permission.PERSONAL_VIEW))  # all of them lie in the actor's scope
    projects = _projects([one.pk for one in shown], actor)
    return [Row(one, eyes.tax_code(one.tax_code), sector_name(one.sector), projects.get(one.pk, 0)) for one in shown]


def _projects(keys: list[int], actor: Actor) -> dict[int, int]:
    """How many đề án that the actor may know of each has, also under entries that were merged into it; three queries."""
    merged = Establishment.objects.filter(merged_into__in=keys).order_by().values_list("pk", "merged_into_id")
    stands = {key: key for key in keys} | dict(merged)
    parts = Beneficiary.objects.filter(establishment__in=list(stands)).order_by()
    pairs = {(stands[entry], project) for entry, project in parts.values_list("establishment_id", "project_id")}
    known = Project.objects.visible_to(actor).filter(pk__in={project for _, project in pairs}).order_by()
    seen = set(known.values_list("pk", flat=True))
    return Counter(entry for entry, project in pairs if project in seen)


def _bearing(certificates: QuerySet[Certificate]) -> QuerySet[Any, Any]:
    """Keys of the establishments that stand for the bearers of these certificates."""
    return Establishment.objects.filter(pk__in=certificates.order_by().values("establishment")).standing()
