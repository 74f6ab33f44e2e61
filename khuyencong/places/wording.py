"""How the preview of a decision reads: as plain data for scripts and for the record, and as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from khuyencong.core.dates import format_date
from khuyencong.places.decision import ChangeKind
from khuyencong.places.models import Commune, Province
from khuyencong.places.planning import Plan

_NOT_VERIFIED = "chờ xác minh"


def plan_as_data(plan: Plan) -> dict[str, Any]:
    """The whole preview as JSON takes it; days as yyyy-mm-dd."""
    decision = plan.decision
    return {
        "document": decision.document,
        "passed_on": decision.passed_on.isoformat() if decision.passed_on else None,
        "in_force_on": decision.in_force_on.isoformat(),
        "verified": decision.verified,
        "source": decision.source,
        "changes": entries_as_data(plan),
        "ended": {
            "provinces": [old.key for one in plan.provinces if one.is_main for old in one.olds],
            "communes": [old.key for one in plan.communes if one.is_main for old in one.olds],
        },
        "begun": {
            "provinces": [one.row.key for one in plan.provinces],
            "communes": [one.row.key for one in plan.communes],
        },
        "regions": [{"province": one.row.key, "region": one.region, "verified": False} for one in plan.provinces],
        "cities": [
            *({"province": row.key, "verified": decision.verified} for row in plan.cities.values()),
            *(
                {"province": one.row.key, "verified": one.city_verified}
                for one in plan.provinces
                if one.city_verified is not None
            ),
        ],
    }


def entries_as_data(plan: Plan) -> list[dict[str, Any]]:
    """What each entry ends and begins; `communes` counts those that only follow their province."""
    followers = Counter(one.row.province.key for one in plan.carried)
    found = []
    for change in plan.decision.changes:
        provinces = [one for one in plan.provinces if one.number == change.number]
        communes = [one for one in plan.communes if one.number == change.number]
        olds = _once(old for one in provinces for old in one.olds) or _once(old for one in communes for old in one.olds)
        news: list[Province | Commune] = [*(one.row for one in provinces), *(one.row for one in communes)]
        if change.number in plan.cities:
            olds, news = [plan.cities[change.number]], [plan.cities[change.number]]
        found.append(
            {
                "entry": change.number,
                "change": change.kind.value,
                "label": change.kind.label,
                "old": [_unit(row) for row in olds],
                "new": [_unit(row) for row in news],
                "communes": sum(followers[one.row.key] for one in provinces),
            }
        )
    return found


def plan_as_lines(plan: Plan) -> list[str]:
    """The preview for people at a terminal."""
    decision = plan.decision
    mark = "" if decision.verified else f" ({_NOT_VERIFIED})"
    passed = f", thông qua {format_date(decision.passed_on)}" if decision.passed_on else ""
    lines = [
        f"{decision.document}{passed}, có hiệu lực từ {format_date(decision.in_force_on)}{mark}",
        f"Nguồn: {decision.source}",
    ]
    for entry in entries_as_data(plan):
        olds = ", ".join(f"{one['name']} [{one['key']}]" for one in entry["old"])
        if entry["change"] == ChangeKind.NEW_CITY:
            lines.append(f"{entry['entry']}. {entry['label']}: {olds}")
            continue
        lines.append(f"{entry['entry']}. {entry['label']}: {olds} (đến {format_date(decision.last_day_before)})")
        lines += [f"   → {one['name']} [{one['key']}]{_home(one)}" for one in entry["new"]]
        if entry["communes"]:
            lines.append(f"   cùng {entry['communes']} xã, phường, đặc khu theo tỉnh")
    lines += [f"Khu vực khuyến công của {one.row.name}: {one.region.label} ({_NOT_VERIFIED})" for one in plan.provinces]
    return lines


def _unit(row: Province | Commune) -> dict[str, Any]:
    found = {"key": row.key, "code": row.code, "name": row.name}
    return found | {"province": row.province.name} if isinstance(row, Commune) else found


def _home(unit: dict[str, Any]) -> str:
    return f", {unit['province']}" if "province" in unit else ""


def _once(rows: Iterable[Province | Commune]) -> list[Province | Commune]:
    return list({row.key: row for row in rows}.values())
