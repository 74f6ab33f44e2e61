"""The whole API asked what nobody would ask by hand, with a token and without: it keeps to its own description.

Seeded and bounded: the same questions every time, a few for each operation. What may be asked is made from the description;
where a record is named it is one that is there, so that the questions reach the actions.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from khuyencong.api.api import description
from khuyencong.api.scopes import Scope
from khuyencong.api.tests.making import token_for
from khuyencong.audit.verify import verify_chain
from khuyencong.finance.tests.contracts import approved, prepare
from khuyencong.monitoring.tests.reports import begun as monthly_of
from khuyencong.periods.tests import making as periods
from khuyencong.programmes.models import AnnualPlan
from khuyencong.projects.models import Project
from khuyencong.testing import make_project

EXAMPLES = 4
FEW = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = {
    "checks": {
        # Well formed and yet impossible (a province that is not there, a version that has moved on) is answered so.
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422", "429"]
        },
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "422", "428"]},
    }
}
# Whose token asks: the first of these that holds the scope.
ASKING = (("dong-thap-centre", "officer"), ("dong-thap", "appraiser"), ("dong-thap", "accountant"))


@pytest.fixture
def schema():
    """The description, asked of the application in this very process and transaction."""
    for signal in (request_started, request_finished):  # they would close the connection, and with it the transaction
        signal.disconnect(close_old_connections)
    found = schemathesis.openapi.from_dict(description(), config=schemathesis.Config.from_dict(CHECKS))
    found.app = get_wsgi_application()
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def draft_of(world):
    """A contract that waits for the leader."""
    return prepare(world, approved(world))


@pytest.fixture
def known(world):
    """Records that are there, by the names in addresses; a đề án in each of the states that matter."""
    running = make_project(world, state="in_progress")
    draft, waiting = make_project(world), make_project(world, state="submitted")
    return {
        "projects": {
            "default": draft,
            "appraisal": waiting,
            "payment": running,
            "acceptance": running,
            "monthly": running,
        },
        "establishments": draft.beneficiaries.get().establishment_id,
        "contracts": draft_of(world).pk,
        "monthly-reports": monthly_of(world, running).pk,
        "periods": periods.begin(world).pk,
        "plans": AnnualPlan.objects.order_by("pk").first().pk,
        "beneficiaries": draft.beneficiaries.get().pk,
    }


@pytest.fixture
def secrets(world):
    """Scope → a token that is for it."""
    found = {}
    for agency, role in ASKING:
        token, secret = token_for(world, agency, role)
        for scope in token.scopes:
            found.setdefault(scope, secret)
    assert set(found) == set(Scope)
    found[Scope.CONTRACTS_WRITE] = secret  # of the accountant: the payer prepares a contract
    _, found[Scope.REPORTS_WRITE] = token_for(world, "dong-thap", "officer")
    return found


def names_in(operation, known):
    """What stands in the address of an operation, of records that are there."""
    path, found = operation.path, {}
    if "{code}" in path:
        kind = operation.definition.raw["operationId"].partition("_")[0].removesuffix("s")
        found["code"] = known["projects"].get(kind, known["projects"]["default"]).code
    if "{id}" in path:
        room = path.split("/{id}")[0].rpartition("/")[2]
        found["id"] = known.get(room, 1)
    return found


def ask(operation, mode, headers, more):
    """A few questions for one operation, each judged by all checks; how many."""
    asked = []

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode, **more))
    def one(case):
        asked.append(case)
        case.call_and_validate(headers=headers)

    one()
    return len(asked)


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_api_keeps_to_its_description(schema, known, secrets):
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        secret = secrets[operation.definition.raw["x-scope"]]
        headers = {"Authorization": f"Bearer {secret}"}
        fixed = names_in(operation, known)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            more = {"path_parameters": fixed} if fixed and mode is GenerationMode.POSITIVE else {}
            if mode is GenerationMode.POSITIVE and "{code}" in operation.path and operation.method != "get":
                version = Project.objects.values_list("version", flat=True).get(code=fixed["code"])
                more["headers"] = {"If-Match": f'"{version}"'}
            asked += ask(operation, mode, headers, more)
    assert asked > 150
    assert verify_chain() is None


@pytest.mark.django_db
def test_without_a_token_nothing_is_told(schema, world):
    """Every operation, asked by nobody: 401 in the form of a problem, whatever else is wrong with the question."""
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(FEW, max_examples=1)
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def ask(case):
            answer = case.call()
            assert answer.status_code == 401
            case.validate_response(answer)

        ask()
