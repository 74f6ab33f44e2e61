"""Hiding one row: what is written, what goes with it, and hiding anew what a restored copy brought back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from khuyencong.audit.actions import record_system
from khuyencong.core.text import fold
from khuyencong.notices.models import Notice
from khuyencong.persons import hidden_list
from khuyencong.persons.holding import AFTER, Holding, Sort
from khuyencong.persons.models import HiddenRow
from khuyencong.persons.where import BY_KEY

_SALT = "khuyencong.persons.hiding"
# By what a row stays the same one while everything that is said of the person is put right; the first that a model has.
STABLE = ("creation_key", "created_at", "entered_at", "added_at")
LATER = timedelta(minutes=1)  # version 0.1.0 wrote its line a moment after the row


def hide(holding: Holding, pk: int, mark: HiddenRow) -> list[str]:
    """Write over what names the person, under a lock of the row; the labels of what was hidden. Inside a transaction.

    Numbers, days, years of birth, sex and ethnicity stay, so that what reports count does not change. `mark`, saved by the
    caller in the same transaction, is told when it was and by what the row is known again.
    """
    row: Any = holding.model._default_manager.select_for_update(of=("self",)).get(pk=pk)  # noqa: SLF001  # Django documents it
    mark.hidden_at, mark.likeness = timezone.now(), likeness(holding, row)
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
    if holding.noticed:
        Notice.objects.filter(url=row.get_absolute_url()).delete()
    transaction.on_commit(partial(hidden_list.remember, mark))
    return told


def main_field(holding: Holding) -> str:
    """The field by which people know the row: the first that is declared."""
    return next(iter(holding.fields))


def still_hidden(holding: Holding) -> Q:
    """What a row that was hidden says as long as nobody has written of a person into it again."""
    plain = {name: sort for name, sort in holding.fields.items() if sort in AFTER and sort not in _OF_EACH_ROW}
    return Q(**{name: value for name, value in holding.written(0).items() if name in plain})


_OF_EACH_ROW = frozenset({Sort.LOGIN, Sort.SECRET})


def hidden_already(holding: Holding) -> Q:
    """The rows of a holding that were hidden and bear nobody else's name since."""
    hidden = HiddenRow.objects.filter(model=holding.key, hidden_at__isnull=False)
    return Q(pk__in=hidden.order_by().values("row")) & still_hidden(holding)


def likeness(holding: Holding, row: models.Model) -> str:
    """A keyed hash by which the row is known again, also where a name in it was put right: it names nobody.

    Its number alone would not do: after a copy of an earlier day was brought back, numbers are given anew.
    """
    names = {field.name for field in row._meta.concrete_fields}  # noqa: SLF001  # Django documents it
    return _hashed(holding, row, next((name for name in STABLE if name in names), main_field(holding)))


def _hashed(holding: Holding, row: models.Model, name: str) -> str:
    said = f"{holding.key}:{row.pk}:{getattr(row, name)}"
    return salted_hmac(_SALT, said, algorithm="sha256").hexdigest()


@dataclass
class Again:
    """What became of a list: hidden now, left as it is, lines that cannot be read."""

    done: int = 0
    left: int = 0
    torn: int = 0


def hide_again(lines: Iterable[str]) -> Again:
    """After a copy of an earlier day was brought back: hide what the list says was hidden since.

    A row that is another one under the same number is left. Each row in its own transaction, with its event.
    """
    found = Again()
    for told in hidden_list.read(lines):
        if told is None:
            found.torn += 1
            continue
        holding = BY_KEY.get(told["model"])
        if holding is None or not _again(holding, told["row"], told["who"], datetime.fromisoformat(told["at"])):
            found.left += 1
        else:
            found.done += 1
    return found


@transaction.atomic
def _again(holding: Holding, pk: int, who: str, at: datetime) -> bool:
    row = holding.model._default_manager.filter(pk=pk).first()  # noqa: SLF001  # Django documents it
    known = HiddenRow.objects.filter(model=holding.key, row=pk, hidden_at__gte=at - LATER).exists()
    # The second as version 0.1.0 knew a row again: by the name.
    if row is None or known or who not in {likeness(holding, row), _hashed(holding, row, main_field(holding))}:
        return False
    mark = HiddenRow(model=holding.key, row=pk, rule=holding.rule)
    hide(holding, pk, mark)
    mark.hidden_at = at  # as the person was told
    mark.save()
    record_system(action="person_data.hide_again", origin="khuyencong rehide", thread="hiding", subject=mark)
    return True
