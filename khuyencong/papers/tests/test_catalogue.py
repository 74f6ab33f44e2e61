"""The forms as shipped: their templates are what the script makes, and every field of theirs is in the sample."""

import io
import runpy
import zipfile
from pathlib import Path

import pytest

from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.filling import fill, try_template
from khuyencong.papers.form import WORD
from khuyencong.papers.tests.reading import rows_of, text_of

SCRIPTS = Path(__file__).resolve().parents[3] / "scripts"
NAMED = {
    "1",
    "2",
    "3a",
    "3b",
    "4a",
    "4b",
    "5a",
    "5b",
    "5c",
    "6",
    "7",
    "8a",
    "8b",
    "9",
    "10",
    "11",
    "Phụ lục 1",
    "Phụ lục 5",
}


def unpacked(content):
    """What a .docx holds: how well it is packed differs from one zlib to another."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(one.filename, one.date_time, archive.read(one)) for one in archive.infolist()]


def test_the_shipped_templates_are_those_that_the_script_makes(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPTS)
    script = runpy.run_path(str(SCRIPTS / "make_word_templates.py"))
    content_of = runpy.run_path(str(SCRIPTS / "word_style.py"))["content_of"]

    assert {one.stem for one in WORD.glob("*.docx")} == set(script["TEMPLATES"]) == set(FORMS)
    for code, make in script["TEMPLATES"].items():
        assert unpacked(content_of(make())) == unpacked(FORMS[code].template.read_bytes()), code


def test_every_form_that_the_circular_numbers_is_there_and_says_what_it_rests_on():
    assert {one.number.removeprefix("Mẫu số ") for one in FORMS.values() if one.number} == NAMED
    assert [one.code for one in FORMS.values() if one.official_layout] == ["mau-1"]
    for form in FORMS.values():
        assert form.official_layout or "mẫu tạm" in form.sample["paper"]["mark"], form.code


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_shipped_template_asks_for_nothing_that_the_sample_has_not(form):
    tried = try_template(form.template.read_bytes(), form)

    assert tried.problems == ()
    text = text_of(tried.sample)
    paper = form.sample["paper"]
    for wanted in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        form.number,
        paper["title"].upper(),
        paper["number"],
        paper["place_and_date"],
    ):
        assert wanted in text, wanted
    assert "{" not in text
    assert all(one["name"] in text and one["role"].upper().split("\n")[0] in text for one in paper["signatures"])


def test_tables_hold_the_rows_and_sums_under_their_heads():
    form = FORMS["mau-1"]
    (table,) = rows_of(try_template(form.template.read_bytes(), form).sample)

    assert table[0] == ["TT", "Nội dung chi", "Tổng kinh phí", "Trong đó", "Trong đó", "Trong đó", "Ghi chú"]
    assert table[2:] == [
        ["A", "B", "1", "2", "3", "4", "5"],
        ["1", "Mua máy thử", "300", "100", "200", "0", ""],
        ["", "Cộng", "300", "100", "200", "0", ""],
    ]


def test_without_rows_and_signers_there_is_a_sentence_and_the_file_still_opens():
    form = FORMS["mau-8b"]
    bare = {**form.sample, "rows": [], "before": [], "paper": {**form.sample["paper"], "signatures": []}}
    content = fill(form.template.read_bytes(), bare, form=form, token="A" * 20)

    assert rows_of(content) == []
    assert "Chưa có dòng nào." in text_of(content)


def test_the_glossary_lists_every_form():
    lines = (SCRIPTS.parent / "docs" / "glossary.md").read_text().splitlines()

    for form in FORMS.values():
        layout = "theo mẫu" if form.official_layout else "mẫu tạm"
        cells = (
            f"`{form.code}`",
            form.number or "–",
            form.title,
            form.subject.label.lower(),
            form.article or "–",
            layout,
        )
        assert f"| {' | '.join(cells)} |" in lines, form.code
