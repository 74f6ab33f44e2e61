"""Rows beside an entry: each kind added, corrected, taken away; audited, versioned, judged; papers with their files."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.actions import add_detail, remove_detail, update_detail
from khuyencong.establishments.details import BY_SLUG, KINDS
from khuyencong.establishments.forms import detail_form
from khuyencong.establishments.models import Establishment, Machine, Need, Paper, Suspicion
from khuyencong.people.roles import STAFF
from khuyencong.testing import PDF, at_once, kinds, make_establishment

ROWS = {
    "product": {"name": "Bột gạo", "unit": "tấn", "yearly_output": "12,5", "note": ""},
    "year_figure": {"year": "2024", "revenue": "2 tỷ", "tax_paid": "30 triệu", "workers": "12"},
    "machine": {
        "name": "Máy xay", "maker": "Hãng Thử", "model": "X1", "serial": "SN 001", "made_in": "2020",
        "bought_on": "05/03/2021", "value": "120 triệu", "quantity": "1.250",
    },
    "certificate": {
        "kind": "product", "name": "Bột gạo", "level": "province", "stars": "", "number": "1/GCN", "issuer": "UBND",
        "issued_on": "01/02/2024", "valid_until": "01/02/2027",
    },
    "paper": {"title": "Giấy đăng ký", "number": "12", "issued_on": "01/02/2020", "expires_on": ""},
    "need": {
        "activity": "machinery", "description": "Máy sấy", "estimated_cost": "500 triệu", "wanted_year": "2027",
        "found_on": "01/03/2026", "state": "open",
    },
    "contact": {"name": "Nguyễn Thị An", "title": "Kế toán", "phone": "0912 345 678", "email": "an@vi-du.vn"},
    "former_name": {"name": "Cơ sở Tên Xưa", "until_on": "01/02/2020", "document": "QĐ 1"},
}  # fmt: skip


@pytest.fixture
def officer(world):
    return world.actor("dong-thap-centre", "officer")


@pytest.fixture
def found(world):
    return make_establishment(world)


def values(kind):
    form = detail_form(KINDS[kind])({**ROWS[kind], "version": 1})
    assert form.is_valid(), form.errors
    return form.cleaned_data


def pdf(name="giay.pdf", more=b""):
    return SimpleUploadedFile(name, PDF + more)


def add(found, by, key, /, *, upload=None, **changed):
    found.refresh_from_db()
    return add_detail(
        establishment_id=found.pk,
        by=by,
        version=found.version,
        kind=key,
        fields=values(key) | changed,
        upload=upload,
    )


def stored(row):
    return Path(row.file.path)


# --- one door --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_row_is_added_corrected_and_taken_away(found, officer, kind):
    row = add(found, officer, kind)
    first = KINDS[kind].fields[0]
    changed = {"year": 2023}.get(first, "other" if kind == "certificate" else "Tên khác")
    fields = {"kind": "other", "level": "", "stars": None} if kind == "certificate" else {first: changed}
    if kind == "need":
        fields = {"description": "Tên khác"}
    update_detail(establishment_id=found.pk, by=officer, version=2, kind=kind, detail_id=row.pk, fields=fields)
    remove_detail(establishment_id=found.pk, by=officer, version=3, kind=kind, detail_id=row.pk)
    found.refresh_from_db()
    assert found.version == 4
    assert not KINDS[kind].rows_of(found).exists()
    events = list(AuditEvent.objects.filter(thread=f"establishment:{found.pk}").order_by("seq"))[1:]
    assert [event.action.rpartition("_")[2] for event in events] == ["add", "update", "remove"]
    added, updated, removed = events
    assert added.before is None
    assert removed.after is None
    assert updated.before == added.after
    assert removed.before == updated.after
    assert {event.subject_id for event in events} == {str(found.pk)}
    assert (added.after["detail"], updated.before == updated.after) == (kind, kind == "contact")


def test_names_and_numbers_of_persons_stay_out_of_the_trail(found, officer):
    row = add(found, officer, "contact")
    update_detail(
        establishment_id=found.pk,
        by=officer,
        version=2,
        kind="contact",
        detail_id=row.pk,
        fields={"phone": "0987654321"},
    )
    told = str(list(AuditEvent.objects.filter(thread=f"establishment:{found.pk}").values_list("before", "after")))
    for word in ("0912", "0987", "Nguyễn Thị An", "an@vi-du.vn"):
        assert word not in told
    assert "Kế toán" in told


@pytest.mark.parametrize("kind", KINDS)
def test_old_version_changes_nothing(found, officer, kind):
    row = add(found, officer, kind)
    for version in (0, 1, 3):
        with pytest.raises(Stale):
            add_detail(establishment_id=found.pk, by=officer, version=version, kind=kind, fields=values(kind))
        with pytest.raises(Stale):
            update_detail(
                establishment_id=found.pk, by=officer, version=version, kind=kind, detail_id=row.pk, fields={}
            )
        with pytest.raises(Stale):
            remove_detail(establishment_id=found.pk, by=officer, version=version, kind=kind, detail_id=row.pk)
    found.refresh_from_db()
    assert found.version == 2


def test_row_of_another_establishment_is_not_there(world, found, officer):
    other = make_establishment(world)
    row = add(other, officer, "product")
    with pytest.raises(Refused, match="không còn"):
        update_detail(establishment_id=found.pk, by=officer, version=1, kind="product", detail_id=row.pk, fields={})
    with pytest.raises(Refused, match="không còn"):
        remove_detail(establishment_id=found.pk, by=officer, version=1, kind="product", detail_id=row.pk)


def test_everybody_against_everybody(world, found, officer):
    """Officers and appraisers of the province and of the Cục; a stranger's version tells nothing."""
    may = {
        (agency, role) for agency in ("dong-thap", "dong-thap-centre", "national") for role in ("officer", "appraiser")
    }
    for agency in ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre"):
        for role in STAFF:
            expected = Stale if (agency, role.value) in may else NotAllowed
            with pytest.raises(expected):
                add_detail(
                    establishment_id=found.pk,
                    by=world.actor(agency, role.value),
                    version=9,
                    kind="product",
                    fields=values("product"),
                )


