"""Which numbers a factor and an own part move, and how far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from earthprice.world.factors import moves


def test_own_parts_are_shared_by_owner_and_family_and_leave_the_centre() -> None:
    rows = [("ore", "d/*/ore*", 0.25, "body"), ("cost", "d/*/cost", 0.36, "body"), ("one", "*", 1.0, "")]
    factors = pd.DataFrame(rows, columns=["factor", "pattern", "common", "own"])
    keys = ["d/a/ore_rich", "d/a/ore_lean", "d/b/ore_rich", "d/b/cost", "m/x@CHN/price", "m/y/price"]
    found = moves(keys, np.array([True] * 5 + [False]), factors)
    told = {name: dict(zip(m.rows.tolist(), m.weight.round(9).tolist(), strict=True)) for name, m in found.items()}
    assert told == {
        "ore": {0: 0.5, 1: 0.5, 2: 0.5},
        "cost": {3: 0.6},
        "one": {4: 1.0},
        "own/body/a": {0: round(0.75**0.5, 9), 1: round(0.75**0.5, 9)},
        "own/body/b": {2: round(0.75**0.5, 9), 3: 0.8},
    }
