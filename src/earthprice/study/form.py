"""A surrogate of a figure: a line and a quadratic form in the scores of all factors, their weights told by the draws.

    f(z) = m + sum_j a_j K(z, z_j),   K(z, z') = (1 - q) L + q L^2,   L = sum_i w_i z_i z_i',   sum_i w_i = 1

the mean of a Gaussian process given the draws z_j (Rasmussen & Williams 2006, section 2.2). Written out, it is
`m + b z + z A z` with a coefficient for every factor and every two, however few the draws. What keeps so many in check
is w, how much a factor may matter: as far as it goes with the figure over the draws, by more than chance, or, where
slopes at the central draw were asked for, the size of its slope, alone or times the former (a gradient finds the
directions in which a function moves: Constantine 2015, Active Subspaces); and always a little the same for all. Which
of these, q and the noise are those under which the draws are most probable, and what is explained is counted on draws
not seen, for which all of that is chosen anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dsytrd

from earthprice.study.surrogate import FOLDS, Design, Surrogate, Term

ALIKE = (0.05, 0.3)
"""Parts of the weight that are the same for all factors."""
BENT = 0.3
"""Part of the kernel that is bends and products, where it has any."""
NOISE = np.geomspace(0.02, 30.0, 10)
"""Variances of what is left, in units of the kernel's."""
WEAK = 0.2
"""What a factor that is many and weak weighs in the part that is the same for all."""
CHANCE = 0.5
"""What is taken off a correlation over n draws, in units of its spread by chance, 1 / sqrt(n)."""
SMALL = 0.02
"""Correlation that every factor with a slope is taken to have."""
BLOCK = 32
"""Columns that are made tridiagonal at a time; it saves time and changes nothing."""
ENOUGH = 300
"""Draws by which kernel and noise are chosen, at most."""
PAIRS = 100
"""Most products of two factors that are told of a form; all others together are hardly anything."""


class Kernel(NamedTuple):
    """Weights of the factors [F], the part of bends and products, and the variance of what is left, of `NOISE`."""

    weight: np.ndarray
    bent: float = 0.0
    noise: float = 1.0


class Form(NamedTuple):
    """m, b [F] and A [F, F]."""

    mean: float
    line: np.ndarray
    bends: np.ndarray


class Pulls(NamedTuple):
    """The mean of some draws, each of them once, and its a_j, [n] both."""

    mean: float
    draws: np.ndarray
    each: np.ndarray


def kernels(d: Design, outcome: np.ndarray, slopes: np.ndarray, rows: np.ndarray) -> list[tuple[Kernel, np.ndarray]]:
    """The kernels that are tried, without bends, each with its K between the draws [n, n], linear in the weights.

    Args:
        d: the draws.
        outcome: [n].
        slopes: size of each factor's slope, in several ways [ways, F]; a way of nothing but nil says nothing.
        rows: draws used.
    """
    alike = np.where(np.isin(np.arange(d.scores.shape[1]), d.minor), WEAK, 1.0)
    alike = alike / alike.sum()
    x, y = d.scores[rows] - d.scores[rows].mean(0), outcome[rows] - outcome[rows].mean()
    tied = np.abs(x.T @ y) / np.maximum(np.linalg.norm(x, axis=0) * np.linalg.norm(y), 1e-12)
    shown = np.maximum(tied - CHANCE / np.sqrt(len(rows)), 0.0)
    ways = [*slopes, *(slopes * (tied + SMALL))] if slopes.any() else [shown, shown**2]
    told = [w / w.sum() for w in ways if w.sum() > 0]
    even = gram(d, Kernel(alike), rows)
    out = [(Kernel(alike), even)]
    for w in told:
        k = gram(d, Kernel(w), rows)
        out += [(Kernel((1.0 - p) * w + p * alike), (1.0 - p) * k + p * even) for p in ALIKE]
    return out


def form(d: Design, outcome: np.ndarray, slopes: np.ndarray) -> tuple[Surrogate, Kernel]:
    """The form of an outcome as terms, and its kernel.

    Args:
        d: the draws, Hermite's polynomials.
        outcome: [n], not all the same.
        slopes: as of `kernels`.
    """
    rows, wrong = np.arange(len(outcome)), 0.0
    for k in range(FOLDS):
        seen, unseen = rows[rows % FOLDS != k], rows[rows % FOLDS == k]
        best = likeliest(d, outcome, slopes, seen)
        mean, at, pull = pulls(d, outcome, best, seen)
        wrong += float(np.sum((outcome[unseen] - mean - gram(d, best, unseen, at) @ pull) ** 2))
    q2 = 1.0 - wrong / float(np.sum((outcome - outcome.mean()) ** 2))
    best = likeliest(d, outcome, slopes, rows)
    return as_terms(d, form_from(d, outcome, best, rows), float(np.clip(q2, 0.0, 1.0))), best


