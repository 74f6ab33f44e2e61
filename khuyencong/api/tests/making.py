"""Tokens for tests, and a caller that speaks as another system does."""

import json
from datetime import timedelta
from uuid import uuid4

from django.test import Client

from khuyencong.api.actions import make_token
from khuyencong.api.scopes import DOORS, may_hold
from khuyencong.core.dates import today
from khuyencong.people.actors import Actor

BASE = "/api/v1"


def administrator_of(world, agency):
    return world.actor(agency, "administrator")


def scopes_for(world, agency, role):
    """All that such a token may be for."""
    there = world.agencies[agency]
    actor = Actor(user=world.actor(agency, "officer").user, agency=there, role=role, origin="thử nghiệm")
    return [scope for scope in DOORS if may_hold(actor, scope)]


def token_for(world, agency="dong-thap-centre", role="officer", scopes=None, **fields):
    """A token with its secret."""
    from khuyencong.people.roles import Role

    role = Role(role)
    values = {
        "by": administrator_of(world, agency),
        "creation_key": uuid4(),
        "agency_id": world.agencies[agency].pk,
        "role": role,
        "name": f"Hệ thống thử {agency} {role}",
        "contact": "Người Thử Nghiệm",
        "scopes": scopes_for(world, agency, role) if scopes is None else scopes,
        "expires_on": today() + timedelta(days=30),
        "per_minute": 6000,
    }
    return make_token(**(values | fields))


class Caller:
    """Calls the API with one secret; what it sends is JSON."""

    def __init__(self, secret, client=None):
        self.client = client or Client()
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path, headers=None, **query):
        return self.client.get(BASE + path, query, headers=self.headers | (headers or {}))

    def send(self, method, path, body=None, *, key=None, version=None, raw=None, content_type="application/json"):
        headers = dict(self.headers)
        if method == "post":
            headers["Idempotency-Key"] = key or uuid4().hex
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        data = raw if raw is not None else json.dumps({} if body is None else body)
        return getattr(self.client, method)(BASE + path, data, content_type=content_type, headers=headers)

    def post(self, path, body=None, **more):
        return self.send("post", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.send("patch", path, body, **more)

    def put(self, path, body=None, **more):
        return self.send("put", path, body, **more)

    def delete(self, path, **more):
        return self.send("delete", path, **more)


def caller_for(world, agency="dong-thap-centre", role="officer", **more):
    return Caller(token_for(world, agency, role, **more)[1])


def establishment_body(**fields):
    return {
        "name": "Hộ kinh doanh Cổng Thử",
        "kind": "household",
        "province": "82",
        "sector": "agro_processing",
        "workers": 7,
        "phone": "0912 345 678",
    } | fields
