"""The text of a rulebook: YAML that every reader reads alike, with the line of every value.

Accepted is the part of YAML that version 1.1 and 1.2 read equally: mappings, lists, plain words, numbers, `true`,
`false`, `null`, quoted text. Refused with a line number: aliases, anchors, tags, several documents, duplicate keys,
and plain scalars that one of the two versions would turn into something else (`no`, `2021-01-15`, `010`, `1e5`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG
from typing import Any

from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from earthprice import caps
from earthprice.errors import RulebookError

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
"""Plain words that YAML 1.1 and 1.2 read differently; looked for in words of at most `caps.DIGITS` letters."""
HOLDS = "lines of YAML such as 'key: value'"
YTTRIUM = ("y", "Y")
"""As a value a boolean of YAML 1.1; as a key it can only be the element."""
NUMBERLIKE = re.compile(r"[-+]?\.?[0-9]")
NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control letters, halves of letters and codes that stand for no letter: a screen or a workbook would obey or break."""


@dataclass(frozen=True)
class Source:
    """A parsed file: the tree of plain values and the line of each.

    Attributes:
        name: file name, for messages.
        tree: mappings, lists and scalars.
        lines: line of each path [1 = first].
        text: the file as it was read.
        folder: folder of the file; None for text that was in none.
    """

    name: str
    tree: Any
    lines: dict[Where, int]
    text: str = ""
    folder: Path | None = None

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
    """Read a file of at most `caps.BOOK_BYTES`.

    Raises:
        RulebookError: no such file, too large, empty, not UTF-8, or not the accepted part of YAML.
    """
    try:
        if not S_ISREG(path.stat().st_mode):
            raise RulebookError("no such file", where=str(path))
        with path.open("rb") as stream:
            raw = stream.read(caps.BOOK_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RulebookError("no such file", where=str(path)) from error
    except OSError as error:
        raise RulebookError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    except ValueError as error:
        raise RulebookError("not the name of a file", where=str(path)) from error
    if len(raw) > caps.BOOK_BYTES:
        raise _too_long(f"the file has {max(len(raw), path.stat().st_size):,} bytes", path.name)
    try:
        return replace(parse_yaml(raw.decode("utf-8-sig"), path.name), folder=path.resolve().parent)
    except UnicodeDecodeError as error:
        raise RulebookError(f"not UTF-8 text (byte {error.start})", where=path.name) from error


def _too_long(what: str, name: str) -> RulebookError:
    return RulebookError(what, where=name, accepted=f"a file of at most {caps.BOOK_BYTES:,} bytes")


def parse_yaml(text: str, name: str) -> Source:
    """Parse YAML text; see the module for what is accepted."""
    if len(text) > caps.BOOK_BYTES:
        raise _too_long(f"the text has {len(text):,} letters", name)
    if not text.strip():
        raise RulebookError("the file is empty", where=name, accepted=HOLDS)
    reader = _Reader(name)
    try:
        tree = reader.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulebookError(f"not YAML: {error.problem}", where=f"{name}:{line}") from error
    except (YAMLError, ValueError) as error:  # ruamel: a code outside Unicode is a ValueError
        raise RulebookError(f"not YAML: {str(error).splitlines()[0]}", where=name) from error
    return Source(name, tree, reader.lines, text)


class _Reader:
    """One pass over the events of a file: the tree and the line of every path, refused where it is not accepted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Where, int] = {}
        self.count = 0

    def document(self, events: Iterator[Event]) -> Any:
        """The one document of a file."""
        tree, documents = None, 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refuse("a second document (---)", event, accepted="one document a file")
            elif isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent, AliasEvent)):
                tree = self._value(event, events, ())
        if not documents:
            raise RulebookError("the file holds no values", where=self.name, accepted=HOLDS)
        return tree

    def _refuse(self, what: str, event: Event, path: Where = (), accepted: str = "") -> RulebookError:
        where = f"{self.name}:{event.start_mark.line + 1}" + (f": {dotted(path)}" if path else "")
        return RulebookError(what, where=where, accepted=accepted)

    def _value(self, event: Event, events: Iterator[Event], path: Where) -> Any:
        self._check(event, path)
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        return self._mapping(events, path) if isinstance(event, MappingStartEvent) else self._list(events, path)

    def _check(self, event: Event, path: Where) -> None:
        self.count += 1
        if self.count > caps.BOOK_VALUES:
            raise self._refuse(f"more than {caps.BOOK_VALUES:,} keys and values", event, accepted="a shorter file")
        if len(path) >= caps.BOOK_DEEP:
            raise self._refuse(f"lists or mappings nested more than {caps.BOOK_DEEP} deep", event)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            what = "anchors (&) and aliases (*) are not accepted"
            raise self._refuse(what, event, accepted="the value written out")
        if getattr(event, "tag", None):
            raise self._refuse("tags (!) are not accepted", event)

    def _list(self, events: Iterator[Event], path: Where) -> list[Any]:
        rows: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            rows.append(self._value(event, events, (*path, len(rows))))
        return rows

    def _mapping(self, events: Iterator[Event], path: Where) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            self._check(event, path)
            key = self._key(event, path) if isinstance(event, ScalarEvent) else None
            if not isinstance(key, str):
                raise self._refuse("a key must be a word (quote numbers)", event, path)
            if len(key) > caps.NAME:
                raise self._refuse(f"a key of {len(key):,} letters", event, path, f"at most {caps.NAME}")
            here = (*path, key)
            if key in tree:
                raise self._refuse(f"'{key}' is given twice, first in line {self.lines[here]}", event)
            self.lines[here] = event.start_mark.line + 1
            tree[key] = self._value(next(events), events, here)
        return tree

    def _key(self, event: ScalarEvent, path: Where) -> Any:
        return event.value if event.value in YTTRIUM else self._scalar(event, path)

    def _scalar(self, event: ScalarEvent, path: Where) -> Any:
        text: str = event.value
        if len(text) > caps.TEXT:
            raise self._refuse(f"a text of {len(text):,} letters", event, path, f"at most {caps.TEXT:,} letters")
        odd = NOT_TEXT.search(text)
        if odd:
            what = f"the letter U+{ord(odd[0]):04X} is not text"
            raise self._refuse(what, event, path, "letters, signs and line ends; no control codes")
        return text if event.style is not None else self._plain(text, event, path)

    def _plain(self, text: str, event: ScalarEvent, path: Where) -> Any:
        if text in WORDS:
            return WORDS[text]
        if len(text) > caps.DIGITS:
            if NUMBERLIKE.match(text) and " " not in text:
                what = f"a number or word of {len(text):,} letters that begins like a number"
                raise self._refuse(what, event, path, f"a number of at most {caps.DIGITS} digits, or text in quotes")
            return text
        if INTEGER.match(text):
            return int(text)
        if DECIMAL.match(text):
            return float(text)
        if TWO_WAYS.match(text) or text.lower() in WORDS:
            accepted = f"text in quotes ('{text}'), numbers as 12, 0.5 or 120000, true, false"
            raise self._refuse(f"readers of YAML 1.1 and 1.2 read {text} differently", event, path, accepted)
        return text
