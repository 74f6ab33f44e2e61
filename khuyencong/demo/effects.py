"""Made-up đề án of past years whose +12 and +24 months have come, and what their establishments said, or did not say.

They are written down as history, answered by link and by telephone, confirmed and sent back, all through the real actions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from khuyencong.core.money import MILLION
from khuyencong.demo.history import load_history
from khuyencong.demo.published import PressBeneficiary, PressProject
from khuyencong.demo.walk import World
from khuyencong.effects import actions
from khuyencong.effects.links import link_of
from khuyencong.effects.models import EffectSheet, Moment
from khuyencong.people.actors import Actor
from khuyencong.people.models import User
from khuyencong.projects.models import Project
from khuyencong.projects.states import ProjectState

PROVINCE, SOURCE = "87@2025", "dữ liệu ví dụ, không có thật"
OFFICER, JUDGE = ("dong-thap-centre", "officer"), ("dong-thap", "appraiser")
TELLS = "bà Ví Dụ, chủ cơ sở, qua điện thoại (không có thật)"


@dataclass(frozen=True)
class Said:
    """What one establishment said at one moment, and what became of it: confirmed, answered by "link", or "sent_back"."""

    moment: Moment
    figures: dict[str, int] = field(default_factory=dict)
    closed: bool = False
    end: str = "confirmed"
    remark: str = ""


@dataclass(frozen=True)
class Past:
    """One made-up đề án of the past: money in triệu đồng for each establishment, and what each of them said."""

    name: str
    year: int
    total: int
    support: int
    answers: dict[str, tuple[Said, ...]]
    activity: str = "machinery"


def _figures(workers: int, new: int, women: int, income: int, revenue: int) -> dict[str, int]:
    """Heads, triệu đồng a month, triệu đồng a year."""
    return {
        "workers": workers,
        "jobs_new": new,
        "jobs_women": women,
        "jobs_minority": 0,
        "income": income * MILLION // 10,
        "revenue": revenue * MILLION,
    }


def _before(workers: int, income: int, revenue: int) -> dict[str, int]:
    return {"workers": workers, "income": income * MILLION // 10, "revenue": revenue * MILLION}


B, Y1, Y2 = Moment.BASELINE, Moment.AFTER_12, Moment.AFTER_24
# Income in tenths of a triệu: 65 is 6,5 triệu.
PAST = (
    Past(
        "Máy sấy cá khô (ví dụ)",
        2023,
        520,
        240,
        {
            "Hộ kinh doanh Ví Dụ Ba Mốt": (
                Said(B, _before(9, 52, 1_900)),
                Said(Y1, _figures(13, 4, 8, 65, 2_600)),
                Said(Y2, _figures(15, 6, 9, 72, 3_100)),
            )
        },
    ),
    Past(
        "Máy rang, đóng gói hạt sen (ví dụ)",
        2023,
        460,
        210,
        {
            "Hợp tác xã Thử Nghiệm Ba Hai": (
                Said(B, _before(14, 48, 2_200)),
                Said(Y1, _figures(19, 5, 12, 61, 3_000)),
                Said(Y2, _figures(18, 4, 11, 66, 3_200), end="link"),
            ),
            "Hộ kinh doanh Ví Dụ Ba Ba": (Said(Y1, closed=True), Said(Y2, closed=True)),
            "Hộ kinh doanh Ví Dụ Ba Tư": (),
        },
    ),
    Past(
        "Máy dán bao bì (ví dụ)",
        2024,
        380,
        180,
        {
            "Công ty TNHH Mẫu Ba Lăm": (
                Said(B, _before(10, 60, 4_000)),
                Said(Y1, _figures(16, 6, 21, 68, 5_200), end="sent_back", remark="Lao động nữ nhiều hơn tổng số: xem lại."),
            )
        },
    ),
    Past("Máy cưa xẻ gỗ (ví dụ)", 2024, 700, 300, {"Công ty TNHH Mẫu Ba Sáu": (Said(Y1, _figures(22, 3, 4, 160, 9_000), end="link"),)}),
    Past(
        "Lò hơi đốt trấu (ví dụ)",
        2024,
        640,
        250,
        {
            "Cơ sở Mẫu Ba Bảy": (
                Said(
                    Y1,
                    {**_figures(12, 2, 5, 70, 2_400), "energy": 61_000, "material": 4, "waste": 9},
                    remark="Đã xem hóa đơn tiền điện.",
                ),
            )
        },
        activity="cleaner_production_model",
    ),
)  # fmt: skip


def load_effects(world: World, clerk: User) -> None:
    """The past đề án with their answers, and one sheet of this year's acceptances."""
    projects = load_history(clerk, [_press(one) for one in PAST])
    for past, project in zip(PAST, projects, strict=True):
        sheets = {
            (str(one.beneficiary.establishment.name), one.moment): one
            for one in EffectSheet.objects.filter(project=project).select_related("beneficiary__establishment")
        }
        for name, answers in past.answers.items():
            for said in answers:
                _say(world, sheets[f"{name} (không có thật)", said.moment], said)
    settled = Project.objects.filter(state=ProjectState.SETTLED, recorded_from="", department__code="sct-82").first()
    if settled is not None:
        sheet = settled.effect_sheets.filter(moment=Moment.ACCEPTANCE).order_by("-pk").first()
        if sheet is not None and sheet.beneficiary.establishment.account_id is None:
            _say(world, sheet, Said(Moment.ACCEPTANCE, _figures(16, 4, 7, 69, 2_900)))


def _press(past: Past) -> PressProject:
    people = tuple(
        PressBeneficiary(
            name=f"{name} (không có thật)",
            form="cooperative" if name.startswith("Hợp") else "household" if name.startswith("Hộ") else "sme",
            form_published=True,
            place="Ấp Ví Dụ",
            total=past.total * MILLION,
            support=past.support * MILLION,
            counterpart=(past.total - past.support) * MILLION,
        )
        for name in past.answers
    )
    count = len(people)
    return PressProject(
        case="vi-du-hieu-qua",
        province=PROVINCE,
        year=past.year,
        source="local",
        recorded_from=SOURCE,
        name=past.name,
        unit="",
        kind="group" if count > 1 else "single",
        activity=past.activity,
        sector="agro_processing",
        total=count * past.total * MILLION,
        support=count * past.support * MILLION,
        counterpart=count * (past.total - past.support) * MILLION,
        approximate=False,
        split_equally=False,
        derived=(),
        beneficiaries=people,
    )


def _say(world: World, sheet: EffectSheet, said: Said) -> None:
    officer, judge = world.actor(*OFFICER), world.actor(*JUDGE)
    told = actions.Told({code: Decimal(value) for code, value in said.figures.items()}, closed=said.closed)
    if said.end == "link":
        _by_link(sheet, told, officer)
        return
    actions.record_by_phone(sheet_id=sheet.pk, by=officer, version=sheet.version, told=told, told_by=TELLS)
    sheet.refresh_from_db()
    if said.end == "sent_back":
        actions.send_back(sheet_id=sheet.pk, by=judge, version=sheet.version, reason=said.remark)
        return
    actions.confirm(sheet_id=sheet.pk, by=judge, version=sheet.version, remark=said.remark)


def _by_link(sheet: EffectSheet, told: actions.Told, officer: Actor) -> None:
    """The letter is printed, and the establishment answers on its phone."""
    ((_, token),) = actions.print_letters(sheet_ids=[sheet.pk], by=officer)
    link = link_of(token)
    if link is None:
        raise AssertionError("a fresh address does not open")
    actions.answer_by_link(link_id=link.pk, version=link.sheet.version, told=told, origin="dữ liệu ví dụ")
