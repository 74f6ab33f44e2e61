"""A wrong law file is named with its line."""

import unicodedata
from datetime import date
from pathlib import Path

import pytest

from khuyencong.law.catalogue import CATALOGUE_FILE, load_catalogue
from khuyencong.law.regulations import REGULATIONS_FOLDER, load_regulations
from khuyencong.law.yamlfile import LawFileError

HEAD = """number: 1/2030/TT-BTC
kind: Thông tư
title: Thử
issuer: Bộ Tài chính
issued_on: 2030-01-01
from: 2030-02-01
to: null
scope: national
source: thử
"""
NORM = """  - activity: machinery
    rate: 50
    cap: 300_000_000
    unit: cơ sở
    article: Điều 8
    verified: true
"""
TIERS = """    tier_by: charter_capital
    tiers:
      - {rate: 50, name: a, cap: 10, above: 20}
      - {rate: 50, name: b, cap: 5, above: 10, up_to: 20}
      - {name: c, up_to: 10}
"""
PAPERS = """papers:
  - stage: advance
    activities: [machinery]
    article: Điều 13
    verified: true
    items:
      - {code: contract, text: Hợp đồng}
"""
CONDITION = "conditions:\n  - {code: x, text: y, activities: [all], article: Điều 7, verified: true}\n"
TARGET = "targets:\n  - {code: machinery, label: Máy, unit: cơ sở, value: 5, article: Điều 1, verified: true}\n"
OTHER = (
    "other_supports:\n  - {name: x, activities: [machinery], unit: cơ sở, cap: 5, article: Điều 1, verified: true}\n"
)
PARAMETER = "parameters:\n  - {code: x, value: 5, unit: điểm, article: Điều 1, verified: true}\n"
DEADLINE = "deadlines:\n  - {code: x, kind: yearly, title: y, month: 5, article: Điều 1, verified: true}\n"


def load(folder: Path, **files: str):
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_regulations(folder)


def test_file_as_it_should_be_loads(tmp_path):
    found = load(tmp_path, good=f"{HEAD}norms:\n{NORM}")
    assert found.norms[0].cap == 300_000_000
    assert found.documents["good"].name == "Thông tư 1/2030/TT-BTC"


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("rate: 50", "rate: 120", 12, "100 %"),
        ("rate: 50", "rate: -5", 12, "số âm"),
        ("rate: 50", "rate: half", 12, "không phải một số"),
        ("rate: 50", "raet: 50", 12, "«raet»"),
        ("rate: 50", "rate: [50]", 12, "giá trị đơn"),
        ("rate: 50", "rate: 0", 12, "lớn hơn 0"),
        ("cap: 300_000_000", "cap: -1", 13, "số âm"),
        ("cap: 300_000_000", "cap: 0", 13, "lớn hơn 0"),
        ("cap: 300_000_000", "cap: 3.5", 13, "số nguyên"),
        ("cap: 300_000_000", f"cap: {'9' * 5000}", 13, "số nguyên"),
        ("cap: 300_000_000", "cap: !!int ''", 13, "số nguyên"),
        ("cap: 300_000_000", "? [a]\n    : 1", 13, "khóa phải là một từ"),
        ("issued_on: 2030-01-01", "issued_on: 20300101", 5, "YYYY-MM-DD"),
        ("issued_on: 2030-01-01", "issued_on: 2030-W01-1", 5, "YYYY-MM-DD"),
        ("scope: national", "scope: '٣٤'", 8, "khóa tỉnh"),
        ("cap: 300_000_000", "rate: 60", 13, "hai lần"),
        ("unit: cơ sở", "unit: cái", 14, "«unit: cái»"),
        ("    article: Điều 8\n", "", 11, "thiếu «article»"),
        ("article: Điều 8", "article: ''", 15, "để trống"),
        ("article: Điều 8", "article: Điều 8\n    from: 2031-13-01", 16, "YYYY-MM-DD"),
        ("article: Điều 8", "article: Điều 8\n    to: 2029-01-01", 16, "trước"),
        ("activity: machinery", "activity: machine", 11, "«machine»"),
        ("verified: true", "verified: maybe", 16, "true hoặc false"),
        ("verified: true", "verified: true\n    common: true", 17, "dẫn chiếu"),
        ("    verified: true\n", "", 11, "thiếu «verified»"),
        ("norms:", "norm:", 10, "«norm»"),
        ("scope: national", "scope: Huế", 8, "khóa tỉnh"),
        ("from: 2030-02-01\n", "", 1, "thiếu «from»"),
        ("source: thử", "source: thử\nreplaces: [nothing]", 10, "«nothing»"),
        ("source: thử", "source: thử\ncorrects: nothing", 10, "«nothing»"),
        ("source: thử", "source: thử\nbased_on: nothing", 10, "«nothing»"),
        ("norms:", f"{DEADLINE}norms:", 11, "thiếu «day»"),
        ("norms:", "parameters:\n  - {code: x, unit: lần, article: Điều 1, verified: true}\nnorms:", 11, "«value»"),
        ("title: Thử", "title: [", 5, "không đọc được YAML"),
    ],
)
def test_wrong_file_names_file_and_line(tmp_path, old, new, line, problem):
    text = f"{HEAD}norms:\n{NORM}"
    assert old in text
    with pytest.raises(LawFileError) as caught:
        load(tmp_path, wrong=text.replace(old, new, 1))
    assert problem in caught.value.sentence
    assert caught.value.sentence.startswith("wrong.yaml, dòng ")
    assert (caught.value.file, caught.value.line) == ("wrong.yaml", line)


