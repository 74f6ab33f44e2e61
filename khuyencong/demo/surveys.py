"""Two made-up surveys of the collaborator: one that was kept without network, one that an officer has put aside."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.people.actors import Actor
from khuyencong.surveys.actions import record_survey, reject


def load_surveys(*, collaborator: Actor, officer: Actor) -> None:
    """Write them down as the collaborator; the officer of the province handles the second."""
    common = {"commune": collaborator.agency.commune, "sector": "agro_processing"}
    record_survey(
        by=collaborator,
        creation_key=uuid4(),
        kept_offline=True,
        fields={
            **common,
            "name": "Lò bánh tráng Ví Dụ Khảo Sát",
            "surveyed_on": today() - timedelta(days=2),
            "workers": 4,
            "activity": "machinery",
            "need": "Máy tráng bánh thay cho tráng tay; đang thiếu người làm.",
            "estimated_cost": 320 * MILLION,
            "wanted_year": today().year + 1,
        },
    )
    second = record_survey(
        by=collaborator,
        creation_key=uuid4(),
        fields={**common, "name": "Cơ sở Ví Dụ Đã Ngừng", "surveyed_on": today() - timedelta(days=9)},
    )
    reject(survey_id=second.pk, by=officer, version=second.version, reason="Cơ sở đã ngừng sản xuất (ví dụ).")
