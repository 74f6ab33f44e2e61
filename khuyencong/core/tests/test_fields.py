import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps
from django.utils.datastructures import MultiValueDict

from khuyencong.core.creation import CreatedOnce, CreationKeyField
from khuyencong.core.fields import (
    LONGEST_TEXT,
    DongField,
    MoneyField,
    NFCCharField,
    NFCField,
    NFCTextField,
    VNDateField,
    WholeNumberField,
)
from khuyencong.core.money import MAX_DONG

DECOMPOSED = unicodedata.normalize("NFD", "Đắk Lắk")


class SampleForm(forms.Form):
    amount = DongField(required=False, min_value=1_000_000, max_value=2_000_000)
    day = VNDateField(required=False)
    name = NFCField(max_length=10, required=False)
    note = NFCField(widget=forms.Textarea, required=False)


def errors_of(**data):
    return {name: list(messages) for name, messages in SampleForm(data).errors.items()}


def test_form_fields_clean_what_people_type():
    form = SampleForm(
        {"amount": "1,5 triệu", "day": "05/08/2026", "name": f" {DECOMPOSED}\u200b\n", "note": "a\r\nb\x00"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount": 1_500_000, "day": date(2026, 8, 5), "name": "Đắk Lắk", "note": "a\nb"}


def test_form_fields_may_be_left_empty():
    form = SampleForm({"amount": " ", "day": "", "name": " \u200b "})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount": None, "day": None, "name": "", "note": ""}


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("amount", "abc", "Không đọc được số tiền “abc”"),
        ("amount", "0", "Số tiền ít nhất là 1.000.000 đồng."),
        ("amount", "2.000.001", "Số tiền nhiều nhất là 2.000.000 đồng."),
        ("day", "31/02/2026", "Ngày 31/02/2026 không có trong lịch."),
        ("day", "2026-08-05", "ngày/tháng/năm"),
        ("day", "05/08/1026", "Năm phải từ 1990 đến 2100."),
        ("day", "05/08/2206", "Năm phải từ 1990 đến 2100."),
        ("name", "a" * 11, "Nhiều nhất 10 ký tự (đang có 11)."),
        ("note", "a" * 10_000_000, "Nhiều nhất 20.000 ký tự (đang có 10.000.000)."),
    ],
)
def test_form_fields_answer_with_one_sentence_at_the_field(field, text, sentence):
    errors = errors_of(**{field: text})
    assert list(errors) == [field]
    assert len(errors[field]) == 1
    assert sentence in errors[field][0]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [(DongField(), "Hãy nhập số tiền."), (VNDateField(), "Hãy nhập ngày."), (NFCField(), "Hãy nhập mục này.")],
)
def test_form_fields_say_what_is_missing(field, sentence):
    for empty in ("", "  ", None):
        with pytest.raises(ValidationError, match=sentence):
            field.clean(empty)


def test_form_fields_take_a_decomposed_text_that_is_short_enough_once_composed():
    text = unicodedata.normalize("NFD", "ế" * 10)
    assert NFCField(max_length=10).clean(text) == "ế" * 10


def test_dong_field_shows_amounts_grouped_and_marks_its_input():
    html = str(SampleForm(initial={"amount": 1_750_000})["amount"])
    assert 'value="1.750.000"' in html
    assert 'type="text"' in html
    assert "data-money" in html
    assert 'inputmode="decimal"' in html
    assert 'autocomplete="off"' in html


def test_fields_show_again_what_was_typed():
    form = SampleForm({"amount": "1.5 tỷ", "day": "31/02/2026"})
    assert 'value="1.5 tỷ"' in str(form["amount"])
    assert 'value="31/02/2026"' in str(form["day"])


def test_date_field_shows_days_the_vietnamese_way():
    assert 'value="05/08/2026"' in str(SampleForm(initial={"day": date(2026, 8, 5)})["day"])


def test_date_field_takes_the_local_day_of_a_moment():
    assert VNDateField().clean(datetime(2026, 8, 4, 18, 0, tzinfo=UTC)) == date(2026, 8, 5)


def test_fields_see_no_change_in_another_way_of_writing():
    initial = {"amount": 1_500_000, "day": date(2026, 8, 5), "name": "Đắk Lắk"}
    same = {"amount": "1,5 triệu", "day": "5/8/2026", "name": DECOMPOSED}
    assert SampleForm(same, initial=initial).changed_data == []
    assert SampleForm({**same, "amount": "1,6 triệu"}, initial=initial).changed_data == ["amount"]


def test_creation_key_field_is_hidden_and_new_each_time():
    class KeyForm(forms.Form):
        creation_key = CreationKeyField()

    first, second = KeyForm()["creation_key"], KeyForm()["creation_key"]
    assert first.is_hidden
    assert UUID(first.value()) != UUID(second.value())
    key = uuid4()
    assert KeyForm({"creation_key": str(key)}).fields["creation_key"].clean(str(key)) == key
    assert "mở lại trang" in KeyForm(MultiValueDict()).errors["creation_key"][0]
    assert "mở lại trang" in KeyForm({"creation_key": "x"}).errors["creation_key"][0]


