"""A list of proposals is made to drafts: as by hand, once, and only what was shown."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from khuyencong.audit.models import AuditEvent
from khuyencong.audit.verify import verify_chain
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.documents.incoming.stored import columns_of, line_of
from khuyencong.documents.reading import open_workbook
from khuyencong.establishments.importing.lists import load_lists
from khuyencong.establishments.models import Establishment
from khuyencong.establishments.tax_code import made_up_tax_code
from khuyencong.projects import actions
from khuyencong.projects.actions import proposals as lists
from khuyencong.projects.importing import turns
from khuyencong.projects.importing.fields import FIELDS
from khuyencong.projects.importing.files import refused_workbook, template_workbook
from khuyencong.projects.models import Project, ProposalList, ProposalListState, ProposalOutcome, ProposalRow
from khuyencong.projects.tests.proposal_lists import HEADS, MILLION, OFFICER, YEAR, bring, make, row, sheet, told
from khuyencong.testing import at_once, make_establishment

CODE = made_up_tax_code(7)


@pytest.fixture
def officer(world):
    return world.actor(*OFFICER)


@pytest.fixture
def colleague(world):
    """A second officer of the same unit."""
    hat = world.actor(*OFFICER)
    user = type(hat.user).objects.create(
        username="dong-nghiep", full_name="Đồng nghiệp", folded="dong nghiep", sort_key="1"
    )
    user.memberships.create(agency=hat.agency, role=hat.role)
    return type(hat)(user=user, agency=hat.agency, role=hat.role, origin="thử nghiệm")


def events(thread):
    return list(AuditEvent.objects.filter(thread=thread).order_by("seq").values_list("action", flat=True))


def tables(content):
    """{name of sheet: rows}, as another program reads them."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# --- making ----------------------------------------------------------------------------------------------------------


def test_row_becomes_the_draft_that_a_person_would_write(world, officer):
    commune = world.agencies["dong-thap-commune"].commune
    who = make_establishment(world, name="Lò gốm", tax_code=CODE, commune=commune)
    heads = (*HEADS, "Nội dung chi", "Mục tiêu", "Bắt đầu", "Cam kết đầu tư đủ vốn", "Ghi chú")
    content = sheet((*row(code=CODE), "Máy ép", "Một.\nHai.", f"01/03/{YEAR}", "Có", "Đợt 1"), heads=heads)
    found = bring(content, officer)
    assert not Project.objects.exists()
    found = make(found, officer)
    assert (found.state, found.applied) == (ProposalListState.APPLIED, 1)
    project = Project.objects.get()
    assert (project.name, project.source, project.kind, project.state) == ("Hỗ trợ máy sấy", "local", "single", "draft")
    assert (project.code, project.year, project.implementing_unit) == (f"82-{YEAR}-DP-0001", YEAR, officer.agency)
    assert project.created_by == project.in_charge == officer.user
    assert (project.commune, project.province_before, project.sector) == (commune, who.province_before, who.sector)
    assert project.aims == "Một.\nHai."
    part = project.beneficiaries.get()
    assert (part.establishment, part.commits_own_capital, part.declares_no_other_support) == (who, True, False)
    line = project.lines.get()
    assert (line.content, line.total, line.support, line.counterpart, line.beneficiary, line.note) == (
        "Máy ép", 500 * MILLION, 200 * MILLION, 300 * MILLION, part, "Đợt 1",
    )  # fmt: skip
    assert events(project.thread) == ["project.create", "project.add_beneficiary", "project.save_estimate"]
    first = AuditEvent.objects.filter(thread=project.thread).order_by("seq").first()
    assert first.note == "Nhập từ tệp «de-an.xlsx», dòng 2."
    assert events(found.thread) == ["project.import", "project.import_apply", "project.import_done"]
    assert found.lines.get().project == project
    assert found.lines.get().cells == {}
    assert verify_chain() is None


