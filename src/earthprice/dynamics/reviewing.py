"""Reviews as a padded table: rules that move a permit by what they see, as arrays that a run can carry."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jax import Array

from earthprice.dynamics.state import remembered
from earthprice.errors import RulebookError
from earthprice.world.terms import Terms


class Reviews(NamedTuple):
    """Padded table of the law's reviews, R reviews x W rows, L periods remembered, as `world.terms.Review`."""

    permit: Array  # permit that is moved [int; R]
    first: Array  # year of the first review [yr; R]
    every: Array  # time between reviews [yr; R]
    indicator: Array  # what a row looks at [int; R, W]
    low: Array  # lower end of its band [unit of the indicator; R, W]
    high: Array  # upper end of its band [unit of the indicator; R, W]
    above: Array  # move for each unit above the band [1/unit; R, W]
    below: Array  # move for each unit below the band [1/unit; R, W]
    lag: Array  # place in the memory that is seen, 0 the last period [int; R, W]
    at_most: Array  # largest move of one review [-; R]
    never_below: Array  # least amount [kt/yr; R]
    never_above: Array  # largest amount [kt/yr; R]
    seen: Array  # how many periods back each place of the memory lies [periods; L]


def review_table(terms: Terms, indicators: tuple[str, ...], dt: float) -> Reviews:
    """Reviews of the law as arrays.

    Args:
        terms: the law.
        indicators: names of what a review can look at, in their order.
        dt: length of a period [years].

    Raises:
        RulebookError: an indicator is seen later than is remembered.
    """
    r = max(len(terms.reviews), 1)
    q = max([len(x.indicators) for x in terms.reviews], default=1)
    table = {k: np.zeros((r, q)) for k in ("low", "high", "above", "below")}
    indicator, lag = np.zeros((r, q), np.int32), np.zeros((r, q), np.int32)
    permit, first = np.zeros(r, np.int32), np.full(r, 1e9)
    every, most = np.ones(r), np.zeros(r)
    least, top = np.zeros(r), np.full(r, 1e12)
    for i, x in enumerate(terms.reviews):
        permit[i], first[i], every[i], most[i] = terms.permits.index(x.permit), x.first, x.every, x.at_most
        least[i], top[i] = x.never_below, x.never_above
        for j, name in enumerate(x.indicators):
            indicator[i, j] = indicators.index(name) if name else 0
            lag[i, j] = _lag(x.lag[j], dt)
            for k in table:
                table[k][i, j] = getattr(x, k)[j]
    return Reviews(
        permit,
        first,
        every,
        indicator,
        **table,
        lag=lag,
        at_most=most,
        never_below=least,
        never_above=top,
        seen=np.arange(1, remembered(dt) + 1),
    )


def _lag(years: float, dt: float) -> int:
    """Place in the memory of indicators of the period that began `years` ago; the last period is the latest known."""
    place = max(round(years / dt) - 1, 0)
    if place >= remembered(dt):
        raise RulebookError(
            f"a review sees an indicator {years:g} years late",
            where="terms, reviews",
            accepted=f"at most {remembered(dt) * dt:g} years with periods of {dt:g} years",
        )
    return place
