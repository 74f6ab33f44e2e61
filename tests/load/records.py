"""Records made for the people of the day, all by the real actions; all of them are made up and say so."""

import base64
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from tests.load.sites import NUMBERS, Site

MILLION = 1_000_000
LINES_OF_A_STATEMENT, ROWS_OF_A_LIST = 20, 25


def new_establishment(site: Site, number: int) -> Any:
    """In a rural commune: in cities the place decides whether there is any support."""
    from khuyencong.demo.walk import make_establishment

    name = f"Cơ sở Đo Tải {number} (không có thật)"
    return make_establishment(site.world, name=name, commune=rural_commune(site))


def project_in(site: Site, state: str, establishment: Any = None) -> Any:
    """A đề án of local money in that state, with a norm that is declared: not every province has one that is known."""
    from khuyencong.core.dates import today
    from khuyencong.demo.walk import Item, advance_to, write_project

    number = next(NUMBERS)
    establishment = establishment or new_establishment(site, number)
    project = write_project(
        site.world,
        unit="dong-thap-centre",
        source="local",
        province="82",
        items=[Item(f"Máy đo tải {number}", 600 * MILLION, 100 * MILLION, establishment)],
        fields={
            "name": f"Hỗ trợ máy móc đo tải {number} (không có thật)",
            "year": today().year,
            "declared_norm_document": "Nghị quyết thử nghiệm",
            "declared_norm_article": "Điều 1",
            "declared_norm_percent": 50,
            "declared_norm_cap": 300 * MILLION,
        },
    )
    return advance_to(site.world, project, state)


def advance(site: Site, *, approved: bool) -> list[Any]:
    """An advance that waits for the leader, or for being paid: code of the đề án and key of the payment."""
    from khuyencong.finance import actions as money
    from khuyencong.finance.models import PaymentKind

    project = project_in(site, "in_progress")
    payment = money.prepare_payment(
        project_id=project.pk, by=site.world.actor("dong-thap", "accountant"), version=project.version,
        creation_key=uuid4(), kind=PaymentKind.ADVANCE, amount=20 * MILLION, condition_document="BC-01",
    )  # fmt: skip
    if payment.needs_check:
        project.refresh_from_db()
        money.check_payment(payment_id=payment.pk, by=site.world.actor("dong-thap", "officer"), version=project.version)
    if approved:
        project.refresh_from_db()
        money.approve_payment(
            payment_id=payment.pk, by=site.world.actor("dong-thap", "leader"), version=project.version
        )
    return [project.code, payment.pk]


def draft_plan(site: Site) -> int:
    """A draft plan of one đề án; all of them are paid from one envelope, so that approving queues there."""
    from khuyencong.demo.walk import asked, give_money, put_in_new_plan

    project = project_in(site, "base_appraised")
    give_money(site.world, agency="dong-thap", source=project.source, year=project.year, amount=asked(project))
    return int(put_in_new_plan(site.world, project).pk)


def report(site: Site) -> int:
    """A monthly report that the unit handed in."""
    from khuyencong.core.dates import today
    from khuyencong.monitoring import actions
    from khuyencong.monitoring.figures import figures_of

    project, officer = project_in(site, "in_progress"), site.world.actor("dong-thap-centre", "officer")
    report = actions.begin(
        project_id=project.pk, by=officer, version=project.version, creation_key=uuid4(), month=today()
    )
    figures = figures_of(report)
    parts = [replace(one, done=one.total * 4 // 10) for one in figures.parts]
    told = replace(figures, volume=Decimal(40), parts=parts)
    actions.write(report_id=report.pk, by=officer, version=report.version, figures=told)
    report.refresh_from_db()
    actions.submit(report_id=report.pk, by=officer, version=report.version)
    return int(report.pk)


def _file(rows: list[tuple[Any, ...]], name: str) -> str:
    from khuyencong.documents.tests.xlsx import written

    return base64.b64encode(written((name, rows))).decode()


def list_of_establishments(site: Site) -> str:
    commune = rural_commune(site)
    heads = ("Tên cơ sở", "Loại hình", "Mã số thuế", "Mã xã", "Địa chỉ", "Lao động")
    rows = [
        (f"Hộ Nhập Đo Tải {next(NUMBERS)}", "HKD", "", commune.code if commune else "", "Ấp Ví Dụ", 5)
        for _ in range(ROWS_OF_A_LIST)
    ]
    return _file([heads, *rows], "DS")


def statement() -> str:
    from khuyencong.core.dates import format_date, today

    heads = ("Ngày giao dịch", "Số chứng từ", "Nội dung", "Tài khoản nhận", "Ghi nợ", "Ghi có")
    rows = [
        (format_date(today()), f"UNC-T{next(NUMBERS)}", "Chi khác (đo tải)", "", str(1_000_000 + number), "")
        for number in range(LINES_OF_A_STATEMENT)
    ]
    return _file([heads, *rows], "Sao kê")


def rural_commune(site: Site) -> Any:
    """A rural commune of the province where there is one."""
    from khuyencong.places.models import Commune, CommuneKind

    own = Commune.objects.filter(province=site.world.provinces["82"], valid_to=None).order_by("code")
    return own.filter(kind=CommuneKind.COMMUNE).first() or own.first()
