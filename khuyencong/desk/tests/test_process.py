"""«Quy trình»: the page says what the tables say."""

from django.urls import reverse

from khuyencong.desk.process import lives
from khuyencong.people.permissions import MATRIX
from khuyencong.projects.states import TRANSITIONS, Route


def test_every_step_of_every_route_is_told():
    found = {life.key: life for life in lives()}
    for route in Route:
        told = found[f"de-an-{route.value}".replace("_", "-")].steps
        assert len(told) == sum(route in row.routes for row in TRANSITIONS)
    assert len(found) == len(lives())
    assert all(step.who for life in found.values() for step in life.steps)
    assert {row.permission for row in TRANSITIONS} <= set(MATRIX)


def test_page_names_who_may(world, visit):
    page = visit(world.actor("dong-thap", "leader")).get(reverse("process")).content.decode()
    assert "Phê duyệt trong kế hoạch" in page
    assert "lãnh đạo (cơ quan cấp kinh phí)" in page
    assert visit(world.actor("owner", "owner")).get(reverse("process")).status_code == 403
