"""Every draw that cleared, whole: its paths under both laws, so that one draw can be taken out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from earthprice.errors import OptionError

SCENARIOS = ("baseline", "reform")
LABELS = ("variable", "item", "zone", "unit")


@dataclass(frozen=True)
class EveryDraw:
    """Paths of the model in every draw that cleared; what it leaves out of levels (`study.bands`) is not in them.

    Attributes:
        draws: their numbers [n].
        years: start of each period [T], a part of a year as a fraction.
        labels: what each path is, columns `LABELS` [m rows].
        values: the paths in the unit of their label [2 scenarios, m, n, T]; NaN where there is none.
    """

    draws: tuple[int, ...] = ()
    years: tuple[float, ...] = ()
    labels: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(LABELS)))
    values: np.ndarray = field(default_factory=lambda: np.empty((2, 0, 0, 0)), repr=False)

    def draw(self, number: int) -> pd.DataFrame:
        """One draw: columns variable, item, zone, unit, scenario, year, value.

        Args:
            number: of the draw, as in `draws`.

        Raises:
            OptionError: no such draw, or it did not clear.
        """
        if number not in self.draws:
            some = bool(self.draws)
            kept = (
                f"one of {len(self.draws)} that cleared, from {self.draws[0]} to {self.draws[-1]}" if some else "none"
            )
            raise OptionError(f"no draw {number}", where="draw", accepted=kept)
        at = self.draws.index(number)
        parts = [
            self.labels.loc[[i] * len(self.years)].assign(scenario=scenario, year=self.years, value=values[i, at])
            for scenario, values in zip(SCENARIOS, self.values, strict=True)
            for i in range(len(self.labels))
        ]
        return pd.concat(parts, ignore_index=True).dropna(subset=["value"], ignore_index=True)