def test_group_becomes_one_draft_with_a_line_for_each_establishment(world, officer):
    one, two = make_establishment(world, name="Một"), make_establishment(world, name="Hai")
    make(bring(sheet(row(who="Một", group="a"), row(None, None, None, who="Hai", group="a")), officer), officer)
    project = Project.objects.get()
    assert project.kind == "group"
    assert {line.beneficiary.establishment for line in project.lines.all()} == {one, two}
    assert (project.beneficiaries.count(), project.commune) == (2, None)


def test_proposal_without_establishment_and_money_is_a_draft_too(officer):
    make(bring(sheet(row(support=None, own=None)), officer), officer)
    project = Project.objects.get()
    assert (project.beneficiaries.count(), project.lines.count(), project.version) == (0, 0, 1)


def test_regional_centre_makes_drafts_in_the_province_that_the_row_names(world):
    region = world.actor("region", "officer")
    content = sheet((*row(source="quốc gia"), "Đồng Tháp"), heads=(*HEADS, "Tỉnh"))
    make(bring(content, region), region)
    project = Project.objects.get()
    assert (project.province, project.route) == (world.provinces["82"], "national_direct")


# --- nothing twice ---------------------------------------------------------------------------------------------------


def test_same_file_again_makes_nothing(world, officer, colleague):
    who = make_establishment(world, name="Một").name
    content = sheet(row(who=who), row("Nhóm", group="a"), row("Không cơ sở"))
    make(bring(content, officer), officer)
    for by in (officer, colleague):
        again = bring(content, by)
        assert told(again) == ["exists"] * 3
        assert again.to_apply == 0
        assert "Đã có đề án" in again.lines.first().notes[0]
        with pytest.raises(Refused, match="Không có đề án nào để lập"):
            lists.begin_proposals(list_id=again.pk, by=by, version=again.version)
    assert Project.objects.count() == 3


def test_draft_that_was_renamed_since_is_known_by_its_row(world, officer):
    content = sheet(row(who=make_establishment(world).name))
    make(bring(content, officer), officer)
    Project.objects.update(name="Tên khác hẳn")
    assert told(bring(content, officer)) == ["exists"]


def test_proposal_written_by_hand_is_known_by_name_and_establishment(world, officer):
    mine, other = make_establishment(world, name="Một"), make_establishment(world, name="Hai")
    fields = {"name": "Hỗ trợ  MÁY SẤY", "kind": "single", "activity": "machinery", "year": YEAR}
    project = actions.create_project(
        by=officer, creation_key=uuid4(), source="local", province=world.provinces["82"], fields=fields
    )
    actions.add_beneficiary(project_id=project.pk, by=officer, version=1, establishment=mine)
    found = bring(sheet(row(who=mine.name), row(who=other.name), row(source="quốc gia", who=mine.name)), officer)
    assert told(found) == ["exists", "create", "create"]
    assert "Đơn vị đã có đề án cùng tên" in found.lines.get(number=3).notes[0]


def test_group_that_is_there_says_which_establishments_it_lacks(world, officer):
    for name in ("Một", "Hai"):
        make_establishment(world, name=name)
    make(bring(sheet(row(who="Một", group="a")), officer), officer)
    again = bring(sheet(row(who="Một", group="a"), row(who="Hai", group="a")), officer)
    assert told(again) == ["exists"] * 2
    assert "chưa có cơ sở «Hai»" in again.lines.get(number=2).notes[1]


def test_second_click_on_the_form_gives_the_first_list(officer, colleague):
    key, content = uuid4(), sheet(row())
    values = {"creation_key": key, "file_name": "a.xlsx", "content": content, "year": YEAR}
    first = lists.start_proposals(by=officer, **values)
    assert lists.start_proposals(by=officer, **values) == first
    with pytest.raises(Refused):
        lists.start_proposals(by=colleague, **values)
    assert ProposalList.objects.count() == 1


