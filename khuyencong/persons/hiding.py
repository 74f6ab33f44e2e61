"""Hiding one row: what is written, what goes with it, and the list by which a restored copy is hidden anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.crypto import salted_hmac

from khuyencong.audit.actions import record_system
from khuyencong.core.text import fold
from khuyencong.persons.holding import Holding, Sort
from khuyencong.persons.models import HiddenRow
from khuyencong.persons.where import BY_KEY

LIST = "da-an.jsonl"  # in KHUYENCONG_VAR, beside the database: a copy of an earlier day does not know what came later
_SALT = "khuyencong.persons.hiding"


def hide(holding: Holding, pk: int, *, remember: bool = True) -> list[str]:
    """Write over what names the person, under a lock of the row; the labels of what was hidden. Inside a transaction.

    Numbers, days, years of birth, sex and ethnicity stay, so that what reports count does not change.
    """
    row: Any = holding.model._default_manager.select_for_update(of=("self",)).get(pk=pk)  # noqa: SLF001  # Django documents it
    who = likeness(holding, row)
    told = []
    for name, value in holding.written(pk).items():
        if getattr(row, name) != value and holding.fields[name] is not Sort.SECRET:
            told.append(str(row._meta.get_field(name).verbose_name))  # noqa: SLF001  # Django documents it
        setattr(row, name, value)
    if holding.fields.get("folded") is Sort.COPY:
        row.folded = fold(str(holding.written(pk)[main_field(holding)]))
    if isinstance(getattr(row, "version", None), int):
        row.version += 1  # a page opened before is behind
    row.save()
    for model in holding.drops:
        model._default_manager.filter(user=pk).delete()  # noqa: SLF001  # each has a user
    if remember:
        transaction.on_commit(_remember(holding, pk, who))
    return told


def main_field(holding: Holding) -> str:
    """The field by which people know the row: the first that is declared."""
    return next(iter(holding.fields))


def likeness(holding: Holding, row: models.Model) -> str:
    """A keyed hash of who the row is about: tells the same person again and names nobody."""
    said = getattr(row, main_field(holding))
    return salted_hmac(_SALT, f"{holding.key}:{row.pk}:{said}", algorithm="sha256").hexdigest()


def list_path() -> Path:
    """Where the list stands."""
    return Path(settings.VAR_DIR) / LIST


def _remember(holding: Holding, pk: int, who: str) -> Callable[[], None]:
    def write() -> None:
        line = json.dumps({"model": holding.key, "row": pk, "who": who, "at": datetime.now().astimezone().isoformat()})
        with list_path().open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return write


def hide_again(lines: Iterable[str]) -> tuple[int, int]:
    """After a copy of an earlier day was brought back: hide what the list says was hidden since; (hidden now, left).

    A row that bears another person's name is left: its number was given anew. Each row in its own transaction, with its event.
    """
    done = left = 0
    for line in lines:
        told = json.loads(line)
        holding = BY_KEY.get(told["model"])
        if holding is None:
            left += 1
            continue
        with transaction.atomic():
            row = holding.model._default_manager.filter(pk=told["row"]).first()  # noqa: SLF001  # Django documents it
            known = HiddenRow.objects.filter(model=holding.key, row=told["row"], hidden_at__isnull=False).exists()
            if row is None or known or likeness(holding, row) != told["who"]:
                left += 1
                continue
            hide(holding, row.pk, remember=False)
            made = HiddenRow.objects.create(
                model=holding.key, row=row.pk, rule=holding.rule, hidden_at=datetime.fromisoformat(told["at"])
            )
            record_system(action="person_data.hide_again", origin="khuyencong rehide", thread="hiding", subject=made)
            done += 1
    return done, left
