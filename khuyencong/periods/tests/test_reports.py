"""The life of a report: figures of records, handed in, locked, opened; what comes later; tables by hand, counted once."""

import io
import json
import zipfile
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from docx import Document
from pypdfium2 import PdfDocument
from python_calamine import CalamineWorkbook

from khuyencong.audit.verify import verify_chain
from khuyencong.competitions.outcome.tests import making as competitions
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance.models import LedgerEntry
from khuyencong.periods import actions
from khuyencong.periods.content import content_now, content_of
from khuyencong.periods.files import content_file
from khuyencong.periods.handing import read_table, template
from khuyencong.periods.later import changes_since
from khuyencong.periods.models import PeriodReport, PeriodReportState, ReportVersion
from khuyencong.periods.narrative import Told, generated
from khuyencong.periods.rules import contradictions, share_differs
from khuyencong.periods.tests import making
from khuyencong.reporting.figures import CODES, value_of
from khuyencong.reporting.period import Period, PeriodKind
from khuyencong.reporting.tables import By, Tables
from khuyencong.testing import make_project

pytestmark = pytest.mark.django_db(transaction=False)


def values(**given):
    """The figures of one cell."""
    return tuple(given.get(code, 0) for code in CODES)


def test_a_report_is_handed_in_locked_and_stays_as_it_was(world, client):
    make_project(world, state="settled", support=290 * MILLION, total=616 * MILLION)
    report = making.begin(world)
    assert report.receiver == world.agencies["national"]
    with pytest.raises(Refused, match="đã có báo cáo của kỳ"):
        making.begin(world)
    officer, leader = world.actor(*making.OFFICER), world.actor(*making.LEADER)
    first = content_now(report)
    text = first.sections[0].text
    assert "1 đề án, nhiệm vụ khuyến công được phê duyệt với tổng kinh phí 616 triệu đồng" in text
    assert "kinh phí khuyến công là 290 triệu đồng, đối ứng của cơ sở và nguồn khác là 326 triệu đồng" in text
    assert (
        "đạt 100,0 % kế hoạch (290 triệu đồng)" in next(one for one in first.sections if one.code == "giai-ngan").text
    )
    report = actions.write_section(
        report_id=report.pk,
        by=officer,
        version=report.version,
        section="kho-khan",
        text="Lưới điện yếu.",
        comment="Cần vốn.",
    )
    with pytest.raises(Stale):
        actions.write_section(
            report_id=report.pk, by=officer, version=report.version - 1, section="kho-khan", text="x", comment=""
        )
    with pytest.raises(NotAllowed):
        making.submit(world, report, by=("dong-thap", "leader"))
    version = making.submit(world, report)
    report.refresh_from_db()
    assert report.state == PeriodReportState.SUBMITTED
    with pytest.raises(NotAllowed):
        actions.approve(report_id=report.pk, by=world.actor("dong-thap", "leader"), version=report.version)
    report = making.lock(world, report)
    assert json.loads(version.content)["sections"][5]["text"] == "Lưới điện yếu."
    kept = content_of(report)
    assert kept.cells == first.cells
    assert changes_since(report, kept) == []

    # Nothing of what was handed in can be changed, and its files are the same bytes.
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)
    files = {kind: content_file(report, kept, kind) for kind in ("pdf", "xlsx", "docx")}
    make_project(world, state="in_progress", support=200 * MILLION, total=500 * MILLION)
    again = PeriodReport.objects.select_related("agency__province", "receiver").get(pk=report.pk)
    assert {kind: content_file(again, content_of(again), kind) for kind in files} == files
    assert_files_say(files, text="Lưới điện yếu.", total=616)

    # What records say later stands beside it, with the old and the new figure.
    later = changes_since(again, content_of(again))
    told = {(one.row, one.figure.code): (one.old, one.new) for one in later}
    assert told["Cộng", "planned"] == (290 * MILLION, 490 * MILLION)
    client.force_login(leader.user, backend="django.contrib.auth.backends.ModelBackend")
    shown = " ".join(client.get(again.get_absolute_url()).content.decode().split())
    assert "Điều chỉnh sau khóa" in shown
    assert "490" in shown

    # Opened only by who received it, with a reason; handed in again it has a second version.
    with pytest.raises(Refused, match="lý do"):
        actions.unlock(report_id=again.pk, by=leader, version=again.version, reason=" ")
    with pytest.raises(NotAllowed):
        actions.unlock(report_id=again.pk, by=world.actor("dong-thap", "leader"), version=again.version, reason="x")
    actions.unlock(report_id=again.pk, by=leader, version=again.version, reason="Thiếu một đề án.")
    second = making.submit(world, again)
    assert (second.number, again.versions.count()) == (2, 2)
    assert second.sha256 != version.sha256
    assert verify_chain() is None


