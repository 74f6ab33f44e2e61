"""What is kept of an establishment beside its entry: rows that come and go, each with its own days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import MoneyField, NFCCharField, NFCTextField
from khuyencong.core.text import fold
from khuyencong.establishments.keys import name_key, phone_key, serial_key
from khuyencong.establishments.models.registry import MAX_WORKERS, CertificateLevel, Establishment
from khuyencong.people.models import Agency, User
from khuyencong.places.models import Province


def folded_serial(text: str) -> str:
    """A machine's serial number as it is compared: letters and digits only, small."""
    return serial_key(text)


class Detail(models.Model):
    """A row that belongs to one establishment."""

    establishment = models.ForeignKey(Establishment, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class Product(Detail):
    name = NFCCharField("sản phẩm", max_length=200)
    unit = NFCCharField("đơn vị tính", max_length=30, blank=True)
    yearly_output = models.DecimalField(
        "sản lượng một năm", max_digits=16, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    note = NFCCharField("ghi chú", max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["establishment", "name"], name="product_once")]

    def __str__(self) -> str:
        return self.name


class YearFigure(Detail):
    """What the establishment says of one year; whole đồng, whole persons."""

    year = models.PositiveSmallIntegerField("năm", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    revenue = MoneyField("doanh thu (đồng)", null=True, blank=True)
    tax_paid = MoneyField("nộp ngân sách (đồng)", null=True, blank=True)
    workers = models.PositiveIntegerField(
        "số lao động", null=True, blank=True, validators=[MaxValueValidator(MAX_WORKERS)]
    )

    class Meta:
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["establishment", "year"], name="year_figure_once")]

    def __str__(self) -> str:
        return str(self.year)


