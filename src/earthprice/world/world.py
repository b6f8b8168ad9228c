"""The world: network, numbers and bodies of ore, as the facts room hands them over."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from earthprice.world.network import Network
from earthprice.world.numbers import Numbers


@dataclass(frozen=True)
class World:
    """Everything that is true before the law speaks.

    Attributes:
        network: nodes, activities, coefficients; `activities.level` is the reconciled base year.
        numbers: every number with its range and source, and the factors that move them.
        structure: the structural tables by name (zones, districts, elements, concentrates, deposits, uses).
        observed: observed series, columns series, zone, year, value, unit, published.
        reconciliation: what balancing the base year moved (columns of `study.assessment.RECONCILIATION_COLUMNS`).
        base_year: year of the benchmark.
        hash: digest of all tables.
        hindcast: scores of the hindcast that ships with the facts, columns past, series, n, ratio_no_change, coverage;
            empty where there is none.
    """

    network: Network
    numbers: Numbers
    structure: dict[str, pd.DataFrame]
    observed: pd.DataFrame
    reconciliation: pd.DataFrame
    base_year: int
    hash: str
    hindcast: pd.DataFrame = field(default_factory=pd.DataFrame)
