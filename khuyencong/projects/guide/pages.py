"""One step as a page: its form, its rows, and the one action that writes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder

from khuyencong.core.forms import StyledForm, VersionedForm
from khuyencong.people.actors import Actor
from khuyencong.projects import actions
from khuyencong.projects.actions.commitments import COMMITMENTS
from khuyencong.projects.actions.draft import DRAFT_FIELDS
from khuyencong.projects.forms import CommitmentsForm
from khuyencong.projects.guide.forms import EffectsForm, GeneralForm, RowsHeadForm, TextsForm, WorkStepForm
from khuyencong.projects.guide.steps import BENEFICIARIES, EFFECTS, ESTIMATE, GENERAL, TEXTS, WORK
from khuyencong.projects.models import AttachmentKind, Project, ProjectKind
from khuyencong.projects.row_forms import IndicatorForm, LineForm, LineOffers, LinkedForm, RowFormSet, WorkForm
from khuyencong.projects.years import years_of

BLANK_ROWS = 3


@dataclass(frozen=True)
class Rows:
    """The table of a step: what stands in it now (`stored`), and the formset over it."""

    stored: Sequence[Mapping[str, Any]]
    formset: RowFormSet
    label: str
    title: str

    @property
    def mark(self) -> str:
        """Changes when anybody changes the stored rows."""
        text = json.dumps(self.stored, cls=DjangoJSONEncoder, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def has_changed(self) -> bool:
        """Whether what was sent differs from the stored rows, also by having fewer of them or none that can be read."""
        formset = self.formset
        readable = bool(formset.management_form.is_valid())
        return not readable or len(formset.forms) < len(self.stored) or formset.has_changed()

    @property
    def shown(self) -> list[list[tuple[str, str]]]:
        """The stored rows in words, by label: what somebody else has just saved."""
        blank = self.formset.empty_form
        return [
            [
                (str(blank.fields[name].label), text)
                for name, value in row.items()
                if name in blank.fields and (text := _in_words(blank.fields[name], value))
            ]
            for row in self.stored
        ]


@dataclass
class Page:
    """A step that is shown or saved; `save` writes what was entered through one action."""

    form: VersionedForm
    save: Callable[[], Any]
    rows: Rows | None = None
    context: dict[str, Any] = field(default_factory=dict)
    told: bool = False  # what was sent says with which values the page was opened

    def __post_init__(self) -> None:
        self.told = all(one.html_initial_name in self.form.data for one in self.form.visible_fields())

    def is_valid(self) -> bool:
        """Both the form and its rows, so that all errors are shown at once."""
        rows = self.rows is None or self.rows.formset.is_valid()
        return self.form.is_valid() and rows

    def has_changed(self) -> bool:
        """Whether what was sent differs from what the đề án holds."""
        return bool(self._changed_fields()) or (self.rows is not None and self.rows.has_changed())

    def _changed_fields(self) -> list[str]:
        return [
            name
            for name, one in self.form.fields.items()
            if name not in {"version", "rows_mark"}
            and one.has_changed(self.form.initial.get(name, one.initial), self.form[name].data)
        ]

    @property
    def merges_alone(self) -> bool:
        """Whether nothing that this step holds has been changed by somebody else; False where the page does not say."""
        return self.told and not self.form.clashes and not self.rows_moved

    @property
    def rows_moved(self) -> bool:
        """Whether somebody else has changed the rows since the page was opened, to something else than they are here."""
        if self.rows is None or self.form.data.get("rows_mark") == self.rows.mark:
            return False
        return self.rows.has_changed()


Data = Mapping[str, Any] | None  # what a browser has sent


def page_of(step: str, project: Project, by: Actor, data: Data) -> Page:
    """The page of a step that has a form, bound where there is `data`."""
    return BUILDERS[step](project, by, data)


def _in_words(one: forms.Field, value: Any) -> str:
    choices = {str(key): str(label) for key, label in getattr(one, "choices", ())}
    if isinstance(one, forms.BooleanField):
        return "có" if value else "không"
    shown = one.widget.format_value(one.prepare_value(value)) if value not in {None, ""} else ""
    return choices.get(str(value), str(shown or ""))


def _formset(
    form: type[StyledForm], data: Data, stored: Sequence[Mapping[str, Any]], prefix: str, most: int, **kwargs: Any
) -> RowFormSet:
    made: Any = forms.formset_factory(  # the stubs know no formset class of ours
        form,
        formset=RowFormSet,
        extra=BLANK_ROWS,
        can_delete=True,
        max_num=most,
        absolute_max=most,  # whatever number a request names, no more forms are made
        validate_max=True,
    )
    formset: RowFormSet = made(data, initial=[dict(row) for row in stored], prefix=prefix, form_kwargs=kwargs)
    return formset


def _initial(project: Project, rows: Rows | None) -> dict[str, Any]:
    return {
        **{name: getattr(project, name) for name in DRAFT_FIELDS},
        "version": project.version,
        "rows_mark": rows.mark if rows else "",
    }


def _general(project: Project, by: Actor, data: Data) -> Page:
    stored = [{"activity": one.activity, "link": one.link} for one in project.linked_activities.all()]
    rows = None
    if project.kind == ProjectKind.FLAGSHIP or stored:
        formset = _formset(LinkedForm, data, stored, "lien-ket", actions.MAX_ROWS)
        rows = Rows(stored, formset, "Nội dung", "Nội dung hoạt động liên kết (đề án điểm)")
    further = [one.province for one in project.further_provinces.select_related("province")]
    initial = _initial(project, rows) | {"further_provinces": [one.pk for one in further]}
    form = GeneralForm(data, project=project, initial=initial)

    def save() -> None:
        provinces = form.cleaned_data.get("further_provinces")
        _update(
            project,
            by,
            form,
            further_provinces=None if provinces is None else list(provinces),
            linked_activities=None if rows is None else [_linked(row) for row in rows.formset.rows()],
        )

    return Page(form, save, rows)


def _texts(project: Project, by: Actor, data: Data) -> Page:
    form = TextsForm(data, project=project, initial=_initial(project, None))
    return Page(form, lambda: _update(project, by, form))


def _work(project: Project, by: Actor, data: Data) -> Page:
    names = actions.WORK_COLUMNS
    stored = [{name: getattr(one, name) for name in names} for one in project.work_items.all()]
    formset = _formset(WorkForm, data, stored, "viec", actions.MAX_ROWS)
    rows = Rows(stored, formset, "Công việc", "Công việc, ai làm, khi nào xong")
    form = WorkStepForm(data, project=project, initial=_initial(project, rows))

    def save() -> None:
        entered = [actions.WorkInput(**{name: row[name] for name in names}) for row in formset.rows()]
        _update(project, by, form, work_items=entered)

    return Page(form, save, rows)


def _effects(project: Project, by: Actor, data: Data) -> Page:
    names = actions.INDICATOR_COLUMNS
    stored = [{name: getattr(one, name) for name in names} for one in project.indicators.all()]
    formset = _formset(IndicatorForm, data, stored, "chi-tieu", actions.MAX_ROWS)
    rows = Rows(stored, formset, "Chỉ tiêu", "Chỉ tiêu dự kiến")
    form = EffectsForm(data, project=project, initial=_initial(project, rows))

    def save() -> None:
        entered = [actions.IndicatorInput(**{name: row[name] for name in names}) for row in formset.rows()]
        _update(project, by, form, indicators=entered)

    return Page(form, save, rows)


def _update(project: Project, by: Actor, form: VersionedForm, **rows: Any) -> None:
    actions.update_project(
        project_id=project.pk,
        by=by,
        version=form.cleaned_data["version"],
        fields=form.cleaned_data,
        rows=actions.ContentRows(**rows),
    )


def _linked(row: Mapping[str, Any]) -> actions.LinkedInput:
    return actions.LinkedInput(activity=row["activity"], link=row["link"])


def _beneficiaries(project: Project, by: Actor, data: Data) -> Page:
    beneficiaries = list(project.beneficiaries.select_related("establishment"))
    initial = {f"{name}_{one.pk}": getattr(one, name) for one in beneficiaries for name in COMMITMENTS}
    form = CommitmentsForm(data, beneficiaries=beneficiaries, initial={"version": project.version, **initial})

    def save() -> None:
        actions.set_commitments(project_id=project.pk, by=by, version=form.cleaned_data["version"], given=form.given())

    return Page(form, save, context={"beneficiaries": beneficiaries})


def _estimate(project: Project, by: Actor, data: Data) -> Page:
    lines = list(project.lines.all())
    stored = [
        {
            "content": line.content,
            "beneficiary": line.beneficiary_id,
            "total": line.total,
            "support": line.support,
            "counterpart": line.counterpart,
            "other": line.other,
            "in_cost_base": line.in_cost_base,
            "year": line.year,
            "cost_item": line.cost_item,
            "unit": line.unit,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "quotation": line.quotation_id,
            "note": line.note,
        }
        for line in lines
    ]
    years = sorted({*years_of(project), *(line.year for line in lines if line.year)})
    years.remove(project.year)
    offers = LineOffers(
        beneficiaries=list(project.beneficiaries.select_related("establishment")),
        years=[project.year, *years],
        quotations=list(project.attachments.filter(kind=AttachmentKind.QUOTATION)),
    )
    formset = _formset(LineForm, data, stored, "dong", actions.MAX_LINES, offers=offers)
    rows = Rows(stored, formset, "Dòng", "Dự toán kinh phí (Mẫu số 1)")
    form = RowsHeadForm(data, initial={"version": project.version, "rows_mark": rows.mark})

    def save() -> None:
        lines = [_line(row) for row in formset.rows()]
        actions.save_estimate(project_id=project.pk, by=by, version=form.cleaned_data["version"], lines=lines)

    return Page(form, save, rows)


def _line(row: Mapping[str, Any]) -> actions.LineInput:
    return actions.LineInput(
        content=row["content"],
        total=row["total"],
        support=row["support"],
        counterpart=row["counterpart"],
        other=row["other"],
        beneficiary_id=row["beneficiary"],
        in_cost_base=row["in_cost_base"],
        note=row["note"],
        year=row.get("year"),
        cost_item=row["cost_item"],
        unit=row["unit"],
        quantity=row["quantity"],
        unit_price=row["unit_price"],
        quotation_id=row.get("quotation"),
    )


BUILDERS: dict[str, Callable[[Project, Actor, Data], Page]] = {
    GENERAL: _general,
    TEXTS: _texts,
    WORK: _work,
    BENEFICIARIES: _beneficiaries,
    ESTIMATE: _estimate,
    EFFECTS: _effects,
}
