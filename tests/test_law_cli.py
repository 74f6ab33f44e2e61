"""`khuyencong law` as scripts and people meet it: answers on stdout, one sentence for each mistake on stderr."""

import io
import json
import os
import shlex
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import DatabaseError

from khuyencong import law_cli
from khuyencong.cli import main
from khuyencong.law.catalogue import catalogue
from khuyencong.law.norms import NormBook, shipped_norms
from khuyencong.law.values import NATIONAL
from khuyencong.law.yamlfile import LawFileError
from khuyencong.law_case import CASE_KEYS, CaseError, read_case
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.normbook.tests.entering import enter
from khuyencong.normbook.tests.entering import norm as entered
from khuyencong.plain_file import LARGEST_FILE
from khuyencong.server import has_entered_norms

INSTALLED = Path(sys.executable).with_name("khuyencong")
MILLION = 1_000_000
CASE = {
    "activity": "machinery",
    "source": "national",
    "on": "2019-06-01",
    "total_cost": 800 * MILLION,
    "asked": 300 * MILLION,
}
LOCAL = {**CASE, "source": "local", "on": "2026-03-05", "province": "87"}


@pytest.fixture(autouse=True)
def fresh_clone(monkeypatch, tmp_path):
    """No database anywhere."""
    monkeypatch.setenv("KHUYENCONG_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / "var").exists()


@pytest.fixture
def law(capsys):
    """`law(words…)`: exit code, what was answered, the sentences about mistakes."""

    def run(*words):
        try:
            code = main(["law", *words])
        except SystemExit as stopped:
            code = stopped.code
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return run


@pytest.fixture
def norm(law):
    """`norm(activity, on, …)`: the JSON of an answer."""

    def ask(activity, on, *words):
        code, out, err = law("norm", activity, "--on", on, "--json", *words)
        assert (code, err) == (0, [])
        return json.loads(out)

    return ask


@pytest.fixture
def support(law, tmp_path):
    """`support(case)`: exit code, the JSON of the sheet or None, the sentences about mistakes."""

    def ask(case, name="truong-hop.json"):
        path = tmp_path / name
        path.write_text(case if isinstance(case, str) else json.dumps(case), encoding="utf-8")
        code, out, err = law("support", str(path), "--json")
        return code, json.loads(out) if out else None, err

    return ask


# --- norm ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activity", "on", "percent", "cap", "document"),
    [
        ("machinery", "2017-06-01", 50, 200 * MILLION, "26/2014"),
        ("machinery", "2019-06-01", 50, 300 * MILLION, "28/2018"),
        ("technology_line", "2019-06-01", 50, 450 * MILLION, "28/2018"),
        ("demonstration_model", "2018-05-10", 30, 500 * MILLION, "26/2014"),
        ("demonstration_model", "2018-05-11", 30, 1_000 * MILLION, "28/2018"),
    ],
)
def test_national_norm_of_a_day(norm, activity, on, percent, cap, document):
    answer = norm(activity, on)
    found = answer["norm"]
    assert (answer["activity"], answer["on"], answer["source"], answer["province"]) == (activity, on, "national", None)
    assert (found["percent"], found["cap"]) == (percent, cap)
    assert found["rate"] == percent / 100
    assert document in found["document"]
    assert found["article"]
    assert found["unit"]
    assert isinstance(found["verified"], bool)
    assert answer["reason"] is None
    assert answer["entered_norms"] is False


def test_norm_has_every_key_that_scripts_rely_on(norm):
    answer = norm("competition_region", "2019-06-01")
    assert set(answer) >= {"activity", "name", "on", "source", "province", "norm", "reason", "entered_norms"}
    assert set(answer["norm"]) >= {
        "rate", "percent", "cap", "unit", "document", "document_id", "article", "citation", "verified", "pending", "note",
        "valid_from", "valid_to", "recoverable", "by_price", "tiers", "cost_base", "scope",
    }  # fmt: skip


