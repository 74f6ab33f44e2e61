"""Two people decide on the same đề án at the same moment: whoever comes second has looked at something that is gone."""

import pytest

from khuyencong.opendata.actions import publish_project
from khuyencong.opendata.models import Publication
from khuyencong.testing import at_once, build_world, kinds, make_project

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db):
    return build_world()


def test_published_once(world):
    project = make_project(world, state="approved")

    def publish(role):
        return lambda: publish_project(project_id=project.pk, by=world.actor("dong-thap", role), version=0)

    assert kinds(at_once(publish("officer"), publish("leader"))) == ["NoneType", "Stale"]
    assert Publication.objects.get().version == 1
