"""The figures: what they say, of what, and that page, file and lists behind them agree."""

import io
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.effects.filters import GROUPS, read_question
from khuyencong.effects.models import EffectSheet, Moment
from khuyencong.effects.opening import open_sheets
from khuyencong.effects.sums import Sums
from khuyencong.effects.table import table_of
from khuyencong.effects.tests.asking import answered, confirm, confirmed, make_due, officer, record, sheet_of
from khuyencong.programmes.tests.writing import approved, enter
from khuyencong.projects.models import Beneficiary, Project
from khuyencong.reporting.models import PublishedCase, PublishedFigure
from khuyencong.testing import make_project


def in_activity(sheet, activity="technology_transfer"):
    """The sheet, its đề án now of another activity."""
    Project.objects.filter(pk=sheet.project_id).update(activity=activity)
    return sheet


def table(actor, **query):
    return table_of(read_question({name: str(value) for name, value in query.items()}, actor=actor))


def total(actor, **query):
    return table(actor, **query).total.sums


def test_cost_per_job_and_what_it_would_be_if_silence_were_zero(world):
    confirmed(world)  # 200 triệu, 6 jobs
    sheet_of(world)  # 200 triệu, silent
    answered(world)  # 200 triệu, not confirmed
    sums = total(officer(world))

    assert (sums.asked, sums.confirmed, sums.to_confirm, sums.silent) == (3, 1, 1, 1)
    assert (sums.jobs_new, sums.jobs_new_known) == (6, 1)
    assert sums.support_per_job == 33_333_333  # 200 triệu / 6
    assert sums.support_per_job_if_silent_none == 100 * MILLION  # 600 triệu / 6
    assert sums.percent_confirmed == Decimal("33.3")


def test_the_same_job_told_at_every_moment_is_added_up_at_none(world, visit):
    sheet = confirmed(world)
    confirm(world, record(world, sheet_of(world, project=sheet.project, moment=Moment.AFTER_24)))
    found = table(officer(world), by="moment")

    assert [line.sums.jobs_new for line in found.lines] == [0, 0, 6, 6]
    assert found.total.sums.jobs_new == 6  # of the moment that the cards name
    assert all("sau 12 tháng" in one.note for one in found.stats)
    client = visit(officer(world))
    assert "<tfoot>" not in client.get(reverse("effects"), {"by": "moment"}).content.decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("effects_xlsx"), {"by": "moment"}).content))
    rows = book.get_sheet_by_name("Hiệu quả").to_python()
    assert rows[-1][0] == "Sau 24 tháng"


def test_what_was_stopped_or_left_is_not_counted(world):
    asked = lambda: total(world.actor("national", "leader"), moment=Moment.BASELINE).asked  # noqa: E731
    make_project(world, state="stopped")
    assert asked() == 0
    project = make_project(world, state="in_progress", beneficiaries=2)
    assert asked() == 2
    Beneficiary.objects.filter(pk=project.beneficiaries.last().pk).update(left_on=today())
    open_sheets(project)  # as an adjustment does
    assert asked() == 1


def test_an_establishment_that_is_gone_made_no_job_and_cost_its_support(world):
    confirmed(world)
    confirm(world, record(world, sheet_of(world), closed=True))
    sums = total(officer(world))

    assert (sums.closed, sums.jobs_new_known, sums.paid_known) == (1, 1, 2)
    assert sums.support_per_job == 66_666_667  # 400 triệu / 6, not 200 / 6


def test_leverage_is_of_what_was_accepted(world):
    sheet = confirmed(world)
    assert total(officer(world)).leverage == Decimal("2.00")  # (600 − 200) / 200
    EffectSheet.objects.filter(pk=sheet.pk).update(cost=None)
    assert total(officer(world)).leverage is None  # unknown, not 0


def test_a_cost_from_a_record_of_the_past_is_said_to_be_one(world):
    sheet = confirmed(world)
    assert all("nguồn đã công bố" not in one.note for one in table(officer(world)).stats)
    Project.objects.filter(pk=sheet.project_id).update(recorded_from="báo chí")
    assert "trong đó 1 phiếu theo hồ sơ, nguồn đã công bố" in table(officer(world)).stats[-1].note


def test_jobs_whose_support_is_not_known_are_not_cheap(world):
    sheet = confirmed(world)
    EffectSheet.objects.filter(pk=sheet.pk).update(support=None)
    sums = total(officer(world))
    assert (sums.jobs_new, sums.support_per_job) == (6, None)


def test_unknown_is_a_dash_and_zero_a_zero(world, visit):
    confirm(world, record(world, sheet_of(world), workers=10))
    page = visit(officer(world)).get(reverse("effects")).content.decode()
    assert total(officer(world)).jobs_new_known == 0
    assert re.search(r'data-label="Việc làm mới" class="num"><a[^>]*>–', page)

    confirm(world, record(world, sheet_of(world), workers=10, jobs_new=0))
    page = visit(officer(world)).get(reverse("effects")).content.decode()
    assert re.search(r'data-label="Việc làm mới" class="num"><a[^>]*>0 \(1 phiếu\)', page)
    assert total(officer(world)).support_per_job is None


