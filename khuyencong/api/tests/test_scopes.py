"""Every operation names its scope, each scope its permission, and a province reads nothing of another."""

import json

import pytest
from django.urls import get_resolver

from khuyencong.api.api import api, description
from khuyencong.api.scopes import DOORS, ROLES, Scope, may_hold
from khuyencong.api.shapes import Answer, Body
from khuyencong.api.tests.making import caller_for, scopes_for, token_for
from khuyencong.api.webhooks import EVENTS
from khuyencong.audit.models import AuditHead
from khuyencong.finance.models import Contract, Payment
from khuyencong.people.actors import Actor
from khuyencong.people.permissions import Permission
from khuyencong.people.web import TOKEN, declared
from khuyencong.programmes.models import AnnualPlan
from khuyencong.testing import make_project

# What a token may be for, by the role it has at a department and at a centre: written here by hand.
READING = {
    "establishments:read",
    "projects:read",
    "appraisal:read",
    "plans:read",
    "contracts:read",
    "monthly:read",
    "payments:read",
    "acceptance:read",
    "reports:read",
    "law:read",
    "places:read",
    "webhooks",
}
EXPECTED = {
    "officer": READING
    | {"establishments:write", "projects:write", "projects:submit", "acceptance:write", "federation"}
    | {"contracts:write", "monthly:write", "reports:write"},
    "appraiser": READING | {"establishments:write", "appraisal:write", "acceptance:write"},
    "accountant": READING | {"payments:write", "contracts:write"},
    "auditor": READING,
}
# Operations that change something, and the scope that each must have.
WRITING = {
    "establishment_create": "establishments:write",
    "establishment_change": "establishments:write",
    "project_create": "projects:write",
    "project_change": "projects:write",
    "project_beneficiary_add": "projects:write",
    "project_beneficiary_remove": "projects:write",
    "project_estimate": "projects:write",
    "project_file": "projects:write",
    "project_submit": "projects:submit",
    "project_withdraw": "projects:submit",
    "appraisal_create": "appraisal:write",
    "contract_create": "contracts:write",
    "contract_change": "contracts:write",
    "contract_discard": "contracts:write",
    "monthly_begin": "monthly:write",
    "monthly_write": "monthly:write",
    "monthly_submit": "monthly:write",
    "monthly_discard": "monthly:write",
    "period_report_create": "reports:write",
    "period_report_rows": "reports:write",
    "period_report_section": "reports:write",
    "period_report_submit": "reports:write",
    "period_report_discard": "reports:write",
    "payment_create": "payments:write",
    "payment_paid": "payments:write",
    "acceptance_create": "acceptance:write",
    "send_package": "federation",
    "webhook_create": "webhooks",
    "webhook_end": "webhooks",
    "webhook_resend": "webhooks",
}
# What says the same to everybody.
SAME_FOR_ALL = {"provinces", "communes", "documents", "document", "activities", "norm"}


def operations():
    """(operation, method, path) of the whole API."""
    for path, methods in description()["paths"].items():
        for method, one in methods.items():
            yield one, method, path


def test_every_operation_names_its_scope_and_each_scope_its_permission():
    found = {one["operationId"]: one["x-scope"] for one, _, _ in operations()}
    assert len(found) == sum(1 for _ in operations()) > 30
    assert set(found.values()) == set(Scope)
    assert all(isinstance(DOORS[scope].permission, Permission) for scope in Scope)
    written = {one["operationId"]: one["x-scope"] for one, method, _ in operations() if method != "get"}
    assert written == WRITING
    assert not {scope for name, scope in found.items() if name not in WRITING} & {
        scope for scope in Scope if scope.endswith(":write") or scope == Scope.PROJECTS_SUBMIT
    }


def test_every_operation_is_guarded_and_declares_its_errors():
    """Nothing reaches an endpoint but through `operations._guarded`."""
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for one in view.operations:
                assert one.run.__wrapped__ is not None, one.view_func
                assert one.run.__name__ == "run"
                assert [type(auth).__name__ for auth in one.auth_callbacks] == ["TokenAuth"]
    for one, method, _ in operations():
        assert {"401", "403", "422", "429", "500"} <= set(one["responses"])
        names = {parameter["name"] for parameter in one["parameters"]}
        assert ("Idempotency-Key" in names) == (method == "post"), one["operationId"]
        if method in {"patch", "put", "delete"}:
            assert "If-Match" in names, one["operationId"]


def test_no_two_objects_have_one_name():
    """In the description they would be one, and one of them described wrongly."""
    names = [
        one.__name__ for kind in (Body, Answer) for one in kind.__subclasses__() for one in (one, *one.__subclasses__())
    ]
    assert len(names) > 60
    assert sorted(set(names)) == sorted(names)


def test_every_address_under_the_api_opens_to_a_token():
    patterns = [one for one in _patterns(get_resolver()) if "ninja" in getattr(one.callback, "__module__", "")]
    assert len(patterns) > 20
    assert {declared(one.callback) for one in patterns} == {TOKEN}


def _patterns(resolver):
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _patterns(one)
        else:
            yield one


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_a_role_carries_these_scopes_and_no_others(world, role):
    user = world.actor("dong-thap", "officer").user
    at = [
        Actor(user=user, agency=world.agencies[key], role=role, origin="") for key in ("dong-thap", "dong-thap-centre")
    ]
    assert {scope.value for scope in Scope if any(may_hold(actor, scope) for actor in at)} == EXPECTED[role]


