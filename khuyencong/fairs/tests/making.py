"""Fairs on the way that tests and examples start from, through the real actions."""

import io
from datetime import timedelta
from uuid import uuid4

import xlsxwriter

from khuyencong.core.dates import today
from khuyencong.fairs import actions
from khuyencong.fairs.models import Participant
from khuyencong.testing import make_establishment, make_project

SO, CENTRE = "dong-thap", "dong-thap-centre"
OFFICER, LEADER, OWNER = (CENTRE, "officer"), (SO, "leader"), ("owner", "owner")
MILLION = 1_000_000
REGISTERED = {"products": "Bánh tráng sen", "booths_wanted": 2, "note": ""}
SOLD = {"sales": 12 * MILLION, "contacts": 30, "contracts": 1, "contract_value": 50 * MILLION, "note": ""}


def fresh(record):
    return type(record).objects.with_all().get(pk=record.pk)


def fair_project(world, *, support=80 * MILLION, total=100 * MILLION, state="in_progress", **changed):
    """A đề án of national money for joining a fair, with one beneficiary of its own."""
    given = {"source": "national", "activity": "fair_domestic_join", **changed}
    return make_project(world, state=state, support=support, total=total, **given)


def fair_of(world, project=None, *, who=OFFICER, key=None, **changed):
    """A draft; it has begun the day before yesterday, so that its days can be written."""
    fields = {
        "name": "Hội chợ Thử Nghiệm", "organiser": "Công ty Sự Kiện Thử", "place": "Nhà thi đấu Thử", "country": "",
        "starts_on": today() - timedelta(days=2), "ends_on": today() + timedelta(days=2),
        "register_until": today(), "about": "", "round": None, **changed,
    }  # fmt: skip
    project = project or fair_project(world)
    return fresh(actions.make_fair(by=world.actor(*who), creation_key=key or uuid4(), project=project, fields=fields))


def called(world, fair=None, **changed):
    fair = fresh(fair) if fair else fair_of(world, **changed)
    actions.call_fair(
        fair_id=fair.pk, by=world.actor(*OFFICER), version=fair.version, number="5/GM", on=today(), on_portal=True
    )
    return fresh(fair)


def registered(world, fair, establishment=None, *, who=OFFICER, key=None, **changed):
    participant = actions.register(
        fair_id=fair.pk, by=world.actor(*who), creation_key=key or uuid4(),
        establishment=establishment or make_establishment(world), fields={**REGISTERED, **changed},
    )  # fmt: skip
    return Participant.objects.with_all().get(pk=participant.pk)


def accepted(world, fair, establishment=None, *, who=OFFICER, **changed):
    participant = registered(world, fair, establishment, who=who, **changed)
    actions.accept(participant_id=participant.pk, by=world.actor(*OFFICER), version=participant.version)
    return fresh(participant)


def laid(world, fair, *, rows=2, columns=3, price=10 * MILLION):
    fair = fresh(fair)
    actions.lay_grid(
        fair_id=fair.pk, by=world.actor(*OFFICER), version=fair.version, rows=rows, columns=columns, price=price
    )
    return fresh(fair)


def assigned(world, fair, participant, *numbers):
    for number in numbers:
        booth = fair.booths.get(number=number)
        actions.assign_booth(
            fair_id=fair.pk, by=world.actor(*OFFICER), version=fresh(fair).version, booth_id=booth.pk,
            participant_id=participant.pk,
        )  # fmt: skip
    return fresh(fair)


def changed_booth(world, fair, booth, *, participant_id=None, **changed):
    names = ("number", "row", "column", "x", "y", "price", "supported", "holder")
    fields = {name: getattr(booth, name) for name in names} | changed
    actions.change_booth(
        fair_id=fair.pk, by=world.actor(*OFFICER), version=fresh(fair).version, booth_id=booth.pk, fields=fields,
        participant_id=participant_id,
    )  # fmt: skip
    return fresh(fair)


def ready(world, fair=None, **changed):
    """Called, one establishment taken, with the one booth there is."""
    fair = called(world, fair, **changed)
    participant = accepted(world, fair)
    fair = laid(world, fair, rows=1, columns=1)
    return assigned(world, fair, participant, "A1"), participant


def confirmed(world, fair=None, **changed):
    if fair is None:
        fair, _ = ready(world, **changed)
    fair = fresh(fair)
    actions.confirm_list(
        fair_id=fair.pk, by=world.actor(*LEADER), version=fair.version, number="8/XN", on=today(), norm_read=True
    )
    return fresh(fair)


def sold(world, participant, on=None, *, who=OFFICER, version=None, **changed):
    participant = fresh(participant)
    return actions.record_day(
        participant_id=participant.pk, by=world.actor(*who), version=version or participant.version, on=on or today(),
        fields={**SOLD, **changed},
    )  # fmt: skip


def link(world, participant, *, who=OFFICER, key=None, **changed):
    fields = {"partner": "Siêu thị Thử", "about": "", "due_on": today() + timedelta(days=30), **changed}
    return actions.add_link(
        participant_id=participant.pk, by=world.actor(*who), creation_key=key or uuid4(), fields=fields
    )


def workbook(*rows, headings=("Số gian", "Hàng", "Cột", "Giá thuê (đồng)", "Được hỗ trợ", "Cơ sở")):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet()
    for number, row in enumerate((headings, *rows)):
        page.write_row(number, 0, row)
    book.close()
    return stream.getvalue()
