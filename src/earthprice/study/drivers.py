"""Drivers: what the spread of a figure comes from, where a factor turns its sign, and the slope at the central draw.

A figure's difference is put on the scale of normal scores (its rank among the draws as a standard normal), since in
many figures a few extreme draws hold most of the variance, of which the 9-in-10 range shows nothing. Effects are shares
of the variance on that scale (`study.effects`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from earthprice.law import number_at
from earthprice.measures.spread import FEWEST
from earthprice.runs.crew import each
from earthprice.runs.runner import Runner
from earthprice.runs.sample import EDGE, Sample
from earthprice.study.assessment import DRIVER_COLUMNS
from earthprice.study.effects import Effects, effects
from earthprice.study.ensemble import Pair, Plan
from earthprice.study.figures import Figure
from earthprice.study.surrogate import polynomial
from earthprice.world.factors import OWN

TOP = 5
"""Drivers listed per figure."""
SMALLEST = 0.005
"""Share below which a factor is not listed."""
REACH = float(ndtri(1.0 - EDGE))
"""Scores between which a sign may flip: the draws go no further."""


def drivers_table(
    plan: Plan,
    draws: Sample,
    kept: Sequence[Pair],
    figures: Sequence[Figure],
    law: pd.DataFrame,
    seed: int = 0,
    runner: Runner | int = 1,
) -> pd.DataFrame:
    """What the spread of each figure's difference comes from (columns `DRIVER_COLUMNS`; `slope` not yet known)."""
    words = plan.engine.world.numbers.words
    basis = dict(zip(law["key"], law["basis"], strict=True))
    scores = draws.scores[[p.draw for p in kept]]
    group = [i for i, name in enumerate(draws.factors) if name in plan.centre]
    minor = tuple(i for i, name in enumerate(draws.factors) if name.startswith(OWN))
    asked = []
    for f in figures:
        change = np.array([f.read(p.reform) - f.read(p.baseline) for p in kept])
        good = np.isfinite(change)
        if good.sum() < FEWEST or np.ptp(change[good]) == 0:
            continue
        asked.append(Spread(f.key, scores[good], change[good]))
    work = partial(_effects, tuple(group), minor, seed)
    rows = []
    for (key, x, y), found in zip(asked, each(asked, work, lambda *_: None, runner), strict=True):
        for i in np.argsort(-found.share, kind="stable")[:TOP]:
            if found.share[i] < SMALLEST:
                continue
            name, i = draws.factors[i], int(i)
            at = turn(found, y, i)
            quantile = float(ndtr(x[:, i].mean() + x[:, i].std() * at)) if i in group else float(ndtr(at))
            value, said = value_at(plan, law, name, quantile)
            rows.append(
                (
                    key,
                    name,
                    words.get(name, name),
                    basis[name] if name in basis else _basis(plan, name),
                    float(found.share[i]),
                    float(found.low[i]),
                    float(found.high[i]),
                    float(found.first[i]),
                    float(found.total[i]),
                    found.explained,
                    effect(found, y, i),
                    float("nan"),
                    *(positive(found, y, i, z) for z in (-REACH, REACH)),
                    value,
                    said,
                )
            )
    return pd.DataFrame(rows, columns=list(DRIVER_COLUMNS))


class Spread(NamedTuple):
    """The change of a figure in the draws in which it is known: its key, scores of the factors [S, F], changes [S]."""

    key: str
    scores: np.ndarray
    change: np.ndarray


def _effects(group: tuple[int, ...], minor: tuple[int, ...], seed: int, asked: Spread) -> Effects:
    return effects(asked.scores, normal_scores(asked.change), group, minor, seed)


