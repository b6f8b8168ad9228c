"""A guide: prices of a run, near which those of another from the same point are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Guide:
    """Prices of a run from the same point, near which another's are looked for: it finds the same, in fewer steps.

    Attributes:
        years: start of each period [T].
        permits: names of the permits, whose prices come after those of the goods.
        price: prices by period [USD/kg; T, K].
    """

    years: np.ndarray
    permits: tuple[str, ...]
    price: np.ndarray

    def moves(self, years: np.ndarray, permits: Sequence[str], start: np.ndarray) -> np.ndarray:
        """Prices of the period before and of each period; nil of permits unknown here, and all nil of other years.

        Args:
            years: start of each period [T].
            permits: names of the permits of the run that is looked for.
            start: its prices before the first period [USD/kg; K].

        Returns:
            As `Schedule.guide` [USD/kg; T, 2, K].
        """
        goods = self.price.shape[1] - len(self.permits)
        out = np.zeros((len(years), 2, goods + len(permits)))
        if not np.array_equal(self.years[: len(years)], years):
            return out
        at = {name: goods + i for i, name in enumerate(self.permits)}
        here = [*range(goods), *(goods + i for i, name in enumerate(permits) if name in at)]
        there = [*range(goods), *(at[name] for name in permits if name in at)]
        price = self.price[: len(years), there]
        out[1:, 0, here], out[1:, 1, here] = price[:-1], price[1:]
        out[0], out[0, 1, here] = start, price[0]
        return out
