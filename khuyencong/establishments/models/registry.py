"""The entry of an establishment in the registry of those who may receive support."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Coalesce, Now

from khuyencong.areas.models import CraftVillage
from khuyencong.core.creation import CreatedOnce
from khuyencong.core.errors import Stale
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.core.finding import begins_with, haystack, holds, in_parts, number_in, question
from khuyencong.core.text import fold, sort_key
from khuyencong.establishments.keys import TAX_HEAD, name_key, phone_key, tax_head
from khuyencong.establishments.signals import found_by_other_words
from khuyencong.establishments.tax_code import BASE as TAX_BASE
from khuyencong.establishments.tax_code import HELP, PATTERN, is_personal
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.permissions import Permission, allowed
from khuyencong.people.relations import Relation
from khuyencong.people.scope import is_inside, province_scope
from khuyencong.places.models import Commune, Province

MAX_WORKERS = 1_000_000


class EstablishmentKind(models.TextChoices):
    """Who may be a beneficiary: NĐ 45/2012 Đ1.2, as amended by NĐ 235/2025."""

    SME = "sme", "Doanh nghiệp nhỏ và vừa"
    COOPERATIVE = "cooperative", "Hợp tác xã"
    COOPERATIVE_GROUP = "cooperative_group", "Tổ hợp tác"
    COOPERATIVE_UNION = "cooperative_union", "Liên hiệp hợp tác xã"
    HOUSEHOLD = "household", "Hộ kinh doanh"
    INDUSTRIAL = "industrial", "Cơ sở áp dụng sản xuất sạch hơn"
    CLUSTER_INVESTOR = "cluster_investor", "Chủ đầu tư hạ tầng cụm công nghiệp"
    ARTISAN = "artisan", "Nghệ nhân"
    UNKNOWN = "unknown", "Chưa rõ loại hình"  # only in records of the past, where the source does not say


class CertificateLevel(models.TextChoices):
    """The highest level at which a product of the establishment was certified (TT 26/2014/TT-BCT)."""

    COMMUNE = "commune", "Cấp xã"
    DISTRICT = "district", "Cấp huyện"  # until 30/06/2025
    PROVINCE = "province", "Cấp tỉnh"
    REGION = "region", "Cấp khu vực"
    NATION = "nation", "Cấp quốc gia"


class Gender(models.TextChoices):
    FEMALE = "female", "Nữ"
    MALE = "male", "Nam"


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    def visible_to(self, actor: Actor) -> EstablishmentQuerySet:
        """Those of the actor's province, region or commune, or of the owner; the national agency sees all."""
        return self.filter(province_scope(actor, commune="commune", account="account"))

    def current(self) -> EstablishmentQuerySet:
        """Those that stand for themselves: an entry merged into another is read through that one."""
        return self.filter(merged_into__isnull=True)

    def search(self, text: str, *, by: Actor | None = None) -> EstablishmentQuerySet:
        """Those with a word that begins so for every word of `text`, among their names and tax code; see `core.finding`.

        A number is also looked for among telephones and persons' tax codes, where `by` may see these whole. A blank
        `text` finds all, one without letters or digits nothing.
        """
        asked, number = question(text), number_in(text)
        if not asked:
            return self.none() if text.strip() else self
        if not number:
            return self.filter(holds(asked))
        # A tax code with the number of a branch is two words in the haystack as well; other numbers are one.
        written = asked if len(asked[0]) >= TAX_BASE else (number,)
        found = Establishment.objects.filter(holds(written)).standing()
        if by is not None and allowed(by, Permission.PERSONAL_VIEW):
            # Each of these has its index; joined by OR they would have none.
            whole, phone = Establishment.objects.order_by().values("pk"), phone_key(number)
            persons = whole.filter(begins_with("phone_digits", phone)).union(
                whole.filter(begins_with("contacts__phone_digits", phone)),
                whole.filter(begins_with("tax_head", number)),
            )
            found = found.union(Establishment.objects.visible_to(by).filter(pk__in=persons).standing())
        return self.filter(pk__in=found)

    def standing(self) -> models.QuerySet[Any, Any]:
        """The key of the entry that stands for each of these: its own, or of the one it was merged into."""
        return self.annotate(stands=Coalesce("merged_into", "pk")).order_by().values("stands")

    def refresh_haystacks(self) -> None:
        """Gather anew by what these entries are found; whoever changes former names or merges entries calls it."""
        for keys in in_parts(list(self.order_by("pk").values_list("pk", flat=True))):
            rows = Establishment.objects.filter(pk__in=keys).prefetch_related("formernames", "merged__formernames")
            for one in rows:
                entries = [one, *one.merged.all()]
                names = [name.name for entry in entries for name in entry.formernames.all()]
                one.haystack = haystack(*(text for entry in entries for text in entry.own_words()), *names)
            Establishment.objects.bulk_update(rows, ["haystack"])
            found_by_other_words.send(Establishment, ids=keys)


