"""Made-up consulting of the centre, consulting to one establishment, works of information, and policies explained."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from khuyencong.consulting import actions as consulting
from khuyencong.consulting.actions import PhaseInput
from khuyencong.consulting.models import BookingKind, Client, Job
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.handing_in import PDF
from khuyencong.demo.walk import Item, World, advance_to, make_establishment, write_project
from khuyencong.outreach import actions as outreach
from khuyencong.outreach.models import PolicyArticle, Work
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import FundingSource
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

UNIT, SO = "dong-thap-centre", "dong-thap"
NOT_REAL = "(không có thật)"


def load_consulting(world: World) -> None:
    """A year of the centre, through the real actions."""
    officer = world.actor(UNIT, "officer")
    place = make_establishment(world, name=f"Công ty TNHH Tư Vấn Ví Dụ {NOT_REAL}")
    advised = make_establishment(world, name=f"Hộ kinh doanh Được Tư Vấn {NOT_REAL}")
    informed = make_establishment(world, name=f"Hợp tác xã Được Đưa Tin {NOT_REAL}")
    for kind, jobs, revenue in (("energy", 4, 400), ("investment", 6, 300)):
        fields = {
            "year": today().year, "kind": kind, "jobs": jobs, "revenue": revenue * MILLION, "cost": None,
            "document": f"Quyết định giao chỉ tiêu 00/QĐ-VIDU {NOT_REAL}",
        }  # fmt: skip
        consulting.set_target(by=officer, creation_key=uuid4(), fields=fields)
    shop = consulting.add_client(
        by=officer, creation_key=uuid4(), fields={"contact": "Bà Liên Hệ Mẫu", "phone": "0900 000 000"},
        establishment=place,
    )  # fmt: skip
    office = consulting.add_client(
        by=officer, creation_key=uuid4(), fields={"name": f"Công ty Thủy điện Ví Dụ {NOT_REAL}"}
    )
    _closed(officer, shop)
    _under_way(officer, office)
    _offer(officer, office, "design", "Khảo sát, thiết kế trạm biến áp (ví dụ)", 180)
    _advise(
        world,
        _approved(
            world,
            "Tư vấn bố trí mặt bằng xưởng (ví dụ)",
            "consulting",
            Item("Tư vấn", 60 * MILLION, 30 * MILLION, advised),
        ),
    )
    _inform(
        world,
        _approved(
            world,
            "Chương trình thông tin, tuyên truyền khuyến công (ví dụ)",
            "information",
            Item("Hợp đồng truyền thông", 90 * MILLION, 90 * MILLION, informed),
        ),
    )
    _explain(world)


def _approved(world: World, name: str, activity: str, item: Item) -> Project:
    """A đề án with national money under contract."""
    project = write_project(
        world, unit=UNIT, source=FundingSource.NATIONAL, province="82", fields={"name": name, "activity": activity},
        items=[item],
    )  # fmt: skip
    return advance_to(world, project, ProjectState.IN_PROGRESS)


def _offer(by: Actor, client: Client, kind: str, title: str, amount: int) -> Job:
    fields: dict[str, Any] = {
        "kind": kind, "title": title, "offer_number": "00/BG-VIDU", "offered_on": today(), "offered": amount * MILLION,
        "in_charge": by.user,
    }  # fmt: skip
    return consulting.offer_job(by=by, creation_key=uuid4(), client_id=client.pk, fields=fields)


def _sign(by: Actor, job: Job) -> None:
    consulting.sign_job(
        job_id=job.pk, by=by, version=_version(job), number=f"{job.pk}/HĐTV-VIDU", on=today(), value=job.offered,
        ends_on=today() + timedelta(days=60),
    )  # fmt: skip


def _book(by: Actor, job: Job, kind: BookingKind, amount: int, document: str, tax: int = 0) -> None:
    fields = {"amount": amount, "tax": tax, "on": today(), "document": f"{document}-VIDU", "what": "Ví dụ"}
    consulting.book(job_id=job.pk, kind=kind, by=by, version=_version(job), fields=fields)


def _closed(by: Actor, client: Client) -> None:
    """Signed, accepted, billed, paid and closed."""
    job = _offer(by, client, "energy", "Kiểm toán năng lượng xưởng sấy (ví dụ)", 150)
    _sign(by, job)
    consulting.accept_phase(job_id=job.pk, number=1, by=by, version=_version(job), on=today(), document="00/BBNT-VIDU")
    _book(by, job, BookingKind.INVOICE, 150 * MILLION, "K00-0001", tax=12 * MILLION)
    _book(by, job, BookingKind.RECEIPT, 162 * MILLION, "PT-0001")
    _book(by, job, BookingKind.COST, 61 * MILLION, "PC-0001")
    consulting.end_job(
        job_id=job.pk, step="close", by=by, version=_version(job), on=today(), reason="Biên bản thanh lý 00/TL-VIDU"
    )


def _under_way(by: Actor, client: Client) -> None:
    """Two phases, the first accepted and billed; one receipt was written down wrongly."""
    job = _offer(by, client, "investment", "Lập báo cáo đầu tư trạm thủy điện nhỏ (ví dụ)", 240)
    _sign(by, job)
    phases = [
        PhaseInput("Khảo sát, báo cáo bước một", 100 * MILLION, today()),
        PhaseInput("Báo cáo cuối", 140 * MILLION, today() + timedelta(days=45)),
    ]
    consulting.divide_job(job_id=job.pk, by=by, version=_version(job), phases=phases)
    consulting.accept_phase(job_id=job.pk, number=1, by=by, version=_version(job), on=today(), document="01/BBNT-VIDU")
    _book(by, job, BookingKind.INVOICE, 100 * MILLION, "K00-0002", tax=8 * MILLION)
    _book(by, job, BookingKind.RECEIPT, 80 * MILLION, "PT-0002")
    wrong = job.bookings.get(kind=BookingKind.RECEIPT)
    consulting.take_back(booking_id=wrong.pk, by=by, version=_version(job), reason="Ghi nhầm số tiền (ví dụ).")
    _book(by, job, BookingKind.RECEIPT, 50 * MILLION, "PT-0003")
    consulting.add_job_files(
        job_id=job.pk, by=by, version=_version(job),
        uploads=[SimpleUploadedFile("hop-dong-vi-du.pdf", PDF + b"consulting")],
    )  # fmt: skip


def _advise(world: World, project: Project) -> None:
    fields = {
        "beneficiary": project.beneficiaries.get().pk, "subject": "Bố trí lại mặt bằng và luồng hàng (ví dụ)",
        "consultant": f"Viện Tư Vấn Ví Dụ {NOT_REAL}", "from_on": today(), "to_on": today(), "days": 1,
        "contract": "02/HĐ-VIDU", "cost": 48 * MILLION, "result": "Bản vẽ mặt bằng, danh mục máy cần đổi (ví dụ).",
    }  # fmt: skip
    officer = world.actor(UNIT, "officer")
    advice = consulting.record_advice(by=officer, creation_key=uuid4(), project=project, fields=fields)
    consulting.add_advice_files(
        advice_id=advice.pk, by=officer, version=1,
        uploads=[SimpleUploadedFile("mat-bang-vi-du.pdf", PDF + b"advice")],
    )  # fmt: skip


def _inform(world: World, project: Project) -> None:
    """One published, one that waits for a leader, two to come."""
    officer, leader = world.actor(UNIT, "officer"), world.actor(SO, "leader")
    rows = (
        ("article", "Máy sấy mới ở xưởng xoài (ví dụ)", "Báo Ví Dụ", 8, 0),
        ("broadcast", "Phóng sự làng nghề dệt khăn (ví dụ)", "Đài Ví Dụ", 25, 0),
        ("leaflet", "Tờ rơi «Máy được hỗ trợ thế nào» (ví dụ)", "Phát tại hội nghị", 12, 9),
        ("web", "Danh mục đề án năm tới (ví dụ)", "Trang thông tin của Sở (ví dụ)", None, 20),
    )
    made: list[Work] = []
    for kind, title, medium, cost, ahead in rows:
        fields = {
            "kind": kind, "title": title, "medium": medium, "planned_on": today() + timedelta(days=ahead),
            "partner": medium, "contract": "03/HĐ-VIDU" if cost else "", "cost": cost * MILLION if cost else None,
            "body": "Bài viết ví dụ, không có thật: một xưởng đổi máy và thuê thêm người." if kind == "article" else "",
            "in_charge": officer.user,
        }  # fmt: skip
        made.append(outreach.plan_work(by=officer, creation_key=uuid4(), project=project, fields=fields))
    for work in made[:2]:
        outreach.make_work(work_id=work.pk, by=officer, version=_version(work), on=today())
    first = made[0]
    outreach.publish_work(work_id=first.pk, by=leader, version=_version(first), on=today(), is_public=True)
    outreach.write_reach(
        work_id=first.pk,
        by=officer,
        version=_version(first),
        link="",
        reach=1_250,
        reach_of="lượt xem theo báo (ví dụ)",
    )


def _explain(world: World) -> None:
    """One that holds, and one about a document that has ended; both let out. A draft besides."""
    officer, leader = world.actor(UNIT, "officer"), world.actor(SO, "leader")
    rows = (
        ("Mua máy mới được hỗ trợ bao nhiêu? (ví dụ)", ["tt-28-2018"], today(), True),
        ("Hồ sơ đề nghị hỗ trợ gồm những gì? (ví dụ)", ["ttlt-26-2014", "tt-36-2013"], date(2018, 1, 15), True),
        ("Cơ sở ở phường có được hỗ trợ không? (ví dụ)", ["nd-45-2012"], today(), False),
    )
    for title, documents, as_of, is_out in rows:
        fields = {
            "title": title, "as_of": as_of, "documents": documents,
            "body": "Bài giải thích ví dụ: số liệu và điều khoản xem ở văn bản ghi bên dưới.",
        }  # fmt: skip
        article = outreach.write_policy(by=officer, creation_key=uuid4(), fields=fields)
        if is_out:
            outreach.publish_policy(article_id=article.pk, by=leader, version=_version(article))


def _version(record: Job | Work | PolicyArticle) -> int:
    record.refresh_from_db(fields=["version"])
    return record.version
