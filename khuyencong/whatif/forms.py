"""The form of a trial, and the filter of what it affects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from khuyencong.core.creation import CreationKeyField
from khuyencong.core.dates import format_date, today
from khuyencong.core.fields import DongField, NFCField
from khuyencong.core.forms import StyledForm
from khuyencong.law.catalogue import activity_choices
from khuyencong.law.norms import NormBook
from khuyencong.people.actors import Actor
from khuyencong.places.models import Province
from khuyencong.programmes.models import FIRST_YEAR, LAST_YEAR, AnnualPlan, FundingSource
from khuyencong.whatif.changes import MOST_FACTOR, Change, Rule
from khuyencong.whatif.models import Effect

NATION = "quoc-gia"
KEPT = "giữ nguyên"
OF_TIER = "|"  # between an activity and the tier that is meant
BLANK_ROWS, MOST_ROWS = 2, 20
NO_NUMBER_OF_ROWS = "Số dòng của biểu mẫu không hợp lệ: hãy mở lại trang và nhập lại."
Choices = Sequence[tuple[str, str]]


def percent_field(label: str, *, most: Decimal) -> forms.DecimalField:
    """A share in per cent, written the Vietnamese way: 12,5."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal("0.01"),
        max_value=most,
        max_digits=6,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "placeholder": KEPT}),
        error_messages={
            "invalid": "Hãy ghi một số, ví dụ 50 hoặc 12,5.",
            "min_value": "Phải lớn hơn 0 %%.",  # Django puts the limits into these texts
            "max_decimal_places": "Nhiều nhất hai chữ số sau dấu phẩy.",
            **dict.fromkeys(("max_value", "max_digits", "max_whole_digits"), f"Nhiều nhất {most} %%."),
        },
    )


class ScopeChoices:
    """Whose norms the actor may try: the nation's and those of its province, today's and before; the nation's agency all."""

    def __init__(self, actor: Actor, book: NormBook) -> None:
        with_norms = {norm.scope for norm in book.norms if norm.has_numbers or norm.tiers}
        provinces = list(Province.objects.select_related("current"))
        self.own = ""
        self.one: list[tuple[str, str]] = [(NATION, "Khuyến công quốc gia")]
        self.whole: list[tuple[str, str]] = [(NATION, "Khuyến công quốc gia")]
        self.members: dict[str, tuple[str | None, ...]] = {NATION: (None,)}
        for province in provinces:
            mine = (province.current_id or province.pk) == actor.province_id
            if not province.is_today or not (actor.is_national or mine):
                continue
            older = [one for one in provinces if one.current_id == province.pk and not one.is_today]
            self.one.append((province.key, province.name))
            self.one += [(one.key, f"{one.name} ({one.ended})") for one in older if mine or one.key in with_norms]
            keys = tuple(one.key for one in (province, *older) if one.key in with_norms)
            if keys:
                self.whole.append((province.key, f"{province.name}, gồm các tỉnh cũ" if older else province.name))
                self.members[province.key] = keys
            if mine:
                self.own = province.key

    @staticmethod
    def scope_of(choice: str) -> str | None:
        """The scope that a choice of `one` stands for."""
        return None if choice == NATION else choice


