"""Open data files: nobody named who may not be, the same bytes from the same rows, nothing taken back stays in any edition."""

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
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
from khuyencong.opendata.actions import withdraw_publication, write_publication
from khuyencong.opendata.files.columns import DATASETS, PROJECTS
from khuyencong.opendata.files.grants import grants_of
from khuyencong.opendata.files.writing import WRITERS
from khuyencong.opendata.models import CURRENT, Edition, EditionFile, Publication
from khuyencong.opendata.public import every_public_project, public_projects, published, totals_by_province
from khuyencong.opendata.tests.publishing import TEXTS
from khuyencong.opendata.tests.publishing import published as publish
from khuyencong.periods.tests import making as periods
from khuyencong.projects.models import Beneficiary
from khuyencong.testing import make_establishment

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


def test_what_is_taken_back_is_gone_from_every_edition(world, household, company, client, monkeypatch):
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
    # Whoever asks first makes it anew; whoever comes while another is at it is told to come again.
    monkeypatch.setattr("khuyencong.opendata.files.views.freshened", lambda _name: False)
    waiting = client.get(address)
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "60")
    assert "đang được làm lại" in client.get(reverse("open_data_edition", args=[name])).content.decode()
    monkeypatch.undo()
    for one in (name, CURRENT):
        answer = client.get(reverse("open_data_file", args=[one, "de-an.csv"]))
        assert answer["Access-Control-Allow-Origin"] == "*"
        told = b"".join(answer.streaming_content).decode()
        assert household.project.code not in told
        assert company.project.code in told
    revoke(world, certificate)
    assert months.go_on()
    for edition in Edition.objects.all():
        for file, text in shown(edition).items():
            assert household.project.code not in text, file
            assert certificate.number not in text or file.startswith(("de-an", "ho-tro", "360")), file
            if file.startswith(("de-an", "ho-tro")):
                assert company.project.code in text
        assert edition.remade_on == (None if edition.is_current else timezone.localdate())
    page = client.get(reverse("open_data_edition", args=[name])).content.decode()
    assert "làm lại ngày" in page
    new = {one.name: one.sha256 for one in EditionFile.objects.filter(edition__name=name)}
    assert new["de-an.csv"] != old["de-an.csv"]
    assert new["chi-tieu.csv"] == old["chi-tieu.csv"]


def everything_said():
    """All files of all editions, and what everybody is shown and finds."""
    files = "\n".join(text for edition in Edition.objects.all() for text in shown(edition).values())
    pages = "\n".join(str(one) for one in every_public_project())
    return f"{files}\n{pages}\n{Publication.objects.values_list('haystack', flat=True)[:]}"


def test_a_name_leaves_with_the_consent(world, household):
    """Named because this one has agreed, and nobody else; when that ends, no edition names it any more."""
    officer, one = world.actor("dong-thap", "officer"), Establishment.objects.get(name=HOUSEHOLD)
    told = {**TEXTS, "agreed": [one.pk], "consent_document": "Giấy 01"}
    household = write_publication(
        project_id=household.project_id, by=officer, version=household.version, fields=told
    )  # fmt: skip
    months.go_on()
    assert all(HOUSEHOLD in shown(edition)["ho-tro.csv"] for edition in Edition.objects.all())
    assert Publication.objects.search("nguyen van thu").exists()

    # Who comes in its place, as an adjustment does it, has agreed to nothing.
    Establishment.objects.filter(pk=one.pk).update(name="Hộ kinh doanh Trần Thị Mới")
    other = make_establishment(world, name="Hộ Khác Hẳn Tên", kind="household")
    Beneficiary.all_ever.filter(establishment=one).update(left_on=timezone.localdate())
    Beneficiary.objects.create(project=household.project, establishment=other)
    (second,) = public_projects([household])[0].parties
    assert (second.number, second.name, second.commune) == (2, "", "")
    Beneficiary.all_ever.filter(establishment=other).delete()
    Beneficiary.all_ever.filter(establishment=one).update(left_on=None)
    Establishment.objects.filter(pk=one.pk).update(name=HOUSEHOLD)

    write_publication(project_id=household.project_id, by=officer, version=household.version, fields=TEXTS)
    assert all(months.is_stale(edition) for edition in Edition.objects.all())
    months.go_on()
    assert "Nguyễn Văn Thử" not in everything_said()
    assert "nguyen" not in everything_said()
    assert household.project.code in shown(Edition.objects.get(name=CURRENT))["de-an.csv"]


def test_words_taken_out_of_a_published_text_leave_every_edition(world, company):
    officer = world.actor("dong-thap", "officer")
    by = {"project_id": company.project_id, "by": officer}
    one = write_publication(
        **by, version=company.version, fields={**TEXTS, "summary": "Cô Xuân Lan chạy máy.", "looked": True}
    )
    months.go_on()
    assert "Xuân Lan" in everything_said()
    # More words, or the same with other signs, take nothing back.
    more = {**TEXTS, "summary": "Cô Xuân Lan chạy máy; xưởng mới.", "looked": True}
    one = write_publication(**by, version=one.version, fields=more)
    assert not any(months.is_stale(edition) for edition in Edition.objects.all())
    write_publication(**by, version=one.version, fields=TEXTS)
    months.go_on()
    assert "Xuân" not in everything_said()
    month, current = (shown(edition)["de-an.csv"] for edition in Edition.objects.order_by("name"))
    assert company.project.code in current
    assert company.project.code not in month
    assert not months.go_on()