def test_every_activity_can_be_asked_about(norm):
    for code in catalogue().activities:
        for on in ("2011-01-01", "2013-06-01", "2017-06-01", "2026-06-01"):
            answer = norm(code, on)
            assert (answer["norm"] is None) == bool(answer["reason"]), (code, on)


def test_day_before_the_first_norm_is_an_answer(norm):
    answer = norm("machinery", "2010-01-01")
    assert answer["norm"] is None
    assert "chưa có" in answer["reason"]


def test_local_norm_falls_back_to_the_old_province_of_the_site_and_never_to_the_nation(norm):
    with_site = norm("machinery", "2026-03-05", "--province", "82", "--site", "87")
    assert with_site["norm"]["scope"] == "87@2025"
    assert with_site["province_keys"] == ["82", "87@2025"]
    without = norm("machinery", "2026-03-05", "--province", "82")
    assert without["norm"] is None
    assert without["source"] == "local"
    assert "chưa có định mức" in without["reason"]


def test_merged_province_has_its_own_norm_from_its_first_day(norm):
    before = norm("demonstration_model", "2025-07-25", "--province", "66")
    after = norm("demonstration_model", "2025-07-26", "--province", "66")
    assert before["norm"] is None
    assert after["norm"]["cap"] == 800 * MILLION


def test_words_for_people(law):
    code, out, err = law("norm", "machinery", "--on", "2017-06-01")
    assert (code, err) == (0, [])
    assert "Ngày 01/06/2017, khuyến công quốc gia" in out
    assert "50 %, tối đa 200 triệu đồng/cơ sở" in out
    assert "Thông tư liên tịch 26/2014" in out
    code, out, _ = law("norm", "machinery", "--on", "2026-03-05", "--province", "82")
    assert code == 0
    assert "Chưa có định mức" in out


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ((), ["Hãy nêu lệnh"]),
        (("norm",), ["Hãy nêu mã hoạt động", "Hãy nêu ngày"]),
        (("norm", "machinery"), ["Hãy nêu ngày"]),
        (("norm", "machinry", "--on", "2017-06-01"), ["Có phải ý là machinery?"]),
        (("norm", "machinery", "--on", "01/06/2017"), ["năm-tháng-ngày"]),
        (("norm", "machinery", "--on", "2017-02-30"), ["không có trong lịch"]),
        (("norm", "machinery", "--on", "20170601"), ["năm-tháng-ngày"]),
        (("norm", "machinery", "--on", "2017-06-01", "--province", "99"), ["Không có tỉnh, thành phố «99»"]),
        (("norm", "machinery", "--on", "2017-06-01", "--province", "Đồng Tháo"), ["Có phải ý là Đồng Tháp?"]),
        (("norm", "machinery", "--on", "2026-06-01", "--province", "82", "--site", "xyz"), ["«xyz»"]),
        (("norm", "x", "--on", "y"), ["Không có hoạt động mã «x»", "Ngày «y»"]),
        (("norm", "machinery", "--on", "2017-06-01", "--bay"), ["Không hiểu dòng lệnh"]),
        (("bay",), ["Không hiểu dòng lệnh"]),
        (("support",), ["Hãy nêu tệp"]),
        (("support", "khong-co.json"), ["Không có tệp khong-co.json"]),
        (("support", "."), ["Không đọc được tệp ."]),
        (("support", "a\0b"), ["Không đọc được tệp"]),
        (("norm", "MACHINERY", "--on", "2017-06-01"), ["Có phải ý là machinery?"]),
        (
            ("norm", "machinery", "--on", "2017-06-01", "--province", ""),
            ["Hãy nêu mã, khóa hoặc tên tỉnh sau --province"],
        ),
        (("norm", "machinery", "--on", "2026-06-01", "--province", "82", "--site", " "), ["sau --site"]),
        (("norm", "machinery", "--on", "2017-06-01", "--on", "2019-06-01"), ["--on nêu hai lần"]),
        (("norm", "machinery", "--on"), ["Không hiểu dòng lệnh: --on thiếu giá trị."]),
        (("norm", "machinery", "lines", "--on", "2017-06-01"), ["Không hiểu dòng lệnh: thừa «lines»."]),
        (("norm", "machinery", "--json=1"), ["Không hiểu dòng lệnh: --json không nhận giá trị."]),
        (("nrom",), ["Không hiểu dòng lệnh: không có lệnh «nrom», chỉ có norm, support."]),
    ],
)
def test_mistake_ends_with_one_sentence_each_and_exit_code_1(law, words, sentences):
    code, out, err = law(*words)
    assert (code, out) == (1, "")
    assert len(err) == len(sentences)
    assert all(part in line for part, line in zip(sentences, err, strict=True))


