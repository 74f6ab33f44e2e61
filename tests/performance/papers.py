"""What `make bench` measures of Word papers: one, and a batch of 500 as its page makes it, turn by turn."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from khuyencong.finance.models import Contract, ContractState
from khuyencong.papers.actions import make_paper
from khuyencong.papers.catalogue import FORMS
from khuyencong.papers.models import BatchItem, Paper, PaperBatch
from khuyencong.papers.packing import zip_of
from khuyencong.people.actors import actor_for
from khuyencong.people.models import Agency, User

MANY, IN_ONE = 500, 50
ONE_BUDGET, MANY_BUDGET = 200, 90_000  # milliseconds, the limits
ZIP_BUDGET = 10_000
OFFICER = "chuyenvien"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def paper_rows() -> list[dict[str, Any]]:
    """A row for one paper, one for 500 made by the page of a batch, one for their ZIP."""
    user = get_user_model().objects.get(username=OFFICER)
    actor = actor_for(user, origin="bench")
    if actor is None:
        raise SystemExit(f"{OFFICER} has no role.")
    form, contract = FORMS["hop-dong"], Contract.objects.exclude(state=ContractState.DRAFT).latest("pk")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    make_paper(form=form, key=str(contract.pk), by=actor, creation_key=uuid4())  # reads what is read once
    batches = [_batch(form.code, contract, actor.agency, user) for _ in range(MANY // IN_ONE)]

    def many() -> None:
        for batch in batches:
            while batch.runs:
                answer = client.post(f"{batch.get_absolute_url()}tiep/", {"version": batch.version})
                if answer.status_code != HTTPStatus.FOUND:
                    raise SystemExit(f"The batch was answered {answer.status_code}.")
                batch.refresh_from_db()
            if batch.items.exclude(told="").exists():
                raise SystemExit("Not every paper of the batch was made.")

    return [
        _measured(
            "Một giấy Word",
            lambda: make_paper(form=form, key=str(contract.pk), by=actor, creation_key=uuid4()),
            ONE_BUDGET,
        ),
        _measured(f"{MANY} giấy Word", many, MANY_BUDGET),
        _measured(f"ZIP của {MANY} giấy Word", lambda: [zip_of(batch) for batch in batches], ZIP_BUDGET),
    ]


def _batch(form: str, contract: Contract, agency: Agency, user: User) -> PaperBatch:
    """A batch takes each record once: here its items ask for the same contract, by keys that differ in their noughts."""
    batch = PaperBatch.objects.create(form=form, title="Đo", agency=agency, wanted=IN_ONE, made_by=user)
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, position=at, key="0" * at + str(contract.pk), label=f"Đo {at}")
        for at in range(1, IN_ONE + 1)
    )
    return batch


def _measured(name: str, act: Callable[[], Any], budget: int) -> dict[str, Any]:
    asked = {"queries": 0}

    def counting(execute: Callable[..., Any], *args: Any) -> Any:
        asked["queries"] += 1
        return execute(*args)

    with connection.execute_wrapper(counting):
        began, busy = time.perf_counter(), time.process_time()
        act()
        taken, worked = round((time.perf_counter() - began) * 1000, 2), time.process_time() - busy
    return {
        "name": f"{name} ({worked:.1f} giây CPU)".replace(".", ","),
        "database": connection.vendor,
        "rows": Paper.objects.count(),
        "median_ms": taken,
        "p95_ms": taken,
        "queries": asked["queries"],
        "budget_ms": budget,
    }
