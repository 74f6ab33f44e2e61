"""Provinces, communes and regions, each with the days on which it held.

A code alone is ambiguous (15 was Yên Bái, and is Lào Cai since 01/07/2025), so `Province.key` is what files and addresses use.
"""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from khuyencong.core.dates import format_date
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.core.text import SORT_KEY_LENGTH, fold, sort_key
from khuyencong.places.kinds import FIRST_DAY_OF_TODAYS_UNITS, CommuneKind, ProvinceKind, Region

__all__ = [
    "FIRST_DAY_OF_TODAYS_UNITS",
    "CityStatus",
    "Commune",
    "CommuneKind",
    "CommuneQuerySet",
    "CommuneSuccession",
    "PlaceDecision",
    "PlacesLoad",
    "Province",
    "ProvinceKind",
    "ProvinceQuerySet",
    "ProvinceSuccession",
    "Region",
    "RegionMembership",
    "covers",
    "folded_words",
]


def covers(on: dt.date, *, start: str, end: str) -> Q:
    """Condition: the day `on` lies between two nullable date fields, both ends included; null means open."""
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": on})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": on})
    )


def folded_words(text: str, *, field: str = "folded") -> Q:
    """Condition: every word of `text` occurs in the folded column, in any order, with or without diacritics."""
    condition = Q()
    for word in fold(text).split():
        condition &= Q(**{f"{field}__contains": word})
    return condition


class ProvinceQuerySet(models.QuerySet["Province"]):
    def in_force(self, on: dt.date) -> "ProvinceQuerySet":
        """Provinces that existed on the day `on`."""
        return self.filter(covers(on, start="valid_from", end="valid_to"))

    def search(self, text: str) -> "ProvinceQuerySet":
        return self.filter(folded_words(text))

    def in_region(self, region: str, on: dt.date) -> "ProvinceQuerySet":
        """Provinces that existed and belonged to a khuyến công region on the day `on`."""
        members = RegionMembership.objects.filter(covers(on, start="from_on", end="to_on"), region=region)
        return self.in_force(on).filter(pk__in=members.values("province"))


