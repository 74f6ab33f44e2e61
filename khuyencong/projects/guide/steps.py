"""The steps of the guided form, and how far each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from khuyencong.core.findings import Blocker, Finding
from khuyencong.projects.support import Reckoning


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the guided form; `codes` are the findings that are mended there."""

    key: str
    label: str
    codes: frozenset[str] = frozenset()
    writes: bool = True  # has a form of its own, whose text is kept while one types


GENERAL, TEXTS, WORK, BENEFICIARIES = "chung", "thuyet-minh", "noi-dung", "thu-huong"
ESTIMATE, EFFECTS, FILES, CHECK = "du-toan", "hieu-qua", "ho-so", "kiem-tra"

STEPS = (
    Step(
        GENERAL,
        "Chung",
        frozenset(
            {
                "unknown_activity",
                "missing_sector",
                "flagship_one_activity",
                "flagship_link_unsaid",
                "linked_elsewhere",
                "tender_expected",
                "selection_unsaid",
            }
        ),
    ),
    Step(
        TEXTS,
        "Thuyết minh",
        frozenset(
            {"missing_necessity", "missing_aims", "missing_scale", "missing_superior", "missing_organisation"},
        ),
    ),
    Step(
        WORK,
        "Nội dung và tiến độ",
        frozenset({"missing_dates", "missing_work", "work_incomplete", "work_outside_project", "flagship_too_short"}),
    ),
    Step(
        BENEFICIARIES,
        "Thụ hưởng",
        frozenset({"missing_beneficiary", "several_in_single", "same_establishment_twice"}),
    ),
    Step(
        ESTIMATE,
        "Dự toán",
        frozenset(
            {
                "missing_estimate",
                "no_support",
                "year_without_estimate",
                "line_outside_years",
                "beneficiary_without_estimate",
            }
        ),
    ),
    Step(EFFECTS, "Hiệu quả và chỉ tiêu", frozenset({"missing_effects", "no_indicators"})),
    Step(FILES, "Hồ sơ", writes=False),
    Step(CHECK, "Kiểm tra và gửi", writes=False),
)
BY_KEY = {step.key: step for step in STEPS}


@dataclass(frozen=True)
class Progress:
    """One step as the list of steps shows it."""

    step: Step
    number: int
    findings: tuple[Finding, ...]
    kept: bool  # text of this person waits here, not yet written into the đề án
    current: bool

    @property
    def lacking(self) -> int:
        return sum(isinstance(one, Blocker) for one in self.findings)

    @property
    def state(self) -> str:
        """In two words, for eyes and ears alike."""
        if self.step.key == CHECK:
            return "gửi được" if not self.lacking else f"còn thiếu {self.lacking}"
        done = f"thiếu {self.lacking}" if self.lacking else "đủ"
        return f"{done}, đang soạn dở" if self.kept else done


def progress_of(
    missing: Iterable[Finding], reckoning: Reckoning, *, kept: Iterable[str], current: str
) -> list[Progress]:
    """All steps in order, each with what is to be mended there; the last one has everything."""
    found: dict[str, list[Finding]] = {step.key: [] for step in STEPS}
    for one in missing:
        place = next((step.key for step in STEPS if one.code in step.codes), FILES)
        found[place].append(one)
    about_people = {finding for answers in reckoning.eligibility for finding in answers.findings}
    for one in reckoning.findings:
        found[BENEFICIARIES if one in about_people else ESTIMATE].append(one)
    found[CHECK] = [one for key in found for one in found[key]]
    waiting = set(kept)
    return [
        Progress(step, number, tuple(found[step.key]), step.key in waiting, step.key == current)
        for number, step in enumerate(STEPS, start=1)
    ]


def step_after(key: str) -> str:
    """The step that follows; the last one is followed by itself."""
    keys = [step.key for step in STEPS]
    return keys[min(keys.index(key) + 1, len(keys) - 1)]
