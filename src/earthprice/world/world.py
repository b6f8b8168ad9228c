"""The world: network, numbers and bodies of ore, as the facts room hands them over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from earthprice.world.network import Network
from earthprice.world.numbers import Numbers
from earthprice.world.outline import Outline, outline

REPLAYED_COLUMNS = ("past", "series", "year", "value")
"""What the central run of a past says: its name, the series recorded, the year, the model's figure."""


@dataclass(frozen=True)
class Fit:
    """Draws of the behaviour that was fitted to the record up to a cut-off.

    Attributes:
        cutoff: last year whose record was used.
        scores: standard normal scores, one column a fitted factor [draws, factors]; the prior has mean 0, spread 1.
        recipe: how they were made: pasts, data, draws, seed, digest of the facts, version.
    """

    cutoff: int
    scores: pd.DataFrame
    recipe: dict[str, Any]

    @cached_property
    def mean_scores(self) -> dict[str, float]:
        """Mean score by factor."""
        return {str(k): float(v) for k, v in self.scores.mean().items()}


ARTICLED = ("United ", "rest of ")
"""Beginnings of names of zones that take an article in an English sentence."""


def in_sentence(name: str) -> str:
    """The name of a zone within a sentence: `to the United States`, `to Japan`."""
    return f"the {name}" if name.startswith(ARTICLED) else name


class Driver(NamedTuple):
    """Activity behind a use, as it was recorded.

    Attributes:
        years: years recorded [Y].
        path: logarithm of its index in each [Y].
        error: of the index [share a year].
        range: growth rate of the use, and its low and high end [1/yr].
    """

    years: np.ndarray
    path: np.ndarray
    error: float
    range: tuple[float, float, float]


def private_sentence(private: Sequence[str]) -> str:
    """That a world holds suppliers of the user's own, given as `id@zone`, in a sentence; empty where there are none."""
    names = ", ".join(x.replace("@", " in ") for x in private)
    return f"PRIVATE: this world holds {names}. " if names else ""


@dataclass(frozen=True)
class World:
    """Everything that is true before the law speaks.

    Attributes:
        network: nodes, activities, coefficients; `activities.level` is the reconciled base year.
        numbers: every number with its range and source, and the factors that move them.
        structure: the structural tables by name (zones, districts, elements, concentrates, deposits, uses), and what
            waste water holds (effluents).
        observed: observed series, columns series, zone, year, value, unit, published.
        reconciliation: what balancing the base year moved (columns of `study.assessment.RECONCILIATION_COLUMNS`).
        base_year: year of the benchmark.
        known: day by which what carries its balance had been printed once (YYYY-MM-DD).
        hash: digest of the tables that this benchmark rests on.
        facts: digest of the tables of all benchmarks.
        hindcast: scores of the hindcast that ships with the facts, columns past, series, n, ratio_no_change, coverage;
            empty where there is none.
        replayed: what the central run of each past says, columns past, series, year, value; empty where none ships.
        rolling: how the ranges of levels did from cut-offs of every year, columns of
            `past.rolling.coverage_by_distance`; empty where none ships.
        fits: draws of the fitted factors by cut-off; empty where none ship.
        drivers: activity behind each use, one row a use and year, columns index, error [% a year] and published,
            indexed by use and year.
        private: suppliers of the user's own in it, `id@zone`; empty in the world as shipped.
    """

    network: Network
    numbers: Numbers
    structure: dict[str, pd.DataFrame]
    observed: pd.DataFrame
    reconciliation: pd.DataFrame
    base_year: int
    hash: str
    facts: str
    known: str = ""
    hindcast: pd.DataFrame = field(default_factory=pd.DataFrame)
    replayed: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(REPLAYED_COLUMNS)))
    rolling: pd.DataFrame = field(default_factory=pd.DataFrame)
    fits: dict[int, Fit] = field(default_factory=dict)
    drivers: pd.DataFrame = field(default_factory=pd.DataFrame)
    private: tuple[str, ...] = ()

    @property
    def private_words(self) -> str:
        """That the world holds suppliers of the user's own, in a sentence; empty where it holds none."""
        return private_sentence(self.private)

    @cached_property
    def driven(self) -> dict[str, Driver]:
        """The recorded driver of each use, by its name."""
        found, ends = {}, self.numbers.table[["value", "low", "high"]]
        for use in self.drivers.index.unique(0):
            of = self.drivers.loc[use]
            years, path = of.index.to_numpy(float), np.log(of["index"].to_numpy(float))
            value, low, high = map(float, ends.loc[f"use/{use}/growth_1"])
            found[str(use)] = Driver(years, path, 0.01 * float(of["error"].iloc[0]), (value, low, high))
        return found

    @cached_property
    def countries(self) -> dict[str, str]:
        """Name of each zone within a sentence, by its id."""
        zones = self.structure["zones"]
        return {z: in_sentence(name) for z, name in zip(zones["id"], zones["name"], strict=True)}

    @cached_property
    def outline(self) -> Outline:
        """What every draw's activities have in common."""
        return outline(self.structure, self.numbers.keys)

    def seen(self, day: str) -> World:
        """The world with the drivers of use that were in print on a day (YYYY-MM-DD)."""
        later = self.drivers["published"] > day if len(self.drivers) else self.drivers
        return replace(self, drivers=self.drivers[~later]) if later.any(axis=None) else self

    def recorded(self, day: str) -> int:
        """Last year of which the record held a figure on a day (YYYY-MM-DD); the base year if it held none later."""
        seen = self.observed.loc[self.observed["published"] <= day, "year"]
        return max(self.base_year, int(seen.max())) if len(seen) else self.base_year

    def fit(self, day: str) -> Fit | None:
        """The fit whose record ends before the year of a day (`YYYY-MM-DD`); None if there is none."""
        known = [cutoff for cutoff in self.fits if cutoff < int(day[:4])]
        return self.fits[max(known)] if known else None