@pytest.mark.parametrize(
    ("kind", "changed", "words"),
    [
        ("product", {"name": ""}, "Sản phẩm: "),
        ("year_figure", {"year": 1999}, "2000"),
        ("certificate", {"level": ""}, "cả cấp và ngày"),
        ("certificate", {"kind": "ocop", "level": "", "stars": None}, "[Ss]ố sao"),
        ("certificate", {"issued_on": date(2028, 1, 1)}, "không được trước"),
        ("paper", {"expires_on": date(2019, 1, 1)}, "không được trước"),
        ("need", {"state": "xyz"}, "xyz"),
        ("contact", {"email": "khong"}, "Thư điện tử: "),
    ],
)
def test_what_the_model_does_not_take_is_refused_whoever_calls(found, officer, kind, changed, words):
    with pytest.raises(Refused, match=words):
        add(found, officer, kind, **changed)
    assert not KINDS[kind].rows_of(found).exists()


@pytest.mark.parametrize("kind", ["product", "year_figure", "former_name"])
def test_same_row_twice_is_refused(found, officer, kind):
    add(found, officer, kind)
    with pytest.raises(Refused):
        add(found, officer, kind)
    assert KINDS[kind].rows_of(found).count() == 1


def test_number_of_rows_has_a_limit(found, officer, monkeypatch):
    monkeypatch.setattr("khuyencong.establishments.actions.details.MOST", 2)
    for number in range(2):
        add(found, officer, "need", description=f"Nhu cầu {number}")
    with pytest.raises(Refused, match="tối đa 2"):
        add(found, officer, "need")
    assert Need.objects.count() == 2


def test_former_name_is_found_by_search_and_forgotten_when_it_goes(found, officer):
    row = add(found, officer, "former_name")
    assert found in Establishment.objects.search("ten xua")
    remove_detail(establishment_id=found.pk, by=officer, version=2, kind="former_name", detail_id=row.pk)
    assert found not in Establishment.objects.search("ten xua")


