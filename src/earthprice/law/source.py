"""The text of a rulebook: YAML that every reader reads alike, with the line of every value.

Accepted is the part of YAML that version 1.1 and 1.2 read equally: mappings, lists, plain words, numbers, `true`,
`false`, `null`, quoted text. Refused with a line number: aliases, anchors, tags, several documents, duplicate keys,
and plain scalars that one of the two versions would turn into something else (`no`, `2021-01-15`, `010`, `1e5`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from earthprice.errors import RulebookError

MOST_BYTES = 2_000_000
"""A rulebook is read by people; a longer file is a mistake."""

MOST_DEEP = 30
"""A rulebook nests about ten deep."""

Where = tuple[str | int, ...]
"""Path of a value in the tree: keys of mappings, positions in lists."""

INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
TWO_WAYS = re.compile(
    r"(?:y|n|yes|no|on|off|=|<<)\Z"  # booleans and merge keys of YAML 1.1
    r"|[-+]?[0-9][0-9_,:]*[0-9_:]\Z"  # 010, 1_000, 12:30
    r"|[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:[eE][-+]?[0-9]+)?\Z"  # 1e5, .5
    r"|[-+]?0[xob][0-9a-fA-F_]+\Z|[-+]?\.(?:inf|nan)\Z"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Source:
    """A parsed file: the tree of plain values and the line of each.

    Attributes:
        name: file name, for messages.
        tree: mappings, lists and scalars.
        lines: line of each path [1 = first].
        text: the file as it was read.
    """

    name: str
    tree: Any
    lines: dict[Where, int]
    text: str = ""

    def where(self, path: Where) -> str:
        """`file.yaml:37: articles[5].measures.fine`: the line of the deepest part of `path` that exists."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return f"{self.name}:{self.lines.get(known, 1)}: {dotted(path)}".removesuffix(": ")


def dotted(path: Where) -> str:
    """A path as words: `articles[5].measures.fine`."""
    words = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return words.removeprefix(".")


def read(path: Path) -> Source:
    """Read a file of at most `MOST_BYTES`.

    Raises:
        RulebookError: no such file, too large, empty, not UTF-8, or not the accepted part of YAML.
    """
    if not path.is_file():
        raise RulebookError("no such file", where=str(path))
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise RulebookError(
            f"the file has {size:,} bytes", where=path.name, accepted=f"a rulebook of at most {MOST_BYTES:,} bytes"
        )
    try:
        return parse(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError as error:
        raise RulebookError(f"not UTF-8 text (byte {error.start})", where=path.name) from error


def parse(text: str, name: str) -> Source:
    """Parse YAML text; see the module for what is accepted."""
    if not text.strip():
        raise RulebookError("the file is empty", where=name, accepted="a mapping that starts with 'format:'")
    yaml = YAML(typ="safe", pure=True)
    try:
        _refuse_events(yaml, text, name)
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulebookError(f"not YAML: {error.problem}", where=f"{name}:{line}") from error
    except YAMLError as error:
        raise RulebookError(f"not YAML: {str(error).splitlines()[0]}", where=name) from error
    if node is None:
        raise RulebookError("the file holds no values", where=name, accepted="a mapping that starts with 'format:'")
    lines: dict[Where, int] = {}
    return Source(name, _walk(node, (), lines, name), lines, text)


def _refuse_events(yaml: YAML, text: str, name: str) -> None:
    documents = depth = 0
    for event in yaml.parse(text):
        line = event.start_mark.line + 1
        depth += isinstance(event, (MappingStartEvent, SequenceStartEvent))
        depth -= isinstance(event, (MappingEndEvent, SequenceEndEvent))
        if depth > MOST_DEEP:
            raise RulebookError(f"lists or mappings nested more than {MOST_DEEP} deep", where=f"{name}:{line}")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            what = "anchors (&) and aliases (*) are not accepted"
            raise RulebookError(what, where=f"{name}:{line}", accepted="the value written out")
        if getattr(event, "tag", None):
            raise RulebookError("tags (!) are not accepted", where=f"{name}:{line}")
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise RulebookError("a second document (---)", where=f"{name}:{line}", accepted="one document a file")


def _walk(node: Node, path: Where, lines: dict[Where, int], name: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, ScalarNode):
        return _scalar(node, path, name)
    if isinstance(node, SequenceNode):
        return [_walk(item, (*path, i), lines, name) for i, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    tree: dict[str, Any] = {}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        key = _scalar(key_node, path, name) if isinstance(key_node, ScalarNode) else None
        if not isinstance(key, str):
            raise RulebookError("a key must be a word (quote numbers)", where=f"{name}:{line}: {dotted(path)}")
        here = (*path, key)
        if key in tree:
            first = lines[here]
            raise RulebookError(f"'{key}' is given twice, first in line {first}", where=f"{name}:{line}")
        lines[here] = line
        tree[key] = _walk(value, here, lines, name)
    return tree


def _scalar(node: ScalarNode, path: Where, name: str) -> Any:
    text: str = node.value
    if node.style is not None:
        return text
    if text in WORDS:
        return WORDS[text]
    if INTEGER.match(text):
        return int(text)
    if DECIMAL.match(text):
        return float(text)
    if TWO_WAYS.match(text) or text.lower() in WORDS:
        raise RulebookError(
            f"readers of YAML 1.1 and 1.2 read {text} differently",
            where=f"{name}:{node.start_mark.line + 1}: {dotted(path)}",
            accepted=f"text in quotes ('{text}'), numbers as 12, 0.5 or 120000, true, false",
        )
    return text