@pytest.mark.django_db
def test_a_token_of_one_province_never_reads_another(world):
    """Every reading operation, asked by the other province for each record of the first."""
    project = make_project(world, state="settled")
    establishment = project.beneficiaries.get().establishment
    contract, plan = Contract.objects.get(), AnnualPlan.objects.get()
    payment = Payment.objects.first()
    assert payment is not None
    own, strange = caller_for(world, "dong-thap", "appraiser"), caller_for(world, "phu-tho", "appraiser")
    known = {
        "/projects/{code}": {"code": project.code},
        "/establishments/{id}": {"id": establishment.pk},
        "/contracts/{id}": {"id": contract.pk},
        "/plans/{id}": {"id": plan.pk},
    }
    before = AuditHead.objects.get().seq
    tried = set()
    for one, method, path in operations():
        if method != "get" or one["operationId"] in SAME_FOR_ALL or one["x-scope"] == Scope.WEBHOOKS:
            continue
        short = path.removeprefix("/api/v1")
        keys = next((values for prefix, values in known.items() if short.startswith(prefix)), None)
        query = {"year": project.year} if one["operationId"] == "report_figures" else {}
        tried.add(one["operationId"])
        if keys is None:
            short = short.replace("{year}", str(project.year))
            if "{" in short:
                # These have no record here: test_writing and federation/tests ask them.
                assert one["operationId"] in {"period_report", "package_state", "monthly_report"}
                continue
            told = strange.get(short, **query)
            assert told.status_code == 200, told.content.decode()
            text = told.content.decode()
            assert project.code not in text
            assert establishment.name not in text
            found = told.json()
            if "items" in found:
                assert found == {"items": [], "next": None}, one["operationId"]
                if one["operationId"] != "period_reports":
                    assert own.get(short).json()["items"], one["operationId"]
            else:
                assert not any(_numbers(found)), (one["operationId"], found)
                assert any(_numbers(own.get(short, **query).json()))
        else:
            address = short.format(**keys)
            assert own.get(address).status_code == 200, own.get(address).content.decode()
            assert strange.get(address).status_code == 404, address
    assert len(tried) >= 16
    assert AuditHead.objects.get().seq == before  # reading leaves no event


def _numbers(found):
    """All amounts and counts of an answer, without years."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name not in {"year", "closing_on", "period", "figures"}:
                yield from _numbers(value)
    elif isinstance(found, list):
        for value in found:
            yield from _numbers(value)
    elif isinstance(found, int):
        yield found


@pytest.mark.django_db
def test_a_token_of_one_province_never_writes_in_another(world):
    """Every writing operation on a record of the other province: not there, and nothing is written."""
    project = make_project(world, state="submitted")
    establishment = project.beneficiaries.get().establishment
    bodies = {
        "establishment_change": {"workers": 9},
        "project_change": {"scale": "x"},
        "project_beneficiary_add": {"establishment": establishment.pk},
        "project_estimate": {"lines": []},
        "project_withdraw": {"reason": "x"},
        "appraisal_create": {
            "level": "base",
            "outcome": "agree",
            "appraised_on": "2026-01-01",
            "points": [{"number": number, "met": True} for number in range(1, 6)],
        },
        "contract_change": {
            "number": "1",
            "signed_on": "2026-01-01",
            "parts": [{"project": project.code, "value": 1}],
        },
        "monthly_begin": {"month": "2026-01"},
        "monthly_write": {"volume": 1, "support_received": 0},
        "period_report_rows": {"rows": []},
        "period_report_submit": {"document": "1", "document_on": "2026-01-01"},
        "payment_create": {"kind": "advance", "amount": 1000},
        "payment_paid": {"voucher_number": "1", "voucher_on": "2026-01-01"},
        "acceptance_create": {"number": "1", "accepted_on": "2026-01-01", "items": [{"cost": 1}]},
    }
    callers = {role: caller_for(world, "phu-tho", role) for role in ("officer", "appraiser", "accountant")}
    head = AuditHead.objects.get().seq
    for one, method, path in operations():
        if method == "get" or "{" not in path or one["x-scope"] == Scope.WEBHOOKS or "files" in path:
            continue
        role = next(role for role in callers if one["x-scope"] in EXPECTED[role])
        address = path.removeprefix("/api/v1").replace("{code}", project.code)
        address = address.replace("{id}", str(establishment.pk)).replace("{section}", "kho-khan")
        body = bodies.get(one["operationId"], {})
        answer = callers[role].send(method, address, body, version=project.version)
        assert answer.status_code == 404, (one["operationId"], answer.content.decode())
    assert AuditHead.objects.get().seq == head


def _notes(found):
    """All descriptions of a document."""
    if isinstance(found, dict):
        if isinstance(found.get("description"), str):
            yield found["description"]
        for value in found.values():
            yield from _notes(value)
    elif isinstance(found, list):
        for value in found:
            yield from _notes(value)


@pytest.mark.django_db
def test_the_description_and_its_page_say_the_same(client, world):
    found = client.get("/api/v1/openapi.json")
    document = json.loads(found.content)
    assert document["openapi"].startswith("3.1")
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": found["ETag"]}).status_code == 304
    page = client.get("/api/v1/docs").content.decode()
    for path in document["paths"]:
        assert path in page
    for scope in Scope:
        assert scope in page
    # What is sent within a list, what is answered, what is told: enough to write a client without asking.
    for named in ("lines[].unit_price", "beneficiaries[].id", "X-Khuyencong-Delivery", "Idempotency-Key"):
        assert named in page
    assert all(event in page for event in EVENTS)
    assert "Phiên bản đã đọc" in page  # of a parameter
    assert not [text for text in _notes(document) if text.isascii() and text not in {"OK", "Created"}]
    assert "http" not in page.partition("<main")[0].replace("http://www.w3.org", "")  # nothing from elsewhere
    assert token_for(world)[0].scopes == [scope.value for scope in scopes_for(world, "dong-thap-centre", "officer")]
