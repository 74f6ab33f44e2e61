"""How every form of the site is drawn: one renderer, one bound field, one base class.

`settings.FORM_RENDERER` points at `KCFormRenderer`, so `{{ form }}`, `{{ formset }}` and `{{ form.name.as_field_group }}`
use the templates in `core/templates/components/`, and each input gets the class of the stylesheet without a form
having to ask for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

from khuyencong.core.conflicts import Clash, reconcile
from khuyencong.core.money import format_dong

# Widgets that draw a list of inputs: their attributes go to the list as well, so the stylesheet finds them by place.
LIST_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)

# Sentences for what Django's translation says stiffly; a field that says something of its own keeps it.
ENTER, CHOOSE, TICK, CHOOSE_FILE = "Hãy nhập mục này.", "Hãy chọn mục này.", "Hãy đánh dấu vào đây.", "Hãy chọn tệp."
NO_SUCH_CHOICE = "Lựa chọn này không có trong danh sách: hãy chọn lại."
LONGEST_UNGROUPED = 9_999  # years, and other numbers that nobody groups


def say_plainly(field: forms.Field) -> None:
    """Put this site's sentences in the place of Django's own about an empty field, a wrong choice and a limit."""
    said = field.error_messages
    if said["required"] is forms.Field.default_error_messages["required"]:
        said["required"] = _when_empty(field)
    kinds = (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField, forms.ModelMultipleChoiceField)
    if any(said.get("invalid_choice") is kind.default_error_messages["invalid_choice"] for kind in kinds):
        said["invalid_choice"] = NO_SUCH_CHOICE
    if isinstance(field, forms.IntegerField):  # and DecimalField
        for name, words in (("min_value", "Ít nhất là"), ("max_value", "Nhiều nhất là")):
            limit = getattr(field, name)
            if limit is not None and not callable(limit):
                said.setdefault(name, f"{words} {_number(limit)}.")


def _when_empty(field: forms.Field) -> str:
    if isinstance(field, forms.FileField):
        return CHOOSE_FILE
    if isinstance(field, forms.BooleanField):
        return TICK
    return CHOOSE if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) else ENTER


def _number(value: int | Decimal) -> str:
    whole = isinstance(value, int)
    return format_dong(int(value)) if whole and value > LONGEST_UNGROUPED else str(value).replace(".", ",")


def widget_class(widget: forms.Widget) -> str:
    """Return the class of the stylesheet for one widget; empty for hidden inputs and lists of choices."""
    if widget.is_hidden or isinstance(widget, LIST_WIDGETS):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"


class StyledBoundField(BoundField):
    """A bound field whose input carries the class of the stylesheet beside the widget's own classes."""

    def build_widget_attrs(self, attrs: Mapping[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Return the attributes of the input, adding the class; Django adds `aria-invalid` and `aria-describedby`."""
        shown = widget or self.field.widget
        built: dict[str, Any] = dict(super().build_widget_attrs(dict(attrs), widget))
        own = built.get("class") or shown.attrs.get("class", "")
        words = [*str(own).split(), widget_class(shown)]
        classes = " ".join(dict.fromkeys(word for word in words if word))
        if classes:
            built["class"] = classes
        return built

    @property
    def is_checkbox(self) -> bool:
        """Whether the label stands behind the box instead of above the input."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class KCFormRenderer(TemplatesSetting):
    """Draws forms with the project's own templates, found through `settings.TEMPLATES`."""

    form_template_name = "components/form_django.html"
    formset_template_name = "components/formset_django.html"
    field_template_name = "components/field_django.html"
    bound_field_class = StyledBoundField


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that few records need: they stand folded behind `title`, after the other fields."""

    title: str
    names: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class FoldedFields:
    """A group as the page draws it; open where it holds something, or an error that must be seen."""

    title: str
    note: str
    fields: tuple[BoundField, ...]
    open: bool


class StyledForm(forms.Form):
    """Base of the plain forms: labels stand above the input, so they end without a colon; errors speak plainly."""

    folded: ClassVar[tuple[FieldGroup, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what `forms.Form` takes; an explicit `label_suffix` is kept."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """As Django's, after the fields were given this site's sentences; some forms add fields as they are made."""
        for field in self.fields.values():
            say_plainly(field)
        super().full_clean()

    def choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Give a field of choices what can be chosen; AttributeError for a field of another kind."""
        field: Any = self.fields[name]  # the stubs know no choices of a field
        if not hasattr(field, "choices"):
            raise AttributeError(name)
        field.choices = list(choices)

    def get_context(self) -> dict[str, Any]:
        """What `{{ form }}` draws: as Django's, with the fields of `folded` taken out of `fields` into `groups`."""
        context = super().get_context()
        folded = {name for group in self.folded for name in group.names}
        context["fields"] = [pair for pair in context["fields"] if pair[0].name not in folded]
        context["groups"] = [self._fold(group) for group in self.folded if self.fields.keys() & set(group.names)]
        return context

    def _fold(self, group: FieldGroup) -> FoldedFields:
        fields = tuple(self[name] for name in group.names if name in self.fields)
        holds = any(one.errors or one.field.has_changed(one.field.initial, one.value()) for one in fields)
        return FoldedFields(group.title, group.note, fields, holds)


class VersionedForm(StyledForm):
    """A form that remembers which version of the record it was opened on, and the values it was opened with.

    `clashes` is filled when somebody else was faster: see `core.conflicts`.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    clashes: Sequence[Clash] = ()
    is_behind = False  # somebody else was faster: `meet` has been called

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what `forms.Form` takes; every field that has an `initial` value hides a copy of it in the page."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = (
                name in self.initial and not isinstance(field, forms.FileField) and not field.widget.is_hidden
            )

    def meet(self, sentence: str) -> None:
        """Somebody else was faster: say so, show what they changed, and let the user decide on the record as it is."""
        self.is_behind = True
        self.clashes = reconcile(self)
        self.add_error(None, sentence)
