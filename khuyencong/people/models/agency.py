"""Agencies with their dated names and parents."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from khuyencong.core.dates import today
from khuyencong.core.fields import NFCCharField
from khuyencong.core.text import SORT_KEY_LENGTH
from khuyencong.places.models import Commune, Province, Region, covers, folded_words

if TYPE_CHECKING:
    from khuyencong.people.actors import Actor
    from khuyencong.people.relations import Relation


class AgencyKind(models.TextChoices):
    NATIONAL = "national", "Cục thuộc Bộ Công Thương"
    REGIONAL_CENTRE = "regional_centre", "Trung tâm khuyến công khu vực"
    DEPARTMENT = "department", "Sở Công Thương"
    CENTRE = "centre", "Trung tâm khuyến công"
    COMMUNE = "commune", "Ủy ban nhân dân cấp xã"
    SERVICE = "service", "Tổ chức dịch vụ khuyến công"
    ESTABLISHMENT = "establishment", "Cơ sở công nghiệp nông thôn"  # the account of an establishment itself


# Agencies that exist only inside a province.
PROVINCIAL_KINDS = (AgencyKind.DEPARTMENT, AgencyKind.CENTRE, AgencyKind.COMMUNE, AgencyKind.ESTABLISHMENT)
LONGEST_FOLDED = 900
DEEPEST = 4  # levels of the tree: a department, its centre, an organisation of that, and one to spare


class AgencyQuerySet(models.QuerySet["Agency"]):
    def active_on(self, on: dt.date) -> "AgencyQuerySet":
        """Agencies that existed on the day `on`, as far as recorded."""
        return self.filter(covers(on, start="active_from", end="active_to"))

    def search(self, text: str) -> "AgencyQuerySet":
        return self.filter(folded_words(text))

    def below(self, agency_ids: Collection[int]) -> "AgencyQuerySet":
        """Those agencies, and what stands below them in the tree of today."""
        condition = Q(pk__in=agency_ids) | Q(parent__in=agency_ids)
        level = Agency.objects.filter(parent__in=agency_ids)
        for _ in range(2, DEEPEST):
            condition |= Q(parent__in=level.values("pk"))
            level = Agency.objects.filter(parent__in=level.values("pk"))
        return self.filter(condition)

    def in_scope_of(self, actor: "Actor") -> "AgencyQuerySet":
        """What the actor's agency answers for: itself, what it succeeded and all below; the national agency, everything.

        An organisation of an establishment stands in no tree: it is below the department and the centre of its province.
        """
        if actor.is_national:
            return self
        condition = Q(pk__in=Agency.objects.below(actor.agency_ids).values("pk"))
        if actor.agency.kind in (AgencyKind.DEPARTMENT, AgencyKind.CENTRE):
            condition |= Q(kind=AgencyKind.ESTABLISHMENT, province__current=actor.province_id)
        return self.filter(condition)


class Agency(models.Model):
    """A body that runs khuyến công. `name` is today's; the names of its past are `AgencyName` rows."""

    code = models.SlugField("mã", max_length=40, unique=True)
    kind = models.CharField("loại", max_length=20, choices=AgencyKind)
    name = NFCCharField("tên", max_length=200)
    short_name = NFCCharField("tên ngắn", max_length=80)
    parent = models.ForeignKey(
        "self",
        verbose_name="cơ quan cấp trên",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    province = models.ForeignKey(
        Province, verbose_name="tỉnh", on_delete=models.PROTECT, null=True, blank=True, related_name="agencies"
    )
    commune = models.ForeignKey(
        Commune, verbose_name="xã, phường, đặc khu", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.CharField("khu vực", max_length=10, choices=Region, blank=True)
    active_from = models.DateField("hoạt động từ", null=True, blank=True)
    active_to = models.DateField("hoạt động đến", null=True, blank=True)
    # The agency of today that took over: when that one is itself succeeded, every row is pointed on.
    successor = models.ForeignKey(
        "self",
        verbose_name="cơ quan kế thừa",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    # How everybody reaches it; told on the portal.
    address = NFCCharField("địa chỉ", max_length=200, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", max_length=254, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    folded = models.CharField(max_length=LONGEST_FOLDED, editable=False)  # with the names that it bore before
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = "cơ quan"
        verbose_name_plural = "cơ quan"
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="agency_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind__in=PROVINCIAL_KINDS) | Q(province__isnull=False),
                name="agency_provincial_has_province",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgencyKind.REGIONAL_CENTRE) | ~Q(region=""), name="agency_regional_has_region"
            ),
            models.CheckConstraint(
                condition=~Q(kind=AgencyKind.COMMUNE) | Q(commune__isnull=False), name="agency_commune_has_commune"
            ),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(kind=AgencyKind.COMMUNE, active_to__isnull=True),
                name="agency_one_per_commune",
            ),
            models.CheckConstraint(condition=Q(active_to__gte=F("active_from")), name="agency_days_in_order"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="agency_not_its_own_successor"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="agency_not_its_own_parent"),
            # One national agency: it is the one that Relation.NATIONAL means.
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind=AgencyKind.NATIONAL, active_to__isnull=True),
                name="agency_one_national",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def home_province_id(self) -> int | None:
        """The province of today that the agency works in; needs `province` loaded. None for national and regional ones."""
        if self.province is None:
            return None
        return self.province.current_id or self.province.pk

    @property
    def answering(self) -> "Agency":
        """Who answers for its records today: the agency that took over, once this one has ended; itself before."""
        ended = self.active_to is not None and self.active_to < today()
        return self.successor if ended and self.successor is not None else self

    def name_on(self, on: dt.date) -> str:
        """The official name on the day `on`.

        A name counts from `from_on`; where that day is not known, from `seen_on`, the earliest document at hand that uses it.
        Before the earliest of them the oldest name is given. Iterates `names.all()`, so lists prefetch "names".
        """
        dated = sorted(self.names.all(), key=lambda name: name.counts_from or dt.date.min)
        chosen = self.name
        if dated:
            past = [name for name in dated if (name.counts_from or dt.date.min) <= on]
            chosen = (past[-1] if past else dated[0]).name
        return chosen

    def parent_on(self, on: dt.date) -> "Agency | None":
        """The agency above this one on the day `on`; that of today where no dated row is known.

        Iterates `parents.all()`, so lists prefetch "parents__parent".
        """
        rows = list(self.parents.all())
        if not rows:
            return self.parent
        for row in rows:
            if (row.from_on or dt.date.min) <= on <= (row.to_on or dt.date.max):
                return row.parent
        return None

    @property
    def thread(self) -> str:
        """The name of its timeline in the audit log."""
        return f"agency:{self.pk}"

    def related_agency_id(self, relation: "Relation") -> int | None:
        """The agency itself is the only one that stands to it as OWN."""
        return self.pk if relation == "own" else None

    def is_in_scope(self, actor: "Actor") -> bool:
        """The same answer as `in_scope_of`, for one record; one query."""
        return actor.is_national or Agency.objects.in_scope_of(actor).filter(pk=self.pk).exists()


