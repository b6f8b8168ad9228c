"""Acting: a measure at work, as its effect reads it: whom it reaches, when, with what numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from earthprice.law.days import Days
from earthprice.law.reached import Ground
from earthprice.law.stack import Item


@dataclass(frozen=True)
class Acting:
    """A measure at work.

    Attributes:
        item: the measure in its place.
        at: positions of the activities reached.
        on: stretches of days in which it holds [S].
        days: the stretches.
        begins: first day in force on which a parameter is above nil, as decimal year.
        numbers: a parameter in the units used inside [S], NaN where it does not hold.
    """

    item: Item
    at: np.ndarray
    on: np.ndarray
    days: Days
    begins: Callable[[str], float]
    numbers: Callable[[str], np.ndarray]

    def value(self, name: str, neutral: float) -> np.ndarray:
        """A parameter as column [S, 1]; `neutral` where the measure or the parameter does not hold."""
        numbers = np.where(self.on, self.numbers(name), np.nan)
        return np.where(np.isnan(numbers), neutral, numbers)[:, None]

    def level(self, name: str, ground: Ground) -> np.ndarray:
        """What a unit of level is in the tonnes of a parameter's unit [M reached]: its REO content, or 1 tonne."""
        given = self.item.measure.quantities().get(name)
        return ground.reo[self.at] if given and "REO" in given.unit else np.ones(len(self.at))

    def has(self, name: str) -> bool:
        """Whether the measure gives the parameter."""
        return bool(np.isfinite(self.numbers(name)).any())