def assert_files_say(files, *, text, total):
    """Word, PDF and Excel, read back: the words and the total (triệu đồng)."""
    said = "\n".join(one.text for one in Document(io.BytesIO(files["docx"])).paragraphs)
    assert f"tổng kinh phí {total} triệu đồng" in said
    assert text in said
    page = "".join(one.get_textpage().get_text_bounded() for one in PdfDocument(files["pdf"]))
    assert f"{total} triệu đồng" in " ".join(page.split())
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"])).get_sheet_by_index(0).to_python()
    assert any(total * MILLION in row for row in sheet)


def test_what_contradicts_itself_is_found_and_must_be_explained(world):
    sound = values(
        planned_projects=2,
        approved_projects=2,
        planned=500,
        approved=400,
        counterpart=600,
        total=1000,
        paid=100,
        paid_to_date=100,
    )
    assert list(contradictions("Máy", sound)) == []
    codes = {one.code for one in contradictions("Máy", values(planned=500, approved=600, total=600, paid_to_date=700))}
    assert codes == {"approved_beyond_plan", "paid_beyond_approval", "money_without_project"}
    assert [one.code for one in contradictions("Máy", values(approved_projects=1, planned_projects=1, total=5))] == [
        "total_differs"
    ]
    # Consulting of 2024: 8 of 6,04 tỷ are not 115,6 %, but 132,5 %.
    assert share_differs(Decimal("115.6"), 8000, 6040)
    assert not share_differs(Decimal("132.5"), 8000, 6040)
    assert not share_differs(Decimal(0), 5, 0)

    report = making.with_table(
        world,
        planned_projects=1,
        approved_projects=1,
        planned=500 * MILLION,
        approved=600 * MILLION,
        counterpart=MILLION,
    )
    with pytest.raises(Refused, match=r"giải trình.*lớn hơn «Kinh phí kế hoạch»"):
        making.submit(world, report, explanation="")
    making.submit(world, report)


def test_tables_by_hand_are_read_and_counted_once(world, client):
    """Phú Thọ reports its local money by a table: the nation counts that and not its records of local money beside it."""
    make_project(world, province="82", state="settled", support=100 * MILLION)
    make_project(world, province="25", state="settled", support=290 * MILLION)
    make_project(world, province="25", source="national", state="accepted", support=250 * MILLION)
    cuc = world.actor("national", "officer")
    nation = making.begin(world, "national")
    assert value_of(content_now(nation).total, "planned") == 640 * MILLION
    with pytest.raises(Refused, match="báo cáo bằng bảng"):
        making.begin(world, "phu-tho", by=("national", "officer"))
    table = making.begin(world, "phu-tho", by=("national", "officer"), by_hand=True)

    client.force_login(cuc.user, backend="django.contrib.auth.backends.ModelBackend")
    empty = client.get(f"/bao-cao-ky/{table.pk}/mau/").content
    wrong = _filled(empty, {"A2": "Máy bay", "B2": "Khuyến công địa phương", "C2": "hai"})
    answer = client.post(f"/bao-cao-ky/{table.pk}/nhap/", {"version": table.version, "file": _file(wrong)})
    assert answer.status_code == 422
    assert "Không có nội dung «Máy bay»" in answer.content.decode()
    assert table.rows.count() == 0
    right = _filled(empty, {"A2": _machinery(), "B2": "KCĐP", "C2": 3, "H2": 900 * MILLION})
    answer = client.post(f"/bao-cao-ky/{table.pk}/nhap/", {"version": table.version, "file": _file(right)})
    assert answer.status_code == 302
    assert table.rows.get().values == {"planned_projects": 3, "planned": 900 * MILLION}
    assert read_table(template(list(table.rows.all()))).rows[0].values == table.rows.get().values

    assert value_of(content_now(nation).total, "planned") == 640 * MILLION  # not handed in yet
    making.submit(world, table)
    content = content_now(nation)
    assert value_of(content.total, "planned") == (100 + 250 + 900) * MILLION
    assert content.taken_in == (world.agencies["phu-tho"].name,)
    rows = {
        row.label: row for row in Tables(content.question, content.cells, hand=content.hand).table(By.PROVINCE).rows
    }
    assert rows["Phú Thọ"].question is None  # no list adds up to it
    assert rows["Đồng Tháp"].question is not None
    page = " ".join(client.get(nation.get_absolute_url()).content.decode().split())
    assert "gồm số báo cáo bằng bảng" in page


