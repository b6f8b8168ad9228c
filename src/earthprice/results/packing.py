"""Results of a study as bytes and back, to the bit, without running anything that the bytes say.

The form is NumPy's npz without pickles: an array of text that says how the parts hang together, and one array for each
kind of number that holds them all, end to end. Only numbers, text, lists, dictionaries and the study's own nouns fit;
anything else is refused when it is packed. A dictionary of rows of one kind and length is told as one array: a thousand
told one by one take ten times as long.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args, get_type_hints

import numpy as np

from earthprice.study.ensemble import Pair

TREE = "tree"
KINDS = "biufc"
"""Kinds of array that can be packed: NumPy's letters."""


class UnpackableError(TypeError):
    """A value that has no form in bytes here."""


def pack(value: Any) -> bytes:
    """A value as bytes.

    Args:
        value: numbers, text, None, arrays of numbers, lists, tuples, dictionaries, and what a `Pair` is made of.

    Raises:
        UnpackableError: something else; a name that is no text.
    """
    parts = _Parts()
    tree = _tree(value, parts)
    arrays = {kind: np.concatenate(rows) for kind, rows in parts.rows.items()}
    text = np.frombuffer(json.dumps(tree, separators=(",", ":")).encode(), np.uint8)
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **{TREE: text}, **arrays)
    return stream.getvalue()


def unpack(content: bytes) -> Any:
    """The value of bytes that `pack` made.

    Raises:
        ValueError: they are not.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        return _value(json.loads(arrays.pop(TREE).tobytes()), arrays)
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        EOFError,
        zipfile.BadZipFile,
        NotImplementedError,
        RecursionError,
    ) as error:
        raise ValueError(f"not what was packed: {error}") from error


class _Parts:
    """Arrays of one kind, end to end."""

    def __init__(self) -> None:
        self.rows: dict[str, list[np.ndarray]] = {}
        self._ends: dict[str, int] = {}

    def add(self, array: np.ndarray) -> list[Any]:
        """Where an array lies: kind, first place, shape, order of its axes in memory."""
        if array.dtype.kind not in KINDS or array.dtype.hasobject or not array.dtype.isnative:
            raise UnpackableError(f"an array of {array.dtype}")
        kind, order = array.dtype.str[1:], "C" if array.flags.c_contiguous or not array.flags.f_contiguous else "F"
        first = self._ends.get(kind, 0)
        self.rows.setdefault(kind, []).append(array.ravel(order))
        self._ends[kind] = first + array.size
        return [kind, first, list(array.shape), order]


def _tree(value: Any, parts: _Parts) -> Any:
    """A value as JSON: what is no list of JSON stands in an object with the name of its kind."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return {"array" if isinstance(value, np.ndarray) else "number": parts.add(np.asarray(value))}
    if type(value) in (list, tuple):
        return {type(value).__name__: [_tree(v, parts) for v in value]}
    if isinstance(value, Mapping) and _are_rows(list(value.values())):
        return {"rows": [[_tree(k, parts) for k in value], parts.add(np.stack(list(value.values())))]}
    if isinstance(value, Mapping):
        return {"dict": [[_tree(k, parts), _tree(v, parts)] for k, v in value.items()]}
    if type(value).__name__ in NOUNS and type(value) is NOUNS[type(value).__name__]:
        names = [f.name for f in dataclasses.fields(value)]
        return {"noun": [type(value).__name__, {n: _tree(getattr(value, n), parts) for n in names}]}
    raise UnpackableError(f"a {type(value).__name__}: {value!r:.80}")


def _are_rows(values: list[Any]) -> bool:
    """Whether they are arrays of one axis, of one kind of number and one length."""
    if not values or not all(type(v) is np.ndarray and v.ndim == 1 for v in values):
        return False
    first = values[0]
    return first.dtype.isnative and all(v.dtype == first.dtype and len(v) == len(first) for v in values)


def _rows(held: Any, arrays: Mapping[str, np.ndarray]) -> dict[Any, np.ndarray]:
    names, where = held
    return {_value(k, arrays): row.copy() for k, row in zip(names, _array(where, arrays), strict=True)}


def _value(tree: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if not isinstance(tree, dict):
        return tree
    ((kind, held),) = tree.items()
    return _READ[kind](held, arrays)


def _noun(held: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    name, fields = held
    return NOUNS[name](**{k: _value(v, arrays) for k, v in fields.items()})


def _array(held: Any, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    kind, first, shape, order = held
    found = arrays[kind][first : first + math.prod(shape)].reshape(shape, order=order)
    return found.copy(order)


_READ: dict[str, Callable[[Any, Mapping[str, np.ndarray]], Any]] = {
    "array": _array,
    "number": lambda held, arrays: _array(held, arrays)[()],
    "list": lambda held, arrays: [_value(v, arrays) for v in held],
    "tuple": lambda held, arrays: tuple(_value(v, arrays) for v in held),
    "rows": _rows,
    "dict": lambda held, arrays: {_value(k, arrays): _value(v, arrays) for k, v in held},
    "noun": _noun,
}


def _nouns(kind: Any) -> Iterator[type]:
    """The dataclasses that a type is made of, itself first."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from _nouns(hint)
    for part in get_args(kind):
        yield from _nouns(part)


NOUNS: dict[str, type] = {noun.__name__: noun for noun in _nouns(Pair)}
"""The nouns that can be packed: `Pair` and what its fields are made of."""