@pytest.mark.parametrize("typed", ["\x1b[31mđỏ\nhai dòng", "x" * 100_000, "\u202eabc"])
def test_what_was_typed_is_quoted_on_one_short_line(law, typed):
    for words in (
        ("norm", typed, "--on", "2017-06-01"),
        ("norm", "machinery", "--on", typed),
        ("norm", "machinery", "--on", "2017-06-01", "--province", typed),
        ("norm", "machinery", "--on", "2017-06-01", typed),
        ("support", typed),
    ):
        code, out, err = law(*words)
        assert (code, out, len(err)) == (1, "", 1)
        assert len(err[0]) < 700
        assert not set(err[0]) & {"\x1b", "\n", "\u202e"}


def test_help_speaks_vietnamese_and_names_every_activity(law):
    code, out, _ = law("--help")
    assert code == 0
    assert all(f"  {one.code}" in out and one.name in out for one in catalogue().activities.values())
    for command, said in (("norm", "--site"), ("support", "beneficiaries")):
        code, out, _ = law(command, "--help")
        assert code == 0
        assert said in out
        assert "cách dùng" in out
        assert "usage" not in out


def test_example_of_the_help_can_be_calculated(support):
    example = law_cli.SUPPORT_EPILOG.split("\n\n")[0].partition("\n")[2]
    code, sheet, err = support(example, "vi-du.yaml")
    assert (code, err) == (0, [])
    assert sheet["allowed"] == 300 * MILLION


# --- support ---------------------------------------------------------------------------------------------------------


def test_sheet_of_a_case(support):
    code, sheet, err = support({**CASE, "beneficiary": "Cơ sở A", "eligible_cost": 700 * MILLION})
    assert (code, err) == (0, [])
    assert (sheet["allowed"], sheet["asked"], sheet["admissible"]) == (300 * MILLION, 300 * MILLION, True)
    assert (sheet["total_cost"], sheet["eligible_cost"]) == (800 * MILLION, 700 * MILLION)
    assert sheet["beneficiary"] == "Cơ sở A"
    assert sheet["norm"]["cap"] == 300 * MILLION
    assert [step["amount"] for step in sheet["steps"]] == [350 * MILLION, 300 * MILLION, 300 * MILLION, 300 * MILLION]
    assert all({"label", "formula", "amount", "article"} == set(step) for step in sheet["steps"])
    assert "28/2018" in sheet["steps"][0]["article"]
    assert sheet["entered_norms"] is False


def test_what_the_law_refuses_is_an_answer(support):
    code, sheet, err = support({**CASE, "asked": 400 * MILLION})
    assert (code, err) == (0, [])
    assert sheet["admissible"] is False
    assert [finding["code"] for finding in sheet["findings"] if finding["kind"] == "blocker"] == ["asked_above_allowed"]
    code, sheet, err = support({**LOCAL, "province": "Cà Mau"})
    assert (code, err) == (0, [])
    assert (sheet["norm"], sheet["allowed"], sheet["admissible"]) == (None, None, False)
    assert sheet["reason"]