class TrialForm(StyledForm):
    """What is counted, and the factor for many norms at once; the single norms are rows beside it."""

    creation_key = CreationKeyField()
    name = NFCField(label="Tên lần tính thử", max_length=200)
    rule_scope = forms.ChoiceField(label="Nhân mọi định mức của", required=False)
    rule_caps = percent_field("Mức trần nhân với (%)", most=MOST_FACTOR)
    rule_rates = percent_field("Tỷ lệ hỗ trợ nhân với (%)", most=MOST_FACTOR)
    plan = forms.ModelChoiceField(
        label="Kế hoạch",
        queryset=AnnualPlan.objects.none(),
        required=False,
        empty_label="— theo năm và nguồn dưới đây —",
        help_text="Chọn một kế hoạch thì năm và nguồn lấy theo kế hoạch ấy.",
    )
    first_year = forms.IntegerField(label="Từ năm", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    last_year = forms.IntegerField(label="Đến năm", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    source = forms.ChoiceField(
        label="Nguồn kinh phí", required=False, choices=[("", "Mọi nguồn"), *FundingSource.choices]
    )

    def __init__(self, *args: Any, actor: Actor, scopes: ScopeChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = scopes
        self.choose("rule_scope", [("", "— không nhân —"), *scopes.whole])
        plan = self.fields["plan"]
        if isinstance(plan, forms.ModelChoiceField):
            plan.queryset = AnnualPlan.objects.visible_to(actor)
        self.fields["name"].initial = f"Tính thử ngày {format_date(today())}"
        self.fields["first_year"].initial = self.fields["last_year"].initial = today().year

    def clean(self) -> dict[str, Any]:
        """Years unless a plan is chosen; a factor has a scope, and a scope a factor."""
        data = super().clean() or {}
        if data.get("plan") is None:
            for name in ("first_year", "last_year"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, "Hãy ghi năm, hoặc chọn một kế hoạch.")
            first, last = data.get("first_year"), data.get("last_year")
            if first and last and last < first:
                self.add_error("last_year", "Năm cuối không được trước năm đầu.")
        factors = [name for name in ("rule_caps", "rule_rates") if data.get(name) is not None]
        if data.get("rule_scope") and not factors and not self.errors:
            self.add_error("rule_caps", "Hãy ghi nhân mức trần hoặc tỷ lệ với bao nhiêu phần trăm.")
        if factors and not data.get("rule_scope") and "rule_scope" not in self.errors:
            self.add_error("rule_scope", "Hãy chọn nhân định mức của phạm vi nào.")
        return data

    @property
    def rules(self) -> list[Rule]:
        """The factor as a change, if one was given."""
        data = self.cleaned_data
        if not data["rule_scope"]:
            return []
        return [Rule(self.scopes.members[data["rule_scope"]], data["rule_caps"], data["rule_rates"])]


class ChangeForm(StyledForm):
    """Another rate or cap for one activity, or for one tier of it. An empty row is left out."""

    use_required_attribute = False
    content = forms.ChoiceField(label="Nội dung hoạt động", required=False)
    scope = forms.ChoiceField(label="Định mức của", required=False)
    percent = percent_field("Tỷ lệ thử (%)", most=Decimal(100))
    cap = DongField(
        label="Mức trần thử", required=False, min_value=1, widget=forms.TextInput(attrs={"placeholder": KEPT})
    )

    def __init__(self, *args: Any, scopes: ScopeChoices, contents: Choices, **kwargs: Any) -> None:
        """`scopes` and `contents` are read once for all rows of the page."""
        super().__init__(*args, **kwargs)
        self.choose("content", [("", "— chọn —"), *contents])
        self.choose("scope", scopes.one)
        self.fields["scope"].initial = scopes.own or NATION

    def clean(self) -> dict[str, Any]:
        """A row that holds something is whole: what, whose norm, and another number."""
        data = super().clean() or {}
        for name, sentence in (("content", "Hãy chọn nội dung."), ("scope", "Hãy chọn định mức của phạm vi nào.")):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if not self.errors and data.get("percent") is None and data.get("cap") is None:
            self.add_error("cap", "Hãy nêu mức trần hoặc tỷ lệ muốn thử.")
        return data

    @property
    def change(self) -> Change:
        """The row as a change."""
        data = self.cleaned_data
        activity, _, tier = data["content"].partition(OF_TIER)
        return Change(activity, ScopeChoices.scope_of(data["scope"]), data["percent"], data["cap"], tier)


if TYPE_CHECKING:
    ChangesBase = forms.BaseFormSet[ChangeForm]  # generic in the stubs only
else:
    ChangesBase = forms.BaseFormSet


class ChangeFormSet(ChangesBase):
    """The rows of single norms."""

    default_error_messages = {
        "missing_management_form": NO_NUMBER_OF_ROWS,
        "too_many_forms": f"Mỗi lần tính thử nhiều nhất {MOST_ROWS} dòng mức thử.",
    }

    def clean(self) -> None:
        """A number of rows below nothing would read as a form without rows."""
        if int(self.management_form.cleaned_data["TOTAL_FORMS"] or 0) < 0:
            raise forms.ValidationError(NO_NUMBER_OF_ROWS)

    @property
    def changes(self) -> list[Change]:
        """The rows that hold something."""
        return [form.change for form in self.forms if form.has_changed()]


def change_formset(data: Any, *, scopes: ScopeChoices, contents: Choices) -> ChangeFormSet:
    """The rows of single norms, empty or as sent."""
    made: Any = forms.formset_factory(
        ChangeForm,
        formset=ChangeFormSet,
        extra=BLANK_ROWS,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,  # whatever number a request names, no more forms are made
        validate_max=True,
    )
    formset: ChangeFormSet = made(data, prefix="muc", form_kwargs={"scopes": scopes, "contents": contents})
    return formset


def content_choices(book: NormBook, scopes: ScopeChoices) -> list[tuple[str, str]]:
    """The activities as the law lists them, and after each the tiers that its norms of these scopes have."""
    known = {ScopeChoices.scope_of(key) for key, _ in scopes.one}
    tiers: dict[str, list[str]] = {}
    for norm in book.norms:
        names = tiers.setdefault(norm.activity, [])
        names += [tier.name for tier in norm.tiers if norm.scope in known and tier.name not in names]
    found = []
    for code, name in activity_choices():
        found.append((code, name))
        found += [(f"{code}{OF_TIER}{tier}", f"{name}, {tier}") for tier in tiers.get(code, ())]
    return found


class RowFilter(StyledForm):
    """Which of the affected đề án are listed; lives in the address of the page."""

    effect = forms.ChoiceField(label="Tác động", required=False, choices=[("", "Mọi tác động"), *Effect.choices])
    activity = forms.ChoiceField(label="Nội dung", required=False)
    place = forms.ChoiceField(label="Địa bàn", required=False)

    def __init__(self, data: Mapping[str, str], *, activities: Choices, places: Choices) -> None:
        super().__init__({name: data.get(name, "") for name in ("effect", "activity", "place")})
        self.choose("activity", [("", "Mọi nội dung"), *activities])
        self.choose("place", [("", "Mọi địa bàn"), *places])
        if len(places) < 2:  # noqa: PLR2004  # nothing to choose
            self.fields["place"].widget = forms.HiddenInput()