def test_stale_page_makes_nothing(officer):
    found = bring(sheet(row(), row("Hai")), officer)
    lists.begin_proposals(list_id=found.pk, by=officer, version=found.version)
    with pytest.raises(Stale):
        turns.go_on(list_id=found.pk, by=officer, version=found.version)
    with pytest.raises(Refused, match="đang ở bước"):
        lists.begin_proposals(list_id=found.pk, by=officer, version=found.version)
    with pytest.raises(Refused, match="không bỏ được"):
        lists.drop_proposals(list_id=found.pk, by=officer, version=found.version + 1)
    assert not Project.objects.exists()


def test_two_lists_of_the_same_rows_looked_through_before_either_is_made(world, officer, colleague):
    content = sheet(row(who=make_establishment(world).name), row("Nhóm", group="a"))
    first, second = bring(content, officer), bring(content, colleague)
    make(first, officer)
    second = make(second, colleague)
    assert told(second) == ["exists"] * 2
    assert second.lines.first().project == first.lines.first().project
    assert Project.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_the_same_rows_made_at_once(world, officer, colleague):
    content = sheet(*[row(f"Đề án {number}") for number in range(4)])
    first, second = bring(content, officer), bring(content, colleague)
    at_once(lambda: make(first, officer), lambda: make(second, colleague))
    assert Project.objects.count() == 4
    assert set(told(first)) | set(told(second)) == {"create", "exists"}


@pytest.mark.django_db(transaction=True)
def test_two_pages_of_one_list_at_once(officer):
    found = bring(sheet(*[row(f"Đề án {number}") for number in range(4)]), officer)
    found = lists.begin_proposals(list_id=found.pk, by=officer, version=found.version)

    def go_on():
        turns.go_on(list_id=found.pk, by=officer, version=found.version)

    at_once(go_on, go_on)
    found.refresh_from_db()
    assert (found.state, found.applied, Project.objects.count()) == (ProposalListState.APPLIED, 4, 4)


def test_list_goes_on_after_a_stop(officer, monkeypatch):
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    found = bring(sheet(*[row(f"Đề án {number}") for number in range(3)]), officer)
    found = lists.begin_proposals(list_id=found.pk, by=officer, version=found.version)
    found = turns.go_on(list_id=found.pk, by=officer, version=found.version)
    assert (found.applied, found.state, Project.objects.count()) == (1, ProposalListState.APPLYING, 1)
    while found.state == ProposalListState.APPLYING:
        found = turns.go_on(list_id=found.pk, by=officer, version=found.version)
    assert Project.objects.count() == 3


# --- only what was shown ---------------------------------------------------------------------------------------------


def test_row_whose_establishment_changed_since_is_refused_and_the_others_are_made(world, officer):
    gone = make_establishment(world, name="Một", tax_code=CODE)
    stays = make_establishment(world, name="Hai")
    found = bring(sheet(row("A", code=CODE), row("B", who="Hai")), officer)
    Establishment.objects.filter(pk=gone.pk).update(merged_into=stays)
    found = make(found, officer)
    assert told(found)[0].startswith("D2: Không có cơ sở nào mang mã số thuế này")
    assert list(Project.objects.values_list("name", flat=True)) == ["B"]
    assert found.lines.get(number=2).cells  # it goes back to be corrected


def test_row_that_would_become_something_else_is_refused(world, officer):
    who = make_establishment(world, name="Một", tax_code=CODE)
    found = bring(sheet(row(code=CODE)), officer)
    Establishment.objects.filter(pk=who.pk).update(name="Tên mới")
    assert told(make(found, officer)) == [f"A2: {lists.CHANGED_SINCE}"]


def test_refusal_of_an_action_takes_back_the_whole_proposal(world, officer, monkeypatch):
    def refuse(*_project, **_arguments):
        raise Refused("Không được.", article="Điều 1")

    found = bring(sheet(row("A"), row("B", support=None, own=None)), officer)
    monkeypatch.setattr("khuyencong.projects.importing.write.write_estimate", refuse)
    assert told(make(found, officer)) == ["A2: Không được. (Điều 1)", "create"]
    assert list(Project.objects.values_list("code", flat=True)) == [f"82-{YEAR}-DP-0001"]
    assert verify_chain() is None


