"""The little language of a Word template: fields, «for» over lists, «if», and six filters. Nothing else.

Agencies upload templates, so a template is not trusted: whatever goes through the environment is read as a tree and anything else in
it is refused, and a field leads to a value of the data and never to an attribute of a Python object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, Template, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from khuyencong.core.errors import Refused
from khuyencong.core.money import NOTHING

LOOP = frozenset({"index", "first", "last", "length"})
_YES, _NO = "có", "không"
_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
)
_ONLY = "Mẫu chỉ được dùng trường, «for» qua danh sách, «if» và các bộ lọc {filters}"
_TAG = re.compile(r"<[^>]*>")
_SHOWN = 80


class Missing(ChainableUndefined):
    """What the data does not have: a dash on the paper, nothing to go through, and false in a question."""

    def __str__(self) -> str:
        return NOTHING

    def __html__(self) -> str:
        return NOTHING


def _shown(value: object) -> object:
    """How a value stands on the paper; the underscore is written so that no filler takes it for a mark of its own."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, (str, int)) and not isinstance(value, Markup):
        return Markup(str(escape(value)).replace("_", "&#95;"))  # noqa: S704  # escaped the moment before
    if value is None or isinstance(value, (Mapping, list, tuple)):
        return NOTHING
    return value


def _of_text(change: Callable[[str], str]) -> Callable[[object], object]:
    return lambda value: change(value) if isinstance(value, str) else value


def _join(value: object, between: str = ", ") -> object:
    if not isinstance(value, (list, tuple)):
        return value
    return str(between).join(one if isinstance(one, str) else str(_shown(one)) for one in value)


FILTERS: dict[str, Callable[..., object]] = {
    "upper": _of_text(str.upper),
    "lower": _of_text(str.lower),
    "capitalize": _of_text(lambda text: text[:1].upper() + text[1:]),
    "join": _join,
    "length": lambda value: len(value) if isinstance(value, (str, list, tuple)) else 0,
    "default": lambda value, other="": other if isinstance(value, Missing) or value == "" else value,
}