def normal_scores(outcome: np.ndarray) -> np.ndarray:
    """Ranks as standard normals: Φ^-1((rank - 1/2) / n); what is equal shares its mean rank."""
    _, of, count = np.unique(outcome, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - 0.5 * (count - 1)
    return ndtri((rank[of] - 0.5) / len(outcome))


def middle(found: Effects, factor: int, z: np.ndarray) -> np.ndarray:
    """Median of the outcome's score where one factor stands at z, all others as drawn: E[f | z_i].

    Of the group's other factors E[He_k(z_j) | z_i] = R[i, j]^k He_k(z_i) is known with it.
    """
    d, out = found.design, np.full(np.shape(z), found.surrogate.mean)
    for term, b in zip(found.surrogate.terms, found.surrogate.beta.tolist(), strict=True):
        if factor not in d.group:
            if len(term) == 1 and term[0][0] == factor:
                out = out + b * polynomial(d.family, term[0][1], z)
        elif all(i in d.group for i, _ in term):
            tie = [float(d.correlation[d.group.index(factor), d.group.index(i)]) for i, _ in term]
            if len(term) == 1:
                out = out + b * tie[0] ** term[0][1] * polynomial("hermite", term[0][1], z)
            else:
                out = out + b * tie[0] * tie[1] * (z**2 - 1.0)
    return out


def nil(outcome: np.ndarray) -> float:
    """Score at which the outcome is nil; infinite where all draws have one sign."""
    return float(ndtri(np.mean(outcome < 0) + 0.5 * np.mean(outcome == 0)))


def turn(found: Effects, outcome: np.ndarray, factor: int) -> float:
    """Score of a factor nearest its middle at which the outcome's median is nil; NaN if none that the draws reach."""
    z = np.linspace(-REACH, REACH, 401)
    gap = middle(found, factor, z) - nil(outcome)
    if not np.isfinite(gap).all():
        return float("nan")
    cross = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)
    if not len(cross):
        return float("nan")
    at = z[cross] + (z[1] - z[0]) * gap[cross] / (gap[cross] - gap[cross + 1])
    return float(at[np.abs(at).argmin()])


def effect(found: Effects, outcome: np.ndarray, factor: int) -> float:
    """Change of the median by one standard deviation of a factor, in the outcome's unit: from -1 to 1, halved."""
    low, high = middle(found, factor, np.array([-1.0, 1.0]))
    scores = normal_scores(outcome)
    order = np.argsort(scores, kind="stable")
    return float(0.5 * np.diff(np.interp([low, high], scores[order], outcome[order]))[0])


def positive(found: Effects, outcome: np.ndarray, factor: int, z: float) -> float:
    """Share of draws in which the outcome is above nil where one factor stands at z: Φ((E[f | z_i] - nil) / s).

    s is what the factor leaves of the outcome's spread, s² = var - var E[f | z_i].
    """
    own = middle(found, factor, found.design.scores[:, factor])
    left = max(float(np.var(normal_scores(outcome)) - np.var(own)), 1e-12)
    return float(ndtr((middle(found, factor, np.array([z]))[0] - nil(outcome)) / np.sqrt(left)))


def value_at(plan: Plan, law: pd.DataFrame, name: str, quantile: float) -> tuple[float, str]:
    """Where a parameter stands at a quantile: its value if it is one number, else the quantile; and both in words."""
    if not np.isfinite(quantile):
        return float("nan"), ""
    numbers = plan.engine.world.numbers
    if name in numbers.members:
        rows = numbers.table.iloc[numbers.members[name]]
        row = rows[rows["value"] != 0].iloc[0] if (rows["value"] != 0).any() else rows.iloc[0]
        value = numbers.draw({name: quantile})[str(row.name)]
        if len(rows) == 1:
            return value, f"{value:.3g} {row['unit']}".strip()
        member = str(row.name).replace("/", ", ").replace("_", " ")
        return quantile, f"the {100 * quantile:.0f} % point of its range ({member}: {value:.3g} {row['unit']})"
    at = number_at(plan.texts.reform.stack, name, quantile, plan.texts.as_of)
    return at, f"{at:.3g} {law.loc[law['key'] == name, 'unit'].iloc[0]}".strip()


def _basis(plan: Plan, factor: str) -> str:
    numbers = plan.engine.world.numbers
    kinds = numbers.table["basis"].iloc[numbers.members[factor]]
    return str(kinds.mode().iloc[0])
