"""The look: vendored files, icons, and that every component draws with the made-up data of the gallery."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import RequestFactory

from khuyencong.core.components import Action, Bar
from khuyencong.core.findings import Blocker
from khuyencong.core.forms import FieldGroup, KCFormRenderer, StyledForm
from khuyencong.core.gallery import gallery_context

PACKAGE = Path(__file__).resolve().parents[2]
COMPONENTS = PACKAGE / "core" / "templates" / "components"
VENDOR = PACKAGE / "static" / "vendor"
ICON_USE = re.compile(
    r"""icon\.html" with name="([a-z0-9-]+)"|\{%\s*icon\s+["']([a-z0-9-]+)["']|\bicon="([a-z0-9-]+)\"""",
)


def sprite_names() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons" / "icons.svg").read_text()))


def used_icons() -> set[str]:
    sources = [*PACKAGE.rglob("templates/**/*.html"), *PACKAGE.glob("*.py"), *PACKAGE.rglob("core/*.py")]
    return {name for path in sources for found in ICON_USE.findall(path.read_text()) for name in found if name}


def test_icons_used_exist_in_the_sprite():
    assert used_icons()
    assert used_icons() - sprite_names() == set()


def test_vendored_files_are_small_licensed_and_point_at_no_source_map():
    folders = [path for path in VENDOR.iterdir() if path.is_dir()]
    assert {"tabler", "htmx", "icons"} <= {path.name for path in folders}
    assert all((folder / "LICENSE").stat().st_size > 200 for folder in folders)
    files = [path for path in VENDOR.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_000_000
    assert not [path.name for path in files if b"sourceMappingURL" in path.read_bytes()]


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.name)
def test_component_begins_with_its_description_and_stays_inside_the_csp(path):
    text = path.read_text()
    assert "{#" in text.splitlines()[0]
    assert not re.search(r"""\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|<style""", text)


def test_gallery_draws_every_component():
    request = RequestFactory().get("/thanh-phan/", {"page": "2", "nguon": "local"})
    html = render_to_string("gallery.html", gallery_context(), request=request)
    assert "kc-step-current" in html
    assert "?page=3&amp;nguon=local" in html or "?nguon=local&amp;page=3" in html
    assert "style=" not in html


def test_static_files_of_the_pages_are_found():
    names = ["app.css", "app.js", "favicon.svg", "vendor/tabler/tabler.min.css", "vendor/htmx/htmx.min.js"]
    assert [name for name in names if not finders.find(name)] == []


class OneForm(StyledForm):
    name = forms.CharField(label="Tên", help_text="Như trong giấy đăng ký.")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Đồng ý", required=False)
    unit = forms.ChoiceField(label="Đơn vị", choices=[("", "Chọn")], required=False)


def test_field_ties_label_help_and_error_to_the_input():
    html = OneForm({"name": ""}, renderer=KCFormRenderer())["name"].as_field_group()
    assert 'for="id_name"' in html
    assert "(bắt buộc)" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="form-control"' in html


def test_form_summary_links_to_the_fields_in_error():
    html = str(OneForm({"name": ""}, renderer=KCFormRenderer()))
    assert 'href="#id_name"' in html
    assert 'href="#id_kind"' in html
    assert 'id="id_kind"' in html


def test_inputs_get_the_class_of_their_kind():
    form = OneForm(renderer=KCFormRenderer())
    assert 'class="form-check-input"' in str(form["agreed"])
    assert 'class="form-select"' in str(form["unit"])
    assert "class=" not in str(form["kind"])


class FoldedForm(StyledForm):
    folded = (FieldGroup("Ít dùng", ("note", "many"), "Không bắt buộc."), FieldGroup("Không có", ("gone",)))
    name = forms.CharField(label="Tên")
    note = forms.CharField(label="Ghi chú", required=False)
    many = forms.IntegerField(label="Số", required=False, initial=1)


@pytest.mark.parametrize(
    ("form", "is_open"),
    [
        (FoldedForm(), False),
        (FoldedForm(initial={"many": 1}), False),
        (FoldedForm(initial={"note": "Có"}), True),
        (FoldedForm({"name": "A", "many": "1"}), False),
        (FoldedForm({"name": "A", "many": "2"}), True),
        (FoldedForm({"name": "A", "many": "x"}), True),
    ],
)
def test_rare_fields_are_folded_until_they_hold_something(form, is_open):
    form.renderer = KCFormRenderer()
    html = str(form)
    assert html.count("<details") == 1
    assert (" open>" in html) is is_open
    assert html.index('id="id_name"') < html.index("Ít dùng") < html.index('id="id_note"')
    assert html.count('name="note"') == 1


def test_own_class_of_a_widget_is_kept():
    class Wide(StyledForm):
        text = forms.CharField(widget=forms.TextInput(attrs={"class": "wide form-control"}))

    assert 'class="wide form-control"' in str(Wide(renderer=KCFormRenderer())["text"])


def test_user_text_is_escaped_in_components():
    evil = "<script>alert(1)</script>"
    action = Action("a", evil, "#", blocked=Blocker("x", evil, evil))
    html = render_to_string("components/confirm.html", {"action": action})
    assert evil not in html
    assert 'aria-disabled="true"' in html
    assert "<form" not in html


def test_bar_share_has_one_decimal_and_none_without_a_whole():
    assert str(Bar("x", 90, 300).percent) == "30.0"
    assert Bar("x", 1, 0).percent is None
    html = render_to_string("components/money_bar.html", {"bars": [Bar("x", 2_000_000, 0), Bar("y", 1_500, 3_000)]})
    assert 'width="500"' in html


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "413", "500", "error"])
def test_error_page_is_vietnamese_and_leads_back(name):
    html = render_to_string(f"{name}.html")
    assert '<html lang="vi">' in html
    assert "Về Việc của tôi" in html
    assert "data-draft-hold" in html


CARDS = re.compile(r"@media \((max-width: [0-9.]+rem)\) \{[^@]*?\.kc-table-cards")


def test_tables_turn_into_cards_at_one_width():
    """A rule of the cards at another width tears the table apart, as it once did at 200 % zoom."""
    css = (PACKAGE / "static" / "app.css").read_text()
    assert set(CARDS.findall(css)) == {"max-width: 35.99rem"}


class LimitsForm(StyledForm):
    year = forms.IntegerField(min_value=2013, max_value=2100)
    points = forms.IntegerField(max_value=1_000_000)
    percent = forms.DecimalField(min_value=Decimal("0.01"), max_value=100)
    kind = forms.ChoiceField(choices=[("a", "A")])
    kinds = forms.MultipleChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()
    file = forms.FileField()
    name = forms.CharField()
    own = forms.CharField(error_messages={"required": "Hãy ghi tên."})


def test_forms_say_plainly_what_is_wrong():
    errors = LimitsForm({"year": "1", "points": "1000001", "percent": "0", "kind": "z", "kinds": ["z"]}).errors
    assert {name: list(said) for name, said in errors.items()} == {
        "year": ["Ít nhất là 2013."],
        "points": ["Nhiều nhất là 1.000.000."],
        "percent": ["Ít nhất là 0,01."],
        "kind": ["Lựa chọn này không có trong danh sách: hãy chọn lại."],
        "kinds": ["Lựa chọn này không có trong danh sách: hãy chọn lại."],
        "agreed": ["Hãy đánh dấu vào đây."],
        "file": ["Hãy chọn tệp."],
        "name": ["Hãy nhập mục này."],
        "own": ["Hãy ghi tên."],
    }
    assert LimitsForm({}).errors["kind"] == ["Hãy chọn mục này."]