def test_whoever_turns_out_to_be_a_household_leaves_too(world, company):
    """A kind corrected elsewhere, and an owner entered later whom a text names: nobody tells this room."""
    officer = world.actor("dong-thap", "officer")
    texts = {**TEXTS, "title": "Máy cho Công ty TNHH Máy Mẫu", "summary": "Của ông Đặng Văn Chủ.", "looked": True}
    one = write_publication(project_id=company.project_id, by=officer, version=company.version, fields=texts)
    months.go_on()
    assert "Máy Mẫu" in everything_said()
    Establishment.objects.filter(name="Công ty TNHH Máy Mẫu").update(kind="household")
    (found,) = public_projects([one])
    assert (found.title, found.withheld) == (f"{found.activity_label}, Đồng Tháp, năm {found.year}", ("title",))
    assert months.go_on()
    assert "Máy Mẫu" not in everything_said()
    assert not Publication.objects.search("may mau").exists()

    Edition.objects.all().delete()
    months.go_on()
    assert "Đặng Văn Chủ" in everything_said()
    Establishment.objects.filter(benefits__project=one.project).update(owner_name="Đặng Văn Chủ")
    Edition.objects.filter(name=CURRENT).update(made_at=timezone.now() - timedelta(hours=2), fingerprint="")
    while months.go_on():
        pass
    assert "Đặng Văn Chủ" not in everything_said()


def test_a_household_is_named_with_its_product_nowhere(world, client):
    certificate = certificates_of(decided(world))[0]
    maker = certificate.entry.establishment
    Establishment.objects.filter(pk=maker.pk).update(name="Hộ kinh doanh Lò Văn Gốm", owner_name="Lò Văn Gốm")
    Establishment.objects.get(pk=maker.pk).save()
    certificate.entry.product = "Bình gốm Lò Văn Gốm"
    certificate.entry.save()
    for kind, named in (("sme", True), ("household", False)):
        Establishment.objects.filter(pk=maker.pk).update(kind=kind)
        months.go_on()
        pages = [
            client.get(reverse("recognised_products")).content.decode(),
            client.get(reverse("portal_search"), {"q": "bình"}).content.decode(),
            *(shown(edition)["san-pham.csv"] for edition in Edition.objects.all()),
        ]
        assert {"Văn Gốm" in page for page in pages} == {named}
        assert (
            certificate.number in client.get(reverse("recognised_products"), {"q": "ho lo"}).content.decode()
        ) == named


def test_grants_keep_their_numbers_and_say_which_day_they_have(world, company):
    """The second beneficiary stays the second when the first one has left; one organisation is one in all its grants."""
    first = Beneficiary.objects.get(project=company.project)
    Establishment.objects.filter(pk=first.establishment_id).update(tax_code="1400000001")
    (named,) = public_projects([company])
    assert named.parties[0].tax_code == "1400000001"
    (grant,) = [one for one in grants_of(named) if one["id"].endswith("-1")]
    assert grant["recipientOrganization"][0]["id"] == "360G-khuyencong-mst-1400000001"
    assert grant["awardDate"] == named.approved_on.isoformat()
    unknown = replace(named.parties[0], name="", kind="unknown")
    old = replace(named, approved_on=None, parties=(unknown,))
    (grant,) = [one for one in grants_of(old) if one["id"].endswith("-1")]
    assert "recipientIndividual" not in grant
    assert grant["awardDate"] == named.booked_on.isoformat()
    assert "ngày ghi sổ" in grant["description"]


def test_pages_and_files_that_are_not_there(world, client, company):
    assert "Chưa có dữ liệu" in client.get(reverse("open_data")).content.decode()
    months.go_on()
    page = client.get(reverse("open_data")).content.decode()
    assert "CC BY 4.0" in page
    assert '"contentUrl"' in page
    assert "360giving.json" in page
    assert "ma_de_an" in client.get(reverse("open_data_dictionary")).content.decode()
    words = client.get(reverse("open_data_dictionary_json")).json()
    assert [one["ma"] for one in words["bang"]] == [one.code for one in DATASETS]
    values = {
        (one["ma"], column["ma"]): column["gia_tri"]
        for one in words["bang"]
        for column in one["cot"]
        if "gia_tri" in column
    }
    assert values["de-an", "ma_trang_thai"]["settled"] == "Đã quyết toán"
    for data in DATASETS:  # each label has its code beside it
        codes = {field.code for field in data.fields}
        assert all(f"ma_{code}" in codes for code in ("nguon", "noi_dung", "tinh", "loai_hinh", "ky") if code in codes)
    for name, file in ((CURRENT, "de-an.rows"), (CURRENT, "khac.csv"), ("1999-01", "de-an.csv")):
        assert client.get(reverse("open_data_file", args=[name, file])).status_code == 404
    xlsx = client.get(reverse("open_data_file", args=[CURRENT, "de-an.xlsx"]))
    assert xlsx["Content-Disposition"] == 'attachment; filename="khuyen-cong-hien-hanh-de-an.xlsx"'
    b"".join(xlsx.streaming_content)


def test_few_queries_however_many(world, company, django_assert_num_queries):
    more = [publish(world) for _ in range(2)]
    for wanted in ([company], [company, *more]):
        with django_assert_num_queries(7):
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
