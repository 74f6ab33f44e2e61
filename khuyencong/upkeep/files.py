"""Every attached file that a record names: is it there, and is it still the one that was kept?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models

from khuyencong.quarantine.models import HeldFile, HeldState

BLOCK = 1024 * 1024


def kept_files() -> Iterator[tuple[str, str, str]]:
    """(table, name in the storage, SHA-256 or "") of each file that a record names; one query for each kind of file."""
    for model in apps.get_models():
        names = {field.name for field in model._meta.local_concrete_fields}  # noqa: SLF001  # the documented way to a model's fields
        for field in model._meta.local_concrete_fields:  # noqa: SLF001  # as above
            if not isinstance(field, models.FileField):
                continue
            beside = f"{field.name}_sha256"
            digest = beside if beside in names else "sha256" if "sha256" in names else None
            rows: Any = model._default_manager.exclude(**{field.name: ""}).order_by("pk")  # noqa: SLF001  # as above
            columns = [field.name, *([digest] if digest else [])]
            for name, *sums in rows.values_list(*columns).iterator():
                yield model._meta.db_table, str(name), str(sums[0]) if sums else ""  # noqa: SLF001  # as above


def broken_files() -> Iterator[str]:
    """A sentence for each file that is missing or changed; what was destroyed with a reason (`quarantine`) is not missing."""
    destroyed = set(HeldFile.objects.filter(state=HeldState.DESTROYED).values_list("stored_name", flat=True))
    for table, name, digest in kept_files():
        if name.rpartition("/")[2] in destroyed:
            continue
        try:
            with default_storage.open(name, "rb") as file:
                found = hashlib.sha256()
                while block := file.read(BLOCK):
                    found.update(block)
        except OSError:
            yield f"Thiếu tệp {name} mà bảng {table} ghi."
            continue
        if digest and found.hexdigest() != digest:
            yield f"Tệp {name} của bảng {table} không còn như khi được giữ (mã kiểm tra khác)."
