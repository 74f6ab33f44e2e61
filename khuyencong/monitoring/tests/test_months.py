"""The list of a month: in time, late, missing, waiting; whose it is; what is done from it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import today
from khuyencong.core.errors import NotAllowed, Refused
from khuyencong.delivery.models import Acceptance, Annulment
from khuyencong.monitoring import actions
from khuyencong.monitoring.days import days_late, first_of, latest_month, month_after, month_before, own_days
from khuyencong.monitoring.models import OwnReportDay, ProgressReport, Reminding
from khuyencong.monitoring.months import STATUSES, all_days, asked_in, counts, rows_of
from khuyencong.monitoring.tests.reports import SO, UNIT, confirmed, correction, returned, running, sheet_of, submitted
from khuyencong.notices.models import Notice
from khuyencong.people.models import Agency
from khuyencong.projects.models import Project
from khuyencong.testing import make_project
from tests.looking import signed_in

LAST = month_before(first_of(today()))
DUE = LAST.replace(day=25)
LONG_AGO = LAST - timedelta(days=90)


def filed(world, on, *, make=submitted, **more):
    """A đề án whose report of last month came on that day."""
    project = running(world, signed=LONG_AGO, **more)
    report = make(world, project, month=LAST)
    ProgressReport.objects.filter(pk=report.pk).update(filed_on=on)
    return project


def statuses(world, who=SO, month=LAST, on=None):
    """{code: label} of the list."""
    days = all_days()
    found = asked_in(world.actor(*who), month, days)
    return {row.project.code: row.label for row in rows_of(list(found), month, days, on or today())}


def ask(world, who=SO, **query):
    return signed_in(world.actor(*who)).get(reverse("monthly_reports"), {"thang": f"{LAST:%Y-%m}", **query})


@pytest.mark.parametrize(("day", "late"), [(24, 0), (25, 1), (26, 2), (1, 0)])
def test_before_the_25th_is_in_time_and_the_25th_is_a_day_late(day, late):
    assert days_late(date(2026, 5, day), date(2026, 5, 25)) == late


@pytest.mark.parametrize(
    ("on", "month"),
    [(date(2026, 5, 24), 5), (date(2026, 5, 25), 6), (date(2026, 12, 31), 1)],
)
def test_month_that_may_be_reported_turns_on_the_25th(on, month):
    assert latest_month(on).month == month


def test_months_follow_each_other_over_the_year():
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)


def test_list_tells_in_time_late_missing_and_voluntary(world):
    in_time = filed(world, DUE - timedelta(days=1))
    late = filed(world, DUE + timedelta(days=4))
    missing = running(world, signed=LONG_AGO)
    free = running(world, signed=LONG_AGO, source="local")
    assert statuses(world) == {
        in_time.code: "Nộp đúng hạn",
        late.code: "Nộp muộn 5 ngày",
        missing.code: "Thiếu báo cáo",
        free.code: "Không bắt buộc",
    }
    sums = counts(asked_in(world.actor(*SO), LAST, all_days()), today())
    assert sums == {
        "all": 4, "in_time": 1, "late": 1, "missing": 1, "not_yet": 0, "free": 1, "waiting": 2, "returned": 0,
        "confirmed": 0,
    }  # fmt: skip


def test_sums_agree_with_the_rows(world):
    """The condition in the database and the label of the row are two places: they say the same."""
    filed(world, DUE - timedelta(days=1))
    filed(world, DUE)
    running(world, signed=LONG_AGO)
    running(world, signed=LONG_AGO, source="local")
    days = all_days()
    for on in (DUE - timedelta(days=1), DUE, today()):
        found = asked_in(world.actor(*SO), LAST, days)
        rows = rows_of(list(found), LAST, days, on)
        sums = counts(found, on)
        for status in list(STATUSES)[:5]:
            assert sums[status] == sum(row.status == status for row in rows), (status, on)


def test_before_the_day_nothing_is_missing(world):
    project = running(world, signed=LONG_AGO)
    assert statuses(world, on=DUE - timedelta(days=1)) == {project.code: "Chưa đến hạn"}
    assert statuses(world, on=DUE) == {project.code: "Thiếu báo cáo"}


def test_contract_signed_after_the_day_owes_nothing(world):
    running(world, signed=DUE)
    assert statuses(world) == {}
    assert len(statuses(world, month=month_after(LAST))) == 1


def test_returned_and_confirmed_are_told_beside(world):
    filed(world, DUE, make=confirmed)
    project = running(world, signed=LONG_AGO)
    returned(world, submitted(world, project, month=LAST))
    sums = counts(asked_in(world.actor(*SO), LAST, all_days()), today())
    assert (sums["confirmed"], sums["returned"], sums["waiting"]) == (1, 1, 0)


def test_project_that_has_ended_since_is_still_missing_in_its_month(world):
    project = make_project(world, state="accepted", source="national")
    project.contract_part.contract.signed_on = LONG_AGO
    project.contract_part.contract.save()
    assert statuses(world) == {project.code: "Thiếu báo cáo"}
    Acceptance.objects.filter(project=project).update(accepted_on=DUE - timedelta(days=1))
    assert statuses(world) == {}
    # One that was taken back ended nothing.
    wrong = project.acceptances.get()
    wrong.pk, wrong.round, wrong.number, wrong.accepted_on = None, 2, "BB-SAI", DUE
    wrong.save()
    Annulment.objects.create(
        acceptance=wrong, number="1", on=today(), reason="Ghi nhầm.", by=wrong.by, agency=wrong.agency
    )
    assert statuses(world) == {}


def test_stopped_project_owes_what_was_due_before(world):
    project = make_project(world, state="stopped", source="national")
    project.contract_part.contract.signed_on = LONG_AGO
    project.contract_part.contract.save()
    assert statuses(world) == {project.code: "Thiếu báo cáo"}


def test_correction_that_is_being_written_leaves_the_confirmed_figures_in_the_list(world):
    project = running(world, signed=LONG_AGO)
    report = confirmed(world, project, month=LAST, volume="60")
    correction(world, report)
    days = all_days()
    (row,) = rows_of([project], LAST, days, today())
    assert (row.told, row.state_label, row.report.number) == (report, "Đang đính chính", 2)


def test_report_of_a_contract_signed_after_the_day_is_voluntary_and_in_the_list(world):
    project = running(world, signed=DUE)
    assert statuses(world) == {}
    submitted(world, project, month=LAST)
    assert statuses(world) == {project.code: "Nộp tự nguyện"}
    assert "hợp đồng ký sau hạn" in ask(world).content.decode()


# --- scope -------------------------------------------------------------------------------------------------------------


def test_everybody_sees_the_projects_in_scope_only(world):
    mine = running(world, signed=LONG_AGO)
    direct = running(world, signed=LONG_AGO, unit="region")
    other = running(world, signed=LONG_AGO, province="25")
    assert set(statuses(world)) == {mine.code, direct.code}
    assert set(statuses(world, ("national", "officer"))) == {mine.code, direct.code, other.code}
    assert set(statuses(world, ("region", "officer"))) == {direct.code}
    assert set(statuses(world, ("phu-tho-centre", "auditor"))) == {other.code}


def test_filters_stand_in_the_address(world):
    mine, local = running(world, signed=LONG_AGO), running(world, signed=LONG_AGO, source="local")
    other = running(world, signed=LONG_AGO, province="25")
    cuc = ("national", "officer")
    for query, codes in (
        ({}, {mine, local, other}),
        ({"nguon": "local"}, {local}),
        ({"tinh": "25"}, {other}),
        ({"don_vi": other.implementing_unit_id}, {other}),
        ({"q": mine.name}, {mine}),
        ({"tinh_trang": "free"}, {local}),
        ({"tinh_trang": "missing", "tinh": "82"}, {mine}),
        ({"tinh_trang": "x"}, set()),
        ({"nguon": "x"}, set()),
    ):
        rows = ask(world, cuc, **query).context["rows"]
        assert {row.project.code for row in rows} == {one.code for one in codes}, query


def test_list_costs_the_same_for_one_and_for_three(world):
    client = signed_in(world.actor(*SO))
    address = f"{reverse('monthly_reports')}?thang={LAST:%Y-%m}"
    counted = []
    for number in (1, 2):
        for _ in range(number):
            filed(world, DUE)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(address).context["rows"]) == (1 if number == 1 else 3)
        counted.append(len(captured))
    assert counted[0] == counted[1]


def test_empty_month_says_what_to_do(world):
    assert "không có đề án nào đang thực hiện" in ask(world).content.decode()


def test_file_holds_what_the_page_shows_and_is_in_the_trail(world):
    missing, late = running(world, signed=LONG_AGO), filed(world, DUE)
    client = signed_in(world.actor(*SO))
    answer = client.get(reverse("monthly_reports_xlsx"), {"thang": f"{LAST:%Y-%m}", "tinh_trang": "late"})
    rows = sheet_of(answer)
    codes = {row.get(0) for row in rows}
    assert late.code in codes
    assert missing.code not in codes
    assert any("Nộp muộn" in str(row.get(0)) for row in rows[:4])
    assert AuditEvent.objects.order_by("-seq").first().action == "monthly.export"


# --- reminding ---------------------------------------------------------------------------------------------------------


def press_remind(world, who=SO, **query):
    client = signed_in(world.actor(*who))
    return client.post(reverse("monthly_remind"), {"thang": f"{LAST:%Y-%m}", **query}, follow=True)


def test_one_click_reminds_the_units_of_all_that_is_missing_once_a_day(world):
    first, second = running(world, signed=LONG_AGO), running(world, signed=LONG_AGO)
    filed(world, DUE)
    Notice.objects.all().delete()
    answer = press_remind(world)
    assert "Đã nhắc về 2 đề án" in answer.content.decode()
    (notice,) = Notice.objects.filter(user=world.actor(*UNIT).user)
    assert first.code in notice.sentence
    assert second.code in notice.sentence
    assert "thang=" in notice.url
    assert {row.project.code for row in signed_in(world.actor(*UNIT)).get(notice.url).context["rows"]} == {
        first.code, second.code,
    }  # fmt: skip
    assert "Hôm nay đã nhắc" in press_remind(world).content.decode()
    assert (Notice.objects.count(), Reminding.objects.count()) == (1, 2)
    Reminding.objects.update(on=today() - timedelta(days=1))
    press_remind(world)
    assert Notice.objects.count() == 2
    assert AuditEvent.objects.filter(action="monthly.remind").count() == 2


def test_only_those_that_the_list_shows_are_reminded_of(world):
    running(world, signed=LONG_AGO)
    assert "Không có đề án nào" in press_remind(world, q="khong co ten nay").content.decode()
    assert "Không có đề án nào" in press_remind(world, nguon="local").content.decode()
    assert not Reminding.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (UNIT, 403),
        (("dong-thap", "leader"), 403),
        (("dong-thap", "auditor"), 403),
        (("dong-thap", "appraiser"), 302),
        (("national", "officer"), 302),
        (("region", "officer"), 403),
    ],
)
def test_reminding_is_for_the_department_and_the_national_agency(world, who, status):
    running(world, signed=LONG_AGO)
    Notice.objects.all().delete()
    answer = signed_in(world.actor(*who)).post(reverse("monthly_remind"), {"thang": f"{LAST:%Y-%m}"})
    assert answer.status_code == status
    assert Notice.objects.exists() == (status == 302)


def test_other_province_is_not_reminded(world):
    other = running(world, signed=LONG_AGO, province="25")
    with pytest.raises(Refused):
        actions.remind(by=world.actor(*SO), month=LAST, projects=[other])
    with pytest.raises(NotAllowed):
        actions.remind(by=world.actor(*UNIT), month=LAST, projects=[other])


# --- the agency's own day ----------------------------------------------------------------------------------------------


def own_day(world, who=("dong-thap", "officer"), **more):
    values = {"creation_key": uuid4(), "from_month": LAST, "day": 10, "document": "CV 5/SCT"} | more
    return actions.set_report_day(by=world.actor(*who), **values)


def test_agency_asks_for_its_local_money_from_a_month_on(world):
    project = running(world, signed=LONG_AGO, source="local")
    own_day(world)
    assert statuses(world) == {project.code: "Thiếu báo cáo"}
    assert statuses(world, month=month_before(LAST)) == {project.code: "Không bắt buộc"}
    own_day(world, from_month=month_after(LAST), day=None, document="")
    assert statuses(world) == {project.code: "Thiếu báo cáo"}
    assert statuses(world, month=month_after(LAST)) == {project.code: "Không bắt buộc"}


def test_money_of_a_merged_agency_follows_the_rule_of_its_successor(world):
    project = running(world, signed=LONG_AGO, source="local")
    own_day(world)
    merged = world.agencies["phu-tho"]
    Project.objects.filter(pk=project.pk).update(funder=merged)
    assert statuses(world) == {project.code: "Không bắt buộc"}
    Agency.objects.filter(pk=merged.pk).update(successor=world.agencies[SO[0]])
    assert statuses(world) == {project.code: "Thiếu báo cáo"}
    assert own_days([merged.pk]).rule(merged.pk, LAST).day == 10


def test_rule_of_one_agency_is_not_that_of_another_nor_of_national_money(world):
    other = running(world, signed=LONG_AGO, source="local", province="25")
    national = running(world, signed=LONG_AGO)
    own_day(world)
    assert statuses(world, ("phu-tho", "officer")) == {other.code: "Không bắt buộc"}
    (row,) = rows_of([Project.objects.get(pk=national.pk)], LAST, all_days(), today())
    assert (row.due.on, "36/2013" in row.due.article) == (DUE, True)


def test_rule_needs_a_document_and_a_department(world):
    with pytest.raises(Refused, match="văn bản quy định"):
        own_day(world, document=" ")
    with pytest.raises(Refused, match="Chỉ Sở"):
        own_day(world, who=("dong-thap-centre", "officer"))
    with pytest.raises(NotAllowed):
        own_day(world, who=("dong-thap", "auditor"))
    key = uuid4()
    assert own_day(world, creation_key=key).pk == own_day(world, creation_key=key).pk
    assert OwnReportDay.objects.count() == 1
