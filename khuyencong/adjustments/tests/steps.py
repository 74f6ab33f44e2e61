"""The steps of an adjustment, as short as the tests need them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from khuyencong.adjustments import actions
from khuyencong.adjustments.proposal import ProposedLine, lines_now
from khuyencong.core.dates import today
from khuyencong.core.money import MILLION
from khuyencong.demo.walk import Item, write_project
from khuyencong.finance.actions import give_envelope
from khuyencong.testing import advance_to, make_establishment

SIGNER = "Chủ tịch Thử Nghiệm"


def unit_of(world, project):
    """The officer who writes for the đề án."""
    return world.actor(_key(world, project.implementing_unit), "officer")


def sees(world, project, role):
    """Somebody with that role at the department of the đề án."""
    return world.actor(_key(world, project.department), role)


def holder(world, project, role):
    """Somebody with that role at the agency that holds the money."""
    return world.actor(_key(world, project.funder), role)


def _key(world, agency):
    return next(key for key, one in world.agencies.items() if one.pk == agency.pk)


def group(world, *, source="local", state="approved", planned=3, named=0, support=200 * MILLION, total=600 * MILLION):
    """A group of machinery for `planned` establishments, of which `named` are named; `support` for each of them."""
    items = [Item(f"Máy thử {index}", total, support, make_establishment(world)) for index in range(named)]
    rest = planned - named
    if rest:
        items.append(Item("Máy cho các cơ sở chọn sau", total * rest, support * rest))
    fields = {
        "name": "Hỗ trợ máy cho nhóm cơ sở",
        "kind": "group",
        "planned_beneficiaries": planned,
        "beneficiary_criteria": "Cơ sở chế biến nông sản, có vốn đối ứng.",
    }
    project = write_project(world, unit="dong-thap-centre", source=source, province="82", fields=fields, items=items)
    return advance_to(world, project, state)


def begin(world, project, reason="Cơ sở đổi kế hoạch đầu tư."):
    project.refresh_from_db()
    return actions.begin(
        project_id=project.pk, by=unit_of(world, project), version=project.version, creation_key=uuid4(), reason=reason
    )


def write(world, adjustment, *, substance=False, **fields):
    adjustment.refresh_from_db()
    return actions.write(
        adjustment_id=adjustment.pk, by=unit_of(world, adjustment.project), version=adjustment.version,
        reason=adjustment.reason, fields=fields, substance=substance,
    )  # fmt: skip


def newcomer(world, adjustment, establishment=None, **given):
    establishment = establishment or make_establishment(world)
    adjustment.refresh_from_db()
    given = {"commits_own_capital": True, "declares_no_other_support": True, **given}
    actions.add_newcomer(
        adjustment_id=adjustment.pk, by=unit_of(world, adjustment.project), version=adjustment.version,
        establishment=establishment, **given,
    )  # fmt: skip
    return establishment


def turn(world, adjustment, establishment_id):
    adjustment.refresh_from_db()
    return actions.turn_beneficiary(
        adjustment_id=adjustment.pk, by=unit_of(world, adjustment.project), version=adjustment.version,
        establishment_id=establishment_id,
    )  # fmt: skip


def estimate(world, adjustment, lines):
    adjustment.refresh_from_db()
    return actions.set_lines(
        adjustment_id=adjustment.pk, by=unit_of(world, adjustment.project), version=adjustment.version, lines=lines
    )


def line(establishment, support, total, content="Máy mới", key=None):
    return ProposedLine(content, total, support, total - support, 0, line=key, establishment=establishment)


def supported(project, support, total=None):
    """The approved estimate with another support in its first line."""
    first, *rest = lines_now(project)
    total = total or first.total
    return [replace(first, support=support, total=total, counterpart=total - support), *rest]


def propose(world, adjustment, **given):
    adjustment.refresh_from_db()
    values = {"request_number": "12/TTKC", "request_on": today(), **given}
    return actions.propose(
        adjustment_id=adjustment.pk, by=unit_of(world, adjustment.project), version=adjustment.version, **values
    )


def endorse(world, adjustment, by=None, **given):
    adjustment.refresh_from_db()
    values = {"number": "34/SCT", "on": today(), "opinion": "Đã kiểm tra tại cơ sở, lý do đúng.", **given}
    return actions.endorse(
        adjustment_id=adjustment.pk, by=by or sees(world, adjustment.project, "appraiser"), version=adjustment.version,
        **values,
    )  # fmt: skip


def decider(world, adjustment):
    level = adjustment.level
    return (
        sees(world, adjustment.project, "leader")
        if level == "department"
        else holder(world, adjustment.project, "leader")
    )


def decide(world, adjustment, by=None, **given):
    adjustment.refresh_from_db()
    values = {"number": "56/QĐ", "on": today(), "signer": SIGNER, "confirmed": True, **given}
    return actions.decide(
        adjustment_id=adjustment.pk, by=by or decider(world, adjustment), version=adjustment.version, **values
    )


def through(world, adjustment, **given):
    """Propose, let Sở say its word where it must, and decide."""
    propose(world, adjustment)
    if adjustment.__class__.objects.get(pk=adjustment.pk).needs_opinion:
        endorse(world, adjustment)
    done = decide(world, adjustment, **given)
    done.project.refresh_from_db()
    return done


def answer(world, adjustment, step, by, reason="Chưa đủ căn cứ."):
    adjustment.refresh_from_db()
    return actions.answer(adjustment_id=adjustment.pk, by=by, version=adjustment.version, step=step, reason=reason)


def give(world, project, amount):
    """More money in the envelope of the đề án."""
    give_envelope(
        by=holder(world, project, "accountant"), year=project.year, source=project.source, amount=amount,
        document=f"QĐ {uuid4().hex[:8]}", on=today(),
    )  # fmt: skip


def later(days):
    return today() + timedelta(days=days)