@pytest.fixture
def sample_model():
    with isolate_apps("khuyencong.core"):

        class Sample(CreatedOnce):
            amount = MoneyField("số tiền", default=0)
            spent = MoneyField(null=True, blank=True)
            name = NFCCharField("tên", max_length=20)
            note = NFCTextField(blank=True)
            size = NFCCharField(max_length=1, blank=True, choices=[("s", "nhỏ")])

            class Meta:
                app_label = "core"

        yield Sample


@pytest.fixture
def sample_table(sample_model, transactional_db):
    with connection.schema_editor() as editor:
        editor.create_model(sample_model)
    yield sample_model
    with connection.schema_editor() as editor:
        editor.delete_model(sample_model)


def test_model_fields_bring_their_form_fields(sample_model):
    class SampleModelForm(forms.ModelForm):
        class Meta:
            model = sample_model
            fields = ["amount", "spent", "name", "note", "size"]

    form = SampleModelForm({"amount": "800 triệu", "name": DECOMPOSED, "note": f"{DECOMPOSED}\r\n-", "size": "s"})
    assert isinstance(form.fields["amount"], DongField)
    assert isinstance(form.fields["name"], NFCField)
    assert isinstance(form.fields["note"].widget, forms.Textarea)
    assert isinstance(form.fields["size"], forms.TypedChoiceField)
    assert form.fields["name"].max_length == 20
    assert form.fields["note"].max_length == LONGEST_TEXT
    assert form.is_valid(), form.errors
    made = form.save(commit=False)
    assert (made.amount, made.spent, made.name, made.note) == (800_000_000, None, "Đắk Lắk", "Đắk Lắk\n-")


@pytest.mark.parametrize("amount", [-1, MAX_DONG + 1, 1.5, Decimal("0.5"), "x"])
def test_money_field_refuses_what_is_not_an_amount(sample_model, amount):
    with pytest.raises(ValidationError, match="Số tiền"):
        sample_model._meta.get_field("amount").clean(amount, None)


@pytest.mark.parametrize("amount", [0, MAX_DONG, Decimal(5)])
def test_money_field_takes_amounts(sample_model, amount):
    assert sample_model._meta.get_field("amount").clean(amount, None) == amount


def test_model_fields_write_themselves_into_migrations(sample_model):
    for name in ("amount", "spent", "name", "note"):
        field = sample_model._meta.get_field(name)
        text, imports = MigrationWriter.serialize(field)
        assert text.startswith(f"khuyencong.core.fields.{type(field).__name__}(")
        assert "validators" not in text
        assert imports == {"import khuyencong.core.fields"}
        _, path, args, kwargs = field.deconstruct()
        assert type(field)(*args, **kwargs).deconstruct()[1:] == (path, args, kwargs)


def test_text_is_stored_and_found_composed(sample_table):
    made = sample_table.objects.create(name=DECOMPOSED, note=DECOMPOSED)
    assert (made.name, made.note) == ("Đắk Lắk", "Đắk Lắk")
    made.refresh_from_db()
    assert made.name == "Đắk Lắk"
    assert sample_table.objects.filter(name=DECOMPOSED, note__in=[DECOMPOSED]).exists()
    sample_table.objects.update(note=DECOMPOSED)
    assert sample_table.objects.values_list("note", flat=True).get() == "Đắk Lắk"
    (other,) = sample_table.objects.bulk_create([sample_table(name=DECOMPOSED)])
    assert other.name == "Đắk Lắk"


def test_money_is_stored_whole(sample_table):
    sample_table.objects.create(name="a", amount=MAX_DONG)
    sample_table.objects.create(name="b", amount=3, spent=5)
    assert sample_table.objects.aggregate(total=models.Sum("amount"))["total"] == MAX_DONG + 3
    assert isinstance(sample_table.objects.aggregate(total=models.Sum("amount"))["total"], int)
    sample_table.objects.filter(name="b").update(amount=models.F("amount") + 4)
    assert sample_table.objects.get(name="b").amount == 7
    with pytest.raises(TypeError, match="whole đồng"):
        sample_table.objects.create(name="c", amount=1.5)


def test_a_key_makes_one_record(sample_table):
    first = sample_table.objects.create(name="a")
    with pytest.raises(IntegrityError):
        sample_table.objects.create(name="b", creation_key=first.creation_key)
    assert sample_table.objects.get(creation_key=first.creation_key) == first


class NumberForm(forms.Form):
    number = WholeNumberField(min_value=0, max_value=1_000_000, required=False)


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("0", 0), ("1250", 1250), ("1.250", 1250), (" 1.000.000 ", 1_000_000), ("007", 7)],
)
def test_whole_number_is_read_plain_or_grouped(text, number):
    form = NumberForm({"number": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["number"] == number


@pytest.mark.parametrize("text", ["1.5", "1,5", "1.25", "1.2500", "abc", "1e3", "-1", "1.000.001", "½", "①", "1.000,0"])
def test_what_is_no_whole_number_is_refused_and_never_cut_off(text):
    assert list(NumberForm({"number": text}).errors) == ["number"]


def test_whole_number_is_shown_grouped():
    assert 'value="1.250"' in str(NumberForm(initial={"number": 1250})["number"])
    assert 'value="1.5"' in str(NumberForm({"number": "1.5"})["number"])
