"""Sentences as agencies write them: every mistake is found, and nothing is said of a text that adds up."""

from pathlib import Path

import yaml

from khuyencong.reportcheck.checking import check
from khuyencong.reportcheck.document import Document, Table
from khuyencong.reportcheck.reading import read_pasted

CORPUS = yaml.safe_load(Path(__file__).with_name("corpus.yaml").read_text(encoding="utf-8"))


def explanations(text):
    return [one.explanation for one in check(read_pasted(text)).contradictions]


def test_every_mistake_is_found_and_no_other():
    """Precision and recall of 1 on the corpus: the explanation names the very figures, once."""
    wrong = {}
    for case in CORPUS:
        found, planted = explanations(case["text"]), case.get("wrong")
        right = len(found) == 1 and found[0].startswith(planted) if planted else not found
        if not right:
            wrong[case["id"]] = found
    assert wrong == {}
    assert len({case["id"] for case in CORPUS}) == len(CORPUS) > 60
    assert 30 <= sum("wrong" in case for case in CORPUS) <= len(CORPUS) / 2


def test_a_report_in_one_piece_says_the_same_as_its_paragraphs():
    text = "\n\n".join(case["text"] for case in CORPUS)
    assert sorted(set(explanations(text))) == sorted({one for case in CORPUS for one in explanations(case["text"])})


def test_a_contradiction_carries_its_sentence():
    text = "Mở đầu. Tổng kinh phí hỗ trợ 900 triệu đồng, gồm 500 triệu đồng và 300 triệu đồng. Kết thúc với 5 lớp."
    found = check(read_pasted(text)).contradictions
    assert [one.sentence for one in found] == [
        "Tổng kinh phí hỗ trợ 900 triệu đồng, gồm 500 triệu đồng và 300 triệu đồng."
    ]
    assert found[0].figures == ("900 triệu đồng", "500 triệu đồng", "300 triệu đồng")


def test_what_is_not_sure_is_not_said():
    """The true explanation of Hải Phòng 2021: a whole cost has parts that the sentence need not name."""
    parts = "trong đó kinh phí khuyến công quốc gia 600 triệu đồng, kinh phí khuyến công địa phương 986,629 triệu đồng."
    assert explanations(f"Tổng kinh phí thực hiện các đề án là 3.108,129 triệu đồng, {parts}") == []
    assert explanations(f"Tổng kinh phí hỗ trợ là 3.108,129 triệu đồng, {parts}") != []
    # But parts are never more than the whole.
    assert explanations(f"Tổng kinh phí thực hiện các đề án là 1.108,129 triệu đồng, {parts}") == [
        "600 + 986,629 = 1.586,629 triệu đồng, nhiều hơn tổng 1.108,129."
    ]


def table(*rows, **kwargs):
    return Document((), (Table(tuple(tuple(row.split("|")) for row in rows), **kwargs),))


def said_of(document):
    return [one.explanation for one in check(document).contradictions]


HEAD = ("TT|Nội dung|Số đề án|Kinh phí (triệu đồng)|Tỷ lệ %", "1|2|3|4|5")


def test_total_row_of_a_table():
    rows = ("1|Máy móc|13|1.779,97|83", "2|Đào tạo|3|366,03|17")
    assert said_of(table(*HEAD, *rows, "|Tổng cộng|16|2.146|90")) == []
    assert said_of(table(*HEAD, *rows, "|Cộng|17|2.146|100")) == ["Cột «Số đề án 3»: 13 + 3 = 16, không phải 17."]
    # Groups and what belongs to them: the total is that of the groups.
    grouped = ("I|Quốc gia|2|700,5|", "1|Máy|1|400,5|", "2|Mô hình|1|300|", "II|Địa phương|5|900|", "1|Máy|5|900|")
    assert said_of(table(*HEAD, *grouped, "|Tổng số|7|1.600,5|")) == []
    assert said_of(table(*HEAD, *grouped, "|Tổng số|8|1.600,5|")) == ["Cột «Số đề án 3»: 2 + 5 = 7, không phải 8."]
    # Words among the numbers, merged cells: left alone.
    assert said_of(table(*HEAD, *rows, "3|Khác|chưa rõ|0|", "|Cộng|17|2.146|")) == []
    assert said_of(table(*HEAD, *rows, "|Cộng|17|2.146|", uneven=True)) == []
