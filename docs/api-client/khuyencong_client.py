r"""A small client of the khuyencong API, made of the standard library alone: copy it and go on from here.

    KHUYENCONG_URL=https://khuyencong.example.vn KHUYENCONG_TOKEN=kc_… KHUYENCONG_PROVINCE=82 \
        KHUYENCONG_PROVINCE_BEFORE=87@2025 KHUYENCONG_LETTER=cong-van.pdf python khuyencong_client.py

It registers an establishment, opens a đề án for it, hands the đề án in and follows it until it is approved. Started again
after it was stopped, it goes on where it was: each thing is sent under a key that is made from what it is.
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
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

SECONDS = 30
PAUSE = 60  # seconds between two looks
TRIES, LONGEST_WAIT = 5, 120  # of one question; seconds that are waited before the next try
AGAIN = {429, 503}  # too often; busy: the answer says how many seconds to wait
UNDER_WAY = {"draft", "submitted", "base_appraised", "central_appraised"}


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

    def upload(self, path: str, *, kind: str, name: str, content: bytes, version: int, key: str = "") -> Any:
        """Attach a file. Raises Refused."""
        line = uuid.uuid4().hex
        parts = (
            f'--{line}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'
            f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        data = parts.encode() + content + f"\r\n--{line}--\r\n".encode()
        return self._call("POST", path, data, f"multipart/form-data; boundary={line}", version=version, key=key)

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
        for left in reversed(range(TRIES)):
            try:
                with urlopen(request, timeout=SECONDS) as answer:
                    return json.load(answer)
            except HTTPError as error:
                if error.code in AGAIN and left:
                    time.sleep(min(int(error.headers.get("Retry-After", "5")), LONGEST_WAIT))
                    continue
                raise Refused(_problem(error)) from None
            except URLError:
                # Nobody was reached, or the answer was lost: what has a key, or only reads, may be asked again.
                if method not in {"GET", "POST"} or not left:
                    raise
                time.sleep(5)
        raise AssertionError("the last try returns or raises")


def _problem(error: HTTPError) -> dict[str, Any]:
    """What the API says; of something in between (a proxy) that is no JSON, its status."""
    try:
        found = json.load(error)
    except ValueError:
        found = None
    if isinstance(found, dict) and "detail" in found:
        return found
    return {"title": f"HTTP {error.code}", "detail": error.reason, "status": error.code, "findings": [], "mistakes": []}


def _key(*parts: object) -> str:
    """The same key whenever the same thing is sent."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


def register(client: Client, *, province: str, province_before: str, name: str) -> dict[str, Any]:
    """An establishment; sent again with the same key it is registered once.

    `province_before`: the province before 01/07/2025 in which it lies (`87@2025`), whose norms may hold on; "" where there is none.
    """
    body = {"name": name, "kind": "household", "province": province, "sector": "agro_processing", "workers": 8}
    if province_before:
        body["province_before"] = province_before
    key = _key(client.url, province, province_before, name)
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
    made = client.send("POST", "/projects", body, key=_key(client.url, "project", establishment["id"], year))
    path = f"/projects/{made['code']}"
    project = client.get(path)  # a key that was used before tells how it stood then
    if project["state"]["code"] != "draft":
        return project  # type: ignore[no-any-return]
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
    if not project["beneficiaries"]:
        key = _key(client.url, path, "beneficiary", project["version"])
        project = client.send("POST", f"{path}/beneficiaries", chosen, version=project["version"], key=key)
    line = {
        "content": "Máy sấy nông sản",
        "total": 400_000_000,
        "support": 150_000_000,
        "counterpart": 250_000_000,
        "beneficiary": project["beneficiaries"][0]["id"],
    }
    project = client.send("PUT", f"{path}/estimate", {"lines": [line]}, version=project["version"])
    if not project["files"]:
        key = _key(client.url, path, "letter", project["version"])
        project = client.upload(
            f"{path}/files",
            kind="request",
            name="cong-van.pdf",
            content=letter,
            version=project["version"],
            key=key,
        )
    key = _key(client.url, path, "submit", project["version"])
    return client.send("POST", f"{path}/submit", {}, version=project["version"], key=key)  # type: ignore[no-any-return]


def follow(client: Client, code: str, *, wait: Callable[[], None] = lambda: time.sleep(PAUSE)) -> list[str]:
    """The labels of all steps, once nobody has to appraise or approve it any more; `wait` is called between two looks.

    It may have gone further between two looks: approved, returned, under contract, stopped.
    """
    while client.get(f"/projects/{code}")["state"]["code"] in UNDER_WAY:
        wait()
    return [event["label"] for event in client.get(f"/projects/{code}/events")]


def main() -> int:
    """The whole story, with the settings of the environment."""
    client = Client(os.environ["KHUYENCONG_URL"], os.environ["KHUYENCONG_TOKEN"])
    with open(os.environ["KHUYENCONG_LETTER"], "rb") as file:
        letter = file.read()
    try:
        establishment = register(
            client,
            province=os.environ["KHUYENCONG_PROVINCE"],
            province_before=os.environ.get("KHUYENCONG_PROVINCE_BEFORE", ""),
            name="Hộ kinh doanh Ví Dụ",
        )
        project = propose(client, establishment, letter=letter)
        print(f"{project['code']}: {project['state']['name']}")
        print("\n".join(follow(client, project["code"])))
    except Refused as error:
        print(error, file=sys.stderr)
        for found in error.problem["findings"] + error.problem["mistakes"]:
            print(f"- {found['sentence']}", file=sys.stderr)
        return 1
    except URLError as error:
        print(f"Không gọi được {client.url}: {error.reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
