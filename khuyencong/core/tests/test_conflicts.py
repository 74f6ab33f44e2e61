"""Two people edit one record: what the second sees, and what is kept of both."""

from datetime import date

import pytest
from django import forms
from django.http import QueryDict

from khuyencong.core.fields import DongField, NFCField, VNDateField
from khuyencong.core.forms import VersionedForm

KINDS = [("a", "Loại A"), ("b", "Loại B")]
OPENED = {"version": 1, "name": "Cũ", "day": date(2026, 1, 31), "money": 5_000_000, "kind": "a", "ticked": True}


class Example(VersionedForm):
    name = NFCField(label="Tên", max_length=50)
    day = VNDateField(label="Ngày", required=False)
    money = DongField(label="Tiền", required=False)
    kind = forms.ChoiceField(label="Loại", choices=KINDS)
    ticked = forms.BooleanField(label="Dấu", required=False)
    several = forms.MultipleChoiceField(
        label="Nhiều", choices=KINDS, required=False, widget=forms.CheckboxSelectMultiple
    )


def as_sent(form, **changed):
    """What a browser sends when `form` was shown and some boxes were changed; None empties a box."""
    html = {bound.html_name: bound for bound in form}
    data = QueryDict(mutable=True)
    data["version"] = str(form.initial["version"])
    for bound in html.values():
        if bound.name == "version":
            continue
        shown = bound.field.prepare_value(bound.value())
        widget = bound.field.widget
        text = widget.format_value(shown)
        text = text[0] if isinstance(text, list) and text else text
        if isinstance(widget, forms.CheckboxInput):
            if shown:
                data[bound.html_name] = "on"
            data[bound.html_initial_name] = str(bool(shown))
        elif text:
            data[bound.html_name] = str(text)
            if bound.field.show_hidden_initial:
                data[bound.html_initial_name] = str(text)
    for name, value in changed.items():
        data.pop(name, None)
        if value is not None:
            data[name] = value
    return data


def met(theirs, **mine):
    """The form of somebody who opened OPENED, changed `mine`, and comes after `theirs` was saved."""
    data = as_sent(Example(initial=OPENED), **mine)
    form = Example(data, initial={**OPENED, "version": 2, **theirs})
    assert form.is_valid(), form.errors
    form.meet("Đã đổi.")
    return form


def sent_again(form):
    """What the form holds now, as its next sending would."""
    again = Example(form.data, initial=form.initial)
    assert again.is_valid(), again.errors
    return again.cleaned_data


def test_page_hides_what_it_was_opened_with():
    html = str(Example(initial=OPENED)["name"])
    assert 'name="initial-name"' in html
    assert 'value="Cũ"' in html


def test_field_without_stored_value_hides_nothing():
    assert 'name="initial-name"' not in str(Example(initial={"version": 1})["name"])


@pytest.mark.parametrize(
    ("field", "theirs", "shown"),
    [
        ("name", "Của họ", "Của họ"),
        ("day", date(2026, 2, 1), "01/02/2026"),
        ("money", 7_000_000, "7.000.000"),
        ("kind", "b", "Loại B"),
        ("ticked", False, "không"),
        ("day", None, "(để trống)"),
    ],
)
def test_what_only_the_other_changed_is_taken_over_and_told(field, theirs, shown):
    form = met({field: theirs})
    assert [(clash.label, clash.theirs, clash.both) for clash in form.clashes] == [
        (form.fields[field].label, shown, False)
    ]
    again = sent_again(form)
    assert again[field] == theirs
    assert again["version"] == 2


@pytest.mark.parametrize(
    ("field", "mine", "kept"),
    [
        ("name", "Của tôi", "Của tôi"),
        ("day", "03/03/2026", date(2026, 3, 3)),
        ("kind", "b", "b"),
        ("ticked", None, False),
    ],
)
def test_what_only_i_changed_stays_and_is_no_clash(field, mine, kept):
    form = met({"money": 9_000_000} if field != "money" else {}, **{field: mine})
    again = sent_again(form)
    assert again[field] == kept
    assert again["money"] == 9_000_000
    assert [clash.label for clash in form.clashes] == ["Tiền"]


def test_what_both_changed_keeps_mine_in_the_box_and_shows_theirs():
    form = met({"name": "Của họ"}, name="Của tôi")
    (clash,) = form.clashes
    assert (clash.mine, clash.theirs, clash.both) == ("Của tôi", "Của họ", True)
    assert sent_again(form)["name"] == "Của tôi"


def test_same_change_by_both_is_no_clash():
    assert met({"name": "Giống nhau"}, name="Giống nhau").clashes == []


def test_second_meeting_compares_with_what_was_shown_the_second_time():
    """The hidden copies move on with the record: a value taken over once is not taken for mine later."""
    form = met({"name": "Họ một"})
    third = Example(form.data, initial={**form.initial, "version": 3, "name": "Họ hai"})
    assert third.is_valid()
    third.meet("Đã đổi.")
    assert [(clash.theirs, clash.both) for clash in third.clashes] == [("Họ hai", False)]
    assert sent_again(third)["name"] == "Họ hai"


def test_without_hidden_copies_nothing_of_mine_is_overwritten():
    data = as_sent(Example(initial=OPENED), name="Của tôi")
    for name in [one for one in data if one.startswith("initial-")]:
        del data[name]
    form = Example(data, initial={**OPENED, "version": 2, "money": 1})
    assert form.is_valid()
    form.meet("Đã đổi.")
    assert {clash.label: clash.both for clash in form.clashes} == {"Tên": True, "Tiền": True}
    assert sent_again(form)["name"] == "Của tôi"
    assert sent_again(form)["money"] == 5_000_000


def test_tampered_copy_takes_nothing_away():
    data = as_sent(Example(initial=OPENED), name="Của tôi")
    data["initial-day"] = "không phải ngày"
    form = Example(data, initial={**OPENED, "version": 2})
    assert form.is_valid()
    form.meet("Đã đổi.")
    assert sent_again(form)["day"] == OPENED["day"]
