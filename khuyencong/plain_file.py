"""Reads a small file of plain data, JSON or YAML, that a person hands to a command."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from khuyencong.core.money import format_dong
from khuyencong.core.text import shown

STDIN = "-"
LARGEST_FILE = 1_000_000
LONGEST_NAME = 500


class CaseError(Exception):
    """A file that cannot be used; `sentences` are Vietnamese, one for each mistake."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def read_plain(name: str) -> object:
    """What the file says, or standard input for "-": mappings, lists, texts, numbers. Raises CaseError."""
    return _parsed(_text_of(name), name)


def _text_of(name: str) -> str:
    """The text of a file that is not too large. Raises CaseError."""
    try:
        if name == STDIN:
            raw = sys.stdin.buffer.read(LARGEST_FILE + 1) if sys.stdin else b""
        else:
            with Path(name).open("rb") as file:
                raw = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise CaseError(f"Không có tệp {shown(name, LONGEST_NAME)}.") from None
    except (OSError, ValueError):  # a folder, no permission, a name that no system takes
        raise CaseError(f"Không đọc được tệp {shown(name, LONGEST_NAME)}.") from None
    if len(raw) > LARGEST_FILE:
        raise CaseError(f"Tệp lớn hơn {format_dong(LARGEST_FILE)} byte.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CaseError("Tệp không phải là văn bản UTF-8.") from None


def _parsed(text: str, name: str) -> object:
    """What JSON or YAML says. What begins like JSON is JSON, whatever the file is called, unless it is called YAML."""
    is_json = text.lstrip()[:1] in {"{", "["} and Path(name).suffix.lower() not in {".yaml", ".yml"}
    try:
        return json.loads(text, object_pairs_hook=_once_each) if is_json else _yaml(text)
    except json.JSONDecodeError as error:
        raise CaseError(f"Tệp không phải JSON đúng dạng: dòng {error.lineno}, cột {error.colno}.") from None
    except (ValueError, RecursionError):
        raise CaseError("Không đọc được nội dung của tệp: phải là JSON hoặc YAML.") from None


def _once_each(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    """The pairs as a mapping; of two values of one key nobody knows which one is meant. Raises CaseError."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise CaseError(f"Khóa «{shown(key)}» viết hai lần.")
        found[key] = value
    return found


class _Loader(yaml.SafeLoader):
    """YAML as plain as JSON: no references, which a few lines blow up, no tags, and days stay as they are written."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's own
        if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem_mark=event.start_mark)
        return super().compose_node(parent, index)


# What is no number, truth value or null of these forms is text: `on` and `yes` are words, 010 is no eight.
_SCALARS: dict[str, tuple[str, str, Callable[[str], object]]] = {
    "null": (r"~|null|", "~n", lambda _: None),
    "bool": (r"true|True|false|False", "tTfF", lambda text: text.lower() == "true"),
    "int": (r"[-+]?(?:0|[1-9][0-9_]*)", "-+0123456789", lambda text: int(text.replace("_", ""))),
    "float": (r"[-+]?[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?", "-+0123456789", float),
}
_Loader.yaml_implicit_resolvers = {}
for _name, (_form, _first, _) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_form})$"), [*_first, ""])


def _yaml(text: str) -> object:
    try:
        node = yaml.compose(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = f": dòng {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise CaseError(f"Tệp không phải JSON hay YAML đúng dạng{line}.") from None
    except yaml.YAMLError:
        raise CaseError("Tệp không phải JSON hay YAML đúng dạng.") from None
    return None if node is None else _plain(node)


def _plain(node: yaml.Node) -> object:
    """What a piece of YAML says, as JSON would say it."""
    if isinstance(node, yaml.MappingNode):
        return _once_each((_key(key), _plain(value)) for key, value in node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one) for one in node.value]
    known = _SCALARS.get(node.tag.rpartition(":")[2])
    return known[2](node.value) if known else node.value


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise CaseError(f"Khóa ở dòng {node.start_mark.line + 1} phải là một từ.")
    return str(node.value)