class Machine(Detail):
    name = NFCCharField("máy, thiết bị", max_length=200)
    maker = NFCCharField("hãng, nước sản xuất", max_length=120, blank=True)
    model = NFCCharField("ký hiệu", max_length=80, blank=True)
    serial = NFCCharField("số máy", max_length=80, blank=True)
    folded_serial = models.CharField(max_length=80, editable=False, db_index=True)
    made_in = models.PositiveSmallIntegerField(
        "năm sản xuất", null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    bought_on = models.DateField("ngày mua", null=True, blank=True)
    value = MoneyField("nguyên giá (đồng)", null=True, blank=True)
    quantity = models.PositiveSmallIntegerField("số lượng", default=1, validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the column that serial numbers are compared by."""
        self.folded_serial = folded_serial(self.serial)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged


class CertificateKind(models.TextChoices):
    PRODUCT = "product", "Sản phẩm công nghiệp nông thôn tiêu biểu"
    OCOP = "ocop", "Sản phẩm OCOP"
    SYSTEM = "system", "Hệ thống quản lý, tiêu chuẩn (ISO, HACCP…)"
    OTHER = "other", "Giấy chứng nhận khác"


class Certificate(Detail):
    """A certificate with its days. A product certificate has a level and a last day (TT 26/2014 Đ17.3), OCOP has stars."""

    kind = models.CharField("loại", max_length=10, choices=CertificateKind)
    name = NFCCharField("sản phẩm, tiêu chuẩn", max_length=200, blank=True)
    level = models.CharField("cấp", max_length=10, choices=CertificateLevel, blank=True)
    stars = models.PositiveSmallIntegerField(
        "số sao", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    number = NFCCharField("số giấy", max_length=60, blank=True)
    issuer = NFCCharField("nơi cấp", max_length=200, blank=True)
    issued_on = models.DateField("ngày cấp", null=True, blank=True)
    valid_until = models.DateField("có giá trị đến", null=True, blank=True)

    class Meta:
        ordering = ["kind", "-valid_until", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="product") | (~models.Q(level="") & models.Q(valid_until__isnull=False)),
                name="certificate_product_whole",
                violation_error_message="Ghi cả cấp và ngày hết giá trị của giấy chứng nhận sản phẩm tiêu biểu.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="ocop") | models.Q(stars__isnull=False),
                name="certificate_ocop_has_stars",
                violation_error_message="Ghi số sao của sản phẩm OCOP.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("issued_on")),
                name="certificate_days_in_order",
                violation_error_message="Ngày hết giá trị không được trước ngày cấp.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()

    def is_valid_on(self, on: date) -> bool:
        """Whether the day lies in its validity, as far as the days are known."""
        return (self.issued_on is None or self.issued_on <= on) and (self.valid_until is None or on <= self.valid_until)


class NeedState(models.TextChoices):
    OPEN = "open", "Chưa xử lý"
    TAKEN_UP = "taken_up", "Đã đưa vào đề án"
    DROPPED = "dropped", "Không còn nhu cầu"


class Need(Detail):
    """What the establishment would like to do, found by a survey or told by its owner."""

    activity = models.CharField("nội dung hoạt động", max_length=40, blank=True)
    description = NFCCharField("nhu cầu", max_length=500)
    estimated_cost = MoneyField("dự kiến chi phí (đồng)", null=True, blank=True)
    wanted_year = models.PositiveSmallIntegerField("năm mong muốn", null=True, blank=True)
    found_on = models.DateField("ngày ghi nhận")
    state = models.CharField("trạng thái", max_length=10, choices=NeedState, default=NeedState.OPEN)

    class Meta:
        ordering = ["-found_on", "pk"]

    def __str__(self) -> str:
        return self.description


class Contact(Detail):
    """Another person to call; the main contact stands on the entry itself."""

    name = NFCCharField("họ và tên", max_length=120)
    title = NFCCharField("chức vụ", max_length=120, blank=True)
    phone = models.CharField("điện thoại", max_length=20, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    phone_digits = models.CharField(max_length=20, editable=False, db_index=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the column that telephones are searched by."""
        self.phone_digits = phone_key(self.phone)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged


class FormerName(Detail):
    """A name it bore before; found by search and compared when duplicates are looked for."""

    name = NFCCharField("tên cũ", max_length=300)
    until_on = models.DateField("đến ngày", null=True, blank=True)
    document = NFCCharField("giấy tờ đổi tên", max_length=200, blank=True)
    folded = models.CharField(max_length=300, editable=False, db_index=True)
    match_key = models.CharField(max_length=300, editable=False, db_index=True)

    class Meta:
        ordering = ["-until_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["establishment", "name"], name="former_name_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the columns that are searched and compared by true to the name."""
        self.folded = fold(self.name)[:300]
        self.match_key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged
        self._refresh_search()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Take the name away, also from what the establishment is found by."""
        done = super().delete(*args, **kwargs)
        self._refresh_search()
        return done

    def _refresh_search(self) -> None:
        """The entry is found by this name, and so is the one that it was merged into."""
        bearing = models.Q(pk=self.establishment_id) | models.Q(merged=self.establishment_id)
        Establishment.objects.filter(bearing).refresh_haystacks()


class Paper(Detail):
    """A paper of the establishment (licence, certificate, land paper) with the file and the days it counts."""

    title = NFCCharField("giấy tờ", max_length=200)
    number = NFCCharField("số", max_length=60, blank=True)
    issued_on = models.DateField("ngày cấp", null=True, blank=True)
    expires_on = models.DateField("hết hạn", null=True, blank=True)
    file = models.FileField(upload_to="establishments/%Y/", max_length=200, blank=True)
    file_name = NFCCharField("tên tệp", max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("issued_on")),
                name="paper_days_in_order",
                violation_error_message="Ngày hết hạn không được trước ngày cấp.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PastSupportQuerySet(models.QuerySet["PastSupport"]):
    def of(self, establishment: Establishment) -> PastSupportQuerySet:
        """Those of the establishment, under whichever of its entries they stand."""
        own = models.Q(establishment=establishment) | models.Q(establishment__merged_into=establishment)
        return self.filter(own)

    def standing(self) -> PastSupportQuerySet:
        """Those that nobody has taken back."""
        return self.filter(withdrawn_at__isnull=True)


class PastSupport(Detail):
    """Support that the State gave and that no đề án in this system holds: from another programme, province or time."""

    year = models.PositiveSmallIntegerField("năm", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    source = NFCCharField("nguồn", max_length=120)
    agency_name = NFCCharField("cơ quan hỗ trợ", max_length=200)
    province = models.ForeignKey(Province, models.PROTECT, verbose_name="tỉnh", null=True, blank=True, related_name="+")
    activity = models.CharField("nội dung hoạt động", max_length=40, blank=True)
    item = NFCCharField("hạng mục được hỗ trợ", max_length=300)
    serial = NFCCharField("số máy", max_length=80, blank=True)
    folded_serial = models.CharField(max_length=80, editable=False, db_index=True)
    amount = MoneyField("số tiền (đồng)", null=True, blank=True)
    document = NFCCharField("văn bản", max_length=200, blank=True)
    note = NFCTextField("ghi chú", blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_for = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=Now(), editable=False)
    # Entered by mistake: the row stays and says who took it back and why.
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = NFCCharField("lý do rút", max_length=300, blank=True, editable=False)

    objects = PastSupportQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "pk"]

    def __str__(self) -> str:
        return f"{self.year}: {self.item}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the column that serial numbers are compared by."""
        self.folded_serial = folded_serial(self.serial)
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # passes Django's own arguments through unchanged
