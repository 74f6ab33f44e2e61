"""Calls on the portal: only what somebody has put there, nothing of a person in it, and gone when it is taken off."""

import pytest

from khuyencong.competitions import actions as competing
from khuyencong.competitions.tests import making as rounds
from khuyencong.core.dates import today
from khuyencong.core.errors import Refused
from khuyencong.fairs import actions as fairing
from khuyencong.fairs.actions.fairs import FIELDS
from khuyencong.fairs.tests import making as fairs
from khuyencong.portal.calls import called_now


def told():
    return [one.title for one in called_now(today())]


def test_a_fair_is_put_on_the_portal_and_taken_off(world, visit):
    officer = world.actor(*fairs.OFFICER)
    fair = fairs.fair_of(world, about="Hỏi bà Lan, 0912 345 678.")
    call = {"fair_id": fair.pk, "by": officer, "version": fair.version, "number": "5/GM", "on": today()}
    with pytest.raises(Refused, match="điện thoại"):
        fairing.call_fair(**call, on_portal=True)
    fair = fairing.call_fair(**call)
    assert told() == []
    fields = {name: getattr(fair, name) for name in FIELDS}
    change = {"fair_id": fair.pk, "by": officer}
    with pytest.raises(Refused, match="điện thoại"):
        fairing.change_fair(**change, version=fair.version, fields={**fields, "on_portal": True})
    fields["about"] = "Mang theo sản phẩm."
    fair = fairing.change_fair(**change, version=fair.version, fields={**fields, "on_portal": True})
    assert told() == [fair.name]
    page = visit(officer).get(f"{fair.get_absolute_url()}sua/").content.decode()
    assert "Trên cổng thông tin đang hiện" in page
    fairing.change_fair(**change, version=fair.version, fields={**fields, "on_portal": False})
    assert told() == []


def test_a_competition_is_put_on_the_portal_and_taken_off(world):
    round_ = rounds.called(world)
    assert told() == [round_.name]
    fields = {name: getattr(round_, name) for name in ("entries_until", "scoring_until", "where")}
    change = {"round_id": round_.pk, "by": world.actor(*rounds.OFFICER)}
    with pytest.raises(Refused, match="điện thoại"):
        competing.change_round(
            **change, version=round_.version, fields={**fields, "where": "Gọi 0912.345.678", "on_portal": True}
        )
    competing.change_round(**change, version=round_.version, fields=fields)
    assert told() == []
