"""A list on its way into the registry: every row written once, whatever happens in between."""

from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import IntegrityError

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.establishments import actions as registry
from khuyencong.establishments.actions import importing
from khuyencong.establishments.importing import write as writing
from khuyencong.establishments.models import Establishment, FormerName, Import, ImportState, Suspicion, YearFigure
from khuyencong.establishments.tests.lists import (
    AWAY,
    CODES,
    HEADS,
    OFFICER,
    bring,
    outcomes,
    row,
    sheet,
    write,
)
from khuyencong.people.permissions import Permission, allowed
from khuyencong.testing import at_once, build_world, kinds, make_establishment


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


@pytest.fixture
def by_twos(monkeypatch):
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 2)


SIX = [row(f"Lò gạch {number}", code=CODES[number]) for number in range(6)]


def written_names():
    return sorted(Establishment.objects.values_list("name", flat=True))


# --- the way of a file -----------------------------------------------------------------------------------------------


def test_looking_writes_nothing_but_the_list_itself(officer):
    found = bring(sheet(*SIX, row("Sai", code="0100109107")), officer)
    assert (found.state, found.rows, found.checked, found.to_apply) == (ImportState.CHECKED, 7, 7, 6)
    assert Establishment.objects.count() == 0
    assert importing.outcome_counts(found) == {"Thêm mới": 6, "Cập nhật": 0, "Không đổi": 0, "Không nhận": 1}


def test_writing_creates_with_everything_the_list_says(officer, by_twos):
    heads = (
        *HEADS,
        "Ngành nghề",
        "Điện thoại",
        "Vốn điều lệ (triệu đồng)",
        "Doanh thu năm 2025 (triệu đồng)",
        "Do phụ nữ làm chủ",
    )
    content = sheet((*row(code=CODES[0]), "Cơ khí", 912345678, 500, 1200, "x"), heads=heads)
    found = write(bring(content, officer), officer)
    assert (found.state, found.applied) == (ImportState.APPLIED, 1)
    entry = Establishment.objects.get()
    assert (entry.name, entry.kind, entry.tax_code, entry.workers) == ("Cơ khí Đúc", "household", CODES[0], 12)
    assert (entry.commune.code, entry.province.key, entry.place_text) == ("29869", "82", "Ấp 3")
    assert (entry.sector, entry.phone, entry.phone_digits) == ("mechanical_electrical", "0912345678", "0912345678")
    assert (entry.charter_capital, entry.women_owned) == (500_000_000, True)
    assert (entry.registered_by, entry.registered_for) == (officer.user, officer.agency)
    assert YearFigure.objects.get(establishment=entry).revenue == 1_200_000_000
    assert list(Establishment.objects.search("co khi duc")) == [entry]


def test_six_columns_are_enough(officer):
    write(bring(sheet(row()), officer), officer)
    assert Establishment.objects.get().sector == ""


def test_same_file_again_changes_nothing(officer, by_twos):
    content = sheet(*SIX, row("Không mã"), row("Không xã", commune=None), row("Lỗi", kind="gì đó"))
    write(bring(content, officer), officer)
    before = list(Establishment.objects.order_by("pk").values())
    again = bring(content, officer)
    assert importing.outcome_counts(again) == {"Thêm mới": 0, "Cập nhật": 0, "Không đổi": 8, "Không nhận": 1}
    assert again.to_apply == 0
    with pytest.raises(Refused, match="Không có dòng nào để ghi"):
        importing.begin_apply(import_id=again.pk, by=officer, version=again.version)
    assert list(Establishment.objects.order_by("pk").values()) == before


