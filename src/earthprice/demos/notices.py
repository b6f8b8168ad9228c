"""A review rule fitted on published totals: by how much a notice moved the total, from what was seen the year before.

    move_y = a max(price_{y-1} - h, 0) - c max(share_{y-1} - k, 0)

Rows of a rulebook's review: `a` relaxes above the band of the price, `c` tightens above the band of the unlicensed
share. For each pair of bands (h, k) on a grid the slopes are least squares under a, c >= 0; the pair with the least
sum of squares is kept. Few notices and four numbers: a description of what was done, no law of nature.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from earthprice.errors import OptionError

PRICE_BANDS = np.arange(0.80, 1.2001, 0.01)
"""Upper ends tried for the band of the price, ratio to the base year; rule R1 of the shipped law has 0.8 to 1.3."""
SHARE_BANDS = np.arange(0.20, 0.4501, 0.01)
"""Upper ends tried for the band of the unlicensed share; rule R1 has 0.3."""


@dataclass(frozen=True)
class Notices:
    """Totals as published, and what was known the year before.

    Attributes:
        years: year of each notice [Y].
        moves: change of the total against the year before, as a share of it [Y].
        price: price the year before, ratio to the base year [Y].
        share: unlicensed share the year before [Y].
        latest: price and share of the last year, which the next notice would see.
    """

    years: np.ndarray
    moves: np.ndarray
    price: np.ndarray
    share: np.ndarray
    latest: tuple[float, float]


@dataclass(frozen=True)
class Rule:
    """Bands and slopes of the two rows; `relax` per unit of the price ratio, `tighten` per unit of the share."""

    price_band: float
    share_band: float
    relax: float
    tighten: float

    def moves(self, price: np.ndarray, share: np.ndarray) -> np.ndarray:
        """Change of the total that the rule makes, as a share of it."""
        up, down = np.maximum(price - self.price_band, 0.0), np.maximum(share - self.share_band, 0.0)
        return self.relax * up - self.tighten * down

    def explained(self, n: Notices) -> float:
        """Share of the variance of the moves that the rule explains; below nil where their mean does better."""
        left = np.sum((n.moves - self.moves(n.price, n.share)) ** 2)
        return float(1.0 - left / np.sum((n.moves - n.moves.mean()) ** 2))


def notices(observed: pd.DataFrame, zone: str, base_year: int, good: str, last: int) -> Notices:
    """Notices up to the year `last`, and what was published by its end.

    Args:
        observed: the world's observed series.
        zone: whose totals.
        base_year: year in which the price ratio is 1.
        good: good whose price at home is seen, such as `ndpr_oxide`.
        last: year of the last notice.

    Raises:
        OptionError: too few notices have a price of the year before.
    """
    known = observed[(observed["zone"] == zone) & (observed["published"] <= f"{last}-12-31")]

    def series(name: str) -> pd.Series:
        return known[known["series"] == name].groupby("year")["value"].last()

    total, price, share = series("mining_quota"), series(f"price_home/{good}"), series("unlicensed_share")
    years = np.array([y for y in total.index if y <= last and y - 1 in total.index and y - 1 in price.index])
    if len(years) < 5 or base_year not in price.index or share.empty:
        raise OptionError(
            f"{len(years)} notices with a price the year before",
            where="observed series",
            accepted="at least five, with the base year's price and unlicensed shares",
        )
    moves = total[years].to_numpy() / total[years - 1].to_numpy() - 1.0
    between = np.interp([*years - 1, last], share.index.to_numpy(float), share.to_numpy())
    ratio = price / price[base_year]
    latest = (float(ratio[min(last, int(ratio.index.max()))]), float(between[-1]))
    return Notices(years, moves, ratio[years - 1].to_numpy(), between[:-1], latest)


def fit(n: Notices) -> Rule:
    """The rule with the least sum of squares over the grid of bands.

    Args:
        n: notices with what was known before each.
    """
    best, least = Rule(1.0, 1.0, 0.0, 0.0), np.inf
    for price_band, share_band in product(PRICE_BANDS, SHARE_BANDS):
        rows = np.stack([np.maximum(n.price - price_band, 0.0), -np.maximum(n.share - share_band, 0.0)], 1)
        slopes = _positive(rows, n.moves)
        error = float(np.sum((rows @ slopes - n.moves) ** 2))
        if error < least - 1e-15:
            best, least = Rule(float(price_band), float(share_band), float(slopes[0]), float(slopes[1])), error
    return best


def _positive(rows: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Least squares with slopes of two rows not below nil: both, either alone, or none."""
    best, least = np.zeros(2), float(np.sum(moves**2))
    for on in ([0, 1], [0], [1]):
        slopes = np.zeros(2)
        slopes[on] = np.linalg.lstsq(rows[:, on], moves, rcond=None)[0]
        error = float(np.sum((rows @ slopes - moves) ** 2))
        if (slopes >= 0).all() and error < least:
            best, least = slopes, error
    return best
