"""A made-up system that is let in, with an address that leads nowhere; nobody has its secret."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from khuyencong.api import actions
from khuyencong.api.models import PER_MINUTE
from khuyencong.api.scopes import Scope
from khuyencong.core.dates import today
from khuyencong.demo.walk import World
from khuyencong.people.roles import Role

# «.example» is never a name of a machine: what is told there arrives nowhere.
ADDRESS = "https://mot-cua.example/khuyen-cong"


def load_connections(world: World, agency: str) -> None:
    """A connection of the province's one-stop office that reads đề án and is told of two steps."""
    by = world.actor(agency, "administrator")
    token, _ = actions.make_token(
        by=by,
        creation_key=uuid4(),
        agency_id=world.agencies[agency].pk,
        role=Role.OFFICER,
        name="Một cửa điện tử (ví dụ)",
        contact="Phòng Ví Dụ, 0900 000 000",
        scopes=[Scope.PROJECTS_READ, Scope.APPRAISAL_READ, Scope.PLACES_READ, Scope.WEBHOOKS],
        expires_on=today() + timedelta(days=300),
        per_minute=PER_MINUTE,
    )
    actions.subscribe(
        by=by,
        creation_key=uuid4(),
        token_id=token.pk,
        address=ADDRESS,
        events=["project.submit", "project.base_agree"],
    )
