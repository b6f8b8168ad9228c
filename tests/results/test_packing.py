"""Results as bytes: the same to the bit, every field of the study's nouns, and nothing else."""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

import numpy as np
import pytest

from earthprice.results.packing import NOUNS, UnpackableError, pack, unpack
from earthprice.study.ensemble import Pair, Summary

PATH = np.array([1.0, np.nan, -0.0, np.inf, 5e-324])


def sample_of(kind: Any, scale: float = 1.0) -> Any:
    """Some value of a type, as the nouns of a study have them."""
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: sample_of(hints[f.name], scale) for f in dataclasses.fields(kind)})
    if kind in (bool, int, float, str):
        return {bool: True, int: 3, float: 0.1 * scale, str: "Zürich 稀土"}[kind]
    if kind is np.ndarray or origin is np.ndarray:
        return PATH * scale
    if parts and issubclass(origin, tuple):
        return tuple(sample_of(p, scale) for p in parts if p is not Ellipsis)
    if parts and len(parts) == 2 and hasattr(origin, "keys"):
        return {sample_of(parts[0]): sample_of(parts[1], scale)}
    if parts and hasattr(origin, "__iter__"):
        return [sample_of(parts[0], scale)]
    return next(sample_of(p, scale) for p in parts if p is not type(None))


def made(scale: float = 1.0) -> list[Pair]:
    """One draw with something in every field."""
    return [sample_of(Pair, scale)]


def alike(a: Any, b: Any) -> bool:
    """Whether two values are the same to the bit, types and order included."""
    if type(a) is not type(b):
        return False
    if dataclasses.is_dataclass(a):
        return all(alike(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return repr(a) == repr(b)


def test_every_field_of_a_draw_comes_back_to_the_bit() -> None:
    assert NOUNS["Pair"] is Pair and NOUNS["Summary"] is Summary
    assert alike(unpack(pack(made())), made())


def test_arrays_keep_kind_shape_and_order() -> None:
    rows = np.arange(12.0).reshape(3, 4)
    for array in (
        rows,
        rows.T,
        rows[:, ::2],
        rows.astype(np.int32),
        rows > 3,
        np.array(2.5),
        np.zeros((0, 3)),
        rows.astype(np.float32),
        rows + 1j,
    ):
        back = unpack(pack({"a": array, ("b", 1): [array, None]}))
        assert alike(back["a"], np.asarray(array)) and back["a"].flags.f_contiguous == (
            array.flags.f_contiguous or array.size == 0 or array.ndim == 0
        )
        assert back["a"].flags.writeable and alike(back["b", 1][0], back["a"])
    assert type(unpack(pack(np.float64(3)))) is np.float64


@pytest.mark.parametrize("odd", [object(), {1, 2}, b"bytes", np.array([object()]), np.array(["text"]), [print], 1j])
def test_what_has_no_form_is_refused(odd: object) -> None:
    with pytest.raises(UnpackableError):
        pack({"x": odd})


@pytest.mark.parametrize("content", [b"", b"PK", pack(1)[:40], pack({"a": PATH})[:-30]])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not what was packed"):
        unpack(content)


def test_rows_of_one_length_come_back_each_its_own() -> None:
    rows = {("CN", "home"): np.arange(3.0), "b": np.array([np.nan, -0.0, 1.0])}
    mixed = {"a": np.arange(3.0), "b": np.arange(2.0), "c": np.arange(3)}
    back = unpack(pack([rows, mixed, {}]))
    assert alike(back, [rows, mixed, {}])
    assert all(row.base is None and row.flags.writeable for row in back[0].values())
    assert len(pack(dict.fromkeys(map(str, range(1000)), np.arange(2.0)))) < 30_000
