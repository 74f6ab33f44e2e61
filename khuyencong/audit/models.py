"""The audit trail: events that follow one another by hash, and the head of the chain. Nothing here is ever changed."""

from typing import Any, Never

from django.db import models
from django.db.models import Q

from khuyencong.audit.chain import HASHED
from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.people.models import Agency, User

APPEND_ONLY = "Nhật ký chỉ được ghi thêm, không được sửa hay xóa."


class AppendOnlyError(RuntimeError):
    """Code tried to change or delete an event: a mistake of the program, not of the user."""


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **_kwargs: Any) -> Never:
        raise AppendOnlyError(APPEND_ONLY)

    def delete(self) -> Never:
        raise AppendOnlyError(APPEND_ONLY)

    def bulk_create(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError("Mỗi sự kiện phải nối vào chuỗi bằng audit.actions.record.")

    def insert_chained(self, events: "list[AuditEvent]") -> None:
        """Insert events whose hashes follow one another; only `audit.actions.record_many` makes such."""
        super().bulk_create(events)

    def bulk_update(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError(APPEND_ONLY)


class AuditEvent(models.Model):
    """Who did what, when, from where, and what was before and after. Labels are kept as they read on that day."""

    seq = models.BigIntegerField("số thứ tự", primary_key=True)
    at = models.DateTimeField("lúc", db_index=True)
    actor = models.ForeignKey(
        User, verbose_name="người", on_delete=models.PROTECT, null=True, related_name="audit_events"
    )
    actor_label = NFCCharField("tên người", max_length=200)
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan", on_delete=models.PROTECT, null=True, related_name="audit_events"
    )
    agency_label = NFCCharField("tên cơ quan", max_length=200, blank=True)
    role = models.CharField("vai trò", max_length=20, blank=True)
    on_behalf = NFCCharField("thay mặt", max_length=300, blank=True)
    origin = models.CharField("từ", max_length=100, blank=True)
    action = models.CharField("việc", max_length=60, db_index=True)
    subject_type = models.CharField("loại đối tượng", max_length=60, blank=True)
    subject_id = models.CharField("mã đối tượng", max_length=60, blank=True)
    subject_label = NFCCharField("đối tượng", max_length=300, blank=True)
    thread = models.CharField("hồ sơ", max_length=80, blank=True, db_index=True)
    before = models.JSONField("trước", null=True)
    after = models.JSONField("sau", null=True)
    note = NFCTextField("ghi chú", blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = "sự kiện nhật ký"
        verbose_name_plural = "sự kiện nhật ký"
        ordering = ["seq"]
        constraints = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="audit_seq_from_one"),
            # Two events cannot follow the same one: a fork of the chain is refused by the database.
            models.UniqueConstraint(fields=["previous_hash"], name="audit_one_follower"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert, once. Raises AppendOnlyError on a second save."""
        if not self._state.adding:
            raise AppendOnlyError(APPEND_ONLY)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError(APPEND_ONLY)

    def hashed_fields(self) -> dict[str, Any]:
        """The columns that the hash covers, by name."""
        return {name: getattr(self, name) for name in HASHED}


class AuditHead(models.Model):
    """Where the chain ends. The one row is locked while an event is added, so that events queue up."""

    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "đầu chuỗi nhật ký"
        verbose_name_plural = "đầu chuỗi nhật ký"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"
