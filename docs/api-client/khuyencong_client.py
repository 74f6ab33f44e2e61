"""A small client of the khuyencong API, made of the standard library alone: copy it and go on from here.

    KHUYENCONG_URL=https://khuyencong.example.vn KHUYENCONG_TOKEN=kc_… python khuyencong_client.py

It registers an establishment, opens a đề án for it, hands the đề án in and follows it until it is approved.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SECONDS = 30
PAUSE = 60  # seconds between two looks


class Refused(Exception):
    """The API said no: `problem` is what it said (RFC 9457), `problem["detail"]` a sentence for a person."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['title']}: {problem['detail']}")
        self.problem = problem


class Client:
    """Calls the API of one installation with the token of one system."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = url.rstrip("/"), token

    def get(self, path: str, **query: Any) -> Any:
        """Read. Raises Refused."""
        asked = f"?{urlencode(query)}" if query else ""
        return self._call("GET", f"{path}{asked}")

    def all_of(self, path: str, **query: Any) -> Iterator[Any]:
        """All rows of a list, page by page. Raises Refused."""
        page = self.get(path, **query)
        yield from page["items"]
        while page["next"]:
            page = self.get(path, **query, cursor=page["next"])
            yield from page["items"]

    def send(self, method: str, path: str, body: dict[str, Any], *, version: int | None = None, key: str = "") -> Any:
        """Write: `version` of the record as it was read, `key` the same whenever the same thing is sent again. Raises Refused."""
        data = json.dumps(body).encode()
        return self._call(method, path, data, "application/json", version=version, key=key)

    def upload(self, path: str, *, kind: str, name: str, content: bytes, version: int) -> Any:
        """Attach a file. Raises Refused."""
        line = uuid.uuid4().hex
        parts = (
            f'--{line}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'
            f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        data = parts.encode() + content + f"\r\n--{line}--\r\n".encode()
        return self._call("POST", path, data, f"multipart/form-data; boundary={line}", version=version)

    def _call(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        kind: str = "",
        *,
        version: int | None = None,
        key: str = "",
    ) -> Any:
        request = Request(f"{self.url}/api/v1{path}", data=data, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if kind:
            request.add_header("Content-Type", kind)
        if method == "POST":
            request.add_header("Idempotency-Key", key or uuid.uuid4().hex)
        if version is not None:
            request.add_header("If-Match", f'"{version}"')
        try:
            with urlopen(request, timeout=SECONDS) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise Refused(json.load(error)) from None


def register(client: Client, *, province: str, name: str) -> dict[str, Any]:
    """An establishment; sent again with the same key it is registered once."""
    body = {"name": name, "kind": "household", "province": province, "sector": "agro_processing", "workers": 8}
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{client.url}/{province}/{name}"))
    return client.send("POST", "/establishments", body, key=key)  # type: ignore[no-any-return]


def propose(client: Client, establishment: dict[str, Any], *, letter: bytes) -> dict[str, Any]:
    """A đề án of this year's local money for one machine, complete and handed in. `letter`: the scanned request (PDF)."""
    year = date.today().year
    last = date(year, 12, 31).isoformat()
    body = {
        "name": f"Hỗ trợ máy sấy cho {establishment['name']}",
        "source": "local",
        "kind": "single",
        "activity": "machinery",
        "sector": establishment["sector"],
        "year": year,
        "province": establishment["province"]["code"],
        "province_before": before["code"] if (before := establishment["province_before"]) else None,
    }
    project = client.send("POST", "/projects", body)
    path = f"/projects/{project['code']}"
    text = {
        "necessity": "Máy đang dùng cũ, hao nguyên liệu.",
        "aims": "Tăng năng suất, giảm hao hụt.",
        "scale": "Một máy sấy 500 kg mỗi mẻ.",
        "superior": "Tự giữ nhiệt, hao ít hơn máy cũ một phần ba.",
        "organisation": "Trung tâm lập hồ sơ; cơ sở mua, lắp và vận hành.",
        "effect_economic": "Năng suất tăng một phần ba.",
        "effect_social": "Thêm ba lao động.",
        "effect_environment": "Phế phẩm giảm một nửa.",
        "sustainability": "Cơ sở tự vận hành bằng doanh thu của mình.",
        "selection": "chosen",
        "starts_on": date.today().isoformat(),
        "ends_on": last,
        "work_items": [
            {"content": "Mua, lắp máy", "who": "Cơ sở", "starts_on": date.today().isoformat(), "ends_on": last},
        ],
        "indicators": [{"code": "jobs_new", "target": 3, "baseline": 0}],
    }
    project = client.send("PATCH", path, text, version=project["version"])
    chosen = {
        "establishment": establishment["id"],
        "commits_own_capital": True,
        "declares_no_other_support": True,
    }
    project = client.send("POST", f"{path}/beneficiaries", chosen, version=project["version"])
    line = {
        "content": "Máy sấy nông sản",
        "total": 400_000_000,
        "support": 150_000_000,
        "counterpart": 250_000_000,
        "beneficiary": project["beneficiaries"][0]["id"],
    }
    project = client.send("PUT", f"{path}/estimate", {"lines": [line]}, version=project["version"])
    project = client.upload(
        f"{path}/files", kind="request", name="cong-van.pdf", content=letter, version=project["version"]
    )
    return client.send("POST", f"{path}/submit", {}, version=project["version"])  # type: ignore[no-any-return]


def follow(client: Client, code: str, *, wait: Callable[[], None] = lambda: time.sleep(PAUSE)) -> list[str]:
    """The labels of all steps, once the đề án is approved or its road has ended; `wait` is called between two looks."""
    while client.get(f"/projects/{code}")["state"]["code"] not in {"approved", "returned", "rejected", "withdrawn"}:
        wait()
    return [event["label"] for event in client.get(f"/projects/{code}/events")]


def main() -> int:
    """The whole story, with the settings of the environment."""
    client = Client(os.environ["KHUYENCONG_URL"], os.environ["KHUYENCONG_TOKEN"])
    with open(os.environ["KHUYENCONG_LETTER"], "rb") as file:
        letter = file.read()
    try:
        establishment = register(client, province=os.environ["KHUYENCONG_PROVINCE"], name="Hộ kinh doanh Ví Dụ")
        project = propose(client, establishment, letter=letter)
        print(f"{project['code']}: {project['state']['name']}")
        print("\n".join(follow(client, project["code"])))
    except Refused as error:
        print(error, file=sys.stderr)
        for found in error.problem["findings"] + error.problem["mistakes"]:
            print(f"- {found['sentence']}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