def test_same_machine_in_two_entries_is_suspicious(world, found, officer):
    other = make_establishment(world)
    add(found, officer, "machine", serial="ABC-12345")
    assert not Suspicion.objects.exists()
    add(other, officer, "machine", serial="abc 12345")
    assert Suspicion.objects.get().reasons == ["serial"]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_and_a_sentence(world, officer):
    found = make_establishment(world)
    other = world.actor("dong-thap", "officer")

    def press(by):
        add_detail(establishment_id=found.pk, by=by, version=1, kind="product", fields=values("product"))

    assert kinds(at_once(lambda: press(officer), lambda: press(other))) == ["NoneType", "Stale"]
    assert KINDS["product"].rows_of(found).count() == 1


# --- papers and their files ------------------------------------------------------------------------------------------


def test_paper_is_kept_with_its_file_and_goes_with_it(found, officer, django_capture_on_commit_callbacks):
    row = add(found, officer, "paper", upload=pdf("Giấy đăng ký.pdf"))
    path = stored(row)
    assert path.read_bytes() == PDF
    assert (row.file_name, row.content_type, row.size) == ("Giấy đăng ký.pdf", "application/pdf", len(PDF))
    assert "Giấy" not in path.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_detail(establishment_id=found.pk, by=officer, version=2, kind="paper", detail_id=row.pk)
    assert not path.exists()


def test_new_file_takes_the_place_of_the_old_one(found, officer, django_capture_on_commit_callbacks):
    row = add(found, officer, "paper", upload=pdf("cu.pdf"))
    old = stored(row)
    with django_capture_on_commit_callbacks(execute=True):
        update_detail(
            establishment_id=found.pk, by=officer, version=2, kind="paper", detail_id=row.pk,
            fields=values("paper"), upload=pdf("moi.pdf", b"%2"),
        )  # fmt: skip
    row.refresh_from_db()
    assert (row.file_name, old.exists(), stored(row).exists()) == ("moi.pdf", False, True)
    event = AuditEvent.objects.latest("seq")
    assert (event.before["file"], event.after["file"]) == ("cu.pdf", "moi.pdf")


def test_correcting_without_a_file_keeps_the_old_one(found, officer):
    row = add(found, officer, "paper", upload=pdf())
    fields = values("paper") | {"title": "Giấy khác"}
    update_detail(establishment_id=found.pk, by=officer, version=2, kind="paper", detail_id=row.pk, fields=fields)
    row = Paper.objects.get()
    assert (row.title, stored(row).exists()) == ("Giấy khác", True)


