"""How every form of the site is drawn: one renderer, one bound field, one base class.

`settings.FORM_RENDERER` points at `KCFormRenderer`, so `{{ form }}`, `{{ formset }}` and `{{ form.name.as_field_group }}`
use the templates in `core/templates/components/`, and each input gets the class of the stylesheet without a form
having to ask for it.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# Widgets that draw a list of inputs: their attributes go to the list as well, so the stylesheet finds them by place.
LIST_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


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


class StyledForm(forms.Form):
    """Base of the plain forms: labels stand above the input, so they end without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what `forms.Form` takes; an explicit `label_suffix` is kept."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
