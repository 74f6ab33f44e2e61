"""What the system tells a person: shown under the bell, and sent by e-mail where an address is known."""

from __future__ import annotations

from django.db import models
from django.utils.http import url_has_allowed_host_and_scheme

from khuyencong.core.fields import NFCCharField
from khuyencong.people.models import User

LONGEST_SENTENCE = 400
# RFC 2606 keeps this ending for examples: no server ever takes a letter to it. The people of the demo live there.
NOWHERE = ".invalid"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: User) -> NoticeQuerySet:
        """The person's own; a notice belongs to a person, whatever hat is worn."""
        return self.filter(user=user)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)

    def untold(self) -> NoticeQuerySet:
        """Unread ones of which no letter told, of active people whom a letter can reach."""
        unread = self.unread().filter(mailed_at__isnull=True, user__is_active=True)
        return unread.exclude(user__email="").exclude(user__email__iendswith=NOWHERE)


class Notice(models.Model):
    """One sentence for one person, with the page it is about."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="người nhận", related_name="notices")
    sentence = NFCCharField("nội dung", max_length=LONGEST_SENTENCE)
    url = models.CharField("trang", max_length=300, blank=True)
    created_at = models.DateTimeField("lúc", auto_now_add=True)
    read_at = models.DateTimeField("đọc lúc", null=True, editable=False)
    mailed_at = models.DateTimeField("gửi thư lúc", null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "thông báo"
        verbose_name_plural = "thông báo"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.sentence

    @property
    def own_path(self) -> str:
        """The page it is about, where that is a path of this site; "" else."""
        ours = self.url.startswith("/") and url_has_allowed_host_and_scheme(self.url, allowed_hosts=None)
        return self.url if ours else ""
