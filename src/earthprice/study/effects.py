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
from itertools import permutations
from math import factorial

import numpy as np

from earthprice.study.form import Kernel, as_terms, form, form_from
from earthprice.study.surrogate import Design, Surrogate, Term, chosen_terms, design, least_squares, surrogate

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
        hermite = design(scores, group, "hermite", minor)
        whole, weighed = form(hermite, outcome, slopes)
        if whole.q2 >= fit.q2:
            fit, d, kernel = whole, hermite, weighed
    rng = np.random.default_rng(seed)
    ways = orders(len(d.group), rng)
    paths = ways, known_after(d.correlation, ways)
    one = shares(d, fit.terms, fit.beta, paths)
    resampled = np.zeros((times, scores.shape[1]))
    for k in range(times if fit.terms else 0):
        rows = rng.integers(0, len(outcome), len(outcome))
        if kernel:
            told = as_terms(d, form_from(d, outcome, kernel, rows), fit.q2)
            terms, beta = told.terms, told.beta
        else:
            terms = chosen_terms(d, outcome, rows, len(fit.terms))
            beta = least_squares(d, outcome, terms, rows)[1]
        resampled[k] = shares(d, terms, beta, paths).shapley
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


def known_after(correlation: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """C_S as the factors of each order become known one by one [P, size + 1, size, size].

    Each adds r r' / r_j, r = (R - C)[:, j]; nothing where the others already tell it.
    """
    count, size = ways.shape
    out, at = np.zeros((count, size + 1, size, size)), np.arange(count)
    for p in range(size):
        r = correlation[:, ways[:, p]].T - out[at, p, :, ways[:, p]]
        left = r[at, ways[:, p]]
        r = r / np.sqrt(np.where(left > 1e-9, left, np.inf))[:, None]
        out[:, p + 1] = out[:, p] + r[:, :, None] * r[:, None, :]
    return out


def shares(d: Design, terms: Sequence[Term], beta: np.ndarray, paths: tuple[np.ndarray, np.ndarray]) -> Shares:
    """Shares of a surrogate's variance.

    Args:
        d: the design.
        terms: of the surrogate.
        beta: their coefficients.
        paths: orders of the group, and what is known after each of their steps.
    """
    size = d.scores.shape[1]
    shapley, first, total = np.zeros(size), np.zeros(size), np.zeros(size)
    shared: dict[Term, list[tuple[Term, float]]] = {}
    for term, b in zip(terms, beta.tolist(), strict=True):
        alone = tuple(f for f in term if f[0] not in d.group)
        within = tuple((d.group.index(i), k) for i, k in term if i in d.group)
        if within:
            shared.setdefault(alone, []).append((within, b))
            continue
        for i, _ in alone:
            shapley[i] += b * b / len(alone)
            total[i] += b * b
            first[i] += b * b if len(alone) == 1 else 0.0
    crossed = {a: p for a, p in shared.items() if a and all(len(t) == 1 and t[0][1] == 1 for t, _ in p)}
    for alone, parts in shared.items():
        if alone not in crossed:
            _share_group(d, alone, parts, paths, (shapley, first, total))
    if crossed:
        _share_crossed(d, crossed, paths, shapley, total)
    variance = float(shapley.sum())
    scale = 1.0 / variance if variance > 0 else 0.0
    return Shares(shapley * scale, first * scale, total * scale)


def _share_group(
    d: Design,
    alone: Term,
    parts: list[tuple[Term, float]],
    paths: tuple[np.ndarray, np.ndarray],
    out: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Add the effects of terms of the group, each times the same polynomial of one independent factor, or of none.

    That factor stands at every place of an order alike: the p-th of m of the group comes after it in p of m + 1 places.
    """
    (ways, known), (shapley, first, total) = paths, out
    at, m = np.array(d.group), len(d.group)
    v = explained_variance(parts, known)
    full = explained_variance(parts, d.correlation[None])[0]
    steps = np.diff(v, axis=1) * (np.arange(1, m + 1) / (m + 1) if alone else 1.0)
    np.add.at(shapley, at[ways], steps / len(ways))
    total[at] += full - explained_variance(parts, _without(d.correlation))
    if alone:
        shapley[alone[0][0]] += v.mean()
        total[alone[0][0]] += full
    else:
        first[at] += explained_variance(parts, np.stack([np.outer(r, r) for r in d.correlation]))


def _share_crossed(
    d: Design,
    crossed: dict[Term, list[tuple[Term, float]]],
    paths: tuple[np.ndarray, np.ndarray],
    shapley: np.ndarray,
    total: np.ndarray,
) -> None:
    """As `_share_group` for lines of the group, each line times an independent factor: all at once, linear in C."""
    (ways, known), at, m = paths, np.array(d.group), len(d.group)
    line = np.zeros((len(crossed), m))
    for k, parts in enumerate(crossed.values()):
        for term, b in parts:
            line[k, term[0][0]] += b
    v = np.einsum("psij,ki,kj->ps", known, line, line, optimize=True)
    np.add.at(shapley, at[ways], np.diff(v, axis=1) * (np.arange(1, m + 1) / (m + 1)) / len(ways))
    total[at] += np.einsum("sij,ki,kj->s", d.correlation - _without(d.correlation), line, line, optimize=True)
    others = [alone[0][0] for alone in crossed]
    np.add.at(shapley, others, np.einsum("ij,ki,kj->k", known.mean((0, 1)), line, line, optimize=True))
    np.add.at(total, others, np.einsum("ij,ki,kj->k", d.correlation, line, line, optimize=True))


def _without(correlation: np.ndarray) -> np.ndarray:
    """C of all but one, for each one left out [m, m, m]: R less what that one alone tells."""
    size = len(correlation)
    inverse = np.linalg.inv(correlation + 1e-10 * np.eye(size))
    left = np.zeros((size, size, size))
    at = np.arange(size)
    left[at, at, at] = 1.0 / np.diag(inverse)
    return correlation - left


def explained_variance(parts: Sequence[tuple[Term, float]], known: np.ndarray) -> np.ndarray:
    """Variance of the expectation of terms of the group, given what is known [...].

    Of z A z it is 2 tr(A C A C), to which products of two and He_2 belong; of lines of He_k, b' C^k b by entry.

    Args:
        parts: terms with positions in the group, and their coefficients.
        known: C [..., m, m].
    """
    m, out = known.shape[-1], np.zeros(known.shape[:-2])
    bends, lines = np.zeros((m, m)), {}
    for term, b in parts:
        if sum(k for _, k in term) == 2:
            (i, j), scale = _pair(term)
            bends[i, j] += 0.5 * b * scale
            bends[j, i] += 0.5 * b * scale
        else:
            lines.setdefault(term[0][1], np.zeros(m))[term[0][0]] += b
    if bends.any():
        moved = bends @ known
        out += 2.0 * (moved * np.swapaxes(moved, -1, -2)).sum((-1, -2))
    for degree, b in lines.items():
        out += (known**degree @ b) @ b
    return out


def _pair(term: Term) -> tuple[tuple[int, int], float]:
    """A term of degree two as a product: He_2(z) = (z z - 1) / √2."""
    if len(term) == 1:
        return (term[0][0], term[0][0]), 1.0 / np.sqrt(2.0)
    return (term[0][0], term[1][0]), 1.0
