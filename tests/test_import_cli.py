"""The command `khuyencong import`, in this process with the test database, and once in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from khuyencong import import_cli
from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.establishments.actions import importing
from khuyencong.establishments.models import Establishment, Import
from khuyencong.establishments.tests.lists import AWAY, CODES, HEADS, row, sheet

ROOT = Path(__file__).resolve().parent.parent
ROWS = (row(code=CODES[0]), row("Phú Thọ", commune=AWAY), row("Sai mã", code="0100109107", workers="mười"))


@pytest.fixture
def command(capsys, tmp_path):
    """`command(*words)`: exit code, standard output and error."""

    def run(*words):
        try:
            code = import_cli.main(["establishments", *map(str, words)])
        except SystemExit as stop:
            code = stop.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(sheet(*ROWS))
    return path


def test_first_look_writes_nothing_and_says_row_cell_and_reason(world, command, file):
    code, out, _ = command(file, "--json")
    said = json.loads(out)
    assert code == 1
    assert (said["applied"], said["created"], said["updated"], said["unchanged"]) == (False, 2, 0, 0)
    (refused,) = said["refused"]
    assert (refused["row"], refused["cell"], refused["column"], refused["name"]) == (4, "C4", "Mã số thuế", "Sai mã")
    assert "phải là" in refused["reason"]
    assert [error["cell"] for error in refused["errors"]] == ["C4", "F4"]
    assert [one["outcome"] for one in said["rows"]] == ["created", "created", "refused"]
    assert Establishment.objects.count() == AuditEvent.objects.count() == Import.objects.count() == 0


def test_apply_writes_for_the_nation_in_the_name_of_the_machine(world, command, file):
    code, out, _ = command(file, "--apply", "--json")
    assert (code, json.loads(out)["applied"], json.loads(out)["created"]) == (1, True, 2)
    entry = Establishment.objects.get(tax_code=CODES[0])
    assert (entry.registered_by, entry.registered_for) == (None, world.agencies["dong-thap"])
    assert Establishment.objects.get(name="Phú Thọ").registered_for == world.agencies["phu-tho"]
    events = AuditEvent.objects.order_by("seq")
    assert [event.action for event in events] == ["establishment.register"] * 2 + ["establishment.import_done"]
    assert {(event.actor, event.origin) for event in events} == {(None, "dòng lệnh")}
    assert verify_chain() is None


def test_same_file_again_is_unchanged(world, command, file):
    command(file, "--apply")
    before = list(Establishment.objects.order_by("pk").values())
    said = json.loads(command(file, "--apply", "--json")[1])
    assert (said["created"], said["updated"], said["unchanged"], len(said["refused"])) == (0, 0, 2, 1)
    assert list(Establishment.objects.order_by("pk").values()) == before


def test_stopped_command_goes_on_where_it_was(world, command, file, monkeypatch):
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 1)
    write, calls = importing.write_rows, []

    def stop_at_the_second(*arguments, **named):
        calls.append(1)
        write(*arguments, **named)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "write_rows", stop_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            command(file, "--apply")
    assert Establishment.objects.count() == 1
    said = json.loads(command(file, "--apply", "--json")[1])
    assert (said["created"], said["unchanged"]) == (1, 1)


def test_all_rows_taken_is_exit_code_zero_and_updates_are_shown(world, command, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(sheet(row(code=CODES[0])))
    assert command(path, "--apply")[0] == 0
    path.write_bytes(sheet(row(code=CODES[0], workers=15)))
    code, out, _ = command(path)
    assert code == 0
    assert "Sẽ thêm mới 0, cập nhật 1" in out
    assert import_cli.ONLY_LOOKED in out
    said = json.loads(command(path, "--apply", "--json")[1])
    assert said["rows"][0]["changes"] == [["Lao động", "12", "15"]]
    assert Establishment.objects.get().workers == 15


def test_as_somebody_is_that_persons_province_and_hand(world, command, file):
    code, out, _ = command(file, "--apply", "--json", "--as", "dong-thap.officer")
    said = json.loads(out)
    assert (code, said["created"]) == (1, 1)
    assert "ngoài địa bàn" in said["refused"][0]["reason"]
    officer = world.actor("dong-thap", "officer")
    assert Establishment.objects.get().registered_by == officer.user
    assert set(AuditEvent.objects.values_list("actor", flat=True)) == {officer.user.pk}


def test_template_has_the_six_headings_first(world, command, tmp_path):
    path = tmp_path / "mau.xlsx"
    assert command("--template", path)[0] == 0
    book = CalamineWorkbook.from_path(path)
    assert book.get_sheet_by_index(0).to_python()[0][:6] == list(HEADS)
    assert command("--template", path)[0] == 2  # what somebody may have filled in is not written over
    assert command("--template", tmp_path / "b.xlsx", "--as", "dong-thap.officer")[0] == 0
    assert len(CalamineWorkbook.from_path(tmp_path / "b.xlsx").get_sheet_by_name("Mã xã").to_python()) == 2


def test_refused_rows_as_a_file(world, command, file, tmp_path):
    path = tmp_path / "loi.xlsx"
    command(file, "--errors", path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert [line[0] for line in rows] == ["Tên cơ sở", "Sai mã"]
    assert rows[0][-1] == "Lỗi"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["/khong/co.xlsx"], "Không có tệp"),
        ([str(ROOT)], "Không đọc được tệp"),
        ([str(ROOT / "README.md")], ".xlsx"),
        ([], "Hãy nêu tệp danh sách"),
        (["{file}", "--as", "khong.ai"], "Không có người dùng"),
        (["{file}", "--as", "dong-thap.leader"], "không có vai trò"),
        (["{file}", "--template", "a.xlsx"], "--template chỉ ghi tệp mẫu"),
        (["a", "b"], "Không hiểu dòng lệnh"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_in_json_an_error(world, command, file, words, sentence):
    words = [word.format(file=file) for word in words]
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    code, out, _ = command(*words, "--json")
    assert code == 2
    assert json.loads(out)["error"]


def test_file_that_is_too_large_is_not_read(world, command, tmp_path):
    path = tmp_path / "lon.xlsx"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    code, _, err = command(path)
    assert code == 2
    assert "20 MB" in err


def test_in_a_process_of_its_own_without_a_database(tmp_path):
    def run(*words):
        environment = {**os.environ, "KHUYENCONG_VAR": str(tmp_path / "var"), "DATABASE_URL": "", "PYTHONUTF8": "1"}
        return subprocess.run(
            [sys.executable, "-m", "khuyencong.cli", "import", *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert run("establishments", "--template", str(tmp_path / "mau.xlsx")).returncode == 0
    done = run("establishments", str(tmp_path / "mau.xlsx"), "--json")
    assert (done.returncode, list(json.loads(done.stdout))) == (2, ["error"])
    assert "established" not in done.stderr
    assert run().returncode == 2
    assert "TỆP" in run("establishments", "--help").stdout
