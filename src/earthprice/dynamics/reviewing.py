"""Reviews as a padded table: rules that move a permit by what they see, as arrays that a run can carry."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jax import Array

from earthprice.dynamics.clock import BACK
from earthprice.errors import RulebookError
from earthprice.world.terms import Terms


class Reviews(NamedTuple):
    """Padded table of the law's reviews, R reviews x W rows, as `world.terms.Review`."""

    permit: Array  # permit that is moved [int; R]
    first: Array  # year of the first review [yr; R]
    every: Array  # time between reviews [yr; R]
    indicator: Array  # what a row looks at [int; R, W]
    low: Array  # lower end of its band [unit of the indicator; R, W]
    high: Array  # upper end of its band [unit of the indicator; R, W]
    above: Array  # move for each unit above the band [1/unit; R, W]
    below: Array  # move for each unit below the band [1/unit; R, W]
    lag: Array  # how long ago the year began that is seen; the last one at the latest [yr; R, W]
    at_most: Array  # largest move of one review [-; R]
    never_below: Array  # least amount [kt/yr; R]
    never_above: Array  # largest amount [kt/yr; R]
    alike: Array  # 1 where two reviews move permits of one cap, else 0 [-; R, R]


def review_table(terms: Terms, indicators: tuple[str, ...]) -> Reviews:
    """Reviews of the law as arrays.

    Args:
        terms: the law.
        indicators: names of what a review can look at, in their order.

    Raises:
        RulebookError: an indicator is seen later than is remembered.
    """
    r = max(len(terms.reviews), 1)
    q = max([len(x.indicators) for x in terms.reviews], default=1)
    table = {k: np.zeros((r, q)) for k in ("low", "high", "above", "below", "lag")}
    indicator = np.zeros((r, q), np.int32)
    permit, first = np.zeros(r, np.int32), np.full(r, 1e9)
    every, most = np.ones(r), np.zeros(r)
    least, top = np.zeros(r), np.full(r, 1e12)
    for i, x in enumerate(terms.reviews):
        permit[i], first[i], every[i], most[i] = terms.permits.index(x.permit), x.first, x.every, x.at_most
        least[i], top[i] = x.never_below, x.never_above
        if x.indicators and x.indicators[0]:  # else it is padding, with rows of nil
            rows = slice(len(x.indicators))
            indicator[i, rows] = [indicators.index(name) if name else 0 for name in x.indicators]
            _check_lag(max(x.lag))
            for k, of in table.items():
                of[i, rows] = getattr(x, k)
    caps = [x.cap for x in terms.reviews] or [""]
    alike = np.array([[float(a == b) for b in caps] for a in caps])
    return Reviews(
        permit,
        first,
        every,
        indicator,
        **table,
        at_most=most,
        never_below=least,
        never_above=top,
        alike=alike,
    )


def _check_lag(years: float) -> None:
    if years > BACK:
        raise RulebookError(
            f"a review sees an indicator {years:g} years late",
            where="terms, reviews",
            accepted=f"at most {BACK:g} years",
        )
