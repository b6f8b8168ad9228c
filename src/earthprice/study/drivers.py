"""Drivers: what the spread of a figure comes from, where a factor turns its sign, and the slope at the central draw.

A figure's difference is put on the scale of normal scores (its rank among the draws as a standard normal), since in
many figures a few extreme draws hold most of the variance, of which the 9-in-10 range shows nothing. Effects are shares
of the variance on that scale (`study.effects`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from earthprice.law import number_at, numbers
from earthprice.measures.spread import FEWEST
from earthprice.runs.crew import hired
from earthprice.runs.runner import Begun, Runner, begin
from earthprice.runs.sample import EDGE, Sample
from earthprice.study.assessment import DRIVER_COLUMNS
from earthprice.study.effects import Effects, effects
from earthprice.study.ensemble import Pair, Plan
from earthprice.study.figures import Figure
from earthprice.study.slopes import Slopes
from earthprice.study.surrogate import polynomials
from earthprice.world.factors import OWN

TOP = 5
"""Drivers listed per figure."""
SMALLEST = 0.005
"""Share below which a factor is not listed."""
Along = tuple[tuple[int, float], ...]
"""A direction: factors with their parts of it."""
REACH = float(ndtri(1.0 - EDGE))
"""Scores between which a sign may flip: the draws go no further."""


def drivers_table(
    plan: Plan,
    draws: Sample,
    kept: Sequence[Pair],
    figures: Sequence[Figure],
    slopes: Slopes,
    seed: int = 0,
    runner: Runner | int = 1,
) -> pd.DataFrame:
    """What the spread of each figure's difference comes from (columns `DRIVER_COLUMNS`).

    Own parts of one kind (of mines, uses, places) are told together, with the names of those that weigh most.

    Args:
        plan: the plan.
        draws: the sample.
        kept: both laws in the draws that cleared.
        figures: the figures.
        slopes: by figure and factor at the central draw (`study.slopes`); what is missing says nothing.
        seed: of the resamples.
        runner: as of `crew.each`.
    """
    with hired(runner) as crew:
        return begin_drivers(plan, draws, kept, figures, slopes, seed, crew).table()


@dataclass(frozen=True)
class DriversBegun:
    """The table of drivers under way.

    Attributes:
        plan: the plan.
        names: the factors.
        asked: the figures that have drivers.
        effects: of each of them.
    """

    plan: Plan
    names: Sequence[str]
    asked: Sequence[Spread]
    effects: Begun

    def table(self) -> pd.DataFrame:
        """Wait for it (columns `DRIVER_COLUMNS`)."""
        law = numbers(self.plan.texts.reform.stack, as_of=self.plan.texts.as_of)
        basis, rows = cache(partial(_basis, self.plan, dict(zip(law["key"], law["basis"], strict=True)))), []
        for spread, found in zip(self.asked, self.effects.done(lambda *_: None), strict=True):
            for of in sorted(kinds(self.names), key=lambda of: -found.share[list(of)].sum())[:TOP]:
                if found.share[list(of)].sum() >= SMALLEST:
                    rows.append(_row(self.plan, law, basis, self.names, spread, found, of))
        return pd.DataFrame(rows, columns=list(DRIVER_COLUMNS))


def begin_drivers(
    plan: Plan,
    draws: Sample,
    kept: Sequence[Pair],
    figures: Sequence[Figure],
    slopes: Slopes,
    seed: int,
    crew: Runner,
) -> DriversBegun:
    """Start the effects of every figure; as of `drivers_table`."""
    scores, names = draws.scores[[p.draw for p in kept]], draws.factors
    group = [i for i, name in enumerate(names) if name in plan.central_quantiles]
    minor = tuple(i for i, name in enumerate(names) if name.startswith(OWN))
    asked = []
    for f in figures:
        good, change = f.change_where_known(kept)
        if len(change) < FEWEST or np.ptp(change) == 0:
            continue
        at = np.array([slopes.get(f.key, {}).get(n, (np.nan, np.nan)) for n in names])
        at[group] *= scores[good][:, group].std(0)[:, None]
        asked.append(Spread(f.key, scores[good], change, at))
    return DriversBegun(plan, names, asked, begin(asked, partial(_effects, tuple(group), minor, seed), crew))


class Spread(NamedTuple):
    """The change of a figure in the draws in which it is known.

    Attributes:
        key: the figure.
        scores: of the factors [S, F].
        change: of the figure [S].
        slopes: at the central draw by a standard deviation of each factor, under baseline and reform [F, 2].
    """

    key: str
    scores: np.ndarray
    change: np.ndarray
    slopes: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        """Sizes of the slopes of the change, and of the larger of the two levels [2, F]; nil where one is unknown.

        A slope by which a single factor would move the change more than all draws do is a jump at the central draw.
        """
        change, level = np.abs(self.slopes[:, 1] - self.slopes[:, 0]), np.abs(self.slopes).max(1)
        most = 0.5 * float(np.diff(np.percentile(self.change, [5, 95]))[0])
        return np.where(change <= most, np.nan_to_num(np.stack([change, level])), 0.0)


def kinds(names: Sequence[str]) -> list[tuple[int, ...]]:
    """What is told in one row: each factor alone, own parts of one kind together."""
    out: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        out.setdefault(kind(name), []).append(i)
    return [tuple(of) for of in out.values()]


def kind(name: str) -> str:
    """Name of the row that a factor is told in: its own, or `own/FAMILY`."""
    return name.rpartition("/")[0] if name.startswith(OWN) else name


def _row(
    plan: Plan,
    law: pd.DataFrame,
    basis: Callable[[str], str],
    names: Sequence[str],
    spread: Spread,
    found: Effects,
    of: tuple[int, ...],
) -> tuple[Any, ...]:
    """A row of the table: of one factor, or of the own parts of a kind along the direction in which they act."""
    y, name, at = spread.change, names[of[0]], list(of)
    along = toward(found, of)
    score = turn(found, y, along) if len(of) == 1 and not name.startswith(OWN) else float("nan")
    grouped = of[0] in found.design.group
    quantile = float(ndtr(spread.scores[:, at[0]].mean() + spread.scores[:, at[0]].std() * score)) if grouped else score
    value, flips = value_at(plan, law, name, quantile if grouped else float(ndtr(score)))
    moved = spread.slopes[at] @ np.array([-1.0, 1.0])
    return (
        spread.key,
        kind(name),
        row_in_words(plan, names, found, of),
        basis(name),
        float(found.share[at].sum()),
        *found.range(*of),
        float(found.first[at].sum()),
        min(float(found.total[at].sum()), found.explained),
        found.explained,
        effect(found, y, along),
        float(np.sum([u * m for (_, u), m in zip(along, moved, strict=True)])),
        *share_above_nil_along(found, y, along, np.array([-REACH, REACH])).tolist(),
        value,
        flips,
    )


def row_in_words(plan: Plan, names: Sequence[str], found: Effects, of: tuple[int, ...]) -> str:
    """A row in words: of own parts the kind, and the two that weigh most."""
    first = names[of[0]]
    if not first.startswith(OWN):
        return str(plan.engine.world.numbers.words.get(first, first))
    most = sorted(of, key=lambda i: -found.share[i])[:2]
    whose = ", ".join(names[i].rpartition("/")[2].replace("_", " ") for i in most)
    return f"{kind(first).removeprefix(OWN)}, own parts ({whose} first)"


def _effects(group: tuple[int, ...], minor: tuple[int, ...], seed: int, asked: Spread) -> Effects:
    """Effects without the polynomials at the draws, which are most of them and which no row reads."""
    found = effects(asked.scores, normal_scores(asked.change), group, minor, seed, slopes=asked.sizes)
    return replace(found, design=replace(found.design, values=found.design.values[:0]))


def normal_scores(outcome: np.ndarray) -> np.ndarray:
    """Ranks as standard normals: Φ^-1((rank - 1/2) / n); what is equal shares its mean rank."""
    _, of, count = np.unique(outcome, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - 0.5 * (count - 1)
    return ndtri((rank[of] - 0.5) / len(outcome))


def curves_at(found: Effects, of: Sequence[int], z: np.ndarray) -> np.ndarray:
    """Median of the outcome's score, less its mean, where each of some factors stands at its z [..., n]: E[f | z_i].

    Args:
        found: the effects.
        of: the factors [n].
        z: of each, all others as drawn [..., n].
    """
    d = found.design
    values = np.where(np.isin(of, d.group), polynomials("hermite", z), polynomials(d.family, z))
    return np.einsum("nk,k...n->...n", found.curves[list(of)], values)


def toward(found: Effects, of: Sequence[int]) -> Along:
    """The direction in the scores of some factors in which the outcome's median moves most; a factor's own alone."""
    if len(of) == 1:
        return ((of[0], 1.0),)
    low, high = curves_at(found, of, np.repeat([[-1.0], [1.0]], len(of), axis=1))
    size = float(np.sqrt(((high - low) ** 2).sum()))
    return tuple(zip(of, ((high - low) / size if size else high - low).tolist(), strict=True))


def median_at(found: Effects, along: Along, z: np.ndarray) -> np.ndarray:
    """Median of the outcome's score at z along a direction of independent factors, or of one factor."""
    of, part = zip(*along, strict=True)
    return found.surrogate.mean + curves_at(found, of, z[:, None] * np.array(part)).sum(-1)


