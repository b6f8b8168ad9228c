"""The world's numbers: one row a number, with range, unit, date, source; and how a draw moves them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import ndtri

from earthprice.errors import FactsError, OptionError
from earthprice.world.bounds import span
from earthprice.world.burdens import stated
from earthprice.world.factors import Moves, factor_words, moves
from earthprice.world.override import Given, Override, check, cut, parse

NUMBER_COLUMNS = (
    "value",
    "low",
    "high",
    "unit",
    "date",
    "published",
    "basis",
    "source",
    "confidence",
    "fact",
    "why",
)
"""Columns of `Numbers.table`, indexed by key `table/id/attribute`."""

Z95 = 1.6448536269514722
EDGE = 0.02
"""Draws stay between the 2 % and 98 % quantiles of each factor and number: further out the ranges say nothing."""
WITHIN_RANGE = (
    "burden/*",
    "burden_unlicensed/*",
    "damage/*",
    "*/recovery_unlicensed",
    "*/start_earliest",
    "*/use",
    "*/room",
)
"""Patterns of the keys of numbers that no draw takes beyond their range."""
GRADES = ("read", "derived", "near", "judged", "zero")
"""What a number stands on: read from a source; derived by a written step; judged, with facts beside it; judged; nil for
structural reasons, which no draw moves."""
LEAST = 0.01
"""Least share of its median that a draw leaves of a number whose range ends at nil."""


@dataclass(frozen=True)
class Numbers:
    """All numbers of a world.

    Attributes:
        table: one row a number, columns `NUMBER_COLUMNS`, indexed by key `table/id/attribute`.
        factors: rows of `factors.csv`: the numbers whose keys match a pattern move along their ranges, as far as their
            factor is `common` together (`factors.moves`). A number that matches no factor stays at its value.
    """

    table: pd.DataFrame
    factors: pd.DataFrame

    @cached_property
    def central(self) -> dict[str, float]:
        """Every number at its value."""
        return dict(zip(self.keys, self.table["value"].tolist(), strict=True))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Keys of the table."""
        return tuple(str(k) for k in self.table.index)

    @cached_property
    def ranges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Value, low and high of every number."""
        value, low, high = (self.table[c].to_numpy(float) for c in ("value", "low", "high"))
        return value, low, high

    @cached_property
    def grades(self) -> np.ndarray:
        """What each number stands on, of `GRADES`."""
        basis, named = self.table["basis"], self.table["fact"].fillna("") != ""
        which = [self.table["value"] == 0, basis == "fact", basis == "derived", named]
        return np.select(which, ["zero", "read", "derived", "near"], "judged")

    @cached_property
    def bounded(self) -> np.ndarray:
        """Which numbers no draw takes beyond their range."""
        return np.array([any(fnmatchcase(k, p) for p in WITHIN_RANGE) for k in self.keys])

    @cached_property
    def moves(self) -> dict[str, Moves]:
        """The numbers that each factor and each own part moves, with its weight in their scores."""
        ranged = self.table["low"].notna() & self.table["high"].notna()
        return moves(self.keys, ranged.to_numpy(), self.factors)

    @cached_property
    def members(self) -> dict[str, np.ndarray]:
        """Positions in the table of the numbers that each factor and each own part moves."""
        return {name: m.rows for name, m in self.moves.items()}

    @cached_property
    def words(self) -> dict[str, str]:
        """What each factor and each own part is, for people."""
        return factor_words(tuple(self.moves), self.factors)

    def draw(self, quantiles: Mapping[str, float]) -> dict[str, float]:
        """The numbers when each factor stands at a quantile.

        A number's distribution is a split normal, in logarithms where value, low and high have one sign: its median is
        `value`, and `low`, `high` are its 5 % and 95 % points. Burdens and damage end there: beyond what sources state
        nothing is known, and no more can be left than was moved. They are then made to agree (`burdens.stated`).

        Args:
            quantiles: quantile in (0, 1) by factor and own part; those not named stay at their medians.
        """
        value, low, high = self.ranges
        value, z = value.copy(), np.zeros(len(value))
        scores = ndtri(np.array(list(quantiles.values()), float))
        for factor, score in zip(quantiles, scores, strict=True):
            if factor not in self.moves:
                raise FactsError("unknown factor", where="draw", accepted=self.moves, given=factor)
            rows, weight = self.moves[factor]
            z[rows] += weight * score
        z = np.clip(z, *np.where(self.bounded, [[-Z95], [Z95]], [[ndtri(EDGE)], [-ndtri(EDGE)]]))
        at = np.flatnonzero(z)
        value[at] = split_normal(value[at], low[at], high[at], z[at])
        return stated(dict(zip(self.keys, value.tolist(), strict=True)), self.central)

    def checked(self, key: str, given: Given) -> Override:
        """An override of a number of the world, read and held against the number's bounds (`bounds.span`).

        Raises:
            OptionError: no such number, a form that is not accepted, or a number out of bounds.
        """
        if key not in self.central:
            raise OptionError(f"no number '{key}' of the world", where=key, given=key, accepted=self.keys)
        override = parse(given, key)
        check(override, np.array([self.central[key]]), span(self.table, key), key)
        return override

    def changed(self, values: Mapping[str, float], overrides: Mapping[str, Override]) -> dict[str, float]:
        """Numbers with overrides applied; those of a draw that would leave their bounds are cut to them."""
        moved = {k: float(o.on(np.array([values[k]]), span(self.table, k))[0]) for k, o in overrides.items()}
        return {**values, **moved}

    def cuts(self, overrides: Mapping[str, Override]) -> tuple[str, ...]:
        """A sentence for each override that carries the range of a number beyond its bounds, where it is cut."""
        said = []
        for key, override in overrides.items():
            ends = self.table.loc[key, ["low", "high"]].dropna().to_numpy(float)
            said.append(cut(override, ends, span(self.table, key), key))
        return tuple(filter(None, said))


def split_normal(value: np.ndarray, low: np.ndarray, high: np.ndarray, z: np.ndarray | float) -> np.ndarray:
    """Quantile at standard normal `z` of split normals with median `value` and 5 %, 95 % points `low`, `high`.

    A zero is structural (what does not exist) and stays zero; what cannot be below nil (`low` of nil or more) stays
    above `LEAST` of its median, so that nothing comes or goes with a draw.
    """
    logarithmic = (value * low > 0) & (value * high > 0)
    end = np.where(np.less(z, 0), low, high)
    share = np.abs(z) / Z95
    safe = np.where(logarithmic, end / np.where(value == 0, 1.0, value), 1.0)
    moved = np.where(logarithmic, value * safe**share, value + (end - value) * share)
    bounded = np.where((value > 0) & (low >= 0), np.maximum(moved, LEAST * value), moved)
    return np.where(value == 0, 0.0, bounded)


def require(numbers: Mapping[str, float], key: str) -> float:
    """A number by key, or an error that says which is missing and what is near."""
    if key not in numbers:
        raise FactsError(f"the number '{key}' is missing from the world's tables", accepted=numbers, given=key)
    return numbers[key]