class AgencyName(models.Model):
    """A name an agency has borne. The day of change may be unknown: then `seen_on` is a day on which it was in use."""

    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.CASCADE, related_name="names")
    name = NFCCharField("tên", max_length=200)
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)
    seen_on = models.DateField("thấy dùng ngày", null=True, blank=True)
    source = NFCCharField("văn bản", max_length=200, blank=True)
    verified = models.BooleanField("đã xác minh ngày đổi tên", default=False)

    class Meta:
        verbose_name = "tên của cơ quan"
        verbose_name_plural = "tên của cơ quan"
        ordering = ["agency", "from_on", "seen_on"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="agency_name_once"),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="agency_name_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counts_from(self) -> dt.date | None:
        return self.from_on or self.seen_on


class AgencyParent(models.Model):
    """Under which agency an agency stood between two days; the one of today is also `Agency.parent`."""

    agency = models.ForeignKey(Agency, verbose_name="cơ quan", on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Agency, verbose_name="cơ quan cấp trên", on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)
    source = NFCCharField("văn bản", max_length=200, blank=True)
    verified = models.BooleanField("đã xác minh", default=False)

    class Meta:
        verbose_name = "cơ quan cấp trên theo thời gian"
        verbose_name_plural = "cơ quan cấp trên theo thời gian"
        ordering = ["agency", F("from_on").asc(nulls_first=True)]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="agency_parent_days_in_order"),
            models.CheckConstraint(condition=~Q(agency=F("parent")), name="agency_parent_another"),
            models.UniqueConstraint(fields=["agency", "from_on"], name="agency_parent_one_start"),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(to_on__isnull=True), name="agency_parent_one_open_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} < {self.parent_id}"
