"""Recorded answers of other systems, played in the place of the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from khuyencong.core.outside import Answer, Question, answered_by


class Recorded:
    """Plays a JSON file: a list of {"method", "address", "status", "body"}, each as often as it is asked for.

    `asked` are the questions in their order; one that was not recorded fails the test.
    """

    def __init__(self, path: Path) -> None:
        rows = json.loads(path.read_text(encoding="utf-8"))
        self.answers = {(row["method"], row["address"]): row for row in rows}
        self.asked: list[Question] = []

    def __call__(self, question: Question) -> Answer:
        self.asked.append(question)
        row = self.answers[question.method, question.address]
        body = row["body"]
        return Answer(row["status"], {}, (body if isinstance(body, str) else json.dumps(body)).encode())


@contextmanager
def recorded(test_file: str, name: str) -> Iterator[Recorded]:
    """Answers from `recorded/<name>.json` beside the test."""
    played = Recorded(Path(test_file).parent / "recorded" / f"{name}.json")
    with answered_by(played):
        yield played