def test_two_norms_in_force_at_once_are_an_answer_without_a_choice(law, support, monkeypatch):
    one = shipped_norms().norm_on("machinery", source=NATIONAL, on=date(2019, 6, 1))
    book = NormBook([one, replace(one, document="Thông tư 1/2019/TT-BTC", cap=400 * MILLION)], strict=False)
    monkeypatch.setattr(law_cli, "open_shelf", lambda **_: law_cli.Shelf(book, entered=True))
    code, out, err = law("norm", "machinery", "--on", "2019-06-01", "--json")
    assert (code, err, json.loads(out)["norm"]) == (0, [], None)
    assert "Hai định mức cùng hiệu lực" in json.loads(out)["reason"]
    code, sheet, err = support(CASE)
    assert (code, err, sheet["allowed"], sheet["admissible"]) == (0, [], None, False)
    assert [finding["code"] for finding in sheet["findings"]] == ["two_norms"]


def test_case_before_the_first_norm_is_an_answer(support):
    code, sheet, err = support({**CASE, "on": "2010-01-01"})
    assert (code, err) == (0, [])
    assert (sheet["norm"], sheet["allowed"], sheet["admissible"]) == (None, None, False)
    assert "chưa có" in sheet["reason"]


def test_eligible_cost_left_out_is_the_total(support):
    assert support({**CASE, "total_cost": 400 * MILLION})[1]["allowed"] == 200 * MILLION


def test_priority_raises_the_cap(support):
    _, sheet, _ = support(
        {
            **CASE,
            "priority_multiplier": 1.5,
            "priority_approved": True,
            "priority_basis": "xã đặc biệt khó khăn, Quyết định 1/QĐ",
        }
    )
    assert (sheet["multiplier"], sheet["allowed"]) == (1.5, 400 * MILLION)


def test_declared_norm_counts_where_none_is_known(support):
    declared = {"document": "Nghị quyết 1/2026/NQ-HĐND", "article": "Điều 2", "percent": 12.5, "cap": 90 * MILLION}
    for one in (declared, {**{key: declared[key] for key in ("document", "article", "cap")}, "rate": 0.125}):
        _, sheet, _ = support({**LOCAL, "province": "Cà Mau", "declared": one})
        assert (sheet["norm"]["rate"], sheet["norm"]["verified"]) == (0.125, False)
        assert sheet["allowed"] == 90 * MILLION


def test_group_shares_its_keys_and_is_added_up(support):
    parts = [{"beneficiary": "Hộ A"}, {"beneficiary": "Hộ B", "total_cost": 100 * MILLION, "asked": 50 * MILLION}]
    code, group, err = support({**CASE, "beneficiaries": parts})
    assert (code, err) == (0, [])
    assert [part["beneficiary"] for part in group["beneficiaries"]] == ["Hộ A", "Hộ B"]
    assert group["allowed"] == sum(part["allowed"] for part in group["beneficiaries"]) == 350 * MILLION
    assert group["asked"] == 350 * MILLION
    assert group["admissible"] is True
    assert group["steps"]


def test_yaml_says_the_same_as_json(support):
    text = """
activity: machinery      # «on» is no truth value, a day needs no quotes
source: local
on: 2026-03-05
province: 87
total_cost: 800000000
asked: 300000000
priority_approved: false
"""
    _, from_yaml, err = support(text, "truong-hop.yaml")
    assert err == []
    assert from_yaml == support({**LOCAL, "province": 87})[1] == support(LOCAL)[1]


def test_standard_input_is_read(law, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + json.dumps(CASE).encode())))
    code, out, err = law("support", "-")
    assert (code, err) == (0, [])
    assert "Được hỗ trợ tối đa: 300.000.000 đồng (Ba trăm triệu đồng)" in out