class Establishment(CreatedOnce, models.Model):
    """A rural industrial establishment (cơ sở công nghiệp nông thôn)."""

    name = NFCCharField("tên cơ sở", max_length=300)
    kind = models.CharField("loại hình", max_length=20, choices=EstablishmentKind)
    tax_code = models.CharField(
        "mã số thuế",
        max_length=14,
        blank=True,
        validators=[RegexValidator(f"^{PATTERN}", "Mã số thuế không đúng dạng.")],
        help_text=HELP,
    )
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh, thành phố", related_name="+")
    province_before = models.ForeignKey(
        Province,
        models.PROTECT,
        verbose_name="tỉnh trước 01/07/2025",
        related_name="+",
        null=True,
        blank=True,
        help_text="Tỉnh nơi đặt cơ sở trước sáp nhập: định mức cũ của tỉnh ấy còn áp dụng khi tỉnh mới chưa ban hành.",
    )
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="xã, phường, đặc khu", null=True, blank=True)
    place_text = NFCCharField("địa chỉ", max_length=300, blank=True, help_text="Ghi như trong giấy tờ của cơ sở.")
    sector = models.CharField("ngành nghề", max_length=40)
    workers = models.PositiveIntegerField(
        "số lao động", null=True, blank=True, validators=[MaxValueValidator(MAX_WORKERS)]
    )
    charter_capital = MoneyField(
        "vốn điều lệ (đồng)", null=True, blank=True, help_text="Một số định mức chia bậc theo vốn điều lệ."
    )
    craft_village = models.ForeignKey(
        CraftVillage,
        models.PROTECT,
        verbose_name="làng nghề được công nhận",
        related_name="establishments",
        null=True,
        blank=True,
        help_text="Cơ sở ở trong làng nghề nào; danh sách do Sở Công Thương giữ.",
    )
    registration_number = NFCCharField(
        "số đăng ký hộ kinh doanh, hợp tác xã", max_length=40, blank=True, help_text="Ghi như trong giấy chứng nhận."
    )
    other_sectors = models.JSONField("ngành nghề khác", default=list, blank=True)
    women_workers = models.PositiveIntegerField(
        "trong đó lao động nữ", null=True, blank=True, validators=[MaxValueValidator(MAX_WORKERS)]
    )
    ethnic_workers = models.PositiveIntegerField(
        "trong đó lao động dân tộc thiểu số", null=True, blank=True, validators=[MaxValueValidator(MAX_WORKERS)]
    )
    latitude = models.FloatField("vĩ độ", null=True, blank=True, help_text="Độ, WGS 84.")
    longitude = models.FloatField("kinh độ", null=True, blank=True, help_text="Độ, WGS 84.")
    owner_name = NFCCharField("chủ cơ sở, người đại diện", max_length=120, blank=True)
    owner_gender = models.CharField("giới tính của chủ cơ sở", max_length=6, choices=Gender, blank=True)
    owner_ethnicity = NFCCharField("dân tộc của chủ cơ sở", max_length=40, blank=True)
    owner_born_in = models.PositiveSmallIntegerField(
        "năm sinh của chủ cơ sở", null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    owner_id_number = models.CharField("số định danh cá nhân", max_length=12, blank=True)
    women_owned = models.BooleanField("do phụ nữ làm chủ", default=False)
    ethnic_minority_owned = models.BooleanField("do người dân tộc thiểu số làm chủ", default=False)
    contact = NFCCharField("người liên hệ", max_length=120, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    phone_digits = models.CharField(max_length=20, editable=False, db_index=True)
    email = models.EmailField("thư điện tử", blank=True)
    # The organisation under which its owner signs in; none until somebody registered and was let in.
    account = models.OneToOneField(
        Agency, models.PROTECT, related_name="establishment", null=True, blank=True, editable=False
    )
    # Another entry of the same establishment that stands for both; never a chain: see `actions.merge`.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="merged", null=True, blank=True, editable=False, db_index=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    # Null where the list came in by the command line of the machine, which no user's account stands behind.
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True, editable=False)
    registered_for = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    folded = models.CharField(max_length=300, editable=False, db_index=True)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)
    # By what it is found: its names of today and of before, and those of entries merged into it, with their tax codes.
    haystack = models.TextField(editable=False)
    # The name without its form of business and the enterprise's part of the tax code: duplicates are found by them.
    match_key = models.CharField(max_length=300, editable=False, db_index=True)
    tax_head = models.CharField(max_length=TAX_HEAD, editable=False, db_index=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        # Nearly all are not merged: an index of these would only lead the database astray. Those of search are in 0002.
        indexes = [
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="establishment_merged"
            )
        ]
        constraints = [
            # An entry merged into another keeps its tax code, which that other may bear now.
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=~models.Q(tax_code="") & models.Q(merged_into__isnull=True),
                name="establishment_tax_code_once",
                violation_error_message="Đã có cơ sở mang mã số thuế này.",
            ),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(latitude__range=(4, 24), longitude__range=(101, 119)),
                name="establishment_point_in_viet_nam",
                violation_error_message="Ghi cả vĩ độ và kinh độ của một điểm ở Việt Nam, hoặc để trống cả hai.",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")), name="establishment_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search and sort columns true to the name."""
        found_by, is_new = self.haystack, self._state.adding
        self.derive()
        if not is_new:
            self.haystack = haystack(*self.own_words(), *self._other_names())
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged
        if not is_new and self.haystack != found_by:
            found_by_other_words.send(Establishment, ids=[self.pk])

    def derive(self) -> None:
        """Set the columns that follow from others; whoever writes many entries at once calls it for each."""
        self.folded = fold(self.name)[:300]
        self.sort_key = sort_key(self.name)
        self.match_key = name_key(self.name)
        self.tax_head = tax_head(self.tax_code)
        self.phone_digits = phone_key(self.phone)
        self.haystack = haystack(*self.own_words())

    def own_words(self) -> tuple[str, str]:
        """What this entry itself is found by, whoever asks: no person's number is among it."""
        return self.name, "" if is_personal(self.tax_code) else self.tax_code

    def _other_names(self) -> list[str]:
        """Former names, and the names and tax codes of entries that were merged into this one: one query."""
        former = self.formernames.model._default_manager.filter(  # noqa: SLF001  # Django documents it
            models.Q(establishment=self.pk) | models.Q(establishment__merged_into=self.pk)
        )
        merged = type(self)._default_manager.filter(merged_into=self.pk)  # noqa: SLF001  # Django documents it
        texts = former.order_by().values_list("name", models.Value(""))
        rows = texts.union(merged.order_by().values_list("name", "tax_code"))
        return [text for name, tax_code in rows for text in (name, "" if is_personal(tax_code) else tax_code)]

    def check_version(self, version: int) -> None:
        """Raise Stale where the form was opened before the latest change."""
        if self.version != version:
            raise Stale("Hồ sơ cơ sở đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại.")

    @property
    def identity_id(self) -> int:
        """The entry that stands for this establishment: its own, or the one it was merged into."""
        return self.merged_into_id or self.pk

    def certificate_on(self, on: date) -> str:
        """The highest level of a product certificate valid on the day, else "" (TT 26/2014 Đ17.3).

        Iterates `certificates.all()`, so lists prefetch "certificates".
        """
        levels = [one.level for one in self.certificates.all() if one.kind == "product" and one.is_valid_on(on)]
        return max(levels, key=CertificateLevel.values.index, default="")

    def ocop_stars_on(self, on: date) -> int:
        """The most stars of an OCOP product certificate valid on the day, 0 without one; prefetch as above."""
        stars = [one.stars or 0 for one in self.certificates.all() if one.kind == "ocop" and one.is_valid_on(on)]
        return max(stars, default=0)

    @property
    def norm_province_keys(self) -> tuple[str, ...]:
        """Whose norm applies, in order: today's province, then the province of the site before the mergers."""
        return norm_province_keys(self.province, self.province_before)

    def related_agency_id(self, relation: Relation) -> int | None:
        """The registry belongs to the province; only the agency that entered the row owns it."""
        match relation:
            case Relation.OWN:
                return self.registered_for_id
            case Relation.ACCOUNT:
                return self.account_id
            case _:
                return None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return is_inside(actor, province=self.province, commune=self.commune, account_id=self.account_id)


def norm_province_keys(province: Province, before: Province | None) -> tuple[str, ...]:
    """Keys of the provinces whose norm may apply to a site, first hit wins; never the nation's."""
    today = province.current or province
    keys = [today.key, province.key, (before or province).key]
    return tuple(dict.fromkeys(keys))
