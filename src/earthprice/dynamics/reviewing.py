"""Reviews as a padded table: rules that move a permit by what they see, as arrays that a run can carry."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jax import Array

from earthprice.dynamics.state import remembered
from earthprice.errors import RulebookError
from earthprice.world.terms import Terms


class Review(NamedTuple):
    """Padded table of review rows, R reviews x Q rows; `seen`: how many periods back each place of the memory lies."""

    permit: Array
    first: Array
    every: Array
    indicator: Array
    low: Array
    high: Array
    above: Array
    below: Array
    lag: Array
    at_most: Array
    never_below: Array
    never_above: Array
    seen: Array


def review_table(terms: Terms, indicators: tuple[str, ...], dt: float) -> Review:
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
    return Review(permit, first, every, indicator, **table, lag=lag, at_most=most, never_below=least, never_above=top,
                  seen=np.arange(1, remembered(dt) + 1))  # fmt: skip


def _lag(years: float, dt: float) -> int:
    """Place in the memory of indicators of the period that began `years` ago; the last period is the latest known."""
    place = max(round(years / dt) - 1, 0)
    if place >= remembered(dt):
        raise RulebookError(f"a review sees an indicator {years:g} years late", where="terms, reviews",
                            accepted=f"at most {remembered(dt) * dt:g} years with periods of {dt:g} years")  # fmt: skip
    return place
