"""The pages: who sees what, what they say, and the file that can be taken away."""

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.reporting.models import PublishedCase
from khuyencong.reporting.queries import province_year
from khuyencong.testing import make_project

RESULTS, XLSX, PUBLISHED = "/ket-qua/", "/ket-qua/tai-ve.xlsx", "/ket-qua/so-lieu-cong-bo/"


@pytest.fixture
def as_(client, world):
    def sign_in(agency, role="officer"):
        client.force_login(world.actor(agency, role).user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def case(world, year):
    """A case of old Hòa Bình whose sum is wrong."""
    made = PublishedCase.objects.create(
        slug="mau", title="Khuyến công Hòa Bình thử", province=world.provinces["17@2025"], year=year, source="báo thử"
    )
    for key, value in (("one", "600"), ("two", "986.629"), ("all", "3108.129")):
        made.figures.create(key=key, label=f"Số {key}", value=Decimal(value), unit="million", approximate=key == "one")
    made.checks.create(kind="sum", stated=made.figures.get(key="all"), operands=["one", "two"], explanation="Cộng lại.")
    return made


def text(answer):
    return " ".join(answer.content.decode().split())


def test_an_officer_lands_on_the_own_province_and_latest_year(phu_tho_year, as_, year):
    answer = as_("phu-tho").get(RESULTS)
    assert answer.status_code == 200
    page = text(answer)
    assert f"Kết quả khuyến công năm {year}: Tỉnh Phú Thọ" in page
    assert "590 / 1.490 triệu đồng" in page
    assert "39,6 %" in page
    assert "Theo tỉnh, thành phố khi ấy" in page
    assert "Hòa Bình" in page
    assert "có số gần đúng" in page
    assert "Đang trình, đang thẩm định: 1 đề án" in page
    assert "Đã ngừng thực hiện: 1 đề án" in page


def test_the_filters_are_in_the_address(phu_tho_year, as_, year):
    page = text(as_("phu-tho").get(RESULTS, {"year": year, "source": "national"}))
    assert "300 / 800 triệu đồng" in page
    assert "source=national" in page


def test_the_national_agency_starts_with_all_provinces(phu_tho_year, as_, year):
    client = as_("national")
    answer = client.get(RESULTS)
    assert "cả nước" in text(answer)
    row = next(row for row in answer.context["summary"].provinces if row.label == "Phú Thọ")
    opened = client.get(row.url)
    assert opened.context["result"].total.sums == row.sums


def test_a_regional_centre_sees_its_own(phu_tho_year, as_, year):
    client = as_("region")
    assert client.get(RESULTS).context["result"].total.sums.projects == 1  # only one province to choose
    assert client.get(RESULTS, {"province": "82"}).status_code == 404


def test_another_province_is_not_there(phu_tho_year, case, as_):
    client = as_("dong-thap")
    for address in (RESULTS, XLSX):
        assert client.get(address, {"province": "25"}).status_code == 404
        assert client.get(address, {"province": "99"}).status_code == 404
    page = text(client.get(RESULTS))
    assert "Phú Thọ" not in page
    assert "Hòa Bình" not in page
    assert "Hòa Bình" not in text(client.get(PUBLISHED))


@pytest.mark.parametrize(
    "query", [{"year": "hai"}, {"year": "99999"}, {"source": "x"}, {"activity": "x"}, {"year": "²"}]
)
def test_a_filter_that_cannot_be_read_shows_no_figure(phu_tho_year, as_, query):
    answer = as_("phu-tho").get(RESULTS, query)
    assert answer.status_code == 422
    assert "Không đọc được bộ lọc" in text(answer)
    assert as_("phu-tho").get(XLSX, query).status_code == 404


def test_a_year_without_anything_says_so(phu_tho_year, as_):
    page = text(as_("phu-tho").get(RESULTS, {"year": "2015"}))
    assert "Chưa có đề án nào được phê duyệt" in page


def test_an_empty_system_has_an_empty_page(world, as_):
    assert "Chưa có đề án nào" in text(as_("phu-tho").get(RESULTS))
    assert "Chưa có đề án nào" in text(as_("national").get(RESULTS))
    assert "Chưa ghi số liệu công bố" in text(as_("national").get(PUBLISHED))


def test_strangers_sign_in_first(client, world):
    for address in (RESULTS, XLSX, PUBLISHED):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "next=" in answer["Location"]


def test_pages_and_files_are_only_read(as_, world):
    client = as_("phu-tho")
    for address in (RESULTS, XLSX, PUBLISHED):
        assert client.post(address).status_code == 405


def test_queries_of_the_page_do_not_grow(world, as_):
    def queries(agency, **query):
        client = as_(agency)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(RESULTS, query).status_code == 200
        return len(captured)

    make_project(world, province="25", state="approved")
    one = queries("phu-tho"), queries("national"), queries("national", province="25")
    for _ in range(2):
        make_project(world, province="25", state="approved")
    make_project(world, province="82", state="approved")
    assert (queries("phu-tho"), queries("national"), queries("national", province="25")) == one


def test_published_figures_stand_below_with_their_contradiction(phu_tho_year, case, as_, year):
    page = text(as_("phu-tho").get(RESULTS, {"year": year}))
    assert "khoảng 600 triệu đồng" in page
    assert (
        "Mâu thuẫn: khoảng 600 + 986,629 = 1.586,629 triệu đồng, nguồn ghi 3.108,129 triệu đồng "
        "(lệch 1.521,5 triệu đồng)." in page
    )
    assert page.index("Theo nguồn kinh phí") < page.index("Số liệu người khác đã công bố") < page.index("Mâu thuẫn")
    assert "Mâu thuẫn" not in text(as_("phu-tho").get(RESULTS, {"year": year - 1}))


def test_a_year_that_only_has_published_figures_can_be_chosen(phu_tho_year, case, as_, year):
    PublishedCase.objects.filter(pk=case.pk).update(year=2019)
    form = as_("phu-tho").get(RESULTS).context["form"]
    assert [value for value, _ in form.fields["year"].choices] == [str(year), "2019"]
    assert form["year"].value() == str(year)
    page = text(as_("phu-tho").get(RESULTS, {"year": "2019"}))
    assert "Chưa có đề án nào được phê duyệt" in page
    assert "Mâu thuẫn" in page


def test_the_published_page_names_place_source_and_result(case, as_):
    page = text(as_("phu-tho").get(PUBLISHED))
    assert "Tỉnh Hòa Bình (nay thuộc Tỉnh Phú Thọ)" in page
    assert "báo thử" in page
    assert "1 nguồn tự mâu thuẫn" in page
    assert "Cộng lại." in page


def test_published_cases_are_seen_by_scope(case, world, as_):
    PublishedCase.objects.create(slug="khu-vuc", title="Khu vực thử", region="central", source="báo")
    expected = {"national": 2, "phu-tho": 2, "dong-thap": 1, "region": 1}
    for agency, count in expected.items():
        cases = as_(agency).get(PUBLISHED).context["cases"]
        assert len(cases) == count, agency
        actor = world.actor(agency, "officer")
        assert {one.case.pk for one in cases} == {
            one.pk for one in PublishedCase.objects.all() if one.is_in_scope(actor)
        }


def sheets(answer):
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def table(rows, first):
    """Rows as dicts, from the header that starts with `first` down to the totals."""
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def test_the_file_holds_the_sums_the_projects_and_the_beneficiaries(phu_tho_year, world, as_, year):
    answer = as_("phu-tho").get(XLSX)
    assert answer["Content-Disposition"] == f'attachment; filename="ket-qua-25-{year}.xlsx"'
    found = sheets(answer)
    assert list(found) == ["Tổng hợp", "Đề án", "Cơ sở thụ hưởng"]
    sums = province_year(world.actor("phu-tho", "leader"), province=world.provinces["25"], year=year).total.sums

    total = table(found["Tổng hợp"], "Nguồn kinh phí")[-1]
    assert (total["Số đề án"], total["Hỗ trợ (đồng)"], total["Quyết toán (đồng)"]) == (4, sums.support, sums.settled)
    assert total["Quyết toán so với kế hoạch"] == pytest.approx(0.396)
    then = {(row["Đơn vị thực hiện"], row["Tỉnh khi ấy"]) for row in table(found["Tổng hợp"], "Nguồn kinh phí")[:-1]}
    assert ("Trung tâm Khuyến công Phú Thọ", "Hòa Bình") in then

    *projects, total = table(found["Đề án"], "Mã")
    by_code = {row["Mã"]: row for row in projects}
    assert len(by_code) == 6
    assert (total["Tổng kinh phí (đồng)"], total["Quyết toán (đồng)"]) == (sums.total, sums.settled)
    fish = by_code[phu_tho_year.fish.code]
    assert (fish["Tỉnh khi ấy"], fish["Số gần đúng"], fish["Hỗ trợ (đồng)"]) == ("Hòa Bình", "Có", 290_000_000)
    assert (fish["Trạng thái"], fish["Kế hoạch (đồng)"]) == ("Đã quyết toán", 290_000_000)
    assert by_code[phu_tho_year.waiting.code]["Tính vào kết quả"] == "Chưa: đang trình, thẩm định"
    assert by_code[phu_tho_year.stopped.code]["Tính vào kết quả"] == "Không: đã ngừng"
    assert phu_tho_year.draft.code not in by_code
    assert phu_tho_year.elsewhere.code not in by_code

    *beneficiaries, total = table(found["Cơ sở thụ hưởng"], "Mã đề án")
    assert len(beneficiaries) == 8
    assert (total["Cơ sở thụ hưởng"], total["Hỗ trợ (đồng)"]) == ("6 lượt cơ sở", sums.support)


def test_the_file_follows_the_filter_and_the_scope(phu_tho_year, as_, year):
    found = sheets(as_("phu-tho").get(XLSX, {"source": "national", "year": year}))
    assert {row["Nguồn kinh phí"] for row in table(found["Đề án"], "Mã")[:-1]} == {"Khuyến công quốc gia"}
    found = sheets(as_("national").get(XLSX))
    rows = table(found["Tổng hợp"], "Tỉnh, thành phố")
    assert [row["Tỉnh, thành phố"] for row in rows] == ["Đồng Tháp", "Phú Thọ", "Cộng"]
    found = sheets(as_("region").get(XLSX))
    assert table(found["Tổng hợp"], "Nguồn kinh phí")[-1]["Số đề án"] == 1


def test_taking_the_file_away_is_kept_in_the_audit_trail(phu_tho_year, as_, year):
    before = AuditEvent.objects.count()
    as_("phu-tho", "accountant").get(XLSX, {"source": "local"})
    event = AuditEvent.objects.order_by("-seq").first()
    assert event.action == "report.export"
    assert event.after == {
        "địa bàn": "25", "năm": year, "nguồn": "local", "nội dung": "", "địa giới": "Địa giới hiện nay",
    }  # fmt: skip
    assert event.thread == f"report:25:{year}"
    exported = AuditEvent.objects.filter(action="report.export").count()
    as_("phu-tho").get(RESULTS)
    as_("phu-tho").get(PUBLISHED)
    assert AuditEvent.objects.filter(action="report.export").count() == exported == 1
    assert AuditEvent.objects.count() > before
