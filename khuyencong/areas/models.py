"""Lists of places that a province maintains: recognised craft villages, and areas that the law prefers."""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.errors import Stale
from khuyencong.core.fields import NFCCharField
from khuyencong.core.text import SORT_KEY_LENGTH, fold, sort_key
from khuyencong.law.catalogue import catalogue
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Commune, Province, covers

A = TypeVar("A", bound="Area")


class AreaQuerySet(models.QuerySet[A]):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's province, region or commune; the national agency sees all."""
        return self.filter(province_scope(actor, commune="commune"))

    def in_force(self, on: date) -> Self:
        """Rows that count on the day `on`."""
        return self.filter(covers(on, start="from_on", end="to_on"))


class Area(CreatedOnce, models.Model):
    """A row of such a list, counting between two days by a decision; the commune as it was called then."""

    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", related_name="+", null=True, blank=True
    )
    document = NFCCharField("văn bản", max_length=200)
    from_on = models.DateField("từ ngày")
    to_on = models.DateField("đến ngày", null=True, blank=True)
    end_document = NFCCharField("văn bản chấm dứt", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    entered_for = models.ForeignKey(Agency, models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def counts_on(self, on: date) -> bool:
        """Whether the row counts on the day, both ends included."""
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)

    def check_version(self, version: int) -> None:
        """Raise Stale where the form was opened before the latest change."""
        if self.version != version:
            raise Stale("Dòng này đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại.")

    def related_agency_id(self, relation: Relation) -> int | None:
        return self.entered_for_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        return is_inside(actor, province=self.province, commune=self.commune)


class CraftVillageKind(models.TextChoices):
    """What a province recognises: NĐ 52/2018/NĐ-CP Đ3."""

    VILLAGE = "village", "Làng nghề"
    TRADITIONAL_VILLAGE = "traditional_village", "Làng nghề truyền thống"


class CraftVillage(Area):
    """A craft village recognised by the province's People's Committee; wards of a city count only inside one (NĐ 235/2025)."""

    name = NFCCharField("tên làng nghề", max_length=200)
    kind = models.CharField("loại", max_length=20, choices=CraftVillageKind, default=CraftVillageKind.VILLAGE)
    trade = NFCCharField("nghề", max_length=120, blank=True)
    folded = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False)

    objects = AreaQuerySet["CraftVillage"].as_manager()

    class Meta:
        verbose_name = "làng nghề"
        verbose_name_plural = "làng nghề"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")),
                name="craft_village_days_in_order",
                violation_error_message="Ngày chấm dứt không được trước ngày công nhận.",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | ~models.Q(end_document=""),
                name="craft_village_ended_by_document",
                violation_error_message="Ghi văn bản thu hồi công nhận.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search and sort columns true to the name."""
        self.folded = fold(self.name)[:200]
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged


class PreferredArea(Area):
    """A commune, or a whole province, that a decision puts among the areas of NĐ 45/2012 Đ6.1."""

    priority_place = models.CharField("loại địa bàn", max_length=40)  # code of law/catalogue.yaml, priority_places
    note = NFCCharField("ghi chú", max_length=200, blank=True)

    objects = AreaQuerySet["PreferredArea"].as_manager()

    class Meta:
        verbose_name = "địa bàn ưu tiên"
        verbose_name_plural = "địa bàn ưu tiên"
        ordering = ["province", "commune", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["province", "commune", "priority_place", "from_on"],
                name="preferred_area_once",
                nulls_distinct=False,
                violation_error_message="Địa bàn này đã có trong danh sách từ ngày ấy.",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")),
                name="preferred_area_days_in_order",
                violation_error_message="Ngày hết hiệu lực không được trước ngày có hiệu lực.",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=True) | ~models.Q(end_document=""),
                name="preferred_area_ended_by_document",
                violation_error_message="Ghi văn bản đưa ra khỏi danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune or self.province}"

    @property
    def place_name(self) -> str:
        """What the law calls such places; the bare code where the catalogue does not know it."""
        entry = catalogue().priority_places.get(self.priority_place)
        return entry.name if entry else self.priority_place

    @property
    def place_article(self) -> str:
        """The article that prefers such places."""
        entry = catalogue().priority_places.get(self.priority_place)
        return entry.article if entry else ""