def test_dropped_list_is_gone(officer):
    found = bring(sheet(row()), officer)
    lists.drop_proposals(list_id=found.pk, by=officer, version=found.version)
    assert not ProposalRow.objects.exists()
    assert events(found.thread) == ["project.import", "project.import_drop"]


# --- who -------------------------------------------------------------------------------------------------------------


def test_only_officers_bring_lists_and_only_those_of_their_own_unit(world, officer):
    for role in ("leader", "accountant", "appraiser", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            bring(sheet(row()), world.actor("dong-thap-centre", role))
    found = bring(sheet(row()), officer)
    for agency in ("dong-thap", "phu-tho-centre", "national"):
        stranger = world.actor(agency, "officer")
        assert not ProposalList.objects.visible_to(stranger).exists()
        assert not found.is_in_scope(stranger)
        for step in (lists.begin_proposals, lists.drop_proposals):
            with pytest.raises(NotAllowed):
                step(list_id=found.pk, by=stranger, version=found.version)
        with pytest.raises(NotAllowed):
            lists.record_refused(found=found, by=stranger, rows=1)
    assert not Project.objects.exists()


# --- files that go out -----------------------------------------------------------------------------------------------


def test_template_can_be_filled_in_and_brought_back(world, officer):
    content = template_workbook(load_lists(officer))
    found = tables(content)
    assert list(found) == ["Đề án", "Mã xã", "Danh mục", "Hướng dẫn"]
    assert found["Đề án"][0] == [field.heading for field in FIELDS]
    page = b"".join(open_workbook(content).archive.chunks(open_workbook(content).sheets[0].part)).decode()
    assert page.count("<dataValidation ") == sum(1 for field in FIELDS if field.choices)
    kinds, offered = found["Danh mục"][0], found["Danh mục"][1]
    values = {"Tên đề án": "Máy ép"} | {
        name: offered[kinds.index(name)] for name in ("Nguồn kinh phí", "Nội dung hoạt động")
    }
    heads = found["Đề án"][0]
    assert told(bring(sheet([values.get(head) for head in heads], heads=heads), officer)) == ["create"]


def test_refused_rows_come_back_with_their_errors_and_can_be_brought_again(officer):
    found = bring(sheet(row("A", "tiền túi"), row("B")), officer)
    rows = lists.refused_rows(found)
    refused = [(line_of(one.number, one.cells), []) for one in rows]
    back = tables(refused_workbook(found.sheet_name, columns_of(found.columns), refused))["DS"]
    assert back[0] == [*HEADS, "Lỗi"]
    assert back[1][:2] == ["A", "tiền túi"]
    assert told(bring(sheet((*row("A"), "lỗi cũ"), heads=(*HEADS, "Lỗi")), officer)) == ["create"]
    with pytest.raises(Refused, match="không có dòng nào bị từ chối"):
        lists.refused_rows(bring(sheet(row()), officer))


# --- the database ----------------------------------------------------------------------------------------------------


def test_database_holds_one_row_of_a_number_and_no_draft_of_a_refused_one(officer):
    found = make(bring(sheet(row()), officer), officer)
    stored = found.lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRow.objects.create(of=found, number=stored.number, group=2, outcome=ProposalOutcome.CREATE)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRow.objects.filter(pk=stored.pk).update(outcome=ProposalOutcome.REFUSED)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalList.objects.filter(pk=found.pk).update(applied=2)


def test_queries_do_not_grow_with_the_rows_looked_through(world, officer):
    names = [make_establishment(world).name for _ in range(6)]
    bring(sheet(row("Trước")), officer)
    counts = []
    for some in (names[:1], names):
        content = sheet(*[row(f"Đề án {name}", who=name) for name in some])
        with CaptureQueriesContext(connection) as queries:
            bring(content, officer)
        counts.append(len(queries))
    assert counts[0] == counts[1]
