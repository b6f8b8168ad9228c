"""Spread: what may be said of a number known only over draws: its range, its sign, and the words for both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FEWEST = 20
"""Draws from which 5 and 95 % can be told, and with them a range and a sign word."""
SURE = {"nearly sure": 0.95, "likely": 0.80, "leaning": 0.60}
"""Least share of draws of one sign for each of the sign words."""
UNCLEAR, FEW, SAME, UNKNOWN = "no clear sign", "few draws", "no change", "unknown"
"""What stands in place of a sign word: draws that disagree, too few of them, no change in any of them, no number."""
NOISE = 1e-9
"""Change, as a share of the level, below which two runs of one law may differ: the solver's tolerance."""
NIL = 1e-4
"""Change that is told as none: as a share of the level, or of money that has no level, in bn USD2020. No number of the
world is known as well; markets pass on what happens elsewhere in amounts as small, which no reader can use."""
EVER = 10 * NIL
"""Share of the level that a change told as none exceeds in no draw."""


def ranged(values: Sequence[float] | np.ndarray, axis: int = 0) -> np.ndarray:
    """Low end, median and high end over draws: 5, 50 and 95 %, of fewer than `FEWEST` draws the least and greatest.

    Args:
        values: one value a draw, in any unit, along `axis`.
        axis: the axis of the draws.

    Returns:
        The three along a new first axis [3, ...], of the draws in which the value is known; NaN where it is in none.
    """
    x = np.asarray(values, float)
    if x.shape[axis] == 1:  # one draw is its own range
        alone = x.take(0, axis)
        return np.array([np.where(np.isfinite(alone), alone, np.nan)] * 3)
    ends = (5, 50, 95) if x.shape[axis] >= FEWEST else (0, 50, 100)
    known = np.isfinite(x).any(axis)
    with_nil = np.where(np.expand_dims(known, axis), x, 0.0)
    middle = np.nanpercentile if np.isnan(with_nil).any() else np.percentile  # the first is slow, and the same without
    found = middle(with_nil, ends, axis=axis) if x.shape[axis] else np.zeros((3, *known.shape))
    return np.where(known, found, np.nan)


def among(draws: int) -> str:
    """Which draws a range holds, in words."""
    if draws >= FEWEST:
        return "9 in 10 draws"
    return "1 draw" if draws == 1 else f"{draws} draws"


def changed(base: np.ndarray, reform: np.ndarray, axis: int = 0) -> np.ndarray:
    """Change of a level over draws [the unit of both]; the one place that says when it is none, exactly nil.

    It is none in every draw where its median size is at most `NIL` of the level and in no draw above `EVER`; else in
    the draws in which it is no more than the solver's noise.

    Args:
        base: without the reform, by draw.
        reform: with it.
        axis: the axis of the draws.
    """
    change, level = reform - base, np.maximum(np.abs(base), np.abs(reform))
    share = np.abs(change) / np.where(level > 0, level, 1.0)
    if not share.shape[axis]:
        return change
    none = (np.median(share, axis, keepdims=True) <= NIL) & (np.max(share, axis, keepdims=True) <= EVER)
    return np.where(none | (share <= NOISE), 0.0, change)


def gained(gain: Sequence[float] | np.ndarray) -> np.ndarray:
    """Gain over draws [bn USD2020], which has no level beside it: exactly nil where it is above `NIL` in no draw."""
    x = np.asarray(gain, float)
    return np.zeros_like(x) if np.all(np.abs(x) <= NIL) else x


def least(level: float, gain: bool = False) -> float:
    """Size from which one change beside a level, or one gain [bn USD2020], is told [the unit of the level]."""
    return NIL if gain else NIL * abs(level)


def share_above_nil(change: np.ndarray) -> float:
    """Share of draws in which a change is above nil, half of the nils counted; NaN where there is no change at all."""
    if not len(change) or not np.any(change):
        return float("nan")
    return float(np.mean(change > 0) + 0.5 * np.mean(change == 0))


def sign_word(share_positive: float) -> str:
    """Nearly sure (at least 95 % of draws agree), likely (80-95), leaning (60-80), else no clear sign.

    Args:
        share_positive: share of draws [0-1] in which a change is above nil; NaN when unknown.
    """
    if not np.isfinite(share_positive):
        return UNKNOWN
    share = max(share_positive, 1.0 - share_positive) + 1e-12
    return next((word for word, least in SURE.items() if share >= least), UNCLEAR)


def verdict(change: np.ndarray) -> str:
    """The sign word of a change over draws, or why there is none: unknown, no change, few draws."""
    if not len(change):
        return UNKNOWN
    if not np.any(change):
        return SAME
    return FEW if len(change) < FEWEST else sign_word(share_above_nil(change))
