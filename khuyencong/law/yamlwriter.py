"""Writing law files: a document as `regulations/*.yaml` has it, and a shipped file with what has changed since.

What is written here loads again with `law.regulations.load_regulations` and gives the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import yaml

from khuyencong.law.values import NATIONAL, Document, Norm, Tier

_PERCENT = 100
_WIDTH = 118


class _Number(str):
    """A number that is written as it stands."""

    __slots__ = ()


class _OneLine(dict[str, Any]):
    """A mapping written as {key: value, …}."""


class _Dumper(yaml.SafeDumper):
    """The look of the shipped files: list items set in, amounts with their thousands apart."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  PyYAML's own signature
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:
        """Two equal days are written twice, not as a mark and a reference to it."""
        del data
        return True


_Dumper.add_representer(int, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:int", f"{value:_}"))
_Dumper.add_representer(_Number, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value)))
_Dumper.add_representer(
    _OneLine,
    lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True),
)


def document_text(document: Document) -> str:
    """A document with its norms as one law file. Other sections are not written: users enter norms only."""
    head: dict[str, Any] = {
        "number": document.number,
        "kind": document.kind,
        "title": document.title,
        "issuer": document.issuer,
        "issued_on": document.issued_on,
        "from": document.valid_from,
        "to": document.valid_to,
        "scope": document.scope or NATIONAL,
    }
    if document.based_on:
        head["based_on"] = document.based_on
    if document.replaces:
        head["replaces"] = list(document.replaces)
    head["source"] = document.source
    if document.note:
        head["note"] = document.note
    return _dump(head) + (f"\nnorms:\n{_norm_lines(document.norms, document)}" if document.norms else "")


def changed_text(text: str, before: Document, after: Document) -> str:
    """The file `text` of the document `before`, brought to what `after` says of its last day and its norms.

    Comments, the other sections and the norms that did not change stay as they were written.
    """
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise TypeError("a law file is a mapping")
    nodes = {key.value: value for key, value in root.value}
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    norms = nodes.get("norms")
    if isinstance(norms, yaml.SequenceNode) and norms.value:
        _change_norms(lines, norms, before, after)
    elif after.norms:
        kept = [line for line in lines if line.rstrip() not in {"norms:", "norms: []", "norms: null"}]
        lines[:] = [*kept, "\nnorms:\n", _norm_lines(after.norms, after)]
    if after.valid_to != before.valid_to:
        mark = nodes["to"].start_mark
        lines[mark.line] = f"{lines[mark.line][: mark.column]}{after.valid_to or 'null'}\n"
    return "".join(lines)


def _change_norms(lines: list[str], node: yaml.SequenceNode, before: Document, after: Document) -> None:
    """Put each norm of `after` where its predecessor stood, take out what is gone, add what is new at the end."""
    starts = [int(item.start_mark.line) for item in node.value]
    ends = [*starts[1:], min(int(node.end_mark.line), len(lines))]
    left = list(after.norms)
    texts: list[str] = []
    for old, start, end in zip(before.norms, starts, ends, strict=True):
        written = "".join(lines[start:end])
        body = written.rstrip("\n")
        while body.rpartition("\n")[2].strip().startswith("#") or not body.rpartition("\n")[2].strip():
            body = body.rpartition("\n")[0]
        behind = written[len(body) :].removeprefix("\n")  # blank lines and comments belong to what follows
        new = next((one for one in left if one.activity == old.activity and _begins_with(one, old)), None)
        if new is None:
            texts.append(behind)
            continue
        left.remove(new)
        follows = old.valid_to == before.valid_to and new.valid_to == after.valid_to
        unchanged = new.document_id == before.id and (follows or new.valid_to == old.valid_to)
        texts.append((f"{body}\n" if unchanged else _norm_lines([new], after)) + behind)
    texts.append(_norm_lines(left, after) if left else "")
    lines[starts[0] : ends[-1]] = ["".join(texts)]
    # The last day stands above the norms, so its line has not moved.


def _begins_with(new: Norm, old: Norm) -> bool:
    return new.valid_from == old.valid_from or new.document_id != old.document_id


def _norm_lines(norms: Iterable[Norm], document: Document) -> str:
    """List items for norms, as they stand under `norms:` of the file of `document`."""
    text = _dump([_norm(one, document) for one in norms])
    return "".join(f"  {line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _norm(norm: Norm, document: Document) -> dict[str, Any]:
    """One norm as a mapping, in the order of the shipped files; what has its default value is left out."""
    row: dict[str, Any] = {"activity": norm.activity, **_values(norm), "unit": norm.unit}
    if norm.cost_base:
        row["cost_base"] = norm.cost_base
    row["article"] = norm.article
    if norm.valid_from != document.valid_from:
        row["from"] = norm.valid_from
    if norm.valid_to != document.valid_to:
        row["to"] = norm.valid_to
    row["verified"] = norm.verified
    optional: dict[str, Any] = {
        "recoverable": norm.recoverable,
        "by_price": norm.by_price,
        "common": norm.common,
        "pending": norm.pending,
        "note": norm.note,
        "tier_by": norm.tier_by,
        "tiers": [_tier(one) for one in norm.tiers],
    }
    return row | {key: value for key, value in optional.items() if value}


def _tier(tier: Tier) -> _OneLine:
    bounds = {"above": tier.above, "up_to": tier.up_to}
    return _OneLine(
        {"name": tier.name} | _values(tier) | {key: value for key, value in bounds.items() if value is not None}
    )


def _values(values: Norm | Tier) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if values.rate is not None:
        found["rate"] = _percent(values.rate)
    if values.cap is not None:
        found["cap"] = values.cap
    return found


def _percent(share: Fraction) -> int | str:
    """A share as the files have it: 30, 12.5, or 100/3 where no decimal number is exact."""
    value = share * _PERCENT
    if value.denominator == 1:
        return value.numerator
    whole, hundredths = divmod(value * _PERCENT, _PERCENT)
    if hundredths.denominator == 1:
        return _Number(f"{whole}.{hundredths.numerator:02d}".rstrip("0"))
    return str(value)


def _dump(value: dict[str, Any] | Sequence[dict[str, Any]]) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
