"""A record that is created once, however often the button is pressed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import uuid4

from django import forms
from django.db import IntegrityError, models, transaction

from khuyencong.core.errors import Refused

USED = "Biểu mẫu này đã được dùng cho một hồ sơ khác: hãy mở lại trang và nhập lại."


class CreatedOnce(models.Model):
    """Mixin for records made from a form: the form carries the key, and a second click finds the first record.

    The action looks for `creation_key` before it creates; the unique constraint decides between two that come at once.
    """

    creation_key = models.UUIDField("mã lần tạo", unique=True, default=uuid4, editable=False)

    class Meta:
        abstract = True


M = TypeVar("M", bound=CreatedOnce)


def save_once(record: M, *, author: str) -> M | None:
    """Save a new record; None where it is the first of its key, else the one that the same form has made meanwhile.

    `author`: the field that says who makes it; somebody else's key is Refused. IntegrityError where the database
    refuses for another reason. Must be called inside a transaction.
    """
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError:
        earlier = type(record)._default_manager.filter(creation_key=record.creation_key).first()  # noqa: SLF001  # Django documents it
        if earlier is None:
            raise
        if getattr(earlier, f"{author}_id") != getattr(record, f"{author}_id"):
            raise Refused(USED) from None
        return earlier
    return None


@contextmanager
def taken(sentence: str) -> Iterator[None]:
    """Around a write that a unique constraint may refuse because somebody else was faster: Refused with the sentence.

    The action looks first and says so in good order; this is for two that come at once. Must be used inside a transaction.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refused(sentence) from None


class CreationKeyField(forms.UUIDField):
    """The hidden form field that carries the key; each freshly shown form gets its own."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": "Biểu mẫu thiếu mã lần tạo: hãy mở lại trang và nhập lại.",
        "invalid": "Mã lần tạo của biểu mẫu không hợp lệ: hãy mở lại trang và nhập lại.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", uuid4)
        super().__init__(**kwargs)
