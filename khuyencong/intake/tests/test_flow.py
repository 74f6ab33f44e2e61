"""From the registration to the đề án, through the pages, as people go."""

from uuid import uuid4

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from khuyencong.core.dates import today
from khuyencong.intake.models import Registration, SupportRequest
from khuyencong.intake.tests.registering import EMAIL, PASSWORD, link_in, typed
from khuyencong.notices.models import Notice
from khuyencong.people.models import Membership, User
from khuyencong.projects.models import Project
from khuyencong.testing import PDF


def test_owner_goes_all_the_way(world, visit, django_capture_on_commit_callbacks):  # noqa: PLR0915  one way, from end to end
    stranger, officer = Client(), visit(world.actor("dong-thap-centre", "officer"))
    with django_capture_on_commit_callbacks(execute=True):
        answer = stranger.post("/dang-ky/?province=82", typed(world))
    assert (answer.status_code, answer.url) == (302, "/dang-ky/da-gui/")
    link = link_in(mail.outbox[0])
    assert stranger.get(link).status_code == 200
    answer = stranger.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert EMAIL in answer.content.decode()

    registration = Registration.objects.get()
    page = officer.get(f"/dang-ky-co-so/{registration.pk}/").content.decode()
    assert "Chưa có trong sổ" in page
    assert registration.name in officer.get("/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer.post(
            f"/dang-ky-co-so/{registration.pk}/duyet/",
            {"version": registration.version, "entry": "new", "sector": "agro_processing"},
        )
    assert answer.status_code == 302, answer.content.decode()
    assert "đã được" in mail.outbox[-1].body

    owner = Client()
    user = User.objects.get(email=EMAIL)
    owner.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert owner.get("/").url == "/co-so-cua-toi/"
    for address in (
        "/co-so-cua-toi/",
        "/co-so-cua-toi/ho-tro/",
        "/co-so-cua-toi/ho-tro/machinery/",
        "/de-nghi/",
        "/de-nghi/moi/",
    ):
        assert owner.get(address).status_code == 200, address
    answer = owner.post(
        "/de-nghi/moi/",
        {
            "creation_key": str(uuid4()), "title": "Mua máy sấy", "activity": "machinery", "wanted_year": "",
            "total_cost": "500 triệu", "support_wished": "200 triệu", "commits_own_capital": "on",
        },
    )  # fmt: skip
    request = SupportRequest.objects.get()
    assert answer.url == f"/de-nghi/{request.pk}/"
    assert officer.get(answer.url).status_code == 404
    page = owner.get(answer.url).content.decode()
    assert "Còn thiếu để gửi" in page
    answer = owner.post(
        f"/de-nghi/{request.pk}/giay-to/",
        {"version": request.version, "title": "Giấy đăng ký", "file": SimpleUploadedFile("gpkd.pdf", PDF)},
    )
    assert answer.status_code == 302, answer.content.decode()
    request.refresh_from_db()
    answer = owner.post(
        f"/de-nghi/{request.pk}/sua/",
        {
            "version": request.version, "title": "Mua máy sấy", "activity": "machinery", "wanted_year": today().year,
            "total_cost": "500 triệu", "support_wished": "200 triệu", "commits_own_capital": "on",
            "declares_no_other_support": "on",
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    request.refresh_from_db()
    owner.post(f"/de-nghi/{request.pk}/gui/", {"version": request.version})
    request.refresh_from_db()
    assert request.state == "sent"
    assert request.title in officer.get("/").content.decode()
    officer.post(f"/de-nghi/{request.pk}/tra-lai/", {"version": request.version, "answer": "Thiếu báo giá."})
    request.refresh_from_db()
    assert request.state == "returned"
    assert "Thiếu báo giá." in owner.get(f"/de-nghi/{request.pk}/").content.decode()
    owner.post(f"/de-nghi/{request.pk}/gui/", {"version": request.version})
    request.refresh_from_db()
    officer.post(f"/de-nghi/{request.pk}/tiep-nhan/", {"version": request.version})
    request.refresh_from_db()
    answer = officer.post(
        f"/de-nghi/{request.pk}/lap-de-an/",
        {"version": request.version, "name": "Hỗ trợ máy sấy", "source": "local", "year": today().year},
    )
    assert answer.status_code == 302, answer.content.decode()
    project = Project.objects.get()
    assert answer.url == project.get_absolute_url()
    assert "gpkd.pdf" in officer.get(f"{answer.url}?tab=ho-so").content.decode()
    page = owner.get(f"/de-nghi/{request.pk}/").content.decode()
    assert project.code in page
    assert owner.get(project.get_absolute_url()).status_code == 403
    assert Notice.objects.of(user).count() >= 3
    assert Membership.objects.filter(user=user).count() == 1