def test_correction_is_written_with_a_new_version_and_keeps_the_rest(officer, by_twos):
    write(bring(sheet(*SIX), officer), officer)
    entry = Establishment.objects.get(tax_code=CODES[0])
    FormerName.objects.create(establishment=entry, name="Xưởng Xuxula")
    Establishment.objects.filter(pk=entry.pk).update(email="a@vi-du.vn")
    changed = [row("Lò ngói", code=CODES[0], workers=20), *SIX[1:]]
    found = write(bring(sheet(*changed), officer), officer)
    assert importing.outcome_counts(found)["Cập nhật"] == 1
    entry.refresh_from_db()
    assert (entry.name, entry.workers, entry.email, entry.version) == ("Lò ngói", 20, "a@vi-du.vn", 2)
    for words in ("lo ngoi", "xuxula"):
        assert list(Establishment.objects.search(words)) == [entry]


def test_every_entry_has_an_event_of_its_own_that_names_file_and_row(officer, by_twos):
    write(bring(sheet(*SIX), officer, "Danh sách.xlsx"), officer)
    write(bring(sheet(row("Lò ngói", code=CODES[0])), officer, "Sửa.xlsx"), officer)
    entry = Establishment.objects.get(tax_code=CODES[0])
    events = AuditEvent.objects.filter(thread=f"establishment:{entry.pk}").order_by("seq")
    assert [(event.action, event.note) for event in events] == [
        ("establishment.register", "Nhập từ tệp «Danh sách.xlsx», dòng 2."),
        ("establishment.update", "Nhập từ tệp «Sửa.xlsx», dòng 2."),
    ]
    assert (events[1].before["name"], events[1].after["name"]) == ("Lò gạch 0", "Lò ngói")
    assert events[1].actor == officer.user
    assert AuditEvent.objects.filter(action="establishment.import").order_by("seq")[0].after["tệp"] == "Danh sách.xlsx"
    assert verify_chain() is None


def test_rows_that_need_nothing_more_keep_nothing_of_persons(officer):
    heads = (*HEADS, "Điện thoại", "Chủ cơ sở")
    good, bad = (*SIX[0], "0912345678", "Nguyễn Văn A"), (*row("Sai", kind="gì đó"), "0987654321", "Trần B")
    found = write(bring(sheet(good, bad, heads=heads), officer), officer)
    kept = {line.number: line for line in found.lines.all()}
    assert kept[2].cells == {}
    assert "0912345678" not in str(kept[2].changes)
    assert "0987654321" in str(kept[3].cells)  # goes back to be corrected
    again = bring(sheet(good, heads=heads), officer)
    assert "0912345678" in str(again.lines.get().cells)


def test_duplicates_are_suspected_for_a_person_to_look_at(world, officer):
    make_establishment(world, name="Công ty TNHH Lò gạch Thành Phát", phone="0912345678")
    content = sheet((*row("Lò gạch Thành Phát"), "0912 345 678"), heads=(*HEADS, "Điện thoại"))
    write(bring(content, officer), officer)
    assert Suspicion.objects.count() == 1


# --- who may ---------------------------------------------------------------------------------------------------------


