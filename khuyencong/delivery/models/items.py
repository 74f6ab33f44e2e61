"""What was found on the spot, item by item, and by what a machine and an invoice are known again."""

from __future__ import annotations

from django.db import models

from khuyencong.core.fields import MoneyField, NFCCharField
from khuyencong.core.money import format_dong
from khuyencong.delivery.models.acceptance import Acceptance
from khuyencong.establishments.tax_code import tax_code_shown
from khuyencong.projects.models import EstimateLine, Project


class Condition(models.TextChoices):
    NEW = "new", "Mới 100 %"
    USED = "used", "Đã qua sử dụng"


class TrialResult(models.TextChoices):
    NONE = "", "Không chạy thử"
    PASSED = "passed", "Đạt"
    FAILED = "failed", "Không đạt"


class AcceptanceItem(models.Model):
    """One item of the approved list as it was found on the spot; money in đồng.

    `cost` is what is accepted of it; with a unit price it is quantity × unit price. `line` empties where an adjustment
    takes the line out after the acceptance was taken back; `approved_name` stays.
    """

    acceptance = models.ForeignKey(Acceptance, models.CASCADE, related_name="items")
    line = models.ForeignKey(EstimateLine, models.SET_NULL, related_name="accepted_items", null=True)
    approved_name = NFCCharField("tên trong dự toán được duyệt", max_length=500)
    description = NFCCharField("tên máy, thiết bị, hạng mục", max_length=300, blank=True)
    maker = NFCCharField("nhãn hiệu, hãng sản xuất", max_length=160, blank=True)
    country = NFCCharField("nước sản xuất", max_length=80, blank=True)
    model = NFCCharField("ký hiệu, model", max_length=120, blank=True)
    year_made = models.PositiveSmallIntegerField("năm sản xuất", null=True, blank=True)
    serial = NFCCharField("số máy", max_length=200, blank=True)
    condition = models.CharField("tình trạng", max_length=4, choices=Condition, default=Condition.NEW)
    quantity = models.PositiveIntegerField("số lượng", default=1)
    unit_price = MoneyField("đơn giá (đồng)", null=True, blank=True)
    cost = MoneyField("chi phí nghiệm thu (đồng)")
    seller = NFCCharField("bên bán", max_length=300, blank=True)
    seller_tax_code = models.CharField("mã số thuế bên bán", max_length=14, blank=True)
    invoice_symbol = NFCCharField("ký hiệu hóa đơn", max_length=20, blank=True)
    invoice_number = NFCCharField("số hóa đơn", max_length=20, blank=True)
    invoice_on = models.DateField("ngày hóa đơn", null=True, blank=True)
    invoice_amount = MoneyField("số tiền trên hóa đơn (đồng)", null=True, blank=True)
    # As it is compared, see `delivery.invoices`; "" where no invoice was given.
    invoice_key = models.CharField(max_length=80, blank=True, db_index=True)
    trial_hours = models.DecimalField("số giờ chạy thử", max_digits=7, decimal_places=1, null=True, blank=True)
    trial_promised = NFCCharField("kết quả theo đề án", max_length=300, blank=True)
    trial_output = NFCCharField("kết quả chạy thử", max_length=300, blank=True)
    trial_result = models.CharField("kết luận chạy thử", max_length=6, choices=TrialResult, blank=True)
    trial_note = NFCCharField("nhận xét chạy thử", max_length=500, blank=True)
    # What differs from the approved list, in words, as it was when it was recorded.
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["acceptance", "line"], name="acceptance_item_once"),
            models.CheckConstraint(condition=models.Q(cost__gte=0, quantity__gte=1), name="acceptance_item_sane"),
            models.CheckConstraint(
                condition=models.Q(unit_price__isnull=True)
                | models.Q(cost=models.F("quantity") * models.F("unit_price")),
                name="acceptance_item_price_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(invoice_key="", invoice_amount__isnull=True, invoice_on__isnull=True)
                | (~models.Q(invoice_key="") & models.Q(invoice_amount__gt=0, invoice_on__isnull=False)),
                name="acceptance_item_invoice_whole",
            ),
            # What failed its trial is not accepted.
            models.CheckConstraint(
                condition=~models.Q(trial_result="failed") | models.Q(cost=0), name="acceptance_item_failed_is_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.approved_name

    @property
    def made(self) -> str:
        """«Hãng A, model B, Việt Nam, 2025»: what is known of its make."""
        parts = (self.maker, self.model, self.country, str(self.year_made or ""))
        return ", ".join(part for part in parts if part)

    @property
    def invoice_text(self) -> str:
        """The invoice as a paper names it, a seller's personal number masked; "" where none was given."""
        if not self.invoice_key or self.invoice_on is None:
            return ""
        return (
            f"{self.invoice_symbol} số {self.invoice_number} ngày {self.invoice_on:%d/%m/%Y}, MST"
            f" {tax_code_shown(self.seller_tax_code, whole=False)}, {format_dong(self.invoice_amount or 0)} đồng"
        )

    @property
    def trial_text(self) -> str:
        """The trial in one sentence; "" where none was made."""
        if not self.trial_result:
            return ""
        hours = f"{str(self.trial_hours).replace('.', ',')} giờ" if self.trial_hours is not None else ""
        promised = f"theo đề án {self.trial_promised}" if self.trial_promised else ""
        output = f"chạy thử {self.trial_output}" if self.trial_output else ""
        parts = (self.get_trial_result_display(), hours, promised, output, self.trial_note)
        return "; ".join(part for part in parts if part)


class AcceptedSerial(models.Model):
    """A serial number found on an accepted item that the State's money follows, as it is compared; no machine counts twice.

    It goes when the acceptance is taken back, so that the right one can be recorded.
    """

    item = models.ForeignKey(AcceptanceItem, models.CASCADE, related_name="serials")
    folded = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.folded


class AcceptedInvoice(models.Model):
    """An invoice that pays accepted items of one đề án, as it is compared: no other đề án may use it.

    It goes when the last acceptance that names it is taken back.
    """

    key = models.CharField(max_length=80, unique=True)
    project = models.ForeignKey(Project, models.PROTECT, related_name="accepted_invoices")
    issued_on = models.DateField("ngày hóa đơn")
    amount = MoneyField("số tiền trên hóa đơn (đồng)")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="accepted_invoice_has_amount")]

    def __str__(self) -> str:
        return self.key