def test_group_in_words(law, tmp_path):
    path = tmp_path / "nhom.json"
    path.write_text(json.dumps({**CASE, "beneficiaries": [{"beneficiary": "Hộ A"}, {"beneficiary": "Hộ B"}]}))
    _, out, _ = law("support", str(path))
    assert "[2] Ứng dụng máy móc" in out
    assert "Cả nhóm: 2 đơn vị thụ hưởng" in out
    assert "Được hỗ trợ tối đa: 600.000.000 đồng" in out


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        ({"activity": None}, ["Thiếu «activity»"]),
        ({"activity": "machinry"}, ["Có phải ý là machinery?"]),
        ({"activity": 5}, ["«activity» phải là một đoạn chữ"]),
        ({"source": "tinh"}, ["chỉ nhận national hoặc local"]),
        ({"on": "2026-02-30"}, ["không có trong lịch"]),
        ({"on": "5/8/2026"}, ["năm-tháng-ngày"]),
        ({"on": 2026}, ["năm-tháng-ngày"]),
        ({"asked": None}, ["Thiếu «asked»"]),
        ({"asked": True}, ["«asked» phải là số đồng nguyên"]),
        ({"total_cost": 0}, ["«total_cost» phải lớn hơn 0"]),
        ({"total_cost": -1}, ["«total_cost» phải lớn hơn 0"]),
        ({"total_cost": "800 triệu"}, ["«total_cost» phải là số đồng nguyên"]),
        ({"total_cost": 1.5}, ["«total_cost» phải là số đồng nguyên"]),
        ({"total_cost": 10**16}, ["«total_cost» vượt quá"]),
        ({"eligible_cost": 0}, ["«eligible_cost» phải lớn hơn 0"]),
        ({"eligible_cost": 900 * MILLION}, ["lớn hơn «total_cost» 800.000.000 đồng"]),
        ({"province": "Atlantis"}, ["Không có tỉnh, thành phố «Atlantis»"]),
        ({"source": "local"}, ["Thiếu «province»"]),
        ({"provnce": "87"}, ["Không có khóa «provnce». Có phải ý là «province»?"]),
        ({"priority_multiplier": "1,5"}, ["«priority_multiplier» phải là một số"]),
        ({"priority_multiplier": float("nan")}, ["«priority_multiplier» phải là một số"]),
        ({"priority_multiplier": 1e300}, ["«priority_multiplier» quá lớn"]),
        ({"priority_approved": "yes"}, ["chỉ nhận true hoặc false"]),
        ({"tier": ["a"]}, ["«tier» phải là một đoạn chữ"]),
        ({"beneficiary": "a" * 600}, ["không quá 500 ký tự"]),
        ({"charter_capital": -5}, ["«charter_capital» phải lớn hơn 0"]),
        ({"priority_multiplier": 10**400}, ["«priority_multiplier» quá lớn"]),
        ({**LOCAL, "province": True}, ["«province» phải là mã, khóa hoặc tên tỉnh"]),
        ({**LOCAL, "province": -1}, ["«province» phải là mã, khóa hoặc tên tỉnh"]),
        ({f"k{number}": 1 for number in range(40)}, [*["Không có khóa"] * 30, "Còn 10 lỗi khác."]),
        ({"declared": "Điều 2"}, ["«declared» phải gồm các khóa"]),
        ({**LOCAL, "declared": {"documnt": "a"}}, ["«documnt»"]),
        ({**LOCAL, "declared": {"document": "a", "article": "b"}}, ["tỷ lệ hoặc mức trần"]),
        ({**LOCAL, "declared": {"document": "a", "article": "b", "percent": 120}}, ["không quá 100 %"]),
        ({**LOCAL, "declared": {"document": "a", "article": "b", "percent": 1, "rate": 1}}, ["một trong hai khóa"]),
        ({"declared": {"document": "a", "article": "b", "cap": 1}}, ["chỉ dùng cho kinh phí địa phương"]),
        ({"beneficiaries": []}, ["danh sách từ 1"]),
        ({"beneficiaries": {}}, ["danh sách từ 1"]),
        ({"beneficiaries": [{}] * 1001}, ["danh sách từ 1"]),
        ({"beneficiaries": [{}, 5]}, ["Đơn vị thụ hưởng 2: "]),
        (
            {"beneficiaries": [{"asked": 0}, {"asked": "a"}]},
            ["Đơn vị thụ hưởng 1: «asked»", "Đơn vị thụ hưởng 2: «asked»"],
        ),
        ({"total_cost": 0, "asked": 0, "on": ""}, ["Thiếu «on»", "«total_cost»", "«asked»"]),
    ],
)
def test_wrong_case_gets_one_sentence_for_each_mistake(support, changed, sentences):
    case = {key: value for key, value in {**CASE, **changed}.items() if value is not None}
    code, sheet, err = support(case)
    assert (code, sheet) == (1, None)
    assert len(err) == len(sentences), err
    assert all(part in line for part, line in zip(sentences, err, strict=True)), err


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("{", "a.json", "không phải JSON đúng dạng: dòng 1"),
        ('{"a": 1,}', "a.json", "không phải JSON đúng dạng"),
        ("[1, 2]", "a.json", "«khóa: giá trị»"),
        ("", "a.json", "«khóa: giá trị»"),
        ("chữ", "a.yaml", "«khóa: giá trị»"),
        ("a: [1", "a.yaml", "không phải JSON hay YAML đúng dạng"),
        ("a: !!python/object:os.system x", "a.yaml", "không phải JSON hay YAML đúng dạng"),
        ("a: \x01", "a.yaml", "không phải JSON hay YAML đúng dạng"),
        ("[" * 100_000, "a.json", "Không đọc được nội dung"),
        ("[" * 100_000, "a.yaml", "Không đọc được nội dung"),
        ('{"total_cost": ' + "9" * 5000 + "}", "a.json", "Không đọc được nội dung"),
        ('{"asked": 1, "asked": 2}', "a.json", "Khóa «asked» viết hai lần."),
        ('{"declared": {"cap": 1, "cap": 2}}', "a.json", "Khóa «cap» viết hai lần."),
        ("asked: 1\non: x\nasked: 2", "a.yaml", "Khóa «asked» viết hai lần."),
        ("? [a]\n: 1", "a.yaml", "Khóa ở dòng 1 phải là một từ."),
        ("on: 1\nasked: !!int ''", "a.yaml", "dòng 2"),
        ("asked: !!bool maybe", "a.yaml", "dòng 1"),
        ("on: !!timestamp hello", "a.yaml", "dòng 1"),
        ("a: &a [*a]", "a.yaml", "dòng 1"),
        ("a: *b", "a.yaml", "dòng 1"),
        ("#" * (LARGEST_FILE + 1), "a.yaml", "Tệp lớn hơn"),
    ],
)
def test_file_that_is_no_case_gets_a_sentence(support, text, name, sentence):
    code, sheet, err = support(text, name)
    assert (code, sheet) == (1, None)
    assert len(err) == 1
    assert sentence in err[0]