def test_what_has_not_come_yet_is_not_asked(world):
    make_project(world, state="accepted")
    assert total(officer(world)).asked == 0
    assert total(officer(world), moment=Moment.ACCEPTANCE).asked == 1


def test_another_province_is_not_counted(world):
    confirmed(world)
    assert total(world.actor("phu-tho", "officer")).asked == 0
    assert total(world.actor("national", "leader")).asked == 1
    assert total(world.actor("region", "officer")).asked == 0


@pytest.mark.parametrize("by", GROUPS)
def test_lines_of_every_grouping_add_up_and_open_what_they_count(world, visit, by):
    confirmed(world)
    in_activity(confirmed(world))
    sheet_of(world)
    Project.objects.filter(pk=Project.objects.order_by("-pk")[0].pk).update(sector="")
    actor = officer(world)
    found, client = table(actor, by=by), visit(actor)

    if by != "programme":  # no programme yet: nothing to show
        assert found.lines
        if by != "moment":  # its lines tell the same again
            assert sum(line.sums.asked for line in found.lines) == found.total.sums.asked == 3
    for line in [*found.lines, found.total]:
        for status, count in (
            ("", line.sums.asked), ("confirmed", line.sums.confirmed), ("silent", line.sums.silent),
            ("jobs", line.sums.jobs_new_known), ("job_cost", line.sums.paid_known), ("cost", line.sums.own_known),
            ("income", line.sums.income_known), ("closed", line.sums.closed), ("to_confirm", line.sums.to_confirm),
        ):  # fmt: skip
            answer = client.get(line.url(status))
            assert answer.status_code == 200
            assert answer.context["page"].paginator.count == count, (line.label, status)


def test_programmes_hold_their_years_and_province(world):
    approved(world)
    enter(world, first=today().year - 9, last=today().year - 5)
    confirmed(world)
    lines = table(officer(world), by="programme").lines
    assert [line.sums.asked for line in lines] == [1]
    assert table(officer(world), programme=lines[0].filters["programme"]).total.sums.asked == 1


def test_filters_live_in_the_address(world):
    confirmed(world)
    actor, year = officer(world), today().year
    assert total(actor, activity="machinery").asked == 1
    assert total(actor, activity="trademark").asked == 0
    assert total(actor, year_from=year, year_to=year).asked == 1
    assert total(actor, year_to=year - 1).asked == 0
    assert total(actor, source="national").asked == 0
    assert total(actor, place="none").asked == 1
    assert total(world.actor("national", "leader"), province="82").asked == 1
    assert total(world.actor("national", "leader"), province="25").asked == 0


def cells_of(page):
    """The rows of the dashboard's table as texts."""
    body = page[page.index('aria-labelledby="bang"') :]
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body[: body.index("</section>")], re.DOTALL)[1:]:
        texts = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append(
            [unescape(re.sub(r"<span class=\"visually-hidden\">.*?</span>|<[^>]+>", "", one)).strip() for one in texts]
        )
    return found


def test_the_file_says_what_the_page_says(world, visit):
    confirmed(world)
    sheet_of(world)
    confirm(world, record(world, in_activity(sheet_of(world)), closed=True))
    client, query = visit(officer(world)), "?by=activity&moment=after_12"
    page = cells_of(client.get(reverse("effects") + query).content.decode())
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("effects_xlsx") + query).content))
    rows = book.get_sheet_by_name("Hiệu quả").to_python()
    head = next(number for number, row in enumerate(rows) if row[0] == "Nội dung hoạt động")
    names = rows[head]
    pairs = {
        "Đến hạn hỏi (phiếu)": 1, "Chờ xác nhận": 3, "Chưa trả lời": 4, "Đã ngừng hoạt động": 5,
        "Thu nhập bình quân (đồng/tháng)": 7, "Hỗ trợ trên một việc làm mới (đồng)": 8, "Nếu im lặng là 0 (đồng)": 9,
        "Vốn khác trên một đồng hỗ trợ": 10,
    }  # fmt: skip
    assert len(rows[head + 1 :]) == len(page) == 3  # two activities and the sum
    for written, shown in zip(rows[head + 1 :], page, strict=True):
        assert written[0] == shown[0]
        for name, place in pairs.items():
            value = written[names.index(name)]
            text = "–" if value == "" else value if isinstance(value, str) else f"{int(value):,}".replace(",", ".")
            assert text == shown[place], (written[0], name)


@pytest.mark.parametrize("name", ["effects", "effect_sheets"])
def test_pages_ask_the_same_number_of_queries_at_one_row_and_at_three(
    world, visit, name, django_assert_max_num_queries
):
    client = visit(officer(world))
    confirmed(world)
    client.get(reverse(name))
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as captured:
            client.get(reverse(name))
        counts.append(len(captured))
        for _ in range(2):
            confirmed(world, province="82")
    assert counts[0] == counts[1]