def test_file_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(LawFileError, match=r"folder.yaml, dòng 1: không đọc được"):
        load(tmp_path)


def test_two_norms_at_once_in_one_file_are_refused(tmp_path):
    with pytest.raises(LawFileError, match=r"wrong.yaml, dòng 17: .*dòng 11"):
        load(tmp_path, wrong=f"{HEAD}norms:\n{NORM}{NORM}")


def test_two_norms_at_once_in_two_files_are_refused(tmp_path):
    later = HEAD.replace("from: 2030-02-01", "from: 2035-01-01")
    with pytest.raises(LawFileError, match=r"two.yaml, dòng 11: .*one.yaml, dòng 11"):
        load(tmp_path, one=f"{HEAD}norms:\n{NORM}", two=f"{later}norms:\n{NORM}")


def test_norms_that_follow_each_other_or_hold_elsewhere_are_accepted(tmp_path):
    ended = HEAD.replace("to: null", "to: 2034-12-31")
    later = HEAD.replace("from: 2030-02-01", "from: 2035-01-01")
    elsewhere = HEAD.replace("scope: national", "scope: 17@2025")
    parts = {"one": ended, "two": later, "three": elsewhere}
    found = load(tmp_path, **{name: f"{head}norms:\n{NORM}" for name, head in parts.items()})
    assert len(found.norms) == 3


@pytest.mark.parametrize(
    ("section", "old", "new", "line", "problem"),
    [
        (TIERS, "tier_by: charter_capital", "tier_by: workers", 17, "«tier_by: workers»"),
        (TIERS, "    tier_by: charter_capital\n", "", 18, "không có «tier_by»"),
        (TIERS, "above: 10, up_to: 20", "above: 20, up_to: 20", 20, "phải lớn hơn"),
        (TIERS, "above: 10, up_to: 20", "above: 10, up_to: 21", 20, "trùm lên"),
        (TIERS, "name: c, up_to: 10", "name: c, up_to: 11", 21, "trùm lên"),
        (TIERS, "name: c, up_to: 10", "name: c", 21, "thiếu «above»"),
        (TIERS, "name: c, up_to: 10", "name: b, up_to: 10", 21, "hai lần"),
        (TIERS, "name: b, cap: 5, above: 10, up_to: 20", "name: b, cap: 5, above: 1, up_to: 2", 21, "trùm lên"),
        (TIERS, "cap: 5", "cap: 0", 20, "lớn hơn 0"),
        (TIERS, "rate: 50, name: b", "name: b", 12, "ghi «rate» ở từng bậc"),
        (TIERS, ", cap: 5", "", 13, "ghi «cap» ở từng bậc"),
        (
            TIERS,
            "above: 10, up_to: 20}\n      - {name: c, up_to: 10",
            "up_to: 10}\n      - {name: c, above: 10, up_to: 20",
            21,
            "tăng hoặc giảm",
        ),
        (PAPERS, "stage: advance", "stage: later", 18, "«stage: later»"),
        (PAPERS, "[machinery]", "[machine]", 19, "«machine»"),
        (PAPERS, "[machinery]", "[machinery, machinery]", 19, "hai lần"),
        (PAPERS, "[machinery]", "[]", 19, "thiếu «activities»"),
        (PAPERS, "    article: Điều 13\n", "", 18, "thiếu «article»"),
        (PAPERS, "    verified: true\n    items:", "    items:", 18, "thiếu «verified»"),
        (PAPERS, "{code: contract, text: Hợp đồng}", "{code: contract, txt: Hợp đồng}", 23, "thiếu «text»"),
        (
            PAPERS,
            "{code: contract, text: Hợp đồng}",
            "{code: contract, text: Hợp đồng}\n      - {code: contract, text: Hợp đồng}",
            24,
            "trùng thời gian",
        ),
        (PAPERS, "    items:\n      - {code: contract, text: Hợp đồng}\n", "    items: []\n", 22, "thiếu «items»"),
        (CONDITION, "[all]", "[al]", 18, "«al»"),
        (CONDITION, "code: x", "sectors: [gold], code: x", 18, "«gold»"),
        (CONDITION, "code: x", "source: private, code: x", 18, "«source: private»"),
        (CONDITION, ", article: Điều 7", "", 18, "thiếu «article»"),
        (CONDITION, CONDITION[-10:], CONDITION[-10:] + CONDITION.split("\n")[1] + "\n", 19, "trùng thời gian"),
        (TARGET, "value: 5", "value: 5, low: 3, high: 4", 18, "không viết cả hai"),
        (TARGET, "value: 5", "low: 5", 18, "thiếu «value»"),
        (TARGET, "value: 5", "low: 5, high: 4", 18, "nhỏ hơn"),
        (TARGET, "value: 5", "value: 0", 18, "lớn hơn 0"),
        (TARGET, "unit: cơ sở", "unit: cái", 18, "«unit: cái»"),
        (OTHER, "[machinery]", "[all]", 18, "«all»"),
        (OTHER, "cap: 5", "rate: 130", 18, "100 %"),
        (PARAMETER, "value: 5", "value: 0", 18, "lớn hơn 0"),
        (PARAMETER, "value: 5", "value: -5", 18, "số âm"),
        (PARAMETER, "unit: điểm", "unit: sao", 18, "«unit: sao»"),
        (DEADLINE, "kind: yearly, ", "kind: working_days, ", 18, "thiếu «days»"),
        (DEADLINE, "kind: yearly, ", "kind: every_months, ", 18, "thiếu «months»"),
        (DEADLINE, "kind: yearly, ", "kind: daily, ", 18, "«kind: daily»"),
    ],
)
def test_wrong_section_names_file_and_line(tmp_path, section, old, new, line, problem):
    assert old in section
    with pytest.raises(LawFileError) as caught:
        load(tmp_path, wrong=f"{HEAD}norms:\n{NORM}{section.replace(old, new, 1)}")
    assert problem in caught.value.sentence
    assert (caught.value.file, caught.value.line) == ("wrong.yaml", line)


