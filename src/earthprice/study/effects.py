"""Effects of factors on an outcome: first-order and total (Sobol), and Shapley's, which sum to what is explained.

What a set S of factors tells of a surrogate f is v(S) = var E[f | z_S]. With independent factors v(S) is the sum of the
squared coefficients of the terms within S. Factors that are drawn together are Gaussian with the sample's correlation
R; then E[. | z_S] has covariance C_S = R[:, S] R[S, S]^-1 R[S, :], and for Hermite polynomials He_k of factors i and j
the covariance of the two expectations is C_S[i, j]^k (Mehler 1866). From v:

    first order v({i}) / var,    total (v(all) - v(all but i)) / var,
    Shapley: mean over orders of v(those before i, and i) - v(those before i), / var

(Sobol' 1993; Owen 2014, SIAM/ASA J. Uncertainty Quantification 2; Owen & Prieur 2017, ibid. 5). Among independent
factors Shapley's effect gives each of two that act together half of what they do together. A factor that does nothing
but is correlated with one that acts has a Shapley effect: the draws cannot tell the two apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations
from math import factorial
from typing import NamedTuple

import numpy as np

from earthprice.study.form import Kernel, as_terms, form, form_from
from earthprice.study.surrogate import (
    DEGREE,
    Design,
    Surrogate,
    Term,
    as_tuples,
    chosen_terms,
    design,
    least_squares,
    surrogate,
)

ORDERS = 60
"""Orders of the group's factors over which Shapley's effects are averaged, each used forwards and backwards; all orders
if there are fewer."""
TIMES = 12
"""Resamples of the draws."""


@dataclass(frozen=True)
class Shares:
    """Shares of a surrogate's variance by factor [F]: Shapley's, which sum to one, first-order and total."""

    shapley: np.ndarray
    first: np.ndarray
    total: np.ndarray


@dataclass(frozen=True)
class Effects:
    """Shares of an outcome's variance by factor [F].

    Attributes:
        share: Shapley's effects; they and 1 - `explained` sum to one.
        resampled_share: `share` in each resample of the draws, the terms chosen anew [times, F].
        first, total: first-order and total effects.
        explained: share of the variance that the surrogate explains on draws not seen.
        surrogate, design: what they come from.
    """

    share: np.ndarray
    resampled_share: np.ndarray
    first: np.ndarray
    total: np.ndarray
    explained: float
    surrogate: Surrogate
    design: Design

    @cached_property
    def curves(self) -> np.ndarray:
        """Coefficients of E[f | z_i] - mean by degree [F, 1 + DEGREE]: of Hermite's polynomials in the group.

        Of the group's other factors E[He_k(z_j) | z_i] = R[i, j]^k He_k(z_i) is known with it.
        """
        d, out = self.design, np.zeros((self.design.scores.shape[1], DEGREE + 1))
        at = list(d.group)
        for term, b in zip(self.surrogate.terms, self.surrogate.beta.tolist(), strict=True):
            (i, k), (j, _) = term[0], term[-1]
            if i in d.group and j in d.group:
                tie, degree = (d.ties[at, i] ** k, k) if len(term) == 1 else (d.ties[at, i] * d.ties[at, j], 2)
                out[at, degree] += b * tie * (1.0 if len(term) == 1 else np.sqrt(2.0))
            elif len(term) == 1:
                out[i, k] += b
        return out

    def range(self, *factors: int) -> tuple[float, float]:
        """5 and 95 % of the share of some factors together over the resamples, wide enough to hold the share."""
        low, high = np.percentile(self.resampled_share[:, factors].sum(1), [5, 95])
        share = float(self.share[list(factors)].sum())
        return min(float(low), share), max(float(high), share)


def effects(
    scores: np.ndarray,
    outcome: np.ndarray,
    group: Sequence[int] = (),
    minor: Sequence[int] = (),
    seed: int = 0,
    times: int = TIMES,
    slopes: np.ndarray | None = None,
) -> Effects:
    """Effects of every factor from draws that have been run.

    Args:
        scores: normal scores [n, F].
        outcome: [n], not all the same.
        group: positions of the factors that are drawn together, correlated.
        minor: positions of those that are many and weak, each taken only if it shows clearly.
        seed: of the resamples and the orders.
        times: how many resamples.
        slopes: size of each factor's slope, in several ways [ways, F], nil where unknown, for a form in all factors
            (`study.form`) beside the sparse surrogate; None: no form.
    """
    fit, d = surrogate(scores, outcome, group, minor)
    kernel: Kernel | None = None
    if slopes is not None:
        hermite = d if d.family == "hermite" else design(scores, group, "hermite", minor)
        whole, weighed = form(hermite, outcome, slopes)
        if whole.q2 >= fit.q2:
            fit, d, kernel = whole, hermite, weighed
    rng = np.random.default_rng(seed)
    walks = walks_of(d.correlation, rng)
    one = shares(d, fit.terms, fit.beta, walks)
    resampled = np.zeros((times, scores.shape[1]))
    for k in range(times if fit.terms else 0):
        rows = rng.integers(0, len(outcome), len(outcome))
        if kernel:
            told = as_terms(d, form_from(d, outcome, kernel, rows), fit.q2)
            terms, beta = told.terms, told.beta
        else:
            chosen = chosen_terms(d, outcome, rows, len(fit.terms))
            terms, beta = as_tuples(chosen), least_squares(d, outcome, chosen, rows)[1]
        resampled[k] = shares(d, terms, beta, walks).shapley
    share = fit.q2 * one.shapley
    return Effects(
        share, fit.q2 * resampled, fit.q2 * one.first, fit.q2 * one.total, fit.q2 if fit.terms else 0.0, fit, d
    )


def orders(size: int, rng: np.random.Generator) -> np.ndarray:
    """All orders of a group, or `ORDERS` at random forwards and backwards [P, size]."""
    if size <= 1 or factorial(size) <= 2 * ORDERS:
        return np.array(list(permutations(range(size))), int).reshape(factorial(size), size)
    some = np.array([rng.permutation(size) for _ in range(ORDERS)])
    return np.concatenate([some, some[:, ::-1]])


def steps_of(correlation: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """What each step of each order adds to what is known, u of C = sum of u u' over the steps so far [P, size, size].

    u = r / sqrt(r_j), r = (R - C)[:, j]; nothing where the others already tell it.
    """
    count, size = ways.shape
    out, at = np.zeros((count, size, size)), np.arange(count)
    for p, j in enumerate(ways.T):
        before = out[:, :p]
        r = correlation[j] - np.einsum("kq,kqi->ki", before[at, :, j], before)
        left = r[at, j]
        out[:, p] = r / np.sqrt(np.where(left > 1e-9, left, np.inf))[:, None]
    return out


class Walks(NamedTuple):
    """Steps of orders of the group.

    Attributes:
        ways: the orders over which effects are averaged [P, m].
        steps: of each of them, as of `steps_of` [P, m, m].
        turns: of the m orders of which the k-th begins with factor k and ends with the one before it [m, m, m].
    """

    ways: np.ndarray
    steps: np.ndarray
    turns: np.ndarray


def walks_of(correlation: np.ndarray, rng: np.random.Generator) -> Walks:
    """Orders of a group with this correlation [m, m]."""
    one = np.arange(len(correlation))
    ways = orders(len(one), rng)
    return Walks(ways, steps_of(correlation, ways), steps_of(correlation, (one[:, None] + one) % len(one)))


def shares(d: Design, terms: Sequence[Term], beta: np.ndarray, walks: Walks) -> Shares:
    """Shares of a surrogate's variance.

    Args:
        d: the design.
        terms: of the surrogate.
        beta: their coefficients.
        walks: orders of the group.
    """
    size, place = d.scores.shape[1], {factor: k for k, factor in enumerate(d.group)}
    shapley, first, total = [0.0] * size, [0.0] * size, [0.0] * size
    shared: dict[Term, list[tuple[Term, float]]] = {}
    for term, b in zip(terms, beta.tolist(), strict=True):
        if term[0][0] in place or term[-1][0] in place:
            alone = tuple(f for f in term if f[0] not in place)
            within = tuple((place[i], k) for i, k in term if i in place)
            shared.setdefault(alone, []).append((within, b))
            continue
        for i, _ in term:
            shapley[i] += b * b / len(term)
            total[i] += b * b
            first[i] += b * b if len(term) == 1 else 0.0
    shapley, first, total = np.array(shapley), np.array(first), np.array(total)
    crossed = {a: p for a, p in shared.items() if a and all(len(t) == 1 and t[0][1] == 1 for t, _ in p)}
    for alone, parts in shared.items():
        if alone not in crossed:
            _share_group(d, alone, parts, walks, (shapley, first, total))
    if crossed:
        _share_crossed(d, crossed, walks, shapley, total)
    variance = float(shapley.sum())
    scale = 1.0 / variance if variance > 0 else 0.0
    return Shares(shapley * scale, first * scale, total * scale)


def _share_group(
    d: Design,
    alone: Term,
    parts: list[tuple[Term, float]],
    walks: Walks,
    out: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Add the effects of terms of the group, each times the same polynomial of one independent factor, or of none.

    That factor stands at every place of an order alike: the p-th of m of the group comes after it in p of m + 1 places.
    """
    (shapley, first, total), at, m = out, np.array(d.group), len(d.group)
    told, turns = (explained_variance(parts, added) for added in (walks.steps, walks.turns))
    after = np.arange(1, m + 1) / (m + 1) if alone else np.ones(m)
    np.add.at(shapley, at[walks.ways], told * after / len(told))
    total[np.roll(at, 1)] += turns[:, -1]
    if alone:
        shapley[alone[0][0]] += (told @ (1.0 - after)).mean()
        total[alone[0][0]] += told[0].sum()
    else:
        first[at] += turns[:, 0]