def test_only_officers_who_keep_the_registry_may_import(world):
    content = sheet(row())
    for actor in world.actors.values():
        with suppress(NotAllowed):
            importing.start_import(by=actor, creation_key=uuid4(), file_name="a.xlsx", content=content)
    may = {who for who, actor in world.actors.items() if allowed(actor, Permission.ESTABLISHMENT_IMPORT)}
    assert {(one.agency.code, "officer") for one in Import.objects.all()} == may
    assert may == {
        (agency, "officer") for agency in ("national", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
    }


def test_file_of_another_agency_is_out_of_reach(world, officer):
    found = bring(sheet(*SIX), officer)
    for who in (
        ("dong-thap-centre", "officer"),
        ("phu-tho", "officer"),
        ("national", "officer"),
        ("dong-thap", "leader"),
    ):
        actor = world.actor(*who)
        for step in (importing.check_on, importing.begin_apply, importing.apply_on, importing.drop_import):
            with pytest.raises(NotAllowed):
                step(import_id=found.pk, by=actor, version=found.version)
        assert Import.objects.visible_to(actor).filter(pk=found.pk).exists() == (who == ("dong-thap", "leader"))


def test_national_officer_writes_for_every_province(world):
    officer = world.actor("national", "officer")
    write(bring(sheet(row("Một"), row("Hai", commune=AWAY)), officer), officer)
    assert set(Establishment.objects.values_list("province__key", flat=True)) == {"82", "25"}


# --- what happens in between -----------------------------------------------------------------------------------------


def test_entry_changed_since_it_was_shown_is_not_overwritten(world, officer):
    write(bring(sheet(*SIX), officer), officer)
    content = sheet(row("Lò gạch 0", code=CODES[0], workers=50), row("Lò gạch 1", code=CODES[1], workers=60))
    found = bring(content, officer)
    entry = Establishment.objects.get(tax_code=CODES[0])
    registry.update_establishment(establishment_id=entry.pk, by=officer, version=1, fields={"workers": 33})
    found = write(found, officer)
    entry.refresh_from_db()
    assert (entry.workers, entry.version) == (33, 2)
    assert outcomes(found) == {2: "refused", 3: "update"}
    assert found.lines.get(number=2).errors[0]["sentence"] == importing.CHANGED_SINCE


def test_row_that_somebody_has_entered_meanwhile_is_not_entered_twice(world, officer):
    found = bring(sheet(SIX[0], row("Không mã")), officer)
    make_establishment(world, name="Lò gạch khác", tax_code=CODES[0])
    other = bring(sheet(row("Không mã")), world.actor("dong-thap-centre", "officer"))
    write(other, world.actor("dong-thap-centre", "officer"))
    found = write(found, officer)
    assert outcomes(found) == {2: "refused", 3: "unchanged"}
    assert Establishment.objects.filter(folded="khong ma").count() == 1


def test_tax_code_taken_at_the_last_moment_refuses_its_row_alone(officer, monkeypatch):
    """The check finds nothing, the database does: the other rows of the slice are written all the same."""
    found = bring(sheet(*SIX[:3]), officer)
    found = importing.begin_apply(import_id=found.pk, by=officer, version=found.version)
    create = writing._create

    def late(rows, by):
        Establishment.objects.bulk_create(
            [
                Establishment(
                    name="Nhanh hơn",
                    kind="sme",
                    tax_code=CODES[1],
                    province=rows[0].new["province"],
                    registered_for=by.agency,
                )
            ]
        )
        return create(rows, by)

    monkeypatch.setattr(writing, "_create", late)
    found = importing.apply_on(import_id=found.pk, by=officer, version=found.version)
    assert outcomes(found) == {2: "create", 3: "refused", 4: "create"}
    assert written_names() == ["Lò gạch 0", "Lò gạch 2", "Nhanh hơn"]
    assert "mã số thuế này" in found.lines.get(number=3).errors[0]["sentence"]


def test_killed_slice_leaves_nothing_and_is_done_again(officer, by_twos, monkeypatch):
    found = bring(sheet(*SIX), officer)
    found = importing.begin_apply(import_id=found.pk, by=officer, version=found.version)
    found = importing.apply_on(import_id=found.pk, by=officer, version=found.version)
    assert (found.applied, Establishment.objects.count()) == (2, 2)

    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "_save_rows", killed)  # after everything else was written
        with pytest.raises(KeyboardInterrupt):
            importing.apply_on(import_id=found.pk, by=officer, version=found.version)
    assert Establishment.objects.count() == 2
    while found.state == ImportState.APPLYING:
        found = importing.apply_on(import_id=found.pk, by=officer, version=found.version)
    assert written_names() == sorted(f"Lò gạch {number}" for number in range(6))
    assert AuditEvent.objects.filter(action="establishment.register").count() == 6
    assert verify_chain() is None


