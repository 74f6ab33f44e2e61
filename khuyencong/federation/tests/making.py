"""Packages as another installation would send them, signed with a key of its own."""

import base64
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from khuyencong.federation import actions
from khuyencong.federation.keys import as_text, fingerprint
from khuyencong.federation.package import ALGORITHM, SCHEMA, read
from khuyencong.periods.content import canonical, digest
from khuyencong.reporting.figures import CODES, add_up

SENDER = Ed25519PrivateKey.from_private_bytes(b"khuyen-cong-thu-khuyen-cong-thu-")
PUBLIC = as_text(SENDER.public_key())
RECEIVER = ("national", "leader")


def row(*, province="25", source="local", activity="machinery", unit="phu-tho-centre", **values):
    """One row of a package; figures that are not named are 0, the total follows."""
    values = {"planned_projects": 2, "approved_projects": 2, "planned": 500, "approved": 400, **values}
    values.setdefault("total", values["approved"] + values.get("counterpart", 0))
    return [province, province, source, activity, unit, False, [values.get(code, 0) for code in CODES]]


def plain_package(*rows, number=1, key=SENDER, sign=True, **changes):
    """A whole package as data. `changes` are put in before it is signed: `content`, `checksums`, and all at the top."""
    rows = list(rows) or [row()]
    content = {
        "figures": list(CODES),
        "cells": rows,
        "document": "12/BC-VIDU",
        "document_on": "2026-01-20",
        "explanation": "",
        **changes.pop("content", {}),
    }
    total = add_up(tuple(one[6]) for one in content["cells"])
    package = {
        "schema": SCHEMA,
        "sender": {"code": "phu-tho", "name": "Sở Công Thương Phú Thọ"},
        "period": {"kind": "nam", "year": 2025, "number": 1},
        "closing_on": "2025-12-31",
        "version": number,
        "content": content,
        "checksums": {
            "content": digest(canonical(content)),
            "cells": len(content["cells"]),
            "total": dict(zip(CODES, total, strict=True)),
            **changes.pop("checksums", {}),
        },
        **changes,
    }
    if sign:
        value = base64.b64encode(key.sign(canonical(package).encode())).decode()
        name = fingerprint(as_text(key.public_key()))
        package["signature"] = {"algorithm": ALGORITHM, "key": name, "value": value}
    return package


def package(*rows, **more):
    return read(plain_package(*rows, **more))


def trust(world, agency="phu-tho", *, by=("national", "administrator"), public_key=PUBLIC, **more):
    """The key of the sender, taken down at the national agency."""
    return actions.trust_key(
        by=world.actor(*by), creation_key=more.pop("key", None) or uuid4(), agency=world.agencies[agency], sender_code=more.pop("code", ""),
        public_key=public_key, compared_with="Bà Thử Nghiệm, điện thoại 30/11", **more,
    )  # fmt: skip


def received(world, *rows, by=("national", "officer"), **more):
    return actions.receive_package(by=world.actor(*by), package=package(*rows, **more), how="tệp thử")


def accepted(world, found, *, by=RECEIVER, note=""):
    found.refresh_from_db()
    return actions.accept_package(package_id=found.pk, by=world.actor(*by), version=found.version, note=note)