def _share_crossed(
    d: Design,
    crossed: dict[Term, list[tuple[Term, float]]],
    walks: Walks,
    shapley: np.ndarray,
    total: np.ndarray,
) -> None:
    """As `_share_group` for lines of the group, each line times an independent factor: all at once."""
    at, m = np.array(d.group), len(d.group)
    others, line = [alone[0][0] for alone in crossed], np.zeros((m, len(crossed)))
    for k, parts in enumerate(crossed.values()):
        for term, b in parts:
            line[term[0][0], k] += b
    told, turns = (walks.steps @ line) ** 2, (walks.turns @ line) ** 2
    after = np.arange(1, m + 1) / (m + 1)
    np.add.at(shapley, at[walks.ways], told.sum(-1) * after / len(told))
    total[np.roll(at, 1)] += turns[:, -1].sum(-1)
    np.add.at(shapley, others, (1.0 - after) @ told.mean(0))
    np.add.at(total, others, told[0].sum(0))


def explained_variance(parts: Sequence[tuple[Term, float]], steps: np.ndarray) -> np.ndarray:
    """What each step adds to the variance of the expectation of terms of the group [..., p].

    It is 2 tr(A C A C) of z A z, to which products of two and He_2 belong, and so, with C = U U', twice the sum of the
    squares of U' A U; of lines of He_k, b' C^k b by entry.

    Args:
        parts: terms with positions in the group, and their coefficients.
        steps: the columns of U, as of `steps_of` [..., p, m].
    """
    m, out = steps.shape[-1], np.zeros(steps.shape[:-1])
    bends, lines = np.zeros((m, m)), {}
    for term, b in parts:
        if sum(k for _, k in term) == 2:
            (i, j), scale = _pair(term)
            bends[i, j] += 0.5 * b * scale
            bends[j, i] += 0.5 * b * scale
        else:
            lines.setdefault(term[0][1], np.zeros(m))[term[0][0]] += b
    if bends.any():
        square = (steps @ bends @ np.swapaxes(steps, -1, -2)) ** 2
        out += 4.0 * np.tril(square).sum(-1) - 2.0 * np.diagonal(square, axis1=-2, axis2=-1)
    for degree, b in lines.items():
        if degree == 1:
            out += (steps @ b) ** 2
        else:
            u = steps[..., np.flatnonzero(b)]
            known = np.cumsum(u[..., :, None] * u[..., None, :], axis=-3)
            out += np.diff((known**degree @ b[b != 0]) @ b[b != 0], prepend=0.0)
    return out


def _pair(term: Term) -> tuple[tuple[int, int], float]:
    """A term of degree two as a product: He_2(z) = (z z - 1) / √2."""
    if len(term) == 1:
        return (term[0][0], term[0][0]), 1.0 / np.sqrt(2.0)
    return (term[0][0], term[1][0]), 1.0
