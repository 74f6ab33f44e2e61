"""Jobs on the way that tests start from, through the real actions."""

from uuid import uuid4

from khuyencong.consulting import actions
from khuyencong.consulting.models import BookingKind
from khuyencong.core.dates import today
from khuyencong.testing import make_project

CENTRE, MILLION = "dong-thap-centre", 1_000_000
OFFICER, ACCOUNTANT = (CENTRE, "officer"), (CENTRE, "accountant")


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def client_of(world, who=OFFICER, establishment=None, **changed):
    fields = {"name": "Công ty Thử", "contact": "Bà Nguyễn Thử", "phone": "0912 345 678", **changed}
    return actions.add_client(by=world.actor(*who), creation_key=uuid4(), fields=fields, establishment=establishment)


def offered(world, client=None, who=OFFICER, **changed):
    fields = {
        "kind": "energy", "title": "Kiểm toán năng lượng", "offer_number": "1/BG", "offered_on": today(),
        "offered": 100 * MILLION, "in_charge": None, "note": "", **changed,
    }  # fmt: skip
    client = client or client_of(world, who)
    return actions.offer_job(by=world.actor(*who), creation_key=uuid4(), client_id=client.pk, fields=fields)


def signed(world, job=None, who=OFFICER, **changed):
    job = fresh(job or offered(world, who=who))
    values = {"number": f"{job.pk}/HĐTV", "on": today(), "value": 100 * MILLION, "ends_on": None, **changed}
    actions.sign_job(job_id=job.pk, by=world.actor(*who), version=job.version, **values)
    return fresh(job)


def accepted(world, job=None, number=1, who=OFFICER, **changed):
    job = fresh(job or signed(world, who=who))
    values = {"on": today(), "document": f"{number}/BBNT", **changed}
    actions.accept_phase(job_id=job.pk, number=number, by=world.actor(*who), version=job.version, **values)
    return fresh(job)


def booked(world, job, kind, amount, who=ACCOUNTANT, version=None, **changed):
    job = fresh(job)
    fields = {
        "amount": amount,
        "on": today(),
        "document": f"{kind}-{job.pk}-{job.version}",
        "tax": 0,
        "what": "",
        **changed,
    }
    return actions.book(
        job_id=job.pk, kind=BookingKind(kind), by=world.actor(*who), version=version or job.version, fields=fields
    )


def advised_project(world, state="in_progress"):
    """Consulting to one establishment with national money: 60 triệu, of which half is asked for."""
    return make_project(
        world, state=state, source="national", activity="consulting", total=60 * MILLION, support=30 * MILLION
    )


def advice_fields(project, **changed):
    return {
        "beneficiary": project.beneficiaries.first().pk, "subject": "Bố trí lại mặt bằng xưởng",
        "consultant": "Viện Thử", "from_on": today(), "to_on": today(), "days": 1, "contract": "5/HĐ",
        "cost": 60 * MILLION, "result": "Bản vẽ mặt bằng.", **changed,
    }  # fmt: skip


def advised(world, project=None, who=OFFICER, **changed):
    project = project or advised_project(world)
    return actions.record_advice(
        by=world.actor(*who), creation_key=uuid4(), project=project, fields=advice_fields(project, **changed)
    )