def test_yaml_of_references_does_not_blow_up(support):
    """Nine lists of nine references to the one before: merged, they would keep a machine busy for hours."""
    lines = ["a: &a {x: 1}"]
    lines += [
        f"{after}: &{after} {{<<: [{', '.join([f'*{before}'] * 9)}]}}" for before, after in pairwise("abcdefghij")
    ]
    began = time.perf_counter()
    code, _, err = support("\n".join(lines), "a.yaml")
    assert time.perf_counter() - began < 5
    assert (code, len(err)) == (1, 1)
    assert "dòng 2" in err[0]


@pytest.mark.parametrize(
    "written", ["0300000000", "0x11E1A300", "83:20:00:00", "3e8", "300.000.000", "0b101", '"5"', "5.0"]
)
def test_yaml_number_is_read_as_a_person_reads_it_or_not_at_all(support, written):
    """YAML 1.1 would read 0300000000 as 50331648."""
    text = "activity: machinery\nsource: national\non: 2019-06-01\ntotal_cost: 800_000_000\nasked: "
    assert support(f"{text}{written}", "a.yaml") == (
        1, None, ["«asked» phải là số đồng nguyên, không có dấu ngăn cách, ví dụ 800000000."]
    )  # fmt: skip
    assert support(f"{text}300_000_000", "a.yaml")[1]["asked"] == 300 * MILLION


def test_file_that_is_no_text_gets_a_sentence(law, tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"\xff\xfe{}")
    assert law("support", str(path)) == (1, "", ["Tệp không phải là văn bản UTF-8."])


