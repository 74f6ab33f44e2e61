"""What views hand to the templates in `templates/components/`: plain data, so that a wrong name is found by mypy.

Money is whole đồng, `at` is a moment (aware), `on` and `due` are days. Texts are Vietnamese, for the user.
The gallery page shows every component with made-up data (`core/gallery.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.forms import BaseForm

from khuyencong.core.findings import Finding
from khuyencong.core.money import percent

Tone = Literal["", "info", "success", "warning", "danger"]
StepState = Literal["done", "current", "todo", "stopped"]


@dataclass(frozen=True, slots=True)
class Crumb:
    """One level of `breadcrumbs.html`; the last has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Meta:
    """What search engines and those who share a public page are told; `address` is whole, `data` is JSON-LD or None."""

    title: str
    description: str
    address: str
    kind: str = "website"
    data: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of `tabs.html`; `url` is usually `?tab=…`."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of `stepper.html`: who did it when, or who owes it until when."""

    label: str
    state: StepState
    who: str = ""
    at: datetime | None = None
    owes: str = ""
    due: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of `money_bar.html`: đồng against a whole in đồng."""

    label: str
    amount: int
    whole: int
    url: str = ""
    note: str = ""

    @property
    def percent(self) -> Decimal | None:
        """Share of the whole, one decimal; None when the whole is 0."""
        return percent(self.amount, self.whole)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of `plan_actual.html`: plan and actual in one unit."""

    label: str
    plan: int
    actual: int
    unit: str = "đồng"
    url: str = ""

    @property
    def percent(self) -> Decimal | None:
        """Actual in per cent of the plan, one decimal; None without a plan."""
        return percent(self.actual, self.plan)


@dataclass(frozen=True, slots=True)
class Stat:
    """One number of `stats.html`; `value` is already written the Vietnamese way."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changed, before and after, as texts."""

    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of `timeline.html`."""

    at: datetime
    title: str
    who: str
    note: str = ""
    changes: tuple[Change, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One step for `action_button.html` or `confirm.html`.

    `key` is unique on the page (ids are made of it). With `blocked`, the button is shown disabled, with the sentence
    and article of that finding. `hidden` are hidden inputs, e.g. the version of the record the user looked at.
    """

    key: str
    label: str
    url: str
    method: Literal["post", "get"] = "post"
    tone: Literal["", "primary", "danger"] = ""
    icon: str = ""
    blocked: Finding | None = None
    hidden: Mapping[str, str | int] = field(default_factory=dict)
    sentence: str = ""
    article: str = ""
    confirm_label: str = ""
    form: BaseForm | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `table_card.html`; `num` sets numbers to the right."""

    label: str
    num: bool = False
    sort_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of `table_card.html`; the text is already written the Vietnamese way."""

    text: str
    url: str = ""
    badge: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `table_card.html`; its first cell names it."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of `facts.html`."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of `calculation_sheet.html`: what, how it was found, its article, and đồng or a text."""

    what: str
    amount: int | None = None
    text: str = ""
    how: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class SheetResult:
    """One closing line of a calculation sheet, in đồng; the first is also said in words."""

    label: str
    amount: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A calculation, line by line, as an officer would write it."""

    title: str
    lines: tuple[SheetLine, ...]
    results: tuple[SheetResult, ...]
    subtitle: str = ""
    note: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """The heading of an official paper (`document_header.html`, Nghị định 30/2020/NĐ-CP)."""

    organ: str
    place: str
    on: date
    organ_above: str = ""
    number: str = ""
    title: str = ""
    subtitle: str = ""