def test_sections_as_they_should_be_load(tmp_path):
    sections = f"{TIERS}{PAPERS}{CONDITION}{TARGET}{OTHER}{PARAMETER}"
    found = load(tmp_path, good=f"{HEAD}norms:\n{NORM}{sections}").documents["good"]
    (norm,) = found.norms
    assert (norm.tier_by, norm.document_id, found.corrects) == ("charter_capital", "good", "")
    assert [(tier.above, tier.up_to, tier.cap) for tier in norm.tiers] == [
        (20, None, 10),
        (10, 20, 5),
        (None, 10, None),
    ]
    assert (found.papers[0].activities, found.conditions[0].activities) == (("machinery",), ())
    assert (found.targets[0].low, found.targets[0].high) == (5, 5)
    assert found.other_supports[0].cap == 5


@pytest.mark.parametrize("section", [PAPERS, CONDITION, TARGET, OTHER, DEADLINE])
def test_values_without_a_province_are_refused_in_the_file_of_a_province(tmp_path, section):
    head = HEAD.replace("scope: national", 'scope: "25"')
    with pytest.raises(LawFileError, match=r"wrong.yaml, dòng 10: mục «\w+» chỉ dùng trong văn bản của trung ương"):
        load(tmp_path, wrong=f"{head}{section}")


def test_parameter_of_a_province_is_not_one_of_the_nation(tmp_path):
    head = HEAD.replace("scope: national", 'scope: "25"')
    found = load(tmp_path, local=f"{head}{PARAMETER}")
    assert found.parameter("x", date(2031, 1, 1)) is None
    assert found.parameter("x", date(2031, 1, 1), scope="25").value == 5


@pytest.mark.parametrize(("text", "problem"), [("", "trống"), ("- 1\n", "khóa: giá trị"), ("a: \x00", "YAML")])
def test_file_that_is_no_mapping_is_refused(tmp_path, text, problem):
    with pytest.raises(LawFileError, match=problem):
        load(tmp_path, wrong=text)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("code: management_training", "code: vocational_training", "hai lần"),
        ("content: 1\n", "content: 10\n", "từ 1 đến 9"),
        ("unit: lớp", "unit: cái", "cái»"),
        ("per_beneficiary: false", "per_beneficiary: 3", "true hoặc false"),
        ("from: 2012-07-05", "from: null", "phải là một ngày"),
        ("number: 2\n", "number: 1\n", "mỗi số một lần"),
        ("activities: [vocational_training]", "activities: [vocational]", "«vocational»"),
        ("activities: [vocational_training]", "activities: []", "thiếu «activities»"),
        ("code: handicraft", "code: minerals", "hai lần"),
    ],
)
def test_wrong_catalogue_names_file_and_line(tmp_path, old, new, problem):
    path = tmp_path / "catalogue.yaml"
    path.write_text(CATALOGUE_FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LawFileError, match=r"catalogue.yaml, dòng \d+") as caught:
        load_catalogue(path)
    assert problem in caught.value.sentence


def test_shipped_files_are_composed_unicode():
    for path in (CATALOGUE_FILE, *REGULATIONS_FOLDER.glob("*.yaml")):
        assert unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8")), path.name


def test_shipped_documents_say_where_they_were_read():
    for document in load_regulations().documents.values():
        read = document.source == "văn bản pháp điển" or document.source.startswith("http")
        assert read is document.verified, document.id
        assert document.verified or document.note
