"""Open data files: nobody named who may not be, the same bytes from the same rows, nothing taken back stays in any edition."""

import csv
import hashlib
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from khuyencong import jobs
from khuyencong.competitions.outcome.tests.making import certificates_of, decided, revoke
from khuyencong.documents.comma import harmless
from khuyencong.establishments.models import Establishment
from khuyencong.opendata import months
from khuyencong.opendata.actions import withdraw_publication
from khuyencong.opendata.files.columns import DATASETS, PROJECTS
from khuyencong.opendata.files.writing import WRITERS
from khuyencong.opendata.models import CURRENT, Edition, EditionFile
from khuyencong.opendata.public import every_public_project, public_projects, published, totals_by_province
from khuyencong.opendata.tests.publishing import published as publish
from khuyencong.periods.tests import making as periods

HERE = Path(__file__).parent
HOUSEHOLD, OWNER = "Hộ kinh doanh Nguyễn Văn Thử", "Nguyễn Văn Thử"
OWN_RULE = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"


def threesixty():
    """The validator of a package. The package schema names the schema of a grant by the number before its own."""
    grant, package = (
        json.loads((HERE / "threesixty" / f"360-giving-{name}schema.json").read_text(encoding="utf-8"))
        for name in ("", "package-")
    )
    registry = jsonschema_rs.Registry([(OWN_RULE, grant)])
    return jsonschema_rs.validator_for(package, registry=registry, validate_formats=True)


@pytest.fixture
def household(world):
    """A published đề án whose beneficiary is a household with everything that may not be told."""
    found = publish(world)
    Establishment.objects.filter(benefits__project=found.project).update(
        name=HOUSEHOLD, kind="household", owner_name=OWNER, phone="0912345678", tax_code="079185001234",
        owner_id_number="079185001234", email="thu@example.vn", latitude=10.5, longitude=105.5,
    )  # fmt: skip
    return found


@pytest.fixture
def company(world):
    found = publish(world, title="=Máy mới, «số 1»", summary="- một\n+ hai")
    Establishment.objects.filter(benefits__project=found.project).update(name="Công ty TNHH Máy Mẫu", kind="sme")
    return found


def text_of(file):
    """Everything that a file says, as text."""
    with file.content.open("rb") as stream:
        content = stream.read()
    assert hashlib.sha256(content).hexdigest() == file.sha256
    if not file.name.endswith(".xlsx"):
        return content.decode("utf-8-sig")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return "\n".join(
        str(cell) for name in book.sheet_names for line in book.get_sheet_by_name(name).to_python() for cell in line
    )


def shown(edition):
    return {one.name: text_of(one) for one in edition.files.exclude(name__endswith=months.ROWS)}


def test_what_a_file_says_and_does_not_say(world, household, company):
    periods.lock(world, periods.submit(world, periods.begin(world)).report)
    certificate = certificates_of(decided(world))[0]
    assert months.go_on()
    assert not months.go_on()
    month, current = Edition.objects.order_by("name")
    assert (month.name, current.name) == (f"{timezone.localdate():%Y-%m}", CURRENT)
    said = shown(current)
    assert len(said) == len(DATASETS) * len(WRITERS) + 1
    for name, text in said.items():
        assert HOUSEHOLD not in text, name
        assert OWNER not in text, name
        assert not re.search(r"0912|079185001234|@example|105[.,]5", text), name
    assert "Công ty TNHH Máy Mẫu" in said["ho-tro.csv"]
    assert household.project.code in said["de-an.csv"]

    rows = list(csv.DictReader(io.StringIO(said["de-an.csv"])))
    assert {row["ten"] for row in rows} == {household.title, f"'{company.title}"}  # no formula for a spreadsheet
    assert len(rows) == 2
    data = json.loads(said["de-an.json"])
    assert [row["ma_de_an"] for row in data["du_lieu"]] == sorted([household.project.code, company.project.code])
    assert data["du_lieu"][0].keys() == {field.code for field in PROJECTS.fields}
    support = json.loads(said["ho-tro.json"])["du_lieu"]
    kinds = {row["ma_de_an"]: (row["loai_hinh"], row["ten_co_so"], row["xa"]) for row in support}
    assert kinds[household.project.code] == ("Hộ kinh doanh", "", "")
    assert certificate.number in said["san-pham.csv"]
    assert "Sở Công Thương Đồng Tháp" in said["chi-tieu.csv"]

    package = json.loads(said["360giving.json"])
    threesixty().validate(package)
    assert {len(one.get("recipientIndividual", {})) for one in package["grants"]} == {0, 2}
    broken = {**package, "grants": [{**package["grants"][0], "awardDate": "30/11/2026"}]}
    assert not threesixty().is_valid(broken)

    # The same rows give the same bytes.
    before = {one.name: one.sha256 for one in current.files.all() if not one.name.endswith(months.ROWS)}
    Edition.objects.filter(pk=current.pk).update(made_at=timezone.now() - timedelta(hours=2), fingerprint="")
    assert months.go_on()
    again = Edition.objects.get(name=CURRENT)
    assert {one.name: one.sha256 for one in again.files.all() if not one.name.endswith(months.ROWS)} == before