def test_steps_come_in_order_and_once(officer, by_twos):
    found = importing.start_import(by=officer, creation_key=uuid4(), file_name="a.xlsx", content=sheet(*SIX))
    with pytest.raises(Refused):
        importing.begin_apply(import_id=found.pk, by=officer, version=found.version)
    with pytest.raises(Stale):
        importing.check_on(import_id=found.pk, by=officer, version=found.version + 1)
    while found.state == ImportState.READ:
        found = importing.check_on(import_id=found.pk, by=officer, version=found.version)
    with pytest.raises(Refused):
        importing.apply_on(import_id=found.pk, by=officer, version=found.version)
    found = importing.begin_apply(import_id=found.pk, by=officer, version=found.version)
    with pytest.raises(Refused, match="không bỏ được"):
        importing.drop_import(import_id=found.pk, by=officer, version=found.version)


def test_file_that_is_dropped_leaves_only_its_event(officer):
    found = bring(sheet(*SIX), officer)
    with pytest.raises(Stale):
        importing.drop_import(import_id=found.pk, by=officer, version=found.version - 1)
    importing.drop_import(import_id=found.pk, by=officer, version=found.version)
    assert not Import.objects.exists()
    assert AuditEvent.objects.filter(action="establishment.import_drop").count() == 1


def test_same_form_twice_is_one_file(world, officer):
    key, content = uuid4(), sheet(*SIX)
    first = importing.start_import(by=officer, creation_key=key, file_name="a.xlsx", content=content)
    assert importing.start_import(by=officer, creation_key=key, file_name="a.xlsx", content=content) == first
    with pytest.raises(Refused):
        importing.start_import(
            by=world.actor("phu-tho", "officer"), creation_key=key, file_name="a.xlsx", content=content
        )


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_pages_write_every_row_once(transactional_db, monkeypatch):
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 2)
    officer = build_world().actor(*OFFICER)
    found = bring(sheet(*SIX), officer)
    importing.begin_apply(import_id=found.pk, by=officer, version=found.version)

    def keep_writing():
        while (seen := Import.objects.get(pk=found.pk)).state == ImportState.APPLYING:
            with suppress(DomainError):  # the other page was first
                importing.apply_on(import_id=found.pk, by=officer, version=seen.version)

    assert at_once(keep_writing, keep_writing) == [None, None]
    assert written_names() == sorted(f"Lò gạch {number}" for number in range(6))
    assert AuditEvent.objects.filter(action="establishment.register").count() == 6
    assert AuditEvent.objects.filter(action="establishment.import_done").count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_rows_at_once(transactional_db):
    """Two colleagues bring the same list: the second finds what the first has written, also without any tax code."""
    world = build_world()
    officers = [world.actor("dong-thap", "officer"), world.actor("dong-thap-centre", "officer")]
    content = sheet(row("Không mã"), *SIX[:2])
    found = [bring(content, by) for by in officers]
    outcome = at_once(*(lambda one=one, by=by: write(one, by) for one, by in zip(found, officers, strict=True)))
    assert kinds(outcome) == ["NoneType", "NoneType"]
    assert written_names() == ["Không mã", "Lò gạch 0", "Lò gạch 1"]
    assert sorted(tuple(outcomes(one).values()) for one in found) == [("create",) * 3, ("unchanged",) * 3]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_one_page_pressed_twice_writes_once(transactional_db):
    officer = build_world().actor(*OFFICER)
    found = bring(sheet(*SIX), officer)
    found = importing.begin_apply(import_id=found.pk, by=officer, version=found.version)

    def press():
        importing.apply_on(import_id=found.pk, by=officer, version=found.version)

    assert kinds(at_once(press, press)) in (["NoneType", "Refused"], ["NoneType", "Stale"])
    assert Establishment.objects.count() == 6


def test_database_refuses_a_row_twice_in_one_file(officer):
    found = bring(sheet(*SIX), officer)
    with pytest.raises(IntegrityError):
        found.lines.create(number=2)