class Narrow(ImmutableSandboxedEnvironment):
    """The only environment in which templates of papers are compiled. Refused, with a sentence, for anything more."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=Missing, finalize=_shown)
        self.globals.clear()
        self.tests.clear()
        self.filters = dict(FILTERS)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except TemplateSyntaxError as error:
            raise Refused(f"Mẫu viết sai ở gần «{_near(source, error.lineno)}»: ngoặc hoặc thẻ không khớp.") from None
        refuse_more(tree)
        return tree

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Template:
        """The compiled template; the same source, which the papers of a batch have, is compiled once."""
        del args, kwargs  # docxtpl gives none
        return _compiled(source)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of the data, or where a loop stands; never an attribute of an object."""
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute) if attribute in LOOP else self.undefined(name=attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A field of a mapping or one of a list."""
        if isinstance(obj, Mapping):
            return obj.get(argument, self.undefined(name=str(argument)))
        if isinstance(obj, (list, tuple)) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(name=str(argument))


# The one there is.
LANGUAGE = Narrow()


@lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    return ImmutableSandboxedEnvironment.from_string(LANGUAGE, source)


def _near(source: str, line: int) -> str:
    lines = source.splitlines()
    text = _TAG.sub("", lines[min(line, len(lines)) - 1]) if lines else ""
    return text.strip()[:_SHOWN]


def refuse_more(tree: nodes.Template) -> None:
    """Refused for anything in the tree but fields, loops over fields, questions and the known filters."""
    for node in _walk(tree):
        if not isinstance(node, _NODES):
            filters = ", ".join(sorted(FILTERS))
            raise Refused(f"{_ONLY.format(filters=filters)}; không dùng được «{type(node).__name__.lower()}».")
        if isinstance(node, nodes.Filter):
            _refuse_filter(node)
        elif isinstance(node, nodes.Output) and any(isinstance(one, nodes.Const) for one in node.nodes):
            raise Refused("Mẫu có {{ … }} không phải trường: chữ cố định hãy viết thẳng vào mẫu.")
        elif isinstance(node, nodes.Operand) and node.op not in {"eq", "ne"}:
            raise Refused("Mẫu chỉ được so sánh bằng (==) hoặc khác (!=).")
        elif _named(node).startswith("_"):
            raise Refused(f"Tên trường trong mẫu không bắt đầu bằng gạch dưới: «{_named(node)[:_SHOWN]}».")
    _refuse_loops(tree, frozenset())


def _refuse_filter(node: nodes.Filter) -> None:
    if node.name not in FILTERS:
        raise Refused(f"Mẫu dùng bộ lọc không có: «{node.name}». Chỉ có: {', '.join(sorted(FILTERS))}.")
    if node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise Refused(f"Bộ lọc «{node.name}» trong mẫu được viết theo cách không dùng được.")


def _named(node: nodes.Node) -> str:
    """The name that a field leads to; "" for what is no field. Refused for a place that is itself reckoned."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Getitem):
        if not isinstance(node.arg, nodes.Const):
            raise Refused("Trong ngoặc vuông của mẫu chỉ được viết số thứ tự hoặc tên trường.")
        return str(node.arg.value)
    return ""


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _refuse_loops(node: nodes.Node, rows: frozenset[str]) -> None:
    """A loop inside another goes through a list of the outer row: so the work grows with the data and never with its square."""
    if isinstance(node, nodes.For):
        root = _path(node.iter).partition(".")[0]
        if not root or not isinstance(node.target, nodes.Name) or node.recursive:
            raise Refused("«for» trong mẫu phải có dạng: for dòng in danh_sách.")
        if rows and root not in rows:
            raise Refused(f"«for» nằm trong «for» khác phải đi qua danh sách của dòng ngoài, không phải «{root}».")
        rows |= {node.target.name}
    for child in node.iter_child_nodes():
        _refuse_loops(child, rows)


def _path(node: nodes.Node) -> str:
    """`paper.organ` of a plain field, "" for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        base = _path(node.node)
        return f"{base}.{node.attr}" if base else ""
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        base = _path(node.node)
        return f"{base}.{node.arg.value}" if base else ""
    return ""


# Stands for what the sample says nothing of: an empty list, a missing figure.
_ANYTHING = object()
_LOOP_SHAPE: Mapping[str, Any] = dict.fromkeys(sorted(LOOP), _ANYTHING)


def strange_fields(tree: nodes.Template, sample: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The fields that data of the shape of `sample` does not have, and those that are a list where a text is wanted, or the reverse."""
    found = _Looking()
    found.look(tree, dict(sample))
    return found.unknown, found.misused


class _Looking:
    """Follows every field of a template through the sample."""

    def __init__(self) -> None:
        self.unknown: set[str] = set()
        self.misused: set[str] = set()

    def look(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, scope)
        elif isinstance(node, nodes.Output):
            for one in node.nodes:
                if isinstance(self._value(one, scope), (Mapping, list, tuple)) and _path(one):
                    self.misused.add(_path(one))
        elif isinstance(node, (nodes.Name, nodes.Getattr, nodes.Getitem)):
            self._value(node, scope)
        else:
            for child in node.iter_child_nodes():
                self.look(child, scope)

    def _loop(self, node: nodes.For, scope: dict[str, Any]) -> None:
        rows = self._value(node.iter, scope)
        if rows is not _ANYTHING and not isinstance(rows, (list, tuple)):
            self.misused.add(_path(node.iter))
        inner = {**scope, "loop": _LOOP_SHAPE, node.target.name: _row(rows)}  # type: ignore[attr-defined]  # a Name: refuse_more has asked
        for child in node.body:
            self.look(child, inner)
        for child in [*node.else_, *([node.test] if node.test else [])]:
            self.look(child, inner)

    def _value(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        if isinstance(node, nodes.Name):
            if node.name not in scope:
                self.unknown.add(node.name)
            return _known(scope.get(node.name, _ANYTHING))
        if isinstance(node, nodes.Getattr):
            return self._part(node, node.attr, scope)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            return self._part(node, node.arg.value, scope)
        for child in node.iter_child_nodes():
            self.look(child, dict(scope))
        return _ANYTHING

    def _part(self, node: nodes.Getattr | nodes.Getitem, key: object, scope: Mapping[str, Any]) -> Any:
        of = self._value(node.node, scope)
        if of is _ANYTHING:
            return _ANYTHING
        if isinstance(of, Mapping) and key in of:
            return _known(of[key])
        if isinstance(of, (list, tuple)) and isinstance(key, int):
            return _known(of[key]) if -len(of) <= key < len(of) else _row(of)
        self.unknown.add(_path(node) or str(key))
        return _ANYTHING


def _known(value: Any) -> Any:
    return _ANYTHING if value is None or isinstance(value, Missing) else value


def _row(rows: Any) -> Any:
    """One row with the fields of all of them: not every row of a sample has every field filled."""
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        return _ANYTHING
    if all(isinstance(one, Mapping) for one in rows):
        merged: dict[str, Any] = {}
        for one in rows:
            merged |= {key: value for key, value in one.items() if key not in merged or merged[key] in (None, [])}
        return merged
    return _known(rows[0])