def test_refused_paper_leaves_no_file(found, officer, settings):
    folder = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
    before = sorted(folder.rglob("*.*"))
    with pytest.raises(Refused, match="không được trước"):
        add(found, officer, "paper", expires_on=date(2019, 1, 1), upload=pdf())
    with pytest.raises(Refused, match="không đúng loại"):
        add(found, officer, "paper", upload=SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>"))
    with pytest.raises(Refused, match="Chỉ giấy tờ"):
        add(found, officer, "product", upload=pdf())
    assert sorted(folder.rglob("*.*")) == before
    assert not Paper.objects.exists()


def test_file_comes_as_a_download_for_whoever_may_and_is_audited(world, found, officer, visit):
    row = add(found, officer, "paper", upload=pdf("giấy «A».pdf"))
    address = reverse("establishment_paper", args=[found.pk, row.pk])
    for agency, role, status in (
        ("dong-thap", "auditor", 200),
        ("national", "leader", 200),
        ("phu-tho", "officer", 404),
        ("region", "officer", 404),
        ("dong-thap-commune", "collaborator", 403),
    ):
        answer = visit(world.actor(agency, role)).get(address)
        assert answer.status_code == status, agency
        if status == 200:
            assert b"".join(answer.streaming_content) == PDF
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["Content-Type"] == "application/pdf"
            assert answer["X-Content-Type-Options"] == "nosniff"
    downloads = AuditEvent.objects.filter(action="establishment.download")
    assert downloads.count() == 2
    assert downloads.first().after == {"giấy tờ": "Giấy đăng ký", "tệp": "giấy «A».pdf"}


def test_paper_without_a_file_or_of_another_entry_is_not_there(world, found, officer, visit):
    bare = add(found, officer, "paper")
    other = make_establishment(world)
    theirs = add(other, officer, "paper", upload=pdf())
    client = visit(officer)
    for row in (bare, theirs):
        assert client.get(reverse("establishment_paper", args=[found.pk, row.pk])).status_code == 404


# --- the pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", BY_SLUG)
def test_page_of_every_kind_adds_and_corrects(found, officer, visit, slug):
    kind, client = BY_SLUG[slug], visit(officer)
    address = reverse("establishment_detail_add", args=[found.pk, slug])
    assert client.get(address).status_code == 200
    answer = client.post(address, {**ROWS[kind.key], "version": 1})
    assert (answer.status_code, answer.url) == (302, f"/co-so/{found.pk}/?tab={kind.tab}")
    row = kind.rows_of(found).get()
    page = client.get(answer.url).content.decode()
    assert ROWS[kind.key].get("name", ROWS[kind.key].get("title", ROWS[kind.key].get("description", "2024"))) in page
    edit = reverse("establishment_detail_edit", args=[found.pk, slug, row.pk])
    form = client.get(edit).context["form"]
    # What the form shows is what it takes: sent back as it stands, nothing changes.
    again = {name: form[name].value() for name in form.fields if name != "file"}
    again = {name: form.fields[name].prepare_value(value) for name, value in again.items() if value is not None}
    before = kind.model.objects.filter(pk=row.pk).values().get()
    assert client.post(edit, again).status_code == 302
    assert kind.model.objects.filter(pk=row.pk).values().get() == before
    remove = reverse("establishment_detail_remove", args=[found.pk, slug, row.pk])
    assert client.post(remove, {"version": 3}).status_code == 302
    assert not kind.rows_of(found).exists()


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        ("product", {"yearly_output": "-1"}, "yearly_output"),
        ("year_figure", {"year": "24"}, "year"),
        ("year_figure", {"revenue": "", "tax_paid": "", "workers": ""}, "revenue"),
        ("machine", {"quantity": "0"}, "quantity"),
        ("machine", {"bought_on": "2021-03-05"}, "bought_on"),
        ("certificate", {"level": ""}, "level"),
        ("certificate", {"valid_until": ""}, "valid_until"),
        ("certificate", {"stars": "4"}, "stars"),
        ("certificate", {"kind": "ocop", "level": ""}, "stars"),
        ("certificate", {"kind": "system"}, "level"),
        ("certificate", {"valid_until": "01/01/2024"}, "valid_until"),
        ("paper", {"expires_on": "01/01/2019"}, "expires_on"),
        ("need", {"description": ""}, "description"),
        ("need", {"activity": "moon"}, "activity"),
        ("contact", {"phone": "abc"}, "phone"),
    ],
)
def test_slips_are_said_at_the_field(found, officer, visit, kind, changed, field):
    address = reverse("establishment_detail_add", args=[found.pk, KINDS[kind].slug])
    answer = visit(officer).post(address, {**ROWS[kind], "version": 1, **changed})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert not KINDS[kind].rows_of(found).exists()


def test_activity_that_has_ended_stays_with_its_row(found, officer, visit):
    row = add(found, officer, "need")
    Need.objects.filter(pk=row.pk).update(activity="competition_district")  # ended with the districts
    edit = reverse("establishment_detail_edit", args=[found.pk, "nhu-cau", row.pk])
    data = {**ROWS["need"], "activity": "competition_district", "version": 2}
    assert visit(officer).post(edit, data).status_code == 302


def test_new_need_is_of_today(found, officer, visit):
    form = visit(officer).get(reverse("establishment_detail_add", args=[found.pk, "nhu-cau"])).context["form"]
    assert form["found_on"].value() == format_date(today())


def test_machine_keeps_whatever_number_people_write(found, officer):
    assert add(found, officer, "machine").quantity == 1250
    assert Machine.objects.get().folded_serial