def likeliest(d: Design, outcome: np.ndarray, slopes: np.ndarray, rows: np.ndarray) -> Kernel:
    """The kernel under which some draws are most probable: its weights first, then its bends."""
    rows = rows[:ENOUGH]
    y = outcome[rows] - outcome[rows].mean()
    tried = kernels(d, outcome, slopes, rows)
    flat = likelihoods(y, [line for _, line in tried])
    at, noise = np.unravel_index(int(flat.argmax()), flat.shape)
    kernel, line = tried[int(at)]
    with_bends = likelihoods(y, [bent(line, BENT)])[0]
    if with_bends.max() > flat.max():
        return kernel._replace(bent=BENT, noise=float(NOISE[with_bends.argmax()]))
    return kernel._replace(noise=float(NOISE[noise]))


def likelihoods(y: np.ndarray, tried: Sequence[np.ndarray]) -> np.ndarray:
    """Log-likelihood of draws under some K, by `NOISE`, the scale of both found with them [K, noises].

    It takes |K + s| and y'(K + s)^-1 y at every noise s. Householder's reflections of K bordered by y make y one number
    b and K tridiagonal, T. The pivots of T + s from its end, p_i = t_i,i + s - t_i,i+1^2 / p_i+1, have the determinant
    as their product, and the other is b^2 / p_1 (Golub & Van Loan 2013, Matrix Computations, sections 8.3 and 4.3).
    """
    made = [tridiagonal(k, y) for k in tried]
    diagonal, beside = (np.stack(part, axis=1)[:, :, None] for part in zip(*made, strict=True))
    pivot, square = diagonal + NOISE, beside**2
    for i in range(len(y) - 2, -1, -1):
        pivot[i] -= square[i + 1] / pivot[i + 1]
    size = square[0] / pivot[0] / len(y)
    return -0.5 * (len(y) * np.log(size) + np.log(pivot).sum(0))


def tridiagonal(k: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Diagonal of K made tridiagonal in a basis that starts along y; the size of y, and what stands beside it."""
    n = len(y)
    bordered = np.zeros((n + 1, n + 1), order="F")
    bordered[1:, 0], bordered[1:, 1:] = y, k
    _, diagonal, beside, *_ = dsytrd(bordered, lower=1, lwork=BLOCK * (n + 1), overwrite_a=1)
    return diagonal[1:], beside


def gram(d: Design, k: Kernel, rows: np.ndarray, others: np.ndarray | None = None) -> np.ndarray:
    """K between some draws and others, or themselves [n, n']."""
    z = d.scores[rows] * np.sqrt(k.weight)
    line = z @ (z if others is None else d.scores[others] * np.sqrt(k.weight)).T
    return bent(line, k.bent) if k.bent else line


def bent(line: np.ndarray, part: float) -> np.ndarray:
    """K with bends and products, from L."""
    return (1.0 - part) * line + part * line**2


def pulls(d: Design, outcome: np.ndarray, k: Kernel, rows: np.ndarray) -> Pulls:
    """What some draws pull; one taken t times is one equation, with the t-th part of the noise."""
    at, times = np.unique(rows, return_counts=True)
    mean = float(outcome[rows].mean())
    return Pulls(mean, at, np.linalg.solve(gram(d, k, at) + np.diag(k.noise / times), outcome[at] - mean))


def form_from(d: Design, outcome: np.ndarray, k: Kernel, rows: np.ndarray) -> Form:
    """The form from some draws."""
    mean, at, pull = pulls(d, outcome, k, rows)
    y = d.scores[at] * k.weight
    bends = k.bent * (y.T * pull) @ y if k.bent else np.zeros((len(k.weight), len(k.weight)))
    return Form(mean, (1.0 - k.bent) * (y.T @ pull), bends)


def as_terms(d: Design, f: Form, q2: float) -> Surrogate:
    """A form as terms of Hermite's polynomials, with the `PAIRS` strongest products; `q2` as of `Surrogate`."""
    mean, line, bends = f
    size, square = len(line), np.diag(bends)
    lines: list[Term] = [((i, 1),) for i in range(size)]
    squares: list[Term] = [((i, 2),) for i in range(size)] if square.any() else []
    above = np.abs(np.triu(bends, 1)).ravel()
    top = np.argpartition(-above, min(PAIRS, len(above)) - 1)[:PAIRS]
    i, j = np.divmod(top[above[top] > 0], size)
    pairs: list[Term] = [((a, 1), (b, 1)) for a, b in zip(i.tolist(), j.tolist(), strict=True)]
    beta = [line, np.sqrt(2.0) * square if squares else [], 2.0 * bends[i, j]]
    return Surrogate((*lines, *squares, *pairs), np.concatenate(beta), mean + float((bends * d.ties).sum()), q2)
