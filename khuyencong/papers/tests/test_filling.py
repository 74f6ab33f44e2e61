"""What a template may be and say, and what is set from it; no database."""

import importlib.util
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from khuyencong.core.errors import Refused
from khuyencong.papers.codes import SAMPLE_TOKEN, address_of, new_token, readable, token_in
from khuyencong.papers.filling import fill, try_template
from khuyencong.papers.form import WORD
from khuyencong.papers.opening import refuse_hostile
from khuyencong.papers.tests.making import FORM, template, text_of, with_member

pytestmark = pytest.mark.one_database
SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_word_templates.py"
DATA = {
    "name": "Cơ sở A",
    "empty": None,
    "yes": True,
    "rows": [{"name": "Máy sấy", "parts": [{"name": "Quạt"}]}, {"name": None, "parts": []}],
    "paper": {"items": "mục"},
}


def set_from(content, data=DATA):
    return text_of(fill(content, data, form=FORM, token=SAMPLE_TOKEN))


def test_fields_loops_and_questions():
    content = template(
        "{{ name|upper }} {{ empty }} {{ rows[5].name }} {{ empty.deeper.still }} {{ paper.items }}",
        "{%p for one in rows %}",
        "{{ loop.index }}. {{ one.name }}: {% for part in one.parts %}{{ part.name }}{% else %}không{% endfor %}",
        "{%p endfor %}",
        "{%p if empty %}",
        "mất",
        "{%p endif %}",
        "{{ nothing_of_this|upper }}|{{ empty|default('trống') }}|{{ rows|length }}|{{ yes }}",
        row=("{%tr for one in rows %}", ["{{ loop.index }}", "{{ one.name }}"]),
    )
    assert set_from(content).splitlines() == [
        "CƠ SỞ A – – – mục",
        "1. Máy sấy: Quạt",
        "2. –: không",
        "–|trống|2|có",
        "1",
        "Máy sấy",
        "2",
        "–",
    ]


def test_text_is_always_text():
    """Signs of the language, of XML and of the filler, control characters, 300 letters without a blank."""
    long = "Nguyễn" * 50
    for name in ("{{ 7*7 }}", "{% for x in y %}", "<w:p/>&amp;\"'", "{_{ a }_}", long, "a__b_c"):
        assert name in set_from(template("{{ name }}"), {"name": name})
    assert set_from(template("{{ name }}"), {"name": "một\r\nhai\x00\x0b\ud800"}) == "một\nhai\n"
    with pytest.raises(TypeError):
        set_from(template("{{ name }}"), {"name": 1.5})


def test_equal_data_gives_equal_bytes():
    content, token = FORM.template.read_bytes(), new_token()
    first = fill(content, FORM.sample, form=FORM, token=token)
    assert first == fill(content, dict(FORM.sample), form=FORM, token=token)
    assert first != fill(content, FORM.sample, form=FORM, token=new_token())
    text = text_of(first)
    assert "200.000.000 đồng (Bằng chữ: Hai trăm triệu đồng)" in text
    assert "mẫu tạm" in text
    feet = Document(io.BytesIO(first)).sections[0]
    assert all(readable(token) in one.paragraphs[0].text for one in (feet.footer, feet.first_page_footer))


@pytest.mark.parametrize(
    "line",
    [
        "{{ name.__class__ }}",
        "{{ rows.append(1) }}",
        "{{ range(9) }}",
        "{{ name|attr('x') }}",
        "{{ name * 9 }}",
        "{{ name ~ name }}",
        "{{ [1, 2] }}",
        "{{ rows[name] }}",
        "{{ name if name > 3 }}",
        "{{ name|join(attribute='x') }}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro m() %}{% endmacro %}",
        "{% for a, b in rows %}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{% endfor %}{% endfor %}",
        "{% for a in [1] %}{% endfor %}",
        "{{ none }}",
        "{{ name",
        "{% if name %}",
        "{{r name }}",
        "}}" * 9000 + "{{" * 9000,
        "{% hm %}",
    ],
)
def test_template_says_nothing_else(line):
    with pytest.raises(Refused):
        set_from(template(line))
    assert try_template(template(line), FORM).problems


def test_no_python_object_is_ever_reached():
    """A field leads into the data only, also where a mapping has a method of that name."""
    assert set_from(template("{{ paper.keys }} {{ paper.items }} {{ rows.index }} {{ name.upper }}")) == "– mục – –"


