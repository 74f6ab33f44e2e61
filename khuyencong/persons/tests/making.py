"""Persons that are past their terms, or not yet, through the real actions."""

from datetime import date, timedelta
from uuid import uuid4

from khuyencong.collaborators.tests import making as network
from khuyencong.core.dates import today
from khuyencong.persons import actions
from khuyencong.persons.models import PersonRequest
from khuyencong.portal.actions import answer_feedback
from khuyencong.portal.models import Feedback
from khuyencong.settlement.models import Settlement, Way
from khuyencong.training.tests import making as training

CENTRE, DEPARTMENT = "dong-thap-centre", "dong-thap"
KEEPER, LEADER = (CENTRE, "administrator"), (CENTRE, "leader")
NAME = "Trần Thị Ẩn Danh"
PHONE, IDENTITY = "0977 111 222", "082180000123"


def years_ago(years, days=0):
    return today().replace(day=1, month=1) - timedelta(days=365 * years + days)


def set_term(world, rule, years=2, *, who=KEEPER):
    return actions.keep_term(
        by=world.actor(*who), creation_key=uuid4(), rule=rule, years=years, document=f"QĐ {rule}/VIDU"
    )


def set_terms_of_papers(world, *, department=2, centre=2):
    """The unit and the Sở, which also pays: all who answer for a local đề án."""
    set_term(world, "papers", centre)
    set_term(world, "papers", department, who=(DEPARTMENT, "administrator"))


def served(world, *, name=NAME, ended=True, **fields):
    """A collaborator whose term ended years ago, or who still serves."""
    values = {
        "phone": PHONE, "identity_number": IDENTITY, "note": "quen bà chủ xưởng", "decision_on": years_ago(6),
        "starts_on": years_ago(6), "ends_on": years_ago(4) if ended else None, **fields,
    }  # fmt: skip
    return network.person(world, name=name, **values)


def learner_of(world, project, name=NAME):
    """Somebody who came to a class of that đề án."""
    course = training.running(world, project)
    learner = training.enter(
        world, course, name, birth_year=1980, gender="female", phone=PHONE, identity_number=IDENTITY
    )
    training.attended(world, course, learner)
    training.finished(world, course)
    return learner


def settled_long_ago(world, project):
    """The đề án has a settlement of five years ago, written behind the rules: no action settles into the past."""
    return Settlement.objects.create(
        project=project, number="QT-VIDU", settled_on=date(today().year - 5, 3, 1), amount=1, way=Way.INVOICED,
        invoice="HĐ-VIDU", by=world.actor("dong-thap", "accountant").user,
    )  # fmt: skip


def request_of(world, *, kind="copy", who=KEEPER, key=None, **fields):
    values = {
        "kind": kind, "person": "tran thi an danh", "birth_year": 1980, "phone": "", "email": "", "identity_number": "", "identity_check": "in_person",
        "paper": "Đơn ngày 02/11/2026", "received_on": today(), **fields,
    }  # fmt: skip
    return actions.take_request(by=world.actor(*who), creation_key=key or uuid4(), fields=values)


def choose(world, asked, *rows, who=KEEPER):
    keys = [f"{row._meta.label}:{row.pk}" for row in rows]
    actions.choose_rows(request_id=asked.pk, by=world.actor(*who), version=asked.version, keys=keys)
    return PersonRequest.objects.get(pk=asked.pk)


def answered_question(world):
    """A question through the portal, answered; who asked is somebody else."""
    asked = Feedback.objects.create(
        agency=world.agencies[CENTRE], name=NAME, phone=PHONE, question=f"Tôi là {NAME}, hỏi về máy."
    )
    answer_feedback(
        feedback_id=asked.pk, by=world.actor(CENTRE, "officer"), version=asked.version, answer="Mời chị tới."
    )
    Feedback.objects.filter(pk=asked.pk).update(answered_on=years_ago(4))
    return Feedback.objects.get(pk=asked.pk)


def hidden_all(world, *rules, who=LEADER):
    """A run over these rules, to its end."""
    by = world.actor(*who)
    run = actions.begin_run(by=by, creation_key=uuid4(), rules=frozenset(rules))
    while run.runs:
        run = actions.hide_next(run_id=run.pk, by=by, version=run.version)
    return run
