"""A wrong law file is named with its line."""

import unicodedata
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
        ("cap: 300_000_000", "cap: -1", 13, "số âm"),
        ("cap: 300_000_000", "cap: 3.5", 13, "số nguyên"),
        ("cap: 300_000_000", "rate: 60", 13, "hai lần"),
        ("unit: cơ sở", "unit: cái", 14, "«cái»"),
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
        ("{number: 2,", "{number: 1,", "mỗi số một lần"),
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
        assert document.source == "văn bản pháp điển" or document.source.startswith("http")
