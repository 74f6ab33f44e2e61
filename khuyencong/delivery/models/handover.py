"""Handing over what was accepted: from the implementing unit to who benefits."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from khuyencong.core.fields import NFCCharField, NFCTextField
from khuyencong.delivery.models.items import AcceptanceItem
from khuyencong.people.models import Agency, User
from khuyencong.projects.models import Beneficiary, Project


class Handover(models.Model):
    """The minutes of a bàn giao: items and papers, who gave and who received; a row is never changed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="handovers")
    beneficiary = models.ForeignKey(Beneficiary, models.PROTECT, related_name="handovers", null=True)
    number = NFCCharField("số biên bản bàn giao", max_length=60)
    handed_on = models.DateField("ngày bàn giao")
    place = NFCCharField("địa điểm", max_length=300, blank=True)
    papers = NFCTextField("giấy tờ bàn giao", max_length=2_000, blank=True)
    given_by = NFCCharField("người giao", max_length=120)
    given_title = NFCCharField("chức vụ người giao", max_length=160, blank=True)
    received_by = NFCCharField("người nhận", max_length=120)
    received_title = NFCCharField("chức vụ người nhận", max_length=160, blank=True)
    remark = NFCTextField("tình trạng khi bàn giao", max_length=2_000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="handover_number_once")]

    def __str__(self) -> str:
        return self.number


class HandoverItem(models.Model):
    """An accepted item that was handed over; one item once."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    item = models.OneToOneField(AcceptanceItem, models.PROTECT, related_name="handover_item")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.item)