def _machinery():
    from khuyencong.law.catalogue import activity_name

    return activity_name("machinery")


def _file(content):
    return io.BytesIO(content) if not hasattr(content, "read") else content


def _filled(content, cells):
    """The workbook with cells of its first sheet written in, as a person would."""
    import xlsxwriter

    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet("Số liệu")
    for at, heading in enumerate(rows[0]):
        page.write(0, at, heading)
    for place, value in cells.items():
        page.write(place, value)
    book.close()
    buffer.seek(0)
    buffer.name = "bang.xlsx"
    return buffer


def test_nothing_to_report_is_said_and_divides_by_nothing(world, client):
    report = making.begin(world)
    content = content_now(report)
    assert "chưa có đề án, nhiệm vụ khuyến công nào được đưa vào kế hoạch" in content.sections[0].text
    assert [one.text for one in content.sections[1:]] == [""] * 6
    for kind in ("pdf", "xlsx", "docx"):
        assert content_file(report, content, kind)
    long = "N" * 300
    report.texts = {"kho-khan": f"{long}\n{{{{ 7 * 7 }}}} <b>"}
    made = Document(io.BytesIO(content_file(report, content_now(report), "docx")))
    assert any(one.text == "{{ 7 * 7 }} <b>" for one in made.paragraphs)
    assert content_file(report, content_now(report), "pdf")
    told = Told(report.period, report.closing_on, "tại đây", {}, values(paid=5, paid_to_date=5), None, 0, 0)
    assert generated(told, "giai-ngan") == [f"Đến hết ngày {today():%d/%m/%Y} đã giải ngân 0,000005 triệu đồng."]
    making.submit(world, report)


def test_indicators_are_each_province_s_own(world):
    make_project(world, state="accepted", support=100 * MILLION, beneficiaries=2)
    officer = world.actor(*making.OFFICER)
    from uuid import uuid4

    shared = {"unit": "cơ sở", "document": "QĐ 00/VIDU", "activities": [], "position": 1}
    counted = actions.keep_indicator(
        by=officer, creation_key=uuid4(), label="Cơ sở đã nghiệm thu", figure="served", **shared
    )
    typed = actions.keep_indicator(by=officer, creation_key=uuid4(), label="Số tin bài", figure="", **shared)
    products = actions.keep_indicator(
        by=officer, creation_key=uuid4(), label="Sản phẩm tiêu biểu", figure="recognised", **shared
    )
    competitions.revoke(world, competitions.certificates_of(competitions.decided(world, ("90", "80", "60")))[0])
    competitions.decided(world, ("90",), level="region")
    report = making.begin(world)
    lines = {one.key: one for one in content_now(report).indicators}
    assert (lines[products.pk].text, lines[products.pk].typed) == ("1", False)
    assert (lines[counted.pk].value, lines[typed.pk].text) == (2, "–")
    report = actions.type_indicators(
        report_id=report.pk, by=officer, version=report.version, values={typed.pk: Decimal("12.5")}
    )
    assert {one.key: one.text for one in content_now(report).indicators}[typed.pk] == "12,5"
    assert content_now(making.begin(world, "phu-tho")).indicators == ()


def test_pages_ask_the_same_number_of_queries(world, client):
    """Of the list, of a report, and of who has not handed in; a stranger's report is not there."""
    client.force_login(world.actor("national", "leader").user, backend="django.contrib.auth.backends.ModelBackend")
    year = today().year
    report = making.begin(world)
    make_project(world, state="settled")
    making.submit(world, report)
    asked = []
    for agency in ("dong-thap", "phu-tho"):
        if agency != "dong-thap":
            making.submit(world, making.begin(world, agency))
            make_project(world, state="settled")
        asked.append([])
        for url in (f"/bao-cao-ky/?year={year}&ky=nam-1", report.get_absolute_url()):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            asked[-1].append(len(queries))
    assert asked[0] == asked[1]
    client.force_login(world.actor("phu-tho", "officer").user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(report.get_absolute_url()).status_code == 404
    assert LedgerEntry.objects.exists()


def test_a_file_of_equal_data_has_equal_bytes(world):
    report = making.begin(world)
    content = content_now(report)
    first, second = (content_file(report, content, "docx") for _ in range(2))
    assert first == second
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None


def test_a_quarter_tells_what_belongs_to_it(world):
    make_project(world, state="settled", support=290 * MILLION)
    quarter = Period(PeriodKind.QUARTER, today().year, (today().month - 1) // 3 + 1)
    report = making.begin(world, period=quarter)
    content = content_now(report)
    assert value_of(content.total, "paid") == value_of(content.total, "paid_to_date") == 290 * MILLION
