"""The registry of those who may receive support."""

from __future__ import annotations

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now

from khuyencong.core.creation import CreatedOnce
from khuyencong.core.errors import Stale
from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.core.text import fold, sort_key
from khuyencong.people.actors import Actor
from khuyencong.people.models import Agency, User
from khuyencong.people.permissions import Relation
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


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    def visible_to(self, actor: Actor) -> EstablishmentQuerySet:
        """Those of the actor's province or region; the national agency sees all."""
        return self.filter(province_scope(actor))

    def search(self, text: str) -> EstablishmentQuerySet:
        """Those whose name holds every word of `text`, whatever its diacritics or word order, or whose tax code starts with it."""
        found = self
        for word in fold(text).split()[:10]:
            found = found.filter(models.Q(folded__contains=word) | models.Q(tax_code__startswith=word))
        return found


class Establishment(CreatedOnce, models.Model):
    """A rural industrial establishment (cơ sở công nghiệp nông thôn)."""

    name = NFCCharField("tên cơ sở", max_length=300)
    kind = models.CharField("loại hình", max_length=20, choices=EstablishmentKind)
    tax_code = models.CharField(
        "mã số thuế",
        max_length=14,
        blank=True,
        validators=[
            RegexValidator(
                r"^[0-9]{10}(-[0-9]{3})?\Z", "Mã số thuế gồm 10 chữ số, hoặc 10 chữ số, dấu gạch và 3 chữ số."
            )
        ],
        help_text="10 chữ số, hoặc 10 chữ số - 3 chữ số đối với đơn vị phụ thuộc. Để trống nếu chưa có.",
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
    craft_village = NFCCharField(
        "làng nghề được công nhận",
        max_length=200,
        blank=True,
        help_text="Tên làng nghề và quyết định công nhận của UBND tỉnh, nếu cơ sở ở trong làng nghề.",
    )
    women_owned = models.BooleanField("do phụ nữ làm chủ", default=False)
    ethnic_minority_owned = models.BooleanField("do người dân tộc thiểu số làm chủ", default=False)
    certificate_level = models.CharField(
        "giấy chứng nhận sản phẩm tiêu biểu", max_length=10, choices=CertificateLevel, blank=True
    )
    certificate_until = models.DateField("giấy chứng nhận có giá trị đến", null=True, blank=True)
    ocop_stars = models.PositiveSmallIntegerField(
        "số sao OCOP", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    contact = NFCCharField("người liên hệ", max_length=120, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    registered_for = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    folded = models.CharField(max_length=300, editable=False, db_index=True)
    sort_key = models.CharField(max_length=200, editable=False, db_index=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=~models.Q(tax_code=""),
                name="establishment_tax_code_once",
                violation_error_message="Đã có cơ sở mang mã số thuế này.",
            ),
            models.CheckConstraint(
                condition=models.Q(certificate_level="", certificate_until__isnull=True)
                | (~models.Q(certificate_level="") & models.Q(certificate_until__isnull=False)),
                name="establishment_certificate_whole",
                violation_error_message="Ghi cả cấp và ngày hết giá trị của giấy chứng nhận, hoặc để trống cả hai.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search and sort columns true to the name."""
        self.folded = fold(self.name)[:300]
        self.sort_key = sort_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged

    def check_version(self, version: int) -> None:
        """Raise Stale where the form was opened before the latest change."""
        if self.version != version:
            raise Stale("Hồ sơ cơ sở đã được thay đổi sau khi bạn mở trang. Chưa có gì được ghi; hãy xem lại.")

    def certificate_on(self, on: date) -> str:
        """The level of its product certificate if that is still valid on the day, else "" (TT 26/2014 Đ17.3)."""
        valid = self.certificate_until is not None and on <= self.certificate_until
        return self.certificate_level if valid else ""

    @property
    def norm_province_keys(self) -> tuple[str, ...]:
        """Whose norm applies, in order: today's province, then the province of the site before the mergers."""
        return norm_province_keys(self.province, self.province_before)

    def related_agency_id(self, relation: Relation) -> int | None:
        """The registry belongs to the province; only the agency that entered the row owns it."""
        return self.registered_for_id if relation is Relation.OWN else None

    def is_in_scope(self, actor: Actor) -> bool:
        """The same answer as `visible_to`, for one record."""
        return is_inside(actor, province=self.province)


def norm_province_keys(province: Province, before: Province | None) -> tuple[str, ...]:
    """Keys of the provinces whose norm may apply to a site, first hit wins; never the nation's."""
    today = province.current or province
    keys = [today.key, (before or province).key]
    return tuple(dict.fromkeys(keys))
