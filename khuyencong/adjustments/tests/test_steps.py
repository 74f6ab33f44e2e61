"""Every step of an adjustment: by whom, in which state, and with what sentence it is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from khuyencong.adjustments import actions
from khuyencong.adjustments.models import Adjustment, AdjustmentPaper, AdjustmentState
from khuyencong.adjustments.proposal import lines_now
from khuyencong.adjustments.states import TRANSITIONS, Way, steps_from
from khuyencong.adjustments.tests import steps
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.core.money import MILLION
from khuyencong.finance.actions import stop
from khuyencong.people.actors import Actor
from khuyencong.projects.models import Project
from khuyencong.testing import PDF, at_once, kinds, make_project


def moved(world, *, source="local", state="approved", beneficiaries=1):
    """An adjustment of the place, still a draft."""
    project = make_project(world, state=state, source=source, beneficiaries=beneficiaries)
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác")
    adjustment.refresh_from_db()
    return adjustment


def scan(content=PDF + b"scan", name="quyet-dinh.pdf"):
    return SimpleUploadedFile(name, content)


# --- beginning -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "base_appraised", "returned", "rejected", "withdrawn"])
def test_what_is_not_approved_is_edited_not_adjusted(world, state):
    project = make_project(world, state=state)
    with pytest.raises(Refused, match="không điều chỉnh được"):
        steps.begin(world, project)


@pytest.mark.parametrize("state", ["accepted", "settled", "stopped"])
def test_what_has_ended_is_not_adjusted(world, state):
    project = make_project(world, state=state)
    with pytest.raises(Refused, match="không điều chỉnh được"):
        steps.begin(world, project)


def test_second_adjustment_is_told_of_the_first(world):
    adjustment = moved(world)
    with pytest.raises(Refused, match=r"đang có điều chỉnh lần 1 \(đang soạn\)"):
        steps.begin(world, adjustment.project)
    steps.propose(world, adjustment)
    with pytest.raises(Refused, match=r"đang có điều chỉnh lần 1 \(đã trình\)"):
        steps.begin(world, adjustment.project)
    steps.decide(world, adjustment)
    assert steps.begin(world, adjustment.project).number == 2


def test_second_click_finds_the_first(world):
    project = make_project(world, state="approved")
    given = {
        "project_id": project.pk, "by": steps.unit_of(world, project), "version": project.version,
        "creation_key": uuid4(), "reason": "Đổi nơi đặt máy.",
    }  # fmt: skip
    assert actions.begin(**given) == actions.begin(**given)
    assert Adjustment.objects.count() == 1


def test_key_of_another_form_is_refused(world):
    first, second = make_project(world, state="approved"), make_project(world, state="approved")
    key, by = uuid4(), steps.unit_of(world, first)
    actions.begin(project_id=first.pk, by=by, version=first.version, creation_key=key, reason="Một.")
    with pytest.raises(Refused, match="đã được dùng"):
        actions.begin(project_id=second.pk, by=by, version=second.version, creation_key=key, reason="Hai.")


def test_reason_is_asked_for(world):
    project = make_project(world, state="approved")
    with pytest.raises(Refused, match="lý do"):
        steps.begin(world, project, reason="  ")


# --- proposing -------------------------------------------------------------------------------------------------------


def test_nothing_changed_is_not_proposed(world):
    adjustment = steps.begin(world, make_project(world, state="approved"))
    with pytest.raises(Refused, match="chưa có thay đổi nào"):
        steps.propose(world, adjustment)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"request_number": " "}, "số văn bản đề nghị"),
        ({"request_on": today() + timedelta(days=1)}, "không được ở tương lai"),
        ({"request_on": today() - timedelta(days=400)}, "không được trước quyết định phê duyệt"),
    ],
)
def test_document_of_the_unit_is_checked(world, given, sentence):
    adjustment = moved(world)
    with pytest.raises(Refused, match=sentence):
        steps.propose(world, adjustment, **given)


def test_end_before_the_beginning_is_refused(world):
    adjustment = moved(world)
    steps.write(world, adjustment, ends_on=today() - timedelta(days=10))
    with pytest.raises(Refused, match="kết thúc không được trước"):
        steps.propose(world, adjustment)


def test_everything_taken_away_is_a_stop(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    steps.turn(world, adjustment, project.beneficiaries.get().establishment_id)
    with pytest.raises(Refused, match="hãy ngừng đề án thay vì điều chỉnh"):
        steps.propose(world, adjustment)


def test_second_beneficiary_of_a_single_project_is_refused(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    new = steps.newcomer(world, adjustment)
    lines = [*steps.supported(project, 100 * MILLION), steps.line(new.pk, 100 * MILLION, 300 * MILLION)]
    steps.estimate(world, adjustment, lines)
    with pytest.raises(Refused, match="Đề án đơn chỉ có một cơ sở"):
        steps.propose(world, adjustment)


def test_lines_of_strangers_are_refused(world):
    project, other = make_project(world, state="approved"), make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    with pytest.raises(Refused, match="không thuộc đề nghị này"):
        steps.estimate(world, adjustment, [steps.line(other.beneficiaries.get().establishment_id, 1, 2)])
    with pytest.raises(Refused, match="không thuộc đề án này"):
        steps.estimate(world, adjustment, [steps.line(None, 1, 2, key=other.lines.get().pk)])
    with pytest.raises(Refused, match="tối đa 200 dòng"):
        steps.estimate(world, adjustment, [steps.line(None, 1, 2)] * 201)
    with pytest.raises(Refused, match="không có trong đề án hay trong đề nghị"):
        steps.turn(world, adjustment, other.beneficiaries.get().establishment_id)


def test_line_that_does_not_add_up_is_refused(world):
    project = make_project(world, state="approved")
    adjustment = steps.begin(world, project)
    wrong = lines_now(project)[0].__class__("Máy", 600 * MILLION, 200 * MILLION, 0, 0, establishment=None)
    steps.estimate(world, adjustment, [*lines_now(project), wrong])
    with pytest.raises(Refused, match="Dòng 2 của dự toán"):
        steps.propose(world, adjustment)


def test_what_was_proposed_is_not_written_any_more(world):
    adjustment = moved(world)
    steps.propose(world, adjustment)
    with pytest.raises(Refused, match="Không thể «Trình điều chỉnh»"):
        steps.write(world, adjustment, place_text="ấp Nữa")


# --- opinion and decision --------------------------------------------------------------------------------------------


def test_opinion_needs_words_number_and_day(world):
    adjustment = moved(world, source="national")
    steps.propose(world, adjustment)
    for given, sentence in (
        ({"opinion": " "}, "ý kiến của Sở"),
        ({"number": ""}, "số văn bản của Sở"),
        ({"on": today() - timedelta(days=1)}, "không được trước"),
    ):
        with pytest.raises(Refused, match=sentence):
            steps.endorse(world, adjustment, **given)


def test_decision_needs_number_signer_and_day(world):
    adjustment = moved(world)
    steps.propose(world, adjustment)
    for given, sentence in (
        ({"number": " "}, "số quyết định"),
        ({"signer": " "}, "người ký"),
        ({"on": today() + timedelta(days=1)}, "tương lai"),
        ({"on": today() - timedelta(days=1)}, "không được trước"),
    ):
        with pytest.raises(Refused, match=sentence):
            steps.decide(world, adjustment, **given)


def test_what_is_unverified_is_confirmed_by_whoever_decides(world):
    project = make_project(world, state="approved", beneficiaries=2)
    steps.give(world, project, 10 * MILLION)
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 210 * MILLION))
    steps.propose(world, adjustment)
    with pytest.raises(Refused, match="Cần xác nhận đã đối chiếu với văn bản gốc"):
        steps.decide(world, adjustment, confirmed=False)


@pytest.mark.parametrize("step", ["hold", "return", "refuse", "withdraw"])
def test_answer_says_why_and_leaves_the_project_alone(world, step):
    adjustment = moved(world, source="national")
    steps.propose(world, adjustment)
    if step in {"return", "refuse"}:
        steps.endorse(world, adjustment)
    by = {
        "hold": steps.sees(world, adjustment.project, "appraiser"),
        "withdraw": steps.unit_of(world, adjustment.project),
    }.get(step, steps.holder(world, adjustment.project, "leader"))
    before = Project.objects.filter(pk=adjustment.project_id).values().get()
    with pytest.raises(Refused, match="lý do"):
        steps.answer(world, adjustment, step, by, reason=" ")
    done = steps.answer(world, adjustment, step, by)
    wanted = {"refuse": AdjustmentState.REFUSED, "withdraw": AdjustmentState.WITHDRAWN}.get(step, AdjustmentState.DRAFT)
    assert (done.state, done.answer) == (wanted, "Chưa đủ căn cứ.")
    assert Project.objects.filter(pk=adjustment.project_id).values().get() == before
    if wanted == AdjustmentState.DRAFT:  # and it goes on from there
        steps.write(world, adjustment, place_text="ấp Khác nữa")
        assert steps.through(world, adjustment).state == "decided"


def test_nobody_answers_what_he_has_written(world):
    adjustment = moved(world, source="national")
    steps.propose(world, adjustment)
    writer = steps.unit_of(world, adjustment.project).user
    appraiser = steps.sees(world, adjustment.project, "appraiser")
    two_hats = Actor(user=writer, agency=appraiser.agency, role=appraiser.role, origin="thử nghiệm")
    with pytest.raises(Refused, match="không được cho ý kiến hay quyết định"):
        steps.endorse(world, adjustment, by=two_hats)
    steps.endorse(world, adjustment)
    leader = steps.holder(world, adjustment.project, "leader")
    two_hats = Actor(user=writer, agency=leader.agency, role=leader.role, origin="thử nghiệm")
    with pytest.raises(Refused, match="không được cho ý kiến hay quyết định"):
        steps.decide(world, adjustment, by=two_hats)


@pytest.mark.parametrize(
    ("source", "beneficiaries", "who"),
    [
        ("local", 1, ("dong-thap", "leader")),
        ("national", 1, ("national", "leader")),
        ("national", 2, ("dong-thap", "leader")),
    ],
)
def test_only_the_leader_of_the_level_decides(world, source, beneficiaries, who):
    adjustment = moved(world, source=source, beneficiaries=beneficiaries)
    steps.propose(world, adjustment)
    if Adjustment.objects.get(pk=adjustment.pk).needs_opinion:
        steps.endorse(world, adjustment)
    for agency in ("national", "region", "dong-thap", "dong-thap-centre", "phu-tho"):
        for role in ("officer", "appraiser", "leader", "accountant", "auditor", "administrator"):
            if (agency, role) != who:
                with pytest.raises(NotAllowed):
                    steps.decide(world, adjustment, by=world.actor(agency, role))
    assert steps.decide(world, adjustment, by=world.actor(*who)).state == "decided"


def test_stopped_meanwhile_nothing_is_decided(world):
    adjustment = moved(world, state="in_progress")
    steps.propose(world, adjustment)
    project = Project.objects.get(pk=adjustment.project_id)
    stop(
        project_id=project.pk, by=steps.holder(world, project, "leader"), version=project.version, document="9/QĐ",
        on=today(), reason="Cơ sở giải thể.",
    )  # fmt: skip
    with pytest.raises(Refused, match="không điều chỉnh được"):
        steps.decide(world, adjustment)
    leader = steps.holder(world, project, "leader")
    assert steps.answer(world, adjustment, "refuse", leader).state == "refused"


def test_old_page_is_refused(world):
    adjustment = moved(world)
    steps.propose(world, adjustment)
    leader = steps.holder(world, adjustment.project, "leader")
    with pytest.raises(Stale, match="đã được thay đổi"):
        actions.decide(
            adjustment_id=adjustment.pk, by=leader, version=1, number="1/QĐ", on=today(), signer=steps.SIGNER
        )


# --- papers ----------------------------------------------------------------------------------------------------------


def test_each_document_is_kept_with_its_step(world):
    adjustment = moved(world, source="national")
    steps.propose(world, adjustment, upload=scan(PDF + b"1", "de-nghi.pdf"))
    steps.endorse(world, adjustment, upload=scan(PDF + b"2", "y-kien.pdf"))
    steps.decide(world, adjustment, upload=scan(PDF + b"3", "quyet-dinh.pdf"))
    kept = list(adjustment.papers.values_list("kind", "name"))
    assert kept == [("request", "de-nghi.pdf"), ("opinion", "y-kien.pdf"), ("decision", "quyet-dinh.pdf")]


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [(lambda: scan(b""), "rỗng"), (lambda: scan(b"MZ not a paper", "virus.exe"), "không đúng loại")],
)
def test_wrong_file_is_refused_and_nothing_is_decided(world, upload, sentence):
    adjustment = moved(world)
    steps.propose(world, adjustment)
    with pytest.raises(Refused, match=sentence):
        steps.decide(world, adjustment, upload=upload())
    assert Adjustment.objects.get(pk=adjustment.pk).state == "proposed"
    assert not AdjustmentPaper.objects.exists()


def test_file_of_a_failed_step_is_gone_again(world, monkeypatch):
    adjustment = moved(world)
    steps.propose(world, adjustment)
    storage = AdjustmentPaper._meta.get_field("file").storage
    removed = []
    monkeypatch.setattr(storage, "delete", removed.append)

    def fail(*_args, **_kwargs):
        raise Refused("Sổ không nhận.")

    monkeypatch.setattr("khuyencong.adjustments.actions.deciding.take_effect", fail)
    with pytest.raises(Refused, match="Sổ không nhận"):
        steps.decide(world, adjustment, upload=scan())
    assert len(removed) == 1


# --- table and database ----------------------------------------------------------------------------------------------


def test_every_step_of_the_table_is_offered_from_where_it_starts(world):
    adjustment = moved(world, source="national")
    adjustment.level = "agency"
    for row in TRANSITIONS:
        adjustment.state = row.source
        if Way.WITH_OPINION in row.ways:
            assert row in steps_from(adjustment)
    adjustment.level = "department"
    for row in TRANSITIONS:
        adjustment.state = row.source
        assert (row in steps_from(adjustment)) == (Way.DIRECT in row.ways)


def test_database_holds_what_it_can(world):
    adjustment = moved(world)
    for wrong in ({"state": "decided"}, {"state": "proposed"}, {"state": "refused"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.filter(pk=adjustment.pk).update(**wrong)
    for wrong in ({"number": 1, "state": "withdrawn"}, {"number": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.create(
                project=adjustment.project, created_by=adjustment.created_by, reason="Nữa.", **wrong
            )


# --- at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_open_an_adjustment_at_once(world):
    project = make_project(world, state="approved")
    by = steps.unit_of(world, project)

    def begin():
        actions.begin(project_id=project.pk, by=by, version=project.version, creation_key=uuid4(), reason="Đổi.")

    assert kinds(at_once(begin, begin)) == ["NoneType", "Refused"]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_decisions_on_the_last_money_of_an_envelope(world):
    """50 triệu are free; both ask for them."""
    waiting = []
    for _ in range(2):
        project = make_project(world, state="approved")
        waiting.append(steps.begin(world, project))
    steps.give(world, waiting[0].project, 50 * MILLION)
    for adjustment in waiting:
        steps.estimate(world, adjustment, steps.supported(adjustment.project, 250 * MILLION))
        steps.propose(world, adjustment)
    outcome = at_once(*[lambda one=one: steps.decide(world, one) for one in waiting])
    assert kinds(outcome) == ["NoneType", "Refused"]
