"""The setting: every field says its unit and shape, and has that shape."""

from __future__ import annotations

import inspect
import re
from typing import Any, get_type_hints

import numpy as np
import pytest
from jax import Array

from earthprice.dynamics.clock import Clock
from earthprice.dynamics.schedule import Schedule
from earthprice.dynamics.setting import Setting

NOUNS = {name: kind for name, kind in get_type_hints(Setting).items() if kind is not Array and name != "layout"}
SAID = re.compile(
    r"^    (?P<name>\w+): (?:Array|Sparse)  # .* \[(?P<unit>[^;\]]+)(?:; (?P<shape>[^\]]+))?\]$", re.MULTILINE
)


def said(kind: Any) -> dict[str, tuple[str, ...]]:
    """Shape of each field by its comment."""
    found = {m["name"]: tuple((m["shape"] or "").split(", ")) for m in SAID.finditer(inspect.getsource(kind))}
    return {name: shape if shape != ("",) else () for name, shape in found.items()}


@pytest.mark.parametrize("kind", [*NOUNS.values(), Schedule, Clock], ids=lambda kind: kind.__name__)
def test_every_field_says_its_unit_and_shape(kind: Any) -> None:
    assert list(said(kind)) == [name for name in kind._fields if name != "clock"]


def test_every_field_has_the_shape_that_it_says(base) -> None:
    s, sizes = base.setting, {"2": 2}
    nouns = [(said(kind), getattr(s, name)) for name, kind in NOUNS.items()]
    nouns += [(said(Schedule), base.schedule), (said(Clock), base.schedule.clock)]
    for shapes, noun in nouns:
        for name, letters in shapes.items():
            shape = np.shape(getattr(noun, name))
            assert len(shape) == len(letters), name
            for letter, size in zip(letters, shape, strict=True):
                assert sizes.setdefault(letter, size) == size, (name, letter)
    counts = (len(base.world.network.nodes), len(base.drafts), len(base.names.bodies), len(base.terms.years))
    assert tuple(sizes[x] for x in "NMOT") == counts
    names = (base.names.zones, base.names.places, base.names.burdens)
    assert tuple(sizes[x] for x in "ZDB") == tuple(len(x) for x in names)


def test_flags_are_flags_and_numbers_real(base) -> None:
    for name, kind in NOUNS.items():
        for field, (unit, _) in units(kind).items():
            dtype = np.asarray(getattr(getattr(base.setting, name), field)).dtype
            assert dtype == (bool if unit == "bool" else np.int32 if unit == "int" else np.float64)


def units(kind: Any) -> dict[str, tuple[str, str]]:
    return {m["name"]: (m["unit"], m["shape"] or "") for m in SAID.finditer(inspect.getsource(kind))}
