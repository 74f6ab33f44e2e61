"""What the system tells a person: shown under the bell, and sent by e-mail where an address is known."""

from __future__ import annotations

from django.db import models

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User


class Notice(models.Model):
    """One sentence for one person, with the page it is about."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="người nhận", related_name="notices")
    sentence = NFCCharField("nội dung", max_length=400)
    url = models.CharField("trang", max_length=300, blank=True)
    created_at = models.DateTimeField("lúc", auto_now_add=True)
    read_at = models.DateTimeField("đọc lúc", null=True, editable=False)
    mailed_at = models.DateTimeField("gửi thư lúc", null=True, editable=False)

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.sentence
