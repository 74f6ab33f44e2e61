"""Papers about an annual plan: Mẫu số 2, the submission letter, and the decision that approves it (TT 36/2013 Đ6, Đ8.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from khuyencong.core.dates import format_date, today
from khuyencong.core.errors import Refused
from khuyencong.core.money import NOTHING, format_dong
from khuyencong.finance.models import EntryKind, LedgerEntry
from khuyencong.finance.queries import balance_of_plan, in_plan
from khuyencong.law.regulations import regulations
from khuyencong.law.values import in_force
from khuyencong.papers.catalogue import samples
from khuyencong.papers.catalogue.shape import BLANK, SEAL, amount, day, frame, of_agency, signed
from khuyencong.papers.catalogue.subjects import PLAN
from khuyencong.papers.form import Data, Form
from khuyencong.people.actors import Actor
from khuyencong.programmes.models import AnnualPlan, FundingSource, PlanState
from khuyencong.projects.models import Project

SOURCES = ("total", "support", "counterpart", "other")
# On what a plan rests; those of national money only. One that is not in force on the day is left out.
GROUNDS = ("nd-45-2012", "nd-235-2025", "ttlt-26-2014", "tt-28-2018")
NATIONAL_GROUNDS = ("tt-36-2013", "tt-17-2018")
ADJUSTED = "Đã điều chỉnh sau phê duyệt"
MARK_2 = "Mẫu số 2, Phụ lục 1 TT 36/2013; mẫu tạm: các cột nhỏ của phần kinh phí chờ xác minh"
MARK = "mẫu tạm: văn bản đọc được không quy định mẫu"


def grounds_on(on: date, source: str) -> list[str]:
    """The documents in force on the day, as a decision names them; no query."""
    keys = (*GROUNDS, *(NATIONAL_GROUNDS if source == FundingSource.NATIONAL else ()))
    documents = [regulations().documents[key] for key in keys]
    return [
        f"{one.kind} số {one.number} ngày {format_date(one.issued_on)} của {one.issuer} {_lower(one.title)}"
        for one in documents
        if one.issued_on and in_force(one.valid_from, one.valid_to, on)
    ]


def _lower(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"


def _rows(plan: AnnualPlan) -> tuple[list[dict[str, Any]], dict[str, int | None]]:
    """The đề án of the plan with the money of its year, and the sums; four queries.

    Of an approved plan the support is what its decision approved. Where the estimate was adjusted since, its other columns
    no longer belong to that decision and are not told: the sum of such a column is not known either.
    """
    projects = list(
        in_plan(plan)
        .with_money(year=plan.year)
        .select_related("implementing_unit", "commune", "province")
        .prefetch_related("implementing_unit__names", "indicators")
        .order_by("pk")
    )
    decided = _approved(plan, projects)
    money = [_money(one, decided) for one in projects]
    rows = [
        {
            "number": str(number),
            "code": one.code,
            "name": one.name,
            "unit": one.implementing_unit.name_on(plan.decision_on or today()),
            "place": ", ".join(str(part) for part in (one.place_text, one.commune, one.province) if part),
            "aims": "\n".join(text for text in (one.aims, one.content) if text) or NOTHING,
            "results": "; ".join(f"{found}: {found.change}" for found in one.indicators.all()) or NOTHING,
            "term": f"{day(one.starts_on)} – {day(one.ends_on)}" if one.starts_on or one.ends_on else str(one.year),
            **{name: NOTHING if sums[name] is None else format_dong(sums[name] or 0) for name in SOURCES},
            "note": ADJUSTED if sums["total"] is None else "",
        }
        for number, (one, sums) in enumerate(zip(projects, money, strict=True), 1)
    ]
    return rows, {name: _sum([sums[name] for sums in money]) for name in SOURCES}


def _approved(plan: AnnualPlan, projects: Sequence[Project]) -> dict[int, int]:
    """What the decision of the plan approved for each, in đồng; empty while it is a draft. One query."""
    if plan.state != PlanState.APPROVED:
        return {}
    entries = LedgerEntry.objects.filter(
        project__in=[one.pk for one in projects],
        kind=EntryKind.APPROVED,
        envelope__year=plan.year,
        document=f"Quyết định {plan.decision_number}",
    )
    return dict(entries.order_by().values_list("project").annotate(sum=Sum("amount")))


def _money(project: Project, decided: dict[int, int]) -> dict[str, int | None]:
    # The annotations of `with_money` are attributes that the model does not declare.
    total, support, counterpart = (vars(project)[name] for name in ("total", "support", "counterpart"))
    if decided and decided.get(project.pk) != support:
        return {"total": None, "support": decided.get(project.pk), "counterpart": None, "other": None}
    return {"total": total, "support": support, "counterpart": counterpart, "other": total - support - counterpart}


def _sum(values: Sequence[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def _plan_fields(plan: AnnualPlan) -> dict[str, str]:
    return {
        "title": plan.title,
        "year": str(plan.year),
        "source": plan.get_source_display(),
        "round": str(plan.round),
        "decision_number": plan.decision_number or BLANK,
        "decision_on": format_date(plan.decision_on) if plan.decision_on else BLANK,
    }


def _common(plan: AnnualPlan) -> dict[str, Any]:
    rows, sums = _rows(plan)
    return {
        "plan": _plan_fields(plan),
        "rows": rows,
        "count": str(len(rows)),
        "totals": {name: NOTHING if value is None else format_dong(value) for name, value in sums.items()},
        "support": amount(sums["support"]),
    }


def summary(plan: AnnualPlan, _actor: Actor) -> Data:
    """Mẫu số 2: the đề án registered for the plan."""
    on = plan.decision_on or today()
    return {
        "paper": frame(
            **of_agency(plan.agency, on),
            on=on,
            title="Biểu tổng hợp chi tiết các đề án đăng ký kế hoạch khuyến công",
            subject=plan.title,
            mark=MARK_2,
            signatures=[signed("Người lập"), signed("Thủ trưởng đơn vị", hint=SEAL)],
        ),
        **_common(plan),
    }


def _decides(plan: AnnualPlan) -> tuple[str, str, str]:
    """Who approves: the organ, whom one writes to, and in what capacity the decision is signed (TT 36/2013 Đ8.3)."""
    if plan.source == FundingSource.NATIONAL:
        return "Bộ Công Thương", "Bộ trưởng Bộ Công Thương", "Bộ trưởng"
    province = plan.agency.province.name if plan.agency.province else f"tỉnh {BLANK}"
    organ = f"Ủy ban nhân dân {_lower(province)}"
    return organ, organ, "TM. Ủy ban nhân dân\nChủ tịch"


def _refuse_recorded(plan: AnnualPlan) -> None:
    if plan.state == PlanState.RECORDED:
        raise Refused(
            "Kế hoạch này ghi lại từ hồ sơ cũ, quyết định không có ở đây: không lập tờ trình, quyết định nữa."
        )


def decision(plan: AnnualPlan, _actor: Actor) -> Data:
    """The decision by which Bộ or UBND cấp tỉnh approves the plan: a draft of it before, its text afterwards.

    Refused for a plan of the past whose decision is not at hand.
    """
    _refuse_recorded(plan)
    on = plan.decision_on or today()
    organ, _, role = _decides(plan)
    holder = plan.agency.name_on(on)
    national = plan.source == FundingSource.NATIONAL
    return {
        "paper": frame(
            organ=organ,
            organ_above="",
            place=of_agency(plan.agency, on)["place"],
            on=on,
            title="Quyết định",
            subject=f"Về việc phê duyệt {_lower(plan.title)}",
            number=plan.decision_number,
            mark=MARK if plan.decision_on else f"Dự thảo; {MARK}",
            signatures=[signed(role, plan.decided_by, SEAL)],
        ),
        **_common(plan),
        "grounds": grounds_on(on, plan.source),
        "proposer": holder,
        "tasks": [
            (
                f"{holder} ký hợp đồng hoặc giao nhiệm vụ cho các đơn vị thực hiện"
                + (" (TT 36/2013 Đ6.4)" if national else "")
                + ", hướng dẫn, kiểm tra việc thực hiện và quyết toán kinh phí theo quy định."
            ),
            "Đơn vị thực hiện đề án sử dụng kinh phí đúng mục đích, đúng dự toán được phê duyệt.",
        ],
    }


def letter(plan: AnnualPlan, _actor: Actor) -> Data:
    """The submission letter: how many đề án for how much, against what is free in the envelope (TT 36/2013 Đ8.3).

    Refused for a plan of the past whose decision is not at hand.
    """
    _refuse_recorded(plan)
    on = min(plan.decision_on or today(), today())
    _, to, _ = _decides(plan)
    balance = balance_of_plan(plan)
    common = _common(plan)
    return {
        "paper": frame(
            **of_agency(plan.agency, on),
            on=on,
            title="Tờ trình",
            subject=f"Về việc đề nghị phê duyệt {_lower(plan.title)}",
            mark=MARK,
            signatures=[signed("Thủ trưởng đơn vị", hint=SEAL)],
        ),
        **common,
        "to": to,
        "grounds": grounds_on(on, plan.source),
        "given": amount(balance.given),
        "free": amount(balance.free),
        "dossier": [
            f"Dự thảo quyết định phê duyệt {_lower(plan.title)}",
            "Biểu tổng hợp chi tiết các đề án, nhiệm vụ (Mẫu số 2)",
            "Biên bản thẩm định, trường hợp thành lập Hội đồng",
        ],
    }


_DONG = {
    "total": samples.MILLIONS_300,
    "support": samples.MILLIONS_100,
    "counterpart": samples.MILLIONS_200,
    "other": "0",
}
_TITLE = "Kế hoạch khuyến công địa phương năm 2026"
_COMMON = {
    "plan": {
        "title": _TITLE,
        "year": "2026",
        "source": "Khuyến công địa phương",
        "round": "1",
        "decision_number": "01/QĐ-THU",
        "decision_on": "05/08/2026",
    },
    "rows": [
        {
            "number": "1",
            "code": samples.PROJECT["code"],
            "name": samples.PROJECT_NAME,
            "unit": samples.UNIT,
            "place": samples.PLACE,
            "aims": "Một cơ sở dùng máy thử.",
            "results": "Lao động: 12 → 20 người",
            "term": "01/03/2026 – 30/11/2026",
            **_DONG,
            "note": "Ghi chú thử",
        }
    ],
    "count": "1",
    "totals": _DONG,
    "support": samples.AMOUNT,
}

FORMS = (
    Form(
        code="mau-2",
        number="Mẫu số 2",
        title="Biểu tổng hợp chi tiết các đề án đăng ký kế hoạch khuyến công",
        article="TT 36/2013 Đ6.1.b, Đ8.1",
        subject=PLAN,
        # Its columns were read but for the last ones under «Trong đó».
        official_layout=False,
        data=summary,
        sample={
            "paper": samples.paper(
                "Biểu tổng hợp chi tiết các đề án đăng ký kế hoạch khuyến công",
                "Người lập",
                "Thủ trưởng đơn vị",
                subject=_TITLE,
                mark=MARK_2,
            ),
            **_COMMON,
        },
    ),
    Form(
        code="to-trinh-ke-hoach",
        number="",
        title="Tờ trình đề nghị phê duyệt kế hoạch khuyến công",
        article="TT 36/2013 Đ8.3",
        subject=PLAN,
        official_layout=False,
        data=letter,
        sample={
            "paper": samples.paper(
                "Tờ trình", "Thủ trưởng đơn vị", subject=f"Về việc đề nghị phê duyệt {_TITLE}", mark=MARK
            ),
            **_COMMON,
            "to": "Ủy ban nhân dân Tỉnh Thử",
            "grounds": ["Nghị định số 45/2012/NĐ-CP"],
            "given": samples.AMOUNT,
            "free": samples.AMOUNT,
            "dossier": ["Dự thảo quyết định"],
        },
    ),
    Form(
        code="quyet-dinh-ke-hoach",
        number="",
        title="Quyết định phê duyệt kế hoạch khuyến công",
        article="TT 36/2013 Đ6.3, Đ8.3; NĐ 45/2012 Đ2.2",
        subject=PLAN,
        official_layout=False,
        data=decision,
        sample={
            "paper": samples.paper(
                "Quyết định",
                "TM. Ủy ban nhân dân\nChủ tịch",
                subject=f"Về việc phê duyệt {_TITLE}",
                number="01/QĐ-THU",
                mark=MARK,
            ),
            **_COMMON,
            "grounds": ["Nghị định số 45/2012/NĐ-CP"],
            "proposer": "Sở Công Thương Tỉnh Thử",
            "tasks": ["Sở Công Thương tổ chức thực hiện."],
        },
    ),
)
