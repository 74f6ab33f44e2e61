"""The list of đề án as a file: what the page has found, with real numbers."""

import io

from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.core.money import MILLION
from khuyencong.projects import export
from khuyencong.testing import make_project


def rows_of(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_the_file_holds_what_the_list_has_found(world, visit, monkeypatch):
    here = make_project(world, state="submitted", support=100 * MILLION, total=260 * MILLION)
    make_project(world, support=50 * MILLION, total=120 * MILLION)
    make_project(world, province="25", state="submitted")
    client = visit(world.actor("dong-thap", "leader"))

    rows = rows_of(client.get("/de-an/tai-ve.xlsx?state=submitted"))
    assert [row[0] for row in rows if here.code[:3] in str(row[0])] == [here.code]
    found = next(row for row in rows if row[0] == here.code)
    assert found[1] == here.name
    assert found[12:15] == [260 * MILLION, 100 * MILLION, 160 * MILLION]
    event = AuditEvent.objects.get(action="projects.export")
    assert event.after == {"số đề án": 1, "bộ lọc": "state=submitted"}
    assert "/de-an/tai-ve.xlsx?state=submitted" in client.get("/de-an/?state=submitted").content.decode()

    monkeypatch.setattr(export, "MOST_ROWS", 0)
    assert client.get("/de-an/tai-ve.xlsx").status_code == 409
