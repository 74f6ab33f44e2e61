"""Reading the law files with a validator that names the file and the line of what is wrong.

PyYAML's node marks are kept, so that a wrong value is reported where it stands. A key nobody asked for is a mistake.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import yaml

from khuyencong.core.errors import DomainError

# The parser in C where PyYAML was built with it: the law files are read at every start, and it is ten times as fast.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_PERCENT = 100
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE = re.compile(r"[-+]?[0-9_]{1,30}")


class LawFileError(DomainError):
    """A law file that cannot be used; the sentence begins with the file and the line."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}, dòng {line}: {problem}")
        self.file = file
        self.line = line


def squeeze(text: str) -> str:
    """A text in NFC, every run of white space as one space: folded lines of a file read as one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def iso_day(text: str) -> date:
    """A day written YYYY-MM-DD and no other way that Python takes; ValueError otherwise."""
    if not _ISO_DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


class Item:
    """One mapping of a law file, read key by key; `finish()` refuses what was not asked for."""

    def __init__(self, file: str, node: yaml.Node) -> None:
        self.file = file
        self.node = node
        if not isinstance(node, yaml.MappingNode):
            raise self.error("phải là một bảng «khóa: giá trị».")
        self._values: dict[str, yaml.Node] = {}
        self._keys: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self.error("khóa phải là một từ.", at=key)
            if key.value in self._values:
                raise self.error(f"khóa «{key.value}» viết hai lần.", at=key)
            self._values[key.value] = value
            self._keys[key.value] = key
        self._asked: set[str] = set()

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def error(self, problem: str, *, key: str = "", at: yaml.Node | None = None) -> LawFileError:
        """The error to raise about this mapping, or about one of its keys."""
        node = at or (self._keys.get(key) if key else None) or self.node
        return LawFileError(self.file, int(node.start_mark.line) + 1, problem)

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value other than null."""
        return self._scalar(key) is not None

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text; required when there is no default. Returned in NFC, with spaces squeezed."""
        node = self._scalar(key)
        if node is None:
            if default is not None:
                return default
            raise self.error(f"thiếu «{key}».", key=key)
        squeezed = squeeze(node.value)
        if not squeezed and default is None:
            raise self.error(f"«{key}» để trống.", key=key)
        return squeezed

    def one_of(self, key: str, allowed: frozenset[str] | tuple[str, ...], *, default: str | None = None) -> str:
        value = self.text(key, default=default)
        if value not in allowed and value != default:
            raise self.error(f"«{key}: {value}» không có trong danh mục.", key=key)
        return value

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        node = self._scalar(key)
        if node is None and default is not None:
            return default
        if node is None:
            raise self.error(f"thiếu «{key}» (true hoặc false).", key=key)
        if node.tag != f"{_TAG}bool":
            raise self.error(f"«{key}» phải là true hoặc false.", key=key)
        return bool(node.value.lower() in {"true", "yes", "on"})

    def whole(self, key: str, *, low: int = 0, high: int = 10**15) -> int | None:
        """A whole number in the given range, or None when absent or null."""
        node = self._scalar(key)
        if node is None:
            return None
        if node.tag != f"{_TAG}int" or not _WHOLE.fullmatch(node.value):
            raise self.error(f"«{key}: {node.value}» phải là số nguyên.", key=key)
        number = int(node.value.replace("_", ""))
        if number < 0:
            raise self.error(f"«{key}: {node.value}» là số âm.", key=key)
        if number == 0 and low == 1:
            raise self.error(f"«{key}: {node.value}» phải lớn hơn 0.", key=key)
        if not low <= number <= high:
            raise self.error(f"«{key}: {node.value}» phải từ {low} đến {high}.", key=key)
        return number

    def day(self, key: str) -> date | None:
        """A day written YYYY-MM-DD, or None when null; the key itself must stand there."""
        if key not in self._values:
            raise self.error(f"thiếu «{key}» (ngày, hoặc null nếu chưa biết).", key=key)
        node = self._scalar(key)
        if node is None:
            return None
        try:
            return iso_day(node.value)
        except ValueError:
            raise self.error(f"«{key}: {node.value}» không phải ngày dạng YYYY-MM-DD.", key=key) from None

    def fraction(self, key: str, *, positive: bool = False) -> Fraction | None:
        """A number written 3, 1.5 or 3/2, not negative (nor zero where `positive`); None when absent or null."""
        node = self._scalar(key)
        if node is None:
            return None
        try:
            value = Fraction(node.value.replace("_", ""))
        except (ValueError, ZeroDivisionError):
            raise self.error(f"«{key}: {node.value}» không phải một số hay phân số.", key=key) from None
        if value < 0:
            raise self.error(f"«{key}: {node.value}» là số âm.", key=key)
        if positive and value == 0:
            raise self.error(f"«{key}: {node.value}» phải lớn hơn 0.", key=key)
        return value

    def percent(self, key: str, *, positive: bool = False) -> Fraction | None:
        """A share written as a percentage between 0 and 100 (30, 12.5), as a fraction of one."""
        value = self.fraction(key, positive=positive)
        if value is not None and value > _PERCENT:
            raise self.error(f"«{key}»: tỷ lệ vượt quá 100 %.", key=key)
        return None if value is None else value / _PERCENT

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty when the key is absent."""
        found = []
        for node in self._sequence(key):
            if not isinstance(node, yaml.ScalarNode):
                raise self.error(f"«{key}» phải là danh sách chữ.", at=node)
            found.append(squeeze(node.value))
        return tuple(found)

    def items(self, key: str) -> list[Item]:
        """A list of mappings, empty when the key is absent."""
        return [Item(self.file, node) for node in self._sequence(key)]

    def finish(self) -> None:
        """Refuse keys that nobody asked for: mostly a slip of the pen."""
        for key, node in self._keys.items():
            if key not in self._asked:
                raise self.error(f"khóa «{key}» không được biết tới.", at=node)

    def _sequence(self, key: str) -> Iterator[yaml.Node]:
        self._asked.add(key)
        node = self._values.get(key)
        if node is None or node.tag == f"{_TAG}null":
            return
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(f"«{key}» phải là danh sách.", key=key)
        yield from node.value

    def _scalar(self, key: str) -> yaml.ScalarNode | None:
        self._asked.add(key)
        node = self._values.get(key)
        if node is None or node.tag == f"{_TAG}null":
            return None
        if not isinstance(node, yaml.ScalarNode):
            raise self.error(f"«{key}» phải là một giá trị đơn.", key=key)
        return node


def read(path: Path) -> Item:
    """The top mapping of a YAML file. Raises LawFileError when the file cannot be read, is not YAML or is empty."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as wrong:
        line = int(wrong.problem_mark.line) + 1 if wrong.problem_mark else 1
        raise LawFileError(path.name, line, f"không đọc được YAML: {wrong.problem}.") from wrong
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as wrong:
        raise LawFileError(path.name, 1, "không đọc được: tệp phải là YAML mã hóa UTF-8.") from wrong
    if node is None:
        raise LawFileError(path.name, 1, "tệp trống.")
    return Item(path.name, node)
