"""Packages of the demo: two that the nation received from an installation that does not exist, and one of our own."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from khuyencong.core.money import MILLION
from khuyencong.demo.walk import World
from khuyencong.federation import actions
from khuyencong.federation.keys import as_text
from khuyencong.federation.models import IncomingPackage
from khuyencong.federation.package import load, sealed
from khuyencong.people.models import Agency, AgencyKind
from khuyencong.periods.models import PeriodReport, PeriodReportState
from khuyencong.reporting.figures import CODES
from khuyencong.reporting.period import Period, PeriodKind

ELSEWHERE = "12"  # a province without any đề án in the demo
CUC, SO = "national", "dong-thap"
KEY = Ed25519PrivateKey.from_private_bytes(b"du-lieu-mau-khong-co-that-000000")
YEAR = Period(PeriodKind.YEAR, 2024)


def load_packages(world: World) -> None:
    """Through the real actions: the key taken down, two versions received, the first accepted; the own locked report packed."""
    sender = Agency.objects.select_related("province__current").get(
        kind=AgencyKind.DEPARTMENT, province__code=ELSEWHERE, active_to__isnull=True
    )
    actions.trust_key(
        by=world.actor(CUC, "administrator"),
        creation_key=uuid4(),
        agency=sender,
        sender_code="",
        public_key=as_text(KEY.public_key()),
        compared_with="Ông Gửi Mẫu, qua điện thoại (không có thật)",
    )
    first = _received(world, sender, 1, paid=380 * MILLION)
    actions.accept_package(
        package_id=first.pk, by=world.actor(CUC, "leader"), version=first.version, note="Khớp với văn bản (ví dụ)."
    )
    _received(world, sender, 2, paid=400 * MILLION)
    officer = world.actor(SO, "officer")
    report = PeriodReport.objects.get(agency=officer.agency, state=PeriodReportState.LOCKED)
    actions.make_package(report_id=report.pk, by=officer)


def _received(world: World, sender: Agency, number: int, *, paid: int) -> IncomingPackage:
    province = sender.province.key if sender.province else ""
    known = {
        "planned_projects": 2,
        "approved_projects": 2,
        "accepted_projects": 2,
        "planned": 400 * MILLION,
        "approved": 400 * MILLION,
        "counterpart": 700 * MILLION,
        "total": 1_100 * MILLION,
        "paid": paid,
        "paid_to_date": paid,
        "accepted": 400 * MILLION,
        "beneficiaries": 2,
        "served": 2,
    }
    values = [known.get(code, 0) for code in CODES]
    text = sealed(
        sender={"code": sender.code, "name": sender.name},
        period=YEAR,
        closing_on=date(2024, 12, 31),
        number=number,
        content={
            "figures": list(CODES),
            "cells": [[province, province, "local", "machinery", sender.code, False, values]],
            "document": "00/BC-VIDU",
            "document_on": "2025-01-20",
            "explanation": "Số liệu ví dụ, không có thật.",
        },
        key=KEY,
    )
    how = "tệp, dữ liệu mẫu"
    return actions.receive_package(by=world.actor(CUC, "officer"), package=load(text.encode()), how=how)