def test_no_kind_of_value_makes_a_crash():
    """Every key with every kind of value: an answer or sentences, never anything else."""
    for key in (*CASE_KEYS, "beneficiaries"):
        for value in (None, "", "a", 0, -1, 10**30, 0.5, True, [], [[]], {}, {"a": 1}, {1: 2}, "\x00", "\ud800"):
            for case in (CASE, LOCAL):
                with suppress(CaseError):
                    assert read_case({**case, key: value}).queries


# --- the database ----------------------------------------------------------------------------------------------------


def test_database_of_nothing_is_said_and_left_alone(law, tmp_path, monkeypatch):
    path = tmp_path / "khac.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE so_that (id integer)")
    before = path.read_bytes()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    code, out, err = law("norm", "machinery", "--on", "2019-06-01", "--json")
    assert code == 0
    assert json.loads(out)["entered_norms"] is False
    assert err == [law_cli.NOT_READ]
    assert path.read_bytes() == before
    assert law("norm", "machinery", "--on", "2019-06-01", "--shipped")[2] == []


@pytest.mark.parametrize("address", ["/khong/co.sqlite3", "/dev/null", "/dev/zero", "/etc/passwd"])
def test_configured_file_that_is_no_database_is_said(law, monkeypatch, address):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{address}")
    code, out, err = law("norm", "machinery", "--on", "2019-06-01", "--json")
    assert (code, err) == (0, [law_cli.NOT_READ])
    assert json.loads(out)["norm"]["cap"] == 300 * MILLION


def test_folder_of_another_user_is_said(law, monkeypatch):
    def refuse(_):
        raise PermissionError

    monkeypatch.setattr(Path, "is_file", refuse)
    code, out, err = law("norm", "machinery", "--on", "2019-06-01", "--json")
    assert (code, err) == (0, [law_cli.NOT_READ])
    assert json.loads(out)["entered_norms"] is False


@pytest.mark.parametrize("wrong", [ValueError, DatabaseError])
def test_database_that_no_release_has_written_is_said(law, tmp_path, monkeypatch, wrong):
    def refuse():
        raise wrong

    monkeypatch.setattr(law_cli, "has_entered_norms", lambda _: True)
    monkeypatch.setattr("khuyencong.normbook.book.current_book", refuse)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a.sqlite3")
    code, out, err = law("norm", "machinery", "--on", "2019-06-01", "--json")
    assert (code, err) == (0, [law_cli.NOT_READ])
    assert json.loads(out)["entered_norms"] is False


def test_law_file_that_was_broken_by_hand_is_said(law, monkeypatch):
    """Also the catalogue, which the help itself lists."""

    def refuse():
        raise LawFileError("catalogue.yaml", 7, "khóa «x» không được biết tới.")

    monkeypatch.setattr(law_cli, "activities_on", refuse)
    for words in (("norm", "machinery", "--on", "2019-06-01"), ("--help",)):
        assert law(*words) == (1, "", ["catalogue.yaml, dòng 7: khóa «x» không được biết tới."])