def test_unknown_fields_are_named():
    form = replace(FORM, sample=DATA)
    tried = try_template(
        template(
            "{{ nmae }} {{ paper.organ }} {{ empty.anything }} {{ name }}",
            "{% for one in rows %}{{ one.price }}{% for part in one.parts %}{{ part.x }}{% endfor %}{% endfor %}",
            "{{ rows }}{% for one in name %}{% endfor %}",
            foot="",
        ),
        form,
    )
    assert tried.problems[0] == "Mẫu dùng trường không có: nmae, one.price, paper.organ, part.x."
    assert tried.problems[1] == "Mẫu dùng danh sách như một chữ, hoặc ngược lại: name, rows."
    assert "{{ qr }}" in tried.problems[2]
    good = try_template(template("{{ name }}, {{ qr_text }}"), form)
    assert good.problems == ()
    assert "Cơ sở A, Mã giấy: 000000" in text_of(good.sample)


def test_broken_layout_is_refused():
    """A loop that begins in a paragraph and ends in a table: found although the sample has one row only."""
    content = template("{% for one in parts %}{{ one.name }}", row=("a", ["{{ value.words }}{% endfor %}"]))
    content = with_member(content, "word/document.xml", b"", instead=lambda old: old.replace(b"{%tr endfor %}", b"b"))
    assert "bố cục" in try_template(content, FORM).problems[0]
    assert try_template(b"PK\x03\x04 no zip", FORM).problems
    assert try_template(b"%PDF-1.7", FORM).problems


def _relation(kind, target, mode=""):
    at = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    mode = f' TargetMode="{mode}"' if mode else ""
    return lambda old: old.replace(
        b"</Relationships>",
        f'<Relationship Id="x" Type="{at}{kind}" Target="{target}"{mode}/></Relationships>'.encode(),
    )


def repacked(content, method):
    """The same members, packed in another way."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return stream.getvalue()


def spoiled(content):
    """The packed text begins with what no packer writes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("word/document.xml")
    at = info.header_offset + 30 + len(info.filename)
    return content[:at] + b"\xff" * 8 + content[at + 8 :]


def test_hostile_files_are_refused():
    good = template("{{ name }}")
    refuse_hostile(good)
    refuse_hostile(FORM.template.read_bytes())
    rels, body = "word/_rels/document.xml.rels", "word/document.xml"
    field = b'<w:p><w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>PICTURE "x"</w:instrText></w:r></w:p>'
    hostile = [
        with_member(good, "word/vbaProject.bin", b"x"),
        with_member(good, "word/embeddings/a.xlsx", b"x"),
        with_member(good, "word/bomb.png", b"\x00" * 20_000_000),
        with_member(good, "word/more.xml", b"<a>" + b" " * 5_000_000 + b"</a>"),
        with_member(good, rels, b"", instead=_relation("image", "http://example.org/a.png", "External")),
        with_member(good, rels, b"", instead=_relation("attachedTemplate", "file.dotm")),
        with_member(good, rels, b"", instead=_relation("aFChunk", "a.html")),
        with_member(
            good, body, b"", instead=lambda old: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + old.partition(b"?>")[2].lstrip()
        ),
        with_member(good, body, b"", instead=lambda old: old.replace(b"<w:sectPr", field + b"<w:sectPr", 1)),
        with_member(good, "word/broken.xml", b"<a>"),
        b"PK\x03\x04" + b"0" * 3_000_000,
        repacked(good, zipfile.ZIP_LZMA),
        repacked(good, zipfile.ZIP_BZIP2),
        spoiled(good),
    ]
    for content in hostile:
        with pytest.raises(Refused):
            refuse_hostile(content)


def test_codes_are_read_as_people_write_them():
    token = new_token()
    for text in (
        f"KC1:{token}",
        address_of(token),
        f"https://x.example/cong/kiem-tra/?ma={token}",
        readable(token),
        token.lower(),
        readable(token).replace("0", "o").replace("1", "l"),
    ):
        assert token_in(text) == token
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    for text in ("", "KC1:", wrong, token[:-1], token + "0", "https://example.org", "Ư" * 18):
        assert token_in(text) == ""


def test_shipped_templates_are_what_the_script_makes():
    """Member by member: how hard a machine packs them is its own business."""
    spec = importlib.util.spec_from_file_location("make_word_templates", SCRIPT, submodule_search_locations=[])
    script = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(SCRIPT.parent)
        spec.loader.exec_module(script)
        from word_style import content_of

        made = {code: content_of(make()) for code, make in script.TEMPLATES.items()}
    assert {f"{code}.docx" for code in made} == {path.name for path in WORD.glob("*.docx")}
    for code, content in made.items():
        assert _members(content) == _members((WORD / f"{code}.docx").read_bytes()), code


def _members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}
