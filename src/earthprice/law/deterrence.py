"""Deterrence: what inspection, penalty and tracing together cost an unlicensed site, as a share of its revenue.

A site with revenue p and cost c a tonne is caught with probability π. Then the share s of its product is seized and it
pays a fine of m times its gain p − c, at least F a tonne, but no more than its wealth, W times its revenue. It digs iff

    (1 − sπ) p − c − π min(max(m (p − c), F), W p) > 0.

Written for the gain g = p − c the left side is the larger of g − sπp − π max(mg, F) and g − sπp − πWp, so it is
positive exactly above one gain,

    g* = min( max( sπp / (1 − πm), sπp + πF ), π (s + W) p ),

where the first branch is infinite if πm ≥ 1: no gain then covers the fine, only wealth bounds it. The site digs iff
p − c > g*, just as if it paid the share τ = g*/p of its revenue. F/p is taken at base prices. Where the gain
is confiscated instead of the product, it digs iff (1 − π) g − πm g > 0, that is π < 1/(1 + m). With the product seized
(s = 1) and any fine collected, τ reaches all of revenue at the same line; with wealth W it never exceeds π (1 + W), so
that beyond m = W/((1 + W) π) a higher multiple adds nothing (Becker 1968, JPE 76; Polinsky & Shavell 1984, J. Public
Economics 24).
"""

from __future__ import annotations

import numpy as np

ArrayLike = np.ndarray | float


def expected_charge(
    caught: ArrayLike, seized: ArrayLike, times_gain: ArrayLike, wealth: ArrayLike, floor: ArrayLike = 0.0
) -> np.ndarray:
    """Share τ of revenue that being unlicensed costs the marginal site.

    Args:
        caught: share of tonnes caught π in [0, 1].
        seized: share of the product seized when caught s in [0, 1].
        times_gain: fine as a multiple of the gain, m >= 0.
        wealth: largest fine that can be collected, as a multiple of revenue, W >= 0.
        floor: least fine over revenue, F/p >= 0.

    Returns:
        τ = min(max(sπ/(1 − πm), sπ + π F/p), π(s + W)).
    """
    pi, s, m = (np.asarray(x, float) for x in (caught, seized, times_gain))
    rest = 1.0 - pi * m
    by_gain = np.where(rest > 0, s * pi / np.where(rest > 0, rest, 1.0), np.inf)
    by_floor = s * pi + pi * np.asarray(floor, float)
    return np.minimum(np.maximum(by_gain, by_floor), pi * (s + np.asarray(wealth, float)))


def share_that_deters(times_gain: float) -> float:
    """Share caught above which digging does not pay where the gain is confiscated: 1/(1 + m)."""
    return 1.0 / (1.0 + times_gain)


def digging_pays(caught: float, times_gain: float) -> bool:
    """Whether digging pays where the gain is confiscated and the fine is m times the gain: π < 1/(1 + m)."""
    return caught < share_that_deters(times_gain)


def with_tracing(caught: ArrayLike, coverage: ArrayLike, detects: ArrayLike) -> np.ndarray:
    """Share caught with tracing: π' = 1 − (1 − π)(1 − coverage × detects)."""
    return 1.0 - (1.0 - np.asarray(caught, float)) * (1.0 - np.asarray(coverage, float) * np.asarray(detects, float))
