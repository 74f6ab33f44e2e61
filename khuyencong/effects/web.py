"""What the pages of a sheet share: fetching it in scope, the form filled with what was said, and doubts said back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate

from khuyencong.core.components import Crumb
from khuyencong.core.findings import Finding
from khuyencong.core.web import run
from khuyencong.effects.figures import CODES, MONEY, PEOPLE, Question, questions_for, with_unit
from khuyencong.effects.forms import AnswerForm
from khuyencong.effects.models import KNOWN_BEFORE, EffectAnswer, EffectSheet, Moment
from khuyencong.effects.opening import is_known, latest, recalled_since, still_asked
from khuyencong.effects.plausible import Beside, beside_of, doubts
from khuyencong.people.actors import Actor

TAB = "tac-dong"
F = TypeVar("F", bound=AnswerForm)


def sheet_or_404(actor: Actor, pk: int) -> EffectSheet:
    """The sheet, if the actor may know of its đề án; a stranger's is not there."""
    return get_object_or_404(EffectSheet.objects.visible_to(actor).with_names(), pk=pk)


def crumbs_to(sheet: EffectSheet, title: str = "") -> list[Crumb]:
    """The dashboard, the đề án at its tab, this sheet, this page."""
    project = sheet.project
    name = sheet.get_moment_display()
    return [
        Crumb("Hiệu quả", reverse("effects")),
        Crumb(project.code, f"{project.get_absolute_url()}?tab={TAB}"),
        *([Crumb(name, sheet.get_absolute_url()), Crumb(title)] if title else [Crumb(name)]),
    ]


class Asking:
    """One sheet on a page that asks: its questions without what is known, and its form.

    `whole`: with what is known, for an officer, who may correct what the dossier says.
    """

    def __init__(self, sheet: EffectSheet, *, whole: bool = False) -> None:
        self.sheet = sheet
        self.whole = whole
        self.said = latest(sheet)
        self.answer = sheet.answers.order_by("-number").first()

    @property
    def questions(self) -> list[Question]:
        """What is to be asked: what dossier or publication say is not, unless by an officer."""
        if self.whole:
            return questions_for(self.sheet.project.activity, baseline=self.sheet.is_baseline)
        return still_asked(self.sheet, self.said)

    @property
    def known(self) -> list[tuple[str, str, str]]:
        """What is on record already and not asked: name, figure, where from."""
        if self.whole:
            return []
        return [
            (
                question.name,
                with_unit(question.code, self.said[question.code].value),
                self.said[question.code].answer.told_by,
            )
            for question in questions_for(self.sheet.project.activity, baseline=self.sheet.is_baseline)
            if question.code in self.said and is_known(self.said[question.code])
        ]

    @cached_property
    def _accepted_on(self) -> date | None:
        return recalled_since(self.sheet)

    def is_recalled(self, answer: EffectAnswer) -> bool:
        """Whether it tells how things were before from memory: said only after something had been accepted."""
        since = self._accepted_on
        return since is not None and answer.source not in KNOWN_BEFORE and localdate(answer.at) > since

    def form(self, request: HttpRequest, kind: type[F]) -> F:
        """The form with what was said last, or with what was just sent."""
        initial: dict[str, Any] = {"version": self.sheet.version}
        for code, one in self.said.items():
            if one.value is not None:
                initial[code] = int(one.value) if code in PEOPLE or code in MONEY else one.value
        if self.answer is not None:
            initial |= {"closed": self.answer.closed, "note": self.answer.note}
        asked: dict[str, Any] = {"questions": self.questions, "known": bool(self.known), "initial": initial}
        form = kind(request.POST, request.FILES, **asked) if request.method == "POST" else kind(**asked)
        for code, earlier in self._earlier().items():
            if code in form.fields:
                form.fields[code].help_text = f"{form.fields[code].help_text} {earlier}".strip()
        return form

    def _earlier(self) -> dict[str, str]:
        """What is known of the moments before, so that it can be seen what has changed."""
        order = Moment.values
        rows = [one for one in self.sheet.beneficiary.effect_sheets.all() if one.pk != self.sheet.pk]
        found = {}
        for one in sorted(rows, key=lambda row: order.index(row.moment)):
            if order.index(one.moment) < order.index(self.sheet.moment):
                for code, value in one.figures.items():
                    if value is not None:
                        found[code] = f"{one.get_moment_display()}: {with_unit(code, value)}."
        return found

    def doubts_of(self, form: AnswerForm) -> list[Finding]:
        """What looks doubtful in a valid form."""
        known = {code: one.value for code, one in self.said.items() if is_known(one)}
        return list(doubts({**known, **form.values}, beside_of(self.sheet)))

    def doubts_of_said(self, beside: Beside | None = None) -> list[Finding]:
        """What looks doubtful in what was said last."""
        values = {code: self.said[code].value if code in self.said else None for code in CODES}
        return list(doubts(values, beside or beside_of(self.sheet)))

    def tried(self, form: AnswerForm, act: Callable[[], Any]) -> tuple[bool, list[Finding]]:
        """Whether the posted form went through, and the doubts to be shown where it did not.

        Doubtful figures are taken once whoever sends them has said that they are right.
        """
        if not form.is_valid():
            return False, []
        found = self.doubts_of(form)
        if found and not form.cleaned_data["sure"]:
            form.doubtful = True
            form.add_error(None, "Có số liệu lạ, nêu dưới đây. Hãy sửa, hoặc đánh dấu là đã xem lại rồi gửi lần nữa.")
            return False, found
        return run(form, act), found