def test_the_tab_asks_the_same_number_of_queries_at_one_beneficiary_and_at_three(
    world, visit, django_assert_max_num_queries
):
    counts, client = [], visit(world.actor("dong-thap", "auditor"))
    for beneficiaries in (1, 3):
        project = make_project(world, state="accepted", beneficiaries=beneficiaries)
        with django_assert_max_num_queries(80) as captured:
            client.get(f"{project.get_absolute_url()}?tab=tac-dong")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_tab_shows_every_moment_and_what_waits(world, visit):
    sheet = confirmed(world)
    record(world, sheet_of(world, project=sheet.project, moment=Moment.AFTER_24), income=9_000_000)
    page = visit(officer(world)).get(f"{sheet.project.get_absolute_url()}?tab=tac-dong").content.decode()
    for text in ("Trước đề án", "Sau 24 tháng", "8.000.000 đồng/người/tháng", "chưa biết"):
        assert text in page
    assert re.search(r"9\.000\.000 đồng/người/tháng\s*<span class=\"kc-note\">\(chờ xác nhận\)", page)


def test_the_tab_of_a_group_says_of_how_many_a_sum_is(world, visit):
    project = make_project(world, state="accepted", beneficiaries=2)
    make_due(project.effect_sheets.all())
    confirm(world, record(world, project.effect_sheets.filter(moment=Moment.AFTER_12).first()))
    page = visit(officer(world)).get(f"{project.get_absolute_url()}?tab=tac-dong").content.decode()
    assert "6 người (1/2 cơ sở)" in page


def test_the_list_of_the_silent_names_them_and_offers_letters(world, visit):
    silent, done = sheet_of(world), confirmed(world)
    page = (
        visit(officer(world)).get(reverse("effect_sheets"), {"status": "silent", "moment": "after_12"}).content.decode()
    )
    assert silent.beneficiary.establishment.name in page
    assert done.beneficiary.establishment.name not in page
    assert "In thư cho các phiếu đã chọn" in page
    assert "In thư" not in visit(world.actor("dong-thap", "auditor")).get(reverse("effect_sheets")).content.decode()


def test_empty_pages_say_what_comes_next(world, visit):
    client = visit(officer(world))
    assert "Chưa có phiếu nào đến hạn" in client.get(reverse("effects")).content.decode()
    assert "Phiếu được lập khi đề án được nghiệm thu" in client.get(reverse("effect_sheets")).content.decode()
    assert client.get(reverse("effects"), {"year_from": "x"}).status_code == 422
    assert client.get(reverse("effects_xlsx"), {"year_from": "x"}).status_code == 404


def test_published_effects_stand_apart_with_their_source(world, visit):
    """Thành Phương as printed: 36 jobs, 8 triệu; neither year nor money, so it is added to nothing."""
    case = PublishedCase.objects.create(slug="thanh-phuong", title="Thành Phương", source="báo chí")
    for key, label, value, unit, unit_label in (
        ("jobs", "Việc làm", 36, "count", "lao động"),
        ("income", "Thu nhập bình quân", 8, "million", "triệu đồng/tháng"),
    ):
        PublishedFigure.objects.create(case=case, key=key, label=label, value=value, unit=unit, unit_label=unit_label)
    page = visit(officer(world)).get(reverse("effects")).content.decode()
    assert "việc làm 36 lao động; thu nhập bình quân 8 triệu đồng/tháng" in page
    assert "(báo chí)" in page
    assert total(officer(world)).jobs_new_known == 0


def test_sums_of_nothing():
    nothing = Sums()
    assert nothing.income_mean is nothing.support_per_job is nothing.leverage is nothing.percent_confirmed is None


# --- what is due -----------------------------------------------------------------------------------------------------


def dues_of(actor, **more):
    from khuyencong.desk.due import dues, question

    return [due for due in dues(question(actor, on=today(), **more)) if due.key.startswith("effect:")]


def test_what_has_come_is_due_to_whoever_asks_and_old_silence_is_one_line(world):
    sheet = sheet_of(world)
    mine = dues_of(officer(world))
    assert {due.last_day for due in mine} == {today() - timedelta(days=1)}
    assert all(sheet.project.code in due.url for due in mine)

    make_due(EffectSheet.objects.all(), days=400)
    (one,) = dues_of(officer(world))
    assert "3 phiếu hiệu quả lâu chưa có trả lời" in one.title
    assert dues_of(world.actor("phu-tho-centre", "officer")) == []


def test_answers_wait_for_the_department(world):
    answered(world)
    (one,) = dues_of(world.actor("dong-thap", "appraiser"))
    assert "Xác nhận 1 phiếu" in one.title
    assert dues_of(world.actor("national", "appraiser")) == []
