"""The pages of adjustments: what they show to whom, and that lists ask the database as often for many as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from khuyencong.adjustments.models import Adjustment
from khuyencong.adjustments.tests import steps
from khuyencong.audit.models import AuditEvent
from khuyencong.core.money import MILLION
from khuyencong.testing import PDF, make_project
from tests.looking import signed_in
from tests.posts import estimate_row

UNIT, SO, LEADER = ("dong-thap-centre", "officer"), ("dong-thap", "appraiser"), ("dong-thap", "leader")


def begun(world, **given):
    project = make_project(world, state="approved", **given)
    adjustment = steps.begin(world, project)
    steps.write(world, adjustment, place_text="ấp Khác")
    return adjustment


def read(world, who, address, **query):
    answer = signed_in(world.actor(*who)).get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_adjustment_is_written_proposed_and_decided_on_its_pages(world):
    project = make_project(world, state="approved")
    unit, leader = signed_in(world.actor(*UNIT)), signed_in(world.actor(*LEADER))
    address = reverse("adjustment_new", args=[project.code])
    assert "Bổ sung" in unit.get(address).content.decode() or "bổ sung" in unit.get(address).content.decode()
    key = unit.get(address).context["form"]["creation_key"].value()
    answer = unit.post(address, {"version": project.version, "creation_key": key, "reason": "Giá máy thấp hơn."})
    adjustment = Adjustment.objects.get()
    assert (answer.status_code, answer.url) == (302, adjustment.get_absolute_url())
    line = project.lines.get()
    row = estimate_row(
        0, content=line.content, beneficiary=line.beneficiary.establishment_id, total="600 triệu",
        support="150 triệu", counterpart="450 triệu", in_cost_base="on", line=line.pk,
    )  # fmt: skip
    data = {"version": adjustment.version, "dong-TOTAL_FORMS": 1, "dong-INITIAL_FORMS": 0, **row}
    assert unit.post(reverse("adjustment_estimate", args=[adjustment.pk]), data).status_code == 302
    page = unit.get(adjustment.get_absolute_url()).content.decode()
    assert "Giảm tổng mức kinh phí hỗ trợ" in page
    assert "áp dụng tương tự" in page  # local money
    assert "200.000.000" in page
    assert "150.000.000" in page
    adjustment.refresh_from_db()
    steps.propose(world, adjustment)
    adjustment.refresh_from_db()
    work = leader.get(reverse("work")).content.decode()
    assert "Điều chỉnh đang chờ bạn (1)" in work
    data = {
        "version": adjustment.version, "number": "9/QĐ-SCT", "on": adjustment.request_on.strftime("%d/%m/%Y"),
        "signer": "Giám đốc Thử Nghiệm", "confirmed": "on",
    }  # fmt: skip
    decide = reverse("adjustment_decide", args=[adjustment.pk])
    refused = leader.post(decide, {**data, "signer": ""})
    assert refused.status_code == 422
    assert "9/QĐ-SCT" in refused.content.decode()  # nothing that was typed is lost
    assert leader.post(decide, data).status_code == 302
    page = leader.get(adjustment.get_absolute_url()).content.decode()
    assert "9/QĐ-SCT" in page
    assert "150.000.000 đồng" in page
    tab = leader.get(project.get_absolute_url(), {"tab": "dieu-chinh"}).content.decode()
    assert "Phiên bản 3: điều chỉnh" in tab
    assert "Điều chỉnh đang chờ bạn" not in leader.get(reverse("work")).content.decode()


def test_page_offers_just_what_one_may_do(world):
    adjustment = begun(world, source="national")
    address = adjustment.get_absolute_url()
    assert "Trình điều chỉnh" in read(world, UNIT, address)
    assert "Trình điều chỉnh" not in read(world, SO, address)
    steps.propose(world, adjustment)
    assert "Ghi ý kiến của Sở" in read(world, SO, address)
    assert "Rút đề nghị" in read(world, UNIT, address)
    assert "Ghi quyết định" not in read(world, ("national", "leader"), address)
    steps.endorse(world, adjustment)
    assert "Ghi quyết định" in read(world, ("national", "leader"), address)
    assert "Ghi quyết định" not in read(world, LEADER, address)


def test_what_stands_against_it_is_on_the_page_before_it_is_sent(world):
    project = make_project(world, state="in_progress")
    adjustment = steps.begin(world, project)
    steps.estimate(world, adjustment, steps.supported(project, 150 * MILLION))
    page = read(world, UNIT, adjustment.get_absolute_url())
    assert "hãy sửa đổi hợp đồng trước" in page
    assert 'aria-disabled="true"' in page


def test_form_of_a_second_adjustment_leads_to_the_first(world):
    adjustment = begun(world)
    page = read(world, UNIT, reverse("adjustment_new", args=[adjustment.project.code]))
    assert adjustment.get_absolute_url() in page


def test_ended_project_says_that_it_is_not_adjusted(world):
    project = make_project(world, state="settled")
    assert "không điều chỉnh được" in read(world, UNIT, reverse("adjustment_new", args=[project.code]))
    assert "Ai quyết định" not in read(world, UNIT, project.get_absolute_url(), tab="dieu-chinh")


@pytest.mark.parametrize(("source", "level"), [("national", "Bộ Công Thương"), ("local", "UBND tỉnh, thành phố")])
def test_tab_of_the_project_says_who_decides(world, source, level):
    project = make_project(world, state="approved", source=source)
    page = read(world, UNIT, project.get_absolute_url(), tab="dieu-chinh")
    assert level in page
    assert ("áp dụng tương tự" in page) == (source == "local")


def test_group_says_how_many_are_still_to_be_named(world):
    project = steps.group(world)
    adjustment = steps.begin(world, project)
    assert "còn 3 cơ sở chưa xác định" in read(world, UNIT, adjustment.get_absolute_url())
    assert "Số cơ sở thụ hưởng dự kiến" in read(world, UNIT, project.get_absolute_url())


def test_documents_are_handed_out_in_scope_and_audited(world):
    adjustment = begun(world)
    from django.core.files.uploadedfile import SimpleUploadedFile

    steps.propose(world, adjustment, upload=SimpleUploadedFile("de-nghi.pdf", PDF))
    address = reverse("adjustment_paper", args=[adjustment.pk, adjustment.papers.get().pk])
    answer = signed_in(world.actor(*LEADER)).get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="de-nghi.pdf"'
    assert b"".join(answer.streaming_content) == PDF
    assert AuditEvent.objects.filter(action="adjustment.download").count() == 1
    assert signed_in(world.actor("phu-tho", "leader")).get(address).status_code == 404
    assert signed_in(world.actor(*LEADER)).get(f"{address[:-2]}9/").status_code == 404


def test_other_province_sees_nothing(world):
    adjustment = begun(world)
    stranger = signed_in(world.actor("phu-tho", "leader"))
    assert stranger.get(adjustment.get_absolute_url()).status_code == 404
    assert adjustment.project.code not in stranger.get(reverse("adjustments")).content.decode()
    for name in ("edit", "newcomer", "estimate", "propose", "withdraw"):
        officer = signed_in(world.actor("phu-tho-centre", "officer"))
        assert officer.get(reverse(f"adjustment_{name}", args=[adjustment.pk])).status_code == 404
    hidden = Adjustment.objects.visible_to(world.actor("phu-tho", "leader"))
    assert not hidden.exists()


def test_list_is_filtered_by_state_and_words(world):
    open_one, done = begun(world), begun(world)
    steps.through(world, done)
    page = read(world, SO, reverse("adjustments"))
    assert page.index(open_one.project.code) < page.index(done.project.code)
    page = read(world, SO, reverse("adjustments"), **{"trang-thai": "decided"})
    assert done.project.code in page
    assert open_one.project.code not in page
    page = read(world, SO, reverse("adjustments"), q=open_one.project.code)
    assert done.project.code not in page
    assert "Không có điều chỉnh nào như vậy" in read(world, SO, reverse("adjustments"), q="khongcogi")
    read(world, SO, reverse("adjustments"), **{"trang-thai": "sai", "page": "x"})


def test_empty_list_says_where_to_begin(world):
    assert "Chưa có điều chỉnh nào" in read(world, SO, reverse("adjustments"))


@pytest.mark.parametrize("name", ["adjustments", "work"])
def test_lists_ask_as_often_for_many_as_for_one(world, name):
    leader, counts = signed_in(world.actor(*LEADER)), []
    for more in (1, 2):
        for _ in range(more):
            steps.propose(world, begun(world))
        leader.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            leader.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_page_asks_as_often_for_many_beneficiaries_as_for_one(world):
    unit, counts = signed_in(world.actor(*UNIT)), []
    for many in (2, 4):
        project = make_project(world, state="approved", beneficiaries=many)
        adjustment = steps.begin(world, project)
        steps.estimate(world, adjustment, [*steps.supported(project, 150 * MILLION)])
        unit.get(adjustment.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            unit.get(adjustment.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
