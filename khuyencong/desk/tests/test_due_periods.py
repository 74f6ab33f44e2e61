"""What is due of reports of periods: by law without a day, by the receiver's own day, returned, waiting for a decision."""

from datetime import date, timedelta
from uuid import uuid4

from khuyencong.desk.due import question
from khuyencong.desk.due_periods import period_dues
from khuyencong.periods import actions
from khuyencong.periods.tests import making
from khuyencong.reporting.period import PeriodKind

ON = date(2026, 10, 5)


def asked(world, *who, on=ON):
    return {due.title: due for due in period_dues(question(world.actor(*who), on=on))}


def test_a_department_is_asked_for_what_the_law_names_and_on_the_receiver_s_day(world):
    title = "Báo cáo quý III năm 2026 (TT 36/2013 Đ21.5)"
    first = asked(world, "dong-thap", "officer")[title]
    assert (first.last_day, first.reminder) == (date(2026, 9, 30), True)  # no article names a day
    assert asked(world, "dong-thap", "leader") == {}
    assert asked(world, "dong-thap-centre", "officer") == {}  # the law asks nothing of it
    for agency, leader in (("national", "leader"), ("dong-thap", "leader")):
        actions.set_report_day(
            by=world.actor(agency, leader), creation_key=uuid4(), kind=PeriodKind.QUARTER, days=10, document="QĐ 1"
        )
    due = asked(world, "dong-thap", "officer")[title]
    assert (due.last_day, due.reminder) == (date(2026, 10, 10), False)
    assert "Báo cáo quý III năm 2026" in asked(world, "dong-thap-centre", "officer")
    assert "Báo cáo quý III năm 2026 (TT 36/2013 Đ22.2)" in asked(world, "region", "officer")
    assert title not in asked(world, "dong-thap", "officer", on=ON + timedelta(days=120))


def test_who_receives_is_asked_to_decide_and_who_wrote_to_mend(world):
    report = making.begin(world)
    making.submit(world, report)
    assert [due.title for due in asked(world, "national", "leader").values()] == [
        f"Duyệt báo cáo {report.period} của {report.agency}"
    ]
    report.refresh_from_db()
    actions.send_back(
        report_id=report.pk, by=world.actor("national", "leader"), version=report.version, reason="Thiếu số."
    )
    assert asked(world, "national", "leader") == {}
    assert f"Sửa và nộp lại báo cáo {report.period}" in asked(world, "dong-thap", "officer", on=report.closing_on)
