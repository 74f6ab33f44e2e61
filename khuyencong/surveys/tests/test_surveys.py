"""Surveys: who may write and see them, what becomes of them, and that a survey sent twice stands once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import NotAllowed, Refused, Stale
from khuyencong.establishments.models import Establishment, Need
from khuyencong.notices.models import Notice
from khuyencong.places.models import Commune
from khuyencong.surveys import actions
from khuyencong.surveys.models import Survey, SurveyState
from khuyencong.testing import at_once, kinds, make_establishment
from tests.looking import signed_in

pytestmark = pytest.mark.django_db

COLLABORATOR, OFFICER = ("dong-thap-commune", "collaborator"), ("dong-thap-centre", "officer")
MILLION = 1_000_000


@pytest.fixture
def commune(world):
    return world.agencies["dong-thap-commune"].commune


@pytest.fixture
def survey(world, commune):
    return write(world, commune)


def write(world, commune, *, by=COLLABORATOR, key=None, **fields):
    values = {
        "commune": commune, "surveyed_on": today(), "name": "Lò bánh tráng Thử", "sector": "agro_processing",
        "phone": "0900 000 001", "owner_name": "Người Mẫu", "activity": "machinery", "need": "Máy tráng bánh",
        "estimated_cost": 300 * MILLION, "wanted_year": today().year + 1,
    }  # fmt: skip
    return actions.record_survey(by=world.actor(*by), creation_key=key or uuid4(), fields={**values, **fields})


def posted(commune, **changed):
    return {"commune": commune.pk, "surveyed_on": format_date(today()), "name": "Xưởng mộc Thử",
            "creation_key": str(uuid4()), **changed}  # fmt: skip


def test_sent_twice_stands_once(world, commune):
    key = uuid4()
    assert write(world, commune, key=key) == write(world, commune, key=key, name="Khác")
    assert Survey.objects.get().name == "Lò bánh tráng Thử"
    assert AuditEvent.objects.filter(action="survey.record").count() == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_sent_by_two_tabs_at_once_stands_once(world, commune):
    key = uuid4()
    assert kinds(at_once(*[lambda: write(world, commune, key=key)] * 2)) == ["NoneType", "NoneType"]
    assert Survey.objects.count() == 1


def test_someone_elses_key_is_refused(world, commune, survey):
    with pytest.raises(Refused):
        write(world, commune, by=OFFICER, key=survey.creation_key)


def test_collaborator_surveys_only_the_own_commune(world, commune):
    other = Commune.objects.exclude(pk=commune.pk).first()
    with pytest.raises(Refused, match="địa bàn"):
        write(world, other)
    with pytest.raises(Refused, match="địa bàn"):
        write(world, other, by=OFFICER)
    with pytest.raises(NotAllowed):
        write(world, commune, by=("dong-thap", "leader"))


def test_day_to_come_is_refused(world, commune):
    with pytest.raises(Refused, match="sau hôm nay"):
        write(world, commune, surveyed_on=today() + timedelta(days=1))


def test_officers_of_the_centre_are_told_and_the_trail_names_nobody(world, survey):
    assert [notice.user for notice in Notice.objects.all()] == [world.actor(*OFFICER).user]
    event = AuditEvent.objects.get(action="survey.record")
    assert "0900" not in str(event.after)
    assert "Người Mẫu" not in str(event.after)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (COLLABORATOR, 200), (OFFICER, 200), (("dong-thap", "auditor"), 200), (("national", "officer"), 200),
        (("region", "officer"), 404), (("phu-tho", "officer"), 404), (("phu-tho-centre", "officer"), 404), (("owner", "owner"), 403),
    ],
)  # fmt: skip
def test_who_sees_a_survey(world, survey, who, status):
    client = signed_in(world.actor(*who))
    assert client.get(survey.get_absolute_url()).status_code == status
    listed = client.get(reverse("surveys"))
    assert (survey.name in listed.text) is (status == 200)


def test_telephone_is_whole_only_for_those_who_need_it(world, survey):
    assert "0900 000 001" in signed_in(world.actor(*OFFICER)).get(survey.get_absolute_url()).text
    page = signed_in(world.actor("dong-thap", "auditor")).get(survey.get_absolute_url()).text
    assert "0900 000 001" not in page
    assert "•••• ••• 001" in page
    assert "Người Mẫu" not in page


def test_taken_into_a_new_entry_with_its_need(world, survey):
    officer = world.actor(*OFFICER)
    taken = actions.take_in(survey_id=survey.pk, by=officer, version=1, establishment=None)
    entry = Establishment.objects.get()
    assert (taken.establishment, entry.name, entry.commune, entry.kind) == (
        entry,
        survey.name,
        survey.commune,
        "unknown",
    )
    need = Need.objects.get()
    assert (need.establishment, need.description, need.estimated_cost) == (entry, "Máy tráng bánh", 300 * MILLION)
    with pytest.raises(Refused, match="đã được xử lý"):
        actions.take_in(survey_id=survey.pk, by=officer, version=2, establishment=None)


def test_taken_into_an_entry_leaves_what_it_says_of_itself(world, survey):
    entry = make_establishment(world, name="Hộ kinh doanh Bánh Tráng Thử")
    actions.take_in(survey_id=survey.pk, by=world.actor(*OFFICER), version=1, establishment=entry)
    entry.refresh_from_db()
    assert entry.name == "Hộ kinh doanh Bánh Tráng Thử"
    assert entry.needs.get().activity == "machinery"


def test_entry_of_another_province_is_refused(world, survey):
    entry = make_establishment(world, province="25")
    with pytest.raises(Refused, match="cùng tỉnh"):
        actions.take_in(survey_id=survey.pk, by=world.actor("national", "officer"), version=1, establishment=entry)
    assert Survey.objects.get().state == SurveyState.SENT


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_officers_taking_it_in_make_one_entry(world, commune):
    survey = write(world, commune)
    calls = [
        lambda who=who: actions.take_in(survey_id=survey.pk, by=world.actor(*who), version=1, establishment=None)
        for who in (OFFICER, ("dong-thap", "officer"))
    ]
    assert kinds(at_once(*calls)) == ["NoneType", "Refused"]
    assert Establishment.objects.count() == 1
    assert Need.objects.count() == 1


def test_rejected_with_a_reason_that_its_writer_reads(world, survey):
    officer = world.actor(*OFFICER)
    with pytest.raises(Refused, match="lý do"):
        actions.reject(survey_id=survey.pk, by=officer, version=1, reason=" ")
    actions.reject(survey_id=survey.pk, by=officer, version=1, reason="Cơ sở đã ngừng.")
    assert Notice.objects.get(user=world.actor(*COLLABORATOR).user).sentence.endswith("Cơ sở đã ngừng.")


def test_only_the_writer_corrects_and_only_before_it_is_handled(world, survey):
    writer, officer = world.actor(*COLLABORATOR), world.actor(*OFFICER)
    with pytest.raises(Refused, match="người ghi phiếu"):
        actions.correct_survey(survey_id=survey.pk, by=officer, version=1, fields={"name": "Khác"})
    assert actions.correct_survey(survey_id=survey.pk, by=writer, version=1, fields={"name": "Đúng"}).name == "Đúng"
    with pytest.raises(Stale):
        actions.correct_survey(survey_id=survey.pk, by=writer, version=1, fields={"name": "Muộn"})


def test_form_saves_and_says_what_is_wrong(world, commune):
    client = signed_in(world.actor(*COLLABORATOR))
    wrong = client.post(reverse("survey_new"), posted(commune, latitude="10", tax_code="123"))
    assert wrong.status_code == 422
    assert "Ghi cả vĩ độ và kinh độ" in wrong.text
    assert client.post(reverse("survey_new"), posted(commune)).status_code == 302
    assert Survey.objects.get().kept_offline is False


def test_survey_that_was_kept_comes_twice_and_is_stored_once(world, commune):
    client = signed_in(world.actor(*COLLABORATOR))
    data = posted(commune, kept_offline="on")
    first, second = (client.post(reverse("survey_new"), data) for _ in range(2))
    survey = Survey.objects.get()
    assert first.url == second.url == survey.get_absolute_url()
    assert survey.kept_offline
    refused = client.post(reverse("survey_new"), posted(commune, name=""))
    assert refused.status_code == 422
    assert "kc-summary" in refused.text  # where the browser reads what is wrong
    other = Commune.objects.exclude(pk=commune.pk).first()
    assert client.post(reverse("survey_new"), posted(other)).status_code == 422


def test_page_for_the_browsers_store_holds_no_record(world, survey):
    page = signed_in(world.actor(*COLLABORATOR)).get(reverse("survey_shell")).text
    assert survey.name not in page
    assert str(world.actor(*COLLABORATOR).user) not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_for_three_as_for_one(world, commune, rows, django_assert_max_num_queries):
    for number in range(rows):
        write(world, commune, name=f"Cơ sở {number}")
    client = signed_in(world.actor(*OFFICER))
    with django_assert_max_num_queries(8):
        assert client.get(reverse("surveys")).text.count("/khao-sat/") >= rows