def test_what_is_taken_back_is_gone_from_every_edition(world, household, company, visit, client):
    certificate = certificates_of(decided(world))[0]
    assert jobs.do_all()
    name = f"{timezone.localdate():%Y-%m}"
    old = {one.name: one.sha256 for one in EditionFile.objects.filter(edition__name=name)}
    address = reverse("open_data_file", args=[name, "de-an.csv"])
    answer = client.get(address)
    assert household.project.code in b"".join(answer.streaming_content).decode()
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304

    officer = world.actor("dong-thap", "officer")
    withdraw_publication(project_id=household.project_id, by=officer, version=household.version, reason="Sai.")
    for one in (name, CURRENT):
        waiting = client.get(reverse("open_data_file", args=[one, "de-an.csv"]))
        assert (waiting.status_code, waiting["Retry-After"]) == (503, "60")
    assert "đang được làm lại" in client.get(reverse("open_data_edition", args=[name])).content.decode()
    assert jobs.do_all()
    revoke(world, certificate)
    assert months.go_on()
    for edition in Edition.objects.all():
        for file, text in shown(edition).items():
            assert household.project.code not in text, file
            assert certificate.number not in text or file.startswith(("de-an", "ho-tro", "360")), file
            if file.startswith(("de-an", "ho-tro")):
                assert company.project.code in text
        assert edition.remade_on == timezone.localdate()
    page = client.get(reverse("open_data_edition", args=[name])).content.decode()
    assert "làm lại ngày" in page
    new = {one.name: one.sha256 for one in EditionFile.objects.filter(edition__name=name)}
    assert new["de-an.csv"] != old["de-an.csv"]
    assert new["chi-tieu.csv"] == old["chi-tieu.csv"]


def test_a_name_leaves_with_the_consent(world, household):
    """Named because of a consent; when that is ended, no edition names the household any more."""
    type(household).objects.filter(pk=household.pk).update(consent=True, consent_document="Giấy 01")
    months.go_on()
    assert HOUSEHOLD in shown(Edition.objects.get(name=CURRENT))["ho-tro.csv"]
    type(household).objects.filter(pk=household.pk).update(consent=False)
    assert months.is_stale(Edition.objects.get(name=CURRENT))
    months.go_on()
    for edition in Edition.objects.all():
        assert HOUSEHOLD not in shown(edition)["ho-tro.csv"]


def test_pages_and_files_that_are_not_there(world, client, company):
    assert "Chưa có dữ liệu" in client.get(reverse("open_data")).content.decode()
    months.go_on()
    page = client.get(reverse("open_data")).content.decode()
    assert "CC BY 4.0" in page
    assert "360giving.json" in page
    assert "ma_de_an" in client.get(reverse("open_data_dictionary")).content.decode()
    words = client.get(reverse("open_data_dictionary_json")).json()
    assert [one["ma"] for one in words["bang"]] == [one.code for one in DATASETS]
    for name, file in ((CURRENT, "de-an.rows"), (CURRENT, "khac.csv"), ("1999-01", "de-an.csv")):
        assert client.get(reverse("open_data_file", args=[name, file])).status_code == 404
    xlsx = client.get(reverse("open_data_file", args=[CURRENT, "de-an.xlsx"]))
    assert xlsx["Content-Disposition"] == 'attachment; filename="khuyen-cong-hien-hanh-de-an.xlsx"'
    b"".join(xlsx.streaming_content)


def test_few_queries_however_many(world, company, django_assert_num_queries):
    more = [publish(world) for _ in range(2)]
    for wanted in ([company], [company, *more]):
        with django_assert_num_queries(6):
            assert len(public_projects(wanted)) == len(wanted)
    assert [one.code for one in every_public_project()] == sorted(one.project.code for one in (company, *more))
    (total,) = totals_by_province()
    assert (total.province, total.projects) == ("Đồng Tháp", 3)
    assert total.approved == sum(one.approved for one in public_projects(published()))
    assert len(published(province="82", year=company.project.year)) == 3
    assert not published(province="25")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "\nx"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == f"'{cell}"


def test_plain_cells_stay_as_they_are():
    assert [harmless(one) for one in ("a=b", "", None, -5)] == ["a=b", "", None, -5]
