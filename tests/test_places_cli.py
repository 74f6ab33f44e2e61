"""`khuyencong places`: the preview changes nothing, applying does all of it together. All decisions here are made up."""

import json

import pytest
import yaml

from khuyencong import places_cli
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.cli import main
from khuyencong.people.models import Agency
from khuyencong.places.models import PlaceDecision, Province, Region, RegionMembership
from khuyencong.places.tests.deciding import MERGER, as_data
from tests.looking import whole_database

# What is written is tried on both by the room itself; here it is about words typed and printed.
pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.one_database]


@pytest.fixture
def regions(world):
    for code in ("82", "25"):
        RegionMembership.objects.create(province=world.provinces[code], region=Region.SOUTH, from_on="2025-07-01")


@pytest.fixture
def places(capsys, monkeypatch):
    """`places(*words)`: exit code, what was said, lines of complaint."""
    monkeypatch.setattr("khuyencong.cli.speak_any_locale", lambda: None)

    def run(*words):
        code = main(["places", *words])
        said = capsys.readouterr()
        return code, said.out, said.err.strip().splitlines()

    return run


@pytest.fixture
def file(tmp_path):
    """The path of a file that holds a decision."""

    def write(*changes, **fields):
        path = tmp_path / "quyet-dinh.yaml"
        path.write_text(yaml.safe_dump(as_data(*changes, **fields), allow_unicode=True), encoding="utf-8")
        return str(path)

    return write


def test_preview_says_what_would_happen_and_changes_nothing(places, file):
    before = whole_database()
    code, out, err = places("update", file(MERGER))
    assert (code, err) == (0, [])
    assert "1. Sáp nhập tỉnh: Tỉnh Đồng Tháp [82], Tỉnh Phú Thọ [25] (đến 28/02/2026)" in out
    assert "→ Tỉnh Gộp Thử [82-2026]" in out
    assert "cùng 2 xã, phường, đặc khu theo tỉnh" in out
    assert "Khu vực khuyến công của Tỉnh Gộp Thử: Phía Nam (chờ xác minh)" in out
    assert "Sở Công Thương Đồng Tháp" in out
    assert "Chưa có gì được ghi" in out
    assert whole_database() == before


def test_preview_of_a_day_to_come_is_shown_and_not_applied(places, file):
    path, before = file(MERGER, in_force_on="2099-01-01"), whole_database()
    assert places("update", path)[0] == 0
    code, _, err = places("update", path, "--apply")
    assert (code, len(err)) == (1, 1)
    assert "có hiệu lực từ 01/01/2099: đến ngày ấy mới áp dụng được" in err[0]
    assert whole_database() == before


def test_json_preview_and_application_say_the_same(places, file):
    path = file(MERGER)
    before = json.loads(places("update", path, "--json")[1])
    done = json.loads(places("update", path, "--json", "--apply")[1])
    assert (before["applied"], done["applied"]) == (False, True)
    assert {**before, "applied": True} == done
    assert done["changes"][0]["communes"] == 2
    assert done["begun"]["provinces"] == ["82-2026"]
    assert {"agencies", "regions", "cities", "ended"} <= set(done)


def test_application_is_recorded_and_agencies_follow(places, file):
    code, out, err = places("update", file(MERGER), "--apply")
    assert (code, err) == (0, [])
    assert out.endswith("Đã áp dụng.\n")
    new = Province.objects.get(key="82-2026")
    assert Agency.objects.get(code="dong-thap").successor.province == new
    assert Agency.objects.get(code="dong-thap").successor == Agency.objects.get(code="phu-tho").successor
    event = AuditEvent.objects.get(action="places.update")
    decision = PlaceDecision.objects.get()
    assert (event.thread, event.after["digest"]) == (f"places:{decision.pk}", decision.digest)
    assert verify_chain() is None


@pytest.mark.parametrize("more", [(), ("--apply",)])
def test_same_file_twice_leaves_nothing_to_do(places, file, more):
    path = file(MERGER)
    places("update", path, "--apply")
    after = whole_database()
    assert places("update", path, *more) == (0, f"{places_cli.NOTHING_TO_DO}\n", [])
    assert json.loads(places("update", path, "--json", *more)[1]) == {"applied": False, "nothing_to_do": True}
    assert whole_database() == after


def test_agencies_that_cannot_follow_take_everything_back(places, file, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr("khuyencong.accounts.succession.succeed_provinces", fail)
    before = whole_database()
    with pytest.raises(RuntimeError):
        places("update", file(MERGER), "--apply")
    assert whole_database() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Hãy nêu lệnh"),
        (("update",), "Hãy nêu tệp"),
        (("update", "khong-co.yaml"), "Không có tệp khong-co.yaml"),
        (("show",), "Hãy nêu mã"),
        (("show", "Không Đâu"), "không có tỉnh, xã nào"),
        (("show", "82", "--on", "1/1/2026"), "năm-tháng-ngày"),
    ],
)
def test_mistake_ends_with_a_sentence(places, words, sentence):
    code, out, err = places(*words)
    assert (code, out, len(err)) == (1, "", 1)
    assert sentence in err[0]


def test_every_mistake_of_a_file_is_a_line(places, file):
    code, out, err = places("update", file({"new_city": "99"}, {"rename_commune": "29869", "name": "Nghiệm"}))
    assert (code, out) == (1, "")
    assert err == ["Mục 2 (rename_commune): «name: Nghiệm» phải bắt đầu bằng Xã, Phường, Đặc khu và có tên riêng."]
    assert places("update", file({"new_city": "99"}, {"new_city": "98"}))[2] == [
        "Mục 1 (new_city): không có tỉnh, thành phố nào đang dùng mã «99».",
        "Mục 2 (new_city): không có tỉnh, thành phố nào đang dùng mã «98».",
    ]


def test_place_is_shown_as_it_was_on_a_day(places, file):
    places("update", file(MERGER), "--apply")
    code, out, _ = places("show", "dong thap", "--on", "2026-01-01")
    assert (code, out.splitlines()) == (
        0,
        [
            "Tỉnh Đồng Tháp [82], Phía Nam",
            "   đến 28/02/2026, nay thuộc Gộp Thử",
            "Xã Thử Nghiệm Đồng Tháp [29869], Tỉnh Đồng Tháp",
            "   đến 28/02/2026, nay là Xã Thử Nghiệm Đồng Tháp",
        ],
    )
    assert places("show", "82")[1] == "Tỉnh Gộp Thử [82-2026], Phía Nam\n"
    assert places("show", "87", "--on", "2025-01-01")[1].startswith("Tỉnh Đồng Tháp [87@2025]")


def test_example_of_the_help_can_be_read():
    from khuyencong.places.decision import ChangeKind, read_decision
    from khuyencong.plain_file import _parsed

    example = places_cli.UPDATE_EPILOG.split("\n\n")[0].partition("\n")[2]
    decision = read_decision(_parsed(example, "vi-du.yaml"))
    assert {change.kind for change in decision.changes} == set(ChangeKind)


def test_unknown_command_is_said(places, capsys):
    with pytest.raises(SystemExit) as stopped:
        places("up")
    assert stopped.value.code == 1
    assert "Không hiểu dòng lệnh" in capsys.readouterr().err


def test_help_names_both_commands(places, capsys):
    for words in (("--help",), ("update", "--help"), ("show", "--help")):
        with pytest.raises(SystemExit) as stopped:
            places(*words)
        assert stopped.value.code == 0
        assert "cách dùng" in capsys.readouterr().out