def test_server_that_does_not_answer_is_said(law, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://an:bi-mat@127.0.0.1:1/kc")
    code, out, err = law("norm", "machinery", "--on", "2019-06-01", "--json")
    assert (code, err) == (0, [law_cli.NOT_READ])
    assert json.loads(out)["norm"]["cap"] == 300 * MILLION


def test_wrong_setting_is_said(law, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://a")
    code, out, err = law("norm", "machinery", "--on", "2019-06-01")
    assert (code, out, len(err)) == (3, "", 1)


def test_looking_for_entered_norms_changes_nothing(tmp_path):
    path = tmp_path / "a.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE normbook_entereddocument (state text)")
        connection.execute("INSERT INTO normbook_entereddocument VALUES ('draft')")
        connection.commit()
    before = path.read_bytes()
    assert has_entered_norms(path) is False
    assert [one.name for one in tmp_path.iterdir()] == ["a.sqlite3"]
    assert path.read_bytes() == before
    assert has_entered_norms(tmp_path / "khong-co.sqlite3") is None
    assert not (tmp_path / "khong-co.sqlite3").exists()


def test_state_that_is_looked_for_is_that_of_the_model():
    """`server.has_entered_norms` names the table, its column and the state in SQL."""
    assert EnteredDocument._meta.db_table == "normbook_entereddocument"
    assert EnteredDocument._meta.get_field("state").column == "state"
    assert EntryState.CONFIRMED == "confirmed"


def test_norm_that_users_have_confirmed_counts_too(norm, support, world, tmp_path, monkeypatch):
    """The file stands for the database of the tests, which is the one that Django reads."""
    path = tmp_path / "kc.sqlite3"
    path.write_bytes(b"x")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setattr(law_cli, "has_entered_norms", lambda _: True)
    enter(world, entered("machinery", percent=40, cap=250), state="draft")
    ask = ("machinery", "2031-11-01", "--province", "82")
    assert norm(*ask)["norm"] is None
    document = enter(world, entered("machinery", percent=40, cap=250), state="confirmed", number="99/2026/NQ-HĐND")
    answer = norm(*ask)
    assert answer["entered_norms"] is True
    assert (answer["norm"]["percent"], answer["norm"]["document_id"]) == (40, document.document_id)
    assert "99/2026/NQ-HĐND" in answer["norm"]["document"]
    assert norm(*ask, "--shipped")["norm"] is None
    _, sheet, _ = support({**LOCAL, "on": "2031-11-01", "province": "82"})
    assert (sheet["entered_norms"], sheet["norm"]["document_id"]) == (True, document.document_id)


# --- as installed ----------------------------------------------------------------------------------------------------


def test_installed_command_answers_in_a_fresh_clone(tmp_path):
    """In a process of its own, without a terminal that knows Vietnamese, and without making a file."""
    environment = {
        **os.environ,
        "KHUYENCONG_VAR": str(tmp_path / "var"),
        "DATABASE_URL": "",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii",
    }
    done = subprocess.run(
        [INSTALLED, "law", "norm", "machinery", "--on", "2017-06-01", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["name"] == "Ứng dụng máy móc, thiết bị tiên tiến"
    assert answer["norm"]["cap"] == 200 * MILLION
    assert list(tmp_path.iterdir()) == []
    done = subprocess.run(
        [INSTALLED, "law", "support", "-"],
        cwd=tmp_path,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        input=json.dumps({**CASE, "asked": 0}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "«asked» phải lớn hơn 0 đồng.\n"


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("{law} norm machinery --on 2017-06-01 --json | true", 0, ""),
        ("{law} --help | true", 0, ""),
        ("{law} norm machinery --on 2017-06-01 --json >&-", 1, "Không ghi được kết quả ra đầu ra chuẩn."),
        ("{law} norm machinery --on 2017-06-01 > /dev/full", 1, "Không ghi được kết quả ra đầu ra chuẩn."),
        ("{law} norm machinery --on 2017-06-01 >&- 2>&-", 1, ""),
        ("{law} norm machinery --on 2017-06-31 2>&-", 1, ""),
        ("{law} norm machinery --on 2017-06-31 2> /dev/full", 1, ""),
        ("{law} support - <&-", 1, "Tệp phải mô tả một trường hợp bằng các cặp «khóa: giá trị»."),
        ("{law} support - --json < /dev/null", 1, "Tệp phải mô tả một trường hợp bằng các cặp «khóa: giá trị»."),
    ],
)
def test_streams_that_are_closed_or_full_make_no_traceback(tmp_path, line, code, sentence):
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.format(law=f"{shlex.quote(str(INSTALLED))} law")],
        cwd=tmp_path,
        env={**os.environ, "KHUYENCONG_VAR": str(tmp_path / "var"), "DATABASE_URL": "", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.strip()) == (code, "", sentence)


def test_answer_starts_without_djangos_models():
    """Norms and sheets need no application registry: the command stays quick."""
    code = "import khuyencong.law_cli, sys; assert not [one for one in sys.modules if one.endswith('.models') and one.startswith('khuyencong')]"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
