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

from itertools import product
from typing import NamedTuple

import numpy as np

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


def kernels(d: Design, outcome: np.ndarray, slopes: np.ndarray, rows: np.ndarray) -> list[Kernel]:
    """The kernels that are tried, without bends.

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
    return [Kernel(alike)] + [Kernel((1.0 - part) * w + part * alike) for w, part in product(told, ALIKE)]


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
        mean, line, bends = form_from(d, outcome, likeliest(d, outcome, slopes, seen), seen)
        z = d.scores[unseen]
        wrong += float(np.sum((outcome[unseen] - mean - z @ line - ((z @ bends) * z).sum(1)) ** 2))
    q2 = 1.0 - wrong / float(np.sum((outcome - outcome.mean()) ** 2))
    best = likeliest(d, outcome, slopes, rows)
    return as_terms(d, form_from(d, outcome, best, rows), float(np.clip(q2, 0.0, 1.0))), best


def likeliest(d: Design, outcome: np.ndarray, slopes: np.ndarray, rows: np.ndarray) -> Kernel:
    """The kernel under which some draws are most probable: its weights first, then its bends."""
    rows = rows[:ENOUGH]
    flat = max((likely(d, outcome, k, rows) for k in kernels(d, outcome, slopes, rows)), key=lambda t: t[0])
    return max(flat, likely(d, outcome, flat[1]._replace(bent=BENT), rows), key=lambda t: t[0])[1]


def likely(d: Design, outcome: np.ndarray, k: Kernel, rows: np.ndarray) -> tuple[float, Kernel]:
    """Log-likelihood of some draws under a kernel, and it, at its best noise, the scale of both found with them."""
    y = outcome[rows] - outcome[rows].mean()
    values, vectors = np.linalg.eigh(gram(d, k, rows))
    spread = np.maximum(values, 0.0)[:, None] + NOISE
    size = ((vectors.T @ y)[:, None] ** 2 / spread).mean(0)
    likelihood = -0.5 * (len(y) * np.log(size) + np.log(spread).sum(0))
    at = int(likelihood.argmax())
    return float(likelihood[at]), k._replace(noise=float(NOISE[at]))


def gram(d: Design, k: Kernel, rows: np.ndarray) -> np.ndarray:
    """K between some draws [n, n]."""
    z = d.scores[rows]
    line = (z * k.weight) @ z.T
    return (1.0 - k.bent) * line + k.bent * line**2 if k.bent else line


def form_from(d: Design, outcome: np.ndarray, k: Kernel, rows: np.ndarray) -> Form:
    """The form from some draws."""
    z, mean = d.scores[rows], float(outcome[rows].mean())
    a = np.linalg.solve(gram(d, k, rows) + k.noise * np.eye(len(rows)), outcome[rows] - mean)
    y = z * k.weight
    return Form(mean, (1.0 - k.bent) * (y.T @ a), k.bent * (y.T * a) @ y)


def as_terms(d: Design, f: Form, q2: float) -> Surrogate:
    """A form as terms of Hermite's polynomials, with the `PAIRS` strongest products; `q2` as of `Surrogate`."""
    mean, line, bends = f
    size, square, correlation = len(line), np.diag(bends), np.eye(len(line))
    correlation[np.ix_(d.group, d.group)] = d.correlation
    lines: list[Term] = [((i, 1),) for i in range(size)]
    squares: list[Term] = [((i, 2),) for i in range(size)] if square.any() else []
    i, j = np.triu_indices(size, 1)
    top = np.argsort(-np.abs(bends[i, j]), kind="stable")[:PAIRS]
    top = top[bends[i[top], j[top]] != 0]
    pairs: list[Term] = [((int(a), 1), (int(b), 1)) for a, b in zip(i[top], j[top], strict=True)]
    beta = [line, np.sqrt(2.0) * square if squares else [], 2.0 * bends[i[top], j[top]]]
    return Surrogate((*lines, *squares, *pairs), np.concatenate(beta), mean + float((bends * correlation).sum()), q2)
