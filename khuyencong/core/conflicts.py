"""Two people edit one record: what each of them wrote, and a form that keeps both until somebody decides.

A `VersionedForm` carries, hidden, the values it was opened with. When the action finds that the record has moved on,
what only the other changed is taken over, what only this user changed is kept, and what both changed is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

if TYPE_CHECKING:
    from khuyencong.core.forms import VersionedForm

EMPTY = "(để trống)"


@dataclass(frozen=True, slots=True)
class Clash:
    """One value that somebody else has changed meanwhile. `both`: this user has changed it too, to something else."""

    label: str
    mine: str
    theirs: str
    both: bool


def reconcile(form: VersionedForm) -> list[Clash]:
    """Bring a bound form up to the record as it is now (`form.initial`), and tell what the other had changed.

    Afterwards the form carries the record's version: sending it again is a decision, not an accident.
    """
    data = _copy(form)
    found = [_compare(field, form, data) for field in form.visible_fields() if field.field.show_hidden_initial]
    data[form.add_prefix("version")] = str(form.initial.get("version", ""))
    form.data = data
    return [clash for clash in found if clash]


def _copy(form: VersionedForm) -> QueryDict:
    data = QueryDict(mutable=True)
    for name in form.data:
        getlist = getattr(form.data, "getlist", None)
        data.setlist(name, getlist(name) if getlist else [form.data[name]])
    return data


def _compare(bound: BoundField, form: VersionedForm, data: QueryDict) -> Clash | None:
    """What the other did to one field; takes the other's value over where this user has left the field alone."""
    field, theirs = bound.field, form.initial.get(bound.name)
    mine = bound.data
    differs = field.has_changed(theirs, mine)
    if bound.html_initial_name in form.data:
        opened_with = _opened_with(bound, form)
        if not field.has_changed(opened_with, _as_sent(bound, theirs)):
            return None  # the other has not touched it
        touched = field.has_changed(opened_with, mine)
    else:
        touched = differs
    # A box that is not ticked sends nothing; its hidden copy says so.
    _set(data, bound.html_initial_name, _as_sent(bound, theirs) or "")
    if not touched:
        _set(data, bound.html_name, _as_sent(bound, theirs))
    if not differs:
        return None  # both wrote the same
    return Clash(str(bound.label), _shown(bound, mine), _shown(bound, _as_sent(bound, theirs)), both=touched)


def _opened_with(bound: BoundField, form: VersionedForm) -> Any:
    hidden = bound.field.hidden_widget().value_from_datadict(form.data, form.files, bound.html_initial_name)
    try:
        return bound.field.to_python(hidden)
    except forms.ValidationError:
        return hidden  # somebody has meddled with it: then it differs from everything


def _as_sent(bound: BoundField, value: Any) -> Any:
    """The value as a browser would send it: text, a list of texts, or None for an empty box."""
    value = bound.field.prepare_value(value)
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else None
    if isinstance(widget, forms.SelectMultiple):
        return [str(one) for one in value or ()]
    sent = widget.format_value(value)
    if isinstance(sent, list | tuple):
        sent = sent[0] if sent else ""
    return "" if sent is None else str(sent)


def _set(data: QueryDict, name: str, value: Any) -> None:
    if value is None:
        data.pop(name, None)
    elif isinstance(value, list):
        data.setlist(name, value)
    else:
        data[name] = value


def _shown(bound: BoundField, sent: Any) -> str:
    """The value in words: the label of a choice, yes or no for a box."""
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return "có" if sent and sent != "False" else "không"
    values = sent if isinstance(sent, list) else [sent]
    labels = {str(value): str(label) for value, label in _choices(bound)}
    return ", ".join(labels.get(str(value), str(value)) for value in values if value not in {None, ""}) or EMPTY


def _choices(bound: BoundField) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for value, label in getattr(bound.field, "choices", ()):
        found += label if isinstance(label, list | tuple) else [(value, label)]
    return found
