"""Factors: which numbers move together in a draw, and how much of its move each body, place or use has for itself."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import numpy as np
import pandas as pd

OWN = "own/"
"""Beginning of the name of an own part: `own/FAMILY/OWNER`."""


class Moves(NamedTuple):
    """What a factor moves: positions of numbers in the table, and its weight in the score of each."""

    rows: np.ndarray
    weight: np.ndarray


def owner(key: str) -> str:
    """What a number belongs to, the second part of its key: a deposit, place, use or zone; of a price the good."""
    return key.split("/")[1].partition("@")[0]


def moves(keys: Sequence[str], ranged: np.ndarray, factors: pd.DataFrame) -> dict[str, Moves]:
    """What every factor and every own part moves, the factors first.

    The score of a number is

        z = sqrt(c) z_factor + sqrt(1 - c) z_own

    with c the column `common` of the row that takes it, and z_own shared by the numbers of one owner in the family
    that the column `own` names, whatever their factors. The scores are independent standard normals, and so is z.

    Args:
        keys: of the numbers.
        ranged: which of them have a range; the others never move.
        factors: rows of `factors.csv`; the first whose pattern matches a number takes it.
    """
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in factors["factor"]}
    alone: dict[str, list[tuple[int, float]]] = {}
    rows = list(factors[["factor", "pattern", "common", "own"]].itertuples(index=False, name=None))
    for i in np.flatnonzero(ranged).tolist():
        taken = next((row for row in rows if fnmatchcase(keys[i], str(row[1]))), None)
        if taken is None:
            continue
        name, _, common, family = taken
        found[name].append((i, float(np.sqrt(common))))
        if common < 1.0:
            alone.setdefault(f"{OWN}{family}/{owner(keys[i])}", []).append((i, float(np.sqrt(1.0 - common))))
    return {n: Moves(*map(np.array, zip(*m, strict=True))) for n, m in (found | alone).items() if m}


def factor_words(names: Sequence[str], factors: pd.DataFrame) -> dict[str, str]:
    """Words by factor and own part."""
    words = dict(zip(factors["factor"], factors["words"], strict=True))
    for name in names:
        if name.startswith(OWN):
            _, family, whose = name.split("/")
            words[name] = f"{family}, own part of {whose.replace('_', ' ')}"
    return words