def nil(outcome: np.ndarray) -> float:
    """Score at which the outcome is nil; infinite where all draws have one sign."""
    return float(ndtri(np.mean(outcome < 0) + 0.5 * np.mean(outcome == 0)))


def turn(found: Effects, outcome: np.ndarray, along: Along) -> float:
    """Score nearest the middle of a direction at which the median is nil; NaN if none that the draws reach."""
    z = np.linspace(-REACH, REACH, 401)
    gap = median_at(found, along, z) - nil(outcome)
    if not np.isfinite(gap).all():
        return float("nan")
    cross = np.flatnonzero(np.sign(gap[:-1]) * np.sign(gap[1:]) < 0)
    if not len(cross):
        return float("nan")
    at = z[cross] + (z[1] - z[0]) * gap[cross] / (gap[cross] - gap[cross + 1])
    return float(at[np.abs(at).argmin()])


def effect(found: Effects, outcome: np.ndarray, along: Along) -> float:
    """Change of the median by one standard deviation along a direction, in the outcome's unit: from -1 to 1, halved."""
    low, high = median_at(found, along, np.array([-1.0, 1.0]))
    scores = normal_scores(outcome)
    order = np.argsort(scores, kind="stable")
    return float(0.5 * np.diff(np.interp([low, high], scores[order], outcome[order]))[0])


def share_above_nil_along(found: Effects, outcome: np.ndarray, along: Along, z: np.ndarray) -> np.ndarray:
    """Share of draws in which the outcome is above nil at each z along a direction: Φ((E[f | z_i] - nil) / s).

    s is what the factor leaves of the outcome's spread, s² = var - var E[f | z_i].
    """
    own = median_at(found, along, found.design.scores[:, [i for i, _ in along]] @ np.array([u for _, u in along]))
    left = max(float(np.var(normal_scores(outcome)) - np.var(own)), 1e-12)
    return ndtr((median_at(found, along, z) - nil(outcome)) / np.sqrt(left))


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


def _basis(plan: Plan, of_law: Mapping[str, str], factor: str) -> str:
    """On what a number of the law or most numbers of a factor of the world rest."""
    if factor in of_law:
        return of_law[factor]
    numbers = plan.engine.world.numbers
    kinds = numbers.table["basis"].iloc[numbers.members[factor]]
    return str(kinds.mode().iloc[0])
