"""Exact slopes of a run along a line of draws: the tangent of prices, levels and states, carried through every market.

The arrays of a run, its setting and law, are smooth in a factor's score z; their tangent is taken as a central
difference over +-STEP, an error of order STEP^2. Through markets and laws of motion it goes exactly (`jax.jvp`,
implicit function theorem at each equilibrium): no difference of two runs, each with its rounding, is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import numpy as np
from jax import Array

from earthprice.dynamics.run import simulate
from earthprice.dynamics.setting import Law, Setting
from earthprice.dynamics.state import Record
from earthprice.study.engine import Engine, Outcome, Point, arranged
from earthprice.world.terms import Terms

STEP = 0.02
"""Half the distance in scores over which the arrays are differenced."""

At = Callable[[float], tuple[Point, Terms]]


def slope(e: Engine, at: At, read: Callable[[Outcome], np.ndarray]) -> np.ndarray:
    """Derivative at nil of what is read off a run, along a line of draws.

    Args:
        e: the engine.
        at: point and terms at a distance along the line [scores]; called at 0 and at both ends of the difference.
        read: smooth reading of a run [N].

    Returns:
        d read / d distance [N], for a path whose market cleared; the caller must have looked at that.
    """
    point, terms = at(0.0)
    s, law, full = arranged(e, point, terms)
    ends = [(sign, *at(sign * STEP)) for sign in (1.0, -1.0)]
    laid = [(sign, p, *arranged(e, p, t)) for sign, p, t in ends]
    tangents = [jax.tree.map(_difference, plus, minus) for plus, minus in zip(laid[0][2:4], laid[1][2:4], strict=True)]
    record, moved = _tangent(s, law, _floating(tangents[0]), _floating(tangents[1]), e.years)
    both = []
    for sign, p, s_end, law_end, full_end in laid:
        shifted = Record(*(np.asarray(x) + sign * STEP * np.asarray(dx) if _is_float(x) else np.asarray(x)
                           for x, dx in zip(record, moved, strict=True)))  # fmt: skip
        both.append(read(Outcome(shifted, full_end, p, s_end, law_end)))
    return (both[0] - both[1]) / (2.0 * STEP)


def _difference(plus: Any, minus: Any) -> np.ndarray:
    """Central difference; what is equal stays equal, also where it is infinite."""
    a, b = np.asarray(plus), np.asarray(minus)
    if not _is_float(a):
        return np.zeros(a.shape)
    with np.errstate(invalid="ignore"):
        return np.where(a == b, 0.0, (a - b) / (2.0 * STEP))


def _is_float(x: Any) -> bool:
    return np.issubdtype(np.asarray(x).dtype, np.floating)


def _floating(tree: Any) -> list[np.ndarray]:
    return [np.asarray(x, float) for x in jax.tree.leaves(tree)]


@partial(jax.jit)
def _tangent(s: Setting, law: Law, ds: list[Array], dlaw: list[Array], years: Array) -> tuple[Record, Record]:
    """The record of a run and its tangent; tangents of whole numbers and flags are nil."""

    def typed(tree: Any, moved: list[Array]) -> Any:
        leaves, shape = jax.tree.flatten(tree)
        fit = [d if np.issubdtype(x.dtype, np.floating) else np.zeros(x.shape, jax.dtypes.float0)
               for x, d in zip(leaves, moved, strict=True)]  # fmt: skip
        return jax.tree.unflatten(shape, fit)

    record, moved = jax.jvp(lambda a, b: simulate(a, b, years), (s, law), (typed(s, ds), typed(law, dlaw)))
    return record, jax.tree.map(lambda x, d: d if np.issubdtype(x.dtype, np.floating) else jax.numpy.zeros(x.shape),
                                record, moved)  # fmt: skip