class Province(models.Model):
    """A province or centrally-run city, in its borders between two days."""

    code = models.CharField("mã", max_length=2)
    key = models.CharField("khóa", max_length=12, unique=True)
    name = NFCCharField("tên", max_length=60, help_text="Tên vào ngày đầu tiên, ví dụ «Tỉnh Phú Thọ».")
    short_name = NFCCharField("tên ngắn", max_length=40)
    kind = models.CharField("loại", max_length=10, choices=ProvinceKind)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến ngày", null=True, blank=True)
    # Null only while the loader has not yet met the row it points to.
    current = models.ForeignKey(
        "self", verbose_name="tỉnh hiện nay", on_delete=models.PROTECT, null=True, related_name="formerly"
    )
    folded = models.CharField(max_length=60, editable=False, db_index=True)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False)

    objects = ProvinceQuerySet.as_manager()

    class Meta:
        verbose_name = "tỉnh, thành phố"
        verbose_name_plural = "tỉnh, thành phố"
        ordering = ["sort_key", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="province_days_in_order"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="province_one_row_today"),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def is_today(self) -> bool:
        """Whether the row is one of the provinces in force now (no end recorded)."""
        return self.valid_to is None

    def held_on(self, on: dt.date) -> bool:
        """Whether the row was in force on the day, both ends included."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    @property
    def ended(self) -> str:
        """Of a province that is gone, since when: «trước 01/07/2025»; "" for one of today."""
        return f"trước {format_date(self.valid_to + dt.timedelta(days=1))}" if self.valid_to else ""

    @property
    def dated_name(self) -> str:
        """The short name, and of a province that is gone since when: two of them may be called the same."""
        return f"{self.short_name} {self.ended}".strip()

    def index(self) -> None:
        """Make the columns that are searched and sorted true to the names."""
        self.folded = fold(self.name)
        self.sort_key = sort_key(self.short_name)


class CityStatus(models.Model):
    """That a province is a centrally-run city (thành phố trực thuộc trung ương), and since when.

    Both days unknown: it was one on the first day of its row. Only the day of passing known: it counts from that day, unverified.
    """

    province = models.OneToOneField(Province, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="city_status")
    from_on = models.DateField("có hiệu lực từ", null=True, blank=True)
    passed_on = models.DateField("ngày thông qua", null=True, blank=True)
    document = NFCCharField("văn bản", max_length=120, blank=True)
    verified = models.BooleanField("đã xác minh", default=False)

    class Meta:
        verbose_name = "thành phố trực thuộc trung ương"
        verbose_name_plural = "thành phố trực thuộc trung ương"

    def __str__(self) -> str:
        return f"{self.province_id}: {self.document or 'thành phố'}"

    @property
    def starts_on(self) -> dt.date | None:
        """The first day as a city as far as known; None = since before the records."""
        return self.from_on or self.passed_on


class RegionMembership(models.Model):
    """Which khuyến công region a province belongs to between two days. Users correct these rows; nothing derives them."""

    province = models.ForeignKey(Province, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="regions")
    region = models.CharField("khu vực", max_length=10, choices=Region)
    from_on = models.DateField("từ ngày", null=True, blank=True)
    to_on = models.DateField("đến ngày", null=True, blank=True)
    document = NFCCharField("văn bản", max_length=200, blank=True)
    verified = models.BooleanField("đã xác minh", default=False)

    class Meta:
        verbose_name = "khu vực khuyến công của tỉnh"
        verbose_name_plural = "khu vực khuyến công của tỉnh"
        ordering = ["province", F("from_on").asc(nulls_first=True)]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="region_days_in_order"),
            models.CheckConstraint(condition=Q(region__in=Region.values), name="region_known"),
            models.UniqueConstraint(fields=["province", "from_on"], name="region_one_start"),
            models.UniqueConstraint(
                fields=["province"], condition=Q(from_on__isnull=True), name="region_one_open_start"
            ),
            models.UniqueConstraint(fields=["province"], condition=Q(to_on__isnull=True), name="region_one_open_end"),
        ]

    def __str__(self) -> str:
        return f"{self.province_id}: {self.get_region_display()}"


class CommuneQuerySet(models.QuerySet["Commune"]):
    def in_force(self, on: dt.date) -> "CommuneQuerySet":
        """Communes that existed on the day `on` (none is recorded before 01/07/2025)."""
        return self.filter(covers(on, start="valid_from", end="valid_to"))

    def search(self, text: str) -> "CommuneQuerySet":
        """Communes whose name, or name and province, has every word of `text`: «tam nong phu tho»."""
        return self.filter(folded_words(text))


class Commune(models.Model):
    """A commune, ward or special zone (xã, phường, đặc khu)."""

    code = models.CharField("mã", max_length=5)
    key = models.CharField("khóa", max_length=12, unique=True)
    name = NFCCharField("tên", max_length=60)
    kind = models.CharField("loại", max_length=12, choices=CommuneKind)
    province = models.ForeignKey(Province, verbose_name="tỉnh", on_delete=models.PROTECT, related_name="communes")
    latitude = models.FloatField("vĩ độ", help_text="Độ, WGS 84.")
    longitude = models.FloatField("kinh độ", help_text="Độ, WGS 84.")
    how_formed = NFCTextField("hình thành từ", blank=True)
    valid_from = models.DateField("từ ngày", default=FIRST_DAY_OF_TODAYS_UNITS)
    valid_to = models.DateField("đến ngày", null=True, blank=True)
    # Null only while the loader has not yet met the row it points to.
    current = models.ForeignKey(
        "self", verbose_name="xã hiện nay", on_delete=models.PROTECT, null=True, blank=True, related_name="formerly"
    )
    # A commune that was split has its main part as `current`; who is there must look where the record really lies.
    was_split = models.BooleanField("đã bị chia", default=False)
    folded = models.CharField(max_length=120, editable=False)
    sort_key = models.CharField(max_length=SORT_KEY_LENGTH, editable=False, db_index=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "xã, phường, đặc khu"
        verbose_name_plural = "xã, phường, đặc khu"
        ordering = ["sort_key", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="commune_days_in_order"),
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to__isnull=True), name="commune_one_row_today"),
            # A box around the mainland, the islands and both archipelagos: catches swapped coordinates.
            models.CheckConstraint(
                condition=Q(latitude__range=(4, 24), longitude__range=(101, 119)), name="commune_point_in_viet_nam"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_today(self) -> bool:
        """Whether the row is one of the communes in force now (no end recorded)."""
        return self.valid_to is None

    def index(self) -> None:
        """Make the columns that are searched and sorted true to the names; `province` must be loaded."""
        self.folded = fold(f"{self.name} {self.province.short_name}")
        # Sorted by the name proper: «Phường An Bình» stands beside «Xã An Bình».
        self.sort_key = sort_key(self.name[len(CommuneKind(self.kind).label) :].strip())


class PlaceDecision(models.Model):
    """A decision that changed units after the files were made: what it was, and what applying it did. Never edited."""

    digest = models.CharField(max_length=64, unique=True)
    document = NFCCharField("văn bản", max_length=120)
    passed_on = models.DateField("ngày thông qua", null=True, blank=True)
    in_force_on = models.DateField("có hiệu lực từ")
    verified = models.BooleanField("đã xác minh", default=False)
    source = NFCCharField("nguồn", max_length=300, blank=True)
    changes = models.JSONField("thay đổi", default=list)
    applied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "quyết định thay đổi địa giới"
        verbose_name_plural = "quyết định thay đổi địa giới"
        ordering = ["in_force_on", "pk"]

    def __str__(self) -> str:
        return self.document


class Succession(models.Model):
    """That a unit went into another on the latter's first day; of a split, one row for each part.

    `current` of a unit is where the rows with `is_main` lead to in the end.
    """

    is_main = models.BooleanField("phần chính", default=True)
    # None: it stands in the files that were loaded.
    decision = models.ForeignKey(PlaceDecision, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class ProvinceSuccession(Succession):
    """What a province became."""

    old = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="became")
    new = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="formed_from")

    class Meta:
        verbose_name = "tỉnh thành tỉnh"
        verbose_name_plural = "tỉnh thành tỉnh"
        ordering = ["old", "-is_main", "new"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="province_succession_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(is_main=True), name="province_succession_one_main"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} > {self.new_id}"


class CommuneSuccession(Succession):
    """What a commune became."""

    old = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="became")
    new = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="formed_from")

    class Meta:
        verbose_name = "xã thành xã"
        verbose_name_plural = "xã thành xã"
        ordering = ["old", "-is_main", "new"]
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="commune_succession_once"),
            models.UniqueConstraint(fields=["old"], condition=Q(is_main=True), name="commune_succession_one_main"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} > {self.new_id}"


class PlacesLoad(models.Model):
    """That the files with this digest were loaded; the next load of the same files has nothing to do."""

    digest = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "lần nạp địa bàn"
        verbose_name_plural = "lần nạp địa bàn"

    def __str__(self) -> str:
        return self.digest[:12]
