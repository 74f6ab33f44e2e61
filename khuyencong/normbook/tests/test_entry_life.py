"""The life of an entered document: two people, one door, one event for each step."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from khuyencong.audit.models import AuditEvent
from khuyencong.core.creation import USED
from khuyencong.core.errors import DomainError, NotAllowed, Refused, Stale
from khuyencong.normbook import actions
from khuyencong.normbook.door import is_author
from khuyencong.normbook.models import EnteredDocument, EntryState
from khuyencong.normbook.states import TRANSITIONS, find_transition, move, transition
from khuyencong.normbook.tests.entering import attach, enter, enter_national, fields, norm, tiered, version
from khuyencong.people.permissions import allowed
from khuyencong.people.roles import STAFF
from khuyencong.testing import PDF

AGENCIES = ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho", "phu-tho-centre")
EVERYBODY = [(agency, role.value) for agency in AGENCIES for role in STAFF]
REASON = "Sai điều, khoản."
# Written down once more by hand: from each state, what may follow and who may do it with a document of the department.
EXPECTED = {
    "draft": {"send": "officer appraiser"},
    "sent": {"confirm": "appraiser leader", "return": "appraiser leader"},
    "confirmed": {"revoke": "appraiser leader"},
    "revoked": {},
}
TARGETS = {"send": "sent", "confirm": "confirmed", "return": "draft", "revoke": "revoked"}


def take(step, document, by, of=None):
    """One step of the table."""
    call = {
        "send": actions.send_document,
        "confirm": actions.confirm_document,
        "return": actions.return_document,
        "revoke": actions.revoke_document,
    }[step]
    reason = {"reason": REASON} if transition(step).needs_reason else {}
    return call(document_id=document.pk, by=by, version=of or version(document), **reason)


def events(document):
    return list(AuditEvent.objects.filter(thread=document.thread).order_by("seq").values_list("action", flat=True))


def stored(document):
    """The row and everything below it, as it stands."""
    rows = EnteredDocument.objects.filter(pk=document.pk).values_list()
    below = document.norms.order_by("position").values_list("activity", "percent", "cap", "article")
    return list(rows), list(below), AuditEvent.objects.count()


def test_the_table_is_what_is_written_here():
    found = {state.value: {} for state in EntryState}
    for row in TRANSITIONS:
        found[row.source.value][row.name] = row.target.value
    assert found == {state: {step: TARGETS[step] for step in steps} for state, steps in EXPECTED.items()}


def test_a_whole_life_leaves_one_event_for_each_step(world):
    document = enter(world, norm(), tiered(), state="returned")
    officer, leader = world.actor("dong-thap", "officer"), world.actor("dong-thap", "leader")
    assert (document.state, document.reason) == ("draft", "Sai khoản.")
    take("send", document, officer)
    take("confirm", document, leader)
    take("revoke", document, leader)
    document.refresh_from_db()
    assert (document.state, document.reason, document.confirmed_by) == ("revoked", REASON, leader.user)
    steps = ["enter", "attach", "send", "return", "send", "confirm", "revoke"]
    assert events(document) == [f"norm.{step}" for step in steps]
    entered = AuditEvent.objects.get(thread=document.thread, action="norm.enter").after
    assert entered["Ứng dụng máy móc, thiết bị tiên tiến"] == "40 %, tối đa 250 triệu đồng/cơ sở; khoản 1 Điều 4"
    returned = AuditEvent.objects.get(thread=document.thread, action="norm.return")
    assert returned.note == "Sai khoản."


@pytest.mark.parametrize("state", EXPECTED)
def test_everybody_else_changes_nothing(world, state):
    document = enter(world, state=state)
    before = stored(document)
    for step in TARGETS:
        may = {("dong-thap", role) for role in EXPECTED[state].get(step, "").split()}
        for who in EVERYBODY:
            if who not in may:
                actor = world.actor(*who)
                permitted = allowed(actor, transition(step).permission, document)
                with pytest.raises(Refused if permitted else NotAllowed):
                    take(step, document, actor)
    assert stored(document) == before


@pytest.mark.parametrize("state", EXPECTED)
def test_whoever_may_does_it_once(world, state):
    for step, roles in EXPECTED[state].items():
        for role in roles.split():
            document = enter(world, state=state, valid_from=date(2030 + len(role), 1, 1), valid_to=None)
            before = version(document)
            for wrong in (before - 1, before + 1):
                with pytest.raises(Stale):
                    take(step, document, world.actor("dong-thap", role), wrong)
            take(step, document, world.actor("dong-thap", role))
            document.refresh_from_db()
            assert (document.state, document.version) == (TARGETS[step], before + 1)
            with pytest.raises(DomainError):
                take(step, document, world.actor("dong-thap", role), before)
            if document.state == "confirmed":
                take("revoke", document, world.actor("dong-thap", "leader"))


def test_the_door_opens_only_where_the_table_has_a_row(world):
    document = enter(world)
    for state in EntryState:
        for step in TARGETS:
            document.state = state
            if find_transition(step, state) is None:
                with pytest.raises(Refused):
                    move(document, step, reason=REASON)
                assert document.state == state
    with pytest.raises(KeyError):
        transition("publish")


@pytest.mark.parametrize("step", ["return", "revoke"])
def test_a_reason_is_asked_for(world, step):
    document = enter(world, state="sent" if step == "return" else "confirmed")
    call = actions.return_document if step == "return" else actions.revoke_document
    with pytest.raises(Refused, match="lý do"):
        call(document_id=document.pk, by=world.actor("dong-thap", "leader"), version=document.version, reason="  ")


# --- two people ------------------------------------------------------------------------------------------------------


def test_nobody_confirms_what_they_entered_or_sent(world):
    appraiser, officer = world.actor("dong-thap", "appraiser"), world.actor("dong-thap", "officer")
    document = actions.enter_document(by=appraiser, creation_key=uuid4(), fields=fields(world), norms=[norm()])
    attach(document, officer)
    take("send", document, officer)
    with pytest.raises(NotAllowed, match="một người khác"):
        take("confirm", document, appraiser)
    other = enter(world)
    take("send", other, appraiser)
    with pytest.raises(NotAllowed, match="một người khác"):
        take("confirm", other, appraiser)
    take("confirm", other, world.actor("dong-thap", "leader"))


def test_nobody_confirms_what_they_changed_in_between(world):
    """Returned, put right by the appraiser, sent by the officer: the leader confirms, the appraiser does not."""
    appraiser = world.actor("dong-thap", "appraiser")
    document = enter(world, state="returned")
    actions.update_document(
        document_id=document.pk, by=appraiser, version=document.version, fields={}, norms=[norm(cap=200)]
    )
    take("send", document, world.actor("dong-thap", "officer"))
    assert is_author(document, appraiser)
    with pytest.raises(NotAllowed):
        take("confirm", document, appraiser)
    take("confirm", document, world.actor("dong-thap", "leader"))


@pytest.mark.parametrize("field", ["entered_by", "sent_by"])
def test_the_database_wants_a_second_person_too(world, field):
    document = enter(world, state="sent")
    with pytest.raises(IntegrityError), transaction.atomic():
        EnteredDocument.objects.filter(pk=document.pk).update(
            state="confirmed", confirmed_by=getattr(document, field), confirmed_at=timezone.now()
        )


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_second_click_finds_the_first_document(world):
    officer, key = world.actor("dong-thap", "officer"), uuid4()
    given = {"fields": fields(world), "norms": [norm()]}
    first = actions.enter_document(by=officer, creation_key=key, **given)
    assert actions.enter_document(by=officer, creation_key=key, **given) == first
    with pytest.raises(Refused, match=USED[:20]):
        actions.enter_document(by=world.actor("dong-thap", "appraiser"), creation_key=key, **given)
    assert EnteredDocument.objects.count() == 1
    assert events(first) == ["norm.enter"]


@pytest.mark.parametrize(
    ("agency", "province"), [("dong-thap", "25"), ("dong-thap", "17@2025"), ("dong-thap", ""), ("national", "82")]
)
def test_documents_of_another_place_are_refused(world, agency, province):
    with pytest.raises(Refused, match="tỉnh mình"):
        enter(world, agency=agency, province=province)
    document = enter(world) if agency == "dong-thap" else enter_national(world)
    elsewhere = {"province": world.provinces[province] if province else None}
    with pytest.raises(Refused, match="tỉnh mình"):
        actions.update_document(
            document_id=document.pk, by=world.actor(agency, "officer"), version=document.version, fields=elsewhere,
            norms=[],
        )  # fmt: skip


@pytest.mark.parametrize("agency", ["dong-thap-centre", "region"])
def test_only_departments_and_the_national_agency_enter(world, agency):
    with pytest.raises(NotAllowed):
        enter(world, agency=agency)


def test_the_norms_of_an_old_province_are_entered_by_the_department_of_today(world):
    document = enter(world, province="87@2025", state="confirmed", replaces=["dong-thap-08-2024"])
    assert document.province.key == "87@2025"


def test_changing_a_draft_puts_its_norms_in_place_of_the_old_ones(world):
    document = enter(world, norm(), tiered())
    actions.update_document(
        document_id=document.pk,
        by=world.actor("dong-thap", "appraiser"),
        version=document.version,
        fields={"title": "Trích yếu mới"},
        norms=[tiered(tiers=tiered().tiers[:1]), norm("conference", percent=None, cap=12)],
    )
    document.refresh_from_db()
    assert document.title == "Trích yếu mới"
    assert [one.activity for one in document.norms.all()] == ["enterprise_founding", "conference"]
    assert document.norms.first().tiers.count() == 1
    changed = AuditEvent.objects.filter(thread=document.thread).latest("seq")
    assert changed.before["Ứng dụng máy móc, thiết bị tiên tiến"]
    assert "Ứng dụng máy móc, thiết bị tiên tiến" not in changed.after


@pytest.mark.parametrize("state", ["sent", "confirmed", "revoked"])
def test_what_is_not_a_draft_is_not_changed(world, state):
    document = enter(world, state=state)
    officer, before = world.actor("dong-thap", "officer"), stored(document)
    given = {"document_id": document.pk, "by": officer, "version": document.version}
    for call in (
        lambda: actions.update_document(**given, fields={"title": "Khác"}, norms=[]),
        lambda: actions.delete_document(**given),
        lambda: attach(document, officer),
    ):
        with pytest.raises(Refused, match="không sửa được"):
            call()
    assert stored(document) == before


def test_an_activity_stands_once_in_a_document(world):
    with pytest.raises(Refused, match="một định mức"):
        enter(world, norm(), norm(cap=200))
    assert not EnteredDocument.objects.exists()


def test_a_deleted_draft_stays_in_the_trail(world, django_capture_on_commit_callbacks):
    document = enter(world)
    path, storage = document.file.name, document.file.storage
    assert storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_document(
            document_id=document.pk, by=world.actor("dong-thap", "appraiser"), version=document.version
        )
    assert not EnteredDocument.objects.exists()
    assert not storage.exists(path)
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.subject_id, event.before["số"]) == ("norm.delete", str(document.pk), document.number)


# --- the file --------------------------------------------------------------------------------------------------------


def test_the_file_is_kept_under_a_made_up_name(world):
    document = enter(world, state="empty")
    attach(document, world.actor("dong-thap", "officer"), name="../../etc/Nghị quyết số 1.pdf")
    document.refresh_from_db()
    assert document.file_name == "Nghị quyết số 1.pdf"
    assert "Nghị" not in document.file.name
    assert document.file.name.startswith("norms/")
    assert document.file_type == "application/pdf"
    assert len(document.file_sha256) == 64


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nq.pdf", b""),
        ("nq.pdf", b"<html><script>alert(1)</script>"),
        ("nq.exe", b"MZ\x90\x00"),
        ("nq.html", PDF),
        ("nq.docx", b"PK\x03\x04 khong phai zip"),
        ("nq", PDF),
    ],
)
def test_hostile_files_are_refused(world, name, content):
    document = enter(world, state="empty")
    before = stored(document)
    with pytest.raises(Refused):
        actions.attach_file(
            document_id=document.pk,
            by=world.actor("dong-thap", "officer"),
            version=document.version,
            upload=SimpleUploadedFile(name, content),
        )
    assert stored(document) == before


def test_a_file_refused_by_the_database_leaves_nothing_on_disk(world):
    document = enter(world)
    storage, folder = document.file.storage, document.file.name.rpartition("/")[0]
    before = storage.listdir(folder)
    upload = SimpleUploadedFile("nq.pdf", PDF)
    with pytest.raises(Stale):
        actions.attach_file(document_id=document.pk, by=world.actor("dong-thap", "officer"), version=99, upload=upload)
    assert storage.listdir(folder) == before


def test_another_file_takes_the_place_of_the_first(world, django_capture_on_commit_callbacks):
    document = enter(world)
    old, storage = document.file.name, document.file.storage
    with django_capture_on_commit_callbacks(execute=True):
        attach(document, world.actor("dong-thap", "officer"), name="ban-dep.pdf", content=PDF + b"x")
    document.refresh_from_db()
    assert document.file_name == "ban-dep.pdf"
    assert storage.exists(document.file.name)
    assert not storage.exists(old)


def test_nothing_is_sent_without_a_file(world):
    document = enter(world, state="empty")
    with pytest.raises(Refused, match="tệp văn bản") as refused:
        take("send", document, world.actor("dong-thap", "officer"))
    assert [finding.code for finding in refused.value.findings] == ["no_file"]


def test_a_small_percentage_is_kept_exactly(world):
    document = enter(world, norm(percent=Decimal("33.33")))
    assert document.norms.get().percent == Decimal("33.33")
