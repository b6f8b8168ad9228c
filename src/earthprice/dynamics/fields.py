"""Fields: where diggers without a licence may move to, as arrays of a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from earthprice.dynamics.index import Index
from earthprice.world.numbers import require


def ways_between(names: Index, values: Mapping[str, float]) -> np.ndarray:
    """Ways between kinds of pits without a licence: the share of all ore of the first one's kind in the second [U, U].

    Nil between different kinds of ore: a team knows one way to leach.
    """
    ore = np.array([require(values, "deposit/{}/ore_{}".format(*body.split("/"))) for body in names.pits])
    way = names.fixed.alike * ore[None, :]
    return way / np.maximum(way.sum(1, keepdims=True), 1e-9)
